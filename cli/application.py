"""Opens the application for a command; a mistake of the user becomes one Chinese sentence and exit code 1."""

from collections.abc import Collection, Generator
from contextlib import contextmanager
from pathlib import Path

import structlog
import typer

from assistant.bootstrap import Application, open_application
from assistant.errors import NotFound, YiceError
from assistant.identity.model import SYSTEM
from assistant.privacy.logging import MaskingProcessor
from assistant.settings import Mode, Settings


@contextmanager
def told_to_people() -> Generator[None, None, None]:
    """An error that is meant for a person is printed as its sentence."""
    try:
        yield
    except YiceError as error:
        typer.echo(error.message, err=True)
        raise typer.Exit(1) from None


@contextmanager
def open_app(
    settings: Settings | None = None, *, jobs: bool = False, seeking: Collection[str] | None = None
) -> Generator[Application, None, None]:
    """The application with ``settings``, those of the environment by default."""
    configure_logging()
    with told_to_people(), open_application(settings or Settings.load(), jobs=jobs, seeking=seeking) as application:
        yield application


@contextmanager
def open_furnished_app() -> Generator[Application, None, None]:
    """The application with something to answer from: an empty demo house is filled first, another is refused."""
    with open_app() as application:
        if not application.browse_library.documents(SYSTEM):
            if application.settings.mode is not Mode.DEMO:
                raise NotFound("知识库是空的。请先用 yice knowledge publish 发布您的文件。")
            typer.echo("知识库是空的，先装载自带的知识库和演示客户……", err=True)
            application.load_demo()
        yield application


def settings_with(*, port: int | None = None, folder: Path | None = None) -> Settings:
    """The settings of the environment, and what the command line says instead."""
    settings = Settings.load()
    if port is not None:
        settings = settings.model_copy(update={"server": settings.server.model_copy(update={"port": port})})
    if folder is not None:
        settings = settings.model_copy(update={"storage": settings.storage.model_copy(update={"folder": folder})})
    return settings


def configure_logging() -> None:
    """Plain lines without identifiers; tracebacks name code, never the values in it."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            MaskingProcessor(),
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ]
    )
