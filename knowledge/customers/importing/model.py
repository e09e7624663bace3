"""What an import is, how far it has come, and what it said of the rows that it left out."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class RunState(StrEnum):
    """Where an import stands."""

    WAITING = "waiting"
    """Uploaded, not begun."""
    RUNNING = "running"
    """Begun; after a crash it goes on where it stopped."""
    INTERRUPTED = "interrupted"
    """Begun from somebody's folder and cut off; it goes on when the same files are imported again."""
    DONE = "done"
    FAILED = "failed"
    """Something that no file is to blame for; ``error`` says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a row was left out."""

    row: int
    """The line of a CSV file on which the row begins, the header being line 1; the number of a Parquet row, from 1."""
    column: str
    """Chinese label; empty where the whole row is meant."""
    message: str
    value: str = ""
    """As it stood there, shortened; empty where it is not repeated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileProgress:
    """How far one file of an import has come."""

    record_type: str
    name: str
    """Of the file, without folders."""
    digest: str = ""
    """Of the bytes and of what rows are judged by: only with the same digest may an import go on half way."""
    lines: int = 0
    """Lines of the file, about as many as it has rows."""
    rows_done: int = 0
    accepted: int = 0
    rejected: int = 0
    finished: bool = False
    failed: str | None = None
    """Why nothing of the file could be taken."""
    notes: tuple[str, ...] = ()
    reasons: tuple[tuple[str, int], ...] = ()
    """Why rows were left out, and how many, most frequent first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRun:
    """One import of a folder."""

    id: str
    requested_by: str
    dry_run: bool
    uploaded: bool
    """Its files lie with us, so that a worker can go on with it; otherwise whoever named the folder must."""
    digest: str
    """Of all its files."""
    state: RunState
    created_at: datetime
    finished_at: datetime | None = None
    seconds: float = 0.0
    ignored: tuple[str, ...] = ()
    """Files of the folder that are none of ours."""
    voided: int = 0
    """Drafts that went back because their customer changed."""
    error: str | None = None
    files: tuple[FileProgress, ...] = field(default_factory=tuple)

    @property
    def rows(self) -> int:
        """Rows read."""
        return sum(each.rows_done for each in self.files)

    @property
    def accepted(self) -> int:
        """Rows taken, or that would be taken."""
        return sum(each.accepted for each in self.files)

    @property
    def rejected(self) -> int:
        """Rows left out."""
        return sum(each.rejected for each in self.files)

    @property
    def failures(self) -> tuple[FileProgress, ...]:
        """Files of which nothing could be taken."""
        return tuple(each for each in self.files if each.failed is not None)
