"""Rows of an import in the database: written by key, so that the same row twice is one row; and how far it has come."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

import polars as pl
from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Numeric,
    Row,
    ScalarSelect,
    Select,
    Table,
    and_,
    cast,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from knowledge.customers import tables
from knowledge.customers.importing.model import FileProgress, ImportRun, RunState
from knowledge.customers.importing.record_types import RECORD_TYPES, RecordType
from knowledge.customers.model import HUMAN_CHANNELS, ConsentKind, Scope
from knowledge.customers.repository import within
from knowledge.errors import NotFound

_BATCH = 500
_MOST_AT_ONCE = 100

Values = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    """Where rows of a record type go."""

    table: Table
    key: tuple[str, ...]
    order: tuple[str, ...]
    """Columns of the file; rows are written in the order of the table's index, which is several times as fast."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Column of the file → column of the table, where they differ."""
    newest: bool = False
    """Only the row with the latest ``as_of`` is kept."""


def _event(table: Table, identifier: str, day: str = "day") -> _Target:
    return _Target(table=table, key=("key",), order=("customer_id", day), renamed={identifier: "key"})


def _of_customers(table: Table, *key: str) -> _Target:
    return _Target(table=table, key=key, order=key)


_TARGETS: Mapping[str, _Target] = {
    "customers": _Target(table=tables.customers, key=("id",), order=("customer_id",), renamed={"customer_id": "id"}),
    "assessments": _of_customers(tables.assessments, "customer_id", "assessed_on"),
    "permissions": _of_customers(tables.permissions, "customer_id", "permission"),
    "accounts": _of_customers(tables.accounts, "account_id", "as_of"),
    "holdings": _Target(
        table=tables.holdings,
        key=("customer_id", "product_code"),
        order=("customer_id", "product_code"),
        renamed={"row": "position"},
        newest=True,
    ),
    "margin_positions": _Target(
        table=tables.margin_positions, key=("customer_id",), order=("customer_id",), newest=True
    ),
    "consents": _of_customers(tables.consents, "customer_id", "kind", "day"),
    "trades": _event(tables.trades, "trade_id", "traded_on"),
    "cash_flows": _event(tables.cash_flows, "flow_id"),
    "subscriptions": _event(tables.subscriptions, "subscription_id"),
    "touchpoints": _event(tables.touchpoints, "touchpoint_id"),
    "service_records": _event(tables.service_records, "record_id"),
    "complaints": _event(tables.complaints, "complaint_id", "received_on"),
}


