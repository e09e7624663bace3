"""The library: documents, versions, provisions and search."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from api.dependencies import App, CurrentActor
from api.schemas.base import ListView, PageView
from api.schemas.library import (
    DocumentId,
    DocumentsQuery,
    EntryView,
    ProvisionQuery,
    ProvisionView,
    Reference,
    SearchQuery,
    SearchResultView,
    ShownProvisionView,
    VersionLabel,
    VersionView,
)
from api.schemas.terms import Kind

router = APIRouter(prefix="/library", tags=["知识库"])

_KINDS = tuple(Kind)
_Document = Annotated[DocumentId, Path(description="文件编号。", examples=["SUIT"])]
_Label = Annotated[VersionLabel, Path(description="版本号。", examples=["2022-08-12"])]
_Reference = Annotated[Reference, Path(description="条文引用，可不带版本。", examples=["SUIT:22@2022-08-12"])]


@router.get(
    "/documents",
    summary="文件列表",
    description="本角色可读的文件版本，可按文字、种类、发布机构、状态和生效日筛选；每个版本带当天的状态和条文数。法规在前。",
)
def documents(query: Annotated[DocumentsQuery, Query()], actor: CurrentActor, app: App) -> PageView[EntryView]:
    entries = app.browse_library.entries(
        actor,
        text=query.text,
        kinds=query.kind,
        issuer=query.issuer,
        states=query.state,
        in_force_on=query.in_force_on,
        on=query.on,
    )
    listed = sorted(entries, key=lambda entry: _KINDS.index(entry.version.kind))
    return PageView[EntryView].cut(listed, EntryView.of_entry, limit=query.limit, offset=query.offset)


@router.get("/issuers", summary="发布机构", description="本角色可读的文件由谁发布，文件多的在前。")
def issuers(actor: CurrentActor, app: App) -> ListView[str]:
    return ListView[str](items=app.browse_library.issuers(actor))


@router.get("/documents/{document_id}/versions", summary="文件的全部版本", description="由旧到新。")
def versions(document_id: _Document, actor: CurrentActor, app: App) -> ListView[VersionView]:
    return ListView[VersionView].of(app.browse_library.versions(document_id, by=actor), VersionView.of)


@router.get(
    "/documents/{document_id}/versions/{label}/provisions", summary="一个版本的全部条文", description="按原文顺序。"
)
def provisions(document_id: _Document, label: _Label, actor: CurrentActor, app: App) -> ListView[ProvisionView]:
    found = app.browse_library.provisions(document_id, label, by=actor)
    return ListView[ProvisionView].of(found, ProvisionView.of)


@router.get(
    "/provisions/{reference}",
    summary="一条条文",
    description="引用带版本时返回该版本（废止后也能查到）；不带版本时返回 as_of 当天有效的版本。",
)
def provision(
    reference: _Reference, query: Annotated[ProvisionQuery, Query()], actor: CurrentActor, app: App
) -> ProvisionView:
    return ProvisionView.of(app.show_provision(reference, as_of=query.as_of, by=actor))


@router.get(
    "/provisions/{reference}/links",
    summary="条文与它的关联",
    description="一条条文的状态，它引用了什么，被什么引用；都按 as_of 当天。",
)
def provision_links(
    reference: _Reference, query: Annotated[ProvisionQuery, Query()], actor: CurrentActor, app: App
) -> ShownProvisionView:
    return ShownProvisionView.of(app.show_provision.shown(reference, as_of=query.as_of, by=actor))


@router.get(
    "/documents/{document_id}/versions/{label}/file",
    summary="下载知识库文件",
    description="一个版本的全部条文，写成带元数据的 Markdown。",
    response_class=Response,
    responses={200: {"content": {"text/markdown": {"schema": {"type": "string"}}}, "description": "知识库文件"}},
)
def file(document_id: _Document, label: _Label, actor: CurrentActor, app: App) -> Response:
    content = app.export_version(document_id, label, by=actor)
    name = quote(f"{document_id}@{label}.md")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(content, media_type="text/markdown; charset=utf-8", headers=headers)


@router.get("/search", summary="检索条文", description="只返回 as_of 当天有效、本角色可读的条文，最相关的在前。")
def search(query: Annotated[SearchQuery, Query()], actor: CurrentActor, app: App) -> SearchResultView:
    result = app.search_library(query.text, as_of=query.as_of, by=actor, kinds=frozenset(query.kind), limit=query.limit)
    return SearchResultView.of(result)
