"""Additive models: a probability that is a sum, so that its reasons are its terms.

A generalised additive model over binned features (Hastie and Tibshirani 1990; Lou, Caruana and Gehrke 2012): the
log-odds are a constant and step functions of one feature each. Nothing is approximated when a reason is told.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.demand.features import BY_NAME, FeatureTable, Floats
from assistant.demand.model import WINDOW_DAYS, Contribution, DemandModel, NeedModel, Score, Shape
from assistant.demand.needs import eligible
from assistant.demand.rules import RULES_ID, rule_model

MOST_REASONS = 5
_LEAST_WEIGHT = 0.05
"""Log-odds below which a theme is not worth a word."""
_DIGITS = 4


def steps_of(column: Floats, edges: Sequence[float]) -> NDArray[np.int64]:
    """Number of the step of each value; one past the last for unknown."""
    codes = np.searchsorted(np.asarray(edges), column, side="right").astype(np.int64)
    codes[np.isnan(column)] = len(edges) + 1
    return codes


def terms(model: NeedModel, table: FeatureTable) -> Floats:
    """Log-odds that each shape adds: customers × shapes."""
    columns = [_term(shape, table.column(shape.feature)) for shape in model.shapes]
    return np.column_stack(columns) if columns else np.zeros((len(table.values), 0))


def probabilities(model: NeedModel, added: Floats) -> Floats:
    """From the terms of ``terms``."""
    return sigmoid(model.intercept + added.sum(axis=1))


def sigmoid(log_odds: Floats) -> Floats:
    """Log-odds to probability; the ends are cut, so that nothing is certain."""
    result: Floats = 1 / (1 + np.exp(-np.clip(log_odds, -12, 12)))
    return result


def scores_of(model: DemandModel, table: FeatureTable) -> Iterator[Score]:
    """Scores with reasons, of everybody for whom a need can show; by rules where a history is thin."""
    possible = eligible(table.standing)
    thin = thin_histories(table)
    for each in model.needs:
        able = possible[each.need.value].to_numpy()
        yield from _scores(each, table, np.flatnonzero(able & ~thin), model.id)
        rules = rule_model(each.need, base_rate=each.base_rate)
        yield from _scores(rules, table, np.flatnonzero(able & thin), RULES_ID)


def thin_histories(table: FeatureTable) -> NDArray[np.bool_]:
    """Who is too new for a model, or has no balance that it could look at."""
    thin: NDArray[np.bool_] = (table.column("tenure_days") < WINDOW_DAYS) | np.isnan(table.column("assets"))
    return thin


def _scores(model: NeedModel, table: FeatureTable, rows: NDArray[np.int64], model_id: str) -> Iterator[Score]:
    if not len(rows):
        return
    ids = table.customer_ids
    added = terms(model, table)
    likely = probabilities(model, added)
    reasons = _Reasons(model, table, added)
    for place in rows:
        yield Score(
            customer_id=ids[place],
            need=model.need,
            as_of=table.day,
            probability=round(float(likely[place]), _DIGITS),
            contributions=reasons.of(int(place)),
            model_id=model_id,
        )


def _term(shape: Shape, column: Floats) -> Floats:
    values = np.array([*shape.values, shape.missing])
    added: Floats = values[steps_of(column, shape.edges)]
    return added


class _Reasons:
    """Terms summed by theme, the strongest first."""

    def __init__(self, model: NeedModel, table: FeatureTable, added: Floats) -> None:
        themes: defaultdict[str, list[int]] = defaultdict(list)
        for place, shape in enumerate(model.shapes):
            themes[BY_NAME[shape.feature].theme].append(place)
        self._names = [shape.feature for shape in model.shapes]
        self._table, self._added = table, added
        self._members = [np.array(places) for places in themes.values()]
        self._weights = (
            np.column_stack([added[:, places].sum(axis=1) for places in self._members])
            if self._members
            else np.zeros((len(added), 0))
        )
        self._order = np.argsort(-np.abs(self._weights), axis=1)[:, :MOST_REASONS]

    def of(self, row: int) -> tuple[Contribution, ...]:
        """Of one customer."""
        return tuple(
            self._contribution(row, int(theme))
            for theme in self._order[row]
            if abs(self._weights[row, theme]) >= _LEAST_WEIGHT
        )

    def _contribution(self, row: int, theme: int) -> Contribution:
        weight, places = float(self._weights[row, theme]), self._members[theme]
        strongest = places[np.argmax(self._added[row, places] * np.sign(weight))]
        name = self._names[strongest]
        value = float(self._table.column(name)[row])
        return Contribution(
            feature=name, value=None if np.isnan(value) else round(value, _DIGITS), weight=round(weight, _DIGITS)
        )
