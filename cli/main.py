"""The command ``yice``."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from assistant.clock import Clock
from assistant.conversations.model import Answer
from assistant.errors import Invalid
from assistant.identity.model import SYSTEM
from assistant.workflows.answer_question import Answered, StatementReady
from assistant.workflows.compose_answer import StepStarted
from assistant.workflows.load_demo import DEMO_STAFF
from cli import account, bench, customers, demo, evals, knowledge, plans, plans_export, serve
from cli.application import open_app, open_furnished_app

app = typer.Typer(help="一策：有依据的投顾助手。", no_args_is_help=True, pretty_exceptions_show_locals=False)
app.add_typer(knowledge.app, name="knowledge")
app.add_typer(account.app, name="account")
app.add_typer(customers.app, name="customers")
app.add_typer(demo.app, name="demo")
app.add_typer(plans.app, name="plans")
plans_export.register(plans.app)
app.add_typer(bench.app, name="bench")
app.add_typer(evals.app, name="eval")
app.command()(knowledge.search)
app.command()(serve.serve)

audit = typer.Typer(help="审计链。", no_args_is_help=True)
app.add_typer(audit, name="audit")


@app.command()
def ask(
    text: Annotated[str, typer.Argument(help="要问的问题。")],
    *,
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="按哪一天有效的规则回答，默认今天。")
    ] = None,
    username: Annotated[str, typer.Option("--as", help="以哪个演示账号提问。")] = "chen",
) -> None:
    """提一个问题，得到逐句有依据的回答。"""
    with open_furnished_app() as application:
        if username not in DEMO_STAFF:
            raise Invalid(f"没有演示账号「{username}」。可用的有：{'、'.join(DEMO_STAFF)}。")
        day = as_of.date() if as_of else None
        for event in application.answer_question(text, by=DEMO_STAFF[username], as_of=day):
            if isinstance(event, StepStarted):
                typer.echo(f"· {event.label}", err=True)
            elif isinstance(event, StatementReady):
                sources = "、".join(citation.source for citation in event.statement.citations)
                typer.echo(f"{event.statement.text}" + (f"〔{sources}〕" if sources else ""))
            elif isinstance(event, Answered):
                _close(event.turn.answer)


def _close(answer: Answer) -> None:
    for note in answer.notes:
        typer.echo(f"· {note}")
    for text in (answer.reason, answer.instead):
        if text:
            typer.echo(text)
    typer.echo(f"（按 {answer.as_of} 有效的规则）")


@audit.command()
def verify() -> None:
    """校验审计链：每一条都在原位、内容未改、首尾相接。"""
    with open_app() as application:
        report = application.verify_audit(by=SYSTEM)
    if not report.intact:
        typer.echo(f"审计链不完整：{report.reason}", err=True)
        raise typer.Exit(1)
    typer.echo(f"审计链完整：共 {report.entries} 条，链尾 {report.head[:16]}。")


@app.command()
def evidence(
    case_id: Annotated[str, typer.Argument(help="草稿编号，如 case-1a2b…")],
    *,
    out: Annotated[Path | None, typer.Option("--out", help="写到哪个文件，默认 证据-编号.json。")] = None,
) -> None:
    """导出一条对客内容所依据的全部材料。"""
    with open_app() as application:
        exported = application.export_evidence(case_id, by=SYSTEM)
    target = out or Path(f"evidence-{case_id}.json")
    target.write_text(
        json.dumps(exported.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )
    chain = "完整" if exported.chain["broken_at"] is None else "不完整"
    typer.echo(f"已写入 {target}，摘要 {exported.digest[:16]}，审计链{chain}。")


@app.command()
def void() -> None:
    """复核所有未发出的草稿；依据已变化的退回经办人。"""
    with open_app() as application:
        voided = application.void_outdated()
    typer.echo(f"{Clock().today()}：退回 {len(voided)} 份草稿。")
