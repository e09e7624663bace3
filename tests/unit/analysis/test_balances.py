"""Idle money and payments, walked back by hand and against a forward simulation."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.analysis.balances import asset_history, cash_history, monthly_flows, moved_by_customer
from assistant.analysis.history import MonthlyFlow
from assistant.analysis.portfolio import portfolio_of
from assistant.analysis.portrait import facts_of
from knowledge.customers.model import CashFlowKind, CustomerRecord, TradeTotals
from tests.support.customers import (
    DAY,
    a_cash_flow,
    a_holding,
    a_record,
    a_subscription,
    a_trade,
    an_account,
)

CLOSE = DAY - timedelta(days=2)
"""Day of the record's cash."""


def ago(days: int) -> date:
    return CLOSE - timedelta(days=days)


def said(record: CustomerRecord, subject: str) -> dict[str, str]:
    head = f"fact:{subject}."
    return {fact.id.removeprefix(head): fact.text for fact in facts_of(record, as_of=DAY) if fact.id.startswith(head)}


def test_every_kind_of_movement_is_undone() -> None:
    record = a_record(
        cash=50_000.0,
        cash_flows=(
            a_cash_flow(on=ago(1), amount=10_000.0),
            a_cash_flow(on=ago(2), amount=4_000.0, kind=CashFlowKind.WITHDRAWAL),
            a_cash_flow(on=ago(3), amount=100.0, kind=CashFlowKind.DIVIDEND),
            a_cash_flow(on=ago(4), amount=7.5, kind=CashFlowKind.FEE),
        ),
        trades=(
            replace(a_trade(traded_on=ago(5), amount=1_000.0), fee=5.0),
            replace(a_trade(traded_on=ago(6), amount=2_000.0, side="sell"), fee=6.0),
        ),
        subscriptions=(
            a_subscription(on=ago(7), amount=3_000.0),
            a_subscription(on=ago(8), amount=500.0, kind="redeem"),
        ),
    )
    points = [(day, fen / 100) for day, fen in cash_history(record, as_of=DAY).points]
    assert points == [
        (ago(0), 50_000.0),
        (ago(1), 50_000.0),
        (ago(2), 40_000.0),
        (ago(3), 44_000.0),
        (ago(4), 43_900.0),
        (ago(5), 43_907.5),
        (ago(6), 44_912.5),
        (ago(7), 42_918.5),
        (ago(8), 45_918.5),
    ]


def test_idle_since_the_day_from_which_half_of_it_lay_there() -> None:
    flows = (
        a_cash_flow(on=ago(10), amount=20_000.0),
        a_cash_flow(on=ago(60), amount=30_000.0),
        a_cash_flow(on=ago(200), amount=1_000.0),
    )
    record = a_record(cash=60_000.0, cash_flows=flows)
    history = cash_history(record, as_of=DAY)
    assert history.idle_since == ago(60)
    assert not history.always_idle
    assert history.lowest(90) == Decimal("10000.00")
    assert history.lowest(58) == Decimal("40000.00")
    assert said(record, "cash") == {"idle_days": "62天", "idle_since": "2026年9月21日", "lowest_90d": "1万元"}


def test_no_longer_than_records_reach_and_told_so() -> None:
    record = a_record(cash=60_000.0, cash_flows=(a_cash_flow(on=ago(70), amount=10_000.0),))
    assert said(record, "cash") == {"idle_days": "至少72天", "idle_since": "2026年9月11日"}


def test_without_records_nothing_is_said() -> None:
    assert said(a_record(cash=60_000.0), "cash") == {}
    assert said(a_record(cash=60_000.0), "flow") == {}
    assert said(a_record(cash=0.0, cash_flows=(a_cash_flow(on=ago(70)),)), "cash") == {}


def test_a_months_end_counts_more_than_the_walk() -> None:
    """A purchase on credit: the walk thinks that cash paid for it."""
    record = a_record(
        cash=50_000.0,
        trades=(a_trade(traded_on=ago(10), amount=900_000.0), a_trade(traded_on=ago(100), amount=1.0)),
        accounts=(an_account(as_of=ago(20), cash=48_000.0), an_account(as_of=ago(50), cash=5_000.0)),
    )
    history = cash_history(record, as_of=DAY)
    assert dict(history.points)[ago(20)] == 4_800_000
    assert history.idle_since == ago(20)


