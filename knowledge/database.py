"""The one database: SQLite in WAL mode by default, PostgreSQL by URL.

Repositories take a ``Connection`` and never commit; ``Database.begin`` does. On SQLite a writing transaction takes the
write lock when it starts (``BEGIN IMMEDIATE``), so that two writers queue instead of failing half way.
"""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.types import TypeDecorator

from knowledge.errors import Invalid, Unavailable

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_BUSY_TIMEOUT_SECONDS = 30


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, kept in UTC and always given back aware."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """From the database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Database:
    """Opens transactions."""

    def __init__(self, url: str) -> None:
        """``Invalid`` for an address that is none, ``Unavailable`` where the folder cannot be made."""
        try:
            self.url = make_url(url)
            if self.is_sqlite and self.url.database:
                Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
            self.engine: Engine = create_engine(self.url, **self._options())
        except (ArgumentError, ImportError) as error:
            raise Invalid(f"数据库地址有误（{error}）。请检查 YICE_STORAGE__DATABASE_URL。") from None
        except OSError as error:
            raise Unavailable(f"数据文件夹不可用：{error.strerror}（{error.filename}）。") from None
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def begin(self) -> Generator[Connection, None, None]:
        """A transaction that commits when the block ends well and rolls back when it raises."""
        with self.engine.connect() as connection, connection.execution_options(begin="IMMEDIATE").begin():
            yield connection

    @contextmanager
    def read(self) -> Generator[Connection, None, None]:
        """A consistent view that writes nothing and waits for no writer."""
        with self.engine.connect() as connection:
            yield connection

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    def _options(self) -> dict[str, Any]:
        told: dict[str, Any] = {"hide_parameters": True}  # an error names no customer
        if self.is_sqlite:
            return told | {"connect_args": {"timeout": _BUSY_TIMEOUT_SECONDS, "check_same_thread": False}}
        return told | {"pool_pre_ping": True}


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={_BUSY_TIMEOUT_SECONDS}000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('begin', 'DEFERRED')}")
