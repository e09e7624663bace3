"""How fast customer records are taken in by the command of people: a book, the same again, trades, a busy customer."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from assistant.bootstrap import SHIPPED_LIBRARY, Application, open_application
from assistant.clock import Clock
from assistant.identity.model import SYSTEM
from assistant.settings import Settings, StorageSettings
from assistant.workflows.generate_customers import GenerateCustomers
from assistant.workflows.load_demo import DEMO_SEED, DEMO_STAFF, FIRST_CUSTOMER
from evals.performance.server import peak_memory_mb
from evals.report import percentile
from knowledge.customers.generating.write import Layout
from knowledge.customers.model import Scope

_YICE = Path(sys.executable).parent / "yice"
_ADVISOR = DEMO_STAFF["chen"]
_YEARS = 3
_VIEWS = 20
_LOOKS_EVERY_SECONDS = 0.1
_READ_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One run of the command. Rate and seconds are the run's own; CPU and memory are of the whole process."""

    name: str
    rows: int
    rejected: int
    seconds: float
    rows_a_second: float
    cpu_seconds: float
    peak_mb: float
    load_average: float
    """Of the machine when it began: what others did counts too."""

    def line(self) -> str:
        """A row of a table."""
        return (
            f"{self.name:<14} {self.rows:>11,} rows  {self.rows_a_second:>8,.0f} rows/s  {self.seconds:>7.1f} s  "
            f"cpu {self.cpu_seconds:>6.1f} s  peak {self.peak_mb:>5,.0f} MB  left out {self.rejected}  "
            f"load {self.load_average:.1f}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportsReport:
    """``changed`` counts customers whose records are others after the same book was taken in once more."""

    customers: int
    database: str
    generated_seconds: float
    imports: tuple[Import, ...]
    changed: int
    busy_view_ms_p50: float | None
    """Portrait of the customer with millions of trades; ``None`` where there is none."""
    busy_plan_ms: float | None

    def lines(self) -> Iterator[str]:
        """A readable table."""
        yield f"{self.customers:,} customers generated in {self.generated_seconds:.1f} s; {self.database}"
        for each in self.imports:
            yield each.line()
        yield f"the same book again changed {self.changed} customers"
        if self.busy_view_ms_p50 is not None and self.busy_plan_ms is not None:
            yield f"the busy customer: portrait p50 {self.busy_view_ms_p50:.0f} ms, plan {self.busy_plan_ms:.0f} ms"


def measure(*, customers: int, trades: int, busy: int, database_url: str | None = None) -> ImportsReport:
    """In a fresh demo house, or an empty PostgreSQL database; ``busy``: trades of one customer, 0 for none."""
    with tempfile.TemporaryDirectory() as scratch:
        house, book = Path(scratch, "house"), Path(scratch, "book")
        settings = Settings(storage=StorageSettings(folder=house, database_url=database_url))
        began = time.perf_counter()
        GenerateCustomers(SHIPPED_LIBRARY, Clock())(book, customers=customers, seed=DEMO_SEED, layout=Layout.CSV)
        generated = time.perf_counter() - began
        with open_application(settings) as application:
            application.load_demo(customers=1)
        imports = [_import(settings, book, "book")]
        before = _records(settings)
        imports.append(_import(settings, book, "book again"))
        after = _records(settings)
        imports.append(_import(settings, _trades(Path(scratch, "trades"), book, trades), "trades"))
        if busy:
            imports.append(_import(settings, _busy(Path(scratch, "busy"), book, busy), "one customer"))
        with open_application(settings) as application:
            looks = _looks(application) if busy else (None, None)
        return ImportsReport(
            customers=customers,
            database=settings.storage.url.partition(":")[0],
            generated_seconds=generated,
            imports=tuple(imports),
            changed=sum(before.get(each) != after.get(each) for each in before.keys() | after.keys()),
            busy_view_ms_p50=looks[0],
            busy_plan_ms=looks[1],
        )


def _import(settings: Settings, folder: Path, name: str) -> Import:
    load, worked, peak = os.getloadavg()[0], _cpu_of_children(), 0.0
    process = subprocess.Popen(  # noqa: S603 - our own
        _command(settings, "customers", "import", str(folder)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while process.poll() is None:
        peak = max(peak, peak_memory_mb(process.pid))
        time.sleep(_LOOKS_EVERY_SECONDS)
    if process.returncode != 0:
        raise RuntimeError(f"the import of {name} ended with {process.returncode}")
    with open_application(settings) as application:
        run = application.follow_customer_imports.newest(by=SYSTEM)[0]
    return Import(
        name=name,
        rows=run.rows,
        rejected=run.rejected,
        seconds=run.seconds,
        rows_a_second=run.rows / run.seconds,
        cpu_seconds=_cpu_of_children() - worked,
        peak_mb=peak,
        load_average=load,
    )


def _command(settings: Settings, *arguments: str) -> Sequence[str]:
    storage = settings.storage
    where = [f"YICE_STORAGE__FOLDER={storage.folder}"]
    if storage.database_url is not None:
        where.append(f"YICE_STORAGE__DATABASE_URL={storage.database_url}")
    return ["/usr/bin/env", *where, str(_YICE), *arguments]


def _records(settings: Settings) -> dict[str, int]:
    """A digest of everything that is known of each customer, the same within this process."""
    found = {}
    with open_application(settings) as application, application.browse_customers.storage.reading() as work:
        ids, today = work.customers.ids(scope=Scope.everyone()), application.clock.today()
        for start in range(0, len(ids), _READ_AT_ONCE):
            some = ids[start : start + _READ_AT_ONCE]
            for record in work.customers.records(some, scope=Scope.everyone(), as_of=today):
                found[record.customer.id] = hash(record)
    return found


def _trades(folder: Path, book: Path, number: int) -> Path:
    """Trades of the book drawn anew, each under a key of its own."""
    drawn = pl.read_csv(book / "trades.csv", infer_schema=False).sample(number, with_replacement=True, seed=DEMO_SEED)
    folder.mkdir()
    drawn.with_columns(_keys("m", number)).write_csv(folder / "trades.csv")
    return folder


def _busy(folder: Path, book: Path, number: int) -> Path:
    """So many trades of one customer, over three years."""
    today = Clock().today()
    drawn = (
        pl.read_csv(book / "trades.csv", try_parse_dates=True, schema_overrides={"product_code": pl.String})
        .sample(number, with_replacement=True, seed=DEMO_SEED)
        .with_columns(
            _keys("b", number),
            customer_id=pl.lit(FIRST_CUSTOMER),
            traded_on=pl.lit(today) - pl.duration(days=pl.int_range(number) * (_YEARS * 365) // number + 1),
        )
    )
    folder.mkdir()
    drawn.with_columns(pl.col("traded_on").cast(pl.Date)).write_parquet(folder / "trades.parquet")
    return folder


def _keys(letter: str, number: int) -> pl.Expr:
    return pl.format(f"{letter}{{}}", pl.int_range(number)).alias("trade_id")


def _looks(application: Application) -> tuple[float, float]:
    """Milliseconds of the busy customer's portrait (p50) and of one plan."""
    clock = []
    for _ in range(_VIEWS):
        began = time.perf_counter()
        application.browse_customers.view(FIRST_CUSTOMER, by=_ADVISOR)
        clock.append(1000 * (time.perf_counter() - began))
    request = application.request_plan(FIRST_CUSTOMER, by=_ADVISOR)
    began = time.perf_counter()
    application.prepare_plan(request.id)
    return percentile(clock, 50), 1000 * (time.perf_counter() - began)


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
