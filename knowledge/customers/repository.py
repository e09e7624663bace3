"""Customers in the database. Every read takes a scope, and the scope is part of the SQL."""

import re
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from functools import cache
from itertools import islice
from typing import Any, Unpack, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    Table,
    and_,
    bindparam,
    func,
    insert,
    literal,
    select,
    true,
    union_all,
)
from sqlalchemy.exc import IntegrityError

from knowledge.customers import tables
from knowledge.customers.model import (
    HUMAN_CHANNELS,
    AccountKind,
    AccountSnapshot,
    CashFlow,
    CashFlowKind,
    Complaint,
    Consent,
    ConsentKind,
    Customer,
    CustomerFilter,
    CustomerRecord,
    CustomerSort,
    CustomerSummary,
    Cuts,
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
    Subscription,
    Touchpoint,
    Trade,
    TradeTotals,
)
from knowledge.customers.naming import KnownNames
from knowledge.errors import Conflict, Invalid, NotFound

EVENTS_READ = 5_000
"""Records of a kind of one customer that are read one by one: of more, the newest, or sums by day."""
_BATCH = 500
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
        found = [] if _UNSTORABLE.search(customer_id) else self.records([customer_id], scope=scope, as_of=as_of)
        if not found:
            raise _unknown_customer()
        return found[0]

    def records(self, customer_ids: Collection[str], *, scope: Scope, as_of: date) -> list[CustomerRecord]:
        """The records of those within scope, in the order of their ids, in a fixed number of queries.

        Of more than ``EVENTS_READ`` trades the newest are read, and ``trade_totals`` tells of all; payments and
        subscriptions are then summed by day, so that no sum is another; of the rest ``cuts`` tells what is left out.
        """
        rows = self._connection.execute(
            select(tables.customers)
            .where(tables.customers.c.id.in_(customer_ids), within(scope))
            .order_by(tables.customers.c.id)
        ).mappings().all()  # fmt: skip
        details = _Details(self._connection, [row["id"] for row in rows], as_of)
        tags = self._tags([row["id"] for row in rows])
        return [details.record(row, tags.get(row["id"], ())) for row in rows]

    def ids(self, *, scope: Scope) -> tuple[str, ...]:
        """All ids within scope, in order."""
        query = select(tables.customers.c.id).where(within(scope)).order_by(tables.customers.c.id)
        return tuple(self._connection.execute(query).scalars())

    def assignments(self, *, scope: Scope) -> tuple[tuple[str, str], ...]:
        """Ids of the customers within scope with the ids of their advisors, in order."""
        columns = tables.customers.c.id, tables.customers.c.advisor_id
        rows = self._connection.execute(select(*columns).where(within(scope)).order_by(tables.customers.c.id))
        return tuple((customer, advisor) for customer, advisor in rows)

    def advisors(self, *, scope: Scope) -> frozenset[str]:
        """Whoever has customers within scope."""
        query = select(tables.customers.c.advisor_id).where(within(scope)).distinct()
        return frozenset(self._connection.execute(query).scalars())

    def summaries(self, customer_ids: Collection[str], *, scope: Scope, as_of: date) -> dict[str, CustomerSummary]:
        """Rows of a book by id, of those within the scope."""
        chosen = self._chosen(scope, as_of, {}).where(tables.customers.c.id.in_(customer_ids))
        rows = self._connection.execute(chosen).mappings().all()
        tags = self._tags([row["id"] for row in rows])
        return {row["id"]: _summary(row, tags.get(row["id"], ()), as_of) for row in rows}

    def advisor_of(self, customer_id: str, *, scope: Scope) -> str:
        """Whose customer it is; ``NotFound`` outside scope."""
        found = self._connection.execute(
            select(tables.customers.c.advisor_id).where(tables.customers.c.id == customer_id, within(scope))
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
        among: Select[tuple[str]] | None = None,
        **where: Unpack[CustomerFilter],
    ) -> Page[CustomerSummary]:
        """A page of the book on ``as_of``, of those whose ids ``among`` selects, where it is given.

        ``Invalid`` for a limit outside 1 … 500 or a senseless offset.
        """
        if not 1 <= limit <= _MAX_LIMIT or not 0 <= offset <= _MAX_OFFSET:
            raise Invalid(f"每页条数应在 1 到 {_MAX_LIMIT} 之间，起始位置应在 0 到 {_MAX_OFFSET} 之间。")
        chosen = self._chosen(scope, as_of, where)
        if among is not None:
            chosen = chosen.where(tables.customers.c.id.in_(among))
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
            .where(within(scope))
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

    def count(self) -> int:
        """How many customers there are in all."""
        return self._connection.execute(select(func.count()).select_from(tables.customers)).scalar_one()

    def names(self, customer_ids: Collection[str], *, scope: Scope) -> dict[str, str]:
        """Names by id, of those within the scope."""
        rows = self._connection.execute(
            select(tables.customers.c.id, tables.customers.c.name)
            .where(tables.customers.c.id.in_(customer_ids))
            .where(within(scope))
        )
        return {row.id: row.name for row in rows}

    def known_names(self) -> KnownNames:
        """The names of all customers, of whichever advisor: a gate for texts, it reads nothing else."""
        return KnownNames.of(self._connection.execute(select(tables.customers.c.name)).scalars().all())

    def named_in(self, text: str) -> tuple[str, ...]:
        """Names of customers, of whichever advisor, that stand in ``text``."""
        return self.known_names().standing_in(text)

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
        return base.where(within(scope), *_conditions(where, as_of))

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


