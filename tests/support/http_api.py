"""The HTTP API over real HTTP: uvicorn on a loopback port, in a thread."""

import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx
import uvicorn
from fastapi import FastAPI

from api.app import create_app
from assistant.workflows.load_demo import DEMO_PASSWORD
from tests.support.house import House


@contextmanager
def serving(app: FastAPI) -> Generator[str, None, None]:
    """The address at which ``app`` answers while the block lasts."""
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", access_log=False, ws="none", lifespan="off")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)


@dataclass
class HttpApi:
    """A house and its API, with a client for everybody who can log in."""

    house: House
    address: str
    clients: dict[str, httpx.Client] = field(default_factory=dict)

    def as_(self, username: str) -> httpx.Client:
        """The client of somebody who is logged in; ``nobody`` is not."""
        if username not in self.clients:
            self.clients[username] = httpx.Client(base_url=self.address, headers=self._login(username), timeout=60)
        return self.clients[username]

    def close(self) -> None:
        for client in self.clients.values():
            client.close()

    def _login(self, username: str) -> dict[str, str]:
        if username == "nobody":
            return {}
        answer = httpx.post(f"{self.address}/api/sessions", json={"username": username, "password": DEMO_PASSWORD})
        answer.raise_for_status()
        return {"Authorization": f"Bearer {answer.json()['token']}"}


@contextmanager
def an_api(house: House) -> Generator[HttpApi, None, None]:
    """The API of ``house``."""
    with serving(create_app(house.application)) as address:
        api = HttpApi(house, address)
        try:
            yield api
        finally:
            api.close()


@dataclass(frozen=True)
class Event:
    """One server-sent event."""

    name: str
    data: str


def events_of(lines: Iterator[str]) -> list[Event]:
    """The events of a stream, as a browser would read them."""
    events: list[Event] = []
    name, data = "message", list[str]()
    for line in lines:
        if not line:
            events.append(Event(name, "\n".join(data)))
            name, data = "message", []
        elif line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            data.append(line.removeprefix("data: "))
        else:
            assert line.startswith(":"), f"not a line of an event stream: {line!r}"
    assert not data, "the last event is not finished"
    return events
