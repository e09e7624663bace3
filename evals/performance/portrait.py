"""How long one customer's portrait takes, with three years of records: as a page asks for it, and part by part."""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import TypeVar

from assistant.analysis.diagnosis import observations_of
from assistant.analysis.matching import match_products
from assistant.analysis.portrait import Background, Portrait, portrait_of
from assistant.bootstrap import Application, open_application
from assistant.settings import Settings, StorageSettings
from assistant.workflows.gather_background import gather_background
from assistant.workflows.load_demo import DEMO_STAFF
from evals.report import percentile
from knowledge.customers.model import CustomerRecord, Scope

_ADVISOR = "chen"
_MOST_ASKED = 200
_TOGETHER = 100
"""Records read at once, as a batch reads them."""

Asked = TypeVar("Asked")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds by the clock, and what the process itself worked: on a busy machine the second tells more."""

    name: str
    runs: int
    p50: float
    p95: float
    cpu_p50: float
    cpu_p95: float


@dataclass(frozen=True, slots=True)
class PortraitReport:
    """One row a part; ``view`` is all of it with its trace in the audit log."""

    customers: int
    facts_p50: int
    costs: tuple[Cost, ...]

    def lines(self) -> Iterator[str]:
        """A readable table."""
        yield f"{self.customers} customers with three years of records, {self.facts_p50} facts each (median)"
        for cost in self.costs:
            yield (
                f"{cost.name:<16} p50 {cost.p50:.1f} ms   p95 {cost.p95:.1f} ms   "
                f"cpu {cost.cpu_p50:.1f} / {cost.cpu_p95:.1f} ms   ({cost.runs} runs)"
            )


def measure(*, customers: int, runs: int) -> PortraitReport:
    """Over a fresh demo house of so many customers, ``runs`` portraits of one advisor's book."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(storage=StorageSettings(folder=Path(folder)))
        with open_application(settings) as application:
            application.load_demo(customers=customers)
            return _measured(application, customers, runs)


def _measured(application: Application, customers: int, runs: int) -> PortraitReport:
    advisor, browse = DEMO_STAFF[_ADVISOR], application.browse_customers
    book = [row.id for row in browse.page(advisor, limit=_MOST_ASKED).items]
    ids = list(islice(cycle(book), runs))
    today, policy = application.clock.today(), browse.policy

    def record_of(customer_id: str) -> CustomerRecord:
        with browse.storage.reading() as work:
            return work.customers.get(customer_id, scope=advisor.scope, as_of=today)

    def background_of(record: CustomerRecord) -> Background:
        with browse.storage.reading() as work:
            return gather_background(work, [record], as_of=today)

    def portrayed(pair: tuple[CustomerRecord, Background]) -> Portrait:
        return portrait_of(pair[0], as_of=today, policy=policy, background=pair[1])

    def matched(portrait: Portrait) -> object:
        products = backgrounds[portrait.record.customer.id].products.values()
        return match_products(portrait.record, products, as_of=today, policy=policy, allocation=portrait.allocation)

    browse.view(ids[0], by=advisor)
    view, _ = _timed("view", lambda one: browse.view(one, by=advisor), ids)
    read, records = _timed("record", record_of, ids)
    gathered, found = _timed("background", background_of, records)
    backgrounds = {record.customer.id: each for record, each in zip(records, found, strict=True)}
    measured, portraits = _timed("portrait", portrayed, list(zip(records, found, strict=True)))
    observed, _ = _timed("observations", observations_of, portraits)
    match, _ = _timed("matches", matched, portraits)
    return PortraitReport(
        customers=customers,
        facts_p50=int(percentile([len(portrait.facts) for portrait in portraits], 50)),
        costs=(view, read, gathered, measured, observed, match, _together(application, book, runs)),
    )


def _together(application: Application, book: Sequence[str], runs: int) -> Cost:
    """One of a hundred that are read and measured together, prices once for all: what a batch pays a customer."""
    storage, today = application.browse_customers.storage, application.clock.today()
    ids = list(book[:_TOGETHER])

    def hundred(_: int) -> None:
        with storage.reading() as work:
            records = work.customers.records(ids, scope=Scope.everyone(), as_of=today)
            background = gather_background(work, records, as_of=today)
        for record in records:
            observations_of(portrait_of(record, as_of=today, background=background))

    cost, _ = _timed("in a batch", hundred, list(range(max(runs // len(ids), 3))))
    share = 1 / len(ids)
    return Cost(cost.name, cost.runs, cost.p50 * share, cost.p95 * share, cost.cpu_p50 * share, cost.cpu_p95 * share)


def _timed(name: str, make: Callable[[Asked], Made], asked: Sequence[Asked]) -> tuple[Cost, list[Made]]:
    made, clock, worked = [], [], []
    for each in asked:
        begun, cpu = time.perf_counter(), time.process_time()
        made.append(make(each))
        clock.append((time.perf_counter() - begun) * 1000)
        worked.append((time.process_time() - cpu) * 1000)
    cost = Cost(
        name,
        len(made),
        percentile(clock, 50),
        percentile(clock, 95),
        percentile(worked, 50),
        percentile(worked, 95),
    )
    return cost, made
