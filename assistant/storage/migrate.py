"""Bring a database to the newest revision."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.exc import OperationalError

from assistant.errors import Unavailable
from knowledge.database import Database

_MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(database: Database) -> None:
    """Create or upgrade every table; does nothing when all is up to date. ``Unavailable`` where nobody answers."""
    try:
        with database.begin() as connection:
            command.upgrade(_configuration(connection), "head")
    except OperationalError:
        raise Unavailable(f"数据库连接不上：{database.url.render_as_string(hide_password=True)}。") from None


def _configuration(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
