"""What customers may come to need, and how good the model behind it is."""

from typing import Annotated

from fastapi import APIRouter, Path

from api.dependencies import App, CurrentActor
from api.schemas.base import Identifier
from api.schemas.demand import DemandView, DriftView, ModelCardView

router = APIRouter(tags=["需求预测"])

_Customer = Annotated[Identifier, Path(description="客户编号。")]


@router.get(
    "/customers/{customer_id}/demand",
    summary="一位客户可能的需求和分群",
    description="只有本人名下的客户；每个数字都是代码算出的事实，并说明理由。不同意个性化推荐的客户没有预测。",
)
def explain(customer_id: _Customer, actor: CurrentActor, app: App) -> DemandView:
    return DemandView.of(app.explain_demand(customer_id, by=actor))


@router.get("/demand/card", summary="需求模型说明", description="用途、数据、效果、公平性和局限；不含任何客户资料。")
def card(actor: CurrentActor, app: App) -> ModelCardView:
    return ModelCardView.of(app.explain_demand.card(by=actor), app.explain_demand.figures(by=actor))


@router.get("/demand/drift", summary="需求模型漂移", description="只有比例，没有任何客户资料；要读全部历史，耗时数秒。")
def drift(actor: CurrentActor, app: App) -> DriftView:
    return DriftView.of(app.explain_demand.drift(by=actor))
