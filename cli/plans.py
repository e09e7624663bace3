"""``yice plans …``: plans for many customers at once."""

import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live
from rich.table import Table

from assistant.bootstrap import Application
from assistant.errors import NotFound
from assistant.identity.model import SYSTEM
from assistant.plans.model import (
    BATCH_LABELS,
    PLAN_LABELS,
    BatchAction,
    BatchBudget,
    BatchChoice,
    BatchState,
    ChoiceKind,
    PlanState,
)
from assistant.presence import Presence
from assistant.settings import Settings
from assistant.workflows.control_batch import FollowedBatch
from cli.application import open_app

app = typer.Typer(help="批量生成一人一策。", no_args_is_help=True)
_LOOKS_EVERY_SECONDS = 1.0
_TOLD_EVERY_SECONDS = 5.0
_FAILURES_TOLD = 10

Batch = Annotated[str | None, typer.Argument(help="批次编号，默认最近的一个。")]
Tokens = Annotated[int | None, typer.Option("--tokens", min=1, help="最多用多少 token，用完自动暂停。")]
Yuan = Annotated[float | None, typer.Option("--yuan", min=0.01, help="最多用多少元，按设置里的单价。")]
Rate = Annotated[int | None, typer.Option("--rate", min=1, help="每分钟最多生成多少份。")]


@app.callback()
def plans() -> None:
    """批量生成一人一策。"""


@app.command()
def draft(
    *,
    advisor: Annotated[str | None, typer.Option("--advisor", help="哪位投资顾问的客户（账号）。")] = None,
    segment: Annotated[
        str | None, typer.Option("--segment", help="哪个客群，如 wealthy、流失中，或 富裕·稳定。")
    ] = None,
    everybody: Annotated[bool, typer.Option("--all", help="全部客户。")] = False,
    again: Annotated[bool, typer.Option("--again", help="资料没有变化的客户也重新生成。")] = False,
    hand_over: Annotated[
        bool, typer.Option("--hand-over", help="只登记，交给正在运行的服务（yice serve）生成。")
    ] = False,
    tokens: Tokens = None,
    yuan: Yuan = None,
    rate: Rate = None,
) -> None:
    """为一批客户生成一人一策，显示进度；资料没有变化的沿用上一份。中断后用 yice plans follow 接着生成。"""
    chosen = _chosen(advisor, segment, everybody=everybody, again=again)
    budget = BatchBudget(tokens=tokens, yuan=yuan, plans_a_minute=rate)
    with _open(work=not hand_over) as (application, here):
        batch = application.draft_batch(chosen, by=SYSTEM, budget=budget)
        typer.echo(f"批次 {batch.id}：{batch.total} 位客户。")
        if hand_over:
            typer.echo("已登记，由正在运行的服务生成；用 yice plans status 查看进度。")
            return
        _follow(application, batch.id, here=here)


@app.command()
def follow(batch_id: Batch = None) -> None:
    """显示批次的进度直到结束；没有别的进程在生成时，由本命令接着生成。"""
    with _open(work=True) as (application, here):
        _follow(application, _id_of(application, batch_id), here=here)


@app.command()
def status(batch_id: Batch = None) -> None:
    """一个批次现在的进度，和没有生成成功的原因。"""
    with open_app() as application:
        followed = application.follow_batches(_id_of(application, batch_id), by=SYSTEM)
    typer.echo(f"批次 {followed.batch.id}：{_line(followed)}")
    _tell_failures(followed)


@app.command()
def pause(batch_id: Batch = None) -> None:
    """暂停：正在生成的几份做完，其余留着。"""
    _control(batch_id, BatchAction.PAUSE)


@app.command()
def resume(batch_id: Batch = None, *, tokens: Tokens = None, yuan: Yuan = None, rate: Rate = None) -> None:
    """继续一个暂停的批次，可以换一个预算；显示进度直到结束。"""
    changed = tokens is not None or yuan is not None or rate is not None
    budget = BatchBudget(tokens=tokens, yuan=yuan, plans_a_minute=rate) if changed else None
    with _open(work=True) as (application, here):
        batch = application.control_batch(_id_of(application, batch_id), BatchAction.RESUME, by=SYSTEM, budget=budget)
        _follow(application, batch.id, here=here)


@app.command()
def cancel(batch_id: Batch = None) -> None:
    """取消：已经生成的保留，其余不再生成。"""
    _control(batch_id, BatchAction.CANCEL)


