"""The ladder: each rung's edges, and nothing lost between them."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.analysis.maturities import ladder_facts, ladder_of
from tests.support.customers import DAY, a_holding, a_record


@pytest.mark.parametrize(
    ("days", "rung"),
    [
        (-1, "overdue"), (0, "within_30d"), (30, "within_30d"), (31, "within_90d"), (90, "within_90d"),
        (91, "within_180d"), (180, "within_180d"), (181, "within_365d"), (365, "within_365d"), (366, "beyond_365d"),
    ],
)  # fmt: skip
def test_the_edges_of_the_rungs(days: int, rung: str) -> None:
    record = a_record(holdings=(a_holding(matures_on=DAY + timedelta(days=days)),))
    assert [found.key for found in ladder_of(record, as_of=DAY)] == [rung]


def test_amounts_shares_and_the_next_day() -> None:
    record = a_record(
        cash=100_000.0,
        holdings=(
            a_holding(product_code="A", market_value=60_000.0, matures_on=DAY + timedelta(days=20)),
            a_holding(product_code="B", market_value=30_000.0, matures_on=DAY + timedelta(days=10)),
            a_holding(product_code="C", market_value=5_000.0, matures_on=DAY - timedelta(days=4)),
            a_holding(product_code="D", market_value=5_000.0),
        ),
    )
    overdue, soon = ladder_of(record, as_of=DAY)
    assert (overdue.amount, soon.amount, soon.share) == (Decimal("5000.00"), Decimal("90000.00"), Decimal("45.0"))
    assert [held.product_code for held in soon.holdings] == ["B", "A"]
    told = {fact.id.removeprefix("fact:maturity."): fact.text for fact in ladder_facts((overdue, soon), as_of=DAY)}
    assert told == {
        "overdue": "5000元",
        "overdue_share": "2.5%",
        "within_30d": "9万元",
        "within_30d_share": "45.0%",
        "next_on": "2026年12月2日",
        "days_to_next": "10天",
    }


def test_without_terms_there_is_no_ladder() -> None:
    assert ladder_of(a_record(holdings=(a_holding(),)), as_of=DAY) == ()
    assert list(ladder_facts((), as_of=DAY)) == []


@given(st.lists(st.tuples(st.integers(-3_000, 20_000), st.integers(0, 10**8)), max_size=12))
def test_every_dated_holding_stands_on_one_rung(drawn: list[tuple[int, int]]) -> None:
    holdings = tuple(
        replace(a_holding(matures_on=DAY + timedelta(days=days)), market_value=fen / 100) for days, fen in drawn
    )
    ladder = ladder_of(a_record(holdings=(*holdings, a_holding())), as_of=DAY)
    assert sum(rung.amount for rung in ladder) * 100 == sum(fen for _, fen in drawn)
    assert sum(len(rung.holdings) for rung in ladder) == len(drawn)
