"""Segments by rules that anybody can read. A customer near a limit stays where the customer was.

The limits are the firm's own policy; that of the wealthiest follows the assets that SUIT:8 asks of a professional
investor, and half a million yuan is what most permissions ask for. Without a limit of inertia, customers whose assets
move by a few percent would change segment with every run.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import polars as pl

from assistant.segments.model import Behaviour, Figure, LifeCycle, Segment, Value
from knowledge.customers.history.model import History

LIMITS = (50_000.0, 500_000.0, 5_000_000.0)
"""Yuan from which a customer is middle, affluent, wealthy."""
INERTIA, HABIT_INERTIA = 0.15, 0.35
"""How far beyond a limit assets, and figures of habit, must be before a customer moves (evals/demand)."""
NEW_DAYS, QUIET_DAYS = 180, 180
LEAVING_SHARE, MOVED_SHARE, FEWER_VISITS = 0.3, 0.2, 0.35
TRADER_TURNOVER, TRADER_TRADES = 4.0, 48.0
SAVER_SHARE, ALLOCATED_SHARE, INVESTED_SHARE = 0.6, 0.4, 0.05

Row = Mapping[str, Any]
"""One row of a standing."""


def assign(history: History, standing: pl.DataFrame, before: Mapping[str, Segment]) -> Iterator[Segment]:
    """Everybody's segment; ``before``: those of the last run."""
    for row in standing.iter_rows(named=True):
        known = before.get(row["customer_id"])
        value, by_value = _value(row, None if known is None else known.value)
        life_cycle, by_life = _life_cycle(row, None if known is None else known.life_cycle)
        behaviour, by_behaviour = _behaviour(row, None if known is None else known.behaviour)
        yield Segment(
            customer_id=row["customer_id"],
            as_of=history.day,
            value=value,
            life_cycle=life_cycle,
            behaviour=behaviour,
            figures=tuple(_figure(row, name) for name in (*by_value, *by_life, *by_behaviour)),
        )


def _figure(row: Row, name: str) -> Figure:
    found = row[name]
    return Figure(name=name, value=None if found is None else round(float(found), 4))


def _value(row: Row, before: Value | None) -> tuple[Value, tuple[str, ...]]:
    """Assets of now and of a quarter ago weigh the same, so that one transfer does not decide."""
    assets = _assets(row)
    place = sum(assets >= limit for limit in LIMITS)
    ladder = tuple(Value)
    if before is not None:
        was = ladder.index(before)
        low = LIMITS[was - 1] * (1 - INERTIA) if was else float("-inf")
        high = LIMITS[was] * (1 + INERTIA) if was < len(LIMITS) else float("inf")
        place = was if low <= assets < high else place
    return ladder[place], ("assets",) if row["assets_90_ago"] is None else ("assets", "assets_90_ago")


def _assets(row: Row) -> float:
    known = [row[name] for name in ("assets", "assets_90_ago") if row[name] is not None]
    return sum(known) / len(known) if known else 0.0


Rule = Callable[[Row, float], bool]
"""Whether a row belongs; the number eases (above 1) or tightens every limit in it."""


def _new(row: Row, _: float) -> bool:
    return bool(row["tenure_days"] < NEW_DAYS)


def _leaving(row: Row, ease: float) -> bool:
    return _net(row, "90") <= -LEAVING_SHARE / ease


def _dormant(row: Row, _: float) -> bool:
    last = [row[name] for name in ("days_since_trade", "days_since_subscription", "days_since_visit")]
    return all(days is None or days >= QUIET_DAYS for days in last)


def _growing(row: Row, ease: float) -> bool:
    return _net(row, "365") >= MOVED_SHARE / ease


def _fading(row: Row, ease: float) -> bool:
    usual = row["visits_365"] * 90 / 365
    fewer = usual >= 3 and row["visits_90"] <= FEWER_VISITS * ease * usual  # noqa: PLR2004 - below, chance decides
    return fewer or _net(row, "365") <= -MOVED_SHARE / ease


def _net(row: Row, days: str) -> float:
    """Brought less taken, as a fraction of the assets before."""
    earlier = row[f"assets_{days}_ago"]
    base = earlier if earlier is not None and earlier > 1 else row["assets"]
    if base is None or base <= 1:
        return 0.0
    return float((row[f"deposits_{days}"] - row[f"withdrawals_{days}"]) / base)


def _ease(kind: LifeCycle | Behaviour, before: LifeCycle | Behaviour | None) -> float:
    """Limits are eased for what was, and tightened for everything else."""
    if before is None:
        return 1.0
    return 1 + HABIT_INERTIA if kind is before else 1 - HABIT_INERTIA


_LIFE_CYCLE: Mapping[LifeCycle, tuple[Rule, tuple[str, ...]]] = {
    LifeCycle.NEW: (_new, ("tenure_days",)),
    LifeCycle.LEAVING: (_leaving, ("deposits_90", "withdrawals_90")),
    LifeCycle.DORMANT: (_dormant, ("days_since_trade", "days_since_visit")),
    LifeCycle.GROWING: (_growing, ("deposits_365", "withdrawals_365")),
    LifeCycle.FADING: (_fading, ("visits_90", "visits_365", "withdrawals_365")),
}
_STEADY = ("deposits_365", "withdrawals_365", "visits_90")


def _life_cycle(row: Row, before: LifeCycle | None) -> tuple[LifeCycle, tuple[str, ...]]:
    """The first that holds; the limits of the one before are eased, so that it holds a little longer."""
    for stage, (holds, figures) in _LIFE_CYCLE.items():
        if holds(row, _ease(stage, before)):
            return stage, figures
    return LifeCycle.STEADY, _STEADY


def _trader(row: Row, ease: float) -> bool:
    return bool((row["turnover_365"] or 0) >= TRADER_TURNOVER / ease or row["trades_365"] >= TRADER_TRADES / ease)


def _saver(row: Row, ease: float) -> bool:
    return bool((row["cash_share"] or 0) >= SAVER_SHARE / ease)


def _allocator(row: Row, ease: float) -> bool:
    products = sum(row[f"{each}_weight"] or 0 for each in ("cash", "fixed_income", "mixed", "alternative"))
    return bool(products >= ALLOCATED_SHARE / ease)


def _stock_holder(row: Row, ease: float) -> bool:
    return (row["equity_weight"] or 0) > 0 and (row["cash_share"] or 0) <= (1 - INVESTED_SHARE) * ease


_BEHAVIOUR: Mapping[Behaviour, tuple[Rule, tuple[str, ...]]] = {
    Behaviour.TRADER: (_trader, ("turnover_365", "trades_365")),
    Behaviour.SAVER: (_saver, ("cash_share",)),
    Behaviour.ALLOCATOR: (_allocator, ("fixed_income_weight", "mixed_weight", "cash_weight")),
    Behaviour.STOCK_HOLDER: (_stock_holder, ("equity_weight", "trades_365")),
}


def _behaviour(row: Row, before: Behaviour | None) -> tuple[Behaviour, tuple[str, ...]]:
    for kind, (holds, figures) in _BEHAVIOUR.items():
        if holds(row, _ease(kind, before)):
            return kind, figures
    return Behaviour.ONLOOKER, ("cash_share",)
