"""Facts: typed values with unit, day and source."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Unit(StrEnum):
    """What a fact's value counts."""

    TEXT = "text"
    YUAN = "yuan"
    PERCENT = "percent"
    DAYS = "days"
    YEARS = "years"
    COUNT = "count"
    DATE = "date"


class Fact(BaseModel):
    """A value computed by a tool, never by a model. ``text`` is how a sentence says it: 「C2（谨慎型）」, 「42.5%」."""

    model_config = ConfigDict(frozen=True)

    id: str
    """Stable within a customer and day: ``fact:customer.risk_level``."""
    label: str
    """What it is, in Chinese: 「风险承受能力等级」."""
    value: str | int | Decimal | date
    unit: Unit
    text: str
    as_of: date
    source: str
    """Which tool and records: 「适当性评估 2026-03-02」."""


class MatchVerdict(StrEnum):
    """Whether a product may be offered to a customer."""

    SUITABLE = "suitable"
    UNSUITABLE = "unsuitable"
    BARRED = "barred"
    """No signature helps: lowest class (SUIT:22 item 5) or an access condition (SUIT:22 item 1)."""


class Dimension(StrEnum):
    """What the match is decided on."""

    ASSESSMENT = "assessment"
    RISK = "risk"
    TERM = "term"
    VARIETY_AND_GOAL = "variety_and_goal"
    ACCESS = "access"
    INFORMATION = "information"
    SPECIAL_CARE = "special_care"


class Reason(BaseModel):
    """Why a product does or does not suit, on one dimension, and the provision that says so."""

    model_config = ConfigDict(frozen=True)

    dimension: Dimension
    fits: bool
    text: str
    """A whole Chinese sentence."""
    provision: str
    """Short reference, e.g. ``SUIT:22``."""


class FitPart(StrEnum):
    """What the order of suitable products weighs; never past results."""

    GOAL = "goal"
    TERM = "term"
    LIQUIDITY = "liquidity"
    COST = "cost"
    HELD = "held"
    REACH = "reach"


class FitPoint(BaseModel):
    """What speaks for or against a suitable product for this customer, beside the verdict."""

    model_config = ConfigDict(frozen=True)

    part: FitPart
    favours: bool
    text: str
    """A whole Chinese sentence about 客户; its numbers are the product's terms and the customer's figures."""


class Match(BaseModel):
    """The verdict on one product for one customer on one day."""

    model_config = ConfigDict(frozen=True)

    product_code: str
    product_name: str
    risk_grade: str
    verdict: MatchVerdict
    reasons: tuple[Reason, ...]
    score: float = 0.0
    """Fit among suitable products, 0 … 1; 0 for others."""
    special_care: bool = False
    """Suitable, but only with the special procedure (SUIT:20; the firm's policy for the elderly)."""
    points: tuple[FitPoint, ...] = ()
    """What the score was made of, for a suitable product: for and against."""

    @property
    def against(self) -> tuple[Reason, ...]:
        """The reasons that speak against it."""
        return tuple(reason for reason in self.reasons if not reason.fits)


class Attention(StrEnum):
    """How soon somebody should act on an observation."""

    URGENT = "urgent"
    IMPORTANT = "important"
    NORMAL = "normal"


class Observation(BaseModel):
    """Something about this customer that deserves service. Every number of ``text`` stands in one of its facts."""

    model_config = ConfigDict(frozen=True)

    key: str
    """Stable name, e.g. ``idle_cash``."""
    severity: Attention
    text: str
    """A whole Chinese sentence without name or pronoun, fit for an advisor and for the customer."""
    facts: tuple[str, ...]
    """Ids of the facts that it rests on."""
    provisions: tuple[str, ...]
    """Short references, e.g. ``SUIT:21``."""
    action: str | None
    """What staff should do next: a whole Chinese sentence."""
    library_topics: tuple[str, ...]
    """What to search the library for."""
