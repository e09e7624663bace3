"""The database's history, as Alembic revisions."""
