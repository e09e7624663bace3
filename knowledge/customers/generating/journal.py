"""What happened to a block of customers, kept as columns."""

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64] | NDArray[np.int64]

COLUMNS = {
    "trades": ("day", "item", "side", "amount", "fee"),
    "subscriptions": ("day", "item", "side", "amount"),
    "cash_flows": ("day", "kind", "amount"),
    "visits": ("day", "topic", "hour", "pc"),
    "talks": ("day", "talk", "remark", "hour", "topic", "staff"),
    "hostile": ("day", "remark"),
    "complaints": ("day", "grievance", "closed", "hour"),
    "assessments": ("day", "rank", "lowest"),
    "needs": ("as_of", "need", "probability", "happened"),
}
"""Kinds of entries and what each tells beside ``who``: places of customers, ordinals of days, numbers of choices."""


@dataclass(slots=True)
class Journal:
    """Grows batch by batch."""

    _batches: dict[str, list[dict[str, Column]]] = field(default_factory=lambda: defaultdict(list))

    def write(self, entry: str, who: NDArray[np.int64], /, **columns: Column | float) -> None:
        """One of these entries for each of ``who``; a single value is everybody's."""
        if not len(who):
            return
        batch: dict[str, Column] = {"who": who}
        for name in COLUMNS[entry]:
            values = np.asarray(columns[name])
            batch[name] = np.full(len(who), values) if values.ndim == 0 else values
        self._batches[entry].append(batch)

    def read(self, entry: str) -> dict[str, Column]:
        """All entries of a kind, in the order of writing."""
        batches = self._batches[entry] or [dict.fromkeys(("who", *COLUMNS[entry]), np.empty(0, dtype=np.int64))]
        return {name: np.concatenate([batch[name] for batch in batches]) for name in ("who", *COLUMNS[entry])}
