"""A furnished house, and its API."""

from collections.abc import Iterator

import pytest

from tests.support.house import House, furnished_folder, house
from tests.support.http_api import HttpApi, an_api

__all__ = ["api", "furnished_folder", "house"]


@pytest.fixture
def api(house: House) -> Iterator[HttpApi]:
    with an_api(house) as opened:
        yield opened
