"""Requests for a plan, and batches of them: what may happen to a batch is one table."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from assistant.errors import Conflict
from assistant.identity.ids import new_id


class PlanState(StrEnum):
    """Where a request stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    UNCHANGED = "unchanged"
    """Nothing changed since the customer's last plan: that one still stands, and no other was drafted."""
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN = (PlanState.QUEUED, PlanState.RUNNING)
"""Still to be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """One plan for one customer. ``case_id`` is fixed when it is asked for, so that doing it twice makes one case."""

    id: str
    customer_id: str
    advisor_id: str
    case_id: str
    state: PlanState
    step: str
    """What is being done now, in Chinese."""
    error: str | None
    requested_at: datetime
    finished_at: datetime | None = None
    kind: str = "plan"
    """By value of ``DraftKind``: a plan, or one of the reports."""
    batch_id: str | None = None
    place: int | None = None
    """In its batch, from 0."""
    fingerprint: str | None = None
    """Of everything that the draft was made from: the same fingerprint would give the same draft."""
    tokens: int = 0
    """What a model read and wrote for it."""

    @classmethod
    def queued(
        cls,
        customer_id: str,
        *,
        advisor_id: str,
        at: datetime,
        kind: str = "plan",
        batch_id: str | None = None,
        place: int | None = None,
    ) -> "PlanRequest":
        """A new one, with new ids."""
        return cls(
            id=new_id("plan"),
            customer_id=customer_id,
            advisor_id=advisor_id,
            case_id=new_id("case"),
            state=PlanState.QUEUED,
            step=PLAN_LABELS[PlanState.QUEUED],
            error=None,
            requested_at=at,
            kind=kind,
            batch_id=batch_id,
            place=place,
        )


class BatchState(StrEnum):
    """Where a batch stands."""

    RUNNING = "running"
    PAUSED = "paused"
    """By a person, or because the budget is spent: ``error`` says which."""
    CANCELLED = "cancelled"
    DONE = "done"


class BatchAction(StrEnum):
    """What may be done to a batch."""

    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    FINISH = "finish"
    """Nothing is left to draft."""


BATCH_TRANSITIONS: dict[tuple[BatchState, BatchAction], BatchState] = {
    (BatchState.RUNNING, BatchAction.PAUSE): BatchState.PAUSED,
    (BatchState.RUNNING, BatchAction.CANCEL): BatchState.CANCELLED,
    (BatchState.RUNNING, BatchAction.FINISH): BatchState.DONE,
    (BatchState.PAUSED, BatchAction.RESUME): BatchState.RUNNING,
    (BatchState.PAUSED, BatchAction.CANCEL): BatchState.CANCELLED,
    (BatchState.PAUSED, BatchAction.FINISH): BatchState.DONE,
}
"""(state, action) → next state; whatever is not here is refused."""


class ChoiceKind(StrEnum):
    """Whose plans a batch drafts."""

    EVERYBODY = "everybody"
    ADVISOR = "advisor"
    """The customers of one advisor."""
    SEGMENT = "segment"
    """The customers of one segment: a value, a stage of life or a behaviour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchChoice:
    """Which customers, and whether also those about whom nothing changed."""

    kind: ChoiceKind
    value: str | None = None
    """The advisor's id, or the segment's name."""
    again: bool = False
    """Draft also where nothing changed since the last plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchBudget:
    """What a batch may use of a model; ``None`` is no limit. The extractive writer uses nothing."""

    tokens: int | None = None
    yuan: float | None = None
    """By the price that the settings name."""
    plans_a_minute: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanBatch:
    """Many plans that were asked for at once. ``round`` counts how often it was started."""

    id: str
    requested_by: str
    chosen: BatchChoice
    state: BatchState
    total: int
    budget: BatchBudget
    error: str | None
    """Why it stands still, in Chinese."""
    created_at: datetime
    finished_at: datetime | None = None
    round: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchProgress:
    """How far a batch is: requests by state, tokens used, and how many were finished lately."""

    counts: dict[PlanState, int]
    tokens: int
    finished_lately: int
    """Within the last minute."""

    @property
    def left(self) -> int:
        """Requests that are still to be done."""
        return sum(self.counts.get(state, 0) for state in OPEN)

    @property
    def finished(self) -> int:
        """Requests that came to an end, whichever."""
        return sum(self.counts.values()) - self.left


def moved(state: BatchState, action: BatchAction) -> BatchState:
    """The state after ``action``; ``Conflict`` where the table has none."""
    after = BATCH_TRANSITIONS.get((state, action))
    if after is None:
        raise Conflict(f"这个批次{BATCH_LABELS[state]}，不能{BATCH_ACTION_LABELS[action]}。")
    return after


BATCH_LABELS = {
    BatchState.RUNNING: "正在生成",
    BatchState.PAUSED: "已暂停",
    BatchState.CANCELLED: "已取消",
    BatchState.DONE: "已完成",
}
BATCH_ACTION_LABELS = {
    BatchAction.PAUSE: "暂停",
    BatchAction.RESUME: "继续",
    BatchAction.CANCEL: "取消",
    BatchAction.FINISH: "完成",
}
PLAN_LABELS = {
    PlanState.QUEUED: "排队中",
    PlanState.RUNNING: "生成中",
    PlanState.DONE: "已完成",
    PlanState.UNCHANGED: "资料没有变化",
    PlanState.FAILED: "未完成",
    PlanState.CANCELLED: "已取消",
}
