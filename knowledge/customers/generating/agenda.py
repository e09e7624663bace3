"""Who does what on which trading day of a window, drawn in advance."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.random import Generator

from knowledge.customers.generating.market import Flags, Floats, Integers


@dataclass(frozen=True, slots=True)
class Limits:
    """Between which days each customer is free to act; ordinals, the last one excluded."""

    since: Integers
    until: Integers


class Agenda:
    """Actions by name and trading day. On one day, a customer does a thing once."""

    def __init__(self, random: Generator, days: Integers, first: int, last: int) -> None:
        self._random = random
        self._days = days[first:last]
        self._first = first
        self._entries: dict[str, list[Integers]] = {}

    def spread(self, action: str, rates: Floats, limits: Limits) -> None:
        """About as many times as the rates say, any day, left out where the limits forbid it."""
        counts = self._random.poisson(rates)
        who = np.repeat(np.arange(len(rates)), counts)
        places = self._random.integers(0, max(len(self._days), 1), len(who))
        days = self._days[places] if len(self._days) else places
        kept = (days >= limits.since[who]) & (days < limits.until[who])
        self._enter(action, who[kept], places[kept])

    def fix(self, action: str, wanted: Flags, limits: Limits) -> Integers:
        """Once for each who is wanted, on a day between the limits (there must be one); the ordinals."""
        who = np.flatnonzero(wanted)
        low = np.searchsorted(self._days, limits.since[who])
        high = np.searchsorted(self._days, limits.until[who])
        places = low + (self._random.random(len(who)) * np.maximum(high - low, 1)).astype(np.int64)
        places = np.clip(places, 0, len(self._days) - 1)
        self._enter(action, who, places)
        days: Integers = self._days[places]
        return days

    def follow(self, action: str, earlier: str) -> None:
        """Whoever does the earlier thing does this on the next trading day."""
        entries = self._entries.get(earlier, [])
        self._entries[action] = [np.empty(0, dtype=np.int64), *entries[:-1]] if entries else []

    def on(self, action: str, number: int) -> Integers:
        """Who does it on the trading day of this number."""
        entries = self._entries.get(action)
        return entries[number - self._first] if entries else np.empty(0, dtype=np.int64)

    def _enter(self, action: str, who: Integers, places: Integers) -> None:
        order = np.lexsort((who, places))
        who, places = who[order], places[order]
        fresh = np.ones(len(who), dtype=np.bool_)
        fresh[1:] = (who[1:] != who[:-1]) | (places[1:] != places[:-1])
        bounds = np.searchsorted(places[fresh], np.arange(len(self._days) + 1))
        entries = [who[fresh][low:high] for low, high in pairwise(bounds)]
        earlier = self._entries.get(action)
        if earlier:
            entries = [np.union1d(old, new) for old, new in zip(earlier, entries, strict=True)]
        self._entries[action] = entries
