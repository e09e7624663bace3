"""A served house and a browser for each file of journeys."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browser import a_browser
from tests.support.served_house import ServedHouse, a_served_house


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedHouse]:
    with a_served_house(tmp_path_factory.mktemp("served")) as served:
        yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=60_000)  # a busy machine is no reason to fail
    with a_browser() as chromium:
        yield chromium
    expect.set_options(timeout=5_000)
