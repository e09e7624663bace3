"""A model allocation as headquarters entered it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from assistant.analysis.allocation import ModelAllocation


class AllocationState(StrEnum):
    """Where an entry stands on a day: computed, never stored."""

    UPCOMING = "upcoming"
    IN_FORCE = "in_force"
    PAST = "past"


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationEntry:
    """A model allocation, who entered it and when."""

    allocation: ModelAllocation
    set_by: str
    set_at: datetime
    effective_to: date | None = None
    """First day on which the next one is in force; ``None`` for the last."""

    def state(self, day: date) -> AllocationState:
        """Whether it is still to come, compared with today, or was."""
        if day < self.allocation.effective_from:
            return AllocationState.UPCOMING
        over = self.effective_to is not None and self.effective_to <= day
        return AllocationState.PAST if over else AllocationState.IN_FORCE
