"""What the portrait page shows of a customer's facts: key figures first, then subject by subject."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from api.schemas.customers import CustomerDetailView, PointView
from api.schemas.drafts import FactView
from ui.charts import bar_chart, line_chart

_WAN = 10_000

_KEY_FIGURES = (
    "portfolio.total_assets",
    "portfolio.cash_share",
    "portfolio.unrealised",
    "result.return_12m",
    "risk.max_drawdown",
    "risk.volatility",
    "portfolio.risk_grade",
    "portfolio.turnover_12m",
    "assessment.days_left",
    "assessment.days_expired",
    "margin.ratio",
    "service.days_since_contact",
)
_MOST_KEY_FIGURES = 8
_SUBJECTS = (
    ("cash", "资金"),
    ("flow", "资金"),
    ("result", "业绩与风险"),
    ("risk", "业绩与风险"),
    ("cost", "成本"),
    ("service", "服务"),
    ("preference", "偏好"),
    ("consent", "授权"),
)
"""Subject of a fact → the group that the page shows it in."""


@dataclass(frozen=True, slots=True)
class FactGroup:
    """Facts of one subject."""

    title: str
    facts: tuple[FactView, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """A kind of asset beside the firm's model allocation; percent."""

    label: str
    share: float
    reference: float


@dataclass(frozen=True, slots=True)
class Line:
    """What a line says, for who does not see it or cannot point at it."""

    since: date
    until: date
    first: float
    last: float
    high: float
    high_on: date
    low: float
    low_on: date


def line_of(points: Sequence[PointView]) -> Line | None:
    """Ends and extremes; ``None`` of nothing."""
    if not points:
        return None
    high, low = max(points, key=_value), min(points, key=_value)
    return Line(
        since=points[0].on,
        until=points[-1].on,
        first=points[0].value,
        last=points[-1].value,
        high=high.value,
        high_on=high.on,
        low=low.value,
        low_on=low.on,
    )


def key_figures(facts: Sequence[FactView]) -> tuple[FactView, ...]:
    """The few that an advisor looks at first, those that are known."""
    by_id = {fact.id: fact for fact in facts}
    found = [by_id[f"fact:{key}"] for key in _KEY_FIGURES if f"fact:{key}" in by_id]
    return tuple(found[:_MOST_KEY_FIGURES])


def fact_groups(facts: Sequence[FactView]) -> tuple[FactGroup, ...]:
    """The rest, by subject."""
    groups: dict[str, list[FactView]] = {}
    titles = dict(_SUBJECTS)
    for fact in facts:
        title = titles.get(fact.id.removeprefix("fact:").partition(".")[0])
        if title is not None:
            groups.setdefault(title, []).append(fact)
    return tuple(FactGroup(title, tuple(found)) for title, found in groups.items())


def targets(facts: Sequence[FactView]) -> tuple[Target, ...]:
    """Shares held beside the reference, the largest reference first; empty without an assessment."""
    values = {fact.id.removeprefix("fact:portfolio."): fact for fact in facts}
    found = []
    for key, fact in values.items():
        if key.startswith("reference."):
            held = values.get(key.replace("reference.", "share."))
            found.append(
                Target(
                    label=fact.label.removesuffix("参考占比"),
                    share=_percent(held) if held is not None else 0.0,
                    reference=_percent(fact),
                )
            )
    return tuple(sorted(found, key=lambda target: -target.reference))


def asset_chart(detail: CustomerDetailView) -> Markup:
    """Assets by month, in ten thousand yuan."""
    points = [(point.on, point.value / _WAN) for point in detail.series.assets]
    return line_chart(points, name="总资产（万元）", unit="万元")


def drawdown_chart(detail: CustomerDetailView) -> Markup:
    """Today's holdings at past prices, percent below their peak."""
    points = [(point.on, point.value) for point in detail.series.drawdown]
    return line_chart(points, name="回撤（%）", unit="%", filled=True)


def flow_chart(detail: CustomerDetailView) -> Markup:
    """Paid in and taken out by month, in ten thousand yuan."""
    bars = [(flow.month, flow.paid_in / _WAN, flow.taken_out / _WAN) for flow in detail.series.flows]
    return bar_chart(bars, name="每月转入转出（万元）", unit="万元")


def _value(point: PointView) -> float:
    return point.value


def _percent(fact: FactView) -> float:
    return float(str(fact.text).rstrip("%"))
