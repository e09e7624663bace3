"""Next best actions in the database."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, insert, or_, select, update

from assistant.errors import Conflict, NotFound
from assistant.identity.ids import new_id
from assistant.next_actions.catalogue import KINDS
from assistant.next_actions.model import (
    Action,
    ActionState,
    CustomerActions,
    Feedback,
    Proposal,
    Verdict,
)
from assistant.next_actions.tables import next_action_feedback, next_action_runs, next_actions
from knowledge.customers.history.repository import opted_out

_LEARNED_FROM = 400
"""Verdicts that an advisor is remembered by; older ones are forgotten."""


class NextActionRepository:
    """Actions of an advisor's book, verdicts on them, and the runs that find them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, advisor_id: str, proposals: Mapping[str, Sequence[Proposal]], *, as_of: date, at: datetime) -> int:
        """What a day speaks for, by customer: new causes come, lasting ones stay, gone ones go; how many are open."""
        known: dict[tuple[str, str], Action] = {
            (action.proposal.customer_id, action.proposal.key): action for action in self._of(proposals)
        }
        kept = [
            known[key].renewed(proposal, as_of=as_of, at=at) if key in known else _new(proposal, advisor_id, as_of, at)
            for each in proposals.values()
            for proposal in each
            for key in [(proposal.customer_id, proposal.key)]
        ]
        standing = {(action.proposal.customer_id, action.proposal.key) for action in kept}
        kept += [action for key, action in known.items() if key not in standing and action.rests_on(as_of)]
        self._connection.execute(delete(next_actions).where(next_actions.c.customer_id.in_(list(proposals))))
        if kept:
            self._connection.execute(insert(next_actions), [_row(action, advisor_id) for action in kept])
        return sum(action.state in (ActionState.OPEN, ActionState.SNOOZED) for action in kept)

    def forget_but(self, advisor_id: str, customer_ids: Collection[str]) -> None:
        """Drop actions for customers who are no longer in the advisor's book."""
        rows = self._connection.execute(
            select(next_actions.c.customer_id).distinct().where(next_actions.c.advisor_id == advisor_id)
        ).scalars()
        for gone in set(rows) - set(customer_ids):
            self._connection.execute(
                delete(next_actions).where(next_actions.c.customer_id == gone, next_actions.c.advisor_id == advisor_id)
            )

    def forget_personal(self) -> None:
        """Drop what is no duty for everybody who opted out of profiling."""
        duties = [name for name, kind in KINDS.items() if kind.duty]
        self._connection.execute(
            delete(next_actions).where(next_actions.c.customer_id.in_(opted_out()), next_actions.c.kind.not_in(duties))
        )

    def page(
        self,
        advisor_id: str,
        *,
        on: date,
        kind: str | None = None,
        state: ActionState = ActionState.OPEN,
        limit: int = 50,
        offset: int = 0,
    ) -> tuple[tuple[CustomerActions, ...], int]:
        """Customers with their actions of a state, the highest score first, and how many customers there are."""
        chosen = [_in_state(state, on), next_actions.c.advisor_id == advisor_id]
        if kind is not None:
            chosen.append(next_actions.c.kind == kind)
        total = self._connection.execute(
            select(func.count(next_actions.c.customer_id.distinct())).where(*chosen)
        ).scalar_one()
        best = func.max(next_actions.c.score)
        ids = self._connection.execute(
            select(next_actions.c.customer_id)
            .where(*chosen)
            .group_by(next_actions.c.customer_id)
            .order_by(best.desc(), next_actions.c.customer_id)
            .limit(limit)
            .offset(offset)
        ).scalars().all()  # fmt: skip
        found = defaultdict(list)
        rows = self._connection.execute(
            select(next_actions)
            .where(next_actions.c.customer_id.in_(ids), *chosen)
            .order_by(next_actions.c.score.desc(), next_actions.c.key)
        )
        for row in rows:
            found[row.customer_id].append(_action(row))
        return tuple(CustomerActions(customer_id=each, actions=tuple(found[each])) for each in ids), total

    def counts(self, advisor_id: str, *, on: date) -> Mapping[str, int]:
        """Open actions of a day by kind, the kind with the most pressing one first."""
        number = func.count()
        rows = self._connection.execute(
            select(next_actions.c.kind, number)
            .where(next_actions.c.advisor_id == advisor_id, _in_state(ActionState.OPEN, on))
            .group_by(next_actions.c.kind)
            .order_by(func.max(next_actions.c.score).desc(), next_actions.c.kind)
        )
        return {kind: count for kind, count in rows}  # noqa: C416 - rows are not pairs to the type checker

    def decided_since(self, advisor_id: str, since: datetime) -> Mapping[ActionState, int]:
        """How many actions have been done, put off or called irrelevant since, and still are."""
        rows = self._connection.execute(
            select(next_actions.c.state, func.count())
            .where(
                next_actions.c.advisor_id == advisor_id,
                next_actions.c.updated_at >= since,
                next_actions.c.state != ActionState.OPEN.value,
            )
            .group_by(next_actions.c.state)
        )
        return {ActionState(state): count for state, count in rows}

    def of_customer(self, customer_id: str, *, on: date) -> tuple[Action, ...]:
        """Open actions for one customer, the best first. The caller has checked the scope."""
        rows = self._connection.execute(
            select(next_actions)
            .where(next_actions.c.customer_id == customer_id, _in_state(ActionState.OPEN, on))
            .order_by(next_actions.c.score.desc(), next_actions.c.key)
        )
        return tuple(_action(row) for row in rows)

    def get(self, customer_id: str, key: str, *, advisor_id: str) -> Action:
        """An action of the advisor's own book, ``NotFound`` otherwise."""
        row = self._connection.execute(
            select(next_actions).where(
                next_actions.c.customer_id == customer_id,
                next_actions.c.key == key,
                next_actions.c.advisor_id == advisor_id,
            )
        ).one_or_none()
        if row is None:
            raise NotFound("没有找到这一项，它可能已经不需要了。")
        return _action(row)

    def save(self, action: Action, *, verdict: Verdict, at: datetime) -> None:
        """Keep an action after a verdict, and the verdict. ``Conflict`` where it changed meanwhile."""
        changed = self._connection.execute(
            update(next_actions)
            .where(
                next_actions.c.customer_id == action.proposal.customer_id,
                next_actions.c.key == action.proposal.key,
                next_actions.c.version == action.version - 1,
            )
            .values(
                state=action.state.value,
                snoozed_until=action.snoozed_until,
                version=action.version,
                updated_at=action.updated_at,
            )
        )
        if changed.rowcount != 1:
            raise Conflict("这一项刚刚有变化，请刷新后再处理。")
        self._connection.execute(
            insert(next_action_feedback).values(
                id=new_id("verdict"),
                advisor_id=action.advisor_id,
                customer_id=action.proposal.customer_id,
                key=action.proposal.key,
                kind=action.proposal.kind,
                verdict=verdict.value,
                at=at,
            )
        )

    def feedback(self, advisor_id: str) -> Mapping[str, Feedback]:
        """By kind, from the advisor's latest verdict on each action; what was taken back does not count."""
        rows = self._connection.execute(
            select(next_action_feedback)
            .where(next_action_feedback.c.advisor_id == advisor_id)
            .order_by(next_action_feedback.c.at.desc(), next_action_feedback.c.id)
            .limit(_LEARNED_FROM)
        ).all()
        latest: dict[tuple[str, str], tuple[str, Verdict]] = {}
        for row in rows:
            latest.setdefault((row.customer_id, row.key), (row.kind, Verdict(row.verdict)))
        counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for kind, verdict in latest.values():
            counts[kind][0] += verdict is Verdict.DONE
            counts[kind][1] += verdict is Verdict.IRRELEVANT
        return {kind: Feedback(done=done, irrelevant=irrelevant) for kind, (done, irrelevant) in counts.items()}

    def request(self, advisor_ids: Collection[str], *, as_of: date, at: datetime) -> tuple[str, ...]:
        """Ask that days be planned anew; ids of the runs."""
        rows = [
            {"id": new_id("day"), "advisor_id": advisor_id, "as_of": as_of, "requested_at": at}
            for advisor_id in advisor_ids
        ]
        if rows:
            self._connection.execute(insert(next_action_runs), rows)
        return tuple(str(row["id"]) for row in rows)

    def planned(self, as_of: date) -> frozenset[str]:
        """Advisors whose day was asked for."""
        query = select(next_action_runs.c.advisor_id).where(next_action_runs.c.as_of == as_of)
        return frozenset(self._connection.execute(query).scalars())

    def unfinished(self) -> tuple[str, ...]:
        """Ids of runs that are still to be done, oldest first."""
        query = select(next_action_runs.c.id).where(next_action_runs.c.finished_at.is_(None))
        return tuple(self._connection.execute(query.order_by(next_action_runs.c.requested_at)).scalars())

    def advisor_of(self, run_id: str) -> str | None:
        """Whose day an unfinished run plans; ``None`` where it is done."""
        return self._connection.execute(
            select(next_action_runs.c.advisor_id).where(
                next_action_runs.c.id == run_id, next_action_runs.c.finished_at.is_(None)
            )
        ).scalar()

    def begin(self, run_id: str, *, customers: int) -> None:
        """The run reads so many customers from now on: what changes later is for the next one."""
        self._connection.execute(
            update(next_action_runs).where(next_action_runs.c.id == run_id).values(customers=customers)
        )

    def finish(self, run_id: str, *, customers: int, actions: int, at: datetime) -> None:
        """The run is done."""
        self._connection.execute(
            update(next_action_runs)
            .where(next_action_runs.c.id == run_id)
            .values(finished_at=at, customers=customers, actions=actions)
        )

    def planned_at(self, advisor_id: str) -> datetime | None:
        """When the advisor's list was last made."""
        return self._connection.execute(
            select(func.max(next_action_runs.c.finished_at)).where(next_action_runs.c.advisor_id == advisor_id)
        ).scalar()

    def is_waiting(self, advisor_id: str) -> bool:
        """Whether a run has not begun yet, so that it will see everything that is known by now."""
        query = select(next_action_runs.c.id).where(
            next_action_runs.c.advisor_id == advisor_id,
            next_action_runs.c.finished_at.is_(None),
            next_action_runs.c.customers.is_(None),
        )
        return self._connection.execute(query.limit(1)).first() is not None

    def is_planning(self, advisor_id: str) -> bool:
        """Whether a run is still to be done."""
        query = select(next_action_runs.c.id).where(
            next_action_runs.c.advisor_id == advisor_id, next_action_runs.c.finished_at.is_(None)
        )
        return self._connection.execute(query.limit(1)).first() is not None

    def _of(self, customer_ids: Collection[str]) -> list[Action]:
        rows = self._connection.execute(select(next_actions).where(next_actions.c.customer_id.in_(list(customer_ids))))
        return [_action(row) for row in rows]


