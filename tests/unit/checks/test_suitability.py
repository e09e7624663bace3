from datetime import date

import pytest

from assistant.analysis.model import Dimension, Match, MatchVerdict, Reason
from assistant.checks.model import Finding, Severity
from assistant.checks.suitability import suitability_findings
from assistant.drafting.model import Citation, Section, Statement, StatementKind
from knowledge.customers.model import CustomerRecord, RiskLevel
from tests.support.customers import a_customer, a_record, an_assessment
from tests.support.drafting import a_draft

DAY = date(2026, 11, 22)


def a_match(*, grade: str = "R2", verdict: MatchVerdict = MatchVerdict.SUITABLE, special_care: bool = False) -> Match:
    reasons = (Reason(dimension=Dimension.RISK, fits=False, text="风险等级高于承受能力。", provision="SUIT:22"),)
    return Match(
        product_code="YC3001",
        product_name="一策均衡混合",
        risk_grade=grade,
        verdict=verdict,
        reasons=() if verdict is MatchVerdict.SUITABLE else reasons,
        special_care=special_care,
    )


def a_customer_record(
    level: RiskLevel = RiskLevel.C3, *, lowest: bool = False, capacity: bool = True, expires: date = date(2027, 6, 1)
) -> CustomerRecord:
    assessment = an_assessment(level=level, lowest_class=lowest, expires_on=expires)
    return a_record(a_customer(assessment=assessment, full_capacity=capacity))


def findings(
    *matches: Match,
    record: CustomerRecord | None = None,
    recommended: bool = True,
    text: str = "请看下文。",
    citations: tuple[Citation, ...] = (),
) -> list[Finding]:
    statement = Statement(id="s1", kind=StatementKind.ACTION, text=text, citations=citations)
    draft = a_draft(Section(key="a", title="方案", statements=(statement,)))
    draft = draft.model_copy(update={"recommended_products": ("YC3001",) if recommended else ()})
    return list(suitability_findings(draft, record=record, matches=matches, day=DAY))


def test_a_suitable_product_may_be_recommended() -> None:
    assert findings(a_match(), record=a_customer_record()) == []


@pytest.mark.parametrize("verdict", [MatchVerdict.UNSUITABLE, MatchVerdict.BARRED])
def test_any_other_verdict_blocks_and_says_why(verdict: MatchVerdict) -> None:
    (finding,) = findings(a_match(verdict=verdict), record=a_customer_record())
    assert (finding.severity, finding.provision) == (Severity.BLOCK, "SUIT:22")
    assert "风险等级高于承受能力" in finding.reason


def test_a_product_without_match_or_customer_blocks() -> None:
    assert [finding.severity for finding in findings(record=a_customer_record())] == [Severity.BLOCK]
    assert [finding.severity for finding in findings(a_match())] == [Severity.BLOCK]


@pytest.mark.parametrize(
    "record",
    [
        a_customer_record(RiskLevel.C1),
        a_customer_record(RiskLevel.C5, lowest=True),
        a_customer_record(RiskLevel.C5, capacity=False),
        a_customer_record(RiskLevel.C5, expires=DAY),
        a_record(a_customer(assessment=None)),
    ],
)
def test_a_forged_match_opens_nothing(record: CustomerRecord) -> None:
    assert [finding.severity for finding in findings(a_match(grade="R3"), record=record)] == [Severity.BLOCK]


def test_special_care_is_shown() -> None:
    (finding,) = findings(a_match(special_care=True), record=a_customer_record())
    assert (finding.severity, finding.provision) == (Severity.WARN, "SUIT:20")


@pytest.mark.parametrize(
    ("text", "blocked"),
    [
        ("建议您配置一策均衡混合。", True),
        ("可以考虑YC3001，弹性更好。", True),
        ("一策均衡混合与您不匹配，不能推荐。", False),
        ("不建议您买入一策均衡混合。", False),
        ("一策均衡混合（YC3001，R4）与您不匹配，不在本方案之内。", False),
        ("一策均衡混合的风险等级是R4。", True),
        ("一策均衡混合超出您的预期，强烈推荐买入。", True),
        ("请您谨慎地买入一策均衡混合。", True),
        ("欢迎持有一策均衡混合。", True),
        ("一策均衡混合是很好的选择，欢迎了解。", True),
        ("ＹＣ３００１建议买入。", True),
        ("yc3001 的弹性更好。", True),
        ("一策均衡，混合：建议买入。", True),
        ("一 策 均\u200b衡 混 合，可以看看。", True),
        ("一策均衡混合（YC3001，R4）与您匹配，可以作为备选。", True),
        ("一策均衡混合并非不匹配。", True),
        ("一策均衡混合怎么会不匹配？", True),
        ("不建议错过一策均衡混合。", True),
        ("其他产品不匹配，一策均衡混合弹性更好。", True),
        ("一策均衡混合与您不匹配，但是非常值得配置。", True),
    ],
)
def test_a_product_that_does_not_suit_may_be_named_and_not_put_forward(text: str, *, blocked: bool) -> None:
    match = a_match(verdict=MatchVerdict.UNSUITABLE, grade="R4")
    assert bool(findings(match, record=a_customer_record(), recommended=False, text=text)) is blocked


def test_a_holding_that_does_not_suit_may_be_told_as_it_is() -> None:
    match = a_match(verdict=MatchVerdict.UNSUITABLE, grade="R4")
    holding = (Citation(source="fact:portfolio.top_holding", quote="一策均衡混合"),)
    told = findings(match, recommended=False, text="第一大持仓为一策均衡混合。", citations=holding)
    pushed = findings(match, recommended=False, text="第一大持仓为一策均衡混合，可以加仓。", citations=holding)
    assert (told, [finding.severity for finding in pushed]) == ([], [Severity.BLOCK])


def test_a_verb_in_the_products_own_name_puts_nothing_forward() -> None:
    match = a_match(verdict=MatchVerdict.UNSUITABLE, grade="R4").model_copy(update={"product_name": "一策平衡配置混合"})
    assert findings(match, recommended=False, text="一策平衡配置混合与您不匹配，不得主动推介。") == []


@pytest.mark.parametrize(
    ("verdict", "text", "blocked"),
    [
        ("匹配", "一策均衡混合（YC3001，R2）适当性匹配结果为匹配，可以作为备选。", False),
        ("匹配", "一策均衡混合与您不匹配。", True),
        ("不匹配，不能主动推介", "一策均衡混合与您不匹配，不在本方案之内。", False),
        ("不匹配，不能主动推介", "这只产品与您匹配。", True),
        ("不匹配，不能主动推介", "这只产品不能主动推介，不过很适合您。", True),
        ("不得销售，签署警示书也不例外", "这只产品适合您。", True),
    ],
)
def test_what_cites_a_verdict_says_it(verdict: str, text: str, *, blocked: bool) -> None:
    quote = f"一策均衡混合（YC3001，R2）适当性匹配结果为{verdict}。"
    found = findings(
        recommended=False, text=text, citations=(Citation(source="fact:match.YC3001.verdict", quote=quote),)
    )
    assert bool(found) is blocked
