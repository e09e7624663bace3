"""Charts of the portrait, as SVG."""

import re
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ui.charts import bar_chart, line_chart

START = date(2026, 1, 31)
VALUES = st.lists(st.floats(-1e9, 1e9, allow_nan=False), min_size=2, max_size=30)


def _numbers(svg: str, pattern: str) -> list[float]:
    return [float(number) for found in re.findall(pattern, svg) for number in re.findall(r"-?\d+\.?\d*", found)]


@given(values=VALUES, filled=st.booleans())
def test_a_line_stays_within_its_frame(values: list[float], filled: bool) -> None:
    points = [(START + timedelta(days=30 * place), value) for place, value in enumerate(values)]
    svg = str(line_chart(points, name="总资产", unit="万元", filled=filled))
    path = _numbers(svg, r'class="yc-chart-line" d="([^"]+)"')
    assert len(path) == 2 * len(values)
    assert all(0 <= x <= 520 for x in path[0::2])
    assert all(0 <= y <= 130 for y in path[1::2])


def test_higher_is_drawn_higher_and_says_its_value() -> None:
    svg = str(line_chart([(START, 100.0), (START + timedelta(days=28), 250.5)], name="总资产", unit="万元"))
    _, first, _, second = _numbers(svg, r'class="yc-chart-line" d="([^"]+)"')
    assert second < first
    assert "2026-02-28：250.50万元" in svg


def test_one_point_is_no_line() -> None:
    assert str(line_chart([(START, 1.0)], name="总资产", unit="万元")) == ""
    assert str(bar_chart([("2026-01", 0.0, 0.0)], name="转入转出", unit="万元")) == ""


def test_what_came_stands_above_what_went() -> None:
    svg = str(bar_chart([("2026-01", 10.0, 4.0)], name="转入转出", unit="万元"))
    up = _numbers(svg, r'class="yc-chart-up" x="[^"]+" y="([^"]+)"')[0]
    down = _numbers(svg, r'class="yc-chart-down" x="[^"]+" y="([^"]+)"')[0]
    assert up < down
    assert "2026-01：-4.00万元" in svg


def test_names_are_escaped() -> None:
    svg = str(bar_chart([("<b>", 1.0, 0.0)], name='"><script>', unit="万元"))
    assert "<script>" not in svg
    assert "<b>" not in svg
