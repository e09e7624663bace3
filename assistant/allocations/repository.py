"""Model allocations, kept by the day from which they are in force."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select

from assistant.allocations.model import AllocationEntry
from assistant.allocations.tables import model_allocations
from assistant.analysis.allocation import DEFAULT_ALLOCATION, ModelAllocation
from knowledge.customers.model import RiskLevel
from knowledge.products.model import Variety


class AllocationRepository:
    """One entry a day of effect; the last that has taken effect is in force."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def in_force(self, day: date) -> ModelAllocation:
        """What a portfolio is compared with on ``day``; the default where headquarters entered nothing by then."""
        latest = (
            select(func.max(model_allocations.c.effective_from))
            .where(model_allocations.c.effective_from <= day)
            .scalar_subquery()
        )
        rows = self._connection.execute(select(model_allocations).where(model_allocations.c.effective_from == latest))
        entries = _entries(rows)
        return entries[0].allocation if entries else DEFAULT_ALLOCATION

    def all(self) -> tuple[AllocationEntry, ...]:
        """Every entry, the latest effect first."""
        return _entries(self._connection.execute(select(model_allocations)))

    def save(self, entry: AllocationEntry) -> None:
        """Keep an entry in place of any other of the same day of effect."""
        allocation = entry.allocation
        self.remove(allocation.effective_from)
        self._connection.execute(
            insert(model_allocations),
            [
                {
                    "effective_from": allocation.effective_from,
                    "level": level.value,
                    "variety": variety.value,
                    "percent": allocation.share(level, variety),
                    "set_by": entry.set_by,
                    "set_at": entry.set_at,
                }
                for level in RiskLevel
                for variety in allocation.varieties(level)
            ],
        )

    def remove(self, effective_from: date) -> None:
        """Forget the entry of this day of effect."""
        self._connection.execute(delete(model_allocations).where(model_allocations.c.effective_from == effective_from))


def _entries(rows: Iterable[Row[Any]]) -> tuple[AllocationEntry, ...]:
    shares: dict[date, dict[RiskLevel, dict[Variety, int]]] = defaultdict(lambda: defaultdict(dict))
    entered: dict[date, tuple[str, datetime]] = {}
    for row in rows:
        shares[row.effective_from][RiskLevel(row.level)][Variety(row.variety)] = row.percent
        entered[row.effective_from] = (row.set_by, row.set_at)
    found: list[AllocationEntry] = []
    for day in sorted(shares, reverse=True):
        by, at = entered[day]
        entry = AllocationEntry(
            allocation=ModelAllocation(effective_from=day, shares=shares[day]), set_by=by, set_at=at
        )
        found.append(replace(entry, effective_to=found[-1].allocation.effective_from if found else None))
    return tuple(found)
