"""The gate before the pages: who may open which page, which of Gradio's routes exist, and the headers of an answer."""

from http import HTTPStatus
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.client import ApiError
from ui.visitors import PAGES, SESSION_COOKIE, Visitors, home_of

_OPEN = ("/api", "/docs", "/redoc", "/openapi.json", "/health", "/metrics")
"""Not ours: the API guards itself."""

_GRADIO = (
    "/gradio_api/queue/",
    "/gradio_api/heartbeat/",
    "/gradio_api/reset",
    "/gradio_api/cancel",
    "/gradio_api/startup-events",
    "/gradio_api/app_id",
)
"""The only routes of Gradio's own API that the pages use: no upload, no files, no proxy, no code editing."""

_CLOSED = ("/gradio_api", "/monitoring", "/svelte", "/manifest.json", "/pwa_icon")

_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)
"""Gradio compiles its templates in the browser, hence ``unsafe-eval``; nothing is fetched from anywhere else."""

_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Gate:
    """ASGI middleware around API and pages; the API's own paths pass untouched."""

    def __init__(self, app: ASGIApp, visitors: Visitors) -> None:
        self._app = app
        self._visitors = visitors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let pass, send elsewhere, or refuse."""
        if scope["type"] != "http" or _starts(scope["path"], _OPEN):
            await self._app(scope, receive, send)
            return
        guarded = _with_headers(send, scope["path"])
        answer = await self._answer(Request(scope))
        await (answer or self._app)(scope, receive, guarded)

    async def _answer(self, request: Request) -> Response | None:
        path = request.url.path
        if _starts(path, _CLOSED) and not _starts(path, _GRADIO):
            return PlainTextResponse("没有这个地址。", HTTPStatus.NOT_FOUND)
        if path not in PAGES:
            return None
        try:
            visitor = await run_in_threadpool(self._visitors.of, request.cookies.get(SESSION_COOKIE))
        except ApiError as error:
            return PlainTextResponse(error.detail, HTTPStatus.SERVICE_UNAVAILABLE)
        if visitor is None:
            return RedirectResponse(f"/login?next={quote(_wanted(request))}", HTTPStatus.SEE_OTHER)
        if visitor.actor.role not in PAGES[path][1]:
            return RedirectResponse(home_of(visitor.actor.role), HTTPStatus.SEE_OTHER)
        return None


def _starts(path: str, prefixes: tuple[str, ...]) -> bool:
    return any(path == prefix.rstrip("/") or path.startswith(f"{prefix.rstrip('/')}/") for prefix in prefixes)


def _wanted(request: Request) -> str:
    return f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path


def _with_headers(send: Send, path: str) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            if path in PAGES or path == "/login":
                headers["Cache-Control"] = "no-store"
        await send(message)

    return sending
