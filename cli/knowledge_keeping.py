"""``yice knowledge lint``: what is wrong with library texts."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from assistant.bootstrap import SHIPPED_LIBRARY
from assistant.workflows.lint_library import LintLibrary, LintReport
from cli.application import open_app, told_to_people
from knowledge.documents.linting.model import Gravity

_GRAVITY = {Gravity.ERROR: "错误", Gravity.WARNING: "提醒"}


def register(app: typer.Typer) -> None:
    """Add the commands of a keeper to ``yice knowledge``."""
    app.command()(lint)


def lint(
    path: Annotated[Path | None, typer.Argument(help="一个文件或文件夹，默认自带的知识库。")] = None,
    *,
    published: Annotated[bool, typer.Option("--published", help="检查数据库里已发布的内容。")] = False,
    errors_only: Annotated[bool, typer.Option("--errors", help="只列错误，不列提醒。")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。")] = False,
) -> None:
    """检查知识库文本：依据、日期、数字、用语和写法；有错误时退出码为 1。"""
    if published:
        with open_app() as application:
            report = application.lint_published()
    else:
        with told_to_people():
            report = LintLibrary(SHIPPED_LIBRARY)(path)
    findings = [each for each in report.findings if not errors_only or each.gravity is Gravity.ERROR]
    if as_json:
        told = {"texts": report.texts, "errors": report.errors, "warnings": report.warnings}
        typer.echo(json.dumps(told | {"findings": [asdict(each) for each in findings]}, ensure_ascii=False, indent=2))
    else:
        for each in findings:
            place = f"{each.file}  {each.locator}" if each.locator else each.file
            typer.echo(f"{_GRAVITY[each.gravity]}  {place}  {each.message}  [{each.code}]")
        typer.echo(_summary(report))
    if report.errors:
        raise typer.Exit(1)


def _summary(report: LintReport) -> str:
    return f"检查了 {report.texts} 份文本：{report.errors} 个错误，{report.warnings} 个提醒。"
