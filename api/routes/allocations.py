"""The firm's model allocation: what portfolios are compared with."""

from datetime import date
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path

from api.dependencies import App, CurrentActor
from api.schemas.allocations import AllocationRequest, AllocationView
from api.schemas.base import ListView

router = APIRouter(prefix="/allocations", tags=["参考配置"])


@router.get("", summary="公司参考配置", description="现行、将要生效的和历史上的，最后生效的在前；员工可看。")
def allocations(actor: CurrentActor, app: App) -> ListView[AllocationView]:
    return ListView[AllocationView].of(app.maintain_allocations.all(by=actor), AllocationView.of)


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    summary="录入参考配置",
    description="总部运营录入，最早从明天起生效；同一生效日还没有生效的会被代替。每个等级合计须为100。",
)
def set_allocation(wanted: AllocationRequest, actor: CurrentActor, app: App) -> AllocationView:
    shown = app.maintain_allocations.set(wanted.shares, effective_from=wanted.effective_from, by=actor)
    return AllocationView.of(shown)


@router.post(
    "/{effective_from}/withdrawal",
    summary="撤回还没有生效的参考配置",
    description="返回撤回之后的全部配置；已经生效的不能撤回，历史保留。",
)
def withdraw_allocation(
    effective_from: Annotated[date, Path(description="生效日。")], actor: CurrentActor, app: App
) -> ListView[AllocationView]:
    app.maintain_allocations.withdraw(effective_from, by=actor)
    return ListView[AllocationView].of(app.maintain_allocations.all(by=actor), AllocationView.of)
