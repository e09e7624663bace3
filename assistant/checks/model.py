"""Findings: what a check says."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Severity(StrEnum):
    """``block`` cannot be submitted or approved; ``warn`` needs a reviewer's eye; ``note`` informs."""

    BLOCK = "block"
    WARN = "warn"
    NOTE = "note"


class Finding(BaseModel):
    """One thing that a check found."""

    model_config = ConfigDict(frozen=True)

    category: str
    """``grounding``, ``numbers``, ``suitability``, ``disclosure``, ``identifier``, ``licence``,
    ``markup``, ``consent``, or
    ``P01_return_promise`` and the rest of P01–P21."""
    severity: Severity
    statement_id: str | None
    """``None``: about the whole draft."""
    span: str
    """The words that it is about."""
    reason: str
    """A whole Chinese sentence that says what to do."""
    provision: str | None = None
    """Short reference of what it rests on, e.g. ``SECLAW:135``."""
