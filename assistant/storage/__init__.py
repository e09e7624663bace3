"""The unit of work over every repository, and the migrations."""

from assistant.storage.migrate import migrate
from assistant.storage.unit_of_work import Storage, UnitOfWork

__all__ = ["Storage", "UnitOfWork", "migrate"]
