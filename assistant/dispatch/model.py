"""A dispatch: approved bytes on their way, once."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DispatchState(StrEnum):
    """Where a dispatch stands."""

    QUEUED = "queued"
    DELIVERED = "delivered"
    REFUSED = "refused"
    """A gate said no at the last moment; the case went back to its author."""


class Channel(StrEnum):
    """How a text reaches the customer."""

    IN_APP = "in_app"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """One approved text for one customer on one channel."""

    id: str
    case_id: str
    customer_id: str
    channel: Channel
    digest: str
    """SHA-256 that was approved; the text must still have it when it leaves."""
    idempotency_key: str
    """``case:digest:channel``. Delivering the same key twice is one delivery."""
    state: DispatchState
    created_at: datetime
    delivered_at: datetime | None = None
    refusal: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What the customer reads: exactly the approved bytes."""

    id: str
    customer_id: str
    case_id: str
    kind: str
    title: str
    text: str
    digest: str
    advisor_name: str
    registration_number: str
    delivered_at: datetime
    read_at: datetime | None = None


def idempotency_key(case_id: str, digest: str, channel: Channel) -> str:
    """One delivery of one text of one case on one channel."""
    return f"{case_id}:{digest}:{channel.value}"
