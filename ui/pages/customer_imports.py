"""导入: an administrator uploads customer files, follows the import, and fetches the rows that were left out."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote

import gradio as gr
import httpx
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from api.schemas.customer_imports import CustomerImportView
from ui.client import ApiError, error_of
from ui.origin import from_here
from ui.panels import Caller, Kit, Update, Wiring, frame, panel
from ui.visitors import SESSION_COOKIE

_API = "/api/customer-imports"
_TIMEOUT = httpx.Timeout(3600.0, connect=5.0)
_KEPT = ("content-type", "content-disposition")
_POLL_SECONDS = 1.0
_STILL = 60
"""So often nothing new is looked for again: whoever imports may have been stopped."""
_RUNNING = ("waiting", "running")


@dataclass(frozen=True, slots=True)
class ImportsState:
    """What one open page knows."""

    chosen: str = ""
    """The import that is shown with its files; empty: the newest."""


def build(kit: Kit, pages: gr.Blocks) -> None:
    """Place the page's panels and wire them."""
    parts = frame()
    state = gr.State(ImportsState())
    main = panel("yc-customer-imports", classes="yc-main", busy=True, overlapping=True)
    view = _View(state, main)
    wiring = Wiring(kit=kit, page=pages, path="/imports", frame=parts, state=state, outputs=[state, main])
    wiring.load(view.open)
    wiring.act(main, acting=view.act)


@dataclass(frozen=True, slots=True)
class _View:
    state: gr.State
    main: gr.HTML

    def open(self, caller: Caller) -> Iterator[Update]:
        yield from self._follow(caller, ImportsState())

    def act(self, caller: Caller, state: ImportsState) -> Iterator[Update]:
        match caller.text("act"):
            case "show":
                yield from self._follow(caller, ImportsState(caller.text("import")))
            case "refresh":
                yield from self._follow(caller, state)

    def _follow(self, caller: Caller, state: ImportsState) -> Iterator[Update]:
        """How far the shown import has come, as long as it goes on."""
        seen, still = None, 0
        while still < _STILL:
            imports = caller.client.customer_imports()
            shown = _chosen(imports, state)
            if seen is None or shown != seen:
                seen, still = shown, 0
                yield {self.state: state, self.main: imports_html(caller, imports, shown)}
            if shown is None or shown.state not in _RUNNING:
                return
            still += 1
            time.sleep(_POLL_SECONDS)


def _chosen(imports: tuple[CustomerImportView, ...], state: ImportsState) -> CustomerImportView | None:
    found = (each for each in imports if state.chosen in ("", each.id))
    return next(found, None)


def imports_html(caller: Caller, imports: tuple[CustomerImportView, ...], shown: CustomerImportView | None) -> str:
    """The upload form, the shown import with its files, and the earlier ones."""
    return caller.render(
        "customer_imports/page",
        imports=imports,
        shown=shown,
        running=shown is not None and shown.state in _RUNNING,
        kinds=caller.client.record_types(),
    )


def routes(kit: Kit, api_base_url: str) -> list[Route]:
    """Files on their way between a browser and the API; the bytes are never held here."""
    files = _Files(kit, api_base_url)
    return [
        Route("/imports/upload", files.upload, methods=["POST"]),
        Route("/imports/errors", files.errors, methods=["GET"]),
        Route("/imports/template", files.template, methods=["GET"]),
    ]


class _Files:
    def __init__(self, kit: Kit, api_base_url: str) -> None:
        self._kit = kit
        self._api = api_base_url

    async def upload(self, request: Request) -> Response:
        """The files, as they stream in."""
        if not from_here(request):
            return JSONResponse({"detail": "请求来自其他网站，没有执行。"}, HTTPStatus.BAD_REQUEST)
        headers = {
            name: request.headers[name] for name in ("content-type", "content-length") if name in request.headers
        }
        try:
            async with self._http() as http:
                answer = await http.post(_API, content=request.stream(), headers=headers | self._token(request))
        except ClientDisconnect:
            return Response(status_code=HTTPStatus.BAD_REQUEST)
        except httpx.HTTPError:
            return JSONResponse({"detail": "上传没有完成，请稍后再试。"}, HTTPStatus.SERVICE_UNAVAILABLE)
        if answer.is_error:
            error = error_of(answer)
            return JSONResponse({"detail": error.detail}, error.status or HTTPStatus.SERVICE_UNAVAILABLE)
        return JSONResponse({"id": answer.json()["id"]})

    async def errors(self, request: Request) -> Response:
        """The report of an import."""
        return await self._file(request, f"{_API}/{{}}/errors", "import")

    async def template(self, request: Request) -> Response:
        """An empty file of a kind."""
        return await self._file(request, f"{_API}/templates/{{}}", "kind")

    async def _file(self, request: Request, path: str, name: str) -> Response:
        wanted = quote(request.query_params.get(name, ""), safe="")
        if not wanted.strip("."):
            return _told(ApiError("没有找到。", status=HTTPStatus.NOT_FOUND))
        try:
            async with self._http() as http:
                answer = await http.get(path.format(wanted), headers=self._token(request))
        except httpx.HTTPError:
            return _told(ApiError("连接不上服务器，请稍后再试。"))
        if answer.is_error:
            return _told(error_of(answer))
        kept = {each: answer.headers[each] for each in _KEPT if each in answer.headers}
        return Response(answer.content, headers=kept | {"Cache-Control": "no-store"})

    def _http(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self._api, timeout=_TIMEOUT, trust_env=False)

    def _token(self, request: Request) -> dict[str, str]:
        return dict(self._kit.client(request.cookies.get(SESSION_COOKIE)).headers)


def _told(error: ApiError) -> Response:
    """A link was followed, so a sentence is shown."""
    return PlainTextResponse(error.detail, error.status or HTTPStatus.SERVICE_UNAVAILABLE)
