"""Risk of what is held today, measured at past prices, and what the account itself earned.

Measures of risk look back: today's holdings at the closes of the last twelve months. They say how such holdings moved,
not what this customer lived through, and nothing about what will come. Closes are as published: what was paid out on
the way counts as a fall. Formulas are those of the libraries: volatility and drawdown of ``empyrical`` (sample
deviation of simple returns, times the root of the closes a year; fall from the highest value so far), the
money-weighted rate of ``pyxirr`` (the rate at which the flows and both ends are worth nothing together, actual/365, as
Excel's XIRR).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from importlib import import_module

import numpy as np
from numpy.typing import NDArray

from assistant.analysis.balances import ASSET_SOURCE
from assistant.analysis.figures import FactMaker, add_months, money, percent, yuan_text
from assistant.analysis.history import Point
from assistant.analysis.model import Fact
from assistant.analysis.portfolio import Position
from knowledge.customers.model import CashFlow, CashFlowKind, CustomerRecord
from knowledge.prices.model import PriceSeries

WINDOW_MONTHS = 12
LEAST_CLOSES = 120
"""About half a year of trading days: under it a product is told as not measured (nor is its past result shown)."""
STALE_DAYS = 10
"""A series whose last close is older says nothing about today; the longest closure of the exchanges is nine days."""
DRAWN_POINTS = 53
"""A point a week is enough to draw a year."""

_TENTH = Decimal("0.1")
_HUNDRED = Decimal(100)
_YEAR_DAYS = 365.25
_START_WITHIN_DAYS = 45
"""So far from twelve months ago the first known value of the account may lie."""
_LEAST_START = Decimal(1_000)
"""Yuan; a rate on less is an accident."""
_WILD_RATE = 10
_PAST_SOURCE = "现有持仓按过去收盘价回看"
_RESULT_SOURCE = "账户月末资产与资金流水"

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRisk:
    """What today's holdings went through at the closes of the window; cash and holdings without closes left out."""

    as_of: date
    since: date
    """First close; later than a year ago where a holding is younger."""
    volatility: Decimal
    """Percent a year."""
    max_drawdown: Decimal
    """Percent, 0 or more."""
    peak_on: date
    trough_on: date
    """Between these two days the largest fall took place."""
    drawdown_now: Decimal
    """Percent below the highest value of the window, 0 or more."""
    stress: Decimal
    """Yuan: the largest fall, taken of what the measured holdings are worth today."""
    driver: Position | None
    """The holding that moved the whole most; ``None`` where nothing moved."""
    driver_share: Decimal
    """Percent of the variance that is its covariance with the whole; all holdings together make 100.

    Above 100 where others move against it.
    """
    coverage: Decimal
    """Percent of the holdings' value that was measured."""
    drawdown: tuple[Point, ...]
    """Percent below the highest value so far (0 or less), oldest first, at most ``DRAWN_POINTS``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountResult:
    """What the accounts earned over about twelve months: the customer's own, not the holdings'."""

    since: date
    until: date
    start: Decimal
    end: Decimal
    paid_in: Decimal
    """Yuan put in less yuan taken out between the two days."""
    rate: Decimal | None
    """Money-weighted, percent a year; ``None`` where no sensible rate solves the flows."""

    @property
    def profit(self) -> Decimal:
        """Yuan: what is there, less what was there and what was put in."""
        return self.end - self.start - self.paid_in


def past_risk(positions: Sequence[Position], prices: Mapping[str, PriceSeries], *, as_of: date) -> PastRisk | None:
    """``None`` where nothing that is held has usable closes, or nothing moved. Missing ones: :func:`unpriced`."""
    held = [position for position in positions if _usable(prices.get(position.product_code), as_of)]
    if not held:
        return None
    days, parts = _at_past_prices(held, [prices[position.product_code] for position in held])
    if len(days) < LEAST_CLOSES:
        return None
    return _measured(held, positions, days, parts, as_of)


def unpriced(positions: Sequence[Position], prices: Mapping[str, PriceSeries], *, as_of: date) -> tuple[Position, ...]:
    """Holdings without enough closes to be measured."""
    return tuple(position for position in positions if not _usable(prices.get(position.product_code), as_of))


def account_result(record: CustomerRecord, assets: Sequence[Point], *, as_of: date) -> AccountResult | None:
    """From the record's ``asset_history``; ``None`` without a month's end about a year ago.

    Neither for margin accounts: their past debts are not kept.
    """
    if record.margin is not None or record.cash_as_of > as_of:
        return None
    start = _year_ago(assets, as_of)
    if start is None or start.value < _LEAST_START:
        return None
    until, end = record.cash_as_of, money(record.total_assets)
    moved = [(flow.on, _signed(flow)) for flow in record.cash_flows if start.on < flow.on <= until]
    moved = [(on, amount) for on, amount in moved if amount]
    return AccountResult(
        since=start.on,
        until=until,
        start=start.value,
        end=end,
        paid_in=sum((amount for _, amount in moved), Decimal(0)),
        rate=_money_weighted(start, moved, until, end),
    )


def risk_facts(risk: PastRisk | None, missing: Sequence[Position], *, as_of: date) -> Iterator[Fact]:
    """``fact:risk.…``; what could not be measured is told by name."""
    make = FactMaker("risk", as_of, _PAST_SOURCE)
    if missing:
        names = "、".join(position.product_name for position in missing)
        yield make.text("unmeasured", "行情不足、未纳入波动测算的持仓", names)
    if risk is None:
        return
    yield make.day("since", "波动测算起始日", risk.since)
    yield make.percent("coverage", "纳入波动测算的持仓比例", risk.coverage)
    yield make.percent("volatility", "现有持仓按过去行情的年化波动率", risk.volatility)
    yield make.percent("max_drawdown", "现有持仓按过去行情的最大回撤", risk.max_drawdown)
    if risk.max_drawdown:
        yield make.day("peak_on", "最大回撤开始日", risk.peak_on)
        yield make.day("trough_on", "最大回撤最低日", risk.trough_on)
        yield make.yuan("stress", "按最大回撤折算的持仓下跌金额", risk.stress)
    yield make.percent("drawdown_now", "现有持仓距区间高点的回撤", risk.drawdown_now)
    if risk.driver is not None:
        yield make.text("driver", "对波动影响最大的持仓", risk.driver.product_name)
        if risk.driver_share <= _HUNDRED:
            yield make.percent("driver_share", "影响最大的持仓占波动的比例", risk.driver_share)


def result_facts(result: AccountResult | None, *, as_of: date) -> Iterator[Fact]:
    """``fact:result.…``."""
    if result is None:
        return
    make = FactMaker("result", as_of, _RESULT_SOURCE)
    yield make.day("since", "账户盈亏计算起始日", result.since)
    profit, sign = result.profit, "盈利" if result.profit > 0 else "亏损"
    text = f"{sign}{yuan_text(abs(profit))}" if profit else "不盈不亏"
    yield make.yuan("profit_12m", "近一年账户盈亏", profit, text)
    if result.rate is not None:
        yield make.percent("rate_12m", "近一年账户资金加权收益率", result.rate)


def asset_facts(assets: Sequence[Point], *, as_of: date) -> Iterator[Fact]:
    """``fact:assets.…``: how far the whole has come since about a year ago, payments included."""
    before = _year_ago(assets, as_of)
    if before is None or before.value < _LEAST_START:
        return
    make = FactMaker("assets", as_of, ASSET_SOURCE)
    now = assets[-1].value
    yield make.yuan("year_ago", "约一年前的总资产", before.value)
    yield make.percent("change_12m", "总资产较约一年前的变化", percent(now - before.value, before.value))


def _usable(series: PriceSeries | None, as_of: date) -> bool:
    if series is None or len(series.days) < LEAST_CLOSES:
        return False
    return (as_of - series.days[-1]).days <= STALE_DAYS and min(series.closes) > 0


def _at_past_prices(held: Sequence[Position], series: Sequence[PriceSeries]) -> tuple[tuple[date, ...], Floats]:
    """Days, and yuan by day and holding: today's value moved as the closes moved, carried over days without one."""
    values = np.array([float(position.market_value) for position in held])
    first = series[0].days
    if all(each.days == first for each in series):
        closes = np.array([each.closes for each in series]).T
        return first, closes / closes[-1] * values
    ordinals = [np.fromiter((day.toordinal() for day in each.days), dtype=np.int64) for each in series]
    began = max(each[0] for each in ordinals)
    days = np.unique(np.concatenate(ordinals))
    days = days[days >= began]
    closes = np.stack(
        [
            np.array(each.closes)[np.searchsorted(own, days, side="right") - 1]
            for each, own in zip(series, ordinals, strict=True)
        ],
        axis=1,
    )
    return tuple(date.fromordinal(day) for day in days.tolist()), closes / closes[-1] * values


