"""Do customers still look, and act, as when the model was trained?"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from assistant.demand.features import BY_NAME, FeatureTable
from assistant.demand.learning import Sample, shares_of
from assistant.demand.measuring import Measures, measure, stability_index
from assistant.demand.model import DemandModel, Method, Need
from assistant.demand.needs import eligible
from assistant.demand.training import likely_of

WATCH, SHIFTED = 0.1, 0.25
"""Customary limits of the stability index: below 0.1 stable, from 0.25 shifted (Siddiqi 2006)."""
_WORST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """How far one distribution has moved."""

    name: str
    label: str
    index: float

    @property
    def verdict(self) -> str:
        """``stable``, ``watch`` or ``shifted``."""
        return "shifted" if self.index >= SHIFTED else "watch" if self.index >= WATCH else "stable"


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedDrift:
    """One need: its probabilities, and what came true of those told a window ago."""

    need: Need
    method: Method
    shift: Shift | None
    then: dict[str, Any] | None
    """Figures of the card."""
    now: Measures | None
    """Of the newest window that is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftReport:
    """Features, worst first, and needs."""

    model_id: str
    as_of: date
    checked_on: date | None
    """Day whose window is over and was looked at; ``None`` where no history reaches so far."""
    features: tuple[Shift, ...]
    needs: tuple[NeedDrift, ...]

    @property
    def shifted(self) -> tuple[str, ...]:
        """Labels of everything that has shifted."""
        moved = [*self.features, *(each.shift for each in self.needs if each.shift is not None)]
        return tuple(shift.label for shift in moved if shift.verdict == "shifted")

    @property
    def worst(self) -> tuple[Shift, ...]:
        """The features that moved most."""
        return self.features[:_WORST]


def drift_of(model: DemandModel, card: dict[str, Any], today: FeatureTable, past: Sample | None) -> DriftReport:
    """Today's customers against the model's references; ``past``: customers of a day whose window is over."""
    features = [
        Shift(
            name=each.feature,
            label=BY_NAME[each.feature].label,
            index=_index(each.shares, shares_of(today.column(each.feature), each.edges)),
        )
        for each in model.references
        if each.feature in BY_NAME
    ]
    return DriftReport(
        model_id=model.id,
        as_of=today.day,
        checked_on=None if past is None else past.table.day,
        features=tuple(sorted(features, key=lambda shift: -shift.index)),
        needs=tuple(_need_drift(model, card, need, today, past) for need in Need),
    )


def _need_drift(
    model: DemandModel, card: dict[str, Any], need: Need, today: FeatureTable, past: Sample | None
) -> NeedDrift:
    each = model.of(need)
    rows = np.flatnonzero(eligible(today.standing)[need.value].to_numpy())
    reference = next((found for found in model.score_references if found.feature == need.value), None)
    shift, now = None, None
    if reference is not None and len(rows):
        shares = shares_of(likely_of(each, today)[rows], reference.edges)
        shift = Shift(name=need.value, label=need.label, index=_index(reference.shares, shares))
    if past is not None and len(before := past.rows(need)):
        now = measure(likely_of(each, past.table)[before], past.happened[need][before])
    then = card.get("needs", {}).get(need.value, {}).get("test")
    return NeedDrift(need=need, method=each.method, shift=shift, then=then, now=now)


def _index(expected: tuple[float, ...], observed: list[float]) -> float:
    return round(stability_index(np.array(expected), np.array(observed)), 4)
