"""``yice bench``: how fast, and at what cost in memory."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, ClassVar, Protocol

import typer

app = typer.Typer(help="测量速度和内存。", no_args_is_help=True)

Out = Annotated[Path | None, typer.Option("--json", help="把结果写到这个文件。")]


class _Report(Protocol):
    """A dataclass of figures, and how people read them."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    def lines(self) -> Iterator[str]: ...


@app.callback()
def _bench() -> None:
    """测量速度和内存。"""


@app.command()
def server(
    *,
    runs: Annotated[int, typer.Option("--runs", min=1, max=500, help="每一项测多少次。")] = 60,
    out: Out = None,
) -> None:
    """启动真实的服务，通过接口测问答、检索和一人一策的耗时，以及内存峰值。"""
    from evals.performance.server import measure

    _tell(measure(runs), out)


@app.command()
def exports(
    *,
    runs: Annotated[int, typer.Option("--runs", min=1, max=1000, help="每种格式导出多少次。")] = 40,
    out: Out = None,
) -> None:
    """把演示客户的方案导出为 PDF、DOCX 和 HTML，测耗时和文件大小。"""
    from evals.performance.exports import measure

    _tell(measure(runs), out)


@app.command()
def retrieval(
    *,
    provisions: Annotated[int, typer.Option("--provisions", min=50, max=1_000_000, help="多少条条文。")] = 10_000,
    searches: Annotated[int, typer.Option("--searches", min=2, max=10_000, help="搜索多少次。")] = 200,
    embedding: Annotated[
        str, typer.Option("--embedding", help="static、none，或 sentence-transformers 模型。")
    ] = "static",
    peers: Annotated[
        bool, typer.Option("--peers/--no-peers", help="在同样的条文和向量上，同时测 LlamaIndex 和 LangChain。")
    ] = True,
    out: Out = None,
) -> None:
    """在合成的条文上测检索的耗时、召回、索引的大小和内存，并与常见的组合对照。"""
    from assistant.bootstrap import SHIPPED_LIBRARY
    from assistant.clock import Clock
    from evals.performance.peers import BUILDERS
    from evals.performance.retrieval import measure

    report = measure(
        SHIPPED_LIBRARY,
        provisions=provisions,
        searches=searches,
        embedding=embedding,
        today=Clock().today(),
        peers=tuple(BUILDERS) if peers else (),
        tell=lambda text: typer.echo(text, err=True),
    )
    _tell(report, out)


@app.command()
def portrait(
    *,
    customers: Annotated[int, typer.Option("--customers", min=3, max=20_000, help="多少位虚构客户。")] = 600,
    runs: Annotated[int, typer.Option("--runs", min=1, max=10_000, help="测多少份画像。")] = 300,
    out: Out = None,
) -> None:
    """在三年记录的虚构客户上，测一份客户画像的耗时，并分开测每一步。"""
    from evals.performance.portrait import measure

    _tell(measure(customers=customers, runs=runs), out)


@app.command()
def plans(
    *,
    customers: Annotated[int, typer.Option("--customers", min=30, max=50_000, help="多少位虚构客户。")] = 1000,
    runs: Annotated[int, typer.Option("--runs", min=1, max=10_000, help="单独生成多少份。")] = 200,
    kills: Annotated[int, typer.Option("--kills", min=0, max=100, help="批量生成时强行结束（kill -9）多少次。")] = 3,
    out: Out = None,
) -> None:
    """测一份一人一策的耗时、批量生成每秒多少份，和强行结束之后是否每人正好一份。"""
    from evals.performance.plans import measure

    _tell(measure(customers=customers, runs=runs, kills=kills), out)


@app.command()
def imports(
    *,
    customers: Annotated[int, typer.Option("--customers", min=1, max=200_000, help="多少位虚构客户。")] = 5_000,
    trades: Annotated[int, typer.Option("--trades", min=1, max=50_000_000, help="另外导入多少笔交易。")] = 1_000_000,
    busy: Annotated[
        int, typer.Option("--busy", min=0, max=50_000_000, help="再给一位客户导入多少笔交易；0 为不测。")
    ] = 0,
    database: Annotated[
        str | None, typer.Option("--database", help="空的 PostgreSQL 数据库的地址；默认用新的 SQLite。")
    ] = None,
    out: Out = None,
) -> None:
    """测导入客户资料每秒多少行、占多少内存，同样的文件再导入一次是否不变，和交易极多的客户是否拖慢画像。"""
    from evals.performance.imports import measure

    _tell(measure(customers=customers, trades=trades, busy=busy, database_url=database), out)


@app.command()
def day(
    *,
    customers: Annotated[int, typer.Option("--customers", min=3, max=50_000, help="多少位虚构客户。")] = 7_000,
    runs: Annotated[int, typer.Option("--runs", min=1, max=10_000, help="第一页读多少次。")] = 50,
    out: Out = None,
) -> None:
    """测全部客户评分和排出今日待办要多久，打开今日页要多久。"""
    from evals.performance.day import measure

    _tell(measure(customers=customers, runs=runs), out)


def _tell(report: _Report, out: Path | None) -> None:
    for line in report.lines():
        typer.echo(line)
    if out is not None:
        out.write_text(json.dumps(asdict(report), indent=2) + "\n", encoding="utf-8")
