"""Small charts of a portrait, drawn as SVG: a line over time, and bars up and down by month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

_WIDTH, _HEIGHT = 520, 130
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 8, 8, 18


@dataclass(frozen=True, slots=True)
class Mark:
    """A value at a place of the time axis; ``label`` is told on hover."""

    at: float
    value: float
    label: str


def line_chart(points: Sequence[tuple[date, float]], *, name: str, unit: str, filled: bool = False) -> Markup:
    """Values over days, oldest first; empty for fewer than two. ``filled``: towards zero, as a drawdown is drawn."""
    if len(points) < 2:  # noqa: PLR2004 - one point is no line
        return Markup()
    first, last = points[0][0].toordinal(), points[-1][0].toordinal()
    values = [value for _, value in points]
    low, high = _bounds(values, from_zero=filled)
    marks = [
        Mark((day.toordinal() - first) / max(last - first, 1), value, f"{day.isoformat()}：{value:,.2f}{unit}")
        for day, value in points
    ]
    path = " ".join(
        f"{'M' if place == 0 else 'L'}{_x(mark.at):.1f} {_y(mark.value, low, high):.1f}"
        for place, mark in enumerate(marks)
    )
    body = Markup('<path class="yc-chart-line" d="{}"/>').format(path)
    if filled:
        zero = _y(min(max(0.0, low), high), low, high)
        area = f"{path} L{_x(1):.1f} {zero:.1f} L{_x(0):.1f} {zero:.1f} Z"
        body = Markup('<path class="yc-chart-area" d="{}"/>').format(area) + body
    dots = Markup().join(
        Markup('<circle class="yc-chart-dot" cx="{}" cy="{}" r="5"><title>{}</title></circle>').format(
            f"{_x(mark.at):.1f}", f"{_y(mark.value, low, high):.1f}", mark.label
        )
        for mark in marks
    )
    ends = (points[0][0].isoformat(), points[-1][0].isoformat())
    return _framed(body + dots, name=name, unit=unit, low=low, high=high, ends=ends)


def bar_chart(bars: Sequence[tuple[str, float, float]], *, name: str, unit: str) -> Markup:
    """By month: what came, upwards, and what went, downwards; empty where nothing moved."""
    if not any(up or down for _, up, down in bars):
        return Markup()
    low, high = _bounds([*(up for _, up, _ in bars), *(-down for _, _, down in bars), 0.0], from_zero=True)
    step = (_WIDTH - _LEFT - _RIGHT) / len(bars)
    zero = _y(0.0, low, high)
    drawn = []
    for place, (month, up, down) in enumerate(bars):
        left = _LEFT + place * step + step * 0.2
        for kind, value in (("up", up), ("down", -down)):
            if value:
                top = _y(value, low, high)
                drawn.append(
                    Markup(
                        '<rect class="yc-chart-{}" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>'
                    ).format(
                        kind,
                        f"{left:.1f}",
                        f"{min(top, zero):.1f}",
                        f"{step * 0.6:.1f}",
                        f"{max(abs(top - zero), 1):.1f}",
                        f"{month}：{value:+,.2f}{unit}",
                    )
                )
    return _framed(Markup().join(drawn), name=name, unit=unit, low=low, high=high, ends=(bars[0][0], bars[-1][0]))


_GRID = Markup(
    '<line class="yc-chart-grid" x1="{left}" x2="{right}" y1="{y}" y2="{y}"/>'
    '<text x="{tick}" y="{below}" text-anchor="end">{text}</text>'
)


def _framed(body: Markup, *, name: str, unit: str, low: float, high: float, ends: tuple[str, str]) -> Markup:
    lines = Markup().join(
        _GRID.format(
            left=_LEFT,
            right=_WIDTH - _RIGHT,
            tick=_LEFT - 6,
            y=f"{_y(value, low, high):.1f}",
            below=f"{_y(value, low, high) + 4:.1f}",
            text=f"{value:,.1f}%" if unit == "%" else f"{value:,.0f}",
        )
        for value in dict.fromkeys((high, (high + low) / 2, low))
    )
    days = Markup('<text x="{}" y="{}">{}</text><text x="{}" y="{}" text-anchor="end">{}</text>').format(
        _LEFT, _HEIGHT - 4, ends[0], _WIDTH - _RIGHT, _HEIGHT - 4, ends[1]
    )
    return Markup('<svg class="yc-chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}</svg>').format(
        _WIDTH, _HEIGHT, name, lines, body, days
    )


def _bounds(values: Sequence[float], *, from_zero: bool) -> tuple[float, float]:
    low, high = min(values), max(values)
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    margin = (high - low or abs(high) or 1.0) * 0.06
    return low - (margin if low != 0 or not from_zero else 0.0), high + (margin if high != 0 or not from_zero else 0.0)


def _x(share: float) -> float:
    return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)


def _y(value: float, low: float, high: float) -> float:
    span = high - low or 1.0
    return _TOP + (high - value) / span * (_HEIGHT - _TOP - _BOTTOM)
