"""``yice customers train|score|explain|drift``: what customers may come to need."""

import time
from pathlib import Path
from typing import Annotated

import typer

from assistant.demand.card import card_text
from assistant.demand.drifting import DriftReport, NeedDrift
from assistant.demand.model import Need
from assistant.identity.model import SYSTEM
from assistant.workflows.explain_demand import DemandView
from assistant.workflows.score_customers import ScoreReport
from cli.application import open_app

_VERDICTS = {"stable": "稳定", "watch": "留意", "shifted": "已偏移"}


def register(app: typer.Typer) -> None:
    """Add the commands to ``yice customers``."""
    for command in (train, score, explain, drift):
        app.command()(command)


def train(
    *,
    card: Annotated[Path | None, typer.Option("--card", help="把模型说明写到这个 Markdown 文件。")] = None,
) -> None:
    """用历史训练需求模型，按时间切分检验，写出模型说明；历史太短时按规则估计。"""
    started = time.perf_counter()
    with open_app() as application:
        report = application.train_demand(by=SYSTEM)
    for need in Need:
        figures = report.card["needs"][need.value]
        test = figures["test"]
        typer.echo(
            f"{need.label}：{'训练' if figures['method'] == 'trained' else '规则'}，"
            f"AUC {_plain(test['auc'])}（规则 {_plain(figures['baselines']['rules']['auc'])}，"
            f"惯性 {_plain(figures['baselines']['habit']['auc'])}），校准误差 {_plain(test['ece'])}，"
            f"前一成提升 {_plain(test['lift_10'])}，{test['customers']} 位客户中发生 {test['events']} 次"
        )
    if card is not None:
        card.write_text(card_text(report.card), encoding="utf-8")
        typer.echo(f"模型说明已写入 {card}。")
    typer.echo(
        f"模型 {report.model.id} 已启用，用时 {time.perf_counter() - started:.0f} 秒；请运行 yice customers score。"
    )


def score() -> None:
    """为全体客户估计需求并分群；不同意个性化推荐的客户不评分，旧的分数一并删除。"""
    started = time.perf_counter()
    with open_app() as application:
        report = application.score_customers(by=SYSTEM)
        application.request_day.everybody()
    if not report.customers:
        typer.echo("没有可以评分的客户：还没有客户资料（用 yice customers import 导入），或都不同意个性化推荐。")
        return
    typer.echo(_scored(report))
    typer.echo(f"用时 {time.perf_counter() - started:.1f} 秒。")


def explain(
    customer_id: Annotated[str, typer.Argument(metavar="ID", help="客户编号。")],
) -> None:
    """一位客户可能的需求、理由和分群。"""
    with open_app() as application:
        for line in _explained(application.explain_demand(customer_id, by=SYSTEM)):
            typer.echo(line)


def drift() -> None:
    """客户的构成和行为是否已经偏离训练时的样子，上一个观察窗口的估计准不准。"""
    with open_app() as application:
        report = application.explain_demand.drift(by=SYSTEM)
    for line in _drifted(report):
        typer.echo(line)
    if report.shifted:
        raise typer.Exit(1)


def _scored(report: ScoreReport) -> str:
    numbers = "，".join(f"{need.label} {report.scores.get(need, 0)}" for need in Need)
    return (
        f"截至 {report.as_of}，{report.customers} 位客户已分群（{report.moved} 位换了群），"
        f"模型 {report.model_id}，各需求评分人数：{numbers}。"
    )


def _explained(view: DemandView) -> list[str]:
    lines = [view.note]
    if view.segment is not None:
        told = "，".join(f"{fact.label}{fact.text}" for fact in view.segment.facts)
        lines.append(f"分群：{view.segment.segment.label}（{told}）")
    for need in view.needs:
        lines.append(f"{need.label}：{need.summary}")
        lines.extend(f"  {'+' if reason.raises else '−'} {reason.text}" for reason in need.reasons)
    return lines


def _drifted(report: DriftReport) -> list[str]:
    lines = [f"模型 {report.model_id}，截至 {report.as_of}；稳定度指数 0.1 以下稳定，0.25 及以上视为偏移。"]
    lines.extend(f"  {shift.label}：{shift.index:.3f}（{_VERDICTS[shift.verdict]}）" for shift in report.worst)
    lines.extend(_need_line(each) for each in report.needs)
    return lines


def _need_line(each: NeedDrift) -> str:
    parts = [] if each.shift is None else [f"分数稳定度 {each.shift.index:.3f}（{_VERDICTS[each.shift.verdict]}）"]
    if each.now is not None:
        parts.append(
            f"上一窗口 AUC {_plain(each.now.auc)}，校准误差 {each.now.ece:.3f}，"
            f"说 {each.now.expected:.1%}、实际 {each.now.rate:.1%}"
        )
    if each.then is not None:
        parts.append(f"训练时检验 AUC {_plain(each.then['auc'])}")
    return f"{each.need.label}：{'；'.join(parts) or '没有可比的数据'}"


def _plain(value: float | None) -> str:
    return "—" if value is None else f"{value:.3f}"
