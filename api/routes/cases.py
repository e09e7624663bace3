"""Review cases: the queue, edits, decisions, the letter as a file and the evidence file."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from api.dependencies import App, CurrentActor
from api.files import FILE_RESPONSES, file_response
from api.schemas.base import Identifier
from api.schemas.cases import (
    CaseDetailView,
    CasePageView,
    CasesQuery,
    DecisionRequest,
    EditRequest,
    ReviewCaseView,
)
from api.schemas.exports import ExportQuery

router = APIRouter(prefix="/cases", tags=["审核"])

_Case = Annotated[Identifier, Path(description="草稿编号。")]


@router.get("", summary="草稿列表", description="投资顾问看到自己的，合规审核看到全部；最久未动的在前。")
def page(query: Annotated[CasesQuery, Query()], actor: CurrentActor, app: App) -> CasePageView:
    found = app.browse_cases.page(
        actor,
        states=query.state,
        kind=query.kind,
        customer_id=query.customer_id,
        newest=query.newest,
        limit=query.limit,
        offset=query.offset,
    )
    return CasePageView.of(found, limit=query.limit, offset=query.offset)


@router.get(
    "/{case_id}", summary="一份草稿", description="对客原文、逐句出处、检查结果、历次决定，以及现在可以做什么。"
)
def view(case_id: _Case, actor: CurrentActor, app: App) -> CaseDetailView:
    return CaseDetailView.of(app.browse_cases.view(case_id, by=actor))


@router.patch("/{case_id}/draft", summary="修改草稿", description="只改所列的语句，空字符串表示删去；修改后重新检查。")
def edit(case_id: _Case, edit: EditRequest, actor: CurrentActor, app: App) -> ReviewCaseView:
    return ReviewCaseView.of(app.edit_draft(case_id, edit.changes, digest=edit.digest, by=actor))


@router.post(
    "/{case_id}/decisions",
    summary="处理草稿",
    description="提交、撤回、废弃（经办投资顾问）；批准、退回、否决（合规审核，不能审核自己的）。",
)
def decide(case_id: _Case, decision: DecisionRequest, actor: CurrentActor, app: App) -> ReviewCaseView:
    case = app.decide_review(case_id, decision.action, digest=decision.digest, reason=decision.reason, by=actor)
    return ReviewCaseView.of(case)


@router.get(
    "/{case_id}/evidence",
    response_class=Response,
    responses={
        200: {
            "description": "一份 JSON 文件。",
            "content": {"application/json": {"schema": {"type": "object"}}},
        }
    },
    summary="导出证据",
    description="这份内容所依据的一切：文本、条文、事实、检查、决定、发送和审计记录。导出会留痕。",
)
def evidence(case_id: _Case, actor: CurrentActor, app: App) -> Response:
    file = app.export_evidence(case_id, by=actor)
    return Response(
        file.model_dump_json(indent=2),
        media_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="evidence-{file.case_id}.json"'},
    )


@router.get(
    "/{case_id}/export",
    response_class=Response,
    responses=FILE_RESPONSES,
    summary="导出文件",
    description="最新一版对客原文排成 PDF、DOCX 或 HTML，内容相同，带 AI 标识；未批准的每页带「未经审核」水印。"
    "导出会留痕。",
)
def export(case_id: _Case, query: Annotated[ExportQuery, Query()], actor: CurrentActor, app: App) -> Response:
    return file_response(app.export_case(case_id, query.format, contents=query.contents, by=actor))
