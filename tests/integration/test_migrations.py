"""The migrations make exactly the tables that the code declares, on both databases."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from assistant.storage import migrate
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
