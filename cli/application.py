"""Opens the application for a command; a mistake of the user becomes one Chinese sentence and exit code 1."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import typer

from assistant.bootstrap import Application, open_application
from assistant.errors import YiceError
from assistant.settings import Settings


@contextmanager
def open_app(
    *, jobs: bool = False, port: int | None = None, folder: Path | None = None
) -> Generator[Application, None, None]:
    """The application with the settings of the environment, and what the command line says instead."""
    try:
        with open_application(_settings(port, folder), jobs=jobs) as application:
            yield application
    except YiceError as error:
        typer.echo(error.message, err=True)
        raise typer.Exit(1) from None


def _settings(port: int | None, folder: Path | None) -> Settings:
    settings = Settings.load()
    if port is not None:
        settings = settings.model_copy(update={"server": settings.server.model_copy(update={"port": port})})
    if folder is not None:
        settings = settings.model_copy(update={"storage": settings.storage.model_copy(update={"folder": folder})})
    return settings
