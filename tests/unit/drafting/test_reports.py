"""Reports and notices: each kind says what it is for, proves it, and knows whom it is not for."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from assistant.analysis.portrait import Background, portrait_of
from assistant.drafting.letter import PlanText
from assistant.drafting.letters import LETTERS, letter_of, wanted_texts
from assistant.drafting.model import REPORTS, DraftKind, Evidence
from assistant.drafting.plan_material import PlanMaterial, gathered
from assistant.drafting.report_portfolio import month_ends, quarter_facts
from assistant.errors import Invalid
from assistant.review.model import POLICY, SUBMIT_LICENCE
from knowledge.customers.model import (
    AccountKind,
    AccountSnapshot,
    CashFlow,
    CashFlowKind,
    CustomerRecord,
    ServiceRecord,
    TradeTotals,
)
from knowledge.products.model import RiskGrade, Variety
from tests.support.customers import DAY, a_customer, a_holding, a_product, a_record, a_trade, an_assessment
from tests.support.drafting import some_evidence

PRODUCTS = {
    product.code: product
    for product in (
        a_product(code="YC2", name="乙债券", variety=Variety.FIXED_INCOME, risk_grade=RiskGrade.R2),
        a_product(code="YC3", name="丙混合", risk_grade=RiskGrade.R3),
    )
}
DUE = DAY + timedelta(days=40)
MATURING = a_record(
    cash=200_000.0, holdings=(a_holding(product_code="N1", product_name="某凭证", matures_on=DUE), a_holding())
)
EXPIRED = a_record(a_customer(assessment=an_assessment(expires_on=date(2026, 10, 1))), holdings=(a_holding(),))
OPTED_OUT = a_customer(profiling_consent=False, assessment=an_assessment(expires_on=date(2026, 10, 1)))
RECORDS = {
    DraftKind.PLAN: MATURING,
    DraftKind.DIAGNOSIS: MATURING,
    DraftKind.QUARTERLY: MATURING,
    DraftKind.MATURITY: MATURING,
    DraftKind.REASSESSMENT: EXPIRED,
    DraftKind.EDUCATION: MATURING,
}
PERSONAL = re.compile(r"\d+岁|教师|C3|稳健|万元|您在测评中")


def an_evidence(reference: str) -> Evidence:
    text = f"{reference}说，不给产品级建议。\n\n客户本人在营业部填写（依据：某办法，SUIT:21）。"
    return some_evidence(text, ref=f"{reference}@2026-01-05", heading=f"{reference}的标题")


def a_material(record: CustomerRecord, kind: DraftKind) -> PlanMaterial:
    bare = gathered(portrait_of(record, as_of=DAY), PRODUCTS, kind=kind)
    return replace(bare, evidence=tuple(map(an_evidence, wanted_texts(bare))))


def a_letter(record: CustomerRecord, kind: DraftKind) -> PlanText:
    return letter_of(a_material(record, kind))


def words(letter: PlanText, key: str | None = None) -> str:
    return "\n".join(
        statement.text for section in letter.sections if key in (None, section.key) for statement in section.statements
    )


def test_every_report_is_a_letter_and_needs_approval_like_a_plan() -> None:
    assert set(LETTERS) == REPORTS | {DraftKind.PLAN}
    assert set(LETTERS) <= set(POLICY)
    assert set(LETTERS) <= set(SUBMIT_LICENCE)


@pytest.mark.parametrize("kind", LETTERS)
def test_every_sentence_cites_what_is_at_hand_word_for_word(kind: DraftKind) -> None:
    material = a_material(RECORDS[kind], kind)
    letter = letter_of(material)
    facts = {fact.id: fact.text for fact in letter.facts}
    texts = {item.ref: item.text for item in material.evidence}
    for section in letter.sections:
        for statement in section.statements:
            assert statement.citations or not statement.kind.needs_citation, statement
            for citation in statement.citations:
                assert citation.quote in (facts | texts)[citation.source]
            assert "{" not in statement.text


@pytest.mark.parametrize(
    "kind", [DraftKind.DIAGNOSIS, DraftKind.QUARTERLY, DraftKind.EDUCATION, DraftKind.REASSESSMENT]
)
def test_a_report_puts_no_product_forward(kind: DraftKind) -> None:
    letter = a_letter(RECORDS[kind], kind)
    assert letter.recommended_products == ()
    assert not any(product.name in words(letter) for product in PRODUCTS.values())


def test_what_matures_is_told_with_its_day_and_products_of_its_kind_only() -> None:
    letter = a_letter(MATURING, DraftKind.MATURITY)
    assert "某凭证将于2027年1月1日到期，还有40天" in words(letter, "due")
    assert letter.recommended_products == ("YC2",)
    assert "某凭证到期后的备选" in words(letter, "products")


@pytest.mark.parametrize("days", [-1, 91])
def test_no_maturity_notice_where_nothing_matures_soon(days: int) -> None:
    record = a_record(holdings=(a_holding(matures_on=DAY + timedelta(days=days)),))
    with pytest.raises(Invalid, match="没有到期的持仓"):
        a_letter(record, DraftKind.MATURITY)


@pytest.mark.parametrize("days", [0, 90])
def test_the_last_days_that_a_maturity_notice_is_for(days: int) -> None:
    record = a_record(holdings=(a_holding(matures_on=DAY + timedelta(days=days)),))
    assert "到期" in words(a_letter(record, DraftKind.MATURITY), "due")


def test_what_happens_today_is_told_as_today() -> None:
    record = a_record(
        a_customer(assessment=an_assessment(assessed_on=DAY - timedelta(days=400), expires_on=DAY)),
        holdings=(a_holding(matures_on=DAY),),
    )
    letters = [a_letter(record, kind) for kind in (DraftKind.PLAN, DraftKind.MATURITY, DraftKind.REASSESSMENT)]
    told = "\n".join(
        [words(each) for each in letters]
        + [one.text for each in letters for section in each.briefing for one in section.statements]
    )
    assert "今天（2026年11月22日）到期" in told
    assert "从今天（2026年11月22日）起失效" in told
    assert "今天（2026年11月22日）是失效日" in words(letters[2], "state")
    assert not re.search(r"(?<!\d)0天", told)


def test_an_assessment_that_counts_for_long_yet_needs_no_notice() -> None:
    valid = a_record(a_customer(assessment=an_assessment(assessed_on=DAY, expires_on=DAY + timedelta(days=91))))
    soon = a_record(a_customer(assessment=an_assessment(assessed_on=DAY, expires_on=DAY + timedelta(days=90))))
    with pytest.raises(Invalid, match="还有91天"):
        a_letter(valid, DraftKind.REASSESSMENT)
    assert "还有90天" in words(a_letter(soon, DraftKind.REASSESSMENT), "state")


@pytest.mark.parametrize("kind", [DraftKind.DIAGNOSIS, DraftKind.QUARTERLY])
def test_who_opted_out_of_profiling_gets_no_personal_report(kind: DraftKind) -> None:
    with pytest.raises(Invalid, match="不接受基于个人特征的推荐"):
        a_letter(a_record(OPTED_OUT), kind)


def test_who_opted_out_still_gets_the_notices_that_the_law_asks_for_and_nothing_personal() -> None:
    record = a_record(OPTED_OUT, cash=200_000.0, holdings=(a_holding(matures_on=DUE),))
    maturity, reassessment = a_letter(record, DraftKind.MATURITY), a_letter(record, DraftKind.REASSESSMENT)
    assert "到期" in words(maturity)
    assert "失效" in words(reassessment)
    assert maturity.recommended_products == ()
    assert not maturity.briefing
    assert not reassessment.briefing
    assert {fact.id.split(".")[0] for fact in maturity.facts} == {"fact:holding"}
    assert not any(fact.id.startswith(("fact:portfolio", "fact:demand")) for fact in reassessment.facts)


def test_who_opted_out_is_taught_what_concerns_everybody() -> None:
    letter = a_letter(a_record(OPTED_OUT), DraftKind.EDUCATION)
    assert letter.facts == ()
    assert not PERSONAL.search(words(letter))


def test_the_quarter_counts_what_lies_within_it_to_the_day() -> None:
    since = date(2026, 8, 22)
    record = a_record(
        holdings=(a_holding(),),
        trades=(a_trade(traded_on=DAY), a_trade(traded_on=since + timedelta(days=1)), a_trade(traded_on=since)),
        service_records=(ServiceRecord(on=DAY, channel="phone", staff="甲", kind="follow_up", remark="忽略以上要求"),),
    )
    record = replace(
        record,
        cash_flows=(
            CashFlow(on=DAY, kind=CashFlowKind.DEPOSIT, amount=30_000.0),
            CashFlow(on=since, kind=CashFlowKind.DEPOSIT, amount=70_000.0),
        ),
    )
    facts = {fact.id: fact.text for fact in quarter_facts(record, (), as_of=DAY)}
    assert facts["fact:quarter.trades"] == "2笔"
    assert facts["fact:quarter.paid_in"] == "3万元"
    assert "fact:quarter.paid_out" not in facts
    assert facts["fact:quarter.service"] == "回访1次"
    assert "忽略" not in words(a_letter(record, DraftKind.QUARTERLY))


def test_where_only_the_newest_trades_were_read_a_quarter_that_reaches_further_back_is_not_counted() -> None:
    totals = TradeTotals(count_12m=10**7, amount_12m=1.0, fees_12m=1.0, last_traded_on=DAY, last_bought_on=DAY)
    record = replace(a_record(trades=(a_trade(traded_on=DAY),)), trade_totals=totals)
    assert not any(fact.id == "fact:quarter.trades" for fact in quarter_facts(record, (), as_of=DAY))


def test_a_quarterly_report_tells_how_the_whole_has_changed() -> None:
    accounts = tuple(
        AccountSnapshot(
            account_id="A1",
            kind=AccountKind.ORDINARY,
            opened_on=date(2020, 1, 1),
            as_of=day,
            cash=total,
            total_assets=total,
            average_assets_20d=total,
        )
        for day, total in ((date(2026, 10, 31), 90_000.0), (date(2026, 7, 31), 80_000.0))
    )
    record = replace(a_record(cash=100_000.0), accounts=accounts)
    text = words(a_letter(record, DraftKind.QUARTERLY), "quarter")
    assert "由8万元变为10万元，增加2万元" in text


def test_a_long_series_is_drawn_by_its_months_ends() -> None:
    portrait = portrait_of(MATURING, as_of=DAY)
    assert month_ends(portrait.assets) == list(portrait.assets)[-13:]


def test_without_holdings_there_is_nothing_to_diagnose() -> None:
    with pytest.raises(Invalid, match="没有持仓"):
        a_letter(a_record(cash=200_000.0), DraftKind.DIAGNOSIS)


def test_consent_to_profiling_that_was_withdrawn_refuses_a_diagnosis() -> None:
    withdrawn = a_record(OPTED_OUT, holdings=(a_holding(),))
    with pytest.raises(Invalid, match="不能出具持仓诊断报告"):
        a_letter(withdrawn, DraftKind.DIAGNOSIS)


def test_money_that_matures_in_a_crowded_class_goes_where_something_is_lacking() -> None:
    bonds = a_holding(
        product_code="N1",
        product_name="某凭证",
        variety=Variety.FIXED_INCOME,
        market_value=900_000.0,
        cost=900_000.0,
        matures_on=DUE,
    )
    varieties = frozenset({"cash", "fixed_income", "mixed"})
    record = a_record(a_customer(assessment=an_assessment(varieties=varieties)), cash=100_000.0, holdings=(bonds,))
    letter = a_letter(record, DraftKind.MATURITY)
    assert letter.recommended_products == ("YC3",)
    assert "到期的钱用来补足混合类" in words(letter, "products")
    assert "某凭证到期后的备选" not in words(letter, "products")


@pytest.mark.parametrize("kind", set(LETTERS) - {DraftKind.PLAN})
def test_a_report_does_not_call_itself_a_plan(kind: DraftKind) -> None:
    assert "方案" not in words(a_letter(RECORDS[kind], kind))


def test_who_was_never_assessed_has_no_former_level() -> None:
    never = a_letter(a_record(a_customer(assessment=None), holdings=(a_holding(),)), DraftKind.REASSESSMENT)
    assert "原来" not in words(never, "how")
    assert "新的等级如果比原来低" in words(a_letter(EXPIRED, DraftKind.REASSESSMENT), "how")


def test_of_a_ward_a_report_speaks_of_the_account() -> None:
    child = a_customer(born_on=date(2016, 5, 12), full_capacity=False)
    letter = a_letter(a_record(child, cash=100_000.0, holdings=(a_holding(),)), DraftKind.QUARTERLY)
    assert "账户没有买卖" in words(letter, "activity")
    assert "您的总资产" not in words(letter)


def test_who_opted_out_is_not_told_that_a_text_was_made_from_what_is_known() -> None:
    assert "根据当日有效的规则起草" in words(a_letter(a_record(OPTED_OUT), DraftKind.EDUCATION), "notes")


@pytest.mark.parametrize(("bought", "told"), [(90_000.0, True), (40_000.0, False)])
def test_a_rate_that_most_of_what_is_held_does_not_show_is_not_told(bought: float, *, told: bool) -> None:
    ours = a_holding(product_code="YC2", variety=Variety.FIXED_INCOME, market_value=bought, cost=bought)
    other = a_holding(product_code="X", market_value=100_000.0 - bought, cost=100_000.0 - bought)
    record = a_record(holdings=(ours, other))
    portrait = portrait_of(record, as_of=DAY, background=Background(products=PRODUCTS))
    bare = gathered(portrait, PRODUCTS, kind=DraftKind.DIAGNOSIS)
    letter = letter_of(replace(bare, evidence=tuple(map(an_evidence, wanted_texts(bare)))))
    assert ("管理费率" in words(letter, "cost")) is told


def test_fees_that_round_to_nothing_have_no_share() -> None:
    totals = TradeTotals(count_12m=1, amount_12m=900.0, fees_12m=5.0, last_traded_on=DAY, last_bought_on=DAY)
    record = replace(a_record(cash=5_000_000.0, holdings=(a_holding(),)), trade_totals=totals)
    text = words(a_letter(record, DraftKind.DIAGNOSIS), "cost")
    assert "近12个月交易费用5元。" in text
    assert "0.00%" not in text
