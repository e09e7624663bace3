"""Review cases, kept. Revisions and decisions are only ever added."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, Text, and_, cast, func, insert, or_, select, update

from assistant.checks.model import Finding
from assistant.drafting.model import Draft, DraftKind
from assistant.errors import Conflict, NotFound
from assistant.identity.model import Actor, Role
from assistant.review.model import Decision, RestingCase, ReviewAction, ReviewCase, ReviewState, Revision
from assistant.review.tables import cases, decisions, revisions
from knowledge.customers.repository import ids_within

_UNSENT = (ReviewState.DRAFT, ReviewState.WAITING, ReviewState.APPROVED)
_FEW = 40
"""So many documents are sought by the database; for more, every draft that may still leave is read."""


class CaseRepository:
    """Cases within what an actor may see."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, case: ReviewCase) -> None:
        """Keep a new case with its first revision."""
        self._connection.execute(
            insert(cases).values(
                id=case.id,
                kind=case.kind.value,
                customer_id=case.customer_id,
                advisor_id=case.advisor_id,
                advisor_name=case.advisor_name,
                state=case.state.value,
                revision=case.revision.number,
                inquiry_id=case.inquiry_id,
                version=case.version,
                created_at=case.created_at,
                updated_at=case.updated_at,
            )
        )
        self._add_revision(case.id, case.revision)

    def get(self, case_id: str, *, by: Actor) -> ReviewCase:
        """The case; ``NotFound`` also when the actor may not know of it."""
        row = self._connection.execute(_visible(select(cases), by).where(cases.c.id == case_id)).one_or_none()
        if row is None:
            raise NotFound("没有找到这份草稿。")
        return self._case_of(row)

    def find(
        self,
        *,
        by: Actor,
        states: Collection[ReviewState] = (),
        kind: DraftKind | None = None,
        customer_id: str | None = None,
        newest: bool = False,
        limit: int = 50,
        offset: int = 0,
    ) -> tuple[tuple[ReviewCase, ...], int]:
        """Cases, longest untouched first unless the ``newest`` are asked for, and how many there are in all."""
        query = _visible(select(cases), by)
        if states:
            query = query.where(cases.c.state.in_([state.value for state in states]))
        if kind is not None:
            query = query.where(cases.c.kind == kind.value)
        if customer_id is not None:
            query = query.where(cases.c.customer_id == customer_id)
        total = self._connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()
        order = (cases.c.updated_at.desc(), cases.c.id.desc()) if newest else (cases.c.updated_at, cases.c.id)
        rows = self._connection.execute(query.order_by(*order).limit(limit).offset(offset))
        return tuple(self._case_of(row) for row in rows.all()), total

    def counts(self, *, by: Actor, kind: DraftKind | None = None) -> dict[ReviewState, int]:
        """How many cases, or cases of one kind, stand where."""
        query = _visible(select(cases.c.state, func.count()), by).group_by(cases.c.state)
        if kind is not None:
            query = query.where(cases.c.kind == kind.value)
        return {ReviewState(state): count for state, count in self._connection.execute(query)}

    def waiting_since(self) -> tuple[datetime, ...]:
        """Since when each waiting case has been waiting."""
        query = select(cases.c.updated_at).where(cases.c.state == ReviewState.WAITING.value)
        return tuple(self._connection.execute(query).scalars())

    def unsent(self, *, customers: Collection[str] | None = None) -> tuple[str, ...]:
        """Ids of all cases that may still leave, or of those of these customers: what a change may void."""
        query = select(cases.c.id, cases.c.customer_id).where(cases.c.state.in_([state.value for state in _UNSENT]))
        found = self._connection.execute(query.order_by(cases.c.id))
        return tuple(row.id for row in found if customers is None or row.customer_id in customers)

    def resting_on(self, document_ids: Collection[str]) -> tuple[RestingCase, ...]:
        """Cases that may still leave and cite any version of these documents, by id.

        The database picks those whose draft names a document; their citations are then read without the rest of them.
        """
        if not document_ids:
            return ()
        query = (
            select(cases, revisions.c.draft)
            .join(revisions, and_(revisions.c.case_id == cases.c.id, revisions.c.number == cases.c.revision))
            .where(cases.c.state.in_([state.value for state in _UNSENT]))
            .order_by(cases.c.id)
        )
        if len(document_ids) <= _FEW:
            words = cast(revisions.c.draft, Text)
            query = query.where(or_(*(words.contains(f"{each}:", autoescape=True) for each in document_ids)))
        wanted = frozenset(document_ids)
        found = (_resting(row) for row in self._connection.execute(query.execution_options(yield_per=200)))
        return tuple(each for each in found if not wanted.isdisjoint(_documents(each)))

    def save(self, case: ReviewCase) -> ReviewCase:
        """Keep what changed; ``Conflict`` when somebody else saved the case since it was read."""
        changed = self._connection.execute(
            update(cases)
            .where(cases.c.id == case.id, cases.c.version == case.version)
            .values(
                state=case.state.value,
                revision=case.revision.number,
                version=case.version + 1,
                updated_at=case.updated_at,
            )
        )
        if changed.rowcount != 1:
            raise Conflict("这份草稿刚刚被别人处理过，请刷新后再看。")
        kept = self._connection.execute(
            select(func.count()).select_from(revisions).where(revisions.c.case_id == case.id)
        ).scalar_one()
        if case.revision.number > kept:
            self._add_revision(case.id, case.revision)
        self._add_decisions(case)
        return replace(case, version=case.version + 1)

    def revision(self, case_id: str, number: int, *, by: Actor) -> Revision:
        """An earlier or the newest wording."""
        self.get(case_id, by=by)
        row = self._connection.execute(
            select(revisions).where(revisions.c.case_id == case_id, revisions.c.number == number)
        ).one_or_none()
        if row is None:
            raise NotFound("没有这一版文本。")
        return _revision_of(row)

    def _add_revision(self, case_id: str, revision: Revision) -> None:
        self._connection.execute(
            insert(revisions).values(
                case_id=case_id,
                number=revision.number,
                draft=revision.draft.model_dump(mode="json"),
                text=revision.text,
                digest=revision.digest,
                findings=[finding.model_dump(mode="json") for finding in revision.findings],
                author_id=revision.author_id,
                created_at=revision.created_at,
            )
        )

    def _add_decisions(self, case: ReviewCase) -> None:
        kept = self._connection.execute(
            select(func.count()).select_from(decisions).where(decisions.c.case_id == case.id)
        ).scalar_one()
        for number, decision in enumerate(case.decisions[kept:], start=kept + 1):
            self._connection.execute(
                insert(decisions).values(
                    case_id=case.id,
                    number=number,
                    action=decision.action.value,
                    actor_id=decision.actor_id,
                    role=decision.role.value,
                    digest=decision.digest,
                    reason=decision.reason,
                    at=decision.at,
                )
            )

    def _case_of(self, row: Row[Any]) -> ReviewCase:
        revision = self._connection.execute(
            select(revisions).where(revisions.c.case_id == row.id, revisions.c.number == row.revision)
        ).one()
        made = self._connection.execute(
            select(decisions).where(decisions.c.case_id == row.id).order_by(decisions.c.number)
        )
        return ReviewCase(
            id=row.id,
            kind=DraftKind(row.kind),
            customer_id=row.customer_id,
            advisor_id=row.advisor_id,
            advisor_name=row.advisor_name,
            state=ReviewState(row.state),
            revision=_revision_of(revision),
            decisions=tuple(_decision_of(decision) for decision in made),
            created_at=row.created_at,
            updated_at=row.updated_at,
            inquiry_id=row.inquiry_id,
            version=row.version,
        )


