"""Letters as files on their way from the API to a browser: the cookie's token goes on, the bytes stay as they are."""

from http import HTTPStatus
from urllib.parse import quote

import httpx
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from ui.client import ApiError, error_of
from ui.panels import Kit
from ui.visitors import SESSION_COOKIE

_TIMEOUT = httpx.Timeout(120.0, connect=5.0)
_KEPT = ("content-type", "content-disposition", "content-security-policy", "x-content-type-options")
_PATHS = {"case": "/api/cases/{}/export", "message": "/api/inbox/messages/{}/export"}


def routes(kit: Kit, api_base_url: str) -> list[Route]:
    """What the links beside a letter lead to."""
    exports = _Exports(kit, api_base_url)
    return [Route("/cases/file", exports.case, methods=["GET"]), Route("/inbox/file", exports.message, methods=["GET"])]


class _Exports:
    def __init__(self, kit: Kit, api_base_url: str) -> None:
        self._kit = kit
        self._api = api_base_url

    async def case(self, request: Request) -> Response:
        """A draft's newest wording, for staff."""
        return await self._file(request, "case")

    async def message(self, request: Request) -> Response:
        """What a customer received."""
        return await self._file(request, "message")

    async def _file(self, request: Request, kind: str) -> Response:
        wanted = quote(request.query_params.get(kind, ""), safe="")
        if not wanted.strip("."):
            return _told(ApiError("没有找到。", status=HTTPStatus.NOT_FOUND))
        client = self._kit.client(request.cookies.get(SESSION_COOKIE))
        params = {name: value for name in ("format", "contents") if (value := request.query_params.get(name))}
        try:
            async with httpx.AsyncClient(base_url=self._api, timeout=_TIMEOUT, trust_env=False) as http:
                answer = await http.get(_PATHS[kind].format(wanted), params=params, headers=dict(client.headers))
        except httpx.HTTPError:
            return _told(ApiError("连接不上服务器，请稍后再试。"))
        if answer.is_error:
            return _told(error_of(answer))
        kept = {name: answer.headers[name] for name in _KEPT if name in answer.headers}
        return Response(answer.content, headers=kept | {"Cache-Control": "no-store"})


def _told(error: ApiError) -> Response:
    """A link was followed, so a sentence is shown."""
    return PlainTextResponse(error.detail, error.status or HTTPStatus.SERVICE_UNAVAILABLE)
