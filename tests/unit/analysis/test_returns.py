"""Risk at past prices and the account's own result, against values computed by hand."""

import math
import statistics
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.analysis.balances import asset_history
from assistant.analysis.model import Fact
from assistant.analysis.portfolio import portfolio_of
from assistant.analysis.portrait import Background, facts_of, portrait_of
from assistant.analysis.returns import (
    DRAWN_POINTS,
    LEAST_CLOSES,
    AccountResult,
    PastRisk,
    account_result,
    past_risk,
    unpriced,
)
from knowledge.customers.model import CashFlowKind, CustomerRecord, Holding
from knowledge.prices.model import PriceSeries
from tests.support.customers import (
    DAY,
    a_cash_flow,
    a_holding,
    a_margin_position,
    a_price_series,
    a_record,
    an_account,
)

FLAT = [100.0] * (LEAST_CLOSES - 4)
VALLEY = [*FLAT, 120.0, 90.0, 99.0, 108.0]
"""Up to 120, down by a quarter, back to a tenth below the top."""
LAST = DAY - timedelta(days=2)


def measured(series: PriceSeries, *others: PriceSeries, holdings: tuple[Holding, ...] = ()) -> PastRisk | None:
    held = holdings or (a_holding(product_code=series.product_code, market_value=103_000.0),)
    prices = {each.product_code: each for each in (series, *others)}
    return past_risk(portfolio_of(a_record(holdings=held), as_of=DAY).positions, prices, as_of=DAY)


def test_the_largest_fall_its_days_and_what_it_would_take() -> None:
    risk = measured(a_price_series(VALLEY))
    assert risk is not None
    assert (risk.max_drawdown, risk.drawdown_now) == (Decimal("25.0"), Decimal("10.0"))
    assert (risk.peak_on, risk.trough_on) == (LAST - timedelta(days=3), LAST - timedelta(days=2))
    assert risk.stress == Decimal("25750.00")
    assert risk.since == LAST - timedelta(days=LEAST_CLOSES - 1)
    assert risk.coverage == Decimal("100.0")


