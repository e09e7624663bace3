"""Whether a process does the durable work of a data folder: a lock that the system takes back when it ends."""

import fcntl
from pathlib import Path
from typing import IO

_FILE = "jobs.lock"


class Presence:
    """Held while this process does jobs; another that finds it held hands its work over instead."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _FILE
        self._held: IO[str] | None = None

    def announce(self) -> None:
        """Hold the lock, unless somebody does already."""
        self._held = _locked(self._path)

    def leave(self) -> None:
        """Give it back."""
        if self._held is not None:
            self._held.close()
            self._held = None

    def elsewhere(self) -> bool:
        """Whether another process holds it."""
        mine = _locked(self._path)
        if mine is None:
            return True
        mine.close()
        return False


def _locked(path: Path) -> IO[str] | None:
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("w", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file
