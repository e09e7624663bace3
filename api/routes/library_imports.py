"""Importing documents: look at a file, then publish the library file that was confirmed."""

from collections.abc import Callable, Coroutine, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from api.dependencies import App, CurrentKeeper
from api.schemas.library_imports import (
    LIBRARY_FILE_BYTES,
    CorrectionRequest,
    CorrectionView,
    ImportHints,
    ImportLimitsView,
    ImportPreviewView,
    PublicationRequest,
    PublicationView,
)
from assistant.bootstrap import Application
from assistant.errors import Conflict, Invalid, NotFound, Unavailable
from assistant.identity.model import Actor
from assistant.workflows.import_document import ImportPreview, Standing
from assistant.workflows.trace_impact import Impact
from knowledge.documents.importing.extracting import SUFFIXES
from knowledge.documents.loading import load_bytes

router = APIRouter(prefix="/library/imports", tags=["知识库导入"])

READ_AT_ONCE = 2
"""Files that are read at the same time; the others wait."""
_WAIT_SECONDS = 120
_MOST_FIELDS = 24
_LONGEST_FIELD = 4096
_LONGEST_NAME = 200
_MEGABYTE = 2**20

Body = TypeVar("Body", bound=BaseModel)


def largest_bodies(upload: int) -> Mapping[str, int]:
    """Bytes that a body may have, by path: an upload with its fields, a library file with its escapes."""
    file = 2 * LIBRARY_FILE_BYTES
    return {
        "/api/library/imports/previews": upload + _MEGABYTE - 1,
        "/api/library/imports/publications": file,
        "/api/library/imports/corrections": file,
    }


def _form_schema() -> dict[str, Any]:
    schema = ImportHints.model_json_schema(ref_template="#/components/schemas/{model}")
    file = {
        "type": "string",
        "format": "binary",
        "title": "File",
        "description": "要导入的文件。",
        "examples": ["适当性办法.docx"],
    }
    return schema | {"properties": {"file": file} | schema["properties"], "required": ["file"]}


BODIES: Mapping[str, dict[str, Any]] = {
    "ImportForm": _form_schema(),
    "PublicationRequest": PublicationRequest.model_json_schema(ref_template="#/components/schemas/{model}"),
    "CorrectionRequest": CorrectionRequest.model_json_schema(ref_template="#/components/schemas/{model}"),
}
"""Schemas of bodies that are read only once it is known that a keeper sends them."""


def _told(media_type: str, name: str) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{name}"}
    return {"requestBody": {"required": True, "content": {media_type: {"schema": schema}}}}


@dataclass(frozen=True, slots=True)
class UploadedDocument:
    """A file as it came, on disk where it is large, and what the keeper says of it."""

    name: str
    file: UploadFile
    said: ImportHints


async def uploaded(request: Request, _keeper: CurrentKeeper) -> UploadedDocument:
    """The one file of a form.

    Raises:
        Invalid: it is no such form, or there is not exactly one file in it.

    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise Invalid("请以 multipart/form-data 上传一个文件，字段名 file。")
    try:
        form = await request.form(max_files=1, max_fields=_MOST_FIELDS, max_part_size=_LONGEST_FIELD)
    except HTTPException as error:
        if error.status_code != HTTPStatus.BAD_REQUEST:
            raise
        raise Invalid("上传的表单读不出来：一次只能有一个文件，各项不能过长。") from None
    file = form.get("file")
    if not isinstance(file, UploadFile):
        await form.close()
        raise Invalid("没有收到文件，字段名须是 file。")
    said = {name: value for name, value in form.multi_items() if name != "file" and isinstance(value, str)}
    try:
        hints = ImportHints.model_validate(said)
    except ValidationError as error:
        await form.close()
        raise _in_body(error) from None
    return UploadedDocument(_plain_name(file.filename or ""), file, hints)


def _read_after_login(model: type[Body]) -> Callable[..., Coroutine[Any, Any, Body]]:
    async def read(request: Request, _keeper: CurrentKeeper) -> Body:
        content = await request.body()
        try:
            return model.model_validate_json(content)
        except ValidationError as error:
            raise _in_body(error) from None

    return read


def _in_body(error: ValidationError) -> RequestValidationError:
    return RequestValidationError([{**each, "loc": ("body", *each["loc"])} for each in error.errors()])


def _plain_name(name: str) -> str:
    last = name.replace("\\", "/").rpartition("/")[2]
    printable = "".join(character for character in last if character.isprintable())
    return printable[-_LONGEST_NAME:] or "未命名文件"


@router.get("/limits", summary="导入的上限", description="一个文件可以多大、多少页，认识哪些扩展名。")
def limits(keeper: CurrentKeeper, app: App) -> ImportLimitsView:
    del keeper
    chosen = app.import_documents.limits
    return ImportLimitsView(
        largest_bytes=chosen.largest_bytes, pages=chosen.pages, extensions=tuple(sorted(SUFFIXES | {".md"}))
    )


@router.post(
    "/previews",
    summary="预览一个文件",
    description="读出文件并提出知识库文件：元数据、结构、提醒、与现行版本的对比和影响。什么都不会保存。"
    "表单里除文件外的各项是管理员的说明，优先于文中所写。",
    openapi_extra=_told("multipart/form-data", "ImportForm"),
)
def preview(
    document: Annotated[UploadedDocument, Depends(uploaded)], request: Request, keeper: CurrentKeeper, app: App
) -> ImportPreviewView:
    with document.file.file, _in_turn(request.app.state.import_slots):
        content = document.file.file.read()
        found = app.import_documents.preview(content, document.name, hints=document.said.hints, by=keeper)
        return _with_consequences(found, app, keeper)


@router.post(
    "/publications",
    status_code=HTTPStatus.CREATED,
    summary="发布确认的文件",
    description="发布一份知识库文件；同样的文件再次发布不改变什么。全部成功，或者什么都没有发生。",
    openapi_extra=_told("application/json", "PublicationRequest"),
)
def publish(
    confirmed: Annotated[PublicationRequest, Depends(_read_after_login(PublicationRequest))],
    keeper: CurrentKeeper,
    app: App,
) -> PublicationView:
    report = app.import_documents.publish(confirmed.markdown.encode(), supersede=confirmed.supersede, by=keeper)
    return PublicationView.of(report)


@router.post(
    "/corrections",
    status_code=HTTPStatus.CREATED,
    summary="发布更正",
    description="撤回有误的版本，同时发布更正后的文件，期间不变。",
    openapi_extra=_told("application/json", "CorrectionRequest"),
)
def correct(
    confirmed: Annotated[CorrectionRequest, Depends(_read_after_login(CorrectionRequest))],
    keeper: CurrentKeeper,
    app: App,
) -> CorrectionView:
    report = app.correct_version.with_loaded(
        load_bytes(confirmed.markdown.encode()), replaces=confirmed.replaces, reason=confirmed.reason, by=keeper
    )
    return CorrectionView.of(report)


@contextmanager
def _in_turn(slots: BoundedSemaphore) -> Generator[None, None, None]:
    if not slots.acquire(timeout=_WAIT_SECONDS):
        raise Unavailable("正在读取其他文件，请稍后再试。")
    try:
        yield
    finally:
        slots.release()


def _with_consequences(found: ImportPreview, app: Application, by: Actor) -> ImportPreviewView:
    loaded = found.proposal.loaded
    if loaded is None or found.standing is Standing.SAME:
        return ImportPreviewView.of(found, None, None)
    return ImportPreviewView.of(found, app.compare_versions.with_loaded(loaded, by=by), _impact(found, app, by))


def _impact(found: ImportPreview, app: Application, by: Actor) -> Impact | None:
    """What rests on what would change; ``None`` where it could not be published anyway."""
    if found.proposal.loaded is None:
        return None
    correcting = found.standing is Standing.IN_CONFLICT
    try:
        return app.trace_impact.of_loaded(found.proposal.loaded, correcting=correcting, by=by)
    except (Conflict, NotFound):
        return None
