"""What headquarters sees: counts, never persons."""

from typing import Self

from pydantic import Field

from api.schemas.base import View
from api.schemas.terms import STATE_LABELS, ReviewState
from assistant.audit.log import ChainReport
from assistant.audit.model import AuditEvent
from assistant.workflows.oversee_operations import Overview


class StateCount(View):
    """How many cases stand there."""

    state: ReviewState
    label: str = Field(examples=["待审核"])
    count: int


class EventCount(View):
    """How often something happened."""

    event: AuditEvent
    count: int


class OverviewView(View):
    """Counts over the whole firm."""

    customers: int
    documents_in_force: int
    provisions_in_force: int
    cases: tuple[StateCount, ...]
    events: tuple[EventCount, ...]
    waiting_hours_p50: float | None = Field(description="待审核草稿已等待小时数的中位数。")

    @classmethod
    def of(cls, overview: Overview) -> Self:
        """Every state and event, also those that have not happened."""
        return cls(
            customers=overview.customers,
            documents_in_force=overview.documents_in_force,
            provisions_in_force=overview.provisions_in_force,
            cases=tuple(
                StateCount(state=state, label=STATE_LABELS[state], count=overview.cases.get(state, 0))
                for state in ReviewState
            ),
            events=tuple(EventCount(event=event, count=overview.events.get(event, 0)) for event in AuditEvent),
            waiting_hours_p50=overview.waiting_hours_p50,
        )


class ChainReportView(View):
    """Whether every audit entry is where and what it was."""

    intact: bool
    entries: int
    head: str = Field(description="链尾的哈希。")
    broken_at: int | None
    reason: str | None

    @classmethod
    def of(cls, report: ChainReport) -> Self:
        """The report."""
        return cls(
            intact=report.intact,
            entries=report.entries,
            head=report.head,
            broken_at=report.broken_at,
            reason=report.reason,
        )
