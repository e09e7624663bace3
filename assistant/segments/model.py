"""Three answers to 「which kind of customer」, each with the figures that decided it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Value(StrEnum):
    """By assets."""

    BASIC = "basic"
    MIDDLE = "middle"
    AFFLUENT = "affluent"
    WEALTHY = "wealthy"

    @property
    def label(self) -> str:
        """The Chinese name that people read."""
        return {"basic": "基础", "middle": "中端", "affluent": "富裕", "wealthy": "高净值"}[self.value]


class LifeCycle(StrEnum):
    """Where the relation with the house stands."""

    NEW = "new"
    GROWING = "growing"
    STEADY = "steady"
    FADING = "fading"
    LEAVING = "leaving"
    DORMANT = "dormant"

    @property
    def label(self) -> str:
        """The Chinese name that people read."""
        return _LIFE_CYCLE_LABELS[self]


_LIFE_CYCLE_LABELS = {
    LifeCycle.NEW: "新客",
    LifeCycle.GROWING: "成长",
    LifeCycle.STEADY: "稳定",
    LifeCycle.FADING: "减弱",
    LifeCycle.LEAVING: "流失中",
    LifeCycle.DORMANT: "休眠",
}


class Behaviour(StrEnum):
    """What the customer does with the money."""

    TRADER = "trader"
    SAVER = "saver"
    ALLOCATOR = "allocator"
    STOCK_HOLDER = "stock_holder"
    ONLOOKER = "onlooker"

    @property
    def label(self) -> str:
        """The Chinese name that people read."""
        return _BEHAVIOUR_LABELS[self]


_BEHAVIOUR_LABELS = {
    Behaviour.TRADER: "交易型",
    Behaviour.SAVER: "现金型",
    Behaviour.ALLOCATOR: "配置型",
    Behaviour.STOCK_HOLDER: "持股型",
    Behaviour.ONLOOKER: "观望型",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentChoice:
    """Which segments are wanted; ``None`` is any."""

    value: Value | None = None
    life_cycle: LifeCycle | None = None
    behaviour: Behaviour | None = None


ANY_SEGMENT = SegmentChoice()
"""No condition, so that whoever has no segment is meant too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure that decided, by its name in the standing."""

    name: str
    value: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One customer on a day."""

    customer_id: str
    as_of: date
    value: Value
    life_cycle: LifeCycle
    behaviour: Behaviour
    figures: tuple[Figure, ...]
    """What decided, value first, then life-cycle, then behaviour."""

    @property
    def label(self) -> str:
        """「富裕·稳定·配置型」."""
        return f"{self.value.label}·{self.life_cycle.label}·{self.behaviour.label}"
