"""From samples of many days to a model and its card: shapes from the past, scale from later, figures later still."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from assistant.demand.additive import probabilities, terms
from assistant.demand.features import BY_NAME, FEATURES, FeatureTable, Floats
from assistant.demand.learning import Sample, centred, learn, reference_of, references_of
from assistant.demand.measuring import Flags, calibration_table, lift, measure
from assistant.demand.model import WINDOW_DAYS, DemandModel, Need, NeedModel
from assistant.demand.rules import rule_model

STEP_DAYS = 60
"""Half as dense days were as good and twice as quick; every 90 days lost a point of AUC (evals/demand)."""
MEMORY_DAYS = 183
"""History that a day needs behind it before anything is learned from it."""
_MOST_DAYS = 12
_SCALE_DAYS, _SCALE_STEP = 2, 30
LEAST_EVENTS, _LEAST_TESTED = 100, 15
_TOP_THEMES = 8
_AGES = ((0, 40, "40岁以下"), (40, 60, "40至59岁"), (60, 200, "60岁及以上"))
_GENDERS = {"female": "女", "male": "男"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Days to learn from, to scale on and to test on; no window of one reaches into the next."""

    learn: tuple[date, ...]
    scale: tuple[date, ...]
    test: date | None

    @property
    def days(self) -> tuple[date, ...]:
        """All, earliest first."""
        return tuple(sorted({*self.learn, *self.scale, *(() if self.test is None else (self.test,))}))


def splits(as_of: date, first_day: date | None) -> tuple[Split, Split] | None:
    """The split that is measured, and the one that is kept: the same a window later. ``None``: history too short."""
    if first_day is None:
        return None
    window = timedelta(days=WINDOW_DAYS)
    test = as_of - window
    measured = _before(test, first_day, test=test)
    kept = _before(as_of, first_day, test=None)
    return (measured, kept) if measured.learn else None


def _before(end: date, first_day: date, *, test: date | None) -> Split:
    """Windows that are over on ``end``."""
    step, window = timedelta(days=STEP_DAYS), timedelta(days=WINDOW_DAYS)
    scale = tuple(end - window - timedelta(days=_SCALE_STEP * number) for number in range(_SCALE_DAYS))
    day = min(scale) - window
    found: list[date] = []
    while day >= first_day + timedelta(days=MEMORY_DAYS) and len(found) < _MOST_DAYS:
        found.append(day)
        day -= step
    return Split(learn=tuple(sorted(found)), scale=scale, test=test)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """A model and how good it is."""

    model: DemandModel
    card: dict[str, Any]


def train(
    samples: Mapping[date, Sample], measured: Split, kept: Split, *, model_id: str, as_of: date, at: datetime
) -> Trained:
    """Learn every need twice: once to be measured on days that come after, once more with those days.

    A need keeps its rules where there are too few events, or where what was learned is no better than them.
    """
    test = samples[measured.test or as_of]
    needs, told = [], {}
    for need in Need:
        trial = _trial(need, [samples[day] for day in measured.learn], [samples[day] for day in measured.scale], test)
        final = trial.rules
        if trial.why_rules is None:
            final = learn(need, [samples[day] for day in kept.learn], [samples[day] for day in kept.scale])
        needs.append(final)
        told[need.value] = trial.told(test)
    newest = [samples[day] for day in kept.scale]
    model = DemandModel(
        id=model_id,
        as_of=as_of,
        trained_at=at,
        needs=tuple(needs),
        references=references_of(newest, FEATURES),
        score_references=tuple(reference_of(each.need.value, _likely(each, newest)) for each in needs),
    )
    card = {
        "model": model_id,
        "as_of": as_of.isoformat(),
        "trained_at": at.isoformat(),
        "window_days": WINDOW_DAYS,
        "customers": len(test.table.values),
        "features": len(FEATURES),
        "learned_on": _span(kept.learn),
        "scaled_on": _span(kept.scale),
        "measured_learned_on": _span(measured.learn),
        "measured_scaled_on": _span(measured.scale),
        "tested_on": test.table.day.isoformat(),
        "needs": told,
    }
    return Trained(model=model, card=card)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trial:
    """One need, learned without the day that it is tested on."""

    need: Need
    learned: NeedModel | None
    rules: NeedModel
    why_rules: str | None
    events: int

    @property
    def used(self) -> NeedModel:
        return self.rules if self.learned is None or self.why_rules is not None else self.learned

    def told(self, test: Sample) -> dict[str, Any]:
        """Figures on the test day."""
        rows = test.rows(self.need)
        happened = test.happened[self.need][rows]
        likely = likely_of(self.used, test.table)[rows]
        figures: dict[str, Any] = {
            "method": self.used.method.value,
            "why_rules": self.why_rules,
            "events_learned_from": self.events,
            "test": measure(likely, happened).told(),
            "calibration": calibration_table(likely, happened),
            "baselines": {
                "rules": measure(likely_of(self.rules, test.table)[rows], happened).told(),
                "habit": _order_only(habit(self.need, test.table)[rows], happened),
            },
            "groups": _groups(test, self.need, likely, happened),
            "themes": _themes(self.used, test.table, rows),
        }
        if self.learned is not None and self.why_rules is not None:
            figures["learned_but_not_used"] = measure(likely_of(self.learned, test.table)[rows], happened).told()
        return figures


