from datetime import date, timedelta

import pytest

from assistant.analysis.portrait import facts_of
from assistant.analysis.suitability import SuitabilityPolicy
from knowledge.customers.model import CustomerRecord, InvestorStatus, RiskLevel, ServiceRecord, Touchpoint
from tests.support.customers import (
    DAY,
    a_customer,
    a_holding,
    a_margin_position,
    a_record,
    a_trade,
    an_assessment,
)


def said(record: CustomerRecord, day: date = DAY) -> dict[str, str]:
    return {fact.id.removeprefix("fact:"): fact.text for fact in facts_of(record, as_of=day)}


def test_who_the_customer_is() -> None:
    facts = said(a_record())
    assert facts["customer.age"] == "45岁"
    assert facts["customer.risk_level"] == "C3（稳健型）"
    assert facts["customer.suitable_grades"] == "R1至R3"
    assert facts["customer.tenure"] == "11年"
    assert facts["assessment.days_left"] == "466天"
    assert facts["assessment.expires_on"] == "2028年3月2日"
    assert facts["assessment.max_loss"] == "10%"


def test_an_expired_assessment_is_not_told_as_the_level() -> None:
    facts = said(a_record(a_customer(assessment=an_assessment(expires_on=DAY - timedelta(days=3)))))
    assert facts["customer.risk_level"] == "最近一次为C3（稳健型），现已失效"
    assert facts["customer.suitable_grades"] == "暂不能匹配产品"
    assert facts["assessment.days_expired"] == "3天"
    assert "assessment.days_left" not in facts


def test_without_an_assessment_nothing_is_made_up() -> None:
    facts = said(a_record(a_customer(assessment=None)))
    assert facts["customer.risk_level"] == "尚未测评"
    assert not [key for key in facts if key.startswith("assessment.")]


def test_the_lowest_class_and_the_guardian_are_told() -> None:
    child = a_customer(
        born_on=date(2014, 1, 1),
        full_capacity=False,
        assessment=an_assessment(level=RiskLevel.C1, lowest_class=True),
    )
    facts = said(a_record(child))
    assert facts["customer.lowest_class"] == "风险承受能力最低类别"
    assert facts["customer.suitable_grades"] == "R1"
    assert "监护人" in facts["customer.capacity"]


def test_a_professional_needs_no_assessment() -> None:
    facts = said(a_record(a_customer(status=InvestorStatus.PROFESSIONAL, assessment=None)))
    assert facts["customer.suitable_grades"] == "R1至R5"


@pytest.mark.parametrize(
    ("born_on", "day", "days"),
    [
        (date(1981, 11, 22), DAY, "0天"),
        (date(1981, 11, 21), DAY, "364天"),
        (date(1981, 11, 25), DAY, "3天"),
        (date(1980, 2, 29), date(2026, 2, 27), "1天"),
        (date(1980, 2, 29), date(2028, 2, 28), "1天"),
    ],
)
def test_birthdays(born_on: date, day: date, days: str) -> None:
    assert said(a_record(a_customer(born_on=born_on)), day)["customer.days_to_birthday"] == days


def test_how_it_goes_between_us() -> None:
    record = a_record(
        trades=(a_trade(traded_on=DAY - timedelta(days=40)),),
        touchpoints=(
            Touchpoint(on=DAY - timedelta(days=2), channel="app", topic="登录"),
            Touchpoint(on=DAY - timedelta(days=20), channel="phone", topic="回访"),
        ),
        service_records=(
            ServiceRecord(on=DAY - timedelta(days=30), channel="phone", staff="李", kind="complaint", remark="投诉。"),
            ServiceRecord(on=DAY - timedelta(days=400), channel="phone", staff="李", kind="care", remark="问候。"),
        ),
    )
    facts = said(record)
    assert facts["service.days_since_contact"] == "20天"
    assert facts["service.days_since_visit"] == "2天"
    assert facts["service.days_since_trade"] == "40天"
    assert facts["service.days_since_complaint"] == "30天"
    assert (facts["service.records_12m"], facts["service.complaints_12m"]) == ("1次", "1次")


def test_margin_is_told_from_the_system_with_its_day() -> None:
    facts = said(a_record(margin=a_margin_position(maintenance_ratio_pct=148.2)))
    assert facts["margin.ratio"] == "148.2%"
    assert facts["margin.distance"] == "低于警戒线1.8个百分点"
    assert facts["margin.measured_on"] == "2026年11月20日"


def test_no_identifier_is_a_fact() -> None:
    record = a_record(holdings=(a_holding(),), margin=a_margin_position())
    everything = " ".join(f"{fact.label}{fact.text}{fact.value}{fact.source}" for fact in facts_of(record, as_of=DAY))
    for identifier in (record.customer.name, record.customer.phone, record.customer.identity_number):
        assert identifier not in everything


def test_ids_are_unique_and_stable() -> None:
    facts = facts_of(a_record(holdings=(a_holding(), a_holding())), as_of=DAY, policy=SuitabilityPolicy())
    ids = [fact.id for fact in facts]
    assert len(ids) == len(set(ids))
    assert all(fact.as_of == DAY and fact.text and fact.source for fact in facts)
