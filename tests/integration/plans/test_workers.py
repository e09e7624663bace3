"""Work in processes of its own: done, told when it fails, done again where a process was lost."""

import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from assistant.errors import Unavailable
from assistant.identity.model import SYSTEM
from assistant.jobs.plans import PlanJobs
from assistant.jobs.workers import WorkerLost, Workers
from assistant.plans.model import BatchChoice, ChoiceKind, PlanState
from assistant.presence import Presence
from tests.support.house import House

ROOT = Path(__file__).parents[3]


def never(key: str) -> None:
    raise AssertionError(key)


@contextmanager
def opened(folder: Path) -> Generator[Callable[[str], None], None, None]:
    """Writes a file named by the key; some keys go wrong."""

    def work(key: str) -> None:
        (folder / f"{key}.collecting").write_text(str(gc.isenabled()), encoding="utf-8")
        (folder / f"{key}.pid").write_text(str(os.getpid()), encoding="utf-8")
        if key == "unavailable":
            raise Unavailable("数据库忙。")
        if key == "wrong":
            raise ZeroDivisionError
        if key == "fatal":
            os.kill(os.getpid(), signal.SIGKILL)
        if key == "long":
            time.sleep(60)
        (folder / key).write_text("done", encoding="utf-8")

    yield work


@contextmanager
def mortal(folder: Path, *, deaths: int) -> Generator[Callable[[str], None], None, None]:
    """Its first jobs end the process, whichever they are."""

    def work(_key: str) -> None:
        with (folder / "deaths").open("a", encoding="utf-8") as kept:
            kept.write("†")
        if len((folder / "deaths").read_text(encoding="utf-8")) <= deaths:
            os.kill(os.getpid(), signal.SIGKILL)

    yield work


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[Workers]:
    workers = Workers(partial(opened, tmp_path), processes=1, here=never)
    yield workers
    workers.stop()


def pid_of(folder: Path, key: str) -> int:
    return int((folder / f"{key}.pid").read_text(encoding="utf-8"))


def test_work_is_done_beside_this_process_and_the_process_is_kept(workers: Workers, tmp_path: Path) -> None:
    workers.run("one")
    workers.run("two")
    assert (tmp_path / "two").read_text(encoding="utf-8") == "done"
    assert pid_of(tmp_path, "one") == pid_of(tmp_path, "two") != os.getpid()


def test_nothing_is_collected_in_the_middle_of_a_job(workers: Workers, tmp_path: Path) -> None:
    workers.run("one")
    assert (tmp_path / "one.collecting").read_text(encoding="utf-8") == "False"


def test_what_fails_is_told_and_does_not_end_the_process(workers: Workers, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="数据库忙"):
        workers.run("unavailable")
    with pytest.raises(Unavailable, match="ZeroDivisionError"):
        workers.run("wrong")
    workers.run("after")
    assert pid_of(tmp_path, "after") == pid_of(tmp_path, "wrong")


def test_a_lost_process_is_told_and_replaced(workers: Workers, tmp_path: Path) -> None:
    with pytest.raises(WorkerLost):
        workers.run("fatal")
    workers.run("after")
    assert pid_of(tmp_path, "after") != pid_of(tmp_path, "fatal")


@pytest.mark.parametrize(("deaths", "given_up"), [(3, 0), (4, 1)], ids=["killed thrice", "killed once more"])
def test_a_request_is_given_up_only_when_it_ended_three_processes_alone(
    house: House, tmp_path: Path, deaths: int, given_up: int
) -> None:
    batch = house.application.draft_batch(BatchChoice(kind=ChoiceKind.EVERYBODY), by=SYSTEM)
    workers = Workers(partial(mortal, tmp_path, deaths=deaths), processes=1, here=never)
    try:
        PlanJobs(workers, house.application.draft_plans)(f"{batch.id}/1/0/2")
    finally:
        workers.stop()
    counts = house.application.follow_batches(batch.id, by=SYSTEM).progress.counts
    assert counts.get(PlanState.FAILED, 0) == given_up


def test_a_process_that_rests_is_gone_and_comes_back(workers: Workers, tmp_path: Path) -> None:
    workers.run("one")
    workers.rest()
    with pytest.raises(ProcessLookupError):
        os.kill(pid_of(tmp_path, "one"), 0)
    workers.run("two")
    assert (tmp_path / "two").exists()


def test_without_processes_the_work_is_done_here() -> None:
    done: list[str] = []
    workers = Workers(partial(opened, Path()), processes=0, here=done.append)
    workers.run("one")
    workers.stop()
    assert done == ["one"]


def test_a_process_ends_with_its_parent(tmp_path: Path) -> None:
    code = f"""
from functools import partial
from pathlib import Path
from assistant.jobs.workers import Workers
from tests.integration.plans.test_workers import never, opened
if __name__ == "__main__":
    Workers(partial(opened, Path({str(tmp_path)!r})), processes=1, here=never).run("long")
"""
    script = tmp_path / "parent.py"
    script.write_text(code, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    parent = subprocess.Popen([sys.executable, str(script)], cwd=ROOT, env=environment)
    _until(lambda: (tmp_path / "long.pid").exists() and (tmp_path / "long.pid").read_text(encoding="utf-8") != "")
    child = pid_of(tmp_path, "long")
    parent.kill()
    parent.wait()
    _until(lambda: not _lives(child))


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_one_process_at_a_time_does_the_jobs_of_a_folder(tmp_path: Path) -> None:
    mine, other = Presence(tmp_path), Presence(tmp_path)
    assert not other.elsewhere()
    mine.announce()
    assert other.elsewhere()
    mine.leave()
    assert not other.elsewhere()
