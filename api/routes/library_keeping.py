"""Keeping the library: typical questions, approval of scripts, faults in published texts."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.dependencies import App, CurrentActor
from api.schemas.base import ListView, PageView
from api.schemas.library_keeping import (
    LintFindingView,
    LintQuery,
    ProposalRequest,
    ProposalView,
    QuestionId,
    QuestionRequest,
    QuestionsQuery,
    QuestionView,
    ScriptApprovalRequest,
    ScriptRevocationRequest,
    ScriptsQuery,
    ScriptView,
)
from api.schemas.terms import ScriptState

router = APIRouter(prefix="/library", tags=["知识库维护"])

_Question = Annotated[QuestionId, Path(description="问法编号。", examples=["question-" + "0" * 32])]


@router.get(
    "/questions",
    summary="常见问法",
    description="一条条文或一份文件的常见问法：随文写明的、添加的、提出待确认的、从使用中学到的，也有已移除的。",
)
def questions(query: Annotated[QuestionsQuery, Query()], actor: CurrentActor, app: App) -> ListView[QuestionView]:
    return ListView[QuestionView].of(app.keep_questions.of(query.of, by=actor), QuestionView.of)


@router.get("/questions/waiting", summary="待确认的问法", description="模型提出、还没有人决定的问法。")
def waiting_questions(actor: CurrentActor, app: App) -> ListView[QuestionView]:
    return ListView[QuestionView].of(app.keep_questions.waiting(by=actor), QuestionView.of)


@router.post(
    "/questions",
    status_code=HTTPStatus.CREATED,
    summary="添加问法",
    description="为一条条文添加一个常见问法，立即用于检索。",
)
def add_question(wanted: QuestionRequest, actor: CurrentActor, app: App) -> QuestionView:
    return QuestionView.of(app.keep_questions.add(wanted.provision, wanted.text, by=actor))


@router.post("/questions/{question_id}/confirmation", summary="确认问法", description="让提出的问法用于检索。")
def confirm_question(question_id: _Question, actor: CurrentActor, app: App) -> QuestionView:
    return QuestionView.of(app.keep_questions.confirm(question_id, by=actor))


@router.post("/questions/{question_id}/removal", summary="移除问法", description="不再用于检索，也不会再自动加入。")
def remove_question(question_id: _Question, actor: CurrentActor, app: App) -> QuestionView:
    return QuestionView.of(app.keep_questions.remove(question_id, by=actor))


@router.post(
    "/questions/removals",
    summary="移除随文写明的问法",
    description="按条文和文字移除；发布的文件本身不变。",
)
def remove_written_question(wanted: QuestionRequest, actor: CurrentActor, app: App) -> QuestionView:
    return QuestionView.of(app.keep_questions.remove_written(wanted.provision, wanted.text, by=actor))


@router.post(
    "/questions/proposals",
    summary="请模型提出问法",
    description="由所配置的模型提出，确认之前不起作用；没有配置模型时不可用。",
)
def propose_questions(wanted: ProposalRequest, actor: CurrentActor, app: App) -> ProposalView:
    return ProposalView.of(app.propose_questions(wanted.of, by=actor))


@router.get(
    "/scripts", summary="话术与批准状态", description="现行和将要生效的话术；投资顾问只看到已批准的。最先到期的在前。"
)
def scripts(query: Annotated[ScriptsQuery, Query()], actor: CurrentActor, app: App) -> PageView[ScriptView]:
    found = [ScriptView.of(script) for script in app.approve_scripts.scripts(by=actor, states=query.state)]
    if query.expiring_before is not None:
        found = [each for each in found if _expires_before(each, query)]
        found.sort(key=lambda each: (each.expires_on or query.expiring_before, each.version.document_id))
    return PageView[ScriptView].cut(found, lambda each: each, limit=query.limit, offset=query.offset)


@router.post(
    "/scripts/approvals",
    status_code=HTTPStatus.CREATED,
    summary="批准话术",
    description="合规审核人批准一个版本的话术到某一天；发布者本人不能批准。",
)
def approve_script(wanted: ScriptApprovalRequest, actor: CurrentActor, app: App) -> ScriptView:
    return ScriptView.of(app.approve_scripts.approve(wanted.script, until=wanted.until, by=actor))


@router.post("/scripts/revocations", summary="撤销话术的批准", description="从现在起不能再用，须写明理由。")
def revoke_script(wanted: ScriptRevocationRequest, actor: CurrentActor, app: App) -> ScriptView:
    return ScriptView.of(app.approve_scripts.revoke(wanted.script, reason=wanted.reason, by=actor))


@router.get("/findings", summary="检查已发布的文本", description="缺日期、失效引用、未注出处的断言等；知识管理员可用。")
def findings(query: Annotated[LintQuery, Query()], actor: CurrentActor, app: App) -> PageView[LintFindingView]:
    found = app.lint_published(by=actor).findings
    wanted = [each for each in found if query.gravity in (None, each.gravity)]
    return PageView[LintFindingView].cut(wanted, LintFindingView.of, limit=query.limit, offset=query.offset)


def _expires_before(script: ScriptView, query: ScriptsQuery) -> bool:
    return (
        script.state is ScriptState.APPROVED
        and script.expires_on is not None
        and query.expiring_before is not None
        and script.expires_on < query.expiring_before
    )
