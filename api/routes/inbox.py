"""What a customer reads and asks."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from api.dependencies import App, CurrentActor
from api.files import FILE_RESPONSES, file_response
from api.schemas.base import Identifier, PageQuery, PageView
from api.schemas.exports import ExportQuery
from api.schemas.inbox import InquiryRequest, InquiryView, MessageRow, MessageView

router = APIRouter(prefix="/inbox", tags=["客户端"])

_Message = Annotated[Identifier, Path(description="消息编号。")]


@router.get("/messages", summary="我的消息", description="由新到旧，不含正文。")
def messages(query: Annotated[PageQuery, Query()], actor: CurrentActor, app: App) -> PageView[MessageRow]:
    found = app.browse_inbox.messages(actor)
    return PageView[MessageRow].cut(found, MessageRow.of, limit=query.limit, offset=query.offset)


@router.post("/messages/{message_id}/read", summary="打开消息", description="返回批准的原文，并记下首次阅读的时间。")
def read(message_id: _Message, actor: CurrentActor, app: App) -> MessageView:
    return MessageView.of(app.browse_inbox.read(message_id, by=actor))


@router.get(
    "/messages/{message_id}/export",
    response_class=Response,
    responses=FILE_RESPONSES,
    summary="保存消息",
    description="送达的原文排成 PDF、DOCX 或 HTML，带 AI 标识；视为已读，保存会留痕。",
)
def export(message_id: _Message, query: Annotated[ExportQuery, Query()], actor: CurrentActor, app: App) -> Response:
    return file_response(app.export_case.message(message_id, query.format, contents=query.contents, by=actor))


@router.get("/inquiries", summary="我的提问", description="由新到旧。")
def inquiries(query: Annotated[PageQuery, Query()], actor: CurrentActor, app: App) -> PageView[InquiryView]:
    found = app.browse_inbox.inquiries(actor)
    return PageView[InquiryView].cut(found, InquiryView.of, limit=query.limit, offset=query.offset)


@router.post(
    "/inquiries",
    status_code=HTTPStatus.CREATED,
    summary="向投资顾问提问",
    description="提问即时保存；答复经人工审核后作为消息送达。",
)
def ask(inquiry: InquiryRequest, actor: CurrentActor, app: App) -> InquiryView:
    return InquiryView.of(app.ask_advisor(inquiry.text, by=actor))
