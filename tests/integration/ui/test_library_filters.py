"""The address of a search is the search."""

from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest

from ui.pages.library import LibraryFilters
from ui.rendering import today


@pytest.mark.parametrize(
    "filters",
    [
        LibraryFilters(),
        LibraryFilters(text="适当性 & 匹配", kind="rule", issuer="中国证监会"),
        LibraryFilters(state="", as_of=date(2020, 1, 1)),
        LibraryFilters(state="upcoming"),
    ],
)
def test_an_address_reads_back_as_its_filters(filters: LibraryFilters) -> None:
    query = dict(parse_qsl(urlsplit(filters.address).query, keep_blank_values=True))
    assert LibraryFilters.asked(query) == filters


def test_what_an_address_makes_up_is_left_out() -> None:
    made_up = {"kind": "<script>", "state": "gone", "as_of": "someday", "text": "x" * 9000, "more": "1"}
    filters = LibraryFilters.asked(made_up)
    assert (filters.kind, filters.state, filters.as_of, len(filters.text)) == ("", "", today(), 400)
