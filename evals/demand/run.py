"""A fictional book with a hidden truth is loaded, learned from and scored; only then the truth is opened.

Two tests. *Back*: the card's own, on a day whose window is over, learned without it. *Ahead*: the scores of today
against what the truth says of the ninety days that no record tells of.
"""

import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from assistant.bootstrap import SHIPPED_LIBRARY, Application, open_application
from assistant.clock import Clock
from assistant.demand.measuring import Measures, measure
from assistant.demand.model import Need, Score
from assistant.demand.sampling import table_on, terms_of
from assistant.identity.model import SYSTEM
from assistant.segments.assigning import assign
from assistant.segments.model import Segment
from assistant.settings import Settings, StorageSettings
from assistant.workflows.generate_customers import GenerateCustomers
from knowledge.customers.generating.write import TRUTH, Layout
from knowledge.customers.history.model import History
from knowledge.customers.model import Scope

_MORNING = 2
"""Ten in Shanghai."""
_LATER_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandResult:
    """What was measured."""

    n: int
    """Scores that were judged ahead."""
    metrics: dict[str, Any]
    settings: dict[str, Any]
    data_digest: str


def run(*, customers: int, seed: int, today: date) -> DemandResult:
    """Generate, load, train, score and judge in a house of its own that is gone afterwards."""
    clock = Clock(lambda: datetime(today.year, today.month, today.day, _MORNING, tzinfo=UTC))
    with tempfile.TemporaryDirectory() as scratch:
        truth = _truth(Path(scratch, "files"), customers=customers, seed=seed, today=today, clock=clock)
        settings = Settings(storage=StorageSettings(folder=Path(scratch, "house")))
        with open_application(settings, clock=clock) as application:
            application.load_demo(customers=customers, seed=seed)
            return _judged(application, truth, {"customers": customers, "seed": seed, "today": today.isoformat()})


def _truth(folder: Path, *, customers: int, seed: int, today: date, clock: Clock) -> pl.DataFrame:
    generate = GenerateCustomers(SHIPPED_LIBRARY, clock)
    generate(folder, customers=customers, seed=seed, today=today, layout=Layout.PARQUET)
    return pl.read_parquet(folder / TRUTH)


def _judged(application: Application, truth: pl.DataFrame, settings: dict[str, Any]) -> DemandResult:
    started = time.perf_counter()
    card = application.train_demand(by=SYSTEM).card
    trained = time.perf_counter()
    application.score_customers(by=SYSTEM)
    scored = time.perf_counter()
    scores = _all_scores(application)
    today = application.clock.today()
    by_need = {need.value: _need(need, card, truth, scores.get(need, ()), today) for need in Need}
    return DemandResult(
        n=sum(len(each) for each in scores.values()),
        metrics={
            **_means(by_need),
            "train_seconds": round(trained - started, 1),
            "score_seconds": round(scored - trained, 1),
            **_stability(application),
            "by_need": by_need,
            "by_group": {need.value: card["needs"][need.value]["groups"] for need in Need},
        },
        settings=settings | {"tested_on": card["tested_on"], "learned_on": card["measured_learned_on"]},
        data_digest=sha256(truth.write_csv().encode()).hexdigest()[:12],
    )


def _all_scores(application: Application) -> Mapping[Need, Sequence[Score]]:
    with application.train_demand.storage.reading() as work:
        found = {need: work.demand.highest(need, scope=Scope.everyone(), limit=10**9) for need in Need}
    return {need: scores for need, scores in found.items() if scores}


