"""Opens the application for a command; a mistake of the user becomes one Chinese sentence and exit code 1."""

from collections.abc import Generator
from contextlib import contextmanager

import typer

from assistant.bootstrap import Application, open_application
from assistant.errors import YiceError
from assistant.settings import Settings


@contextmanager
def open_app(*, jobs: bool = False) -> Generator[Application, None, None]:
    """The application with the settings of the environment."""
    try:
        with open_application(Settings.load(), jobs=jobs) as application:
            yield application
    except YiceError as error:
        typer.echo(error.message, err=True)
        raise typer.Exit(1) from None
