"""Requests for plans."""

from datetime import datetime
from typing import Self

from pydantic import Field

from api.schemas.base import View
from api.schemas.terms import DRAFT_KIND_LABELS, PLAN_STATE_LABELS, DraftKind, PlanState
from assistant.plans.model import PlanRequest


class PlanRequestView(View):
    """A plan on its way; poll until ``done`` or ``failed``."""

    id: str = Field(examples=["plan-qzkxwvtsrpnmhgfdbcj"])
    customer_id: str
    kind: DraftKind
    kind_label: str = Field(examples=["一人一策"])
    case_id: str = Field(description="完成后在此草稿中查看。")
    state: PlanState
    state_label: str = Field(examples=["生成中"])
    step: str = Field(description="正在做什么。", examples=["正在核对适当性"])
    error: str | None = Field(description="未完成的原因。")
    requested_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, request: PlanRequest) -> Self:
        """The request as its advisor may follow it."""
        return cls(
            id=request.id,
            customer_id=request.customer_id,
            kind=DraftKind(request.kind),
            kind_label=DRAFT_KIND_LABELS[DraftKind(request.kind)],
            case_id=request.case_id,
            state=request.state,
            state_label=PLAN_STATE_LABELS[request.state],
            step=request.step,
            error=request.error,
            requested_at=request.requested_at,
            finished_at=request.finished_at,
        )
