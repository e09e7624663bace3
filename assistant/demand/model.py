"""A need, the model that tells how likely it is, and what is said of one customer."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from assistant.analysis.model import Fact

WINDOW_DAYS = 90
"""How far ahead a probability looks."""


class Need(StrEnum):
    """What a customer may come to need, each shown by an event that the records hold."""

    CASH_MANAGEMENT = "cash_management"
    FIXED_INCOME = "fixed_income"
    FUND_ADVISORY = "fund_advisory"
    MARGIN = "margin"
    EDUCATION = "education"
    RETENTION = "retention"
    RE_ASSESSMENT = "re_assessment"

    @property
    def label(self) -> str:
        """The Chinese name that people read."""
        return _LABELS[self]

    @property
    def event(self) -> str:
        """What counts as the need having shown, as a Chinese clause."""
        return _EVENTS[self]


_LABELS = {
    Need.CASH_MANAGEMENT: "现金管理",
    Need.FIXED_INCOME: "固定收益",
    Need.FUND_ADVISORY: "基金与投顾",
    Need.MARGIN: "融资融券",
    Need.EDUCATION: "投资者教育",
    Need.RETENTION: "挽留",
    Need.RE_ASSESSMENT: "重新测评",
}
_EVENTS = {
    Need.CASH_MANAGEMENT: "申购本公司的现金管理类产品",
    Need.FIXED_INCOME: "申购本公司的固定收益类产品",
    Need.FUND_ADVISORY: "申购本公司的混合类、权益类或另类产品",
    Need.MARGIN: "开立信用账户",
    Need.EDUCATION: "参加投资者教育",
    Need.RETENTION: "净转出当日资产的一半以上",
    Need.RE_ASSESSMENT: "重新完成风险测评",
}


class Method(StrEnum):
    """Where a probability comes from."""

    TRAINED = "trained"
    RULES = "rules"
    """Points that people set, because the history is too thin to learn from; not calibrated."""


class Shape(BaseModel):
    """What one feature adds to the log-odds: a step function, centred on the customers it was learned from."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)

    feature: str
    edges: tuple[float, ...]
    """Step ``i`` holds values from ``edges[i-1]`` on and below ``edges[i]``."""
    values: tuple[float, ...]
    """One more than edges."""
    missing: float
    """Added where the feature is unknown."""

    @model_validator(mode="after")
    def _one_value_a_step(self) -> Self:
        if len(self.values) != len(self.edges) + 1 or list(self.edges) != sorted(self.edges):
            raise ValueError(f"the steps of {self.feature!r} are not one more than its rising edges")
        return self


class NeedModel(BaseModel):
    """Log-odds of one need: a constant and the sum of its shapes."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)

    need: Need
    method: Method
    base_rate: float = Field(ge=0, le=1)
    """How often it happened to those whom it could happen to."""
    intercept: float
    shapes: tuple[Shape, ...]
    """A feature may have two: what was learned, and what people set."""


class Reference(BaseModel):
    """How a feature was distributed when the model was trained; drift is measured against it."""

    model_config = ConfigDict(frozen=True)

    feature: str
    edges: tuple[float, ...]
    shares: tuple[float, ...]
    """By step, the unknown last."""


class DemandModel(BaseModel):
    """One model a need, and what it was learned from. JSON through and through."""

    model_config = ConfigDict(frozen=True)

    id: str
    as_of: date
    trained_at: datetime
    needs: tuple[NeedModel, ...]
    references: tuple[Reference, ...]
    score_references: tuple[Reference, ...] = ()
    """By need: how the probabilities were distributed."""

    def of(self, need: Need) -> NeedModel:
        """The model of one need."""
        return next(each for each in self.needs if each.need is need)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What one theme adds for one customer, told by its strongest feature."""

    feature: str
    value: float | None
    """As in the feature table; ``None``: unknown."""
    weight: float
    """Log-odds against the average customer; positive raises the probability."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How likely a need is to show within ``WINDOW_DAYS`` after ``as_of``."""

    customer_id: str
    need: Need
    as_of: date
    probability: float
    contributions: tuple[Contribution, ...]
    """Strongest first."""
    model_id: str


class DemandReason(BaseModel):
    """A contribution in words. Its number is the fact."""

    model_config = ConfigDict(frozen=True)

    text: str
    """A whole Chinese sentence."""
    raises: bool
    weight: float
    fact: Fact


class NeedView(BaseModel):
    """One need of one customer, as staff read it."""

    model_config = ConfigDict(frozen=True)

    need: Need
    label: str
    event: str
    probability: Fact
    """Percent."""
    base_rate: Fact
    """Percent: how often it happened to comparable customers."""
    lift: float
    """Probability over base rate."""
    method: Method
    reasons: tuple[DemandReason, ...]
    summary: str
    """Whole Chinese sentences without name or pronoun."""