def test_a_balance_below_nothing_ends_the_walk() -> None:
    record = a_record(
        cash=1_000.0,
        cash_flows=(a_cash_flow(on=ago(10), amount=5_000.0), a_cash_flow(on=ago(400), amount=5_000.0)),
    )
    history = cash_history(record, as_of=DAY)
    assert history.known_since == ago(10)
    assert history.lowest(90) is None


def test_of_too_many_trades_the_walk_ends_where_they_are_no_longer_read() -> None:
    totals = TradeTotals(count_12m=9_000, amount_12m=5e6, fees_12m=700.0, last_traded_on=CLOSE, last_bought_on=CLOSE)
    record = a_record(
        cash=50_000.0,
        trades=(a_trade(traded_on=ago(1)), a_trade(traded_on=ago(3))),
        cash_flows=(a_cash_flow(on=ago(300)),),
        trade_totals=totals,
    )
    assert cash_history(record, as_of=DAY).known_since > ago(3)
    portfolio = portfolio_of(record, as_of=DAY)
    assert (portfolio.trades_12m, portfolio.traded_12m, portfolio.fees_12m) == (9_000, Decimal(5_000_000), Decimal(700))


def test_all_accounts_together_or_no_month_at_all() -> None:
    accounts = (
        an_account(as_of=date(2026, 10, 30), total_assets=10.0, account_id="A"),
        an_account(as_of=date(2026, 10, 30), total_assets=5.0, account_id="B", opened_on=date(2026, 9, 15)),
        an_account(as_of=date(2026, 9, 30), total_assets=9.0, account_id="A"),
        an_account(as_of=date(2026, 8, 31), total_assets=8.0, account_id="A"),
        an_account(as_of=date(2026, 8, 31), total_assets=2.0, account_id="CLOSED"),
    )
    history = asset_history(a_record(cash=20.0, accounts=accounts), as_of=DAY)
    assert [(point.on, point.value) for point in history] == [
        (date(2026, 8, 31), Decimal("10.00")),
        (date(2026, 10, 30), Decimal("15.00")),
        (CLOSE, Decimal("20.00")),
    ]


def test_one_month_is_one_point_and_this_month_is_today() -> None:
    days = (date(2026, 10, 9), date(2026, 10, 30), date(2026, 11, 13))
    history = asset_history(a_record(cash=1.0, accounts=tuple(an_account(as_of=day) for day in days)), as_of=DAY)
    assert [point.on for point in history] == [date(2026, 10, 30), CLOSE]


def test_payments_by_month_and_in_facts() -> None:
    record = a_record(
        cash=80_000.0,
        cash_flows=(
            a_cash_flow(on=date(2026, 11, 20), amount=30_000.0),
            a_cash_flow(on=date(2026, 11, 2), amount=6_000.0, kind=CashFlowKind.WITHDRAWAL),
            a_cash_flow(on=date(2026, 3, 5), amount=10.0, kind=CashFlowKind.INTEREST),
            a_cash_flow(on=date(2026, 1, 31), amount=1_000.0),
            a_cash_flow(on=date(2025, 11, 22), amount=9_999.0),
        ),
    )
    flows = monthly_flows(moved_by_customer(record, as_of=DAY), as_of=DAY)
    assert [flow.month for flow in flows] == [f"2025-{12}", *(f"2026-{month:02}" for month in range(1, 12))]
    assert [flow for flow in flows if flow.paid_in or flow.taken_out] == [
        MonthlyFlow("2026-01", Decimal(1_000), Decimal(0)),
        MonthlyFlow("2026-11", Decimal(30_000), Decimal(6_000)),
    ]
    assert said(record, "flow") == {
        "in_12m": "3.1万元",
        "out_12m": "6000元",
        "earned_12m": "10元",
        "last_moved_on": "2026年11月20日",
        "net_in_30d": "2.4万元",
        "net_in_share_30d": "30.0%",
    }


def test_what_went_is_told_of_what_was_there_before() -> None:
    record = a_record(
        cash=60_000.0,
        cash_flows=(a_cash_flow(on=date(2026, 11, 20), amount=40_000.0, kind=CashFlowKind.WITHDRAWAL),),
    )
    assert said(record, "flow")["net_out_share_30d"] == "40.0%"