def get_ready() -> None:
    """Import the libraries that measure: seconds, better before the first portrait is asked for than then."""
    for library in ("empyrical.stats", "pyxirr"):
        import_module(library)


def _measured(
    held: Sequence[Position], positions: Sequence[Position], days: tuple[date, ...], parts: Floats, as_of: date
) -> PastRisk:
    from empyrical import stats

    whole = parts.sum(axis=1)
    moves = np.diff(whole) / whole[:-1]
    own = np.diff(parts, axis=0) / whole[:-1, np.newaxis]
    falls = np.concatenate(([0.0], stats.drawdown_series(moves)))
    trough = int(falls.argmin())
    deepest = float(stats.max_drawdown(moves))
    yearly = len(moves) / max((days[-1] - days[0]).days, 1) * _YEAR_DAYS
    driver, share = _driver(held, own, moves)
    priced = sum((position.market_value for position in held), Decimal(0))
    return PastRisk(
        as_of=as_of,
        since=days[0],
        volatility=_percent(float(stats.annual_volatility(moves, annualization=yearly))),
        max_drawdown=_percent(-deepest),
        peak_on=days[int(whole[: trough + 1].argmax())],
        trough_on=days[trough],
        drawdown_now=_percent(-float(falls[-1])),
        stress=(priced * Decimal(str(round(-deepest, 6)))).quantize(Decimal("0.01"), ROUND_HALF_UP),
        driver=driver,
        driver_share=share,
        coverage=percent(priced, sum((position.market_value for position in positions), Decimal(0))),
        drawdown=_drawn(days, falls, trough),
    )


