"""Bring a database to the newest revision."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import OperationalError

from assistant.errors import Unavailable
from knowledge.database import Database

_MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(database: Database) -> None:
    """Create or upgrade every table; does nothing when all is up to date. ``Unavailable`` where nobody answers."""
    try:
        with database.begin() as connection:
            if _revision(connection) != newest_revision():
                _upgrade(connection)
    except OperationalError:
        raise Unavailable(f"数据库连接不上：{database.url.render_as_string(hide_password=True)}。") from None


def newest_revision() -> str:
    """The last of the files, each named ``REVISION_what_it_does.py``: asking alembic would take half a second."""
    return max(file.name.partition("_")[0] for file in (_MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
