"""Requests for plans from several people at the same moment, on SQLite and PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest

from assistant.clock import Clock
from assistant.drafting.model import DraftKind
from assistant.errors import Conflict
from assistant.identity.model import Actor, Licence, Role
from assistant.plans.model import PlanRequest, PlanState
from assistant.plans.repository import PlanRequestRepository
from assistant.storage import Storage
from assistant.workflows.request_plan import RequestPlan
from knowledge.customers.repository import CustomerRepository
from knowledge.database import Database
from tests.support.customers import a_customer, a_record

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
CHEN = Actor(id="advisor-1", role=Role.ADVISOR, name="陈明", licences=frozenset({Licence.INVESTMENT_ADVISOR}))
AT_ONCE = 6


def a_request(kind: DraftKind = DraftKind.PLAN, customer_id: str = "K000001") -> PlanRequest:
    return PlanRequest.queued(customer_id, advisor_id=CHEN.id, at=NOW, kind=kind.value)


def test_a_customer_has_one_open_request_of_a_kind(database: Database) -> None:
    first = a_request()
    with database.begin() as connection:
        kept = PlanRequestRepository(connection)
        kept.add_all([first, a_request(DraftKind.QUARTERLY), a_request(customer_id="K000002")])
    with pytest.raises(Conflict, match="再试一次"), database.begin() as connection:
        PlanRequestRepository(connection).add_all([a_request(customer_id="K000003"), a_request()])
    with database.begin() as connection:
        kept = PlanRequestRepository(connection)
        assert kept.customers_waiting() == {"K000001", "K000002"}
        kept.finish(first.id, PlanState.DONE, at=NOW)
        kept.add(a_request())


def test_those_who_ask_at_the_same_moment_get_the_same_request(database: Database) -> None:
    with database.begin() as connection:
        CustomerRepository(connection).add([a_record(a_customer())])
    asked: list[str] = []
    request = RequestPlan(Storage(database), lambda _kind, request_id: asked.append(request_id), Clock(lambda: NOW))
    together = Barrier(AT_ONCE)

    def ask(_number: int) -> str:
        together.wait()
        return request("K000001", by=CHEN).id

    with ThreadPoolExecutor(AT_ONCE) as people:
        found = set(people.map(ask, range(AT_ONCE)))
    assert len(found) == 1
    assert set(asked) == found
