"""Charts drawn for print: they read in grey, and say nothing that their table does not."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING

from assistant.analysis.charts import Chart, ChartKind
from assistant.drafting.chart_text import cells, unit_of
from assistant.exporting.fonts import FontFile

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.font_manager import FontProperties

DOTS_PER_INCH = 220
"""Of pictures in pixels."""

_INK, _FAINT, _GRID = "#1f2933", "#6b7785", "#d9dee4"
_MAIN, _BESIDE, _AGAINST = "#1f4e79", "#b9c4d0", "#c8875a"
_SIZE = 9.0
_LETTER_INCHES = 0.078
_NO_METADATA: dict[str, str | None] = dict.fromkeys(("Date", "Creator", "Format", "Type"))
_DRAWING = Lock()
"""Matplotlib keeps caches that are not made for threads."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as bytes: ``svg`` with letters as outlines, or ``png``; size in inches."""

    content: bytes
    width: float
    height: float


def draw(chart: Chart, font: FontFile, *, form: str, width: float) -> Picture:
    """The chart in ``form`` (``svg`` or ``png``), ``width`` inches wide: the same words give the same bytes."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with _DRAWING, mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": "chart", "text.parse_math": False}):
        figure = Figure(figsize=(width, _height(chart)), dpi=DOTS_PER_INCH, layout="constrained")
        FigureCanvasAgg(figure)
        _DRAW[chart.kind](chart, figure.add_subplot(), _Letters(font, width))
        written = io.BytesIO()
        metadata = _NO_METADATA if form == "svg" else {"Software": None}
        figure.savefig(written, format=form, metadata=metadata, transparent=form == "svg")
    return Picture(written.getvalue(), width, _height(chart))


class _Letters:
    """One face in a few sizes, for a drawing ``width`` inches wide."""

    def __init__(self, font: FontFile, width: float) -> None:
        from matplotlib.font_manager import FontPath

        self.width = width
        self._path = FontPath(font.path, font.index)

    def size(self, points: float = _SIZE) -> "FontProperties":
        from matplotlib.font_manager import FontProperties

        return FontProperties(fname=self._path, size=points)


def _height(chart: Chart) -> float:
    if chart.kind is ChartKind.ALLOCATION:
        return 0.5 + len(chart.labels) * (0.14 + 0.14 * len(chart.series))
    return 2.3


def _draw_allocation(chart: Chart, axes: "Axes", letters: _Letters) -> None:
    thick = 0.8 / len(chart.series)
    colours = (_MAIN, _BESIDE, _AGAINST)
    largest = max(float(value) for series in chart.series for value in series.values) or 1.0
    for place, series in enumerate(chart.series):
        middles = [row + (place - (len(chart.series) - 1) / 2) * thick for row in range(len(chart.labels))]
        widths = [float(value) for value in series.values]
        axes.barh(middles, widths, height=thick * 0.86, color=colours[place], label=series.name)
        for middle, width, told in zip(middles, widths, cells(series.values, chart), strict=True):
            axes.text(
                width + largest * 0.012, middle, told, va="center", color=_INK, fontproperties=letters.size(_SIZE - 1)
            )
    axes.set_yticks(range(len(chart.labels)), chart.labels, fontproperties=letters.size())
    axes.invert_yaxis()
    axes.set_xlim(0, largest * 1.12)
    axes.set_xticks([])
    _plain(axes, keep=("left",))
    _name_series(axes, chart, letters)


def _draw_drawdown(chart: Chart, axes: "Axes", letters: _Letters) -> None:
    places = _places(chart.labels)
    for series, colour in zip(chart.series, (_MAIN, _AGAINST, _FAINT), strict=False):
        values = [float(value) for value in series.values]
        axes.plot(places, values, color=colour, linewidth=1.4, label=series.name)
        axes.fill_between(places, values, 0.0, color=colour, alpha=0.14, linewidth=0)
        deepest = min(range(len(values)), key=values.__getitem__)
        if values[deepest] < 0:
            axes.plot([places[deepest]], [values[deepest]], marker="o", markersize=3.5, color=colour)
            axes.annotate(
                cells(series.values, chart)[deepest],
                (places[deepest], values[deepest]),
                xytext=(0, -11),
                textcoords="offset points",
                ha="center",
                color=_INK,
                fontproperties=letters.size(_SIZE - 1),
            )
    lowest = min(float(value) for series in chart.series for value in series.values)
    axes.set_ylim(min(lowest * 1.25, -1.0), -min(lowest, -1.0) * 0.04)
    _time_axis(axes, chart, places, letters)


def _draw_cash_flow(chart: Chart, axes: "Axes", letters: _Letters) -> None:
    scale = 10_000.0 if unit_of(chart) == "万元" else 1.0
    came, went, net = ([float(value) / scale for value in series.values] for series in chart.series)
    places = [float(place) for place in range(len(chart.labels))]
    axes.bar(places, came, width=0.62, color=_MAIN, label=chart.series[0].name)
    axes.bar(
        places,
        [-value for value in went],
        width=0.62,
        color=_BESIDE,
        hatch="////",
        edgecolor="#8492a1",
        linewidth=0,
        label=chart.series[1].name,
    )
    axes.plot(
        places,
        net,
        color=_AGAINST,
        linewidth=1.2,
        marker="D",
        markersize=3.2,
        markeredgecolor="white",
        markeredgewidth=0.5,
        label=chart.series[2].name,
    )
    axes.axhline(0, color=_FAINT, linewidth=0.8)
    _time_axis(axes, chart, places, letters)


_DRAW = {
    ChartKind.ALLOCATION: _draw_allocation,
    ChartKind.DRAWDOWN: _draw_drawdown,
    ChartKind.CASH_FLOW: _draw_cash_flow,
}


def _places(labels: Sequence[str]) -> list[float]:
    """Days at their distance in time; anything else side by side."""
    try:
        return [float(date.fromisoformat(label).toordinal()) for label in labels]
    except ValueError:
        return [float(place) for place in range(len(labels))]


def _time_axis(axes: "Axes", chart: Chart, places: Sequence[float], letters: _Letters) -> None:
    fitting = int(letters.width / (_LETTER_INCHES * (len(chart.labels[0]) + 2)))
    step = max(1, -(-len(places) // max(fitting, 2)))
    shown = range(len(places) - 1, -1, -step)
    axes.set_xticks(
        [places[n] for n in shown], [chart.labels[n] for n in shown], fontproperties=letters.size(_SIZE - 1)
    )
    for label in axes.get_yticklabels():
        label.set_fontproperties(letters.size(_SIZE - 1))
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}")
    axes.locator_params(axis="y", nbins=5)
    axes.grid(axis="y", color=_GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    _plain(axes, keep=("bottom",))
    _name_series(axes, chart, letters)


def _plain(axes: "Axes", *, keep: Sequence[str]) -> None:
    for side, spine in axes.spines.items():
        spine.set_visible(side in keep)
        spine.set_color(_FAINT)
        spine.set_linewidth(0.8)
    axes.tick_params(length=0, colors=_INK, labelcolor=_INK)


def _name_series(axes: "Axes", chart: Chart, letters: _Letters) -> None:
    """Beside the unit, above the drawing."""
    axes.set_title(f"单位：{unit_of(chart)}", loc="left", color=_FAINT, fontproperties=letters.size(_SIZE - 1), pad=8)
    if len(chart.series) > 1:
        drawn = dict(zip(*reversed(axes.get_legend_handles_labels()), strict=True))
        axes.legend(
            handles=[drawn[series.name] for series in chart.series],
            loc="lower right",
            bbox_to_anchor=(1.0, 1.0),
            ncols=len(chart.series),
            frameon=False,
            prop=letters.size(_SIZE - 1),
            handlelength=1.4,
            borderaxespad=0.2,
            columnspacing=1.2,
        )