def _trial(need: Need, past: Sequence[Sample], later: Sequence[Sample], test: Sample) -> _Trial:
    events = sum(int(sample.happened[need][sample.rows(need)].sum()) for sample in past)
    known = sum(len(sample.rows(need)) for sample in past)
    rules = centred(rule_model(need, base_rate=events / known if events else None), past)
    tested = int(test.happened[need][test.rows(need)].sum())
    if events < LEAST_EVENTS or tested < _LEAST_TESTED:
        why = f"学习期内发生{events}次、检验期内发生{tested}次，少于所需的{LEAST_EVENTS}次和{_LEAST_TESTED}次。"
        return _Trial(need=need, learned=None, rules=rules, why_rules=why, events=events)
    learned = learn(need, past, later)
    rows = test.rows(need)
    happened = test.happened[need][rows]
    ours = measure(likely_of(learned, test.table)[rows], happened).brier
    theirs = measure(likely_of(rules, test.table)[rows], happened).brier
    why_not = None if ours < theirs else f"检验期的 Brier 分为{ours:.4f}，不低于规则的{theirs:.4f}。"
    return _Trial(need=need, learned=learned, rules=rules, why_rules=why_not, events=events)


def likely_of(model: NeedModel, table: FeatureTable) -> Floats:
    """Probability of everybody, whether it is possible or not."""
    return probabilities(model, terms(model, table))


_HABITS = {
    Need.CASH_MANAGEMENT: "cash_subscriptions_365",
    Need.FIXED_INCOME: "fixed_subscriptions_365",
    Need.FUND_ADVISORY: "advised_subscriptions_365",
    Need.MARGIN: "trades_365",
    Need.EDUCATION: "education_notes_365",
    Need.RETENTION: "withdrawn_share_365",
}


def habit(need: Need, table: FeatureTable) -> Floats:
    """The naive order: who did it most in the last year does it again; who expires soonest is assessed first."""
    if need is Need.RE_ASSESSMENT:
        left = np.nan_to_num(table.column("assessment_days_left"), nan=1e6)
        soonest: Floats = -np.abs(left - WINDOW_DAYS / 2)
        return soonest
    return np.nan_to_num(table.column(_HABITS[need]), nan=0.0)


def _order_only(scores: Floats, happened: Flags) -> dict[str, Any]:
    found = measure(scores, happened)
    return {"auc": None if found.auc is None else round(found.auc, 4), "lift_10": round(lift(scores, happened) or 0, 4)}


def _groups(test: Sample, need: Need, likely: Floats, happened: Flags) -> dict[str, Any]:
    """Figures by age and gender, which no model looks at; ``chosen``: share of a group in the highest tenth of all."""
    rows = test.rows(need)
    standing = test.table.standing
    ages, genders = standing["age"].to_numpy()[rows], standing["gender"].to_numpy()[rows]
    line = np.quantile(likely, 0.9) if len(likely) else 1.0
    members = {label: (ages >= low) & (ages < high) for low, high, label in _AGES}
    members |= {label: genders == value for value, label in _GENDERS.items()}
    return {
        label: measure(likely[who], happened[who]).told() | {"chosen": round(float((likely[who] >= line).mean()), 4)}
        for label, who in members.items()
        if who.any()
    }


def _themes(model: NeedModel, table: FeatureTable, rows: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - an index of numpy
    """What moves the probability most, by the spread of what each feature adds."""
    spread = terms(model, table)[rows].std(axis=0) if len(rows) else np.zeros(len(model.shapes))
    order = np.argsort(-spread)[:_TOP_THEMES]
    return [
        {
            "feature": model.shapes[place].feature,
            "label": BY_NAME[model.shapes[place].feature].label.removesuffix("为"),
            "spread": round(float(spread[place]), 4),
        }
        for place in order
    ]


def _likely(model: NeedModel, samples: Sequence[Sample]) -> Floats:
    return np.concatenate([likely_of(model, sample.table)[sample.rows(model.need)] for sample in samples])


def _span(days: Sequence[date]) -> dict[str, Any]:
    return {"from": min(days).isoformat(), "to": max(days).isoformat(), "days": len(days)}


def window_before(today: date, first_day: date | None) -> date | None:
    """The newest day whose window is over; ``None`` where too little history lies behind it."""
    day = today - timedelta(days=WINDOW_DAYS)
    return day if first_day is not None and day >= first_day + timedelta(days=MEMORY_DAYS) else None


def with_groups(standing: pl.DataFrame, people: pl.DataFrame, day: date) -> pl.DataFrame:
    """Age and gender beside the rows, for measuring alone."""
    born = pl.col("born_on")
    before = (born.dt.month() * 100 + born.dt.day()) > day.month * 100 + day.day
    age = (day.year - born.dt.year() - before.cast(pl.Int32)).alias("age")
    return standing.join(
        people.select("customer_id", "gender", age), on="customer_id", how="left", maintain_order="left"
    )
