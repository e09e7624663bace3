"""How long a letter takes to become a file of each format, and how large the file is."""

import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from assistant.bootstrap import Application, open_application
from assistant.exporting.model import ExportFormat
from assistant.identity.model import SYSTEM
from assistant.settings import Settings, StorageSettings
from assistant.workflows.load_demo import DEMO_STAFF
from evals.report import percentile

_CUSTOMERS = 60
_LETTERS = 20
_ADVISOR = "chen"


@dataclass(frozen=True, slots=True)
class FormatCost:
    """Milliseconds of one export in a process that has made one already; ``first`` with fonts and libraries to load."""

    format: str
    exports: int
    first: float
    p50: float
    p95: float
    kilobytes_p50: float
    kilobytes_max: float


@dataclass(frozen=True, slots=True)
class ExportReport:
    """One row a format."""

    letters: int
    characters_p50: int
    formats: tuple[FormatCost, ...]

    def lines(self) -> Iterator[str]:
        """A readable table."""
        yield f"{self.letters} plans of the demo house, {self.characters_p50} characters (median)"
        for cost in self.formats:
            yield (
                f"{cost.format:<6} first {cost.first:.0f} ms   p50 {cost.p50:.0f} ms   p95 {cost.p95:.0f} ms   "
                f"{cost.kilobytes_p50:.0f} KB (largest {cost.kilobytes_max:.0f})   ({cost.exports} exports)"
            )


def measure(runs: int) -> ExportReport:
    """Every format ``runs`` times over plans of a fresh demo house, trace in the audit log included."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(storage=StorageSettings(folder=Path(folder)))
        with open_application(settings) as application:
            application.load_demo(customers=_CUSTOMERS)
            cases = _some_plans(application)
            with application.export_case.storage.reading() as work:
                lengths = [len(work.cases.get(case, by=SYSTEM).revision.text) for case in cases]
            return ExportReport(
                letters=len(cases),
                characters_p50=int(percentile(lengths, 50)),
                formats=tuple(_cost(application, form, cases, runs) for form in ExportFormat),
            )


def _some_plans(application: Application) -> list[str]:
    advisor = DEMO_STAFF[_ADVISOR]
    book = application.browse_customers.page(advisor, limit=_LETTERS)
    requests = [application.request_plan(customer.id, by=advisor) for customer in book.items]
    for request in requests:
        application.prepare_plan(request.id)
    return [case.id for case in application.browse_cases.page(advisor, limit=_LETTERS).cases]


def _cost(application: Application, form: ExportFormat, cases: list[str], runs: int) -> FormatCost:
    def export(case_id: str) -> tuple[float, int]:
        begun = time.perf_counter()
        file = application.export_case(case_id, form, by=SYSTEM)
        return (time.perf_counter() - begun) * 1000, len(file.content)

    first, _ = export(cases[0])
    made = [export(case) for case in islice(cycle(cases), runs)]
    times, sizes = [milliseconds for milliseconds, _ in made], [size / 1000 for _, size in made]
    return FormatCost(
        format=form.value,
        exports=len(made),
        first=first,
        p50=percentile(times, 50),
        p95=percentile(times, 95),
        kilobytes_p50=percentile(sizes, 50),
        kilobytes_max=max(sizes),
    )
