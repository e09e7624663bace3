"""Model allocations on SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from assistant.allocations.model import AllocationEntry, AllocationState
from assistant.allocations.repository import AllocationRepository
from assistant.analysis.allocation import DEFAULT_ALLOCATION
from knowledge.customers.model import RiskLevel
from knowledge.database import Database
from knowledge.products.model import Variety

SPRING, AUTUMN = date(2026, 3, 1), date(2026, 9, 1)
AT = datetime(2026, 2, 1, 3, tzinfo=UTC)


def an_entry(day: date, *, cash: int = 60) -> AllocationEntry:
    shares = {**DEFAULT_ALLOCATION.shares, RiskLevel.C1: {Variety.CASH: cash, Variety.FIXED_INCOME: 100 - cash}}
    allocation = replace(DEFAULT_ALLOCATION, effective_from=day, shares=shares)
    return AllocationEntry(allocation=allocation, set_by="ops", set_at=AT)


def keep(database: Database, *entries: AllocationEntry) -> None:
    with database.begin() as connection:
        for entry in entries:
            AllocationRepository(connection).save(entry)


@pytest.mark.parametrize(
    ("day", "cash"),
    [(date(2026, 2, 28), 60), (SPRING, 70), (date(2026, 8, 31), 70), (AUTUMN, 80), (date(2030, 1, 1), 80)],
)
def test_a_day_has_the_one_that_took_effect_last(database: Database, day: date, cash: int) -> None:
    keep(database, an_entry(AUTUMN, cash=80), an_entry(SPRING, cash=70))
    with database.read() as connection:
        found = AllocationRepository(connection).in_force(day)
    assert found.share(RiskLevel.C1, Variety.CASH) == cash
    assert found.shares[RiskLevel.C5] == DEFAULT_ALLOCATION.shares[RiskLevel.C5]


def test_history_is_kept_and_each_ends_where_the_next_begins(database: Database) -> None:
    keep(database, an_entry(SPRING), an_entry(AUTUMN))
    with database.read() as connection:
        later, earlier = AllocationRepository(connection).all()
    assert (later.effective_to, earlier.effective_to) == (None, AUTUMN)
    assert (later.set_by, later.set_at) == ("ops", AT)
    day = date(2026, 6, 1)
    assert (later.state(day), earlier.state(day)) == (AllocationState.UPCOMING, AllocationState.IN_FORCE)
    assert earlier.state(AUTUMN) is AllocationState.PAST


def test_the_same_day_of_effect_is_kept_once(database: Database) -> None:
    keep(database, an_entry(SPRING, cash=70), an_entry(SPRING, cash=100))
    with database.begin() as connection:
        allocations = AllocationRepository(connection)
        (entry,) = allocations.all()
        assert entry.allocation.shares[RiskLevel.C1] == {Variety.CASH: 100}
        allocations.remove(SPRING)
        assert allocations.all() == ()
        assert allocations.in_force(SPRING) == DEFAULT_ALLOCATION
