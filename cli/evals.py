"""``yice eval``: how good the product is, on the shipped suites or on somebody else's."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from assistant.drafting.model import DraftKind
from assistant.errors import YiceError
from cli.application import open_app, open_furnished_app
from evals.report import Report, compare, current_commit, read_report, shown

app = typer.Typer(help="评测：问答、合规用语、检索。", no_args_is_help=True)

_REPORTS = Path("reports")
_ROOT = Path(__file__).parents[1]
_QUESTIONS = _ROOT / "evals" / "questions" / "gold.jsonl"
_RETRIEVAL = _ROOT / "evals" / "retrieval" / "gold"
_LIBRARY = _ROOT / "knowledge" / "library"

Json = Annotated[Path | None, typer.Option("--json", help="把给机器读的结果写到这个文件。")]
Html = Annotated[Path | None, typer.Option("--html", help="把网页报告写到这个文件，默认 reports/套件.html。")]
Earlier = Annotated[Path | None, typer.Option("--compare", help="与这份以前的 JSON 结果比较。")]


@app.command()
def questions(
    file: Annotated[Path, typer.Argument(help="问题集，JSON Lines。")] = _QUESTIONS,
    *,
    out: Json = None,
    html: Html = None,
    earlier: Earlier = None,
) -> None:
    """回答对不对、有没有依据、该拒绝的有没有拒绝。"""
    _tell(lambda: _questions(file), out, html, earlier)


@app.command()
def compliance(
    file: Annotated[Path | None, typer.Argument(help="合规用语集，JSON Lines；默认自带的留出集。")] = None,
    *,
    out: Json = None,
    html: Html = None,
    earlier: Earlier = None,
) -> None:
    """不该说的话拦住了多少，该放行的误拦了多少。"""
    _tell(lambda: _compliance(file), out, html, earlier)


@app.command()
def retrieval(
    folder: Annotated[Path, typer.Argument(help="BEIR 格式的文件夹。")] = _RETRIEVAL,
    *,
    known: Annotated[Path | None, typer.Option("--known", help="同一语料上可以学习的问题与判定。")] = None,
    folds: Annotated[bool, typer.Option("--folds", help="在文件夹内部交叉验证。")] = False,
    parts: Annotated[bool, typer.Option("--parts", help="另外列出各部分单独和合起来的成绩。")] = False,
    out: Json = None,
    html: Html = None,
    earlier: Earlier = None,
) -> None:
    """能不能找到回答问题的那一条。"""
    _tell(lambda: _retrieval(folder, known=known, folds=folds, parts=parts), out, html, earlier)


@app.command()
def demand(
    *,
    customers: Annotated[int, typer.Option("--customers", min=500, max=50_000, help="虚构客户的人数。")] = 5_000,
    seed: Annotated[int, typer.Option("--seed", help="随机种子。")] = 7,
    today: Annotated[datetime, typer.Option("--today", formats=["%Y-%m-%d"], help="当作哪一天。")] = datetime(
        2026, 11, 22, tzinfo=UTC
    ),
    out: Json = None,
    html: Html = None,
    earlier: Earlier = None,
) -> None:
    """需求预测准不准：与实际发生、生成时的真实概率、规则和惯性比较；分群稳不稳。"""
    _tell(lambda: _demand(customers, seed, today), out, html, earlier)


@app.command()
def plans(
    *,
    customers: Annotated[int, typer.Option("--customers", min=2, max=50_000, help="虚构客户的人数。")] = 1_000,
    seed: Annotated[int, typer.Option("--seed", help="随机种子。")] = 7,
    today: Annotated[datetime, typer.Option("--today", formats=["%Y-%m-%d"], help="当作哪一天。")] = datetime(
        2026, 11, 22, tzinfo=UTC
    ),
    kind: Annotated[DraftKind, typer.Option("--kind", help="plan 一人一策，或者一种报告。")] = DraftKind.PLAN,
    out: Json = None,
    html: Html = None,
    earlier: Earlier = None,
) -> None:
    """方案是不是写给这一个人的：任意两位客户的方案有多少句相同；有没有被拦下的、没有依据的数字。"""
    _tell(lambda: _plans(customers, seed, today, kind), out, html, earlier)


@app.command("run")
def everything(
    *,
    folder: Annotated[Path, typer.Option("--out", help="报告写到这个文件夹。")] = _REPORTS,
) -> None:
    """跑全部自带的套件。"""
    for name, measure in (
        ("questions", lambda: _questions(_QUESTIONS)),
        ("compliance", lambda: _compliance(None)),
        ("retrieval", lambda: _retrieval(_RETRIEVAL, known=None, folds=False, parts=False)),
    ):
        _tell(measure, folder / f"{name}.json", folder / f"{name}.html", None)


def _questions(file: Path) -> Report:
    from evals.questions.run import run

    with open_furnished_app() as application:
        result = run(file, application)
    return Report(
        suite="questions",
        n=result.n,
        metrics={**result.metrics, "by_type": result.by_type},
        settings=result.settings,
        commit=current_commit(),
        data_digest=result.data_digest,
        cases=[{"passed": case["accurate"], **case} for case in result.cases],
    )


def _compliance(file: Path | None) -> Report:
    from evals.compliance.run import SHIPPED, run

    return run(file or SHIPPED)


def _retrieval(folder: Path, *, known: Path | None, folds: bool, parts: bool) -> Report:
    from evals.retrieval.run import run
    from retrieval.search import SearchSettings

    with open_app() as application:
        today, chosen = application.clock.today(), application.settings.retrieval
    result = run(
        folder,
        known=known,
        folds=folds,
        parts=parts,
        today=today,
        library=_LIBRARY,
        embedding=chosen.embedding,
        reranker=chosen.reranker,
        settings=SearchSettings(**chosen.model_dump(exclude={"embedding", "passages", "reranker"})),
    )
    taken = result.parts
    told = {} if taken is None else taken.told()
    return Report(
        suite="retrieval",
        n=result.n,
        metrics={**result.metrics, "intervals": result.intervals, **told},
        settings=result.settings,
        commit=current_commit(),
        data_digest=result.data_digest,
        cases=[{"passed": case["recall_at_10"] > 0, **case} for case in result.cases],
    )


def _plans(customers: int, seed: int, today: datetime, kind: DraftKind) -> Report:
    from evals.plans.run import run

    return run(customers=customers, seed=seed, today=today.date(), kind=kind)


def _demand(customers: int, seed: int, today: datetime) -> Report:
    from evals.demand.run import run

    result = run(customers=customers, seed=seed, today=today.date())
    return Report(
        suite="demand",
        n=result.n,
        metrics=result.metrics,
        settings=result.settings,
        commit=current_commit(),
        data_digest=result.data_digest,
    )


def _tell(measure: Callable[[], Report], out: Path | None, html: Path | None, earlier: Path | None) -> None:
    try:
        before = read_report(earlier) if earlier else None
        report = measure()
        page = html or _REPORTS / f"{report.suite}.html"
        report.write(json_path=out, html_path=page)
        if before is not None:
            page.write_text(report.to_html(earlier=before), encoding="utf-8")
    except YiceError as error:
        typer.echo(error.message, err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{report.suite}：{report.n} 条，提交 {report.commit}，数据 {report.data_digest}")
    for name, value in report.metrics.items():
        if not isinstance(value, dict):
            typer.echo(f"  {name:<32} {shown(value)}")
    if before is not None:
        for change in compare(report, before):
            typer.echo(f"  {change.metric}：{shown(change.before)} → {shown(change.after)}")
    for part, figures in report.metrics.get("parts", {}).items():
        typer.echo(f"  {part:<22}{'  '.join(f'{name} {shown(value)}' for name, value in figures.items())}")
    typer.echo(f"  报告：{page}")
