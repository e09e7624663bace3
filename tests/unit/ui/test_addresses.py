"""What a list shows is in its address, and an address that nobody would make shows the list as it begins."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.schemas.terms import ActionState, CustomerSort, DraftKind, ReviewState, Value
from ui.addresses import number
from ui.pages.customers import Filters
from ui.pages.drafts import DraftsState
from ui.pages.today import TodayState

ANYTHING = st.dictionaries(
    st.sampled_from(["kind", "state", "offset", "text", "tag", "risk_level", "expiring", "sort", "value"]), st.text()
)


def _query(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))


def test_a_stretch_of_the_day_is_found_again() -> None:
    shown = TodayState(kind="idle_cash", state=ActionState.DONE.value, offset=40)

    assert TodayState.at(_query(shown.address)) == shown
    assert TodayState().address == "/today"


def test_a_narrowed_list_of_customers_is_found_again() -> None:
    shown = Filters(
        text="杭州 & 上海",
        risk_level="C3",
        expiring="90",
        tag="闲置资金",
        segment={"value": next(iter(Value)).value},
        sort=CustomerSort.LAST_CONTACT.value,
        offset=20,
    )

    assert Filters.of(_query(shown.address)) == shown
    assert Filters().address == "/customers"


def test_drafts_of_a_kind_are_found_again() -> None:
    shown = DraftsState(state=ReviewState.WAITING.value, kind=DraftKind.MATURITY.value, offset=20)

    assert DraftsState.at(_query(shown.address)) == shown
    assert DraftsState().address == "/drafts"


@given(query=ANYTHING)
def test_no_address_breaks_a_list(query: dict[str, str]) -> None:
    for shown in (TodayState.at(query), DraftsState.at(query), Filters.of(query)):
        assert 0 <= shown.offset < 10_000_000
    assert TodayState.at(query).state in set(ActionState)
    assert DraftsState.at(query).state in {"", *ReviewState}


@pytest.mark.parametrize("text", ["", "-1", "１２", "99999999", "1e3", "x"])
def test_what_is_no_place_is_the_beginning(text: str) -> None:
    assert number(text) == 0
