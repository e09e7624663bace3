"""Counts for headquarters, and proof that the audit chain is whole."""

from fastapi import APIRouter

from api.dependencies import App, CurrentActor
from api.schemas.operations import ChainReportView, OverviewView

router = APIRouter(prefix="/operations", tags=["运营"])


@router.get("/overview", summary="运营总览", description="只有数量，没有任何客户资料。")
def overview(actor: CurrentActor, app: App) -> OverviewView:
    return OverviewView.of(app.oversee_operations(actor))


@router.get("/audit", summary="校验审计链", description="逐条核对；耗时随记录数增长。")
def audit(actor: CurrentActor, app: App) -> ChainReportView:
    return ChainReportView.of(app.verify_audit(by=actor))
