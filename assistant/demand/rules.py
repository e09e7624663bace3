"""Points that people set, for a need whose history is too thin to learn from: the same sum, and nothing is calibrated.

The points say in which direction a fact speaks and how loudly: 0.5 a little, 1 clearly, 1.5 strongly. The usual rates
are assumptions, and a model card says so.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from assistant.demand.model import DemandModel, Method, Need, NeedModel, Shape

RULES_ID = "rules"
_RAREST = 0.001
_USUAL: Mapping[Need, float] = {
    Need.CASH_MANAGEMENT: 0.06,
    Need.FIXED_INCOME: 0.06,
    Need.FUND_ADVISORY: 0.06,
    Need.MARGIN: 0.02,
    Need.EDUCATION: 0.05,
    Need.RETENTION: 0.02,
    Need.RE_ASSESSMENT: 0.08,
}


def _steps(feature: str, edges: Sequence[float], values: Sequence[float], missing: float = 0.0) -> Shape:
    return Shape(feature=feature, edges=tuple(edges), values=tuple(values), missing=missing)


def _interest(need: Need) -> tuple[Shape, ...]:
    return (
        _steps(f"interest_{need.value}_90", (1, 3), (-0.2, 0.6, 1.2)),
        _steps(f"interest_{need.value}_talks", (1,), (0.0, 0.8)),
    )


_IDLE = (
    _steps("cash_share", (0.1, 0.3, 0.6), (-0.6, 0.0, 0.5, 0.9)),
    _steps("cash", (10_000, 100_000), (-0.8, 0.0, 0.5)),
)
_POINTS: Mapping[Need, tuple[Shape, ...]] = {
    Need.CASH_MANAGEMENT: (*_IDLE, _steps("cash_subscriptions_365", (1,), (0.0, 0.6))),
    Need.FIXED_INCOME: (
        *_IDLE,
        _steps("unlocking_share_90", (0.01,), (0.0, 0.6)),
        _steps("fixed_subscriptions_365", (1,), (0.0, 0.6)),
    ),
    Need.FUND_ADVISORY: (*_IDLE, _steps("advised_subscriptions_365", (1,), (0.0, 0.6))),
    Need.MARGIN: (_steps("trades_90", (5, 15), (-0.4, 0.3, 0.7)),),
    Need.EDUCATION: (
        _steps("tenure_days", (365,), (0.6, 0.0)),
        _steps("result_365", (-0.1,), (0.5, 0.0)),
    ),
    Need.RETENTION: (
        _steps("withdrawn_share_90", (0.1, 0.3), (0.0, 0.6, 1.2)),
        _steps("complaints_365", (1,), (0.0, 0.8)),
        _steps("result_365", (-0.15,), (0.5, 0.0)),
    ),
    Need.RE_ASSESSMENT: (_steps("assessment_days_left", (-90, 0, 30, 90), (-0.5, 0.5, 2.5, 2.0, -1.0)),),
}


def rule_model(need: Need, *, base_rate: float | None = None) -> NeedModel:
    """The points of a need, around the rate that was measured or, without one, the usual rate."""
    rate = min(max(_USUAL[need] if base_rate is None else base_rate, _RAREST), 1 - _RAREST)
    return NeedModel(
        need=need,
        method=Method.RULES,
        base_rate=rate,
        intercept=math.log(rate / (1 - rate)),
        shapes=(*_interest(need), *_POINTS[need]),
    )


def rules_alone(as_of: date, at: datetime) -> DemandModel:
    """What a house without any trained model scores with."""
    return DemandModel(
        id=RULES_ID, as_of=as_of, trained_at=at, needs=tuple(rule_model(need) for need in Need), references=()
    )
