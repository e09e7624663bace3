"""What goes wrong in the database is told without the values that were to be written."""

import pytest
from sqlalchemy.exc import DBAPIError

from knowledge.database import Database


def test_a_database_error_names_no_customer(sqlite_database: Database) -> None:
    with pytest.raises(DBAPIError) as failure, sqlite_database.begin() as connection:
        connection.exec_driver_sql("INSERT INTO nowhere VALUES (?)", ("王小明",))
    assert "王小明" not in str(failure.value)
