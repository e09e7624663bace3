"""Approval of scripts (话术), version by version: who let staff use it, and until when."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class ScriptState(StrEnum):
    """Whether staff may use a script on a day; computed, never stored."""

    DRAFT = "draft"
    """Nobody approved this version."""
    APPROVED = "approved"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptApproval:
    """One version of a script, approved; revoked perhaps."""

    document_id: str
    label: str
    approved_by: str
    approved_at: datetime
    expires_on: date
    """First day, in Shanghai, on which it may no longer be used."""
    revoked_by: str | None = None
    revoked_at: datetime | None = None
    revocation_reason: str | None = None

    def state(self, on: date) -> ScriptState:
        """Where it stands on ``on``."""
        if self.revoked_at is not None:
            return ScriptState.REVOKED
        return ScriptState.APPROVED if on < self.expires_on else ScriptState.EXPIRED


def state_of(approval: ScriptApproval | None, on: date) -> ScriptState:
    """The state of a script version with this approval, or with none."""
    return approval.state(on) if approval is not None else ScriptState.DRAFT
