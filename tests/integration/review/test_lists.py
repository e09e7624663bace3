"""Lists of cases, on SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import timedelta

import pytest

from assistant.drafting.model import DraftKind
from assistant.identity.model import SYSTEM
from assistant.review.model import ReviewState
from assistant.review.repository import CaseRepository
from knowledge.database import Database
from tests.support.review import NOON, a_case


@pytest.fixture
def filled(database: Database) -> Database:
    kinds = {"one": DraftKind.REPLY, "two": DraftKind.PLAN, "three": DraftKind.PLAN}
    with database.begin() as connection:
        for hour, (case_id, kind) in enumerate(kinds.items()):
            at = NOON + timedelta(hours=hour)
            CaseRepository(connection).add(replace(a_case(id=case_id, kind=kind), updated_at=at))
    return database


def test_a_list_is_narrowed_to_a_kind_with_its_counts(filled: Database) -> None:
    with filled.read() as connection:
        cases = CaseRepository(connection)
        found, total = cases.find(by=SYSTEM, kind=DraftKind.PLAN, limit=1)
        assert [case.id for case in found] == ["two"]
        assert total == 2
        assert cases.counts(by=SYSTEM, kind=DraftKind.PLAN) == {ReviewState.DRAFT: 2}
        assert cases.counts(by=SYSTEM) == {ReviewState.DRAFT: 3}
        assert cases.find(by=SYSTEM, kind=DraftKind.WARNING) == ((), 0)


def test_what_lay_longest_comes_first_unless_the_newest_are_asked_for(filled: Database) -> None:
    with filled.read() as connection:
        cases = CaseRepository(connection)
        assert [case.id for case in cases.find(by=SYSTEM)[0]] == ["one", "two", "three"]
        assert [case.id for case in cases.find(by=SYSTEM, newest=True, limit=2)[0]] == ["three", "two"]
