"""Observations: each special case is seen, and none says more than its facts."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from assistant.analysis.diagnosis import diagnose
from assistant.analysis.model import Attention, Observation
from assistant.analysis.portrait import Background, facts_of
from assistant.analysis.suitability import SuitabilityPolicy
from knowledge.customers.model import (
    CashFlowKind,
    Complaint,
    CustomerRecord,
    Horizon,
    InvestorStatus,
    RiskLevel,
    ServiceRecord,
    Subscription,
    Touchpoint,
)
from knowledge.products.model import RiskGrade, Variety
from tests.support.books import a_book
from tests.support.customers import (
    DAY,
    a_cash_flow,
    a_customer,
    a_holding,
    a_margin_position,
    a_price_series,
    a_product,
    a_record,
    a_trade,
    an_assessment,
)

POLICY = SuitabilityPolicy()
QUIET = a_record(
    cash=20_000.0,
    average_assets_20d=123_000.0,
    holdings=(
        a_holding(market_value=60_000.0, cost=60_000.0),
        a_holding(product_code="M", variety=Variety.MIXED, market_value=25_000.0, cost=25_000.0),
        a_holding(product_code="E", variety=Variety.EQUITY, market_value=18_000.0, cost=18_000.0),
    ),
    touchpoints=(Touchpoint(on=DAY - timedelta(days=3), channel="phone", topic="回访"),),
)
"""A customer about whom there is nothing to say."""


def seen(record: CustomerRecord, key: str) -> Observation | None:
    return next((found for found in diagnose(record, as_of=DAY, policy=POLICY) if found.key == key), None)


def test_about_a_quiet_customer_there_is_nothing_to_say() -> None:
    assert diagnose(QUIET, as_of=DAY, policy=POLICY) == ()


def a_bold_holding(**changes: object) -> CustomerRecord:
    bold = a_holding(product_code="X", product_name="星河芯片", variety=Variety.EQUITY, risk_grade=RiskGrade.R4)
    return replace(QUIET, holdings=(replace(bold, **changes), *QUIET.holdings))  # type: ignore[arg-type]


def with_loss(*, of_tolerance: str) -> CustomerRecord:
    """A tenth lost would be all that is bearable."""
    lost = 10_000 * Decimal(of_tolerance)
    held = replace(QUIET.holdings[0], cost=100_000.0, market_value=float(100_000 - lost))
    bearing = replace(QUIET.customer, assessment=an_assessment(max_loss_pct=10))
    return replace(QUIET, customer=bearing, holdings=(held,), cash=0.0)


def with_customer(**changes: object) -> CustomerRecord:
    return replace(QUIET, customer=replace(QUIET.customer, **changes))  # type: ignore[arg-type]


COMPLAINT = ServiceRecord(on=DAY - timedelta(days=90), channel="phone", staff="李", kind="complaint", remark="不满。")

CASES: dict[str, tuple[CustomerRecord, Attention]] = {
    "recent_complaint": (replace(QUIET, service_records=(COMPLAINT,)), Attention.URGENT),
    "margin_near_warning": (
        replace(QUIET, margin=a_margin_position(maintenance_ratio_pct=169.9)),
        Attention.URGENT,
    ),
    "margin_below_warning": (
        replace(QUIET, margin=a_margin_position(maintenance_ratio_pct=149.9)),
        Attention.URGENT,
    ),
    "assessment_missing": (with_customer(assessment=None), Attention.URGENT),
    "assessment_expired": (with_customer(assessment=an_assessment(expires_on=DAY)), Attention.URGENT),
    "assessment_expiring": (
        with_customer(assessment=an_assessment(expires_on=DAY + timedelta(days=60))),
        Attention.IMPORTANT,
    ),
    "guardian": (with_customer(full_capacity=False), Attention.IMPORTANT),
    "profiling_opt_out": (with_customer(profiling_consent=False), Attention.IMPORTANT),
    "over_level_holdings": (a_bold_holding(), Attention.IMPORTANT),
    "elderly_high_risk": (
        replace(a_bold_holding(), customer=a_customer(born_on=date(1950, 1, 1))),
        Attention.IMPORTANT,
    ),
    "concentrated_holding": (a_bold_holding(market_value=60_000.0), Attention.IMPORTANT),
    "concentrated_industry": (a_bold_holding(market_value=90_000.0, industry="半导体"), Attention.NORMAL),
    "loss_beyond_tolerance": (a_bold_holding(cost=150_000.0), Attention.IMPORTANT),
    "loss_near_tolerance": (with_loss(of_tolerance="0.8"), Attention.NORMAL),
    "maturing_holding": (a_bold_holding(matures_on=DAY + timedelta(days=60)), Attention.IMPORTANT),
    "idle_cash": (replace(QUIET, cash=60_000.0), Attention.IMPORTANT),
    "assets_shrinking": (replace(QUIET, average_assets_20d=180_000.0), Attention.IMPORTANT),
    "variety_mismatch": (
        with_customer(assessment=an_assessment(varieties=frozenset({"cash", "fixed_income", "mixed"}))),
        Attention.NORMAL,
    ),
    "horizon_mismatch": (a_bold_holding(matures_on=DAY + timedelta(days=40_000)), Attention.NORMAL),
    "allocation_gap": (replace(QUIET, cash=90_000.0), Attention.NORMAL),
    "frequent_trading": (replace(QUIET, trades=(a_trade(amount=800_000.0),)), Attention.NORMAL),
    "permissions_within_reach": (
        with_customer(assessment=an_assessment(level=RiskLevel.C4)),
        Attention.NORMAL,
    ),
    "dormant": (
        replace(
            QUIET,
            trades=(a_trade(traded_on=DAY - timedelta(days=200)),),
            touchpoints=(Touchpoint(on=DAY - timedelta(days=180), channel="app", topic="登录"),),
        ),
        Attention.NORMAL,
    ),
    "no_recent_contact": (
        replace(QUIET, touchpoints=(Touchpoint(on=DAY - timedelta(days=90), channel="phone", topic="回访"),)),
        Attention.NORMAL,
    ),
    "birthday": (with_customer(born_on=date(1981, 11, 29)), Attention.NORMAL),
    "overdue_holding": (a_bold_holding(matures_on=DAY - timedelta(days=1)), Attention.IMPORTANT),
    "large_inflow": (
        replace(QUIET, cash=50_000.0, cash_flows=(a_cash_flow(on=DAY, amount=50_000.0),)),
        Attention.NORMAL,
    ),
    "large_outflow": (
        replace(QUIET, cash_flows=(a_cash_flow(on=DAY, amount=53_000.0, kind=CashFlowKind.WITHDRAWAL),)),
        Attention.IMPORTANT,
    ),
}


@pytest.mark.parametrize("key", CASES)
def test_each_case_is_seen(key: str) -> None:
    record, severity = CASES[key]
    found = seen(record, key)
    assert found is not None
    assert found.severity is severity


JUST_NOT: dict[str, CustomerRecord] = {
    "recent_complaint": replace(QUIET, service_records=(replace(COMPLAINT, on=DAY - timedelta(days=91)),)),
    "margin_near_warning": replace(QUIET, margin=a_margin_position(maintenance_ratio_pct=170.0)),
    "assessment_expiring": with_customer(assessment=an_assessment(expires_on=DAY + timedelta(days=61))),
    "assessment_missing": with_customer(assessment=None, status=InvestorStatus.PROFESSIONAL),
    "over_level_holdings": replace(a_bold_holding(), customer=a_customer(status=InvestorStatus.PROFESSIONAL)),
    "loss_near_tolerance": with_loss(of_tolerance="0.79"),
    "loss_beyond_tolerance": with_loss(of_tolerance="0.99"),
    "maturing_holding": a_bold_holding(matures_on=DAY + timedelta(days=61)),
    "concentrated_holding": replace(QUIET, holdings=(a_holding(market_value=900_000.0),)),
    "idle_cash": replace(QUIET, cash=49_999.0),
    "permissions_within_reach": QUIET,
    "birthday": with_customer(born_on=date(1981, 11, 30)),
    "overdue_holding": a_bold_holding(matures_on=DAY),
    "large_inflow": replace(
        QUIET, cash=50_000.0, cash_flows=(a_cash_flow(on=DAY - timedelta(days=30), amount=50_000.0),)
    ),
    "large_outflow": replace(QUIET, cash_flows=(a_cash_flow(on=DAY, amount=52_000.0, kind=CashFlowKind.WITHDRAWAL),)),
}


@pytest.mark.parametrize("key", JUST_NOT)
def test_just_beyond_the_line_it_is_not(key: str) -> None:
    assert seen(JUST_NOT[key], key) is None


def test_the_lowest_class_with_more_than_r1_is_urgent() -> None:
    lowest = a_customer(assessment=an_assessment(level=RiskLevel.C1, lowest_class=True))
    found = seen(replace(a_bold_holding(), customer=lowest), "over_level_holdings")
    assert found is not None
    assert found.severity is Attention.URGENT


def test_an_open_complaint_is_urgent_however_old() -> None:
    complaint = Complaint(received_on=DAY - timedelta(days=200), channel="phone", topic="费用", text="不满")
    found = seen(replace(QUIET, complaints=(complaint,)), "recent_complaint")
    assert found is not None
    assert found.text == "最近一次投诉在2026年5月6日，距今200天；尚未办结的投诉有1件，最早一件已受理200天。"
    assert seen(replace(QUIET, complaints=(replace(complaint, closed_on=DAY),)), "recent_complaint") is None


FALLEN = Background(
    prices={
        held.product_code: a_price_series([*[100.0] * 130, 120.0, 100.0], code=held.product_code)
        for held in QUIET.holdings
    }
)
"""Everything fell by a sixth."""


@pytest.mark.parametrize(("tolerated", "told"), [(16, True), (17, False)])
def test_past_falls_beyond_the_tolerance_are_told(tolerated: int, told: bool) -> None:
    record = with_customer(assessment=an_assessment(max_loss_pct=tolerated))
    keys = [found.key for found in diagnose(record, as_of=DAY, policy=POLICY, background=FALLEN)]
    assert keys == (["drawdown_beyond_tolerance"] if told else [])


def test_past_falls_are_not_told_of_a_part() -> None:
    part = Background(prices={"M": FALLEN.prices["M"]})
    record = with_customer(assessment=an_assessment(max_loss_pct=1))
    assert diagnose(record, as_of=DAY, policy=POLICY, background=part) == ()


@pytest.mark.parametrize(("bought_on", "told"), [(DAY - timedelta(days=730), True), (DAY - timedelta(days=731), False)])
def test_what_stays_locked_beyond_the_horizon_is_told(bought_on: date, *, told: bool) -> None:
    """Three years locked, money wanted within one: 366 days are left on the day that is told, 365 the day after."""
    locked = a_product(code="YC77", lock_up_days=1_096)
    held = a_holding(product_code="YC77", product_name="三年持有")
    bought = Subscription(on=bought_on, product_code="YC77", product_name="三年持有", kind="subscribe", amount=60_000.0)
    earlier = replace(bought, on=bought_on - timedelta(days=900))
    record = replace(
        with_customer(assessment=an_assessment(horizon=Horizon.SHORT)),
        holdings=(held, *QUIET.holdings),
        subscriptions=(earlier, bought, replace(bought, kind="redeem", on=DAY)),
    )
    background = Background(products={"YC77": locked})
    found = [
        each.text
        for each in diagnose(record, as_of=DAY, policy=POLICY, background=background)
        if each.key == "horizon_mismatch"
    ]
    assert found == (["三年持有最近的一份还要锁定366天，长于测评时所选的投资期限（1年以内）。"] if told else [])


def test_idle_cash_says_for_how_long() -> None:
    flow = a_cash_flow(on=DAY - timedelta(days=100), amount=55_000.0)
    old = a_cash_flow(on=DAY - timedelta(days=150), amount=1.0)
    found = seen(replace(QUIET, cash=60_000.0, cash_flows=(flow, old)), "idle_cash")
    assert found is not None
    assert "其中半数以上已经连续留存100天" in found.text


def test_urgent_comes_first() -> None:
    record = replace(
        QUIET, cash=900_000.0, margin=a_margin_position(maintenance_ratio_pct=140.0), service_records=(COMPLAINT,)
    )
    severities = [found.severity for found in diagnose(record, as_of=DAY, policy=POLICY)]
    assert severities == sorted(severities, key=list(Attention).index)


def every_record() -> list[CustomerRecord]:
    products = [a_product(), a_product(code="YC30", name="一策短债30天", variety=Variety.FIXED_INCOME)]
    drawn = a_book(150, advisors=("a",), seed=11, today=DAY, products=products)
    return [*drawn, *(record for record, _ in CASES.values())]


def numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:\.\d+)?", text))


@pytest.fixture(scope="module")
def observed() -> list[tuple[CustomerRecord, tuple[Observation, ...]]]:
    found = [(record, tuple(diagnose(record, as_of=DAY, policy=POLICY))) for record in every_record()]
    assert sum(len(observations) for _, observations in found) > 150
    return found


def test_every_number_stands_in_a_fact_that_it_names(
    observed: list[tuple[CustomerRecord, tuple[Observation, ...]]],
) -> None:
    for record, observations in observed:
        facts = {fact.id: fact.text for fact in facts_of(record, as_of=DAY, policy=POLICY)}
        for found in observations:
            assert numbers(found.text) <= numbers(" ".join(facts[fact] for fact in found.facts)), found


def test_every_observation_is_a_sentence_without_a_name(
    observed: list[tuple[CustomerRecord, tuple[Observation, ...]]],
) -> None:
    for record, observations in observed:
        for found in observations:
            assert found.text.endswith("。"), found
            assert (found.action or "。").endswith("。"), found
            assert found.library_topics, found
            assert not any(word in found.text for word in (record.customer.name, "您", "你", "客户")), found


@pytest.mark.parametrize(("value", "told"), [(9_960.0, False), (9_940.0, True)])
def test_a_loss_that_nobody_would_notice_alarms_not_even_who_bears_none(value: float, *, told: bool) -> None:
    unwilling = a_customer(assessment=an_assessment(level=RiskLevel.C1, max_loss_pct=0))
    record = a_record(unwilling, holdings=(a_holding(cost=10_000.0, market_value=value, risk_grade=RiskGrade.R1),))
    found = seen(record, "loss_beyond_tolerance")
    assert (found is not None) is told
    if found is not None:
        assert "而测评时说不愿承受任何亏损" in found.text


def test_nobody_of_the_lowest_class_is_held_against_the_reference() -> None:
    lowest = an_assessment(level=RiskLevel.C1, lowest_class=True)
    assert seen(a_record(a_customer(assessment=lowest), cash=900_000.0), "allocation_gap") is None
