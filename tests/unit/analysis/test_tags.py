"""Tags: each is earned at its line, not just beyond it, and told with its rule."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from assistant.analysis.suitability import SuitabilityPolicy
from assistant.analysis.tags import OPTED_OUT, TAG_RULES, TAGS, tags_of
from knowledge.customers.model import Complaint, InvestorStatus, ServiceRecord, Touchpoint, TradeTotals
from knowledge.customers.tagging.model import CustomerTraits
from tests.support.customers import DAY, a_customer, a_holding, a_margin_position, a_record, a_trade, an_assessment
from tests.support.traits import traits_of

PLAIN = traits_of(a_record(cash=1_000.0, average_assets_20d=1_000.0), as_of=DAY)


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


EARNED: dict[str, tuple[CustomerTraits, CustomerTraits]] = {
    "高净值": (replace(PLAIN, total_assets=1e6), replace(PLAIN, total_assets=999_999.99)),
    "闲置资金": (
        replace(PLAIN, cash=60_000.0, total_assets=200_000.0),
        replace(PLAIN, cash=60_000.0, total_assets=200_001.0),
    ),
    "测评失效": (replace(PLAIN, expires_on=DAY), replace(PLAIN, expires_on=ago(-1))),
    "测评将失效": (replace(PLAIN, expires_on=ago(-60)), replace(PLAIN, expires_on=ago(-61))),
    "产品将到期": (replace(PLAIN, next_maturity=ago(-60)), replace(PLAIN, next_maturity=ago(-61))),
    "两融客户": (replace(PLAIN, has_margin=True), PLAIN),
    "沉睡客户": (
        replace(PLAIN, last_traded_on=ago(180), last_visited_on=ago(300)),
        replace(PLAIN, last_traded_on=ago(179), last_visited_on=ago(300)),
    ),
    "资产下降": (
        replace(PLAIN, total_assets=69_999.0, average_assets_20d=100_000.0),
        replace(PLAIN, total_assets=70_000.0, average_assets_20d=100_000.0),
    ),
    "老年客户": (replace(PLAIN, born_on=date(1961, 11, 22)), replace(PLAIN, born_on=date(1961, 11, 23))),
    "未成年人": (replace(PLAIN, born_on=date(2008, 11, 23)), replace(PLAIN, born_on=date(2008, 11, 22))),
    "监护人代理": (replace(PLAIN, full_capacity=False), PLAIN),
    "专业投资者": (replace(PLAIN, status=InvestorStatus.PROFESSIONAL), PLAIN),
    "合格投资者": (replace(PLAIN, status=InvestorStatus.QUALIFIED), PLAIN),
    "近期生日": (replace(PLAIN, born_on=date(1981, 11, 29)), replace(PLAIN, born_on=date(1981, 11, 30))),
    "近期投诉": (replace(PLAIN, last_complaint_on=ago(90)), replace(PLAIN, last_complaint_on=ago(91))),
    OPTED_OUT: (replace(PLAIN, profiling_consent=False), PLAIN),
}


def tags(traits: CustomerTraits) -> tuple[str, ...]:
    return tags_of(traits, as_of=DAY, policy=SuitabilityPolicy())


@pytest.mark.parametrize("tag", TAG_RULES)
def test_each_tag_is_earned_at_its_line_and_not_beyond(tag: str) -> None:
    there, not_there = EARNED[tag]
    assert tag in tags(there)
    assert tag not in tags(not_there)


def test_an_ordinary_customer_has_none() -> None:
    assert tags(PLAIN) == ()


def test_whoever_opted_out_is_told_by_no_other_tag() -> None:
    assert tags(replace(PLAIN, profiling_consent=False, total_assets=9e9, has_margin=True)) == (OPTED_OUT,)


def test_tags_stand_in_the_order_of_their_table() -> None:
    names = [tag.name for tag in TAGS]
    found = tags(replace(PLAIN, total_assets=2e6, cash=1e6, has_margin=True, expires_on=DAY, full_capacity=False))
    assert list(found) == sorted(found, key=names.index)


def test_the_firm_may_let_an_assessment_lapse_sooner_than_the_record_says() -> None:
    traits = replace(PLAIN, assessed_on=ago(400), expires_on=ago(-300))
    assert "测评失效" in tags_of(traits, as_of=DAY, policy=SuitabilityPolicy(assessment_valid_months=12))
    assert "测评失效" not in tags(traits)


def test_traits_are_read_from_the_whole_record_up_to_the_day() -> None:
    record = a_record(
        a_customer(assessment=an_assessment()),
        cash=10.0,
        holdings=(a_holding(matures_on=ago(1)), a_holding(matures_on=ago(-9)), a_holding(matures_on=ago(-5))),
        trades=(a_trade(traded_on=ago(4)), a_trade(traded_on=ago(-1))),
        touchpoints=(
            Touchpoint(on=ago(2), channel="phone", topic="回访"),
            Touchpoint(on=ago(6), channel="pc", topic="登录"),
        ),
        service_records=(ServiceRecord(on=ago(30), channel="phone", staff="李", kind="complaint", remark="不满"),),
        margin=a_margin_position(),
    )
    complaint = Complaint(received_on=ago(20), channel="phone", topic="费用", text="不满")
    traits = traits_of(replace(record, complaints=(complaint,)), as_of=DAY)
    assert (traits.next_maturity, traits.last_traded_on, traits.last_visited_on) == (ago(-5), ago(4), ago(6))
    assert (traits.last_complaint_on, traits.has_margin) == (ago(20), True)
    assert traits.expires_on == date(2028, 3, 2)


def test_of_too_many_trades_the_totals_tell_the_last_day() -> None:
    totals = TradeTotals(count_12m=9, amount_12m=9.0, fees_12m=9.0, last_traded_on=ago(3), last_bought_on=None)
    assert traits_of(replace(a_record(), trade_totals=totals), as_of=DAY).last_traded_on == ago(3)
