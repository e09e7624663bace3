"""How long the morning takes: scores of a whole book, the day's lists of all advisors, and a list's first page."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from assistant.bootstrap import Application, open_application
from assistant.identity.model import SYSTEM
from assistant.settings import Settings, StorageSettings
from assistant.workflows.load_demo import DEMO_STAFF
from evals.report import percentile

_ADVISOR = DEMO_STAFF["chen"]
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True, kw_only=True)
class DayReport:
    """Seconds by the clock and of work, each for the whole book; milliseconds of one page."""

    customers: int
    load_average: float
    """Of the machine when it began: what others did counts too."""
    train_seconds: float
    train_cpu_seconds: float
    score_seconds: float
    score_cpu_seconds: float
    plan_seconds: float
    plan_cpu_seconds: float
    actions: int
    """Open ones of the advisor whose page is read."""
    page_ms_p50: float
    page_ms_p95: float

    def lines(self) -> Iterator[str]:
        """A readable table."""
        for name, value in asdict(self).items():
            yield f"{name:<20} {value:.1f}" if isinstance(value, float) else f"{name:<20} {value}"


def measure(*, customers: int, runs: int) -> DayReport:
    """On a fresh demo house of so many customers, dealt to three advisors; ``runs`` readings of the first page."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(storage=StorageSettings(folder=Path(folder)))
        with open_application(settings) as application:
            application.load_demo(customers=customers)
            return _measured(application, customers, runs)


def _measured(application: Application, customers: int, runs: int) -> DayReport:
    load = os.getloadavg()[0]
    _, trained, train_cpu = _timed(lambda: application.train_demand(by=SYSTEM))
    _, scored, score_cpu = _timed(lambda: application.score_customers(by=SYSTEM))
    _, planned, plan_cpu = _timed(lambda: _plan(application))
    pages = []
    for _ in range(runs):
        day, seconds, _cpu = _timed(lambda: application.browse_day(_ADVISOR))
        pages.append(1000 * seconds)
    return DayReport(
        customers=customers,
        load_average=load,
        train_seconds=trained,
        train_cpu_seconds=train_cpu,
        score_seconds=scored,
        score_cpu_seconds=score_cpu,
        plan_seconds=planned,
        plan_cpu_seconds=plan_cpu,
        actions=sum(day.counts.values()),
        page_ms_p50=percentile(pages, 50),
        page_ms_p95=percentile(pages, 95),
    )


def _plan(application: Application) -> None:
    for run in application.plan_day.due():
        application.plan_day(run)


def _timed(make: Callable[[], Made]) -> tuple[Made, float, float]:
    """What was made, seconds by the clock, seconds of work."""
    began, worked = time.perf_counter(), time.process_time()
    made = make()
    return made, time.perf_counter() - began, time.process_time() - worked