def _visible(query: Select[Any], by: Actor) -> Select[Any]:
    """An advisor sees what was written for the customers of today's own book, also by whoever served them before."""
    if by.role is Role.ADVISOR:
        return query.where(cases.c.customer_id.in_(ids_within(by.scope)))
    if by.role in (Role.REVIEWER, Role.SYSTEM):
        return query
    raise NotFound("没有找到这份草稿。")


def _resting(row: Row[Any]) -> RestingCase:
    return RestingCase(
        case_id=row.id,
        kind=DraftKind(row.kind),
        state=ReviewState(row.state),
        advisor_id=row.advisor_id,
        advisor_name=row.advisor_name,
        references=frozenset(
            citation["source"]
            for section in row.draft["sections"]
            for statement in section["statements"]
            for citation in statement["citations"]
        ),
    )


def _documents(case: RestingCase) -> set[str]:
    return {reference.partition(":")[0] for reference in case.references}


def _revision_of(row: Row[Any]) -> Revision:
    return Revision(
        number=row.number,
        draft=Draft.model_validate(row.draft),
        text=row.text,
        digest=row.digest,
        findings=tuple(Finding.model_validate(finding) for finding in row.findings),
        author_id=row.author_id,
        created_at=row.created_at,
    )


def _decision_of(row: Row[Any]) -> Decision:
    return Decision(
        action=ReviewAction(row.action),
        actor_id=row.actor_id,
        role=Role(row.role),
        digest=row.digest,
        reason=row.reason,
        at=row.at,
    )