class ImportRepository:
    """Writes rows that were judged, and keeps the runs; never commits."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def customer_ids(self, *, scope: Scope) -> set[str]:
        """Everybody within the scope."""
        return set(self._connection.execute(select(tables.customers.c.id).where(within(scope))).scalars())

    def holds_any(self, record_type: RecordType) -> bool:
        """Whether there is any record of the type."""
        target = _TARGETS[record_type.name]
        return self._connection.execute(select(target.table.c.customer_id).limit(1)).first() is not None

    def owners(self, record_type: RecordType, identifiers: Sequence[str]) -> Mapping[str, str]:
        """Whose each identifier is already; those that are nobody's are left out."""
        target = _TARGETS[record_type.name]
        identifier = target.table.c[target.renamed.get(record_type.key[0], record_type.key[0])]
        found: dict[str, str] = {}
        for some in _batches(identifiers):
            query = select(identifier, target.table.c.customer_id).where(identifier.in_(some))
            found |= {row[0]: row[1] for row in self._connection.execute(query)}
        return found

    def write(self, record_type: RecordType, rows: pl.DataFrame) -> None:
        """Make the rows what is known under their keys; each is whole, and customers in them are known."""
        if rows.is_empty():
            return
        target = _TARGETS[record_type.name]
        match record_type.name:
            case "customers":
                self._upsert(target, _new_customers(rows), left=_DERIVED)
            case "permissions":
                self._upsert(target, rows.filter("held"))
                self._withdraw(rows.filter(~pl.col("held")))
            case _:
                self._upsert(target, rows)

    def derive(self, customer_ids: Collection[str]) -> None:
        """Let what is kept with a customer follow the records: cash, assets, first trade, last contact, consent."""
        for some in _batches(customer_ids):
            self._sell(some)
            for condition, values in _derivations():
                self._connection.execute(
                    update(tables.customers).where(tables.customers.c.id.in_(some), condition).values(values)
                )

    def add_run(self, run: ImportRun) -> None:
        """Keep a new run, with its files."""
        self._connection.execute(insert(tables.imports).values(_run_row(run)))
        self.save_files(run)

    def save_run(self, run: ImportRun) -> None:
        """Keep what changed of a run, its files apart."""
        self._connection.execute(update(tables.imports).where(tables.imports.c.id == run.id).values(_run_row(run)))

    def save_files(self, run: ImportRun) -> None:
        """Make the files of a run those that it says."""
        self._connection.execute(delete(tables.import_files).where(tables.import_files.c.import_id == run.id))
        if run.files:
            self._connection.execute(insert(tables.import_files), [_file_row(run.id, each) for each in run.files])

    def save_file(self, import_id: str, progress: FileProgress) -> None:
        """Keep how far a file has come."""
        files = tables.import_files
        self._connection.execute(
            update(files)
            .where(files.c.import_id == import_id, files.c.record_type == progress.record_type)
            .values(_file_row(import_id, progress))
        )

    def get_run(self, import_id: str) -> ImportRun:
        """One run, or ``NotFound``."""
        found = self._runs(tables.imports.c.id == import_id, limit=1) if import_id.isprintable() else ()
        if not found:
            raise NotFound("没有这次导入。")
        return found[0]

    def interrupted(self, digest: str, *, dry_run: bool) -> ImportRun | None:
        """A run of exactly these files that was begun from a folder and never came to its end."""
        imports = tables.imports.c
        found = self._runs(
            and_(
                imports.digest == digest,
                imports.state.in_([RunState.RUNNING.value, RunState.INTERRUPTED.value]),
                imports.dry_run.is_(dry_run),
                imports.uploaded.is_(False),
            ),
            limit=1,
        )
        return found[0] if found else None

    def running_from_folders(self) -> tuple[ImportRun, ...]:
        """Runs that only whoever named the folder can go on with, said to be under way."""
        imports = tables.imports.c
        running = and_(imports.state == RunState.RUNNING.value, imports.uploaded.is_(False))
        return self._runs(running, limit=_MOST_AT_ONCE)

    def interrupt(self, import_id: str, *, why: str, at: datetime) -> None:
        """The run was cut off, unless it has come to its end meanwhile."""
        imports = tables.imports
        self._connection.execute(
            update(imports)
            .where(imports.c.id == import_id, imports.c.state == RunState.RUNNING.value)
            .values(state=RunState.INTERRUPTED.value, error=why, finished_at=at)
        )

    def followed_up_since(self, moment: datetime) -> bool:
        """Whether a run that wrote records has ended since, or has written all and sees to what no longer holds."""
        imports, files = tables.imports.c, tables.import_files.c
        unfinished = select(files.import_id).where(files.import_id == imports.id, files.finished.is_(False)).exists()
        query = select(imports.id).where(
            imports.dry_run.is_(False),
            or_(imports.finished_at >= moment, and_(imports.state == RunState.RUNNING.value, ~unfinished)),
        )
        return self._connection.execute(query.limit(1)).first() is not None

    def last_done(self) -> ImportRun | None:
        """The run that wrote records and was begun last; ``None`` where there is none."""
        imports = tables.imports.c
        found = self._runs(and_(imports.state == RunState.DONE.value, imports.dry_run.is_(False)), limit=1)
        return found[0] if found else None

    def unfinished_uploads(self) -> tuple[str, ...]:
        """Ids of runs whose files lie with us and that are still to be done, oldest first."""
        imports = tables.imports.c
        query = (
            select(imports.id)
            .where(imports.uploaded.is_(True), imports.state.in_([RunState.WAITING.value, RunState.RUNNING.value]))
            .order_by(imports.created_at)
        )
        return tuple(self._connection.execute(query).scalars())

    def runs(self, *, limit: int) -> tuple[ImportRun, ...]:
        """The newest first."""
        return self._runs(None, limit=limit)

    def _runs(self, condition: ColumnElement[bool] | None, *, limit: int) -> tuple[ImportRun, ...]:
        query = select(tables.imports).order_by(tables.imports.c.created_at.desc()).limit(limit)
        rows = self._connection.execute(query if condition is None else query.where(condition)).all()
        files = self._connection.execute(
            select(tables.import_files).where(tables.import_files.c.import_id.in_([row.id for row in rows]))
        ).all()
        return tuple(_run(row, [_file(each) for each in files if each.import_id == row.id]) for row in rows)

    def _withdraw(self, rows: pl.DataFrame) -> None:
        permissions = tables.permissions.c
        for customer_id, permission in rows.select("customer_id", "permission").iter_rows():
            self._connection.execute(
                delete(tables.permissions).where(
                    permissions.customer_id == customer_id, permissions.permission == permission
                )
            )

    def _upsert(self, target: _Target, rows: pl.DataFrame, *, left: frozenset[str] = frozenset()) -> None:
        """``left``: columns that an existing row keeps."""
        if rows.is_empty():
            return
        table = target.table
        named = rows.sort(target.order, maintain_order=True).rename(dict(target.renamed))
        named = named.select(name for name in named.columns if name in table.c)
        statement = _upserting(self._connection, table).values(dict.fromkeys(named.columns))
        changed = {name: statement.excluded[name] for name in named.columns if name not in {*target.key, *left}}
        if changed:
            newer = statement.excluded.as_of >= table.c.as_of if target.newest else None
            statement = statement.on_conflict_do_update(index_elements=target.key, set_=changed, where=newer)
        else:
            statement = statement.on_conflict_do_nothing(index_elements=target.key)
        self._execute(statement, _for_driver(named, table, text_days=self._connection.dialect.name == "sqlite"))

    def _execute(self, statement: Any, rows: pl.DataFrame) -> None:  # noqa: ANN401 - two dialects with a type each
        """Straight to the driver: a row costs a third of what it does with every value converted on the way."""
        compiled = statement.compile(dialect=self._connection.dialect)
        if compiled.positional:
            self._connection.exec_driver_sql(str(compiled), rows.select(compiled.positiontup).rows())
        else:
            self._connection.exec_driver_sql(str(compiled), rows.to_dicts())

    def _sell(self, customer_ids: Sequence[str]) -> None:
        """A customer's latest positions are all that there are."""
        holdings, later = tables.holdings, tables.holdings.alias()
        newest = select(func.max(later.c.as_of)).where(later.c.customer_id == holdings.c.customer_id).scalar_subquery()
        self._connection.execute(
            delete(holdings).where(
                holdings.c.customer_id.in_(customer_ids), or_(holdings.c.as_of < newest, holdings.c.quantity == 0)
            )
        )


