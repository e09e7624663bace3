"""``kill -9`` in the middle of a batch, of the house and of its workers: each customer has exactly one plan."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from assistant.identity.model import SYSTEM
from assistant.plans.model import BatchChoice, BatchState, ChoiceKind, PlanState
from tests.support.house import OPS, House

_ROOT = Path(__file__).parents[3]
_KILLS = 3
_LONGEST = 300.0


@contextmanager
def a_worker(folder: Path) -> Generator[int, None, None]:
    """Its process id while the block lasts; then it is killed."""
    command = [sys.executable, "-m", "tests.support.worker", str(folder)]
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True) as worker:
        try:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "working\n"
            yield worker.pid
        finally:
            worker.kill()


def children_of(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "--ppid", str(pid), "-o", "pid="], capture_output=True, text=True, check=False)
    return [int(each) for each in listed.stdout.split()]


@pytest.mark.timeout(600)
def test_each_customer_has_exactly_one_plan(house: House) -> None:
    folder = house.settings.storage.folder
    batch = house.application.draft_batch(BatchChoice(kind=ChoiceKind.EVERYBODY), by=SYSTEM)
    follow = house.application.follow_batches
    moments, hits = random.Random(4), 0
    for turn in range(_KILLS):
        with a_worker(folder) as worker:
            time.sleep(moments.uniform(0.5, 4.0))
            for child in children_of(worker)[: 1 if turn % 2 else 0]:
                os.kill(child, signal.SIGKILL)
                time.sleep(0.2)
        hits += follow(batch.id, by=SYSTEM).batch.state is BatchState.RUNNING
    with a_worker(folder):
        deadline = time.monotonic() + _LONGEST
        while follow(batch.id, by=SYSTEM).batch.state is BatchState.RUNNING and time.monotonic() < deadline:
            time.sleep(0.2)
    assert hits > 0, "no kill hit the work: the test would prove nothing"
    followed = follow(batch.id, by=SYSTEM)
    assert followed.batch.state is BatchState.DONE
    assert followed.progress.counts == {PlanState.DONE: batch.total}
    with house.application.deliver.storage.database.read() as connection:
        cases = Counter(connection.execute(text("SELECT customer_id FROM review_cases")).scalars())
    assert len(cases) == batch.total
    assert set(cases.values()) == {1}
    assert house.application.verify_audit(by=OPS).intact
