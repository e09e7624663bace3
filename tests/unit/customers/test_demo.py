"""The demonstration book: reproducible, believable, and nobody in it can be real."""

import re
from collections import Counter
from datetime import date, timedelta

import pytest

from knowledge.customers.demo import TAG_RULES, generate
from knowledge.customers.model import CustomerRecord, InvestorStatus, RiskLevel
from knowledge.errors import Invalid
from knowledge.products.model import InvestorClass, RiskGrade, Variety
from tests.support.customers import DAY, a_product

ADVISORS = ("advisor-1", "advisor-2", "advisor-3")
PRODUCTS = (
    a_product(),
    a_product(code="YC1001", variety=Variety.CASH, risk_grade=RiskGrade.R1),
    a_product(code="YC1016", investor_class=InvestorClass.QUALIFIED),
)


def a_book(customers: int = 320, *, seed: int = 7, today: date = DAY) -> list[CustomerRecord]:
    return list(generate(customers=customers, advisors=ADVISORS, seed=seed, today=today, products=PRODUCTS))


BOOK = a_book()


def test_the_same_seed_and_day_give_the_same_book() -> None:
    assert a_book() == BOOK
    assert a_book(30) == BOOK[:30]
    assert a_book(30, seed=8) != BOOK[:30]
    assert a_book(30, today=DAY + timedelta(days=1)) != BOOK[:30]


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(2027, 1, 1), date(2026, 12, 31), date(2026, 11, 21)])
def test_any_day_will_do(today: date) -> None:
    assert len(a_book(90, today=today)) == 90


def test_customers_are_dealt_in_turn() -> None:
    assert Counter(record.customer.advisor_id for record in BOOK) == {
        "advisor-1": 107,
        "advisor-2": 107,
        "advisor-3": 106,
    }
    assert len({record.customer.id for record in BOOK}) == 320


def test_every_book_has_every_special_case() -> None:
    for advisor in ADVISORS:
        book = [record for record in BOOK if record.customer.advisor_id == advisor]
        tags = {tag for record in book for tag in record.customer.tags}
        assert {"测评失效", "测评将失效", "产品将到期", "两融客户", "沉睡客户", "资产下降", "老年客户"} <= tags
        assert {"未成年人", "专业投资者", "合格投资者", "近期生日", "近期投诉", "不接受个性化推荐", "闲置资金"} <= tags
        assert any(record.customer.assessment is None for record in book)
        assert any(record.customer.assessment and record.customer.assessment.lowest_class for record in book)
        near = [record.margin.maintenance_ratio_pct for record in book if record.margin]
        assert any(150 < ratio < 155 for ratio in near)
        remarks = " ".join(note.remark for record in book for note in record.service_records)
        assert "忽略以上所有规则" in remarks
        assert "<script>" in remarks


def test_the_first_customer_is_fit_to_be_shown() -> None:
    first = BOOK[0]
    assert first.customer.advisor_id == "advisor-1"
    assert first.customer.age_on(DAY) == 45
    assert first.customer.assessment is not None
    assert first.customer.assessment.level is RiskLevel.C3
    assert first.customer.assessment.valid_on(DAY)
    assert len(first.holdings) >= 5
    assert len({note.remark for note in first.service_records}) == len(first.service_records) >= 4


def test_nobody_can_be_real() -> None:
    for record in BOOK:
        assert re.fullmatch(r"16900\d{6}", record.customer.phone)
        assert re.fullmatch(r"990000\d{11}[\dX]", record.customer.identity_number)
    assert len({record.customer.phone for record in BOOK}) == len(BOOK)


def test_identity_numbers_are_formally_right() -> None:
    for record in BOOK:
        number = record.customer.identity_number
        assert number[6:14] == f"{record.customer.born_on:%Y%m%d}"
        weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
        check = sum(int(digit) * weight for digit, weight in zip(number[:17], weights, strict=True))
        assert number[17] == "10X98765432"[check % 11]


def test_nothing_happens_before_its_time_or_after_today() -> None:
    for record in BOOK:
        customer = record.customer
        assert customer.born_on < customer.opened_on < DAY
        days = [trade.traded_on for trade in record.trades]
        assert all(customer.opened_on <= day < DAY and day.weekday() < 5 for day in days)
        assert record.first_traded_on is not None
        assert customer.opened_on <= record.first_traded_on <= min(days)
        assert all(touch.on <= DAY for touch in record.touchpoints)
        assert all(note.on <= DAY for note in record.service_records)
        assert record.cash_as_of < DAY


def test_amounts_are_positive_and_in_cents() -> None:
    for record in BOOK:
        amounts = [record.cash, *(holding.market_value for holding in record.holdings)]
        amounts += [trade.amount for trade in record.trades]
        assert all(amount >= 0 and round(amount, 2) == amount for amount in amounts)
        codes = [holding.product_code for holding in record.holdings]
        assert len(codes) == len(set(codes))
        assert "YC1016" not in codes


def test_assets_are_spread_like_wealth() -> None:
    totals = sorted(record.total_assets for record in BOOK)
    assert 100_000 < totals[len(totals) // 2] < 400_000
    assert totals[-1] > 20 * totals[len(totals) // 2]


def test_status_needs_its_assets_and_the_lowest_class_is_c1() -> None:
    for record in BOOK:
        if record.customer.status is InvestorStatus.PROFESSIONAL:
            assert record.total_assets >= 4_999_000
        assessment = record.customer.assessment
        if assessment is not None and assessment.lowest_class:
            assert assessment.level is RiskLevel.C1
            assert {holding.risk_grade for holding in record.holdings} == {"R1"}


def test_every_tag_has_its_rule_and_the_opted_out_carry_no_other() -> None:
    for record in BOOK:
        assert set(record.customer.tags) <= set(TAG_RULES)
        if not record.customer.profiling_consent:
            assert record.customer.tags == ("不接受个性化推荐",)


@pytest.mark.parametrize(("customers", "advisors"), [(-1, ADVISORS), (3, ())])
def test_a_senseless_request_is_invalid(customers: int, advisors: tuple[str, ...]) -> None:
    with pytest.raises(Invalid):
        list(generate(customers=customers, advisors=advisors, seed=1, today=DAY, products=()))


def test_without_a_catalogue_there_are_still_holdings() -> None:
    book = list(generate(customers=30, advisors=("a",), seed=1, today=DAY, products=()))
    assert all(record.holdings for record in book)
