"""How long one plan takes, how many a batch drafts in a second, and what ``kill -9`` leaves: exactly one each."""

import gc
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from pathlib import Path

from assistant.bootstrap import Application, open_application
from assistant.identity.model import SYSTEM
from assistant.plans.model import PlanState
from assistant.settings import Settings, StorageSettings
from assistant.workflows.load_demo import DEMO_STAFF
from evals.report import percentile

_YICE = Path(sys.executable).parent / "yice"
_ADVISOR, _REVIEWER = DEMO_STAFF["chen"], DEMO_STAFF["shen"]
_MOST_ASKED = 200
_SHORTEST, _LONGEST = 8.0, 25.0
"""Seconds from the start of a command to its end by ``kill -9``."""
_LOOKS_EVERY_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class PlansReport:
    """Milliseconds of one plan that is asked for alone; then batches over all customers, by the command of people.

    Seconds run from the start of the command to its end, with that of its processes. CPU is of the command and of its
    processes together: on a busy machine it tells more than the clock.
    """

    customers: int
    processes: int
    load_average: float
    """Of the machine when the batch began: what others did counts too."""
    plan_ms_p50: float
    plan_ms_p95: float
    plan_cpu_ms_p50: float
    plan_cpu_ms_p95: float
    batch_seconds: float
    plans_a_second: float
    batch_cpu_ms_a_plan: float
    unchanged_seconds: float
    """The batch once more: for whom nothing changed, nothing is drafted."""
    kills: int
    killed_batch_seconds: float
    lost_or_doubled: int
    """After a batch with kills: customers without, and plans beyond, exactly one each."""
    audit_intact: bool

    def lines(self) -> Iterator[str]:
        """A readable table."""
        for name, value in asdict(self).items():
            yield f"{name:<24} {value:.1f}" if isinstance(value, float) else f"{name:<24} {value}"


def measure(*, customers: int, runs: int, kills: int) -> PlansReport:
    """On a fresh demo house of so many customers."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(storage=StorageSettings(folder=Path(folder)))
        with open_application(settings) as application:
            application.load_demo(customers=customers)
        with open_application(settings) as application:
            gc.collect()
            gc.freeze()  # as the server does
            wall, cpu = _alone(application, runs)
        load, worked = os.getloadavg()[0], _cpu_of_children()
        seconds = _run(settings, "draft", "--all", "--again")
        worked = _cpu_of_children() - worked
        unchanged = _run(settings, "draft", "--all")
        killed, wrong = _with_kills(settings, customers, kills) if kills else (0.0, 0)
        with open_application(settings) as application:
            intact = application.verify_audit(by=SYSTEM).intact
        return PlansReport(
            customers=customers,
            processes=settings.plans.processes,
            load_average=load,
            plan_ms_p50=percentile(wall, 50),
            plan_ms_p95=percentile(wall, 95),
            plan_cpu_ms_p50=percentile(cpu, 50),
            plan_cpu_ms_p95=percentile(cpu, 95),
            batch_seconds=seconds,
            plans_a_second=customers / seconds,
            batch_cpu_ms_a_plan=1000 * worked / customers,
            unchanged_seconds=unchanged,
            kills=kills,
            killed_batch_seconds=killed,
            lost_or_doubled=wrong,
            audit_intact=intact,
        )


def _alone(application: Application, runs: int) -> tuple[list[float], list[float]]:
    """Wall and CPU milliseconds of plans that are asked for one by one, in this process."""
    book = [row.id for row in application.browse_customers.page(_ADVISOR, limit=_MOST_ASKED).items]
    wall, cpu = [], []
    for customer in islice(cycle(book), runs):
        request = application.request_plan(customer, by=_ADVISOR)
        began, worked = time.perf_counter(), time.process_time()
        application.prepare_plan(request.id)
        wall.append(1000 * (time.perf_counter() - began))
        cpu.append(1000 * (time.process_time() - worked))
    return wall, cpu


def _run(settings: Settings, *arguments: str) -> float:
    began = time.perf_counter()
    finished = _start(settings, *arguments).wait()
    if finished != 0:
        raise RuntimeError(f"yice plans {' '.join(arguments)} ended with {finished}")
    return time.perf_counter() - began


def _with_kills(settings: Settings, customers: int, kills: int) -> tuple[float, int]:
    """A batch that is killed so often, until it is done; seconds, and customers without exactly one plan of it."""
    moments = random.Random(0)
    before = _cases(settings)
    with open_application(settings) as application:
        last = application.follow_batches.newest(by=SYSTEM)[0].id
        began = time.perf_counter()
        process = _start(settings, "draft", "--all", "--again")
        while (batch := application.follow_batches.newest(by=SYSTEM)[0].id) == last:
            time.sleep(_LOOKS_EVERY_SECONDS)
        for _ in range(kills):
            time.sleep(moments.uniform(_SHORTEST, _LONGEST))
            process.kill()
            process.wait()
            process = _start(settings, "follow", batch)
        process.wait()
        seconds = time.perf_counter() - began
        progress = application.follow_batches(batch, by=SYSTEM).progress
    done = progress.counts.get(PlanState.DONE, 0)
    return seconds, (customers - done) + abs(_cases(settings) - before - done)


def _cases(settings: Settings) -> int:
    with open_application(settings) as application:
        return sum(application.browse_cases.page(_REVIEWER, limit=1).counts.values())


def _start(settings: Settings, *arguments: str) -> subprocess.Popen[bytes]:
    command = ["/usr/bin/env", f"YICE_STORAGE__FOLDER={settings.storage.folder}", str(_YICE), "plans", *arguments]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
