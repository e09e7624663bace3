"""``yice serve --demo`` in a process of its own, on a free port and a folder of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

YICE = Path(sys.executable).with_name("yice")
_START_SECONDS = 180


@dataclass(frozen=True)
class ServedHouse:
    """A running server, and the command on the same data."""

    address: str
    folder: Path
    process: subprocess.Popen[bytes]

    def yice(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run ``yice ARGUMENTS`` beside the server."""
        return subprocess.run(
            [str(YICE), *arguments],
            cwd=self.folder,
            env=_environment(self.folder),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@contextmanager
def a_served_house(folder: Path) -> Generator[ServedHouse, None, None]:
    """Start the server, wait until it is ready, and end it with the block."""
    port = _a_free_port()
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(YICE), "serve", "--demo", "--port", str(port)],
            cwd=folder,
            env=_environment(folder),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    house = ServedHouse(f"http://127.0.0.1:{port}", folder, process)
    try:
        _wait_until_ready(house, log)
        yield house
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("YICE_")}
    return kept | {"YICE_STORAGE__FOLDER": str(folder / "data")}


def _a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_until_ready(house: ServedHouse, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if house.process.poll() is not None:
            raise AssertionError(f"the server ended:\n{log.read_text(encoding='utf-8')}")
        try:
            if httpx.get(f"{house.address}/health/ready", timeout=10).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"the server is not ready:\n{log.read_text(encoding='utf-8')}")
