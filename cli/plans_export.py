"""``yice plans export``: a letter as a file."""

from pathlib import Path
from typing import Annotated

import typer

from assistant.errors import Invalid
from assistant.exporting.model import ExportFormat
from assistant.identity.model import SYSTEM
from cli.application import open_app


def register(app: typer.Typer) -> None:
    """Add the command to ``yice plans``."""
    app.command()(export)


def export(
    case_id: Annotated[str, typer.Argument(metavar="CASE", help="草稿编号，如 case-1a2b…")],
    *,
    form: Annotated[ExportFormat, typer.Option("--format", help="文件格式，内容相同。")] = ExportFormat.PDF,
    contents: Annotated[bool, typer.Option("--contents", help="在正文前列出目录。")] = False,
    out: Annotated[Path | None, typer.Option("--out", help="写到哪个文件或文件夹，默认当前文件夹。")] = None,
) -> None:
    """把一份方案、报告或答复的最新一版导出为文件；未批准的每页带「未经审核」水印。导出会留痕。"""
    with open_app() as application:
        target = out or Path()
        if not (target.is_dir() or target.parent.is_dir()):
            raise Invalid(f"没有这个文件夹：{target.parent}。")
        file = application.export_case(case_id, form, by=SYSTEM, contents=contents)
        written = target / file.name if target.is_dir() else target
        try:
            written.write_bytes(file.content)
        except OSError as error:
            raise Invalid(f"写不进 {written}：{error.strerror}。") from None
    typer.echo(f"已写入 {written}（{len(file.content) / 1000:.0f} KB），SHA-256 {file.sha256[:16]}。")
