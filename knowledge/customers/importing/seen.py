"""Keys of a file that came before, in little memory: 20 bytes a row, whatever the keys look like."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

_END = "\x1e"
"""Added for the second hash, so that it is another one whatever the first is made of."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Keys in the order of their first hash, with the row of each."""

    hashes: NDArray[np.uint64]
    checks: NDArray[np.uint64]
    """A second hash: both alike is the same key, but for once in 10^30 pairs."""
    rows: NDArray[np.uint32]

    def __len__(self) -> int:
        return len(self.hashes)

    def merged(self, other: "_Run") -> "_Run":
        hashes = np.concatenate((self.hashes, other.hashes))
        order = np.argsort(hashes, kind="stable")
        return _Run(
            hashes[order],
            np.concatenate((self.checks, other.checks))[order],
            np.concatenate((self.rows, other.rows))[order],
        )


class SeenKeys:
    """Finds keys that came before. Sorted runs of growing length, so that every row is moved only a few times."""

    def __init__(self) -> None:
        self._runs: list[_Run] = []

    def doubles(self, keys: pl.Series, rows: pl.Series) -> dict[int, int]:
        """Rows whose key came before, here or in an earlier stretch → the row where it came first. The rest is kept."""
        found: dict[int, int] = {}
        first = keys.is_first_distinct()
        if not first.all():
            places = dict(zip(keys.filter(first).to_list(), rows.filter(first).to_list(), strict=True))
            again = zip(keys.filter(~first).to_list(), rows.filter(~first).to_list(), strict=True)
            found = {row: places[key] for key, row in again}
            keys, rows = keys.filter(first), rows.filter(first)
        fresh = _run(keys, rows)
        earlier = self._earlier(fresh)
        old = earlier > 0
        if old.any():
            firsts = dict(zip(fresh.rows[old].tolist(), earlier[old].tolist(), strict=True))
            found = {row: firsts.get(first_row, first_row) for row, first_row in found.items()} | firsts
            fresh = _Run(fresh.hashes[~old], fresh.checks[~old], fresh.rows[~old])
        self._keep(fresh)
        return found

    def _earlier(self, fresh: _Run) -> NDArray[np.uint32]:
        """Row where each key came first, 0 for a new one."""
        earlier = np.zeros(len(fresh), dtype=np.uint32)
        for run in self._runs:
            places = np.minimum(np.searchsorted(run.hashes, fresh.hashes), len(run) - 1)
            same = (run.hashes[places] == fresh.hashes) & (run.checks[places] == fresh.checks)
            earlier[same] = run.rows[places[same]]
        return earlier

    def _keep(self, fresh: _Run) -> None:
        if not len(fresh):
            return
        while self._runs and len(self._runs[-1]) <= len(fresh):
            fresh = self._runs.pop().merged(fresh)
        self._runs.append(fresh)


def _run(keys: pl.Series, rows: pl.Series) -> _Run:
    hashes = keys.hash(seed=1).to_numpy()
    order = np.argsort(hashes, kind="stable")
    checks = (keys + _END).hash(seed=2).to_numpy()
    return _Run(hashes[order], checks[order], rows.to_numpy().astype(np.uint32)[order])
