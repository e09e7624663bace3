"""One furnished house with its API a module, because the tests only add to it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.house import a_house, furnished_folder
from tests.support.http_api import HttpApi, an_api

__all__ = ["api", "furnished_folder"]


@pytest.fixture(scope="module")
def api(furnished_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpApi]:
    folder = tmp_path_factory.mktemp("house") / "data"
    shutil.copytree(furnished_folder, folder)
    with a_house(folder) as house, an_api(house) as opened:
        yield opened
