"""A chart told in the letter: caption and table. What is approved by its SHA-256 is also every number that is drawn."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from assistant.analysis.charts import Chart
from assistant.analysis.model import Unit

CELL = "｜"
"""Between the cells of a row."""

_WAN = Decimal(10_000)
_CENT = Decimal("0.01")


def chart_text(chart: Chart, number: int) -> str:
    """「图1 …」, a line of names, a line a label: the same chart and number give the same bytes."""
    head = CELL.join((chart.axis, *(series.name for series in chart.series)))
    rows = zip(chart.labels, *(cells(series.values, chart) for series in chart.series), strict=True)
    return "\n".join((caption(chart, number), head, *(CELL.join(row) for row in rows)))


def caption(chart: Chart, number: int) -> str:
    """What it is, in which unit, as of when and from which records."""
    day = f"{chart.as_of.year}年{chart.as_of.month}月{chart.as_of.day}日"
    return f"图{number} {chart.title}（单位：{unit_of(chart)}；截至{day}；来源：{chart.source}）"


def unit_of(chart: Chart) -> str:
    """「%」, 「元」, or 「万元」 where any value reaches 10,000 yuan."""
    if chart.unit is not Unit.YUAN:
        return "%"
    largest = max(abs(value) for series in chart.series for value in series.values)
    return "万元" if largest >= _WAN else "元"


def cells(values: Sequence[Decimal], chart: Chart) -> tuple[str, ...]:
    """Values as they are told, in the chart's unit."""
    if unit_of(chart) == "万元":
        values = [(value / _WAN).quantize(_CENT, ROUND_HALF_UP) for value in values]
    return tuple(f"{value:,f}" for value in values)
