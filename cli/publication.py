"""Tells what a publication did beside adding versions."""

from assistant.workflows.publish_library import PublishReport


def changes_of(report: PublishReport) -> str:
    """A line each for corrections, for notes that follow their files, and for what stayed as it was; or nothing."""
    lines = []
    if report.corrected:
        lines.append(f"正文有改动，已作为更正发布 {len(report.corrected)} 个版本；原版本已撤回，引用仍可打开。")
    if report.annotated:
        lines.append(f"只更新典型问题、主题或核验说明 {len(report.annotated)} 个版本。")
    if report.left:
        lines.append(f"{len(report.left)} 个版本或文档保持原样：")
        lines += [f"  {reason}" for reason in report.left]
    return "\n".join(lines)
