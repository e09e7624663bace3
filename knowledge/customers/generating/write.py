"""The generator: so many customers from a seed, as the files that an import takes, and the truth in a folder apart."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

import polars as pl

from knowledge.customers.generating.frames import frames_of, price_frame
from knowledge.customers.generating.instruments import Offered, universe
from knowledge.customers.generating.life import WINDOWS, Life
from knowledge.customers.generating.market import Market, simulate_market, stream
from knowledge.customers.generating.needs import WINDOW
from knowledge.customers.generating.people import draw_people
from knowledge.errors import Conflict, Invalid

HISTORY_DAYS = WINDOWS * WINDOW
TRUTH = Path("truth", "needs.parquet")
"""Where the truth lies in the folder; an import reads no folders."""
_BLOCK = 1_000
"""Customers that are lived at once, always as many: the number asked for does not change who they are."""


class Layout(StrEnum):
    """How files are written."""

    CSV = "csv"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is generated. The same values give the same files."""

    customers: int
    advisors: tuple[str, ...]
    """Accounts to which customers are dealt in turn."""
    seed: int
    today: date
    """History ends the day before."""
    products: tuple[Offered, ...]
    """The catalogue of the house."""

    def __post_init__(self) -> None:
        if self.customers < 0 or not self.advisors:
            raise Invalid("演示客户数不能为负，且至少要有一位投资顾问。")

    @property
    def since(self) -> date:
        """The day before the history."""
        return self.today - timedelta(days=HISTORY_DAYS)


def prices_of(wanted: Wanted) -> Market:
    """Closes of every product and instrument, the whole history long."""
    return simulate_market(
        universe(wanted.products),
        since=wanted.since,
        until=wanted.today - timedelta(days=1),
        seed=wanted.seed,
        today=wanted.today,
    )


def generate(wanted: Wanted) -> Iterator[Mapping[str, pl.DataFrame]]:
    """Frames by record type, first the prices, then block after block of customers with ``needs`` among the types."""
    market = prices_of(wanted)
    yield {"prices": price_frame(market)}
    for first in range(0, wanted.customers, _BLOCK):
        random = stream(wanted.seed, wanted.today, len(wanted.advisors), first)
        people = draw_people(
            random,
            first=first,
            number=_BLOCK,
            advisors=len(wanted.advisors),
            since=wanted.since,
            today=wanted.today,
            instruments=market.instruments,
        )
        life = Life(random, people, market, wanted.today)
        life.live()
        yield frames_of(life, wanted.advisors, min(wanted.customers - first, _BLOCK))


def write_files(folder: Path, wanted: Wanted, *, layout: Layout = Layout.CSV) -> Mapping[str, int]:
    """Rows by record type, truth included. ``Conflict`` when the folder is there and not empty.

    Everything is written beside the folder first: an attempt that breaks off leaves nothing that looks whole.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Conflict(f"「{folder}」已经存在且不是空文件夹，请换一个文件夹。")
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        rows = _write(draft, wanted, layout)
        draft.chmod(0o755)
        if folder.exists():
            folder.rmdir()
        draft.rename(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return rows


def _write(folder: Path, wanted: Wanted, layout: Layout) -> Mapping[str, int]:
    rows: Counter[str] = Counter()
    parts = folder / "parts"
    for number, frames in enumerate(generate(wanted)):
        for name, frame in frames.items():
            (parts / name).mkdir(parents=True, exist_ok=True)
            frame.write_parquet(parts / name / f"{number:06d}.parquet")
            rows[name] += len(frame)
    (folder / TRUTH).parent.mkdir()
    for name in sorted(rows):
        whole = pl.scan_parquet(parts / name / "*.parquet")
        if name == "needs":
            whole.sink_parquet(folder / TRUTH)
        elif layout is Layout.PARQUET:
            whole.sink_parquet(folder / f"{name}.parquet")
        else:
            whole.sink_csv(folder / f"{name}.csv")
    shutil.rmtree(parts)
    return rows
