"""The model card, for people (Mitchell et al. 2019): what for, from what, how good, where not, and how fair."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from assistant.demand.model import Method, Need

_PERCENT_DIGITS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedFigures:
    """How well one need was told on the later day, beside the rules and beside habit."""

    need: Need
    method: Method
    customers: int
    events: int
    rate: float | None
    auc: float | None
    ece: float | None
    lift_10: float | None
    rules_auc: float | None
    habit_auc: float | None
    why_rules: str | None
    """A sentence where the rules are used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFigures:
    """The figures of a card that are looked at first."""

    model_id: str
    as_of: date
    """Day whose records the model learned from last."""
    tested_on: date
    needs: tuple[NeedFigures, ...]


def figures_of(card: Mapping[str, Any]) -> CardFigures:
    """From what a training kept."""
    return CardFigures(
        model_id=card["model"],
        as_of=date.fromisoformat(str(card["as_of"])),
        tested_on=date.fromisoformat(str(card["tested_on"])),
        needs=tuple(_need_figures(need, figures) for need, figures in _by_need(card)),
    )


def _need_figures(need: Need, figures: Mapping[str, Any]) -> NeedFigures:
    test, baselines = figures["test"], figures["baselines"]
    return NeedFigures(
        need=need,
        method=Method(figures["method"]),
        customers=test["customers"],
        events=test["events"],
        rate=test["rate"],
        auc=test["auc"],
        ece=test["ece"],
        lift_10=test["lift_10"],
        rules_auc=baselines["rules"]["auc"],
        habit_auc=baselines["habit"]["auc"],
        why_rules=figures["why_rules"] or None,
    )


def card_text(card: Mapping[str, Any]) -> str:
    """Markdown in Chinese from the figures of a training."""
    parts = (_head(card), _data(card), _quality(card), _themes(card), _calibration(card), _fairness(card), _LIMITS)
    return "\n\n".join(parts) + "\n"


def _head(card: Mapping[str, Any]) -> str:
    return (
        "# 客户需求模型说明\n\n"
        f"模型编号 {card['model']}，按 {card['as_of']} 的记录训练。\n\n"
        "## 用途\n\n"
        f"估计每位客户在未来{card['window_days']}天内出现下列需求的可能性，供投资顾问安排服务的先后和内容。\n\n"
        + "\n".join(f"- {need.label}：{need.event}。" for need in Need)
        + "\n\n不用于：决定能不能买某个产品（由适当性匹配决定）、差别定价、拒绝服务、自动对客户作出决定。"
    )


def _data(card: Mapping[str, Any]) -> str:
    learned, scaled = card["learned_on"], card["scaled_on"]
    return (
        "## 数据与方法\n\n"
        f"- 检验日有{card['customers']}位客户。不同意个性化推荐的客户和由监护人代办的客户，从不读取。\n"
        f"- 特征{card['features']}项，全部来自有日期的记录，只用当天及以前的：账户、资金进出、成交、申购赎回、"
        "登录使用、员工服务、投诉、风险测评。\n"
        "- 性别和年龄不是特征，只用来检查公平性。职业、收入、标签没有日期，不使用。\n"
        f"- 使用中的模型从{learned['from']}至{learned['to']}的{learned['days']}个日子学习，"
        f"按{scaled['from']}至{scaled['to']}的结果确定权重。\n"
        "- 形式：可加模型。每项特征各自给出加分或减分，相加得到可能性，所以每位客户的理由就是实际的加减项。"
        "分数由只看单项特征的提升树学得，再与人工设定的规则分按后来的结果加权。\n"
    )


