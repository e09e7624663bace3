"""Fit additive models with scikit-learn, and keep nothing of it but numbers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.demand.additive import steps_of, terms
from assistant.demand.features import Feature, FeatureTable, Floats, looked_at
from assistant.demand.measuring import Flags
from assistant.demand.model import Method, Need, NeedModel, Reference, Shape
from assistant.demand.rules import rule_model

_STEPS = 24
_ROUNDS, _RATE, _LEAVES, _LEAST, _PENALTY = 300, 0.05, 4, 150, 5.0
_SEED = 20_260_906
_DIGITS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Customers on one day, and what happened to them in the days after."""

    table: FeatureTable
    possible: dict[Need, Flags]
    happened: dict[Need, Flags]

    def rows(self, need: Need) -> NDArray[np.int64]:
        """Of those whom the need can show in."""
        return np.flatnonzero(self.possible[need])


def edges_of(column: Floats) -> tuple[float, ...]:
    """Limits of at most ``_STEPS`` steps with about as many customers each; none where everybody is alike."""
    return _quantiles(column[~np.isnan(column)], _STEPS)


def _quantiles(known: Floats, steps: int) -> tuple[float, ...]:
    if not len(known):
        return ()
    found = np.unique(np.quantile(known, np.linspace(0, 1, steps + 1)[1:-1], method="higher"))
    return tuple(float(f"{edge:.6g}") for edge in found if edge > known.min())