def _driver(held: Sequence[Position], own: Floats, moves: Floats) -> tuple[Position | None, Decimal]:
    """Covariance of each holding's part with the whole; the parts of a variance add up to it."""
    centred = moves - moves.mean()
    variance = float(centred @ centred)
    if variance == 0:
        return None, Decimal("0.0")
    shares = centred @ (own - own.mean(axis=0)) / variance
    largest = int(shares.argmax())
    return held[largest], _percent(float(shares[largest]))


def _drawn(days: Sequence[date], falls: Floats, trough: int) -> tuple[Point, ...]:
    """Evenly spaced, both ends and the deepest point among them."""
    chosen = {round(place) for place in np.linspace(0, len(days) - 1, min(len(days), DRAWN_POINTS - 1)).tolist()}
    return tuple(Point(days[place], -_percent(-float(falls[place]))) for place in sorted(chosen | {trough}))


def _percent(share: float) -> Decimal:
    return Decimal(str(round(share * 100, 6))).quantize(_TENTH, ROUND_HALF_UP) + Decimal(0)


def _year_ago(assets: Sequence[Point], as_of: date) -> Point | None:
    wanted = add_months(as_of, -WINDOW_MONTHS)
    near = [point for point in assets if abs((point.on - wanted).days) <= _START_WITHIN_DAYS]
    return min(near, key=lambda point: (abs((point.on - wanted).days), point.on), default=None)


def _signed(flow: CashFlow) -> Decimal:
    """Yuan put in or taken out; what the account earned or paid for itself is part of its result."""
    outside = flow.kind in (CashFlowKind.DEPOSIT, CashFlowKind.WITHDRAWAL)
    return money(flow.amount) * flow.kind.sign if outside else Decimal(0)


def _money_weighted(start: Point, moved: Sequence[tuple[date, Decimal]], until: date, end: Decimal) -> Decimal | None:
    from pyxirr import InvalidPaymentsError, xirr

    days = [start.on, *(on for on, _ in moved), until]
    amounts = [-float(start.value), *(-float(amount) for _, amount in moved), float(end)]
    try:
        rate = xirr(days, amounts, silent=False)
    except InvalidPaymentsError:
        return None
    return None if rate is None or abs(rate) > _WILD_RATE else _percent(rate)
