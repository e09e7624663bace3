"""Whether a process is at work in a folder: a lock that the system takes back when it ends, however it ends."""

import fcntl
from pathlib import Path
from typing import IO

_FILE = "jobs.lock"


class Presence:
    """Held while this process does the jobs of a data folder, or an import; another that finds it held leaves them."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _FILE
        self._held: IO[str] | None = None

    def announce(self) -> bool:
        """Hold the lock, unless somebody does already; whether it is ours now."""
        self._held = _locked(self._path)
        return self._held is not None

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