def test_turnover_is_measured_against_the_mean_of_the_year() -> None:
    months = [date(2026, month, 28) for month in range(4, 11)]
    record = a_record(
        cash=10_000.0,
        trades=(a_trade(amount=90_000.0),),
        accounts=tuple(an_account(as_of=day, total_assets=110_000.0) for day in months),
    )
    portfolio = portfolio_of(record, as_of=DAY)
    assert portfolio.mean_assets == Decimal("97500.00")
    assert portfolio.turnover_12m == Decimal("46.2")
    few = replace(record, accounts=record.accounts[:5])
    assert portfolio_of(few, as_of=DAY).turnover_12m == Decimal("450.0")


def test_no_rate_is_told_of_next_to_nothing() -> None:
    record = a_record(cash=1.0, trades=(a_trade(amount=90_000.0),), accounts=())
    assert portfolio_of(record, as_of=DAY).turnover_12m is None
    assert "turnover_12m" not in said(record, "portfolio")
    assert "fees_share_12m" not in said(record, "cost")


movements = st.lists(
    st.tuples(
        st.integers(min_value=0, max_value=700),
        st.sampled_from(("deposit", "withdrawal", "dividend", "buy", "sell", "subscribe", "redeem")),
        st.integers(min_value=1, max_value=10**7),
    ),
    max_size=40,
)


@given(movements)
def test_walking_back_undoes_walking_forward(drawn: list[tuple[int, str, int]]) -> None:
    """Closing balances of a simulated account, from an opening balance that no movement can exhaust."""
    flows, trades, orders = [], [], []
    effect: dict[date, int] = defaultdict(int)
    for days, kind, fen in drawn:
        on, amount = ago(days), fen / 100
        match kind:
            case "buy" | "sell":
                trades.append(replace(a_trade(traded_on=on, side=kind, amount=amount), fee=1.25))
                effect[on] += fen - 125 if kind == "sell" else -fen - 125
            case "subscribe" | "redeem":
                orders.append(a_subscription(on=on, kind=kind, amount=amount))
                effect[on] += fen if kind == "redeem" else -fen
            case _:
                flow = a_cash_flow(on=on, kind=CashFlowKind(kind), amount=amount)
                flows.append(flow)
                effect[on] += fen * flow.kind.sign
    balance, closes = 10**9, {}
    for on in sorted(effect):
        balance += effect[on]
        closes[on] = balance
    record = a_record(cash=balance / 100, cash_flows=tuple(flows), trades=tuple(trades), subscriptions=tuple(orders))
    history = cash_history(record, as_of=DAY)
    assert dict(history.points) == {CLOSE: balance, **closes}
    lowest = history.lowest(700)
    assert lowest is None or lowest * 100 <= balance
    since = history.idle_since
    if since is not None:
        assert all(2 * fen >= balance for on, fen in closes.items() if on >= since)


@given(
    st.lists(
        st.tuples(
            st.dates(date(2024, 1, 1), date(2027, 1, 1)), st.integers(min_value=1, max_value=10**6), st.booleans()
        )
    )
)
def test_months_add_up_to_the_payments_of_these_months(drawn: list[tuple[date, int, bool]]) -> None:
    flows = sorted(
        (
            a_cash_flow(on=on, amount=float(yuan), kind=CashFlowKind.DEPOSIT if into else CashFlowKind.WITHDRAWAL)
            for on, yuan, into in drawn
        ),
        key=lambda flow: flow.on,
        reverse=True,
    )
    moved = moved_by_customer(a_record(cash_flows=tuple(flows)), as_of=DAY)
    months = monthly_flows(moved, as_of=DAY)
    assert len(months) == 12
    assert sum(flow.net for flow in months) == sum(
        (1 if into else -1) * yuan for on, yuan, into in drawn if date(2025, 12, 1) <= on <= DAY
    )


@pytest.mark.parametrize("cash_as_of", [DAY + timedelta(days=1)])
def test_cash_of_a_later_day_tells_nothing_of_today(cash_as_of: date) -> None:
    record = replace(a_record(holdings=(a_holding(),), cash_flows=(a_cash_flow(on=ago(100)),)), cash_as_of=cash_as_of)
    assert said(record, "cash") == {}
    assert said(record, "result") == {}
