"""Segments in the database, read of customers in scope who may be profiled, only."""

from collections.abc import Collection, Iterable
from itertools import islice

from sqlalchemy import Connection, RowMapping, Select, delete, func, insert, select

from assistant.segments.model import Behaviour, Figure, LifeCycle, Segment, SegmentChoice, Value
from assistant.segments.tables import customer_segments
from knowledge.customers.history.repository import profiled
from knowledge.customers.model import Scope

_BATCH = 2_000


def membership(scope: Scope, choice: SegmentChoice) -> Select[tuple[str]]:
    """Ids of those in scope, and profiled, who are in such a segment: a part of a query."""
    query = select(customer_segments.c.customer_id).where(customer_segments.c.customer_id.in_(profiled(scope)))
    for name in ("value", "life_cycle", "behaviour"):
        wanted: Value | LifeCycle | Behaviour | None = getattr(choice, name)
        if wanted is not None:
            query = query.where(customer_segments.c[name] == wanted.value)
    return query


class SegmentRepository:
    """Reads within a scope, never commits."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(self, segments: Iterable[Segment]) -> int:
        """Forget all segments and keep these; how many."""
        self._connection.execute(delete(customer_segments))
        number, remaining = 0, iter(segments)
        while batch := [_row(segment) for segment in islice(remaining, _BATCH)]:
            self._connection.execute(insert(customer_segments), batch)
            number += len(batch)
        return number

    def forget_unprofiled(self) -> int:
        """Delete the segments of everybody who may not be profiled (any more); how many there were."""
        allowed = profiled(Scope.everyone())
        return self._connection.execute(
            delete(customer_segments).where(customer_segments.c.customer_id.not_in(allowed))
        ).rowcount

    def of(self, customer_ids: Collection[str], *, scope: Scope) -> dict[str, Segment]:
        """By customer."""
        rows = self._connection.execute(
            select(customer_segments).where(
                customer_segments.c.customer_id.in_(customer_ids), customer_segments.c.customer_id.in_(profiled(scope))
            )
        ).mappings()
        return {row["customer_id"]: _segment(row) for row in rows}

    def all(self, *, scope: Scope) -> dict[str, Segment]:
        """By customer, of everybody in scope."""
        rows = self._connection.execute(
            select(customer_segments).where(customer_segments.c.customer_id.in_(profiled(scope)))
        ).mappings()
        return {row["customer_id"]: _segment(row) for row in rows}

    def members(
        self,
        *,
        scope: Scope,
        value: Value | None = None,
        life_cycle: LifeCycle | None = None,
        behaviour: Behaviour | None = None,
    ) -> tuple[str, ...]:
        """Ids of those in scope whose segment is of these kinds; ``None`` is any."""
        choice = SegmentChoice(value=value, life_cycle=life_cycle, behaviour=behaviour)
        query = membership(scope, choice)
        return tuple(self._connection.execute(query.order_by(customer_segments.c.customer_id)).scalars())

    def counts(self, *, scope: Scope) -> dict[tuple[Value, LifeCycle, Behaviour], int]:
        """How many customers each kind has."""
        kinds = customer_segments.c.value, customer_segments.c.life_cycle, customer_segments.c.behaviour
        rows = self._connection.execute(
            select(*kinds, func.count()).where(customer_segments.c.customer_id.in_(profiled(scope))).group_by(*kinds)
        )
        return {(Value(value), LifeCycle(stage), Behaviour(kind)): number for value, stage, kind, number in rows}


def _row(segment: Segment) -> dict[str, object]:
    return {
        "customer_id": segment.customer_id,
        "as_of": segment.as_of,
        "value": segment.value.value,
        "life_cycle": segment.life_cycle.value,
        "behaviour": segment.behaviour.value,
        "reasons": [[figure.name, figure.value] for figure in segment.figures],
    }


def _segment(row: RowMapping) -> Segment:
    return Segment(
        customer_id=row["customer_id"],
        as_of=row["as_of"],
        value=Value(row["value"]),
        life_cycle=LifeCycle(row["life_cycle"]),
        behaviour=Behaviour(row["behaviour"]),
        figures=tuple(Figure(name=name, value=value) for name, value in row["reasons"]),
    )