def _quality(card: Mapping[str, Any]) -> str:
    past = card["measured_learned_on"]
    rows = [
        (
            need.label,
            _method(figures),
            str(figures["test"]["customers"]),
            str(figures["test"]["events"]),
            _percent(figures["test"]["rate"]),
            _plain(figures["test"]["auc"]),
            _plain(figures["test"]["ece"]),
            _plain(figures["test"]["brier_skill"]),
            _plain(figures["test"]["lift_10"]),
            _plain(figures["baselines"]["rules"]["auc"]),
            _plain(figures["baselines"]["habit"]["auc"]),
        )
        for need, figures in _by_need(card)
    ]
    head = (
        "需求", "方法", "客户数", "发生", "发生率", "AUC", "校准误差", "Brier 改进", "前一成提升", "规则 AUC",
        "惯性 AUC",
    )  # fmt: skip
    thin = [
        f"- {need.label}按规则估计：{figures['why_rules']}" for need, figures in _by_need(card) if figures["why_rules"]
    ]
    return (
        "## 效果\n\n"
        f"按时间切分：只用{past['from']}至{past['to']}的日子学习，在之后的{card['tested_on']}检验，"
        "两段的观察窗口互不重叠。某项需求用学得的模型还是用规则，也看这一天的结果，所以数字会略微偏好。"
        "AUC 为0.5等于随机；校准误差是说的比例与实际比例之差的平均；"
        "前一成提升是可能性最高的一成客户发生率与全体之比；“惯性”指过去一年做得多的排前面。\n\n"
        + _table(head, rows)
        + ("\n\n" + "\n".join(thin) if thin else "")
    )


def _themes(card: Mapping[str, Any]) -> str:
    lines = [
        f"- {need.label}：{'、'.join(theme['label'] for theme in figures['themes'][:5])}。"
        for need, figures in _by_need(card)
    ]
    return "## 影响最大的特征\n\n" + "\n".join(lines)


def _calibration(card: Mapping[str, Any]) -> str:
    rows = []
    for need, figures in _by_need(card):
        table = figures["calibration"]
        if table:
            rows.append(
                (
                    need.label,
                    *(
                        f"{_percent(table[place]['told'])} / {_percent(table[place]['observed'])}"
                        for place in _chosen(table)
                    ),
                )
            )
    return "## 说的与实际的\n\n按可能性从低到高分十组，列出最低、中间和最高三组：说的比例 / 实际比例。\n\n" + _table(
        ("需求", "最低一成", "中间一成", "最高一成"), rows
    )


def _both(group: Mapping[str, float]) -> str:
    return f"{_percent(group['told'])} / {_percent(group['observed'])}"


def _chosen(table: Sequence[Mapping[str, float]]) -> tuple[int, int, int]:
    return 0, len(table) // 2, len(table) - 1


def _fairness(card: Mapping[str, Any]) -> str:
    rows = []
    for need, figures in _by_need(card):
        for label, group in figures["groups"].items():
            rows.append(
                (
                    need.label,
                    label,
                    str(group["customers"]),
                    _percent(group["expected"]),
                    _percent(group["rate"]),
                    _plain(group["auc"]),
                    _percent(group["chosen"]),
                )
            )
    return (
        "## 各年龄和性别\n\n"
        "模型不看年龄和性别。下表检查各组说的比例与实际比例是否一致，以及进入最高一成的机会；"
        "人数或发生数少的组，差别多半是偶然。\n\n"
        + _table(("需求", "组", "客户数", "说的比例", "实际比例", "AUC", "进入最高一成"), rows)
    )


_LIMITS = (
    "## 局限\n\n"
    "- 说的是可能性，不是某位客户一定会怎样；没有记录下来的打算，模型看不到。\n"
    "- 学的是过去的行为和过去的服务方式；市场、产品或服务方式大变之后，应先看漂移报告再使用。\n"
    "- 申购只数本公司产品；在别处买的看不到。\n"
    "- 开户不满90天或没有资产记录的客户，按人工设定的规则估计，未经校准。\n"
    "- 融资融券只对风险等级、资产和经历达到公司要求、还没有信用账户的客户估计；这不是推荐，开立与否由客户主动提出。\n"
    "- 演示数据为虚构，其上的数字只说明方法有效，不代表真实业务的效果。\n"
    "- 理由说明模型为什么这样估计，不等于因果。"
)


def _by_need(card: Mapping[str, Any]) -> Iterator[tuple[Need, Mapping[str, Any]]]:
    for need in Need:
        if need.value in card["needs"]:
            yield need, card["needs"][need.value]


def _method(figures: Mapping[str, Any]) -> str:
    return "训练" if figures["method"] == Method.TRAINED else "规则"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in (head, ("---",) * len(head), *rows)]
    return "\n".join(lines)


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{share * 100:.{_PERCENT_DIGITS}f}%"


def _plain(value: float | None) -> str:
    return "—" if value is None else f"{value:.3f}"
