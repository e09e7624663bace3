"""Typical questions and script approvals in the database; what changes a question is told to the indexes."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from knowledge.documents.keeping.questions import Origin, QuestionState, TypicalQuestion, counted
from knowledge.documents.keeping.scripts import ScriptApproval, ScriptState
from knowledge.documents.model import Provision, Version
from knowledge.documents.repository import DocumentRepository
from knowledge.documents.tables import questions, script_approvals
from knowledge.errors import NotFound


class QuestionRepository:
    """Keeps questions by provision; never commits."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_document(self, document_id: str) -> tuple[TypicalQuestion, ...]:
        """Every question kept for a document, in the order in which they came."""
        query = select(questions).where(questions.c.document_id == document_id)
        query = query.order_by(questions.c.added_at, questions.c.id)
        return tuple(_question(row) for row in self._connection.execute(query))

    def of_documents(self, document_ids: Collection[str]) -> Mapping[str, tuple[TypicalQuestion, ...]]:
        """The same for several documents; those without any are left out."""
        query = select(questions).where(questions.c.document_id.in_(sorted(document_ids)))
        query = query.order_by(questions.c.added_at, questions.c.id)
        found: dict[str, list[TypicalQuestion]] = {}
        for row in self._connection.execute(query):
            found.setdefault(row.document_id, []).append(_question(row))
        return {document_id: tuple(each) for document_id, each in found.items()}

    def waiting(self) -> tuple[TypicalQuestion, ...]:
        """Proposed questions that no keeper has decided on."""
        query = select(questions).where(questions.c.state == QuestionState.PROPOSED.value)
        query = query.order_by(questions.c.document_id, questions.c.locator, questions.c.added_at, questions.c.id)
        return tuple(_question(row) for row in self._connection.execute(query))

    def learned(self) -> tuple[TypicalQuestion, ...]:
        """Questions learned from use that count."""
        query = select(questions).where(
            questions.c.origin == Origin.LEARNED.value, questions.c.state == QuestionState.CONFIRMED.value
        )
        return tuple(_question(row) for row in self._connection.execute(query.order_by(questions.c.id)))

    def get(self, question_id: str) -> TypicalQuestion:
        """One question.

        Raises:
            NotFound: there is none.

        """
        row = self._connection.execute(select(questions).where(questions.c.id == question_id)).one_or_none()
        if row is None:
            raise NotFound("没有这个典型问题。")
        return _question(row)

    def save(self, question: TypicalQuestion, *, at: datetime) -> None:
        """Keep the question, or what became of it. A proposed one changes no index; all else is told to them."""
        before = self._connection.execute(select(questions.c.state).where(questions.c.id == question.id)).scalar()
        self._connection.execute(delete(questions).where(questions.c.id == question.id))
        self._connection.execute(insert(questions).values(_row(question)))
        if question.state is not QuestionState.PROPOSED and before != question.state.value:
            digest = sha256(f"{question.id} {question.state} {at.isoformat()}".encode()).hexdigest()
            DocumentRepository(self._connection).announce(question.document_id, digest=digest, at=at)

    def attached(self, provisions: Iterable[Provision]) -> tuple[Provision, ...]:
        """The provisions with all questions that lead to them, in their order."""
        wanted = tuple(provisions)
        kept = self.of_documents({each.ref.document_id for each in wanted})
        return tuple(
            replace(each, typical_questions=counted(each, kept[each.ref.document_id]))
            if each.ref.document_id in kept
            else each
            for each in wanted
        )


class LibraryWithQuestions:
    """The records that indexes are derived from, with the kept questions among those of each provision."""

    def __init__(self, documents: DocumentRepository, kept: QuestionRepository) -> None:
        self._documents = documents
        self._kept = kept

    def publications(self, after: int, limit: int) -> tuple[tuple[int, str], ...]:
        """As :class:`DocumentRepository`."""
        return self._documents.publications(after, limit)

    def last_publication(self) -> int:
        """As :class:`DocumentRepository`."""
        return self._documents.last_publication()

    def publication_mark(self, sequence: int) -> str | None:
        """As :class:`DocumentRepository`."""
        return self._documents.publication_mark(sequence)

    def versions(self, document_id: str) -> tuple[Version, ...]:
        """As :class:`DocumentRepository`."""
        return self._documents.versions(document_id)

    def provisions_of_document(self, document_id: str) -> tuple[Provision, ...]:
        """As :class:`DocumentRepository`, with all questions that lead to each."""
        return self._kept.attached(self._documents.provisions_of_document(document_id))


class ScriptApprovalRepository:
    """Approvals by version; never commits."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, document_id: str, label: str) -> ScriptApproval | None:
        """The approval of one version, if it has one."""
        table = script_approvals
        query = select(table).where(table.c.document_id == document_id, table.c.label == label)
        row = self._connection.execute(query).one_or_none()
        return _approval(row) if row is not None else None

    def all(self) -> Mapping[tuple[str, str], ScriptApproval]:
        """Every approval, by document and label."""
        found = (_approval(row) for row in self._connection.execute(select(script_approvals)))
        return {(each.document_id, each.label): each for each in found}

    def usable(self, on: date) -> frozenset[tuple[str, str]]:
        """Document and label of every version that is approved on a day."""
        return frozenset(key for key, each in self.all().items() if each.state(on) is ScriptState.APPROVED)

    def save(self, approval: ScriptApproval) -> None:
        """Keep the approval in place of an earlier one of the same version."""
        table = script_approvals
        same = (table.c.document_id == approval.document_id, table.c.label == approval.label)
        self._connection.execute(delete(table).where(*same))
        self._connection.execute(insert(table).values(**asdict(approval)))


def _row(question: TypicalQuestion) -> dict[str, Any]:
    return asdict(question) | {
        "id": question.id,
        "origin": question.origin.value,
        "state": question.state.value,
    }


def _question(row: Row[Any]) -> TypicalQuestion:
    return TypicalQuestion(
        document_id=row.document_id,
        locator=row.locator,
        text=row.text,
        article_digest=row.article_digest,
        origin=Origin(row.origin),
        state=QuestionState(row.state),
        source=row.source,
        added_by=row.added_by,
        added_at=row.added_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )


def _approval(row: Row[Any]) -> ScriptApproval:
    return ScriptApproval(
        document_id=row.document_id,
        label=row.label,
        approved_by=row.approved_by,
        approved_at=row.approved_at,
        expires_on=row.expires_on,
        revoked_by=row.revoked_by,
        revoked_at=row.revoked_at,
        revocation_reason=row.revocation_reason,
    )
