"""Plans for many customers at once."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path

from api.dependencies import App, CurrentActor
from api.schemas.base import Identifier, ListView
from api.schemas.plan_batches import BatchRequest, BatchRow, BatchView, ResumeRequest
from assistant.plans.model import BatchAction

router = APIRouter(prefix="/plan-batches", tags=["一人一策"])

Batch = Annotated[Identifier, Path(description="批次编号。")]


@router.post(
    "",
    status_code=HTTPStatus.ACCEPTED,
    summary="批量生成一人一策",
    description="投资顾问为自己的客户，总部为全部客户。已有方案正在生成的客户不重复；资料没有变化的沿用上一份。",
)
def draft(wanted: BatchRequest, actor: CurrentActor, app: App) -> BatchRow:
    return BatchRow.of(app.draft_batch(wanted.choice(), by=actor, budget=wanted.budget.budget()))


@router.get("", summary="最近的批次", description="投资顾问看自己的，总部看全部。")
def batches(actor: CurrentActor, app: App) -> ListView[BatchRow]:
    return ListView[BatchRow].of(app.follow_batches.newest(by=actor), BatchRow.of)


@router.get("/{batch_id}", summary="批次的进度", description="每份方案到了哪一步、速度和剩余时间、没有成功的原因。")
def follow(batch_id: Batch, actor: CurrentActor, app: App) -> BatchView:
    return BatchView.followed(app.follow_batches(batch_id, by=actor))


@router.post("/{batch_id}/pause", summary="暂停批次", description="正在生成的几份做完，其余留着。")
def pause(batch_id: Batch, actor: CurrentActor, app: App) -> BatchRow:
    return BatchRow.of(app.control_batch(batch_id, BatchAction.PAUSE, by=actor))


@router.post("/{batch_id}/resume", summary="继续批次", description="从停下的地方接着生成；可以换一个预算。")
def resume(batch_id: Batch, wanted: ResumeRequest, actor: CurrentActor, app: App) -> BatchRow:
    budget = wanted.budget.budget() if wanted.budget is not None else None
    return BatchRow.of(app.control_batch(batch_id, BatchAction.RESUME, by=actor, budget=budget))


@router.post("/{batch_id}/cancel", summary="取消批次", description="已经生成的保留，其余不再生成。")
def cancel(batch_id: Batch, actor: CurrentActor, app: App) -> BatchRow:
    return BatchRow.of(app.control_batch(batch_id, BatchAction.CANCEL, by=actor))
