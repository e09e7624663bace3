"""What every request passes: a number, a size limit, safe headers, a line in the log, no traceback to the caller."""

import re
import time
from collections.abc import Mapping

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import BodyTooLarge, log_unexpected, problem_response
from assistant.identity.ids import new_id

MAX_BODY_BYTES = 1024 * 1024
"""Largest body, where a path is not told another size."""

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_log = structlog.get_logger(__name__)

_EVERYWHERE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "X-Frame-Options": "DENY"}
_DATA = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
_DOCS_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
_PAGES_POLICY = (  # Gradio starts itself with inline scripts and compiles templates
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' data: blob:; worker-src 'self' blob:; "
    "connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)


class RequestGuard:
    """Outermost middleware: nothing that it does depends on a route."""

    def __init__(self, app: ASGIApp, larger: Mapping[str, int] | None = None) -> None:
        """``larger``: bytes that the bodies of some paths may have."""
        self._app = app
        self._larger = larger or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, guarded; other kinds of scope untouched."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(Headers(scope=scope))
        scope.setdefault("state", {})["request_id"] = request_id
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            await self._pass(scope, self._limited(scope, receive), send, request_id)

    async def _pass(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        began = time.perf_counter()
        status = 0

        async def send_guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                for name, value in _headers_for(scope["path"]).items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, send_guarded)
        except Exception as error:
            log_unexpected("request.failed", error, route=_route(scope))
            if status:
                raise
            await problem_response(error, scope)(scope, receive, send_guarded)
        finally:
            milliseconds = round((time.perf_counter() - began) * 1000, 1)
            _log.info("request", method=scope["method"], route=_route(scope), status=status, milliseconds=milliseconds)

    def _limited(self, scope: Scope, receive: Receive) -> Receive:
        """``receive`` for API paths that gives up at the limit of the path."""
        if not scope["path"].startswith("/api"):
            return receive
        most = self._larger.get(scope["path"], MAX_BODY_BYTES)
        declared = Headers(scope=scope).get("content-length", "0")
        too_large = declared.isdecimal() and int(declared) > most
        received = 0

        async def receive_some() -> Message:
            nonlocal received
            if too_large:
                raise BodyTooLarge(most)
            message = await receive()
            received += len(message.get("body", b""))
            if received > most:
                raise BodyTooLarge(most)
            return message

        return receive_some


def _request_id(headers: Headers) -> str:
    offered = headers.get("x-request-id", "")
    return offered if _REQUEST_ID.fullmatch(offered) else new_id("req")


def _route(scope: Scope) -> str:
    """``customers.view``: the path itself may hold a customer's id."""
    endpoint = scope.get("endpoint")
    package, _, subject = getattr(endpoint, "__module__", "").rpartition(".")
    return f"{subject}.{getattr(endpoint, '__name__', '')}" if package == "api.routes" else "page"


def _headers_for(path: str) -> Mapping[str, str]:
    if path.startswith(("/api/", "/health/")) or path in ("/api", "/openapi.json"):
        return _EVERYWHERE | _DATA
    policy = _DOCS_POLICY if path == "/docs" or path.startswith("/docs/") else _PAGES_POLICY
    return _EVERYWHERE | {"Content-Security-Policy": policy}
