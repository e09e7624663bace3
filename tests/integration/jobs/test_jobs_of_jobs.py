"""A job may ask for another: after new scores every advisor's day is made anew."""

import threading
from pathlib import Path

from assistant.jobs.engine import Handler, JobEngine


def test_a_job_that_another_job_asks_for_is_done_and_the_other_does_not_fail(tmp_path: Path) -> None:
    done: list[str] = []
    finished = threading.Event()

    def ask(key: str) -> None:
        engine.enqueue("asked", key)
        done.append(f"ask:{key}")

    def asked(key: str) -> None:
        done.append(f"asked:{key}")
        finished.set()

    handlers = {"ask": Handler(run=ask, unfinished=tuple), "asked": Handler(run=asked, unfinished=tuple)}
    engine = JobEngine(f"sqlite:///{tmp_path / 'jobs.db'}", handlers)
    engine.start()
    try:
        engine.enqueue("ask", "scores")
        assert finished.wait(30)
    finally:
        engine.stop()
    assert sorted(done) == ["ask:scores", "asked:scores"]
