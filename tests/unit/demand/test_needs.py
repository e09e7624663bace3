from datetime import date

import polars as pl
import pytest

from assistant.demand.model import Need
from assistant.demand.needs import ELIGIBLE, WORDS, happened
from knowledge.customers.history.model import Outcomes, ProductTerms
from tests.support.histories import a_table

PRODUCTS = {
    "YC1": ProductTerms(variety="cash"),
    "YC2": ProductTerms(variety="fixed_income"),
    "YC3": ProductTerms(variety="alternative"),
}


def _outcomes(**parts: pl.DataFrame) -> Outcomes:
    empty = {
        "subscribed": pl.DataFrame(schema={"customer_id": pl.String, "product_code": pl.String}),
        "opened": pl.DataFrame(schema={"customer_id": pl.String, "kind": pl.String}),
        "notes": pl.DataFrame(schema={"customer_id": pl.String, "kind": pl.String}),
        "flows": pl.DataFrame(schema={"customer_id": pl.String, "kind": pl.String, "amount": pl.Float64}),
        "assessed": pl.DataFrame(schema={"customer_id": pl.String}),
    }
    return Outcomes(since=date(2026, 6, 1), until=date(2026, 8, 30), **(empty | parts))


def _shown(outcomes: Outcomes, **columns: float) -> set[Need]:
    found = happened(a_table(1, columns).standing, outcomes, PRODUCTS)
    return {Need(name) for name in found.columns if found[name][0]}


@pytest.mark.parametrize(
    ("code", "need"),
    [("YC1", Need.CASH_MANAGEMENT), ("YC2", Need.FIXED_INCOME), ("YC3", Need.FUND_ADVISORY)],
)
def test_a_subscription_shows_the_need_of_its_variety(code: str, need: Need) -> None:
    assert _shown(_outcomes(subscribed=pl.DataFrame({"customer_id": ["K000000"], "product_code": [code]}))) == {need}


def test_an_unknown_product_shows_nothing() -> None:
    assert not _shown(_outcomes(subscribed=pl.DataFrame({"customer_id": ["K000000"], "product_code": ["??"]})))


@pytest.mark.parametrize(("taken", "left"), [(299_999.0, False), (300_000.0, True)])
def test_taking_half_away_is_leaving(taken: float, left: bool) -> None:
    flows = pl.DataFrame({"customer_id": ["K000000"], "kind": ["withdrawal"], "amount": [taken]})
    assert (Need.RETENTION in _shown(_outcomes(flows=flows), assets=600_000.0)) is left


def test_what_is_brought_back_does_not_count_as_taken() -> None:
    flows = pl.DataFrame(
        {"customer_id": ["K000000"] * 3, "kind": ["withdrawal", "deposit", "fee"], "amount": [4e5, 2e5, 9e5]}
    )
    assert Need.RETENTION not in _shown(_outcomes(flows=flows), assets=600_000.0)


def test_other_events() -> None:
    outcomes = _outcomes(
        opened=pl.DataFrame({"customer_id": ["K000000"] * 2, "kind": ["option", "margin"]}),
        notes=pl.DataFrame({"customer_id": ["K000000"] * 2, "kind": ["care", "education"]}),
        assessed=pl.DataFrame({"customer_id": ["K000000"]}),
    )
    assert _shown(outcomes) == {Need.MARGIN, Need.EDUCATION, Need.RE_ASSESSMENT}


def test_what_happened_to_somebody_else_is_not_theirs() -> None:
    assert not _shown(_outcomes(assessed=pl.DataFrame({"customer_id": ["K000009"]})))


def test_every_need_says_when_it_can_show_and_in_which_words() -> None:
    assert set(ELIGIBLE) == set(WORDS) == set(Need)
