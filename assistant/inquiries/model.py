"""A customer's question."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class InquiryState(StrEnum):
    """Where a question stands."""

    ASKED = "asked"
    """Kept; the reply is not drafted yet."""
    DRAFTED = "drafted"
    """A draft reply lies with the advisor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """One question of one customer. ``text`` is untrusted."""

    id: str
    customer_id: str
    text: str
    asked_at: datetime
    state: InquiryState
    urgent: bool = False
    """A human must look at once: complaint, fraud, self-harm, account security."""
