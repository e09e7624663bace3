"""Bring a database to the newest revision."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from knowledge.database import Database

_MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(database: Database) -> None:
    """Create or upgrade every table; does nothing when all is up to date."""
    with database.begin() as connection:
        command.upgrade(_configuration(connection), "head")


def _configuration(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
