"""Histories of whole books, summed up by the database for one day.

A customer with ten million trades costs one row here: everything is grouped where it lies.
"""

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl
from sqlalchemy import ColumnElement, Connection, Select, Table, and_, case, func, select

from knowledge.customers import tables
from knowledge.customers.history.model import History, Outcomes
from knowledge.customers.model import ConsentKind, Scope
from knowledge.customers.repository import within

BACK = (0, 90, 365)
"""How many days before the day balances are read as well."""
_STALE_DAYS = 100
"""A close older than this says nothing about a balance."""
_SAME_CLOSE_DAYS = 7
"""Accounts of one customer are closed within so many days of each other; an older one was given up."""
_FLOW_DAYS, _SETTLED_DAYS, _CONTACT_DAYS, _HALF_YEAR = 500, 130, 730, 183

_TEXT, _DAY, _SUM, _NUMBER = pl.String(), pl.Date(), pl.Float64(), pl.Int64()
Schema = Mapping[str, pl.DataType]


class HistoryRepository:
    """Reads within a scope, and only customers who may be profiled."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def known(self, day: date, *, scope: Scope, only: str | None = None) -> History:
        """What was known at the end of ``day``, of all in scope or of ``only`` one of them."""
        read = _Reading(self._connection, day, profiled(scope, only))
        return History(
            day=day,
            people=read.people(),
            assessments=read.assessments(),
            balances=read.balances(),
            lowest_cash=read.lowest_cash(),
            accounts=read.accounts(),
            flows=read.flows(),
            trades=read.trades(),
            settled=read.settled(),
            subscriptions=read.subscriptions(),
            visits=read.visits(),
            notes=read.notes(),
            complaints=read.complaints(),
        )

    def outcomes(self, since: date, until: date, *, scope: Scope) -> Outcomes:
        """What happened after ``since`` and up to ``until``."""
        read = _Aftermath(self._connection, since, until, profiled(scope))
        return Outcomes(
            since=since,
            until=until,
            subscribed=read.subscribed(),
            opened=read.opened(),
            notes=read.notes(),
            flows=read.flows(),
            assessed=read.assessed(),
        )

    def may_profile(self, customer_id: str, *, scope: Scope) -> bool:
        """Whether histories tell of this customer at all."""
        return self._connection.execute(profiled(scope, customer_id)).one_or_none() is not None

    def varieties(self) -> dict[str, str]:
        """Variety by code of everything that anybody holds."""
        held = select(tables.holdings.c.product_code, tables.holdings.c.variety).distinct()
        return {code: variety for code, variety in self._connection.execute(held)}  # noqa: C416 - rows are not pairs to the type checker

    def last_day(self, today: date) -> date:
        """The newest day that records tell of, up to today: a close, or a visit. Today itself where there is none."""
        closes, visits = tables.accounts.c.as_of, tables.touchpoints.c.day
        found = [
            self._connection.execute(select(func.max(column)).where(column <= today)).scalar()
            for column in (closes, visits)
        ]
        return max((day for day in found if day is not None), default=today)

    def first_day(self) -> date | None:
        """The earliest close of any account: where the history begins."""
        return self._connection.execute(select(func.min(tables.accounts.c.as_of))).scalar()


class _Reading:
    """The parts of a history on a day."""

    def __init__(self, connection: Connection, day: date, profiled: Select[tuple[str]]) -> None:
        self._connection, self._day, self._profiled = connection, day, profiled

    def people(self) -> pl.DataFrame:
        customers = tables.customers.c
        return self._frame(
            select(customers.id, customers.advisor_id, customers.gender, customers.born_on, customers.opened_on)
            .where(customers.id.in_(self._profiled), customers.opened_on <= self._day)
            .order_by(customers.id),
            {"customer_id": _TEXT, "advisor_id": _TEXT, "gender": _TEXT, "born_on": _DAY, "opened_on": _DAY},
        )

    def assessments(self) -> pl.DataFrame:
        found = tables.assessments.c
        return self._frame(
            select(
                found.customer_id, found.level, found.lowest_class, found.assessed_on, found.expires_on, found.horizon
            ).where(self._of(tables.assessments), found.assessed_on <= self._day),
            {
                "customer_id": _TEXT, "level": _TEXT, "lowest_class": pl.Boolean(), "assessed_on": _DAY,
                "expires_on": _DAY, "horizon": _TEXT,
            },
        )  # fmt: skip

    def balances(self) -> pl.DataFrame:
        return pl.concat([self._closes(back) for back in BACK])

    def lowest_cash(self) -> pl.DataFrame:
        accounts = tables.accounts.c
        daily = (
            select(accounts.customer_id, accounts.as_of, func.sum(accounts.cash).label("cash"))
            .where(self._of(tables.accounts), self._within(accounts.as_of, _HALF_YEAR))
            .group_by(accounts.customer_id, accounts.as_of)
            .subquery()
        )
        return self._frame(
            select(daily.c.customer_id, func.min(daily.c.cash)).group_by(daily.c.customer_id),
            {"customer_id": _TEXT, "lowest_cash": _SUM},
        )

    def accounts(self) -> pl.DataFrame:
        accounts = tables.accounts.c
        return self._frame(
            select(accounts.customer_id, accounts.kind, func.min(accounts.opened_on))
            .where(self._of(tables.accounts), accounts.opened_on <= self._day)
            .group_by(accounts.customer_id, accounts.kind),
            {"customer_id": _TEXT, "kind": _TEXT, "opened_on": _DAY},
        )

    def flows(self) -> pl.DataFrame:
        flows = tables.cash_flows.c
        return self._frame(
            select(flows.customer_id, flows.day, flows.kind, func.sum(flows.amount), func.count())
            .where(self._of(tables.cash_flows), self._within(flows.day, _FLOW_DAYS))
            .group_by(flows.customer_id, flows.day, flows.kind),
            {"customer_id": _TEXT, "day": _DAY, "kind": _TEXT, "amount": _SUM, "number": _NUMBER},
        )

    def trades(self) -> pl.DataFrame:
        trades = tables.trades.c
        quarter, year = self._within(trades.traded_on, 90), self._within(trades.traded_on, 365)
        return self._frame(
            select(
                trades.customer_id, trades.product_code, trades.side, func.count(),
                func.count(case((quarter, 1))), func.count(case((year, 1))), func.sum(trades.amount),
                func.coalesce(func.sum(case((quarter, trades.amount))), 0.0),
                func.coalesce(func.sum(case((year, trades.amount))), 0.0), func.max(trades.traded_on),
            )
            .where(self._of(tables.trades), trades.traded_on <= self._day)
            .group_by(trades.customer_id, trades.product_code, trades.side),
            {
                "customer_id": _TEXT, "product_code": _TEXT, "side": _TEXT, "number": _NUMBER, "number_90": _NUMBER,
                "number_365": _NUMBER, "amount": _SUM, "amount_90": _SUM, "amount_365": _SUM, "last_on": _DAY,
            },
        )  # fmt: skip

    def settled(self) -> pl.DataFrame:
        trades = tables.trades.c
        return self._frame(
            select(trades.customer_id, trades.traded_on, trades.side, func.sum(trades.amount), func.sum(trades.fee))
            .where(self._of(tables.trades), self._within(trades.traded_on, _SETTLED_DAYS))
            .group_by(trades.customer_id, trades.traded_on, trades.side),
            {"customer_id": _TEXT, "day": _DAY, "side": _TEXT, "amount": _SUM, "fee": _SUM},
        )

    def subscriptions(self) -> pl.DataFrame:
        bought = tables.subscriptions.c
        return self._frame(
            select(
                bought.customer_id, bought.day, bought.product_code, bought.kind, func.sum(bought.amount), func.count()
            )
            .where(self._of(tables.subscriptions), bought.day <= self._day)
            .group_by(bought.customer_id, bought.day, bought.product_code, bought.kind),
            {
                "customer_id": _TEXT, "day": _DAY, "product_code": _TEXT, "kind": _TEXT, "amount": _SUM,
                "number": _NUMBER,
            },
        )  # fmt: skip

    def visits(self) -> pl.DataFrame:
        visits = tables.touchpoints.c
        numbers = [func.count(case((self._within(visits.day, days), 1))) for days in (30, 90, 365)]
        return self._frame(
            select(visits.customer_id, visits.channel, visits.topic, *numbers, func.max(visits.day))
            .where(self._of(tables.touchpoints), self._within(visits.day, _CONTACT_DAYS))
            .group_by(visits.customer_id, visits.channel, visits.topic),
            {
                "customer_id": _TEXT, "channel": _TEXT, "topic": _TEXT, "number_30": _NUMBER, "number_90": _NUMBER,
                "number_365": _NUMBER, "last_on": _DAY,
            },
        )  # fmt: skip

    def notes(self) -> pl.DataFrame:
        notes = tables.service_records.c
        return self._frame(
            select(notes.customer_id, notes.day, notes.kind, notes.remark).where(
                self._of(tables.service_records), self._within(notes.day, _CONTACT_DAYS)
            ),
            {"customer_id": _TEXT, "day": _DAY, "kind": _TEXT, "remark": _TEXT},
        )

    def complaints(self) -> pl.DataFrame:
        complaints = tables.complaints.c
        closed = case((complaints.closed_on <= self._day, complaints.closed_on))
        return self._frame(
            select(complaints.customer_id, complaints.received_on, closed, complaints.topic).where(
                self._of(tables.complaints), complaints.received_on <= self._day
            ),
            {"customer_id": _TEXT, "received_on": _DAY, "closed_on": _DAY, "topic": _TEXT},
        )

    def _closes(self, back: int) -> pl.DataFrame:
        """The last close of each account on or before the earlier day, summed by customer."""
        accounts, until = tables.accounts.c, self._day - timedelta(days=back)
        latest = (
            select(accounts.account_id, func.max(accounts.as_of).label("as_of"))
            .where(
                self._of(tables.accounts),
                accounts.as_of <= until,
                accounts.as_of > until - timedelta(days=_STALE_DAYS),
            )
            .group_by(accounts.account_id)
            .subquery()
        )
        rows = self._frame(
            select(accounts.customer_id, accounts.as_of, accounts.cash, accounts.total_assets).join(
                latest, and_(latest.c.account_id == accounts.account_id, latest.c.as_of == accounts.as_of)
            ),
            {"customer_id": _TEXT, "as_of": _DAY, "cash": _SUM, "assets": _SUM},
        )
        close = pl.col("as_of").max().over("customer_id")
        return (
            rows.filter(pl.col("as_of") > close - pl.duration(days=_SAME_CLOSE_DAYS))
            .group_by("customer_id", maintain_order=True)
            .agg(pl.col("as_of").max(), pl.col("cash").sum(), pl.col("assets").sum())
            .select("customer_id", pl.lit(back, dtype=pl.Int64).alias("back"), "as_of", "cash", "assets")
        )

    def _of(self, table: Table) -> ColumnElement[bool]:
        return table.c.customer_id.in_(self._profiled)

    def _within(self, column: ColumnElement[date], days: int) -> ColumnElement[bool]:
        return and_(column > self._day - timedelta(days=days), column <= self._day)

    def _frame(self, query: Select[tuple[object, ...]] | Select[tuple[str]], schema: Schema) -> pl.DataFrame:
        return frame_of(self._connection, query, schema)


class _Aftermath:
    """The parts of outcomes."""

    def __init__(self, connection: Connection, since: date, until: date, profiled: Select[tuple[str]]) -> None:
        self._connection, self._since, self._until, self._profiled = connection, since, until, profiled

    def subscribed(self) -> pl.DataFrame:
        bought = tables.subscriptions.c
        query = select(bought.customer_id, bought.product_code).where(bought.kind == "subscribe").distinct()
        return self._frame(query, tables.subscriptions, "day", {"customer_id": _TEXT, "product_code": _TEXT})

    def opened(self) -> pl.DataFrame:
        accounts = tables.accounts.c
        query = select(accounts.customer_id, accounts.kind).distinct()
        return self._frame(query, tables.accounts, "opened_on", {"customer_id": _TEXT, "kind": _TEXT})

    def notes(self) -> pl.DataFrame:
        notes = tables.service_records.c
        query = select(notes.customer_id, notes.kind).distinct()
        return self._frame(query, tables.service_records, "day", {"customer_id": _TEXT, "kind": _TEXT})

    def flows(self) -> pl.DataFrame:
        flows = tables.cash_flows.c
        query = select(flows.customer_id, flows.kind, func.sum(flows.amount)).group_by(flows.customer_id, flows.kind)
        return self._frame(query, tables.cash_flows, "day", {"customer_id": _TEXT, "kind": _TEXT, "amount": _SUM})

    def assessed(self) -> pl.DataFrame:
        query = select(tables.assessments.c.customer_id).distinct()
        return self._frame(query, tables.assessments, "assessed_on", {"customer_id": _TEXT})

    def _frame(self, query: Select[tuple[object, ...]], table: Table, day: str, schema: Schema) -> pl.DataFrame:
        column = table.c[day]
        after = query.where(table.c.customer_id.in_(self._profiled), column > self._since, column <= self._until)
        return frame_of(self._connection, after, schema)


def frame_of(
    connection: Connection, query: Select[tuple[object, ...]] | Select[tuple[str]], schema: Schema
) -> pl.DataFrame:
    """The rows of a query as columns."""
    rows = connection.execute(query).all()
    return pl.DataFrame([tuple(row) for row in rows], schema=dict(schema), orient="row")


def profiled(scope: Scope, only: str | None = None) -> Select[tuple[str]]:
    """Who may be profiled: consent stands (PIPL:24), also by its history, and the customer acts alone (PIPL:31)."""
    consents, later = tables.consents, tables.consents.alias("later")
    profiling = consents.c.kind == ConsentKind.PROFILING.value
    newer = select(1).where(
        later.c.customer_id == consents.c.customer_id,
        later.c.kind == consents.c.kind,
        later.c.day > consents.c.day,
    )
    withdrawn = select(consents.c.customer_id).where(profiling, ~consents.c.granted, ~newer.exists())
    customers = tables.customers.c
    chosen = select(customers.id).where(
        within(scope), customers.profiling_consent, customers.full_capacity, customers.id.not_in(withdrawn)
    )
    return chosen if only is None else chosen.where(customers.id == only)


def opted_out() -> Select[tuple[str]]:
    """Ids of those who do not consent to profiling, whoever serves them (PIPL:24)."""
    return select(tables.customers.c.id).where(~tables.customers.c.profiling_consent)
