"""Customers in the database. Every read takes a scope, and the scope is part of the SQL."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import date
from itertools import islice
from typing import Any, Unpack

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, Table, and_, func, insert, literal, select, true
from sqlalchemy.exc import IntegrityError

from knowledge.customers import tables
from knowledge.customers.model import (
    Customer,
    CustomerFilter,
    CustomerRecord,
    CustomerSort,
    CustomerSummary,
    Gender,
    Holding,
    Horizon,
    InvestorStatus,
    MarginPosition,
    Page,
    RiskAssessment,
    RiskLevel,
    Scope,
    ScopeKind,
    ServiceRecord,
    Touchpoint,
    Trade,
)
from knowledge.errors import Conflict, Invalid, NotFound

_BATCH = 500
_TELLING_NAME = 3
_ADDRESS = r"\s*(?:先生|女士|小姐|老师|总|经理|客户)"
_MAX_LIMIT = 500
_MAX_OFFSET = 10_000_000
_MAX_TERMS = 8
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


class CustomerRepository:
    """Reads within a scope, writes in bulk, never commits."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, customer_id: str, *, scope: Scope, as_of: date) -> CustomerRecord:
        """Everything known on ``as_of``, ``NotFound`` outside scope. Positions are the latest close, with its day."""
        if _UNSTORABLE.search(customer_id):
            raise _unknown_customer()
        row = self._connection.execute(
            select(tables.customers).where(tables.customers.c.id == customer_id, _within(scope))
        ).mappings().one_or_none()  # fmt: skip
        if row is None:
            raise _unknown_customer()
        return CustomerRecord(
            customer=self._customer(row, as_of),
            cash=row["cash"],
            cash_as_of=row["cash_as_of"],
            average_assets_20d=row["average_assets_20d"],
            first_traded_on=row["first_traded_on"],
            holdings=tuple(
                _read(Holding, held) for held in self._rows(tables.holdings, customer_id, tables.holdings.c.position)
            ),
            trades=tuple(_read(Trade, trade) for trade in self._dated(tables.trades, "traded_on", customer_id, as_of)),
            touchpoints=tuple(
                Touchpoint(on=touch["day"], channel=touch["channel"], topic=touch["topic"])
                for touch in self._dated(tables.touchpoints, "day", customer_id, as_of)
            ),
            service_records=tuple(
                ServiceRecord(
                    on=note["day"],
                    channel=note["channel"],
                    staff=note["staff"],
                    kind=note["kind"],
                    remark=note["remark"],
                )
                for note in self._dated(tables.service_records, "day", customer_id, as_of)
            ),
            margin=self._margin(customer_id),
        )

    def advisor_of(self, customer_id: str, *, scope: Scope) -> str:
        """Whose customer it is; ``NotFound`` outside scope."""
        found = self._connection.execute(
            select(tables.customers.c.advisor_id).where(tables.customers.c.id == customer_id, _within(scope))
        ).scalar()
        if found is None:
            raise _unknown_customer()
        return str(found)

    def find(
        self,
        *,
        scope: Scope,
        as_of: date,
        sort: CustomerSort = CustomerSort.ASSETS,
        limit: int = 50,
        offset: int = 0,
        **where: Unpack[CustomerFilter],
    ) -> Page[CustomerSummary]:
        """A page of the book on ``as_of``. ``Invalid`` for a limit outside 1 … 500 or a senseless offset."""
        if not 1 <= limit <= _MAX_LIMIT or not 0 <= offset <= _MAX_OFFSET:
            raise Invalid(f"每页条数应在 1 到 {_MAX_LIMIT} 之间，起始位置应在 0 到 {_MAX_OFFSET} 之间。")
        chosen = self._chosen(scope, as_of, where)
        total = self._connection.execute(select(func.count()).select_from(chosen.subquery())).scalar_one()
        rows = self._connection.execute(chosen.order_by(*_order(sort)).limit(limit).offset(offset)).mappings().all()
        tags = self._tags([row["id"] for row in rows])
        return Page(
            items=tuple(_summary(row, tags.get(row["id"], ()), as_of) for row in rows),
            total=total,
            limit=limit,
            offset=offset,
        )

    def tags(self, *, scope: Scope) -> dict[str, int]:
        """Tags in use within the scope and how many customers carry each, most used first."""
        number = func.count().label("number")
        rows = self._connection.execute(
            select(tables.tags.c.tag, number)
            .join_from(tables.tags, tables.customers)
            .where(_within(scope))
            .group_by(tables.tags.c.tag)
            .order_by(number.desc(), tables.tags.c.tag)
        )
        return {tag: count for tag, count in rows}  # noqa: C416 - rows are not pairs to the type checker

    def add(self, records: Iterable[CustomerRecord]) -> int:
        """Write new customers in bulk; how many. ``Conflict`` when one exists already."""
        written = 0
        remaining = iter(records)
        while batch := list(islice(remaining, _BATCH)):
            self._add(batch)
            written += len(batch)
        return written

    def reassess(self, customer_id: str, assessment: RiskAssessment, *, scope: Scope) -> None:
        """Keep a new assessment beside the earlier ones. ``NotFound`` outside scope, ``Conflict`` for a day taken."""
        known = select(tables.customers.c.id).where(tables.customers.c.id == customer_id, _within(scope))
        if _UNSTORABLE.search(customer_id) or self._connection.execute(known).one_or_none() is None:
            raise _unknown_customer()
        try:
            self._connection.execute(insert(tables.assessments), [_assessment_row(customer_id, assessment)])
        except IntegrityError:
            raise Conflict(f"该客户在 {assessment.assessed_on} 已有一次风险测评。") from None

    def count(self) -> int:
        """How many customers there are in all."""
        return self._connection.execute(select(func.count()).select_from(tables.customers)).scalar_one()

    def names(self, customer_ids: Collection[str], *, scope: Scope) -> dict[str, str]:
        """Names by id, of those within the scope."""
        rows = self._connection.execute(
            select(tables.customers.c.id, tables.customers.c.name)
            .where(tables.customers.c.id.in_(customer_ids))
            .where(_within(scope))
        )
        return {row.id: row.name for row in rows}

    def named_in(self, text: str) -> tuple[str, ...]:
        """Names of customers, of whichever advisor, that stand in ``text``: a gate for texts, it reads nothing else.

        A name of two characters is often a word; it counts only before a form of address.
        """
        found = self._connection.execute(
            select(tables.customers.c.name).distinct().where(literal(text).contains(tables.customers.c.name))
        ).scalars()
        return tuple(name for name in found if len(name) >= _TELLING_NAME or re.search(f"{name}{_ADDRESS}", text))

    def _chosen(self, scope: Scope, as_of: date, where: CustomerFilter) -> Select[Any]:
        current = _current_assessment(as_of)
        base = (
            select(
                tables.customers.c.id,
                tables.customers.c.advisor_id,
                tables.customers.c.name,
                tables.customers.c.born_on,
                tables.customers.c.city,
                tables.customers.c.status,
                tables.customers.c.total_assets,
                tables.customers.c.last_contact_on,
                tables.assessments.c.level,
                tables.assessments.c.expires_on,
                tables.margin_positions.c.maintenance_ratio_pct,
            )
            .outerjoin_from(tables.customers, tables.assessments, current)
            .outerjoin(tables.margin_positions, tables.margin_positions.c.customer_id == tables.customers.c.id)
        )
        return base.where(_within(scope), *_conditions(where, as_of))

    def _customer(self, row: RowMapping, as_of: date) -> Customer:
        return Customer(
            id=row["id"],
            advisor_id=row["advisor_id"],
            name=row["name"],
            gender=Gender(row["gender"]),
            born_on=row["born_on"],
            phone=row["phone"],
            identity_number=row["identity_number"],
            city=row["city"],
            occupation=row["occupation"],
            annual_income=row["annual_income"],
            opened_on=row["opened_on"],
            status=InvestorStatus(row["status"]),
            full_capacity=row["full_capacity"],
            profiling_consent=row["profiling_consent"],
            preferred_channel=row["preferred_channel"],
            assessment=self._assessment(row["id"], as_of),
            permissions=frozenset(
                held["permission"]
                for held in self._rows(tables.permissions, row["id"], tables.permissions.c.permission)
            ),
            tags=self._tags([row["id"]]).get(row["id"], ()),
        )

    def _assessment(self, customer_id: str, as_of: date) -> RiskAssessment | None:
        row = self._connection.execute(
            select(tables.assessments)
            .where(tables.assessments.c.customer_id == customer_id, tables.assessments.c.assessed_on <= as_of)
            .order_by(tables.assessments.c.assessed_on.desc())
            .limit(1)
        ).mappings().one_or_none()  # fmt: skip
        if row is None:
            return None
        return RiskAssessment(
            level=RiskLevel(row["level"]),
            lowest_class=row["lowest_class"],
            assessed_on=row["assessed_on"],
            expires_on=row["expires_on"],
            horizon=Horizon(row["horizon"]),
            varieties=frozenset(row["varieties"]),
            goals=frozenset(row["goals"]),
            max_loss_pct=row["max_loss_pct"],
        )

    def _margin(self, customer_id: str) -> MarginPosition | None:
        rows = self._rows(tables.margin_positions, customer_id, tables.margin_positions.c.as_of)
        return _read(MarginPosition, rows[0]) if rows else None

    def _rows(self, table: Table, customer_id: str, order: ColumnElement[Any]) -> Sequence[RowMapping]:
        return self._connection.execute(
            select(table).where(table.c.customer_id == customer_id).order_by(order)
        ).mappings().all()  # fmt: skip

    def _dated(self, table: Table, column: str, customer_id: str, as_of: date) -> Sequence[RowMapping]:
        """Newest first."""
        day = table.c[column]
        return self._connection.execute(
            select(table).where(table.c.customer_id == customer_id, day <= as_of).order_by(day.desc(), table.c.id)
        ).mappings().all()  # fmt: skip

    def _tags(self, customer_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        rows = self._connection.execute(
            select(tables.tags.c.customer_id, tables.tags.c.tag)
            .where(tables.tags.c.customer_id.in_(customer_ids))
            .order_by(tables.tags.c.customer_id, tables.tags.c.position)
        )
        for customer_id, tag in rows:
            found[customer_id] = (*found.get(customer_id, ()), tag)
        return found

    def _add(self, records: Sequence[CustomerRecord]) -> None:
        try:
            self._insert(tables.customers, (_customer_row(record) for record in records))
        except IntegrityError:
            raise Conflict("要写入的客户里有编号已经存在，没有写入任何一位。") from None
        for table, rows_of in _DETAIL_ROWS.items():
            self._insert(table, (row for record in records for row in rows_of(record)))

    def _insert(self, table: Table, rows: Iterable[dict[str, object]]) -> None:
        if filled := list(rows):
            self._connection.execute(insert(table), filled)


def _unknown_customer() -> NotFound:
    return NotFound("没有找到这位客户，或您无权查看。")


def _within(scope: Scope) -> ColumnElement[bool]:
    if scope.kind is ScopeKind.ALL:
        return true()
    if scope.kind is ScopeKind.ADVISOR:
        return tables.customers.c.advisor_id == scope.owner_id
    return tables.customers.c.id == scope.owner_id


def _current_assessment(as_of: date) -> ColumnElement[bool]:
    """The latest assessment on or before the day."""
    earlier = tables.assessments.alias("earlier")
    latest = (
        select(func.max(earlier.c.assessed_on))
        .where(earlier.c.customer_id == tables.customers.c.id, earlier.c.assessed_on <= as_of)
        .scalar_subquery()
    )
    return and_(tables.assessments.c.customer_id == tables.customers.c.id, tables.assessments.c.assessed_on == latest)


def _conditions(where: CustomerFilter, as_of: date) -> Iterator[ColumnElement[bool]]:
    expires_on = tables.assessments.c.expires_on
    for term in _terms(where.get("text")):
        yield _contains(term)
    if (level := where.get("risk_level")) is not None:
        yield tables.assessments.c.level == level.value
    if (tag := where.get("tag")) is not None:
        yield _tagged(tables.tags.c.tag == _UNSTORABLE.sub("", tag))
    if (expired := where.get("expired")) is not None:
        yield (expires_on.is_(None) | (expires_on <= as_of)) if expired else expires_on > as_of
    if (before := where.get("expiring_before")) is not None:
        yield (expires_on > as_of) & (expires_on <= before)
    if (least := where.get("min_assets")) is not None:
        yield tables.customers.c.total_assets >= least
    if (most := where.get("max_assets")) is not None:
        yield tables.customers.c.total_assets <= most
    if (margin := where.get("margin")) is not None:
        ratio = tables.margin_positions.c.maintenance_ratio_pct
        yield ratio.is_not(None) if margin else ratio.is_(None)


def _terms(text: str | None) -> list[str]:
    return _UNSTORABLE.sub(" ", text or "").lower().split()[:_MAX_TERMS]


def _contains(term: str) -> ColumnElement[bool]:
    """Case does not matter; ``%`` and ``_`` are ordinary characters."""
    columns = (tables.customers.c.name, tables.customers.c.id, tables.customers.c.city)
    condition = _tagged(func.lower(tables.tags.c.tag).contains(term, autoescape=True))
    for column in columns:
        condition = condition | func.lower(column).contains(term, autoescape=True)
    return condition


def _tagged(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(1).where(tables.tags.c.customer_id == tables.customers.c.id, condition).exists()


def _order(sort: CustomerSort) -> tuple[ColumnElement[Any], ...]:
    by_id = tables.customers.c.id.asc()
    match sort:
        case CustomerSort.NAME:
            return tables.customers.c.name.asc(), by_id
        case CustomerSort.ASSETS:
            return tables.customers.c.total_assets.desc(), by_id
        case CustomerSort.ASSESSMENT:
            return tables.assessments.c.expires_on.asc().nulls_last(), by_id
        case CustomerSort.LAST_CONTACT:
            return tables.customers.c.last_contact_on.asc().nulls_first(), by_id
        case CustomerSort.MARGIN:
            return tables.margin_positions.c.maintenance_ratio_pct.asc().nulls_last(), by_id
        case CustomerSort.ID:
            return (by_id,)


def _summary(row: RowMapping, tags: tuple[str, ...], as_of: date) -> CustomerSummary:
    born_on: date = row["born_on"]
    return CustomerSummary(
        id=row["id"],
        advisor_id=row["advisor_id"],
        name=row["name"],
        age=as_of.year - born_on.year - ((as_of.month, as_of.day) < (born_on.month, born_on.day)),
        city=row["city"],
        risk_level=row["level"],
        assessment_expires_on=row["expires_on"],
        total_assets=row["total_assets"],
        status=row["status"],
        tags=tags,
        last_contact_on=row["last_contact_on"],
        margin_ratio_pct=row["maintenance_ratio_pct"],
    )


def _read(kind: type[Any], row: RowMapping) -> Any:  # noqa: ANN401 - one reader for every plain record
    return kind(**{field.name: row[field.name] for field in fields(kind)})


def _write(record: Any) -> dict[str, object]:  # noqa: ANN401 - one writer for every plain record
    return {field.name: getattr(record, field.name) for field in fields(record)}


def _customer_row(record: CustomerRecord) -> dict[str, object]:
    row = _write(record.customer)
    for kept_elsewhere in ("assessment", "permissions", "tags"):
        del row[kept_elsewhere]
    return row | {
        "gender": record.customer.gender.value,
        "status": record.customer.status.value,
        "cash": record.cash,
        "cash_as_of": record.cash_as_of,
        "average_assets_20d": record.average_assets_20d,
        "first_traded_on": record.first_traded_on,
        "total_assets": round(record.total_assets, 2),
        "last_contact_on": record.last_contact_on,
    }


def _assessment_row(customer_id: str, assessment: RiskAssessment) -> dict[str, object]:
    return _write(assessment) | {
        "customer_id": customer_id,
        "level": assessment.level.value,
        "horizon": assessment.horizon.value,
        "varieties": sorted(assessment.varieties),
        "goals": sorted(assessment.goals),
    }


def _assessment_rows(record: CustomerRecord) -> list[dict[str, object]]:
    customer = record.customer
    return [] if customer.assessment is None else [_assessment_row(customer.id, customer.assessment)]


def _permission_rows(record: CustomerRecord) -> list[dict[str, object]]:
    return [{"customer_id": record.customer.id, "permission": held} for held in sorted(record.customer.permissions)]


def _tag_rows(record: CustomerRecord) -> list[dict[str, object]]:
    return [
        {"customer_id": record.customer.id, "position": position, "tag": tag}
        for position, tag in enumerate(record.customer.tags)
    ]


def _holding_rows(record: CustomerRecord) -> list[dict[str, object]]:
    return [
        _write(holding) | {"customer_id": record.customer.id, "position": position}
        for position, holding in enumerate(record.holdings)
    ]


def _trade_rows(record: CustomerRecord) -> list[dict[str, object]]:
    return [_write(trade) | {"customer_id": record.customer.id} for trade in record.trades]


def _touchpoint_rows(record: CustomerRecord) -> list[dict[str, object]]:
    return [
        {"customer_id": record.customer.id, "day": touch.on, "channel": touch.channel, "topic": touch.topic}
        for touch in record.touchpoints
    ]


def _service_rows(record: CustomerRecord) -> list[dict[str, object]]:
    return [
        {
            "customer_id": record.customer.id,
            "day": note.on,
            "channel": note.channel,
            "staff": note.staff,
            "kind": note.kind,
            "remark": note.remark,
        }
        for note in record.service_records
    ]


def _margin_rows(record: CustomerRecord) -> list[dict[str, object]]:
    return [] if record.margin is None else [_write(record.margin) | {"customer_id": record.customer.id}]


_DETAIL_ROWS = {
    tables.assessments: _assessment_rows,
    tables.permissions: _permission_rows,
    tables.tags: _tag_rows,
    tables.holdings: _holding_rows,
    tables.trades: _trade_rows,
    tables.touchpoints: _touchpoint_rows,
    tables.service_records: _service_rows,
    tables.margin_positions: _margin_rows,
}
