"""Files on their way from a keeper's browser to the API: the cookie's token goes on, the bytes are never held here."""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from api.schemas.library_imports import ImportPreviewView
from api.schemas.terms import AUDIENCE_LABELS, KIND_LABELS, VERIFICATION_LABELS, Kind
from ui.client import ApiClient, ApiError, error_of
from ui.language import Language
from ui.origin import from_here
from ui.panels import Kit
from ui.rendering import render
from ui.visitors import LANGUAGE_COOKIE, SESSION_COOKIE

_TIMEOUT = httpx.Timeout(600.0, connect=5.0)
_LONGEST_FILE = 40 * 2**20
"""A library file as JSON; the API has the last word."""
_KINDS = {kind.value: label for kind, label in KIND_LABELS.items() if kind is not Kind.PRODUCT}
_AUDIENCES = {audience.value: label for audience, label in AUDIENCE_LABELS.items()}
_VERIFICATIONS = {verification.value: label for verification, label in VERIFICATION_LABELS.items()}


def routes(kit: Kit, api_base_url: str) -> list[Route]:
    """What the import view of the library page calls."""
    imports = _Imports(kit, api_base_url)
    return [
        Route("/library/import/preview", imports.preview, methods=["POST"]),
        Route("/library/import/publish", imports.publish, methods=["POST"]),
        Route("/library/import/correct", imports.correct, methods=["POST"]),
        Route("/library/file", imports.file, methods=["GET"]),
    ]


class _Imports:
    def __init__(self, kit: Kit, api_base_url: str) -> None:
        self._kit = kit
        self._api = api_base_url

    async def preview(self, request: Request) -> Response:
        """What a file was read as, as a part of the page."""
        if not from_here(request):
            return _refused()
        kept = ("content-type", "content-length")
        headers = {name: request.headers[name] for name in kept if name in request.headers}
        try:
            async with httpx.AsyncClient(base_url=self._api, timeout=_TIMEOUT, trust_env=False) as http:
                answer = await http.post(
                    "/api/library/imports/previews",
                    content=request.stream(),
                    headers=headers | dict(self._client(request).headers),
                )
        except ClientDisconnect:
            return Response(status_code=HTTPStatus.BAD_REQUEST)
        except httpx.HTTPError:
            return _told(ApiError("上传没有完成，请稍后再试。"))
        if answer.is_error:
            return _told(error_of(answer))
        try:
            seen = ImportPreviewView.model_validate_json(answer.content)
        except ValidationError:
            return _told(ApiError("服务器的回答无法识别，请稍后再试。"))
        return HTMLResponse(await run_in_threadpool(preview_html, seen, _language(request)))

    async def publish(self, request: Request) -> Response:
        """Publish what was confirmed."""

        def work(client: ApiClient, sent: Mapping[str, Any]) -> str:
            done = client.publish(str(sent.get("markdown", "")), supersede=sent.get("supersede") is True)
            return render("library/published", _language(request), publication=done, withdrawn=None)

        return await self._do(request, work)

    async def correct(self, request: Request) -> Response:
        """Publish it in the place of the version that it corrects."""

        def work(client: ApiClient, sent: Mapping[str, Any]) -> str:
            done = client.correct(str(sent.get("markdown", "")), reason=str(sent.get("reason", "")) or None)
            language = _language(request)
            return render("library/published", language, publication=done.publication, withdrawn=done.withdrawn)

        return await self._do(request, work)

    async def file(self, request: Request) -> Response:
        """A version as a library file."""
        query = request.query_params
        parts = [quote(query.get(name, ""), safe="") for name in ("document", "version")]
        if not all(part.strip(".") for part in parts):
            return _told(ApiError("没有找到。", status=HTTPStatus.NOT_FOUND))
        path = f"/api/library/documents/{parts[0]}/versions/{parts[1]}/file"
        try:
            async with httpx.AsyncClient(base_url=self._api, timeout=_TIMEOUT, trust_env=False) as http:
                answer = await http.get(path, headers=dict(self._client(request).headers))
        except httpx.HTTPError:
            return _told(ApiError("连接不上服务器，请稍后再试。"))
        if answer.is_error:
            return _told(error_of(answer))
        kept = {name: answer.headers[name] for name in ("content-type", "content-disposition")}
        return Response(answer.content, headers=kept | {"Cache-Control": "no-store"})

    async def _do(self, request: Request, work: Callable[[ApiClient, Mapping[str, Any]], str]) -> Response:
        sent = await _sent(request) if from_here(request) else None
        if sent is None:
            return _refused()
        try:
            return HTMLResponse(await run_in_threadpool(work, self._client(request), sent))
        except ApiError as error:
            return _told(error)

    def _client(self, request: Request) -> ApiClient:
        return self._kit.client(request.cookies.get(SESSION_COOKIE))


def preview_html(seen: ImportPreviewView, language: Language) -> str:
    """What a keeper looks at before confirming."""
    return render(
        "library/preview",
        language,
        seen=seen,
        kinds=_KINDS,
        audiences=_AUDIENCES,
        verifications=_VERIFICATIONS,
    )


def _language(request: Request) -> Language:
    return Language.of(request.cookies.get(LANGUAGE_COOKIE))


async def _sent(request: Request) -> Mapping[str, Any] | None:
    """The JSON object of the body; ``None`` where it is none, or far too long."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST_FILE:
            return None
    try:
        sent = json.loads(body)
    except ValueError:
        return None
    return sent if isinstance(sent, dict) else None


def _refused() -> Response:
    return JSONResponse({"detail": "请求不完整或来自其他网站，没有执行。"}, HTTPStatus.BAD_REQUEST)


def _told(error: ApiError) -> Response:
    status = error.status or HTTPStatus.SERVICE_UNAVAILABLE
    return JSONResponse({"detail": error.detail, "request_id": error.request_id}, status)
