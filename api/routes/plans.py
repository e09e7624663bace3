"""How far a requested plan is."""

from typing import Annotated

from fastapi import APIRouter, Path

from api.dependencies import App, CurrentActor
from api.schemas.base import Identifier
from api.schemas.plans import PlanRequestView

router = APIRouter(prefix="/plans", tags=["一人一策"])


@router.get(
    "/{request_id}",
    summary="一人一策的进度",
    description="state 为 done 后到 case_id 的草稿中查看；failed 时 error 说明原因。",
)
def follow(
    request_id: Annotated[Identifier, Path(description="任务编号。")], actor: CurrentActor, app: App
) -> PlanRequestView:
    return PlanRequestView.of(app.follow_plan(request_id, by=actor))