def test_volatility_is_the_sample_deviation_times_the_root_of_the_closes_a_year() -> None:
    moves = [0.01, -0.02] * (LEAST_CLOSES // 2)
    closes = [100.0]
    for move in moves:
        closes.append(closes[-1] * (1 + move))
    risk = measured(a_price_series(closes))
    assert risk is not None
    by_hand = statistics.stdev(moves) * math.sqrt(365.25) * 100
    assert float(risk.volatility) == pytest.approx(by_hand, abs=0.05)


def test_a_sparser_series_is_annualised_by_its_own_rhythm() -> None:
    """Closes every third day: fewer of them a year."""
    closes = [100.0 * (1.02 if place % 2 else 1.0) for place in range(LEAST_CLOSES)]
    days = tuple(LAST - timedelta(days=3 * ago) for ago in reversed(range(len(closes))))
    risk = measured(PriceSeries(product_code="YC2001", days=days, closes=tuple(closes)))
    moves = [b / a - 1 for a, b in pairwise(closes)]
    assert risk is not None
    assert float(risk.volatility) == pytest.approx(statistics.stdev(moves) * math.sqrt(365.25 / 3) * 100, abs=0.05)


def test_holdings_count_by_what_they_are_worth_today() -> None:
    """60,000 of what fell by a quarter beside 40,000 of what stood still: the whole fell from 1.06 to 0.91 of 100."""
    holdings = (a_holding(product_code="X", market_value=60_000.0), a_holding(product_code="Y", market_value=40_000.0))
    risk = measured(
        a_price_series([*FLAT, 120.0, 90.0, 90.0, 90.0], code="X"),
        a_price_series([5.0] * LEAST_CLOSES, code="Y"),
        holdings=holdings,
    )
    assert risk is not None
    top, bottom = 60 * 120 / 90 + 40, 100
    assert float(risk.max_drawdown) == pytest.approx((1 - bottom / top) * 100, abs=0.05)
    assert risk.driver is not None
    assert (risk.driver.product_code, risk.driver_share) == ("X", Decimal("100.0"))


def test_days_without_a_close_carry_the_last_one() -> None:
    daily = a_price_series([*FLAT, 100.0, 100.0, 100.0, 100.0], code="X")
    days = tuple(LAST - timedelta(days=ago) for ago in reversed(range(0, 2 * LEAST_CLOSES, 2)))
    closes = tuple(100.0 if day < LAST - timedelta(days=4) else 80.0 for day in days)
    holdings = (a_holding(product_code="X", market_value=50_000.0), a_holding(product_code="Z", market_value=40_000.0))
    risk = measured(daily, PriceSeries(product_code="Z", days=days, closes=closes), holdings=holdings)
    assert risk is not None
    assert risk.since == daily.days[0]
    assert risk.max_drawdown == Decimal("10.0")
    assert risk.trough_on == LAST - timedelta(days=4)


@pytest.mark.parametrize(
    "series",
    [
        a_price_series([100.0] * (LEAST_CLOSES - 1)),
        a_price_series([100.0] * LEAST_CLOSES, until=DAY - timedelta(days=11)),
        a_price_series([0.0, *[100.0] * LEAST_CLOSES]),
        a_price_series([100.0] * LEAST_CLOSES, code="OTHER"),
    ],
    ids=["too few", "stale", "worth nothing", "another product"],
)
def test_without_usable_closes_nothing_is_measured_and_the_holding_is_told(series: PriceSeries) -> None:
    record = a_record(holdings=(a_holding(),))
    portrait = portrait_of(record, as_of=DAY, background=Background(prices={series.product_code: series}))
    assert portrait.risk is None
    assert [position.product_code for position in portrait.unpriced] == ["YC2001"]
    told = {fact.id: fact.text for fact in portrait.facts if fact.id.startswith("fact:risk.")}
    assert told == {"fact:risk.unmeasured": "一策稳健债"}


def test_what_is_measured_and_what_is_not_stand_side_by_side() -> None:
    record = a_record(
        holdings=(
            a_holding(product_code="X", market_value=75_000.0),
            a_holding(product_code="N", product_name="新基金", market_value=25_000.0),
        )
    )
    series = a_price_series(VALLEY, code="X")
    positions = portfolio_of(record, as_of=DAY).positions
    risk = past_risk(positions, {"X": series}, as_of=DAY)
    assert risk is not None
    assert (risk.coverage, risk.stress) == (Decimal("75.0"), Decimal("18750.00"))
    assert [position.product_code for position in unpriced(positions, {"X": series}, as_of=DAY)] == ["N"]


def test_prices_that_never_moved_have_no_driver() -> None:
    risk = measured(a_price_series([1.0] * LEAST_CLOSES))
    assert risk is not None
    assert (risk.volatility, risk.max_drawdown, risk.driver) == (Decimal("0.0"), Decimal("0.0"), None)


def test_without_prices_nothing_is_said_of_risk() -> None:
    assert not [fact for fact in facts_of(a_record(holdings=(a_holding(),)), as_of=DAY) if "risk." in fact.id[:11]]


moves = st.lists(st.floats(min_value=-0.2, max_value=0.25), min_size=LEAST_CLOSES, max_size=250)


@given(moves, st.floats(min_value=0.5, max_value=500.0), st.integers(min_value=1, max_value=10**9))
def test_measures_keep_within_their_bounds_and_do_not_depend_on_the_unit(
    drawn: list[float], first: float, value: int
) -> None:
    closes = [first]
    for move in drawn:
        closes.append(closes[-1] * (1 + move))
    holdings = (a_holding(market_value=float(value)),)
    risk = measured(a_price_series(closes), holdings=holdings)
    twice = measured(a_price_series([2 * close for close in closes]), holdings=holdings)
    assert risk is not None
    assert twice is not None
    assert risk.volatility >= 0
    assert 0 <= risk.drawdown_now <= risk.max_drawdown <= 100
    assert risk.peak_on <= risk.trough_on
    assert len(risk.drawdown) <= DRAWN_POINTS
    assert min(point.value for point in risk.drawdown) == -risk.max_drawdown
    assert all(point.value <= 0 for point in risk.drawdown)
    assert [point.on for point in risk.drawdown] == sorted({point.on for point in risk.drawdown})
    assert abs(risk.volatility - twice.volatility) <= Decimal("0.1")
    assert abs(risk.max_drawdown - twice.max_drawdown) <= Decimal("0.1")


YEAR_AGO = date(2025, 11, 20)
"""365 days before the record's close."""


def an_earning_record(*, start: float = 100_000.0, end: float = 110_000.0, **more: object) -> CustomerRecord:
    account = an_account(as_of=YEAR_AGO, total_assets=start)
    return a_record(cash=end, accounts=(account,), **more)  # type: ignore[arg-type]


def result_of(record: CustomerRecord) -> AccountResult | None:
    return account_result(record, asset_history(record, as_of=DAY), as_of=DAY)


def test_a_year_without_payments_earned_what_it_grew() -> None:
    result = result_of(an_earning_record())
    assert result is not None
    assert (result.profit, result.rate) == (Decimal("10000.00"), Decimal("10.0"))


def test_payments_are_no_profit_and_weigh_by_their_days() -> None:
    paid = date(2026, 5, 21)
    result = result_of(an_earning_record(end=165_000.0, cash_flows=(a_cash_flow(on=paid, amount=50_000.0),)))
    assert result is not None
    assert (result.paid_in, result.profit) == (Decimal("50000.00"), Decimal("15000.00"))
    assert result.rate is not None
    growth = 1 + float(result.rate) / 100
    worth = 100_000 * growth + 50_000 * growth ** ((result.until - paid).days / 365)
    assert worth == pytest.approx(165_000, rel=0.001)


def test_what_the_account_itself_received_is_its_result() -> None:
    flows = tuple(
        a_cash_flow(on=date(2026, 5, 21), amount=5_000.0, kind=kind)
        for kind in (CashFlowKind.DIVIDEND, CashFlowKind.INTEREST, CashFlowKind.FEE)
    )
    result = result_of(an_earning_record(cash_flows=flows))
    assert result is not None
    assert (result.paid_in, result.profit) == (Decimal(0), Decimal("10000.00"))


@pytest.mark.parametrize(
    "record",
    [
        an_earning_record(margin=a_margin_position()),
        an_earning_record(start=999.0),
        a_record(),
        a_record(accounts=(an_account(as_of=date(2025, 9, 30)),)),
    ],
    ids=["past debts are not kept", "hardly anything", "no month's end", "none about a year ago"],
)
def test_no_result_where_it_would_be_a_guess(record: CustomerRecord) -> None:
    assert result_of(record) is None


def test_a_rate_that_nothing_sensible_solves_is_left_out() -> None:
    drained = an_earning_record(
        start=1_000.0,
        end=2_000_000.0,
        cash_flows=(a_cash_flow(on=date(2026, 11, 19), amount=1_000.0),),
    )
    result = result_of(drained)
    assert result is not None
    assert result.rate is None
    assert facts_named(drained, "result.") == {"since": "2025年11月20日", "profit_12m": "盈利199.8万元"}


def test_a_loss_is_told_as_one() -> None:
    assert facts_named(an_earning_record(end=90_000.0), "result.") == {
        "since": "2025年11月20日",
        "profit_12m": "亏损1万元",
        "rate_12m": "-10.0%",
    }
    assert facts_named(an_earning_record(end=90_000.0), "assets.") == {"year_ago": "10万元", "change_12m": "-10.0%"}


def facts_named(record: CustomerRecord, subject: str) -> dict[str, str]:
    facts: tuple[Fact, ...] = facts_of(record, as_of=DAY)
    head = f"fact:{subject}"
    return {fact.id.removeprefix(head): fact.text for fact in facts if fact.id.startswith(head)}


@given(
    st.integers(min_value=10_000, max_value=10**8),
    st.integers(min_value=0, max_value=10**8),
    st.lists(
        st.tuples(st.integers(min_value=1, max_value=364), st.integers(min_value=1, max_value=10**6), st.booleans()),
        max_size=6,
    ),
)
def test_profit_is_what_payments_do_not_explain(start: int, end: int, paid: list[tuple[int, int, bool]]) -> None:
    flows = tuple(
        a_cash_flow(
            on=YEAR_AGO + timedelta(days=after),
            amount=float(amount),
            kind=CashFlowKind.DEPOSIT if into else CashFlowKind.WITHDRAWAL,
        )
        for after, amount, into in paid
    )
    result = result_of(an_earning_record(start=float(start), end=float(end), cash_flows=flows))
    assert result is not None
    assert result.profit == end - start - sum(amount if into else -amount for _, amount, into in paid)
