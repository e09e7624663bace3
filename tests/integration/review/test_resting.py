"""Which cases rest on a document, on SQLite and on PostgreSQL."""

from dataclasses import replace

import pytest

from assistant.drafting.model import Citation, Section, Statement, StatementKind
from assistant.identity.model import SYSTEM
from assistant.review.model import ReviewCase, ReviewState, Revision
from assistant.review.repository import CaseRepository
from knowledge.database import Database
from tests.support.review import NOON, a_case, a_revision


def citing(case_id: str, *sources: str, state: ReviewState = ReviewState.DRAFT) -> ReviewCase:
    plain = a_revision(text=f"您好，{case_id}。")
    statement = Statement(
        id="s1",
        kind=StatementKind.RULE,
        text=plain.text,
        citations=tuple(Citation(source=source, quote="引用的原文") for source in sources),
    )
    section = Section(key="reply", title="回复", statements=(statement,))
    draft = plain.draft.model_copy(update={"sections": (section,), "question": "MENTIONED:1 是什么？"})
    revision = Revision.of(draft, plain.text, (), author_id=plain.author_id, at=NOON)
    return a_case(id=case_id, state=state, revision=revision)


@pytest.fixture
def filled(database: Database) -> Database:
    with database.begin() as connection:
        cases = CaseRepository(connection)
        cases.add(citing("one", "SUIT:22@a", "SUIT:22@b", "fact:age"))
        cases.add(citing("two", "SUIT-2:1@a", state=ReviewState.APPROVED))
        cases.add(citing("three", "SECLAW:3.3.13@a", "SUIT:附件@a", state=ReviewState.WAITING))
        cases.add(citing("four", "SUIT:22@a", state=ReviewState.DELIVERED))
        cases.add(citing("five", "SUIT:22@a", state=ReviewState.RETURNED))
        cases.add(citing("six"))
    return database


def resting(database: Database, *documents: str) -> dict[str, frozenset[str]]:
    with database.read() as connection:
        return {each.case_id: each.references for each in CaseRepository(connection).resting_on(documents)}


def test_unsent_cases_that_cite_the_document_are_found_with_what_they_cite(filled: Database) -> None:
    assert resting(filled, "SUIT") == {
        "one": frozenset({"SUIT:22@a", "SUIT:22@b", "fact:age"}),
        "three": frozenset({"SECLAW:3.3.13@a", "SUIT:附件@a"}),
    }
    assert resting(filled, "SUIT-2").keys() == {"two"}
    assert resting(filled, "SECLAW", "SUIT-2").keys() == {"two", "three"}


def test_a_document_that_is_only_mentioned_carries_nothing(filled: Database) -> None:
    assert resting(filled, "MENTIONED") == {}
    assert resting(filled, "%") == resting(filled, "_UIT") == resting(filled) == {}


def test_of_many_documents_the_same_cases_are_found(filled: Database) -> None:
    many = [f"OTHER-{number}" for number in range(100)]
    assert resting(filled, *many) == {}
    assert resting(filled, *many, "SUIT") == resting(filled, "SUIT")


def test_only_the_newest_wording_counts(filled: Database) -> None:
    with filled.begin() as connection:
        cases = CaseRepository(connection)
        case = cases.get("one", by=SYSTEM)
        newer = replace(citing("one", "ADVISOR:7@a").revision, number=2)
        cases.save(replace(case, revision=newer))
    assert "one" not in resting(filled, "SUIT")
    assert resting(filled, "ADVISOR").keys() == {"one"}
