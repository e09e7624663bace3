"""What the agent may reach: plain callables that the workflow binds to one actor, one customer and one day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.analysis.model import Fact, Match
from assistant.drafting.model import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolbox:
    """The customer's tools are there only where a customer is chosen; none takes a customer's id from the model."""

    search: Callable[[str, date], Sequence[Evidence]]
    """Provisions in force on a day that the actor may read, best first."""
    customer_facts: Callable[[], Sequence[Fact]] | None = None
    match: Callable[[str], Match] | None = None
    """By product code; ``NotFound`` for a code that does not exist."""
    match_products: Callable[[], Sequence[Match]] | None = None

    @property
    def has_customer(self) -> bool:
        """Whether a customer is chosen."""
        return self.customer_facts is not None


@dataclass(frozen=True, slots=True)
class Privacy:
    """How texts are masked on their way to the model and unmasked on their way back."""

    mask: Callable[[str], str]
    unmask: Callable[[str], str]


def plain_text(text: str) -> str:
    """Where nothing needs masking."""
    return text


NO_MASKING = Privacy(plain_text, plain_text)
