"""The caller's book of customers."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from api.dependencies import App, CurrentActor
from api.schemas.base import Identifier, ListView, PageView
from api.schemas.customers import CustomerDetailView, CustomerRow, CustomersQuery, TagCount
from api.schemas.plans import PlanRequestView
from api.schemas.terms import DraftKind

router = APIRouter(prefix="/customers", tags=["客户"])

_Customer = Annotated[Identifier, Path(description="客户编号。")]


@router.get("", summary="我的客户", description="只有本人名下的客户；可筛选、排序和翻页。")
def page(query: Annotated[CustomersQuery, Query()], actor: CurrentActor, app: App) -> PageView[CustomerRow]:
    found = app.browse_customers.page(
        actor, sort=query.sort, limit=query.limit, offset=query.offset, segment=query.segment, **query.where
    )
    return PageView[CustomerRow](
        items=tuple(CustomerRow.of(summary) for summary in found.items),
        total=found.total,
        limit=query.limit,
        offset=query.offset,
    )


@router.get("/tags", summary="我的客户的标签", description="在用的标签、规则和人数，多的在前。")
def tags(actor: CurrentActor, app: App) -> ListView[TagCount]:
    found = app.browse_customers.tags(actor)
    return ListView[TagCount](items=tuple(TagCount.of(tag, count) for tag, count in found.items()))


@router.get(
    "/{customer_id}",
    summary="客户画像",
    description="资料（号码已遮蔽）、持仓、流水、服务记录、事实、图表数据、适当性和权限。",
)
def view(customer_id: _Customer, actor: CurrentActor, app: App) -> CustomerDetailView:
    return CustomerDetailView.of(app.browse_customers.view(customer_id, by=actor))


@router.post(
    "/{customer_id}/plans",
    status_code=HTTPStatus.ACCEPTED,
    tags=["一人一策"],
    summary="生成一人一策或者一种报告",
    description="排入后台生成；用 Location 的地址查询进度。同一类正在生成时再次请求，得到同一项任务。",
)
def request_plan(
    customer_id: _Customer,
    response: Response,
    actor: CurrentActor,
    app: App,
    kind: Annotated[DraftKind, Query(description="文稿种类：plan 一人一策，其余为报告和通知。")] = DraftKind.PLAN,
) -> PlanRequestView:
    request = app.request_plan(customer_id, kind=kind, by=actor)
    response.headers["Location"] = f"/api/plans/{request.id}"
    return PlanRequestView.of(request)