class _Details:
    """What belongs to a few customers on a day, read at once."""

    def __init__(self, connection: Connection, ids: Sequence[str], as_of: date) -> None:
        self._connection, self._ids, self._as_of = connection, ids, as_of
        self._busy = self._too_many()
        self._totals = {each: self._trade_totals(each) for each in self._busy[tables.trades]}
        self._trades = self._newest(tables.trades, "traded_on")
        self._touchpoints = self._newest(tables.touchpoints, "day")
        self._talks = {each: self._last_talk(each) for each in self._busy[tables.touchpoints]}
        self._notes = self._newest(tables.service_records, "day")
        self._assessments = self._newest(tables.assessments, "assessed_on", tie="level")
        self._accounts = self._newest(tables.accounts, "as_of", tie="account_id")
        self._cash_flows = self._summed(tables.cash_flows, "kind")
        self._subscriptions = self._summed(tables.subscriptions, "product_code", "product_name", "kind")
        self._complaints = self._newest(tables.complaints, "received_on")
        self._consents = self._newest(tables.consents, "day", tie="kind")
        self._holdings = self._all(tables.holdings, "position")
        self._permissions = self._all(tables.permissions, "permission")
        self._margins = self._all(tables.margin_positions, "as_of")

    def record(self, row: RowMapping, tags: tuple[str, ...]) -> CustomerRecord:
        """One customer's."""
        customer_id = row["id"]
        assessments = tuple(_assessment_of(found) for found in self._assessments[customer_id])
        margins = self._margins[customer_id]
        return CustomerRecord(
            customer=_customer_of(
                row,
                assessment=next(iter(assessments), None),
                permissions=frozenset(found["permission"] for found in self._permissions[customer_id]),
                tags=tags,
            ),
            cash=row["cash"],
            cash_as_of=row["cash_as_of"],
            average_assets_20d=row["average_assets_20d"],
            first_traded_on=row["first_traded_on"],
            holdings=tuple(_read(Holding, found) for found in self._holdings[customer_id]),
            trades=tuple(_read(Trade, found) for found in self._trades[customer_id]),
            touchpoints=tuple(
                _read(Touchpoint, found, on="day")
                for found in (*self._touchpoints[customer_id], *self._talks.get(customer_id, ()))
            ),
            service_records=tuple(_read(ServiceRecord, found, on="day") for found in self._notes[customer_id]),
            margin=_read(MarginPosition, margins[0]) if margins else None,
            accounts=tuple(_account_of(found) for found in self._accounts[customer_id]),
            cash_flows=tuple(
                CashFlow(on=found["day"], kind=CashFlowKind(found["kind"]), amount=found["amount"])
                for found in self._cash_flows[customer_id]
            ),
            subscriptions=tuple(_read(Subscription, found, on="day") for found in self._subscriptions[customer_id]),
            complaints=tuple(_read(Complaint, found) for found in self._complaints[customer_id]),
            consents=tuple(
                Consent(kind=ConsentKind(found["kind"]), granted=found["granted"], on=found["day"])
                for found in self._consents[customer_id]
            ),
            assessments=assessments,
            trade_totals=self._totals.get(customer_id),
            cuts=Cuts(
                touchpoints=self._cut(tables.touchpoints, self._touchpoints, "day", customer_id),
                service_records=self._cut(tables.service_records, self._notes, "day", customer_id),
                complaints=self._cut(tables.complaints, self._complaints, "received_on", customer_id),
            ),
        )

    def _cut(self, table: Table, read: Mapping[str, Sequence[RowMapping]], day: str, customer_id: str) -> date | None:
        return read[customer_id][-1][day] if customer_id in self._busy[table] else None

    def _all(self, table: Table, order: str) -> Mapping[str, Sequence[RowMapping]]:
        return self._by_customer(_all_of(table, order), ids=self._ids)

    def _newest(self, table: Table, day: str, *, tie: str = "id") -> Mapping[str, Sequence[RowMapping]]:
        """Up to the day, newest first; of a customer with very many rows only the newest."""
        until = _newest_of(table, day, tie)
        found = self._by_customer(until, ids=self._few(table), as_of=self._as_of)
        for customer_id in self._busy[table]:
            found |= self._by_customer(until.limit(EVENTS_READ), ids=[customer_id], as_of=self._as_of)
        return found

    def _last_talk(self, customer_id: str) -> Sequence[RowMapping]:
        """The newest contact with staff, where own visits are so many that it is not among those that are read."""
        if any(row["channel"] in HUMAN_CHANNELS for row in self._touchpoints[customer_id]):
            return ()
        with_staff = _newest_of(tables.touchpoints, "day", "id").where(
            tables.touchpoints.c.channel.in_(sorted(HUMAN_CHANNELS))
        )
        return self._by_customer(with_staff.limit(1), ids=[customer_id], as_of=self._as_of)[customer_id]

    def _summed(self, table: Table, *kinds: str) -> Mapping[str, Sequence[RowMapping]]:
        """Up to the day, newest first; of a customer with very many rows one a day and kind, with their sum."""
        found = self._by_customer(_newest_of(table, "day", "id"), ids=self._few(table), as_of=self._as_of)
        if busy := self._busy[table]:
            found |= self._by_customer(_sums_of(table, kinds), ids=list(busy), as_of=self._as_of)
        return found

    def _few(self, table: Table) -> list[str]:
        return [one for one in self._ids if one not in self._busy[table]]

    def _by_customer(self, query: Select[Any], **values: object) -> defaultdict[str, list[RowMapping]]:
        found: defaultdict[str, list[RowMapping]] = defaultdict(list)
        for row in self._connection.execute(query, values).mappings():
            found[row["customer_id"]].append(row)
        return found

    def _too_many(self) -> Mapping[Table, Collection[str]]:
        """Who has more records of a kind than are read one by one; nobody's are counted to the end."""
        found: defaultdict[Table, set[str]] = defaultdict(set)
        values = {"ids": self._ids, "as_of": self._as_of, "most": EVENTS_READ}
        for place, customer_id in self._connection.execute(_busy(), values):
            found[_EVENTS[place][0]].add(customer_id)
        return found

    def _trade_totals(self, customer_id: str) -> TradeTotals:
        """Of one who has too many trades to be read one by one. Only the last year's are gone through."""
        trades = tables.trades.c
        until = and_(trades.customer_id == customer_id, trades.traded_on <= self._as_of)
        latest = select(trades.traded_on).where(until).order_by(trades.traded_on.desc()).limit(1)
        sums = select(
            func.count(), func.coalesce(func.sum(trades.amount), 0.0), func.coalesce(func.sum(trades.fee), 0.0)
        ).where(until, trades.traded_on > _a_year_before(self._as_of))
        count, amount, fees = self._connection.execute(sums).one()
        return TradeTotals(
            count_12m=count,
            amount_12m=amount,
            fees_12m=fees,
            last_traded_on=self._connection.execute(latest).scalar(),
            last_bought_on=self._connection.execute(latest.where(trades.side == "buy")).scalar(),
        )