def learn(need: Need, samples: Sequence[Sample], later: Sequence[Sample]) -> NeedModel:
    """Shapes from ``samples``; from ``later`` days, which they do not overlap with, how much they and the rules weigh.

    Boosted trees that each look at one feature only are a sum of step functions, which is what is kept.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    looked = looked_at(need)
    stacked = {feature.name: _stacked(samples, need, feature) for feature in looked}
    edges = {name: edges_of(column) for name, column in stacked.items()}
    chosen = [feature for feature in looked if edges[feature.name] or _sometimes_known(stacked[feature.name])]
    codes = np.column_stack([_codes(stacked[feature.name], edges[feature.name]) for feature in chosen])
    happened = np.concatenate([sample.happened[need][sample.rows(need)] for sample in samples])
    boosting = HistGradientBoostingClassifier(
        max_iter=_ROUNDS,
        learning_rate=_RATE,
        max_leaf_nodes=_LEAVES,
        min_samples_leaf=_LEAST,
        l2_regularization=_PENALTY,
        interaction_cst="no_interactions",
        early_stopping=False,
        random_state=_SEED,
    )
    with threadpool_limits(1):
        boosting.fit(codes, happened)
        intercept, shapes = read_off(
            boosting.decision_function, codes, [(each.name, edges[each.name]) for each in chosen]
        )
    learned = NeedModel(
        need=need, method=Method.TRAINED, base_rate=float(happened.mean()), intercept=intercept, shapes=shapes
    )
    return weighed(learned, centred(rule_model(need), samples), later)


def centred(model: NeedModel, samples: Sequence[Sample]) -> NeedModel:
    """Each shape without its mean over the samples, so that the average customer is told the constant."""
    shapes = []
    for shape in model.shapes:
        column = np.concatenate([sample.table.column(shape.feature)[sample.rows(model.need)] for sample in samples])
        mean = float(np.array([*shape.values, shape.missing])[steps_of(column, shape.edges)].mean())
        moved = {"values": tuple(value - mean for value in shape.values), "missing": shape.missing - mean}
        shapes.append(shape.model_copy(update=moved))
    return model.model_copy(update={"shapes": tuple(shapes)})


def weighed(learned: NeedModel, rules: NeedModel, later: Sequence[Sample]) -> NeedModel:
    """Stacking (Wolpert 1992) of what was learned and what people set, which for one weight is Platt scaling (1999).

    Later days decide both weights. A weight below nothing is nothing; without any event, what was learned stands alone.
    """
    columns = [np.concatenate([_raw(model, sample) for sample in later]) for model in (learned, rules)]
    events = np.concatenate([sample.happened[learned.need][sample.rows(learned.need)] for sample in later])
    if not events.any() or events.all():
        return _mixed(learned, rules, (1.0, 0.0), 0.0, learned.base_rate)
    weights, offset = _logistic(np.column_stack(columns), events)
    if weights[1] <= 0 or weights[0] <= 0:
        keep = 0 if weights[1] <= weights[0] else 1
        single, offset = _logistic(columns[keep][:, None], events)
        weights = np.zeros(2)
        weights[keep] = max(single[0], 0.0)
    return _mixed(learned, rules, (float(weights[0]), float(weights[1])), offset, float(events.mean()))


def _mixed(
    learned: NeedModel, rules: NeedModel, weights: tuple[float, float], offset: float, base_rate: float
) -> NeedModel:
    """One sum of both; shapes of the same feature stand side by side."""
    parts = [(model, weight) for model, weight in zip((learned, rules), weights, strict=True) if weight > 0]
    return NeedModel(
        need=learned.need,
        method=Method.TRAINED,
        base_rate=round(base_rate, _DIGITS),
        intercept=round(sum(weight * model.intercept for model, weight in parts) + offset, _DIGITS),
        shapes=tuple(_times(shape, weight) for model, weight in parts for shape in model.shapes),
    )


def _times(shape: Shape, weight: float) -> Shape:
    values = tuple(round(weight * value, _DIGITS) for value in shape.values)
    return shape.model_copy(update={"values": values, "missing": round(weight * shape.missing, _DIGITS)})


def _raw(model: NeedModel, sample: Sample) -> Floats:
    added: Floats = model.intercept + terms(model, sample.table)[sample.rows(model.need)].sum(axis=1)
    return added


def _logistic(columns: Floats, events: Flags) -> tuple[Floats, float]:
    """Weights and constant of a logistic regression with a slight penalty, by scikit-learn."""
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        fitted = LogisticRegression(C=1.0, max_iter=500).fit(columns, events)
    return fitted.coef_[0], float(fitted.intercept_[0])


def references_of(samples: Sequence[Sample], features: Sequence[Feature]) -> tuple[Reference, ...]:
    """How each feature was distributed over the samples, in ten steps."""
    found = []
    for feature in features:
        column = np.concatenate([sample.table.column(feature.name) for sample in samples])
        found.append(reference_of(feature.name, column))
    return tuple(found)


def reference_of(name: str, column: Floats) -> Reference:
    """The distribution of one column in at most ten steps of equal size, the unknown last."""
    known = column[~np.isnan(column)]
    edges = _quantiles(known, 10)
    return Reference(feature=name, edges=edges, shares=tuple(shares_of(column, edges)))


def shares_of(column: Floats, edges: Sequence[float]) -> list[float]:
    """Share of each step, the unknown last."""
    number = np.bincount(steps_of(column, edges), minlength=len(edges) + 2)
    return [round(float(each), 6) for each in number / max(len(column), 1)]


def _stacked(samples: Sequence[Sample], need: Need, feature: Feature) -> Floats:
    return np.concatenate([sample.table.column(feature.name)[sample.rows(need)] for sample in samples])


def _sometimes_known(column: Floats) -> bool:
    unknown = np.isnan(column)
    return bool(unknown.any() and not unknown.all())


def _codes(column: Floats, edges: Sequence[float]) -> Floats:
    """Numbers of steps, as the trees see them."""
    codes = steps_of(column, edges).astype(np.float64)
    codes[np.isnan(column)] = _unknown(edges)
    return codes


def _unknown(edges: Sequence[float]) -> float:
    """Unknown stays unknown, except beside a single step: trees want two values of whatever they look at."""
    return np.nan if edges else 1.0


def read_off(
    decide: Callable[[Floats], Floats], codes: Floats, chosen: Sequence[tuple[str, tuple[float, ...]]]
) -> tuple[float, tuple[Shape, ...]]:
    """The step functions of a model without interactions, centred on the customers that it was learned from."""
    origin = np.zeros((1, codes.shape[1]))
    start = float(decide(origin)[0])
    intercept, shapes = start, []
    for place, (name, edges) in enumerate(chosen):
        steps = len(edges) + 1
        probe = np.repeat(origin, steps + 1, axis=0)
        probe[:steps, place] = np.arange(steps)
        probe[steps, place] = _unknown(edges)
        added = decide(probe) - start
        column = codes[:, place]
        seen = np.bincount(np.where(np.isnan(column), steps, column).astype(np.int64), minlength=steps + 1)
        mean = float((added * seen).sum() / len(column))
        intercept += mean
        if np.ptp(added[seen > 0]) > 0:
            centred = [round(float(each), _DIGITS) for each in added - mean]
            shapes.append(
                Shape(
                    feature=name,
                    edges=edges,
                    values=tuple(centred[:steps]),
                    missing=centred[steps] if seen[steps] else 0.0,
                )
            )
    return round(intercept, _DIGITS), tuple(shapes)
