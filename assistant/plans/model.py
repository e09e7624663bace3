"""A request for a plan."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PlanState(StrEnum):
    """Where a request stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


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
    fingerprint: str | None = None
    """Of everything that the draft was made from: the same fingerprint would give the same draft."""
