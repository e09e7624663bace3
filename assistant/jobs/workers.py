"""Processes beside this one that do heavy work, each on its own: what ends one of them harms no other."""

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from queue import SimpleQueue

from assistant.errors import Unavailable

Work = Callable[[str], None]
Opening = Callable[[], AbstractContextManager[Work]]
_NICENESS = 5
"""People who are waiting at a page go before a batch."""
_SECONDS_TO_END = 5.0


class WorkerLost(Exception):
    """The process ended in the middle of a job: killed, out of memory, or a fault below Python."""


class Workers:
    """So many processes, started when there is work; ``opening`` gives each of them what it does.

    Without processes the work is done ``here``, in the calling thread.
    """

    def __init__(self, opening: Opening, *, processes: int, here: Work) -> None:
        self._here = here if processes == 0 else None
        self._all = [_Worker(opening) for _ in range(processes)]
        self._free: SimpleQueue[_Worker] = SimpleQueue()
        for worker in self._all:
            self._free.put(worker)
        self._stopping = False

    def run(self, key: str) -> None:
        """Do one job in a process that is free, and wait for it.

        ``Unavailable`` where it may be tried again, ``WorkerLost`` where the job ended its process.
        """
        if self._here is not None:
            self._here(key)
            return
        worker = self._free.get()
        try:
            worker.run(key)
        except WorkerLost:
            if self._stopping:
                raise Unavailable("服务正在停止，下次启动后继续。") from None
            raise
        finally:
            self._free.put(worker)

    def rest(self) -> None:
        """End the processes that have nothing to do; they start again with the next job."""
        for _ in range(self._free.qsize()):
            worker = self._free.get()
            worker.stop()
            self._free.put(worker)

    def stop(self) -> None:
        """End all of them, in the middle of a job too."""
        self._stopping = True
        for worker in self._all:
            worker.stop()


class _Worker:
    """One process, and the next one where it was lost."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._process: SpawnProcess | None = None
        self._line: Connection | None = None

    def run(self, key: str) -> None:
        line = self._line or self._start()
        try:
            line.send(key)
            trouble: str | None = line.recv()
        except (EOFError, OSError):
            self.stop()
            raise WorkerLost(key) from None
        if trouble is not None:
            raise Unavailable(trouble)

    def stop(self) -> None:
        process, self._process, self._line = self._process, None, None
        if process is not None:
            process.terminate()
            process.join(_SECONDS_TO_END)
            if process.exitcode is None:
                process.kill()
                process.join()
            process.close()

    def _start(self) -> Connection:
        spawn = multiprocessing.get_context("spawn")
        ours, theirs = spawn.Pipe()
        self._process = spawn.Process(target=_serve, args=(self._opening, theirs), name="plans", daemon=True)
        self._process.start()
        theirs.close()
        self._line = ours
        return ours


def _serve(opening: Opening, line: Connection) -> None:
    """Do what comes along the line until it is cut.

    What a job leaves behind is collected after it, once: looking at every kept text and provision again and again in
    the middle of it took a fifth of the time.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends us in order
    threading.Thread(target=_end_with_the_parent, name="parent-watch", daemon=True).start()
    os.nice(_NICENESS)
    gc.disable()
    with opening() as work:
        while True:
            try:
                key = line.recv()
            except (EOFError, OSError):
                return
            line.send(_trouble(work, key))
            gc.collect()
            gc.freeze()


def _trouble(work: Work, key: str) -> str | None:
    """Do it, and say in Chinese why it did not work: whoever is asked for the job tries it again."""
    try:
        work(key)
    except Unavailable as error:
        return error.message
    except Exception as error:  # noqa: BLE001 - the edge of a process: its parent must learn that it failed
        return f"后台进程出现意外错误（{type(error).__name__}），稍后自动重试。"
    return None


def _end_with_the_parent() -> None:
    """Nobody would take what we make; what is left is done after the next start."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