def _in_state(state: ActionState, on: date) -> ColumnElement[bool]:
    """What was put off comes back by itself on its day."""
    back = and_(next_actions.c.state == ActionState.SNOOZED.value, next_actions.c.snoozed_until <= on)
    if state is ActionState.OPEN:
        return or_(next_actions.c.state == state.value, back)
    if state is ActionState.SNOOZED:
        return and_(next_actions.c.state == state.value, next_actions.c.snoozed_until > on)
    return next_actions.c.state == state.value


def _new(proposal: Proposal, advisor_id: str, as_of: date, at: datetime) -> Action:
    return Action(
        proposal=proposal,
        advisor_id=advisor_id,
        as_of=as_of,
        state=ActionState.OPEN,
        snoozed_until=None,
        version=0,
        updated_at=at,
    )


def _row(action: Action, advisor_id: str) -> dict[str, Any]:
    proposal = action.proposal
    return {
        "customer_id": proposal.customer_id,
        "key": proposal.key,
        "advisor_id": advisor_id,
        "kind": proposal.kind,
        "as_of": action.as_of,
        "score": proposal.score,
        "value": proposal.value,
        "urgency": proposal.urgency,
        "learned": proposal.learned,
        "due_on": proposal.due_on,
        "reason": proposal.reason,
        "advice": proposal.advice,
        "facts": dict(proposal.facts),
        "channel": proposal.channel,
        "state": action.state.value,
        "snoozed_until": action.snoozed_until,
        "version": action.version,
        "updated_at": action.updated_at,
    }


def _action(row: Row[Any]) -> Action:
    return Action(
        proposal=Proposal(
            customer_id=row.customer_id,
            key=row.key,
            kind=row.kind,
            reason=row.reason,
            advice=row.advice,
            facts=row.facts,
            channel=row.channel,
            value=row.value,
            urgency=row.urgency,
            learned=row.learned,
            due_on=row.due_on,
        ),
        advisor_id=row.advisor_id,
        as_of=row.as_of,
        state=ActionState(row.state),
        snoozed_until=row.snoozed_until,
        version=row.version,
        updated_at=row.updated_at,
    )
