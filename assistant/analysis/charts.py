"""Charts as data: what is drawn is computed here, kept with the draft and told in its text; drawing adds no number."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from assistant.analysis.model import Fact, Unit

MOST_LABELS = 60
"""So many points can still be told one by one beneath a chart."""

_SHARE = "fact:portfolio.share."
_REFERENCE = "fact:portfolio.reference."
_TENTH = Decimal("0.1")
_CENT = Decimal("0.01")
_YEAR_MONTHS = 12
_BALANCE = 3
"""In, out and net."""
_FORBIDDEN = frozenset("｜\n\r\t")
"""What separates the cells and the lines of a chart's table in a letter."""


class ChartKind(StrEnum):
    """What a chart shows, which decides how it is drawn."""

    ALLOCATION = "allocation"
    """Percent of the whole by class; a second series is what it is compared with."""
    DRAWDOWN = "drawdown"
    """Percent below the highest value so far, never above zero, by day or month."""
    CASH_FLOW = "cash_flow"
    """Yuan in, yuan out and the difference, by month."""


class ChartSeries(BaseModel):
    """One value a label: percent to a tenth, or yuan to the cent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=20)
    values: tuple[Decimal, ...] = Field(min_length=1, max_length=MOST_LABELS)


class Chart(BaseModel):
    """The data of one chart. Whatever cannot be drawn truthfully is refused when it is made."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ChartKind
    title: str = Field(min_length=1, max_length=40)
    axis: str = Field(min_length=1, max_length=20)
    """What the labels are: 「类别」, 「月份」, 「日期」."""
    labels: tuple[str, ...] = Field(min_length=1, max_length=MOST_LABELS)
    """A class, or a month 「2026-03」, or a day 「2026-03-31」, in order."""
    series: tuple[ChartSeries, ...] = Field(min_length=1, max_length=_BALANCE)
    unit: Unit
    as_of: date
    source: str = Field(min_length=1, max_length=60)
    """Which records: 「持仓与资金日终记录」."""
    section: str | None = None
    """Key of the section that it stands in; ``None``, or a section that was left out: after the last one."""

    @model_validator(mode="after")
    def _can_be_drawn(self) -> Self:
        words = (self.title, self.axis, self.source, *self.labels, *(series.name for series in self.series))
        if any(not word.strip() or _FORBIDDEN.intersection(word) for word in words):
            raise ValueError("the words of a chart stand in one cell each")
        if len(set(self.labels)) != len(self.labels):
            raise ValueError("a label stands once")
        if any(len(series.values) != len(self.labels) for series in self.series):
            raise ValueError("a series has one value a label")
        if not all(value.is_finite() for series in self.series for value in series.values):
            raise ValueError("a value is finite")
        if not _TRUE[self.kind](self):
            raise ValueError(f"this is no {self.kind.value} chart")
        return self


def _is_allocation(chart: Chart) -> bool:
    values = [value for series in chart.series for value in series.values]
    return chart.unit is Unit.PERCENT and all(0 <= value <= 100 for value in values)  # noqa: PLR2004 - percent


def _is_drawdown(chart: Chart) -> bool:
    values = [value for series in chart.series for value in series.values]
    return chart.unit is Unit.PERCENT and all(-100 <= value <= 0 for value in values)  # noqa: PLR2004 - percent


def _is_cash_flow(chart: Chart) -> bool:
    if chart.unit is not Unit.YUAN or len(chart.series) != _BALANCE:
        return False
    came, went, net = (series.values for series in chart.series)
    return all(a >= 0 and b >= 0 and a - b == c for a, b, c in zip(came, went, net, strict=True))


_TRUE = {
    ChartKind.ALLOCATION: _is_allocation,
    ChartKind.DRAWDOWN: _is_drawdown,
    ChartKind.CASH_FLOW: _is_cash_flow,
}


