"""``kill -9`` in the middle of drafting and of sending: nothing is lost and nothing is done twice."""

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from assistant.identity.model import Actor, Role
from assistant.plans.model import PlanState
from assistant.review.model import ReviewAction, ReviewState, digest_of
from assistant.workflows.load_demo import DEMO_STAFF
from tests.support.house import OPS, SHEN, House

_ROOT = Path(__file__).parents[3]
_ADVISORS = [actor for actor in DEMO_STAFF.values() if actor.role is Role.ADVISOR]
_KILLS = 3
_LONGEST = 60.0


def start_worker(folder: Path) -> subprocess.Popen[str]:
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.support.worker", str(folder)], cwd=_ROOT, stdout=subprocess.PIPE, text=True
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == "working\n"
    return worker


def kill(worker: subprocess.Popen[str]) -> None:
    worker.send_signal(signal.SIGKILL)
    assert worker.wait() == -signal.SIGKILL
    assert worker.stdout is not None
    worker.stdout.close()


def work_with_kills(folder: Path, left: Callable[[], int], seed: int) -> int:
    """Start a worker and kill it at random moments, then let one finish; how often work was left at a kill."""
    moments = random.Random(seed)
    interrupted = 0
    for _ in range(_KILLS):
        worker = start_worker(folder)
        time.sleep(moments.uniform(0.0, 0.4))
        kill(worker)
        interrupted += left() > 0
    worker = start_worker(folder)
    deadline = time.monotonic() + _LONGEST
    while left() and time.monotonic() < deadline:
        time.sleep(0.2)
    kill(worker)
    return interrupted


@pytest.fixture
def folder(house: House) -> Path:
    return house.settings.storage.folder


def customers_of(house: House, advisor: Actor) -> list[str]:
    return [row.id for row in house.application.browse_customers.page(advisor, limit=200).items]


def test_every_plan_is_drafted_once_and_every_approved_text_is_delivered_once(house: House, folder: Path) -> None:
    application = house.application
    storage = application.deliver.storage
    requests = {
        application.request_plan(customer, by=advisor).id: customer
        for advisor in _ADVISORS
        for customer in customers_of(house, advisor)
    }

    def plans_left() -> int:
        with storage.reading() as work:
            return len(work.plans.unfinished())

    assert work_with_kills(folder, plans_left, seed=1) > 0, "no kill hit the work: the test would prove nothing"
    with storage.reading() as work:
        made = [work.plans.get(request) for request in requests]
        cases = [work.cases.get(request.case_id, by=SHEN) for request in made]
    assert {request.state for request in made} == {PlanState.DONE}
    assert Counter(case.customer_id for case in cases) == Counter(requests.values())
    assert sum(house.application.browse_cases.page(SHEN, limit=1).counts.values()) == len(requests)

    approved = set()
    for case in cases:
        if case.revision.blocked:
            continue
        maker = next(actor for actor in _ADVISORS if actor.id == case.advisor_id)
        digest = case.revision.digest
        application.decide_review(case.id, ReviewAction.SUBMIT, digest=digest, by=maker)
        application.decide_review(case.id, ReviewAction.APPROVE, digest=digest, by=SHEN)
        approved.add(case.id)
    assert len(approved) > len(requests) / 2

    def dispatches_left() -> int:
        with storage.reading() as work:
            return len(work.dispatches.queued())

    assert work_with_kills(folder, dispatches_left, seed=2) > 0, "no kill hit the work: the test would prove nothing"
    with storage.database.read() as connection:
        rows = connection.execute(text("SELECT case_id, text, digest FROM messages")).all()
    assert Counter(row.case_id for row in rows) == Counter(approved)
    assert all(digest_of(row.text) == row.digest for row in rows)
    assert application.browse_cases.page(SHEN, states=[ReviewState.DELIVERED], limit=1).total == len(approved)
    assert application.verify_audit(by=OPS).intact
