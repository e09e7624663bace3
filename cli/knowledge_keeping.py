"""What a keeper does beside publishing: look for faults, keep typical questions."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from assistant.bootstrap import SHIPPED_LIBRARY
from assistant.identity.model import SYSTEM
from assistant.workflows.approve_script import Script
from assistant.workflows.keep_questions import KeptQuestion
from assistant.workflows.lint_library import LintLibrary, LintReport
from cli.application import open_app, told_to_people
from knowledge.documents.keeping.questions import Origin, QuestionState
from knowledge.documents.keeping.scripts import ScriptState
from knowledge.documents.linting.model import Gravity

questions = typer.Typer(help="常见问法：人们自己的话，不是条文。", no_args_is_help=True)

_ORIGIN = {
    Origin.WRITTEN: "随文写明",
    Origin.KEEPER: "人工添加",
    Origin.PROPOSED: "模型提出",
    Origin.LEARNED: "使用中学到",
}
_STATE = {QuestionState.PROPOSED: "待确认", QuestionState.CONFIRMED: "使用中", QuestionState.REMOVED: "已移除"}
_SCRIPT_STATE = {
    ScriptState.DRAFT: "未批准",
    ScriptState.APPROVED: "已批准",
    ScriptState.EXPIRED: "已到期",
    ScriptState.REVOKED: "已撤销",
}
_GRAVITY = {Gravity.ERROR: "错误", Gravity.WARNING: "提醒"}


def register(app: typer.Typer) -> None:
    """Add the commands of a keeper to ``yice knowledge``."""
    app.command()(lint)
    app.add_typer(questions, name="questions")
    app.command()(scripts)
    app.command()(approve)
    app.command()(revoke)


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


@questions.command("list")
def list_questions(
    reference: Annotated[str | None, typer.Argument(help="SUIT:22 或 SUIT；不写则列出待确认的。")] = None,
) -> None:
    """列出一条或一份文件的常见问法；不写编号则列出待确认的。"""
    with open_app() as application:
        keep = application.keep_questions
        found = keep.of(reference, by=SYSTEM) if reference else keep.waiting(by=SYSTEM)
    _print_questions(found)


@questions.command()
def add(
    reference: Annotated[str, typer.Argument(help="哪一条，如 SUIT:22。")],
    text: Annotated[str, typer.Argument(help="一个常见问法。")],
) -> None:
    """给一条添加常见问法，立即生效。"""
    with open_app() as application:
        added = application.keep_questions.add(reference, text, by=SYSTEM)
    typer.echo(f"已添加到 {added.provision}：{added.text}（{added.id}）")


@questions.command()
def confirm(ids: Annotated[list[str], typer.Argument(help="待确认的问法编号，可写多个。")]) -> None:
    """确认模型提出的常见问法，确认后生效。"""
    with open_app() as application:
        for each in ids:
            confirmed = application.keep_questions.confirm(each, by=SYSTEM)
            typer.echo(f"已确认：{confirmed.text}（{confirmed.provision}）")


@questions.command()
def remove(
    which: Annotated[str, typer.Argument(help="问法编号；随文写明的写条文编号，如 SUIT:22。")],
    text: Annotated[str | None, typer.Argument(help="随文写明的问法原文。")] = None,
) -> None:
    """移除一个常见问法；条文本身不变。"""
    with open_app() as application:
        keep = application.keep_questions
        removed = keep.remove(which, by=SYSTEM) if text is None else keep.remove_written(which, text, by=SYSTEM)
    typer.echo(f"已移除：{removed.text}（{removed.provision}）")


@questions.command()
def propose(reference: Annotated[str, typer.Argument(help="SUIT:22，或 SUIT（为没有问法的各条提出）。")]) -> None:
    """让配置的模型提出常见问法；确认之前不生效。"""
    with open_app() as application:
        report = application.propose_questions(reference, by=SYSTEM)
    for each in report.proposed:
        typer.echo(f"{each.id}  {each.document_id}:{each.locator}  {each.text}")
    typer.echo(
        f"为 {report.provisions} 条提出 {len(report.proposed)} 个，"
        f"{report.refused} 个不合要求或已有；用 yice knowledge questions confirm 编号 确认。"
    )


def _print_questions(found: Iterable[KeptQuestion]) -> None:
    table = Table("条文", "常见问法", "来源", "状态", "编号")
    rows = list(found)
    for each in rows:
        state = _STATE[each.state] if each.in_use or each.state is not QuestionState.CONFIRMED else "条文已改，停用"
        table.add_row(each.provision, each.text, _ORIGIN[each.origin], state, each.id or "")
    Console().print(table)
    typer.echo(f"共 {len(rows)} 个。")


Reviewer = Annotated[str, typer.Option("--as", help="合规审核人的用户名。")]
Password = Annotated[str, typer.Option(prompt="密码", hide_input=True, help="审核人的密码，不写则提示输入。")]


def scripts(
    *,
    state: Annotated[list[ScriptState] | None, typer.Option("--state", help="只看这些状态，可重复。")] = None,
) -> None:
    """列出话术和批准状态；只有已批准、未到期的话术可以用于起草。"""
    with open_app() as application:
        found = application.approve_scripts.scripts(by=SYSTEM, states=state or ())
    table = Table("话术", "名称", "状态", "到期日", "批准人")
    for each in found:
        approval = each.approval
        table.add_row(
            each.version.name,
            each.version.short_title,
            _SCRIPT_STATE[each.state],
            str(approval.expires_on) if approval else "",
            approval.approved_by if approval else "",
        )
    Console().print(table)
    typer.echo(f"共 {len(found)} 个版本。")


def approve(
    script: Annotated[str, typer.Argument(help="SCRIPT-X 或 SCRIPT-X@2026-10-08。")],
    *,
    until: Annotated[datetime, typer.Option("--until", formats=["%Y-%m-%d"], help="到期日，当天起不能再用。")],
    username: Reviewer,
    password: Password,
) -> None:
    """批准一份话术；须由发布者以外的合规审核人批准。"""
    with open_app() as application:
        reviewer = application.log_in(username, password).actor
        approved = application.approve_scripts.approve(script, until=until.date(), by=reviewer)
    typer.echo(_told(approved))


def revoke(
    script: Annotated[str, typer.Argument(help="SCRIPT-X 或 SCRIPT-X@2026-10-08。")],
    *,
    reason: Annotated[str, typer.Option("--reason", help="撤销的理由。")],
    username: Reviewer,
    password: Password,
) -> None:
    """撤销一份话术的批准，立即生效。"""
    with open_app() as application:
        reviewer = application.log_in(username, password).actor
        revoked = application.approve_scripts.revoke(script, reason=reason, by=reviewer)
    typer.echo(_told(revoked))
    if revoked.voided_cases:
        typer.echo(
            f"{len(revoked.voided_cases)} 份未发出的草稿用了它，已退回经办人：{'、'.join(revoked.voided_cases)}。"
        )


def _told(script: Script) -> str:
    until = f"，{script.approval.expires_on} 到期" if script.approval and script.state is ScriptState.APPROVED else ""
    return f"{script.version.name}：{_SCRIPT_STATE[script.state]}{until}。"
