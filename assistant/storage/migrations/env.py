"""Alembic's entry: runs the revisions on the connection that ``assistant.storage.migrate`` passes in."""

from alembic import context

from assistant.allocations import tables as _allocations  # noqa: F401 - tables without a repository yet
from assistant.demand import tables as _demand  # noqa: F401
from assistant.insistences import tables as _insistences  # noqa: F401
from assistant.segments import tables as _segments  # noqa: F401
from assistant.storage import unit_of_work  # noqa: F401 - brings every table into the metadata
from knowledge.database import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    user_module_prefix="database.",
)
with context.begin_transaction():
    context.run_migrations()