_EVENTS: Sequence[tuple[Table, str]] = (
    (tables.trades, "traded_on"),
    (tables.touchpoints, "day"),
    (tables.service_records, "day"),
    (tables.cash_flows, "day"),
    (tables.subscriptions, "day"),
    (tables.complaints, "received_on"),
)
"""What a customer may have very many of, with the column of the day."""


@cache
def _busy() -> Any:  # noqa: ANN401 - a union has a type of its own
    """Place in ``_EVENTS`` and id of everybody who has more than ``most`` up to the day."""
    customers = tables.customers.c
    return union_all(
        *(
            select(literal(place), customers.id).where(
                customers.id.in_(bindparam("ids", expanding=True)),
                select(table.c.customer_id)
                .where(table.c.customer_id == customers.id, table.c[day] <= bindparam("as_of"))
                .correlate(tables.customers)
                .limit(1)
                .offset(bindparam("most"))
                .exists(),
            )
            for place, (table, day) in enumerate(_EVENTS)
        )
    )


@cache
def _sums_of(table: Table, kinds: tuple[str, ...]) -> Select[Any]:
    """One row a customer, day and kind, newest first."""
    named = [table.c[name] for name in ("customer_id", "day", *kinds)]
    return (
        select(*named, func.sum(table.c.amount).label("amount"))
        .where(_of_these(table), table.c.day <= bindparam("as_of"))
        .group_by(*named)
        .order_by(table.c.day.desc(), *named)
    )


