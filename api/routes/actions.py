"""The advisor's day: next best actions across the whole book."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.dependencies import App, CurrentActor
from api.schemas.actions import ActionDecision, ActionsQuery, DayView, NextActionView, PlanningView
from api.schemas.base import Identifier, ListView

router = APIRouter(prefix="/actions", tags=["今日待办"])


@router.get(
    "", summary="今日待办", description="按分数排列的客户和事项，附理由、渠道和已批准的话术；只有本人名下的客户。"
)
def day(query: Annotated[ActionsQuery, Query()], actor: CurrentActor, app: App) -> DayView:
    found = app.browse_day(actor, kind=query.kind, state=query.state, limit=query.limit, offset=query.offset)
    return DayView.of(found, limit=query.limit, offset=query.offset)


@router.get("/customers/{customer_id}", summary="一位客户的待办", description="分数高的在前。")
def of_customer(
    customer_id: Annotated[Identifier, Path(description="客户编号。")], actor: CurrentActor, app: App
) -> ListView[NextActionView]:
    today = app.clock.today()
    return ListView[NextActionView].of(
        app.browse_day.of_customer(customer_id, actor), lambda action: NextActionView.of(action, today)
    )


@router.post(
    "/decisions",
    summary="处理一项待办",
    description="完成、不相关、推迟，或者撤销；应尽的义务最晚推迟到期日，没有期日的最多几天；处理结果会影响以后同类事项的排序，应尽的义务除外。",
)
def decide(decision: ActionDecision, actor: CurrentActor, app: App) -> NextActionView:
    decided = app.decide_action(decision.customer_id, decision.key, decision.verdict, by=actor, until=decision.until)
    return NextActionView.of(decided, app.clock.today())


@router.post(
    "/refreshes",
    status_code=HTTPStatus.ACCEPTED,
    summary="重新整理今日待办",
    description="按现在的资料在后台重新整理本人的清单；正在整理时再次请求没有影响。",
)
def refresh(actor: CurrentActor, app: App) -> PlanningView:
    return PlanningView(planning=app.request_day.own(actor))
