"""Customers who insist on a product that does not suit."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path

from api.dependencies import App, CurrentActor
from api.schemas.base import Identifier, ListView
from api.schemas.insistences import InsistenceRequest, InsistenceView, StepRequest

router = APIRouter(tags=["坚持购买"])

_Customer = Annotated[Identifier, Path(description="客户编号。")]
_Insistence = Annotated[Identifier, Path(description="申请编号。")]


@router.get(
    "/customers/{customer_id}/insistences",
    summary="客户坚持购买的申请",
    description="本人名下客户的，或者客户自己的；最近的在前。",
)
def insistences(customer_id: _Customer, actor: CurrentActor, app: App) -> ListView[InsistenceView]:
    return ListView[InsistenceView].of(app.insist.of_customer(customer_id, by=actor), InsistenceView.of)


@router.post(
    "/customers/{customer_id}/insistences",
    status_code=HTTPStatus.CREATED,
    summary="登记客户主动提出的要求",
    description="客户主动要买与其不匹配的产品时，从这里开始特别警示程序；最低类别和准入不符的不能办理。",
)
def begin(customer_id: _Customer, wanted: InsistenceRequest, actor: CurrentActor, app: App) -> InsistenceView:
    begun = app.insist.begin(
        customer_id,
        wanted.product_code,
        asked_by_customer=wanted.asked_by_customer,
        asked_on=wanted.asked_on,
        words=wanted.words,
        channel=wanted.channel,
        by=actor,
    )
    return InsistenceView.of(begun)


@router.get(
    "/insistences/waiting", summary="待合规复核的申请", description="客户经过考虑期仍然坚持的；合规审核人可用。"
)
def waiting(actor: CurrentActor, app: App) -> ListView[InsistenceView]:
    return ListView[InsistenceView].of(app.insist.waiting(by=actor), InsistenceView.of)


@router.get("/insistences/{insistence_id}", summary="一项申请", description="做过的步骤、下一步和须留存的记录。")
def view(insistence_id: _Insistence, actor: CurrentActor, app: App) -> InsistenceView:
    return InsistenceView.of(app.insist.view(insistence_id, by=actor))


@router.post(
    "/insistences/{insistence_id}/warning",
    status_code=HTTPStatus.CREATED,
    summary="起草特别风险警示书",
    description="生成草稿，按对客内容的同一流程提交、审核和发送；送达以后才能进行下一步。",
)
def draft_warning(insistence_id: _Insistence, actor: CurrentActor, app: App) -> InsistenceView:
    return InsistenceView.of(app.insist.draft_warning(insistence_id, by=actor))


@router.post(
    "/insistences/{insistence_id}/steps",
    summary="进行下一步",
    description="只能进行当前允许的步骤；每一步按要求留存记录。客户可以随时放弃。",
)
def take(insistence_id: _Insistence, wanted: StepRequest, actor: CurrentActor, app: App) -> InsistenceView:
    taken = app.insist.take(
        insistence_id, wanted.step, by=actor, proof=wanted.proven, note=wanted.note, amount=wanted.amount
    )
    return InsistenceView.of(taken)
