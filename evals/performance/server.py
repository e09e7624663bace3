"""How long the real server takes, asked over HTTP as its users ask it, and how much memory it needs."""

import json
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import httpx

from evals.report import percentile

_GOLD = Path(__file__).parents[1] / "questions" / "gold.jsonl"
_READY_SECONDS = 300
_PLAN_SECONDS = 60
_POLL_SECONDS = 0.02
_DEMO_PASSWORD = "yice-demo"  # noqa: S105 - printed at every start in demo mode


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds over ``runs`` requests."""

    runs: int
    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class ServerReport:
    """Seconds from process start; ``peak_memory_mb`` is the highest resident size of the server's process."""

    first_start_to_ready: float
    first_start_to_answer: float
    warm_start_to_ready: float
    warm_start_to_answer: float
    chat: Latency
    search: Latency
    plan: Latency
    peak_memory_mb: float

    def lines(self) -> Iterator[str]:
        """A readable table."""
        for name, value in asdict(self).items():
            if isinstance(value, dict):
                yield f"{name:<24} p50 {value['p50']:.0f} ms   p95 {value['p95']:.0f} ms   ({value['runs']} runs)"
            else:
                yield f"{name:<24} {value:.1f} {'MiB' if name.endswith('_mb') else 's'}"


def measure(runs: int) -> ServerReport:
    """Start a server on an empty folder, start it again, and ask it ``runs`` times each."""
    with tempfile.TemporaryDirectory() as folder:
        with _served(Path(folder)) as (first, first_ready, _):
            first_answer = first_ready + _seconds(lambda: _ask(first, "科创板开通条件"))
        with _served(Path(folder)) as (client, warm_ready, process):
            warm_answer = warm_ready + _seconds(lambda: _ask(client, "科创板开通条件"))
            questions = list(islice(cycle(_questions()), runs))
            customers = client.get("/api/customers", params={"limit": min(runs, 200)}).json()["items"]
            return ServerReport(
                first_start_to_ready=first_ready,
                first_start_to_answer=first_answer,
                warm_start_to_ready=warm_ready,
                warm_start_to_answer=warm_answer,
                chat=_latency([partial(_ask, client, question) for question in questions]),
                search=_latency([partial(_search, client, question) for question in questions]),
                plan=_latency([partial(_plan, client, row["id"]) for row in islice(cycle(customers), runs)]),
                peak_memory_mb=peak_memory_mb(process.pid),
            )


@contextmanager
def _served(folder: Path) -> Generator[tuple[httpx.Client, float, subprocess.Popen[bytes]], None, None]:
    """A client that is logged in, the seconds that it took, and the process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own command
        [str(Path(sys.executable).parent / "yice"), "serve", "--demo", "--port", str(port), "--folder", str(folder)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False) as client:
            _wait_until_ready(client, process)
            ready = time.perf_counter() - started
            login = client.post("/api/sessions", json={"username": "chen", "password": _DEMO_PASSWORD})
            client.headers["Authorization"] = f"Bearer {login.raise_for_status().json()['token']}"
            yield client, ready, process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def _wait_until_ready(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    deadline = time.perf_counter() + _READY_SECONDS
    while time.perf_counter() < deadline and process.poll() is None:
        try:
            if client.get("/health/ready").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise RuntimeError("the server did not become ready")


def _ask(client: httpx.Client, question: str) -> None:
    with client.stream("POST", "/api/chat/answers", json={"text": question}) as response:
        response.raise_for_status()
        lines = list(response.iter_lines())
    if "event: answer" not in lines:
        raise RuntimeError(f"no answer to {question!r}")


def _search(client: httpx.Client, question: str) -> None:
    client.get("/api/library/search", params={"text": question}).raise_for_status()


def _plan(client: httpx.Client, customer_id: str) -> None:
    """From the button to the case: the job's queue included."""
    request: dict[str, Any] = client.post(f"/api/customers/{customer_id}/plans").raise_for_status().json()
    deadline = time.perf_counter() + _PLAN_SECONDS
    while request["state"] not in ("done", "failed") and time.perf_counter() < deadline:
        time.sleep(_POLL_SECONDS)
        request = client.get(f"/api/plans/{request['id']}").raise_for_status().json()
    if request["state"] != "done":
        raise RuntimeError(f"no plan: {request}")


def _latency(calls: list[Callable[[], None]]) -> Latency:
    milliseconds = [_seconds(call) * 1000 for call in calls]
    return Latency(len(milliseconds), percentile(milliseconds, 50), percentile(milliseconds, 95))


def _seconds(call: Callable[[], None]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _questions() -> list[str]:
    return [json.loads(line)["text"] for line in _GOLD.read_text(encoding="utf-8").splitlines() if line.strip()]


def peak_memory_mb(pid: int) -> float:
    """``VmHWM`` of Linux; 0 where there is no /proc, and for a process that has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)
