"""Questions and approvals are kept beside the texts, and indexes hear of what they must. On SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from knowledge.database import Database
from knowledge.documents.keeping.questions import Origin, QuestionState, TypicalQuestion, article_digest
from knowledge.documents.keeping.repository import LibraryWithQuestions, QuestionRepository, ScriptApprovalRepository
from knowledge.documents.keeping.scripts import ScriptApproval
from knowledge.documents.repository import DocumentRepository
from knowledge.errors import NotFound
from tests.support.library import a_loaded_version

AT = datetime(2026, 11, 22, tzinfo=UTC)
LOADED = a_loaded_version()
ARTICLE = LOADED.provisions[0]
QUESTION = TypicalQuestion(
    document_id="SUIT",
    locator="22",
    text="保守的人能买股票吗？",
    article_digest=article_digest(ARTICLE),
    origin=Origin.KEEPER,
    state=QuestionState.CONFIRMED,
    added_by="keeper",
    added_at=AT,
)
APPROVAL = ScriptApproval(
    document_id="SUIT", label="2017-07-01", approved_by="shen", approved_at=AT, expires_on=date(2027, 11, 22)
)


@pytest.fixture
def published(database: Database) -> Database:
    with database.begin() as connection:
        DocumentRepository(connection).publish(LOADED, at=AT)
    return database


def save(database: Database, question: TypicalQuestion) -> int:
    """How many publications the indexes have to follow afterwards."""
    with database.begin() as connection:
        QuestionRepository(connection).save(question, at=AT)
        return DocumentRepository(connection).last_publication()


def test_what_is_kept_comes_back_whole(published: Database) -> None:
    decided = replace(QUESTION, decided_by="keeper", decided_at=AT, source="case:1")
    save(published, decided)
    with published.read() as connection:
        repository = QuestionRepository(connection)
        assert repository.get(QUESTION.id) == decided
        assert repository.of_document("SUIT") == (decided,)
        assert repository.of_documents(["SUIT", "OTHER"]) == {"SUIT": (decided,)}
        with pytest.raises(NotFound):
            repository.get("question-none")


def test_only_what_changes_an_index_is_told_to_it(published: Database) -> None:
    proposed = replace(QUESTION, origin=Origin.PROPOSED, state=QuestionState.PROPOSED)
    assert save(published, proposed) == 1
    assert save(published, replace(proposed, state=QuestionState.CONFIRMED)) == 2
    assert save(published, replace(proposed, state=QuestionState.CONFIRMED)) == 2
    assert save(published, replace(proposed, state=QuestionState.REMOVED)) == 3


def test_lists_hold_what_they_say(published: Database) -> None:
    proposed = replace(QUESTION, text="提出的问题吗？", origin=Origin.PROPOSED, state=QuestionState.PROPOSED)
    learned = replace(QUESTION, text="学到的问题吗？", origin=Origin.LEARNED)
    for question in (QUESTION, proposed, learned, replace(learned, text="忘掉的吗？", state=QuestionState.REMOVED)):
        save(published, question)
    with published.read() as connection:
        repository = QuestionRepository(connection)
        assert repository.waiting() == (proposed,)
        assert repository.learned() == (learned,)


def test_the_library_that_is_indexed_has_all_that_counts(published: Database) -> None:
    save(published, QUESTION)
    with published.read() as connection:
        documents = DocumentRepository(connection)
        library = LibraryWithQuestions(documents, QuestionRepository(connection))
        first, second = library.provisions_of_document("SUIT")
        assert first.typical_questions == ("C2客户能买R4产品吗？", "保守的人能买股票吗？")
        assert second == LOADED.provisions[1]
        assert library.last_publication() == documents.last_publication() == 2
        assert library.publications(0, 10) == documents.publications(0, 10)
        assert library.publication_mark(2) != library.publication_mark(1)
        assert library.versions("SUIT") == documents.versions("SUIT")


def test_an_approval_takes_the_place_of_an_earlier_one(published: Database) -> None:
    longer = replace(APPROVAL, expires_on=date(2028, 1, 1))
    with published.begin() as connection:
        approvals = ScriptApprovalRepository(connection)
        assert approvals.of("SUIT", "2017-07-01") is None
        approvals.save(APPROVAL)
        approvals.save(longer)
        assert approvals.of("SUIT", "2017-07-01") == longer
        assert approvals.usable(date(2027, 12, 31)) == {("SUIT", "2017-07-01")}
        assert approvals.usable(date(2028, 1, 1)) == frozenset()
