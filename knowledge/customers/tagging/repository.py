"""Tags in the database: derived from records, read and written for thousands at once."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, ScalarSelect, Table, delete, exists, insert, select

from knowledge.customers import tables
from knowledge.customers.model import HUMAN_CHANNELS, InvestorStatus, Scope
from knowledge.customers.repository import within
from knowledge.customers.tagging.model import CustomerTraits

_BATCH = 500


class TagRepository:
    """What tags rest on, and the tags themselves."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def traits(
        self, customer_ids: Collection[str] | None = None, *, scope: Scope, as_of: date
    ) -> Iterator[CustomerTraits]:
        """Of these customers, or of all, within the scope."""
        ids = iter(self._all_ids(scope) if customer_ids is None else customer_ids)
        while batch := list(islice(ids, _BATCH)):
            yield from self._traits(batch, scope, as_of)

    def keep(self, tags: Mapping[str, tuple[str, ...]]) -> int:
        """Write the tags of these customers in place of theirs; how many customers' changed."""
        changed, customers = 0, iter(tags.items())
        while batch := dict(islice(customers, _BATCH)):
            changed += self._keep(batch)
        return changed

    def _all_ids(self, scope: Scope) -> list[str]:
        ids = select(tables.customers.c.id).where(within(scope)).order_by(tables.customers.c.id)
        return list(self._connection.execute(ids).scalars())

    def _traits(self, ids: list[str], scope: Scope, as_of: date) -> Iterator[CustomerTraits]:
        customers, assessments = tables.customers.c, tables.assessments.c
        margin = exists().where(tables.margin_positions.c.customer_id == customers.id)
        rows = self._connection.execute(
            select(
                customers.id, customers.born_on, customers.status, customers.full_capacity,
                customers.profiling_consent, customers.cash, customers.total_assets, customers.average_assets_20d,
                assessments.assessed_on, assessments.expires_on, margin.label("has_margin"),
                _next_maturity(as_of).label("next_maturity"),
                _latest(tables.trades, "traded_on", as_of).label("traded_on"),
                _latest(tables.subscriptions, "day", as_of).label("ordered_on"),
                _latest_visit(as_of).label("last_visited_on"),
                _latest(tables.complaints, "received_on", as_of).label("complained_on"),
                _latest_noted_complaint(as_of).label("noted_on"),
            )
            .outerjoin_from(
                tables.customers,
                tables.assessments,
                (assessments.customer_id == customers.id)
                & (assessments.assessed_on == _latest(tables.assessments, "assessed_on", as_of)),
            )
            .where(customers.id.in_(ids), within(scope))
            .order_by(customers.id)
        ).all()  # fmt: skip
        return (_traits(row) for row in rows)

    def _keep(self, tags: Mapping[str, tuple[str, ...]]) -> int:
        known: dict[str, list[str]] = {customer_id: [] for customer_id in tags}
        kept = tables.tags.c
        for customer_id, tag in self._connection.execute(
            select(kept.customer_id, kept.tag)
            .where(kept.customer_id.in_(tags))
            .order_by(kept.customer_id, kept.position)
        ):
            known[customer_id].append(tag)
        changed = [customer_id for customer_id, names in tags.items() if known[customer_id] != list(names)]
        rows: list[dict[str, Any]] = [
            {"customer_id": customer_id, "position": position, "tag": tag}
            for customer_id in changed
            for position, tag in enumerate(tags[customer_id])
        ]
        if changed:
            self._connection.execute(delete(tables.tags).where(kept.customer_id.in_(changed)))
        if rows:
            self._connection.execute(insert(tables.tags), rows)
        return len(changed)


def _latest(table: Table, day: str, as_of: date) -> ScalarSelect[Any]:
    """The newest day up to ``as_of``: the end of the index on customer and day, however many rows there are."""
    found = table.alias()
    return (
        select(found.c[day])
        .where(found.c.customer_id == tables.customers.c.id, found.c[day] <= as_of)
        .order_by(found.c[day].desc())
        .limit(1)
        .scalar_subquery()
    )


def _latest_visit(as_of: date) -> ScalarSelect[Any]:
    touchpoints = tables.touchpoints.c
    return (
        select(touchpoints.day)
        .where(
            touchpoints.customer_id == tables.customers.c.id,
            touchpoints.day <= as_of,
            touchpoints.channel.not_in(sorted(HUMAN_CHANNELS)),
        )
        .order_by(touchpoints.day.desc())
        .limit(1)
        .scalar_subquery()
    )


def _latest_noted_complaint(as_of: date) -> ScalarSelect[Any]:
    notes = tables.service_records.c
    return (
        select(notes.day)
        .where(notes.customer_id == tables.customers.c.id, notes.day <= as_of, notes.kind == "complaint")
        .order_by(notes.day.desc())
        .limit(1)
        .scalar_subquery()
    )


def _next_maturity(as_of: date) -> ScalarSelect[Any]:
    holdings = tables.holdings.c
    return (
        select(holdings.matures_on)
        .where(holdings.customer_id == tables.customers.c.id, holdings.matures_on >= as_of)
        .order_by(holdings.matures_on)
        .limit(1)
        .scalar_subquery()
    )


def _traits(row: Row[Any]) -> CustomerTraits:
    return CustomerTraits(
        customer_id=row.id,
        born_on=row.born_on,
        status=InvestorStatus(row.status),
        full_capacity=row.full_capacity,
        profiling_consent=row.profiling_consent,
        assessed_on=row.assessed_on,
        expires_on=row.expires_on,
        cash=row.cash,
        total_assets=row.total_assets,
        average_assets_20d=row.average_assets_20d,
        next_maturity=row.next_maturity,
        has_margin=row.has_margin,
        last_traded_on=_later(row.traded_on, row.ordered_on),
        last_visited_on=row.last_visited_on,
        last_complaint_on=_later(row.complained_on, row.noted_on),
    )


def _later(*days: date | None) -> date | None:
    return max((day for day in days if day is not None), default=None)