def _chosen(advisor: str | None, segment: str | None, *, everybody: bool, again: bool) -> BatchChoice:
    if sum((advisor is not None, segment is not None, everybody)) != 1:
        raise typer.BadParameter("请在 --advisor、--segment、--all 中选且只选一个。")
    if advisor is not None:
        return BatchChoice(kind=ChoiceKind.ADVISOR, value=advisor, again=again)
    if segment is not None:
        return BatchChoice(kind=ChoiceKind.SEGMENT, value=segment, again=again)
    return BatchChoice(kind=ChoiceKind.EVERYBODY, again=again)


@contextmanager
def _open(*, work: bool) -> Generator[tuple[Application, bool], None, None]:
    """The application, and whether the jobs are done in this process: only where no other does them.

    This one looks for batches alone: the rest of the day's work is for the server.
    """
    settings = Settings.load()
    here = work and not Presence(settings.storage.folder).elsewhere()
    with open_app(settings, jobs=here, seeking=["plans"]) as application:
        yield application, here


def _id_of(application: Application, batch_id: str | None) -> str:
    if batch_id is not None:
        return batch_id
    newest = application.follow_batches.newest(by=SYSTEM)
    if not newest:
        raise NotFound("还没有批次。用 yice plans draft 开始一个。")
    return newest[0].id


def _control(batch_id: str | None, action: BatchAction) -> None:
    with open_app() as application:
        batch = application.control_batch(_id_of(application, batch_id), action, by=SYSTEM)
    typer.echo(f"批次 {batch.id}：{BATCH_LABELS[batch.state]}。")


def _follow(application: Application, batch_id: str, *, here: bool) -> None:
    typer.echo("由本命令生成。" if here else "由正在运行的服务生成。", err=True)
    try:
        followed = _to_the_end(application, batch_id)
    except KeyboardInterrupt:
        typer.echo("已中断。没有生成的留在队列里，用 yice plans follow 接着生成。", err=True)
        raise typer.Exit(130) from None
    typer.echo(_line(followed))
    _tell_failures(followed)
    if followed.batch.state is not BatchState.DONE or followed.progress.counts.get(PlanState.FAILED):
        raise typer.Exit(1)


def _to_the_end(application: Application, batch_id: str) -> FollowedBatch:
    """Look until nothing moves any more; on a terminal one table, elsewhere a line now and then."""
    console, told = Console(stderr=True), 0.0
    with Live(console=console, transient=True, auto_refresh=False) as live:
        while True:
            followed = application.follow_batches(batch_id, by=SYSTEM)
            if followed.batch.state is not BatchState.RUNNING:
                return followed
            if sys.stderr.isatty():
                live.update(_table(followed), refresh=True)
            elif time.monotonic() - told > _TOLD_EVERY_SECONDS:
                typer.echo(_line(followed), err=True)
                told = time.monotonic()
            time.sleep(_LOOKS_EVERY_SECONDS)


def _table(followed: FollowedBatch) -> Table:
    table = Table(title=f"批次 {followed.batch.id}（{BATCH_LABELS[followed.batch.state]}）")
    for state in PlanState:
        if followed.progress.counts.get(state):
            table.add_column(PLAN_LABELS[state], justify="right")
    table.add_column("合计", justify="right")
    table.add_column("每秒", justify="right")
    table.add_column("约剩", justify="right")
    counts = (followed.progress.counts.get(state) for state in PlanState)
    table.add_row(
        *(str(count) for count in counts if count),
        str(followed.batch.total),
        f"{followed.plans_a_second:.1f}",
        _left(followed),
    )
    return table


def _line(followed: FollowedBatch) -> str:
    counts = followed.progress.counts
    told = "，".join(f"{PLAN_LABELS[state]} {counts[state]}" for state in PlanState if counts.get(state))
    moves = followed.seconds_left is not None
    speed = f"；每秒 {followed.plans_a_second:.1f} 份，约剩 {_left(followed)}" if moves else ""
    tokens = f"；已用 {followed.progress.tokens} 个 token" if followed.progress.tokens else ""
    why = f"；{followed.batch.error}" if followed.batch.error else ""
    return f"{BATCH_LABELS[followed.batch.state]}：{told}（共 {followed.batch.total}）{speed}{tokens}{why}"


def _left(followed: FollowedBatch) -> str:
    seconds = followed.seconds_left
    return "—" if seconds is None else f"{int(seconds) // 60} 分 {int(seconds) % 60:02d} 秒"


def _tell_failures(followed: FollowedBatch) -> None:
    for request in followed.failed[:_FAILURES_TOLD]:
        typer.echo(f"· {request.customer_id}：{request.error}", err=True)
    more = followed.progress.counts.get(PlanState.FAILED, 0) - _FAILURES_TOLD
    if more > 0:
        typer.echo(f"· 另有 {more} 份没有生成成功。", err=True)
