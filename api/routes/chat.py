"""Questions and streamed answers, and earlier conversations."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.sse import format_sse_event
from pydantic import BaseModel
from starlette.responses import StreamingResponse

from api.dependencies import App, CurrentActor
from api.errors import instance_of, log_unexpected, problem_of, request_id_of
from api.schemas.base import Identifier, ListView
from api.schemas.chat import ConversationView, QuestionRequest, StepView, TurnView
from api.schemas.drafts import StatementView
from assistant.errors import YiceError
from assistant.workflows.answer_question import Answered, AnswerEvent, StatementReady
from assistant.workflows.compose_answer import StepStarted

router = APIRouter(prefix="/chat", tags=["问答"])

_LINE_ENDS = {ord(end): f"\\u{ord(end):04x}" for end in "\x85\u2028\u2029"}
"""JSON lets them stand, but many readers of lines break there."""

_STREAM_EXAMPLE = """event: step
data: {"key":"searching","label":"正在检索条文"}

event: statement
data: {"id":"s1","kind":"rule","kind_label":"规则","text":"…","citations":[{"source":"SUIT:22@2022-08-12","label":"…","quote":"…","is_fact":false}]}

event: answer
data: {"id":"turn-…","conversation_id":"conversation-…","question":"…","answer":{"type":"answer","statements":[],"evidence":[],"facts":[]},"asked_at":"2026-11-22T07:30:00Z"}

"""  # noqa: E501 - a data line of the stream is one line


@router.post(
    "/answers",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "事件流：step（正在做什么）、statement（已核对的一句）、answer（完整问答，最后一条）、"
            "error（中途出错，最后一条）。",
            "content": {"text/event-stream": {"schema": {"type": "string"}, "example": _STREAM_EXAMPLE}},
        }
    },
    summary="提问",
    description="逐句返回带出处的回答；不能回答的，说明原因和可以怎么办。开始作答之前的错误以普通状态码返回。",
)
def answer(question: QuestionRequest, request: Request, actor: CurrentActor, app: App) -> StreamingResponse:
    events = app.answer_question(
        question.text,
        by=actor,
        as_of=question.as_of,
        conversation_id=question.conversation_id,
        customer_id=question.customer_id,
    )
    return StreamingResponse(
        _stream(events, request),
        media_type="text/event-stream; charset=utf-8",
        headers={"X-Accel-Buffering": "no"},
    )


@router.get("/conversations", summary="我的会话", description="由新到旧；只有本人看得到。")
def conversations(actor: CurrentActor, app: App) -> ListView[ConversationView]:
    return ListView[ConversationView].of(app.browse_conversations.list(actor), ConversationView.of)


@router.get("/conversations/{conversation_id}/turns", summary="会话内容", description="由旧到新；只有本人看得到。")
def turns(
    conversation_id: Annotated[Identifier, Path(description="会话编号。")], actor: CurrentActor, app: App
) -> ListView[TurnView]:
    return ListView[TurnView].of(app.browse_conversations.turns(conversation_id, by=actor), TurnView.of)


def _stream(events: Iterator[AnswerEvent], request: Request) -> Iterator[bytes]:
    try:
        for event in events:
            yield _encoded(event)
    except Exception as error:  # noqa: BLE001 - the status is sent: what goes wrong now is told in the stream
        if not isinstance(error, YiceError):
            log_unexpected("answer.failed", error)
        problem, _ = problem_of(error, instance=instance_of(request.scope), request_id=request_id_of(request.scope))
        yield _event("error", problem)


def _encoded(event: AnswerEvent) -> bytes:
    match event:
        case StepStarted():
            return _event("step", StepView(key=event.key, label=event.label))
        case StatementReady():
            return _event("statement", StatementView.of(event.statement, {}))
        case Answered():
            return _event("answer", TurnView.of(event.turn))


def _event(name: str, data: BaseModel) -> bytes:
    return format_sse_event(event=name, data_str=data.model_dump_json().translate(_LINE_ENDS))
