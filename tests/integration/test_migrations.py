"""The migrations make exactly the tables that the code declares, on both databases."""

import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from assistant.storage import migrate
from assistant.storage.migrate import newest_revision
from knowledge.database import Database, metadata


@pytest.mark.parametrize("url", ["sqlite_url", "postgresql_database_url"])
def test_the_migrations_make_the_declared_tables(url: str, request: pytest.FixtureRequest) -> None:
    database = Database(request.getfixturevalue(url))
    try:
        migrate(database)
        migrate(database)
        with database.read() as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []
            assert set(metadata.tables) < set(inspect(connection).get_table_names())
    finally:
        database.close()


def test_the_newest_revision_is_the_last_file(sqlite_database: Database) -> None:
    with sqlite_database.read() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == newest_revision()


def test_a_database_that_is_up_to_date_costs_no_import(sqlite_url: str) -> None:
    """Half a second of every start."""
    migrate(Database(sqlite_url))
    code = f"""
import sys
from assistant.storage import migrate
from assistant.storage.migrate import newest_revision
from knowledge.database import Database
migrate(Database({sqlite_url!r}))
print("alembic" in sys.modules)
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"
