"""A whole house for integration tests: the real application on a data folder of its own, at a fixed time."""

import shutil
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.bootstrap import Application, open_application
from assistant.clock import Clock
from assistant.identity.model import SYSTEM, Actor
from assistant.settings import RetrievalSettings, Settings, StorageSettings
from assistant.workflows.load_demo import DEMO_STAFF

START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
"""Ten in the morning in Shanghai."""

CHEN = DEMO_STAFF["chen"]
ZHOU = DEMO_STAFF["zhou"]
SHEN = DEMO_STAFF["shen"]
OPS = DEMO_STAFF["ops"]
KEEPER = DEMO_STAFF["keeper"]


@dataclass
class MovableClock:
    """Stands still until it is moved."""

    moment: datetime = START
    clock: Clock = field(init=False)

    def __post_init__(self) -> None:
        self.clock = Clock(lambda: self.moment)

    def advance(self, **step: float) -> None:
        self.moment += timedelta(**step)


@dataclass
class House:
    """The application and what a test needs beside it."""

    application: Application
    time: MovableClock
    settings: Settings

    @property
    def customer(self) -> Actor:
        """The demo customer's own account."""
        return self.application.log_in("customer", "yice-demo").actor

    @property
    def customer_id(self) -> str:
        customer_id = self.customer.customer_id
        assert customer_id is not None
        return customer_id

    def do_jobs(self) -> None:
        """Everything that is waiting, in this thread and now, as the job engine would."""
        application = self.application
        storage = application.prepare_plan.storage
        with storage.reading() as work:
            plans, replies = work.plans.unfinished(), work.inquiries.undrafted()
        for plan in plans:
            application.prepare_plan(plan)
        for inquiry in replies:
            application.draft_reply(inquiry)
        with storage.reading() as work:
            dispatches = work.dispatches.queued()
        for dispatch in dispatches:
            application.deliver(dispatch)


def settings_for(folder: Path) -> Settings:
    return Settings(storage=StorageSettings(folder=folder), retrieval=RetrievalSettings(embedding="static"))


@contextmanager
def a_house(folder: Path, moment: datetime = START) -> Generator[House, None, None]:
    """Open the application on ``folder``, without jobs of its own."""
    time = MovableClock(moment)
    settings = settings_for(folder)
    with open_application(settings, clock=time.clock) as application:
        yield House(application, time, settings)


@pytest.fixture(scope="session")
def furnished_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the shipped library and a small demo book; copied, never opened again."""
    folder = tmp_path_factory.mktemp("furnished")
    with a_house(folder) as house:
        house.application.load_demo(customers=24)
    return folder


@pytest.fixture
def house(furnished_folder: Path, tmp_path: Path) -> Iterator[House]:
    """A house with the demo in it, for one test."""
    folder = tmp_path / "data"
    shutil.copytree(furnished_folder, folder)
    with a_house(folder) as opened:
        yield opened


__all__ = ["CHEN", "KEEPER", "OPS", "SHEN", "SYSTEM", "ZHOU", "House", "a_house", "furnished_folder", "house"]
