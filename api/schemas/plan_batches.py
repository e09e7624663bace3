"""Batches of plans."""

from datetime import datetime
from typing import Self

from pydantic import Field

from api.schemas.base import FilterText, Identifier, Input, View
from api.schemas.terms import BATCH_STATE_LABELS, PLAN_STATE_LABELS, BatchState, ChoiceKind, PlanState
from assistant.plans.model import BatchBudget, BatchChoice, PlanBatch
from assistant.workflows.control_batch import FollowedBatch

_BUDGET = {"tokens": 2_000_000, "yuan": None, "plans_a_minute": None}


class BudgetInput(Input):
    """What a batch may use of a model, and how fast it may go."""

    tokens: int | None = Field(default=None, ge=1, le=10**12, description="最多用多少 token；空为不限。")
    yuan: float | None = Field(default=None, gt=0, le=10**9, description="最多用多少元，按设置里的单价；空为不限。")
    plans_a_minute: int | None = Field(default=None, ge=1, le=10**6, description="每分钟最多多少份；空为不限。")

    def budget(self) -> BatchBudget:
        """As the house keeps it."""
        return BatchBudget(tokens=self.tokens, yuan=self.yuan, plans_a_minute=self.plans_a_minute)


class BatchRequest(Input):
    """Whose plans to draft."""

    chosen: ChoiceKind = Field(
        description="everybody：自己名下的（总部为全部）客户；advisor：某位投资顾问的；segment：某个客群的。",
        examples=["everybody"],
    )
    value: FilterText | None = Field(default=None, description="投资顾问的账号，或客群的名称。", examples=[None])
    again: bool = Field(default=False, description="资料没有变化的客户也重新生成。", examples=[False])
    budget: BudgetInput = Field(default=BudgetInput(), description="预算。", examples=[_BUDGET])

    def choice(self) -> BatchChoice:
        """As the house keeps it."""
        return BatchChoice(kind=self.chosen, value=self.value, again=self.again)


class ResumeRequest(Input):
    """Let a batch go on."""

    budget: BudgetInput | None = Field(default=None, description="换一个预算；空为不变。", examples=[_BUDGET])


class BatchRow(View):
    """A batch in the list."""

    id: Identifier
    chosen: ChoiceKind
    value: str | None
    state: BatchState
    state_label: str = Field(examples=["正在生成"])
    total: int = Field(description="多少位客户。")
    error: str | None = Field(description="为什么停着。")
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, batch: PlanBatch) -> Self:
        """Without what it did so far."""
        return cls(
            id=batch.id,
            chosen=batch.chosen.kind,
            value=batch.chosen.value,
            state=batch.state,
            state_label=BATCH_STATE_LABELS[batch.state],
            total=batch.total,
            error=batch.error,
            created_at=batch.created_at,
            finished_at=batch.finished_at,
        )


class StateCount(View):
    """How many plans of a batch stand where."""

    state: PlanState
    state_label: str
    count: int


class FailedPlan(View):
    """A plan that did not come about."""

    customer_id: str
    reason: str


class BatchView(BatchRow):
    """A batch and how far it is."""

    budget: BudgetInput
    counts: tuple[StateCount, ...]
    finished: int = Field(description="已经有结果的份数。")
    tokens: int = Field(description="模型已用的 token。")
    plans_a_second: float = Field(description="最近一分钟的速度。")
    seconds_left: float | None = Field(description="照现在的速度还要多久。")
    failed: tuple[FailedPlan, ...] = Field(description="没有生成成功的前50份；总部运营看不到。")

    @classmethod
    def followed(cls, followed: FollowedBatch) -> Self:
        """With its progress."""
        progress, budget = followed.progress, followed.batch.budget
        return cls(
            **BatchRow.of(followed.batch).model_dump(),
            budget=BudgetInput(tokens=budget.tokens, yuan=budget.yuan, plans_a_minute=budget.plans_a_minute),
            counts=tuple(
                StateCount(state=state, state_label=PLAN_STATE_LABELS[state], count=progress.counts[state])
                for state in PlanState
                if progress.counts.get(state)
            ),
            finished=progress.finished,
            tokens=progress.tokens,
            plans_a_second=round(followed.plans_a_second, 2),
            seconds_left=followed.seconds_left,
            failed=tuple(
                FailedPlan(customer_id=request.customer_id, reason=request.error or "") for request in followed.failed
            ),
        )
