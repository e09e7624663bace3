"""Durable work on DBOS: a job that was asked for is done, also after ``kill -9``.

A job is a kind and a key; its handler must be idempotent, because the step that was in flight at a crash runs again.
The business database says what is still to be done (the outbox); DBOS sees to it that it gets done. ``sweep`` enqueues
what it finds there, so that a crash between a commit and an enqueue loses nothing, and the same job twice is one job.
"""

import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextvars import Context
from dataclasses import dataclass

import structlog
from dbos import DBOS, DBOSConfig, SetWorkflowID

from assistant.errors import Unavailable, YiceError
from assistant.identity.ids import new_id
from knowledge.database import Database

_QUEUE = "work"
_ASKED_AT_ONCE = 400
_APPLICATION_VERSION = "1"
_GIVEN_UP = frozenset({"ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED", "CANCELLED"})
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Handler:
    """How one kind of job is done, and where it is written that some are still to be done."""

    run: Callable[[str], None]
    unfinished: Callable[[], Iterable[str]]
    side_by_side: int | None = None
    """So many at once, in a queue of their own, so that nobody waits behind them; ``None``: in the common one."""


class JobEngine:
    """Runs jobs in threads of this process. One per process: DBOS is a singleton."""

    def __init__(
        self,
        database_url: str,
        handlers: Mapping[str, Handler],
        *,
        concurrency: int = 2,
        sweep_seconds: float = 15,
        seeking: Collection[str] | None = None,
    ) -> None:
        """``seeking``: of which kinds work is looked for; ``None``: of all."""
        self._database_url = database_url
        self._handlers = dict(handlers)
        self._queues = {kind: kind for kind, handler in self._handlers.items() if handler.side_by_side is not None}
        self._seeking = frozenset(handlers if seeking is None else seeking)
        self._concurrency = concurrency
        self._sweep_seconds = sweep_seconds
        self._stopping = threading.Event()
        self._sweeper = threading.Thread(target=self._sweep_until_stopped, name="job-sweeper", daemon=True)
        self._job: Callable[[str, str], None] | None = None

    def start(self) -> None:
        """Take up what a crash left behind, and begin."""
        _use_wal(self._database_url)
        DBOS(
            config=DBOSConfig(
                name="yice",
                system_database_url=self._database_url,
                application_version=_APPLICATION_VERSION,
                log_level="WARNING",
                console_log_level="WARNING",
            )
        )
        self._job = self._register()
        DBOS.launch()
        DBOS.register_queue(_QUEUE, worker_concurrency=self._concurrency, polling_interval_sec=0.1)
        for kind, queue in self._queues.items():
            DBOS.register_queue(queue, worker_concurrency=self._handlers[kind].side_by_side, polling_interval_sec=0.5)
        self.sweep()
        self._sweeper.start()

    def enqueue(self, kind: str, key: str) -> None:
        """See that the job gets done; the same job twice is one job.

        A job that another job asks for is no part of that one: DBOS takes no child from within a step.
        """
        Context().run(self._enqueue, [(kind, key)])

    def sweep(self) -> int:
        """Enqueue everything that the business database says is unfinished; how many jobs that were."""
        found = [
            (kind, key) for kind in self._handlers if kind in self._seeking for key in self._handlers[kind].unfinished()
        ]
        self._enqueue(found)
        return len(found)

    def _enqueue(self, jobs: Sequence[tuple[str, str]]) -> None:
        if self._job is None:
            raise Unavailable("后台任务没有启动。")
        known = self._statuses([f"{kind}:{key}" for kind, key in jobs])
        for kind, key in jobs:
            workflow_id = f"{kind}:{key}"
            status = known.get(workflow_id)
            if status in _GIVEN_UP:
                workflow_id = f"{workflow_id}:{new_id('again')}"
            elif status is not None:
                continue
            with SetWorkflowID(workflow_id):
                DBOS.enqueue_workflow(self._queues.get(kind, _QUEUE), self._job, kind, key)

    def _statuses(self, workflow_ids: Sequence[str]) -> dict[str, str]:
        """Of those that are known, some hundreds asked for at once."""
        found: dict[str, str] = {}
        for start in range(0, len(workflow_ids), _ASKED_AT_ONCE):
            asked = list(workflow_ids[start : start + _ASKED_AT_ONCE])
            listed = DBOS.list_workflows(workflow_ids=asked, load_input=False, load_output=False)
            found |= {each.workflow_id: each.status for each in listed}
        return found

    def stop(self) -> None:
        """Finish what is in flight; the rest goes on at the next start."""
        self._stopping.set()
        if self._sweeper.is_alive():
            self._sweeper.join()
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=10)

    def _register(self) -> Callable[[str, str], None]:
        @DBOS.step(name="run", retries_allowed=True, max_attempts=5, should_retry=_worth_another_try)  # type: ignore[untyped-decorator]
        def run(kind: str, key: str) -> None:
            self._handlers[kind].run(key)

        @DBOS.workflow(name="job")  # type: ignore[untyped-decorator]
        def job(kind: str, key: str) -> None:
            run(kind, key)

        registered: Callable[[str, str], None] = job
        return registered

    def _sweep_until_stopped(self) -> None:
        while not self._stopping.wait(self._sweep_seconds):
            try:
                self.sweep()
            except Exception:  # noqa: BLE001 - the edge of a thread: tell it, and try again next time
                _log.exception("sweep failed")


def _worth_another_try(error: BaseException) -> bool:
    return isinstance(error, Unavailable) or not isinstance(error, YiceError)


def _use_wal(database_url: str) -> None:
    """DBOS leaves SQLite in its default journal; ours opens it in WAL, which stays with the file and was faster."""
    database = Database(database_url)
    if database.is_sqlite:
        with database.read() as connection:
            connection.exec_driver_sql("SELECT 1")
    database.close()
