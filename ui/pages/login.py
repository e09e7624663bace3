"""Log in and out, and choose the language: plain answers, which alone can set a cookie that scripts cannot read."""

import json
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from ui.client import ApiError
from ui.language import Language
from ui.panels import Kit
from ui.rendering import render
from ui.visitors import LANGUAGE_COOKIE, PAGES, SESSION_COOKIE, home_of

_LONGEST_BODY = 10_000
_YEAR = 365 * 24 * 3600


def routes(kit: Kit) -> list[Route]:
    """The plain pages beside Gradio's."""
    pages = _Pages(kit)
    return [
        Route("/login", pages.show, methods=["GET"]),
        Route("/login", pages.log_in, methods=["POST"]),
        Route("/logout", pages.log_out, methods=["POST"]),
        Route("/language", pages.choose_language, methods=["POST"]),
    ]


class _Pages:
    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def show(self, request: Request) -> Response:
        try:
            visitor = await run_in_threadpool(self._kit.visitors.of, request.cookies.get(SESSION_COOKIE))
        except ApiError as error:
            return self._page(request, wanted=request.query_params.get("next", ""), error=error.detail)
        if visitor is not None:
            return RedirectResponse(home_of(visitor.actor.role), HTTPStatus.SEE_OTHER)
        return self._page(request, wanted=request.query_params.get("next", ""))

    async def log_in(self, request: Request) -> Response:
        form = await _form(request)
        if form is None:
            return _refused()
        wanted, username = form.get("next", ""), form.get("username", "").strip()
        if not username or not form.get("password"):
            return self._failed(request, wanted, username, "请填写用户名和密码。", HTTPStatus.UNPROCESSABLE_ENTITY)
        client = self._kit.client(None)
        try:
            session = await run_in_threadpool(client.log_in, username, form["password"])
        except ApiError as error:
            return self._failed(request, wanted, username, error.detail, error.status or HTTPStatus.SERVICE_UNAVAILABLE)
        home = _safe(wanted) or home_of(session.actor.role)
        answer: Response = (
            JSONResponse({"actor": session.actor.id, "home": home})
            if _wants_json(request)
            else RedirectResponse(home, HTTPStatus.SEE_OTHER)
        )
        answer.set_cookie(
            SESSION_COOKIE,
            session.token,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return answer

    async def log_out(self, request: Request) -> Response:
        if await _form(request) is None:
            return _refused()
        if token := request.cookies.get(SESSION_COOKIE):
            self._kit.visitors.forget(token)
        answer = RedirectResponse("/login", HTTPStatus.SEE_OTHER)
        answer.delete_cookie(SESSION_COOKIE, httponly=True, samesite="strict")
        answer.headers["Clear-Site-Data"] = '"storage"'
        return answer

    async def choose_language(self, request: Request) -> Response:
        form = await _form(request)
        if form is None:
            return _refused()
        answer = RedirectResponse(_safe(form.get("next", "")) or "/login", HTTPStatus.SEE_OTHER)
        answer.set_cookie(LANGUAGE_COOKIE, Language.of(form.get("language")).value, max_age=_YEAR, samesite="lax")
        return answer

    def _page(
        self, request: Request, *, wanted: str, username: str = "", error: str = "", status: int = HTTPStatus.OK
    ) -> Response:
        language = Language.of(request.cookies.get(LANGUAGE_COOKIE))
        html = render(
            "login", language, house=self._kit.house, wanted=_safe(wanted) or "", username=username, error=error
        )
        return HTMLResponse(html, status)

    def _failed(self, request: Request, wanted: str, username: str, error: str, status: int) -> Response:
        if _wants_json(request):
            return JSONResponse({"detail": error}, status)
        return self._page(request, wanted=wanted, username=username, error=error, status=status)


async def _form(request: Request) -> dict[str, str] | None:
    """The fields; ``None`` where another site sent them, or far too much."""
    origin = request.headers.get("origin")
    if origin not in (None, "null") and urlsplit(origin).netloc != request.headers.get("host"):
        return None
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return None
    if int(request.headers.get("content-length") or 0) > _LONGEST_BODY:
        return None
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST_BODY:
            return None
    try:
        return {name: values[0] for name, values in parse_qs(body.decode(), max_num_fields=8).items()}
    except (UnicodeDecodeError, ValueError, json.JSONDecodeError):
        return None


def _refused() -> Response:
    return HTMLResponse("请求不完整或来自其他网站，没有执行。", HTTPStatus.BAD_REQUEST)


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def _safe(wanted: str) -> str | None:
    """``wanted`` where it is one of our own pages."""
    parts = urlsplit(wanted)
    if parts.scheme or parts.netloc or parts.path not in PAGES:
        return None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
