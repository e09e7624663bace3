"""``yice knowledge diff``, ``history``, ``impact``, ``withdraw``, ``correct``, ``repeal``: documents by versions."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from assistant.audit.model import AuditEvent
from assistant.clock import SHANGHAI
from assistant.errors import Invalid
from assistant.identity.model import SYSTEM
from assistant.review.model import STATE_LABELS
from assistant.workflows.compare_versions import VersionComparison
from assistant.workflows.tell_history import ArticleHistory, DocumentHistory, VersionEvent
from assistant.workflows.trace_impact import Impact
from cli.application import open_app, told_to_people
from knowledge.documents.comparison import ArticleChange, Change
from knowledge.documents.loading import load_file
from knowledge.documents.marking import Mark, Segment
from knowledge.documents.model import Period

_DAY = ["%Y-%m-%d"]
_MARKS = {Mark.KEEP: ("", "", None), Mark.DELETE: ("[-", "-]", "red"), Mark.INSERT: ("{+", "+}", "green")}
_EVENTS = {
    AuditEvent.VERSION_PUBLISHED: "发布",
    AuditEvent.VERSION_SUPERSEDED: "被替代",
    AuditEvent.VERSION_REPEALED: "写明失效日",
    AuditEvent.VERSION_REOPENED: "取消失效日",
    AuditEvent.VERSION_WITHDRAWN: "撤回",
    AuditEvent.VERSION_ANNOTATED: "更新问法或核验说明",
}

Named = Annotated[str, typer.Argument(metavar="ID@VERSION", help="版本，如 SUIT@2022-08-12。")]
Reason = Annotated[str, typer.Option("--reason", help="理由，写入审计。")]
AsOf = Annotated[datetime | None, typer.Option("--as-of", formats=_DAY, help="按哪一天的状态，默认今天。")]


def register(app: typer.Typer) -> None:
    """Add the commands about versions to ``yice knowledge``."""
    for command in (diff, history, impact, withdraw, correct, repeal):
        app.command()(command)


def diff(
    before: Annotated[str, typer.Argument(metavar="ID[@VERSION]", help="旧版本；只写编号则对比最近两个版本。")],
    after: Annotated[str | None, typer.Argument(metavar="ID@VERSION", help="新版本。")] = None,
    *,
    brief: Annotated[bool, typer.Option("--brief", help="只列条号，不列文字。")] = False,
) -> None:
    """逐条对比两个版本：新增、修改、删除、条号变动；[-删去-]{+增加+}。"""
    with open_app() as application:
        compare = application.compare_versions
        found = compare(before, after, by=SYSTEM) if after else compare.latest(before, by=SYSTEM)
    typer.echo(f"{found.before.name} → {found.after.name}")
    typer.echo(_counts(found))
    for heading in found.comparison.headings:
        old, new = (" > ".join(path) if path else "（无）" for path in (heading.before, heading.after))
        typer.echo(f"标题：{old} → {new}")
    for change in found.comparison.changed:
        typer.echo(f"\n【{change.change.label}】{_numbers(change)}{'（移至其他章节）' if change.moved else ''}")
        if not brief and change.words_changed:
            typer.echo(_marked(change.marks))


def history(
    reference: Annotated[str, typer.Argument(help="文件编号 SUIT，或一条条文 SUIT:22、适当性办法第22条。")],
    as_of: AsOf = None,
) -> None:
    """一份文件的全部版本，或一条条文在各版本中的沿革。"""
    day = as_of.date() if as_of else None
    with open_app() as application:
        known = {version.document_id for version in application.browse_library.documents(SYSTEM)}
        if reference in known:
            _tell_document(application.tell_history.document(reference, on=day, by=SYSTEM))
        else:
            _tell_article(application.tell_history.article(reference, on=day, by=SYSTEM))


def impact(
    what: Annotated[str, typer.Argument(help="条文 SUIT:22、版本 SUIT@2022-08-12，或一个还没有发布的文件。")],
    *,
    correcting: Annotated[bool, typer.Option("--correct", help="这个文件是更正，不是新版。")] = False,
    as_of: AsOf = None,
) -> None:
    """影响范围：哪些未发出的文本、话术、指南和案例以变化的条文为依据。"""
    with open_app() as application:
        trace = application.trace_impact
        if Path(what).is_file():
            found = trace.of_loaded(load_file(Path(what)), correcting=correcting, by=SYSTEM)
        elif "@" in what and ":" not in what:
            found = trace.of_version(*_parts(what), by=SYSTEM)
        else:
            found = trace.of_article(what, on=as_of.date() if as_of else None, by=SYSTEM)
    tell_impact(found)


def withdraw(
    version: Named,
    *,
    reason: Reason,
    reopen: Annotated[bool, typer.Option("--reopen", help="恢复被它替代的旧版。")] = False,
) -> None:
    """撤回误发的版本：任何一天都不再有效，引用仍可查到。"""
    with open_app() as application:
        document_id, label = _parts(version)
        report = application.withdraw_version(document_id, label, reason=reason, reopen=reopen, by=SYSTEM)
    typer.echo(f"已撤回 {report.withdrawn.name}。")
    if report.reopened is not None:
        typer.echo(f"{report.reopened.name} 恢复有效（{_days(report.reopened.period)}）。")
    tell_voided(report.voided_cases)


def correct(
    file: Annotated[Path, typer.Argument(metavar="FILE.md", help="更正后的知识库文件，版本号须是新的。")],
    *,
    replaces: Annotated[str | None, typer.Option("--replaces", help="被更正的版本号；默认为同日生效的版本。")] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="理由，写入审计。")] = None,
) -> None:
    """更正误发的版本：撤回错的，发布对的，一次完成。"""
    with open_app() as application:
        report = application.correct_version(file, replaces=replaces, reason=reason, by=SYSTEM)
    typer.echo(f"已撤回 {report.withdrawn.name}，由 {'、'.join(report.published.published)} 更正。")
    tell_voided(report.published.voided_cases)


def repeal(
    version: Named,
    *,
    reason: Reason,
    on: Annotated[datetime | None, typer.Option("--on", formats=_DAY, help="失效日：不再有效的第一天。")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="取消还没有到的失效日。")] = False,
) -> None:
    """废止：写明一个版本的失效日；或者取消还没有到的失效日。"""
    with open_app() as application:
        document_id, label = _parts(version)
        if (on is None) is not undo:
            raise Invalid("请用 --on 写明失效日，或用 --undo 取消失效日，二者选一。")
        workflow = application.repeal_version
        if on is None:
            report = workflow.undo(document_id, label, reason=reason, by=SYSTEM)
        else:
            report = workflow(document_id, label, on=on.date(), reason=reason, by=SYSTEM)
    typer.echo(f"{report.version.name}：{_days(report.version.period)}。")
    tell_voided(report.voided_cases)


def tell_impact(found: Impact) -> None:
    """Print what rests on articles that change."""
    typer.echo(f"《{found.title}》（{found.document_id}），{found.day} 起：")
    for change in found.changes:
        typer.echo(f"  【{change.change.label}】{_numbers(change)}")
    typer.echo(f"未发出的文本 {len(found.cases)} 份。")
    for case in found.cases:
        waiting = f"，{case.queued} 条正待发送" if case.queued else ""
        words = "文字有变" if case.words_changed else "文字未变，版本更替"
        references = "、".join(case.references)
        typer.echo(
            f"  {case.case_id}  {STATE_LABELS[case.state]}{waiting}  {case.advisor_name}  {references}（{words}）"
        )
    typer.echo(f"知识库里引用它的条文 {len(found.texts)} 条。")
    for text in found.texts:
        typer.echo(
            f"  {text.provision.ref}  {text.provision.citation}  引用 {found.document_id}:{text.cites or '全文'}"
        )


def tell_voided(cases: tuple[str, ...]) -> None:
    """Print which drafts went back."""
    if cases:
        typer.echo(f"{len(cases)} 份未发出的草稿因依据变化退回经办人：{'、'.join(cases)}。")


def _tell_document(told: DocumentHistory) -> None:
    table = Table("版本", "状态", "期间", "条数", "变化", "经过")
    for stage in told.stages:
        version = stage.version
        changed = [f"{change.label}{count}" for change, count in (stage.counts or {}).items() if count]
        events = [_event(event) for event in stage.events]
        table.add_row(
            version.label + (f"\n（更正 {version.replaces}）" if version.replaces else ""),
            stage.state.label,
            _days(version.period),
            str(stage.articles),
            "\n".join(changed),
            "\n".join(events),
        )
    Console().print(table)
    typer.echo(f"{told.document_id} 共 {len(told.stages)} 个版本，状态按 {told.on}。")


def _tell_article(told: ArticleHistory) -> None:
    for stage in told.stages:
        provision, change = stage.provision, stage.change
        where = f"{provision.ref}  {provision.heading}" if provision else f"{stage.version.name}  不再有这一条"
        became = f"【{change.change.label}】" if change else ""
        typer.echo(f"{where}  {_days(stage.version.period)}  {stage.state.label}{became}")
        if provision is not None:
            typer.echo(f"{_marked(change.marks) if change and change.words_changed else provision.text}\n")
    typer.echo(f"状态按 {told.on}。")


def _event(event: VersionEvent) -> str:
    reason = f"（{event.reason}）" if event.reason else ""
    return f"{event.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M} {event.by}{_EVENTS[event.event]}{reason}"


def _counts(found: VersionComparison) -> str:
    counted = found.comparison.counts
    return "，".join(f"{change.label} {counted[change]} 条" for change in Change) + "。"


def _numbers(change: ArticleChange) -> str:
    headings = [each.heading for each in (change.before, change.after) if each is not None]
    return " → ".join(dict.fromkeys(headings))


def _marked(marks: tuple[Segment, ...]) -> str:
    pieces = []
    for segment in marks:
        opening, closing, colour = _MARKS[segment.mark]
        pieces.append(typer.style(f"{opening}{segment.text}{closing}", fg=colour))
    return "".join(pieces)


def _parts(name: str) -> tuple[str, str]:
    with told_to_people():
        document_id, at, label = name.strip().partition("@")
        if not (document_id and at and label):
            raise Invalid(f"「{name.strip()[:80]}」不是版本，应写作 SUIT@2022-08-12。")
        return document_id, label


def _days(period: Period) -> str:
    return f"{period.effective_from} 起" + (f"，{period.effective_to} 止" if period.effective_to else "")
