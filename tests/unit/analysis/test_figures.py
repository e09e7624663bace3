from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.analysis.figures import add_months, day_text, money, percent, whole_months, yuan_text

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "0元"),
        ("9800", "9800元"),
        ("0.5", "0.5元"),
        ("9999.99", "9999.99元"),
        ("10000", "1万元"),
        ("123450", "12.35万元"),
        ("500000", "50万元"),
        ("99999999", "10000万元"),
        ("100000000", "1亿元"),
        ("-20500", "-2.05万元"),
    ],
)
def test_amounts_are_said_shortly(amount: str, text: str) -> None:
    assert yuan_text(Decimal(amount)) == text


def test_halves_go_up() -> None:
    assert money(1.005) == Decimal("1.01")
    assert percent(Decimal("0.1245"), Decimal(1)) == Decimal("12.5")
    assert percent(Decimal(5), Decimal(0)) == Decimal("0.0")


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_months_end_where_the_month_ends(day: date, months: int, later: date) -> None:
    assert add_months(day, months) == later


@given(DAYS, DAYS)
def test_whole_months_is_the_most_that_has_gone_by(since: date, until: date) -> None:
    months = whole_months(since, until)
    assert add_months(since, months) <= until
    assert add_months(since, months + 1) > until


def test_a_day_is_said_in_chinese() -> None:
    assert day_text(date(2026, 7, 6)) == "2026年7月6日"