def _need(
    need: Need, card: Mapping[str, Any], truth: pl.DataFrame, scores: Sequence[Score], today: date
) -> dict[str, Any]:
    """Figures of one need, back and ahead; ``ceiling``: what somebody who knew every true probability would reach."""
    of_need, told = truth.filter(pl.col("need") == need.value), card["needs"][need.value]
    tested_on = date.fromisoformat(card["tested_on"])
    then, ahead = (of_need.filter(pl.col("as_of") == day) for day in (tested_on, today))
    back, rules, habit = told["test"], told["baselines"]["rules"], told["baselines"]["habit"]
    figures = {
        "method": told["method"],
        "rate": back["rate"],
        "auc": back["auc"],
        "ceiling_auc": _known(then).auc,
        "rules_auc": rules["auc"],
        "habit_auc": habit["auc"],
        "ece": back["ece"],
        "ceiling_ece": _known(then).ece,
        "brier_skill": back["brier_skill"],
        "lift_10": back["lift_10"],
        "ceiling_lift_10": _known(then).lift_10,
        "rules_lift_10": rules["lift_10"],
        "habit_lift_10": habit["lift_10"],
    }
    return figures | _ahead(ahead, scores)


def _ahead(truth: pl.DataFrame, scores: Sequence[Score]) -> dict[str, Any]:
    told = pl.DataFrame(
        {"customer_id": [each.customer_id for each in scores], "told": [each.probability for each in scores]},
        schema={"customer_id": pl.String, "told": pl.Float64},
    )
    joined = truth.join(told, on="customer_id")
    if joined.is_empty():
        return {"ahead_customers": 0}
    likely, true = joined["told"].to_numpy(), joined["probability"].to_numpy()
    found = measure(likely, joined["happened"].to_numpy())
    return {
        "ahead_customers": len(joined),
        "ahead_auc": found.auc,
        "ahead_ceiling_auc": _known(joined).auc,
        "ahead_ece": found.ece,
        "ahead_lift_10": found.lift_10,
        "ahead_mean_told": found.expected,
        "ahead_mean_true": float(true.mean()),
        "ahead_error": float(np.abs(likely - true).mean()),
        "ahead_base_error": float(np.abs(true.mean() - true).mean()),
        "ahead_correlation": float(np.corrcoef(likely, true)[0, 1]),
    }


def _known(truth: pl.DataFrame) -> Measures:
    return measure(truth["probability"].to_numpy(), truth["happened"].to_numpy())


def _means(by_need: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
    """Over the needs that were trained; the others are told by need."""
    trained = [figures for figures in by_need.values() if figures["method"] == "trained"]
    names = (
        "auc", "ceiling_auc", "rules_auc", "habit_auc", "ece", "ceiling_ece", "lift_10", "ahead_auc", "ahead_ece",
        "ahead_lift_10", "ahead_error", "ahead_base_error", "ahead_correlation",
    )  # fmt: skip
    means = (
        {f"mean_{name}": float(np.mean([figures[name] for figures in trained])) for name in names} if trained else {}
    )
    return {"trained_needs": float(len(trained))} | means


def _stability(application: Application) -> dict[str, float]:
    """Share of customers whose segment is another a month later, with inertia and without; and of one run twice."""
    today = application.clock.today()
    with application.train_demand.storage.reading() as work:
        terms = terms_of(work.products.all(), work.histories.varieties())
        earlier, later = (table_on(work.histories, day, terms) for day in (today - timedelta(days=_LATER_DAYS), today))
    first = _assigned(earlier[0], earlier[1].standing, {})
    kept, fresh = (_assigned(later[0], later[1].standing, before) for before in (first, {}))
    return {
        "segments_moved_in_30_days": _moved(first, kept),
        "segments_moved_without_inertia": _moved(first, fresh),
        "segments_moved_by_a_second_run": _moved(kept, _assigned(later[0], later[1].standing, kept)),
        **{
            f"segment_{part}_moved_in_30_days": _moved(first, kept, part)
            for part in ("value", "life_cycle", "behaviour")
        },
    }


def _assigned(history: History, standing: pl.DataFrame, before: Mapping[str, Segment]) -> dict[str, Segment]:
    return {segment.customer_id: segment for segment in assign(history, standing, before)}


def _moved(before: Mapping[str, Segment], after: Mapping[str, Segment], part: str = "label") -> float:
    both = before.keys() & after.keys()
    moved = sum(bool(getattr(before[each], part) != getattr(after[each], part)) for each in both)
    return moved / max(len(both), 1)
