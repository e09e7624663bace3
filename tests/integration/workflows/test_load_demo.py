"""The demo book comes in by the road of every import, and a start after a crash goes on where the last one stopped."""

from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from assistant.workflows.generate_customers import GenerateCustomers
from assistant.workflows.import_customers import ImportCustomers, ImportReport
from assistant.workflows.load_demo import DEMO_SEED, FIRST_CUSTOMER, LoadDemo
from knowledge.customers.generating.people import customer_id
from knowledge.customers.importing.model import FileProgress
from knowledge.customers.model import Scope
from tests.support.customers import DAY
from tests.support.house import House, a_house
from tests.support.library import a_file, write_library

CUSTOMERS = 24
PRODUCTS = Path(__file__).parents[3] / "knowledge/library/products"


class Crash(Exception):
    """The power goes."""


class CrashingImport(ImportCustomers):
    """Stops when the trades are being taken in."""

    def __call__(self, folder: Path, **kwargs: Any) -> ImportReport:  # noqa: ANN401 - passed on as they are
        def told(progress: FileProgress) -> None:
            if progress.record_type == "trades":
                raise Crash

        return super().__call__(folder, **kwargs | {"progress": told})


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with a_house(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def load(house: House, tmp_path: Path) -> LoadDemo:
    products = [(PRODUCTS / f"PROD-{code}@2026-01-05.md").read_text("utf-8") for code in ("YC1001", "YC1003", "YC1007")]
    write_library(tmp_path / "library" / "products", a_file("## 1.1 一\n内容。\n\n> 问：什么？"), *products)
    return replace(house.application.load_demo, library=tmp_path / "library")


def totals_of_files(load: LoadDemo, folder: Path) -> dict[str, float]:
    """What the command writes for the same seed and day, whose truth is the house's too."""
    GenerateCustomers(load.library, load.clock)(folder / "files", customers=CUSTOMERS, seed=DEMO_SEED)
    accounts = pl.read_csv(folder / "files" / "accounts.csv", try_parse_dates=True)
    cash = accounts.filter(pl.col("as_of") == pl.col("as_of").max()).select("customer_id", yuan="cash")
    held = pl.read_csv(folder / "files" / "holdings.csv").select("customer_id", yuan="market_value")
    sums = pl.concat([cash, held]).group_by("customer_id").agg(pl.col("yuan").sum().round(2))
    return dict(sums.iter_rows())


def test_a_start_after_a_crash_goes_on(house: House, load: LoadDemo, tmp_path: Path) -> None:
    whole = load.imports
    crashing = CrashingImport(**{field.name: getattr(whole, field.name) for field in fields(whole)})
    with pytest.raises(Crash):
        replace(load, imports=crashing)(customers=CUSTOMERS)
    assert load.book.exists()
    with house.application.load_demo.storage.reading() as work:
        assert work.accounts.by_username("customer") is None

    load(customers=CUSTOMERS)
    assert not load.book.exists()
    with load.storage.reading() as work:
        assert work.customers.count() == CUSTOMERS
        record = work.customers.get(FIRST_CUSTOMER, scope=Scope.everyone(), as_of=DAY)
    with house.application.load_demo.storage.reading() as work:
        book = work.customers.records(
            [customer_id(number) for number in range(CUSTOMERS)], scope=Scope.everyone(), as_of=DAY
        )
    assert {each.customer.id: round(each.total_assets, 2) for each in book} == totals_of_files(load, tmp_path)
    assert record.trades
    assert record.touchpoints
    assert record.customer.tags
    assert record.total_assets == pytest.approx(862_400, rel=0.002)
    assert house.customer.customer_id == FIRST_CUSTOMER


def test_customers_that_are_there_stay_as_they_are(load: LoadDemo) -> None:
    load(customers=3)
    load(customers=CUSTOMERS)
    with load.storage.reading() as work:
        assert work.customers.count() == 3
