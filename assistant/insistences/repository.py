"""Procedures of customers who insist, kept."""

from collections.abc import Collection
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, false, insert, select, true, update

from assistant.analysis.model import Match
from assistant.errors import Conflict, NotFound
from assistant.identity.model import Actor, Role
from assistant.insistences.model import (
    OPEN,
    Insistence,
    InsistenceState,
    InsistenceStep,
    Proof,
    ProofKind,
    StepTaken,
    Wish,
)
from assistant.insistences.tables import insistences
from knowledge.customers.repository import ids_within

_OPEN = [state.value for state in OPEN]


class InsistenceRepository:
    """An advisor sees those of today's own customers, a customer the own ones, a reviewer all; nobody else any."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, insistence: Insistence) -> None:
        """Keep a new procedure."""
        self._connection.execute(insert(insistences).values(**_values(insistence), id=insistence.id))

    def save(self, insistence: Insistence) -> Insistence:
        """Keep the change; ``Conflict`` where somebody else was quicker."""
        changed = self._connection.execute(
            update(insistences)
            .where(insistences.c.id == insistence.id, insistences.c.version == insistence.version)
            .values(**_values(insistence) | {"version": insistence.version + 1})
        )
        if changed.rowcount != 1:
            raise Conflict("这项申请刚刚被别人修改，请刷新后再试。")
        return replace(insistence, version=insistence.version + 1)

    def get(self, insistence_id: str, *, by: Actor) -> Insistence:
        """The procedure, if ``by`` may see it; otherwise ``NotFound``."""
        row = self._connection.execute(
            select(insistences).where(insistences.c.id == insistence_id, _visible(by))
        ).one_or_none()
        if row is None:
            raise NotFound("没有找到这项申请。")
        return _insistence_of(row)

    def of_customer(self, customer_id: str, *, by: Actor, limit: int = 50) -> tuple[Insistence, ...]:
        """The customer's, the newest first."""
        return self._read(insistences.c.customer_id == customer_id, by, limit)

    def in_states(self, *states: InsistenceState, by: Actor, limit: int = 100) -> tuple[Insistence, ...]:
        """All in these states, the newest first."""
        return self._read(insistences.c.state.in_([state.value for state in states]), by, limit)

    def to_attend(self, customer_ids: Collection[str]) -> tuple[Insistence, ...]:
        """Of these customers, all that wait for their advisor or for a follow-up. The caller has checked the scope."""
        waiting = [state.value for state in (*OPEN, InsistenceState.PERMITTED) if state is not InsistenceState.INSISTED]
        query = select(insistences).where(insistences.c.customer_id.in_(customer_ids), insistences.c.state.in_(waiting))
        rows = self._connection.execute(query.order_by(insistences.c.created_at, insistences.c.id))
        return tuple(_insistence_of(row) for row in rows)

    def open_for(self, customer_id: str, product_code: str) -> str | None:
        """Id of the procedure about this product that is not over."""
        return self._connection.execute(
            select(insistences.c.id)
            .where(
                insistences.c.customer_id == customer_id,
                insistences.c.product_code == product_code,
                insistences.c.state.in_(_OPEN),
            )
            .limit(1)
        ).scalar_one_or_none()

    def _read(self, condition: ColumnElement[bool], by: Actor, limit: int) -> tuple[Insistence, ...]:
        query = select(insistences).where(condition, _visible(by))
        rows = self._connection.execute(query.order_by(insistences.c.created_at.desc(), insistences.c.id).limit(limit))
        return tuple(_insistence_of(row) for row in rows)


def _visible(by: Actor) -> ColumnElement[bool]:
    if by.role is Role.ADVISOR:
        return insistences.c.customer_id.in_(ids_within(by.scope))
    if by.role is Role.CUSTOMER:
        return insistences.c.customer_id == by.customer_id
    return true() if by.role in (Role.REVIEWER, Role.SYSTEM) else false()


def _values(insistence: Insistence) -> dict[str, Any]:
    return {
        "customer_id": insistence.customer_id,
        "advisor_id": insistence.advisor_id,
        "product_code": insistence.product_code,
        "state": insistence.state.value,
        "wish": asdict(insistence.wish) | {"asked_on": insistence.wish.asked_on.isoformat()},
        "match": insistence.match.model_dump(mode="json"),
        "steps": [asdict(taken) | {"at": taken.at.isoformat()} for taken in insistence.steps],
        "case_id": insistence.case_id,
        "version": insistence.version,
        "created_at": insistence.created_at,
        "updated_at": insistence.updated_at,
    }


def _insistence_of(row: Row[Any]) -> Insistence:
    return Insistence(
        id=row.id,
        customer_id=row.customer_id,
        advisor_id=row.advisor_id,
        wish=Wish(**row.wish | {"asked_on": date.fromisoformat(row.wish["asked_on"])}),
        match=Match.model_validate(row.match),
        created_at=row.created_at,
        updated_at=row.updated_at,
        state=InsistenceState(row.state),
        steps=tuple(_step_of(taken) for taken in row.steps),
        case_id=row.case_id,
        version=row.version,
    )


def _step_of(kept: dict[str, Any]) -> StepTaken:
    proof = kept["proof"]
    return StepTaken(
        step=InsistenceStep(kept["step"]),
        by=kept["by"],
        role=Role(kept["role"]),
        at=datetime.fromisoformat(kept["at"]),
        proof=None if proof is None else Proof(kind=ProofKind(proof["kind"]), reference=proof["reference"]),
        note=kept["note"],
        amount=kept["amount"],
    )
