"""An OpenAI-compatible server for chat and embeddings on loopback that does what a script says: real HTTP, no model."""

import json
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "scripted-model"
Request = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Says:
    """Plain text."""

    text: str


@dataclass(frozen=True, slots=True)
class Calls:
    """A call of one of the request's tools."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CallsBadly:
    """A tool call whose arguments are not JSON."""

    name: str
    arguments: str = '{"statements": [{"kind": "rule", '


@dataclass(frozen=True, slots=True)
class Embeds:
    """A vector for each text of the request: counts of its characters, in so many buckets."""

    dimensions: int = 64

    def vectors(self, texts: Sequence[str]) -> list[list[float]]:
        """What the server answers for these texts."""
        rows = [[0.0] * self.dimensions for _ in texts]
        for row, text in zip(rows, texts, strict=True):
            for character in text:
                row[ord(character) % self.dimensions] += 1.0
        return rows


@dataclass(frozen=True, slots=True)
class Fails:
    """An HTTP status with an error body."""

    status: int
    retry_after: float | None = 0.01


@dataclass(frozen=True, slots=True)
class Garbage:
    """200 OK with a body that is no completion."""

    body: str = "<html>502 Bad Gateway</html>"
    content_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Slow:
    """The same as ``then``, ``seconds`` later."""

    seconds: float
    then: "Reply"


@dataclass(frozen=True, slots=True)
class HangsUp:
    """The connection is closed without an answer."""


Reply = Says | Calls | CallsBadly | Embeds | Fails | Garbage | Slow | HangsUp
Step = Reply | Callable[[Request], Reply]


@dataclass(slots=True)
class ModelServer:
    """What to answer, in order (the last step repeats), and what was asked."""

    script: Sequence[Step]
    base_url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, request: dict[str, Any]) -> Reply:
        """The reply to ``request``."""
        with self.lock:
            step = self.script[min(len(self.requests), len(self.script) - 1)]
            self.requests.append(request)
        return step(request) if callable(step) else step

    def sent(self, number: int = -1) -> str:
        """Everything that one request told the model, joined."""
        return "\n".join(str(message.get("content") or "") for message in self.requests[number]["messages"])


@contextmanager
def model_server(*script: Step) -> Generator[ModelServer, None, None]:
    """A running server; ``base_url`` goes into the settings."""
    scripted = ModelServer(script)
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"scripted": scripted}))
    scripted.base_url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield scripted
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - the library's signature
        """A client that gave up waiting is part of the script."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    scripted: ModelServer

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._reply(self.scripted.take(request), request)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 - the library's signature
        """Quiet."""

    def _reply(self, reply: Reply, request: Request) -> None:
        match reply:
            case Slow(seconds, then):
                time.sleep(seconds)
                self._reply(then, request)
            case HangsUp():
                self.close_connection = True
            case Garbage(body, content_type):
                self._send(200, body.encode(), content_type)
            case Fails(status, retry_after):
                body = json.dumps({"error": {"message": f"scripted {status}", "type": "scripted"}})
                self._send(status, body.encode(), "application/json", retry_after)
            case Embeds():
                vectors = enumerate(reply.vectors(request["input"]))
                data = [{"object": "embedding", "index": at, "embedding": vector} for at, vector in vectors]
                self._send(200, json.dumps({"object": "list", "data": data[::-1]}).encode(), "application/json")
            case _ if request.get("stream"):
                self._send(200, _events(reply), "text/event-stream")
            case _:
                self._send(200, json.dumps(_completion(reply, request)).encode(), "application/json")

    def _send(self, status: int, body: bytes, content_type: str, retry_after: float | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        if retry_after is not None:
            self.send_header("Retry-After", str(retry_after))
        self.end_headers()
        self.wfile.write(body)


def _message(reply: Says | Calls | CallsBadly) -> dict[str, Any]:
    if isinstance(reply, Says):
        return {"role": "assistant", "content": reply.text}
    arguments = (
        reply.arguments if isinstance(reply, CallsBadly) else json.dumps(dict(reply.arguments), ensure_ascii=False)
    )
    call = {
        "id": f"call_{time.monotonic_ns()}",
        "type": "function",
        "function": {"name": reply.name, "arguments": arguments},
    }
    return {"role": "assistant", "content": None, "tool_calls": [call]}


def _completion(reply: Reply, request: Request) -> dict[str, Any]:
    assert isinstance(reply, Says | Calls | CallsBadly)
    prompt = sum(len(str(message.get("content") or "")) for message in request["messages"])
    return {
        "id": "chatcmpl-scripted",
        "object": "chat.completion",
        "created": 1,
        "model": MODEL,
        "choices": [
            {
                "index": 0,
                "message": _message(reply),
                "finish_reason": "stop" if isinstance(reply, Says) else "tool_calls",
            }
        ],
        "usage": {"prompt_tokens": prompt, "completion_tokens": 50, "total_tokens": prompt + 50},
    }


def _events(reply: Reply) -> bytes:
    assert isinstance(reply, Says | Calls | CallsBadly)
    message = _message(reply)
    pieces: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    if message["content"]:
        pieces += [{"content": character} for character in message["content"]]
    pieces += [{"tool_calls": [{"index": 0, **call}]} for call in message.get("tool_calls", [])]
    finish = "stop" if isinstance(reply, Says) else "tool_calls"
    chunks = [_chunk(piece, None) for piece in pieces] + [_chunk({}, finish)]
    lines = [f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n" for chunk in chunks]
    return ("".join(lines) + "data: [DONE]\n\n").encode()


def _chunk(delta: Mapping[str, Any], finish: str | None) -> dict[str, Any]:
    return {
        "id": "chatcmpl-scripted",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": MODEL,
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }
