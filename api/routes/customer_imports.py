"""Importing customer records: upload files, follow the import, fetch the rows that were left out."""

import shutil
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path as FilePath
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response

from api.dependencies import App, CurrentImporter
from api.schemas.base import Identifier, ListView
from api.schemas.customer_imports import CustomerImportView, RecordTypeView
from assistant.errors import Invalid, NotFound
from assistant.workflows.request_customer_import import Upload
from knowledge.customers.importing.record_types import BY_NAME, RECORD_TYPES
from knowledge.customers.importing.templates import template

router = APIRouter(prefix="/customer-imports", tags=["客户资料导入"])

_MOST_FIELDS = 4
_CSV_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "一份 CSV 文件。", "content": {"text/csv": {"schema": {"type": "string"}}}}
}
_YES, _NO = ("true", "1"), ("false", "0", "")
_Import = Annotated[Identifier, Path(description="导入的编号。", examples=["import-bcdfghjkmnprstyzbcdf"])]

BODIES: Mapping[str, dict[str, Any]] = {
    "CustomerImportForm": {
        "title": "CustomerImportForm",
        "type": "object",
        "properties": {
            "files": {
                "type": "array",
                "items": {"type": "string", "format": "binary"},
                "title": "Files",
                "description": "每种记录一个文件，如 customers.csv、trades.parquet。",
                "examples": [["customers.csv"]],
            },
            "dry_run": {
                "type": "boolean",
                "default": False,
                "title": "Dry Run",
                "description": "只检查，不写入客户资料。",
                "examples": [True],
            },
        },
        "required": ["files"],
    }
}
"""Schema of the body that is read only once it is known that an administrator sends it."""


def largest_bodies(megabytes: int) -> Mapping[str, int]:
    """Bytes that a body may have, by path."""
    return {"/api/customer-imports": megabytes * 2**20}


async def uploaded(request: Request, _importer: CurrentImporter) -> FormData:
    """The form, its files on disk where they are large.

    Raises:
        Invalid: it is no such form, or has too many parts.

    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise Invalid("请以 multipart/form-data 上传文件，字段名 files。")
    try:
        return await request.form(max_files=len(RECORD_TYPES), max_fields=_MOST_FIELDS)
    except HTTPException as error:
        if error.status_code != HTTPStatus.BAD_REQUEST:
            raise
        raise Invalid(f"上传的表单读不出来：一次最多 {len(RECORD_TYPES)} 个文件。") from None


@router.get("/record-types", summary="可以导入的文件", description="每种文件的名称、含义和列。")
def record_types(importer: CurrentImporter) -> ListView[RecordTypeView]:
    del importer
    return ListView[RecordTypeView].of(RECORD_TYPES, RecordTypeView.of)


@router.get(
    "/templates/{record_type}",
    summary="一种文件的模板",
    description="只有表头的 CSV，带 BOM，表格软件可以直接打开。",
    response_class=Response,
    responses=_CSV_RESPONSES,
)
def template_file(
    record_type: Annotated[Identifier, Path(description="文件种类。", examples=["trades"])], importer: CurrentImporter
) -> Response:
    del importer
    if record_type not in BY_NAME:
        raise NotFound("没有这种文件。")
    return _csv(template(BY_NAME[record_type]).encode("utf-8-sig"), f"{record_type}.csv")


@router.post(
    "",
    status_code=HTTPStatus.ACCEPTED,
    summary="上传并导入",
    description="收下文件后立即返回，导入在后台进行，可用编号查询进度。有错的行不导入，并列在错误报告里。",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"multipart/form-data": {"schema": {"$ref": "#/components/schemas/CustomerImportForm"}}},
        }
    },
)
def upload(form: Annotated[FormData, Depends(uploaded)], importer: CurrentImporter, app: App) -> CustomerImportView:
    files = [(name, part) for name, part in form.multi_items() if isinstance(part, UploadFile)]
    try:
        uploads = [_upload(file) for name, file in files if name == "files"]
        run = app.request_customer_import(uploads, dry_run=_flag(form.get("dry_run", "")), by=importer)
    finally:
        for _, file in files:
            file.file.close()
    return CustomerImportView.of(run)


@router.get("", summary="最近的导入", description="新的在前，最多50次。")
def imports(importer: CurrentImporter, app: App) -> ListView[CustomerImportView]:
    return ListView[CustomerImportView].of(app.follow_customer_imports.newest(by=importer), CustomerImportView.of)


@router.get("/{import_id}", summary="一次导入", description="进度、每个文件导入和没有导入的行数、原因。")
def one(import_id: _Import, importer: CurrentImporter, app: App) -> CustomerImportView:
    return CustomerImportView.of(app.follow_customer_imports.one(import_id, by=importer))


@router.get(
    "/{import_id}/errors",
    summary="没有导入的行",
    description="CSV：文件、行号、列、问题、值。姓名、电话、证件号码和正文不会写入。",
    response_class=Response,
    responses=_CSV_RESPONSES,
)
def errors(import_id: _Import, importer: CurrentImporter, app: App) -> FileResponse:
    path = app.follow_customer_imports.errors(import_id, by=importer)
    return FileResponse(path, media_type="text/csv; charset=utf-8", filename=f"{import_id}-errors.csv")


def _upload(file: UploadFile) -> Upload:
    def copy_to(path: FilePath) -> None:
        with path.open("xb") as opened:
            shutil.copyfileobj(file.file, opened, 1 << 20)

    return Upload((file.filename or "").replace("\\", "/").rpartition("/")[2], copy_to)


def _flag(said: object) -> bool:
    if isinstance(said, str) and said.lower() in (*_YES, *_NO):
        return said.lower() in _YES
    raise Invalid("dry_run 须是 true 或 false。")


def _csv(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)