@cache
def _all_of(table: Table, order: str) -> Select[Any]:
    """Made once: building a statement costs as much as running it."""
    return select(table).where(_of_these(table)).order_by(table.c[order])


@cache
def _newest_of(table: Table, day: str, tie: str) -> Select[Any]:
    until = table.c[day] <= bindparam("as_of")
    return select(table).where(_of_these(table), until).order_by(table.c[day].desc(), table.c[tie])


def _of_these(table: Table) -> ColumnElement[bool]:
    return table.c.customer_id.in_(bindparam("ids", expanding=True))


def _a_year_before(day: date) -> date:
    """The same day last year; 28 February for the 29th."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _customer_of(
    row: RowMapping, *, assessment: RiskAssessment | None, permissions: frozenset[str], tags: tuple[str, ...]
) -> Customer:
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
        assessment=assessment,
        permissions=permissions,
        tags=tags,
        guardian_name=row["guardian_name"],
    )


def _assessment_of(row: RowMapping) -> RiskAssessment:
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


def _account_of(row: RowMapping) -> AccountSnapshot:
    return AccountSnapshot(
        account_id=row["account_id"],
        kind=AccountKind(row["kind"]),
        opened_on=row["opened_on"],
        as_of=row["as_of"],
        cash=row["cash"],
        total_assets=row["total_assets"],
        average_assets_20d=row["average_assets_20d"],
    )


def _unknown_customer() -> NotFound:
    return NotFound("没有找到这位客户，或您无权查看。")


def within(scope: Scope) -> ColumnElement[bool]:
    """Which rows of ``customers`` the scope allows: the one condition that every read of customers rests on."""
    if scope.kind is ScopeKind.ALL:
        return true()
    if scope.kind is ScopeKind.ADVISOR:
        return tables.customers.c.advisor_id == scope.owner_id
    return tables.customers.c.id == scope.owner_id


def ids_within(scope: Scope) -> Select[tuple[str]]:
    """Ids of those within the scope: a part of a query."""
    return select(tables.customers.c.id).where(within(scope))


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


def _read(kind: type[Any], row: RowMapping, **renamed: str) -> Any:  # noqa: ANN401 - one reader for every plain record
    return kind(**{name: row[renamed.get(name, name)] for name in _names(cast("Hashable", kind))})


@cache
def _names(kind: Hashable) -> tuple[str, ...]:
    return tuple(field.name for field in fields(cast("type[Any]", kind)))


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
    current = record.customer.assessment
    known = record.assessments or (() if current is None else (current,))
    return [_assessment_row(record.customer.id, each) for each in known]


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


def _keyed(record: CustomerRecord, rows: Iterable[Any], **renamed: str) -> list[dict[str, object]]:
    """Rows of a record that no source system named: keys by customer and place."""
    customer_id = record.customer.id
    return [
        {renamed.get(name, name): value for name, value in _write(row).items()}
        | {"customer_id": customer_id, "key": f"{customer_id}:{place}"}
        for place, row in enumerate(rows, start=1)
    ]


def _trade_rows(record: CustomerRecord) -> list[dict[str, object]]:
    return _keyed(record, record.trades)


def _touchpoint_rows(record: CustomerRecord) -> list[dict[str, object]]:
    return _keyed(record, record.touchpoints, on="day")


def _service_rows(record: CustomerRecord) -> list[dict[str, object]]:
    return _keyed(record, record.service_records, on="day")


def _cash_flow_rows(record: CustomerRecord) -> list[dict[str, object]]:
    return [row | {"kind": str(row["kind"])} for row in _keyed(record, record.cash_flows, on="day")]


def _subscription_rows(record: CustomerRecord) -> list[dict[str, object]]:
    return _keyed(record, record.subscriptions, on="day")


def _complaint_rows(record: CustomerRecord) -> list[dict[str, object]]:
    return _keyed(record, record.complaints)


def _account_rows(record: CustomerRecord) -> list[dict[str, object]]:
    return [
        _write(account) | {"customer_id": record.customer.id, "kind": account.kind.value} for account in record.accounts
    ]


def _consent_rows(record: CustomerRecord) -> list[dict[str, object]]:
    return [
        {"customer_id": record.customer.id, "kind": each.kind.value, "day": each.on, "granted": each.granted}
        for each in record.consents
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
    tables.accounts: _account_rows,
    tables.cash_flows: _cash_flow_rows,
    tables.subscriptions: _subscription_rows,
    tables.complaints: _complaint_rows,
    tables.consents: _consent_rows,
}