def allocation_chart(facts: Iterable[Fact], *, section: str | None = None) -> Chart | None:
    """The shares among ``facts`` (``fact:portfolio.share.…``), largest first, beside the reference shares if told.

    ``None`` where there are no shares.
    """
    found = {fact.id: fact for fact in facts if fact.unit is Unit.PERCENT}
    shares = {key.removeprefix(_SHARE): fact for key, fact in found.items() if key.startswith(_SHARE)}
    references = {key.removeprefix(_REFERENCE): fact for key, fact in found.items() if key.startswith(_REFERENCE)}
    if not shares:
        return None
    held = {key: _tenth(fact) for key, fact in shares.items()}
    wanted = {key: _tenth(fact) for key, fact in references.items()}
    keys = [key for key in dict.fromkeys((*held, *wanted)) if held.get(key) or wanted.get(key)]
    keys.sort(key=lambda key: (-held.get(key, Decimal(0)), -wanted.get(key, Decimal(0)), key))
    labels = {key: _class_of(shares.get(key) or references[key]) for key in keys}
    series = [ChartSeries(name="当前", values=tuple(held.get(key, Decimal("0.0")) for key in keys))]
    if wanted:
        series.append(ChartSeries(name="参考", values=tuple(wanted.get(key, Decimal("0.0")) for key in keys)))
    first = next(iter(shares.values()))
    return Chart(
        kind=ChartKind.ALLOCATION,
        title="资产配置",
        axis="类别",
        labels=tuple(labels.values()),
        series=tuple(series),
        unit=Unit.PERCENT,
        as_of=first.as_of,
        source=first.source,
        section=section,
    )


def drawdown_chart(
    points: Sequence[tuple[date, Decimal]], *, as_of: date, source: str, section: str | None = None
) -> Chart | None:
    """Percent below the highest value so far (0 or less), a day a point, oldest first. ``None`` under two points."""
    if len(points) < 2:  # noqa: PLR2004 - a line needs two
        return None
    return Chart(
        kind=ChartKind.DRAWDOWN,
        title="回撤",
        axis="日期",
        labels=tuple(day.isoformat() for day, _ in points),
        series=(ChartSeries(name="回撤", values=tuple(value.quantize(_TENTH, ROUND_HALF_UP) for _, value in points)),),
        unit=Unit.PERCENT,
        as_of=as_of,
        source=source,
        section=section,
    )


def cash_flow_chart(
    moved: Iterable[tuple[date, Decimal]], *, as_of: date, source: str, section: str | None = None
) -> Chart | None:
    """Money that came (above zero) and went (below) in the twelve months up to ``as_of``'s, summed by month.

    ``None`` where nothing moved.
    """
    months = _months_until(as_of)
    came = dict.fromkeys(months, Decimal(0))
    went = dict.fromkeys(months, Decimal(0))
    for on, amount in moved:
        month = f"{on:%Y-%m}"
        if month in came and on <= as_of:
            (came if amount > 0 else went)[month] += abs(amount)
    if not any((*came.values(), *went.values())):
        return None
    rounded = [(came[month].quantize(_CENT), went[month].quantize(_CENT)) for month in months]
    return Chart(
        kind=ChartKind.CASH_FLOW,
        title="资金流动",
        axis="月份",
        labels=months,
        series=(
            ChartSeries(name="转入", values=tuple(in_ for in_, _ in rounded)),
            ChartSeries(name="转出", values=tuple(out for _, out in rounded)),
            ChartSeries(name="净额", values=tuple(in_ - out for in_, out in rounded)),
        ),
        unit=Unit.YUAN,
        as_of=as_of,
        source=source,
        section=section,
    )


def _months_until(as_of: date) -> tuple[str, ...]:
    last = as_of.year * _YEAR_MONTHS + as_of.month - 1
    found = (divmod(last - ago, _YEAR_MONTHS) for ago in reversed(range(_YEAR_MONTHS)))
    return tuple(f"{year:04}-{month + 1:02}" for year, month in found)


def _tenth(fact: Fact) -> Decimal:
    return Decimal(str(fact.value)).quantize(_TENTH, ROUND_HALF_UP)


def _class_of(fact: Fact) -> str:
    return fact.label.removesuffix("占比").removesuffix("参考")
