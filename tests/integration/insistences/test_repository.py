"""Procedures of customers who insist, on SQLite and PostgreSQL."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from assistant.errors import Conflict, NotFound
from assistant.identity.model import SYSTEM, Actor, Role
from assistant.insistences.model import InsistenceState, InsistenceStep
from assistant.insistences.repository import InsistenceRepository
from knowledge.customers.repository import CustomerRepository
from knowledge.database import Database
from tests.support.customers import a_record
from tests.support.insistences import ADVISOR, C2, COMPLIANCE, CUSTOMER, a_step, an_insistence

STRANGERS = (
    replace(ADVISOR, id="advisor-2"),
    replace(CUSTOMER, customer_id="K000002"),
    Actor(id="ops", role=Role.OPERATIONS, name="总部"),
    Actor(id="keeper", role=Role.KEEPER, name="知识"),
    Actor(id="admin", role=Role.ADMINISTRATOR, name="管理"),
)


@pytest.fixture(autouse=True)
def _customer(database: Database) -> None:
    with database.begin() as connection:
        CustomerRepository(connection).add([a_record(C2)])


def test_a_procedure_is_read_back_whole(database: Database) -> None:
    wish = an_insistence().after(a_step(InsistenceStep.TELL_UNSUITABLE), ADVISOR, reflection_hours=24)
    with database.begin() as connection:
        InsistenceRepository(connection).add(wish)
    with database.read() as connection:
        assert InsistenceRepository(connection).get(wish.id, by=ADVISOR) == wish


def test_who_comes_second_changes_nothing(database: Database) -> None:
    with database.begin() as connection:
        kept = InsistenceRepository(connection)
        kept.add(an_insistence())
        told = an_insistence().after(a_step(InsistenceStep.TELL_UNSUITABLE), ADVISOR, reflection_hours=24)
        assert kept.save(told).version == 1
        with pytest.raises(Conflict, match="刷新"):
            kept.save(told)
        assert kept.get(told.id, by=ADVISOR).state is InsistenceState.TOLD_UNSUITABLE


def test_only_those_whom_it_concerns_see_it(database: Database) -> None:
    with database.begin() as connection:
        kept = InsistenceRepository(connection)
        kept.add(an_insistence())
        for actor in (ADVISOR, COMPLIANCE, CUSTOMER, SYSTEM):
            assert kept.get("insistence-1", by=actor).id == "insistence-1"
        for actor in STRANGERS:
            with pytest.raises(NotFound):
                kept.get("insistence-1", by=actor)
            assert kept.of_customer("K000001", by=actor) == ()
            assert kept.in_states(*InsistenceState, by=actor) == ()


def test_a_procedure_goes_with_its_customer_to_another_advisor(database: Database) -> None:
    successor = replace(ADVISOR, id="advisor-2")
    with database.begin() as connection:
        kept = InsistenceRepository(connection)
        kept.add(an_insistence())
        connection.execute(text("UPDATE customers SET advisor_id = 'advisor-2'"))
        assert [one.id for one in kept.of_customer("K000001", by=successor)] == ["insistence-1"]
        with pytest.raises(NotFound):
            kept.get("insistence-1", by=ADVISOR)


def test_what_waits_for_an_advisor_is_found_by_customer(database: Database) -> None:
    with database.begin() as connection:
        kept = InsistenceRepository(connection)
        kept.add(an_insistence())
        assert [one.id for one in kept.to_attend(["K000001", "K000002"])] == ["insistence-1"]
        assert kept.to_attend(["K000002"]) == ()
        kept.save(an_insistence().after(a_step(InsistenceStep.WITHDRAW), ADVISOR, reflection_hours=24))
        assert kept.to_attend(["K000001"]) == ()


def test_what_is_open_is_found_by_customer_and_product(database: Database) -> None:
    with database.begin() as connection:
        kept = InsistenceRepository(connection)
        kept.add(an_insistence())
        assert kept.open_for("K000001", "YC3001") == "insistence-1"
        assert kept.open_for("K000001", "YC9999") is None
        assert kept.open_for("K000002", "YC3001") is None
        over = an_insistence().after(a_step(InsistenceStep.WITHDRAW), ADVISOR, reflection_hours=24)
        kept.save(over)
        assert kept.open_for("K000001", "YC3001") is None
        assert [one.state for one in kept.in_states(InsistenceState.WITHDRAWN, by=COMPLIANCE)] == [over.state]
