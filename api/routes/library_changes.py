"""How texts change: comparison, history, impact, withdrawal and repeal."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.dependencies import App, CurrentActor
from api.schemas.library import DocumentId, Reference, VersionLabel
from api.schemas.library_changes import (
    ArticleHistoryView,
    ComparisonQuery,
    ComparisonView,
    DocumentHistoryView,
    HistoryQuery,
    ImpactQuery,
    ImpactView,
    ReopenRequest,
    RepealRequest,
    RepealView,
    WithdrawalView,
    WithdrawRequest,
)

router = APIRouter(prefix="/library", tags=["知识库版本"])

_Document = Annotated[DocumentId, Path(description="文件编号。", examples=["SUIT"])]
_Label = Annotated[VersionLabel, Path(description="版本号。", examples=["2022-08-12"])]
_Reference = Annotated[Reference, Path(description="条文引用，可不带版本。", examples=["SUIT:22@2022-08-12"])]


@router.get(
    "/comparisons",
    summary="对比两个版本",
    description="逐条对比：新增、修改（逐词标记）、删除、条号变动；也可对比两份文件。",
)
def compare(query: Annotated[ComparisonQuery, Query()], actor: CurrentActor, app: App) -> ComparisonView:
    found = app.compare_versions(query.before, query.after, by=actor)
    return ComparisonView.of(found, unchanged=query.unchanged)


@router.get(
    "/documents/{document_id}/history", summary="文件的沿革", description="全部版本由旧到新，各自的状态、改动和经过。"
)
def document_history(
    document_id: _Document, query: Annotated[HistoryQuery, Query()], actor: CurrentActor, app: App
) -> DocumentHistoryView:
    return DocumentHistoryView.of(app.tell_history.document(document_id, on=query.on, by=actor))


@router.get(
    "/provisions/{reference}/history",
    summary="一条条文的沿革",
    description="由旧到新，条号变动也跟着走；已撤回的版本不算。",
)
def article_history(
    reference: _Reference, query: Annotated[HistoryQuery, Query()], actor: CurrentActor, app: App
) -> ArticleHistoryView:
    return ArticleHistoryView.of(app.tell_history.article(reference, on=query.on, by=actor))


@router.get(
    "/provisions/{reference}/impact",
    summary="哪些内容以一条条文为依据",
    description="未发送的文稿和知识库里的其他文本；知识管理员与合规审核可用。",
)
def article_impact(
    reference: _Reference, query: Annotated[HistoryQuery, Query()], actor: CurrentActor, app: App
) -> ImpactView:
    return ImpactView.of(app.trace_impact.of_article(reference, on=query.on, by=actor))


@router.get(
    "/documents/{document_id}/versions/{label}/impact",
    summary="一个版本的影响",
    description="它发布、失效或撤回改变了什么；给出 ending_on 时，假设它从那一天起失效。知识管理员与合规审核可用。",
)
def version_impact(
    document_id: _Document,
    label: _Label,
    query: Annotated[ImpactQuery, Query()],
    actor: CurrentActor,
    app: App,
) -> ImpactView:
    if query.ending_on is None:
        return ImpactView.of(app.trace_impact.of_version(document_id, label, by=actor))
    return ImpactView.of(app.trace_impact.of_ending(document_id, label, on=query.ending_on, by=actor))


@router.post(
    "/documents/{document_id}/versions/{label}/withdrawal",
    summary="撤回一个版本",
    description="发布有误的版本：从此哪一天都不算有效，引用仍能查到。以它为依据的未发送文稿退回经办人。",
)
def withdraw(
    document_id: _Document, label: _Label, wanted: WithdrawRequest, actor: CurrentActor, app: App
) -> WithdrawalView:
    report = app.withdraw_version(document_id, label, reason=wanted.reason, reopen=wanted.reopen, by=actor)
    return WithdrawalView.of(report)


@router.post(
    "/documents/{document_id}/versions/{label}/repeal",
    summary="废止一个版本",
    description="写明失效日；到那一天之前仍然有效，也可以取消。",
)
def repeal(document_id: _Document, label: _Label, wanted: RepealRequest, actor: CurrentActor, app: App) -> RepealView:
    return RepealView.of(app.repeal_version(document_id, label, on=wanted.on, reason=wanted.reason, by=actor))


@router.post(
    "/documents/{document_id}/versions/{label}/reopening",
    summary="取消失效日",
    description="失效日还没有到、也没有新版本接替时，可以取消。",
)
def reopen(document_id: _Document, label: _Label, wanted: ReopenRequest, actor: CurrentActor, app: App) -> RepealView:
    return RepealView.of(app.repeal_version.undo(document_id, label, reason=wanted.reason, by=actor))
