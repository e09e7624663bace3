"""How good probabilities are, against what happened."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.demand.features import Floats

Flags = NDArray[np.bool_]
_BINS = 10
_TOP = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Of one need on customers that the model did not learn from."""

    customers: int
    events: int
    expected: float
    """Mean probability."""
    auc: float | None
    """Area under the ROC curve (Hanley and McNeil 1982); ``None`` where all or nothing happened."""
    brier: float
    """Mean squared error (Brier 1950)."""
    brier_skill: float | None
    """1 − Brier over that of the base rate; above 0 is better than telling everybody the average."""
    ece: float
    """Expected calibration error over ten bins of equal size (Naeini et al. 2015)."""
    lift_10: float | None
    """How many times more often it happened among the highest tenth than among all."""

    @property
    def rate(self) -> float:
        """How often it happened."""
        return self.events / self.customers if self.customers else 0.0

    def told(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "customers": self.customers,
            "events": self.events,
            "rate": _rounded(self.rate),
            "expected": _rounded(self.expected),
            "auc": _rounded(self.auc),
            "brier": _rounded(self.brier),
            "brier_skill": _rounded(self.brier_skill),
            "ece": _rounded(self.ece),
            "lift_10": _rounded(self.lift_10),
        }


def measure(likely: Floats, happened: Flags) -> Measures:
    """Probabilities against events, one each a customer."""
    rate = float(happened.mean()) if len(happened) else 0.0
    brier = float(((likely - happened) ** 2).mean()) if len(happened) else 0.0
    naive = rate * (1 - rate)
    return Measures(
        customers=len(happened),
        events=int(happened.sum()),
        expected=float(likely.mean()) if len(likely) else 0.0,
        auc=auc(likely, happened),
        brier=brier,
        brier_skill=1 - brier / naive if naive > 0 else None,
        ece=calibration_error(likely, happened),
        lift_10=lift(likely, happened),
    )


def auc(scores: Floats, happened: Flags) -> float | None:
    """Chance that somebody to whom it happened is ranked above somebody to whom it did not; ties count half."""
    positives = int(happened.sum())
    negatives = len(happened) - positives
    if not positives or not negatives:
        return None
    _, place, number = np.unique(scores, return_inverse=True, return_counts=True)
    upto = np.cumsum(number)
    ranks = (upto - (number - 1) / 2)[place]
    return float((ranks[happened].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def calibration_error(likely: Floats, happened: Flags) -> float:
    """Mean distance of told and observed rates over bins of equal size."""
    if not len(likely):
        return 0.0
    order = np.argsort(likely, kind="stable")
    bins = np.array_split(order, min(_BINS, len(order)))
    return float(sum(abs(likely[each].mean() - happened[each].mean()) * len(each) for each in bins) / len(likely))


def lift(scores: Floats, happened: Flags, *, top: float = _TOP) -> float | None:
    """Rate among the highest scores over the rate of all; customers of equal score count in proportion."""
    if not happened.any():
        return None
    wanted = max(len(scores) * top, 1.0)
    order = np.argsort(-scores, kind="stable")
    line = scores[order[int(np.ceil(wanted)) - 1]]
    above, at = scores > line, scores == line
    caught = happened[above].sum() + happened[at].mean() * (wanted - above.sum())
    return float(caught / wanted / happened.mean())


def calibration_table(likely: Floats, happened: Flags) -> list[dict[str, float]]:
    """Told and observed rates of ten bins of equal size, lowest first."""
    order = np.argsort(likely, kind="stable")
    return [
        {
            "customers": float(len(each)),
            "told": round(float(likely[each].mean()), 4),
            "observed": round(float(happened[each].mean()), 4),
        }
        for each in np.array_split(order, min(_BINS, len(order)))
        if len(each)
    ]


def stability_index(expected: Floats, observed: Floats) -> float:
    """Population stability index of two distributions over the same bins (Siddiqi 2006); empty bins count as 0.01 %."""
    was, now = (np.maximum(each / max(each.sum(), 1e-12), 1e-4) for each in (expected, observed))
    return float(((now - was) * np.log(now / was)).sum())


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