_DERIVED = frozenset({"cash", "cash_as_of", "average_assets_20d", "total_assets"})


def _new_customers(rows: pl.DataFrame) -> pl.DataFrame:
    """Customers of whom nothing else is known yet."""
    return rows.with_columns(
        cash=pl.lit(0.0),
        cash_as_of="opened_on",
        average_assets_20d=pl.lit(0.0),
        total_assets=pl.lit(0.0),
    )


def _for_driver(rows: pl.DataFrame, table: Table, *, text_days: bool) -> pl.DataFrame:
    """Values as the driver takes them: lists as JSON, and on SQLite days as text."""
    listed = [name for name in rows.columns if isinstance(table.c[name].type, JSON)]
    for name in listed:
        texts = {each: json.dumps(each.split(";")) for each in rows[name].unique().to_list()}
        rows = rows.with_columns(pl.col(name).replace_strict(texts, return_dtype=pl.String))
    return rows.with_columns(pl.col(pl.Date).cast(pl.String)) if text_days else rows


def _derivations() -> tuple[tuple[ColumnElement[bool], Values], ...]:
    """Which customers have the records, and what follows from them, in order."""
    customers = tables.customers.c
    consented, first_trade = _latest_consent(), _extreme(func.min, tables.trades, "traded_on")
    noted, touched = _extreme(func.max, tables.service_records, "day"), _last_touch()
    total = func.round(cast(customers.cash + func.coalesce(_held(), 0.0), Numeric(20, 4)), 2)
    return (
        (exists().where(tables.accounts.c.customer_id == customers.id), _from_accounts()),
        (
            or_(customers.first_traded_on.is_(None), customers.first_traded_on > first_trade),
            {"first_traded_on": first_trade},
        ),
        (consented.is_not(None), {"profiling_consent": consented}),
        (true(), {"total_assets": total, "last_contact_on": noted}),
        (
            and_(touched.is_not(None), or_(customers.last_contact_on.is_(None), customers.last_contact_on < touched)),
            {"last_contact_on": touched},
        ),
    )


def _from_accounts() -> Values:
    """Sums over each account's latest day."""
    accounts, later = tables.accounts, tables.accounts.alias()
    newest = select(func.max(later.c.as_of)).where(later.c.account_id == accounts.c.account_id).scalar_subquery()

    def over_accounts(value: ColumnElement[Any]) -> ScalarSelect[Any]:
        return _of_customer(select(value).where(accounts.c.as_of == newest), accounts)

    return {
        "cash": over_accounts(func.sum(accounts.c.cash)),
        "cash_as_of": over_accounts(func.max(accounts.c.as_of)),
        "average_assets_20d": over_accounts(func.sum(accounts.c.average_assets_20d)),
    }


def _latest_consent() -> ScalarSelect[Any]:
    consents = tables.consents
    query = select(consents.c.granted).where(consents.c.kind == ConsentKind.PROFILING.value)
    return _of_customer(query.order_by(consents.c.day.desc()).limit(1), consents)


def _last_touch() -> ScalarSelect[Any]:
    """The newest touchpoint in which staff took part."""
    touches = tables.touchpoints
    query = select(touches.c.day).where(touches.c.channel.in_(sorted(HUMAN_CHANNELS)))
    return _of_customer(query.order_by(touches.c.day.desc()).limit(1), touches)


def _held() -> ScalarSelect[Any]:
    return _of_customer(select(func.sum(tables.holdings.c.market_value)), tables.holdings)


def _extreme(function: Callable[[ColumnElement[Any]], ColumnElement[Any]], table: Table, day: str) -> ScalarSelect[Any]:
    return _of_customer(select(function(table.c[day])), table)


def _of_customer(query: Select[Any], table: Table) -> ScalarSelect[Any]:
    """One value for each customer of the statement around."""
    mine = table.c.customer_id == tables.customers.c.id
    return query.where(mine).correlate(tables.customers).scalar_subquery()


def _upserting(connection: Connection, table: Table) -> Any:  # noqa: ANN401 - two dialects with a type each
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)


def _batches(ids: Iterable[str]) -> Iterator[list[str]]:
    remaining = iter(ids)
    while some := list(islice(remaining, _BATCH)):
        yield some


def _run_row(run: ImportRun) -> Values:
    return {
        "id": run.id,
        "requested_by": run.requested_by,
        "dry_run": run.dry_run,
        "uploaded": run.uploaded,
        "digest": run.digest,
        "state": run.state.value,
        "ignored": list(run.ignored),
        "voided": run.voided,
        "seconds": run.seconds,
        "error": run.error,
        "created_at": run.created_at,
        "finished_at": run.finished_at,
    }


def _file_row(import_id: str, progress: FileProgress) -> Values:
    return asdict(progress) | {
        "import_id": import_id,
        "notes": list(progress.notes),
        "reasons": [list(each) for each in progress.reasons],
    }


def _run(row: Row[Any], files: Iterable[FileProgress]) -> ImportRun:
    order = {each.name: place for place, each in enumerate(RECORD_TYPES)}
    return ImportRun(
        id=row.id,
        requested_by=row.requested_by,
        dry_run=row.dry_run,
        uploaded=row.uploaded,
        digest=row.digest,
        state=RunState(row.state),
        created_at=row.created_at,
        finished_at=row.finished_at,
        seconds=row.seconds,
        ignored=tuple(row.ignored),
        voided=row.voided,
        error=row.error,
        files=tuple(sorted(files, key=lambda each: order[each.record_type])),
    )


def _file(row: Row[Any]) -> FileProgress:
    return FileProgress(
        record_type=row.record_type,
        name=row.name,
        digest=row.digest,
        lines=row.lines,
        rows_done=row.rows_done,
        accepted=row.accepted,
        rejected=row.rejected,
        finished=row.finished,
        failed=row.failed,
        notes=tuple(row.notes),
        reasons=tuple((reason, number) for reason, number in row.reasons),
    )
