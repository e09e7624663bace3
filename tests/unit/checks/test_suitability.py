from datetime import date

import pytest

from assistant.analysis.model import Dimension, Match, MatchVerdict, Reason
from assistant.checks.model import Finding, Severity
from assistant.checks.suitability import suitability_findings
from assistant.drafting.model import Section, Statement, StatementKind
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
    *matches: Match, record: CustomerRecord | None = None, recommended: bool = True, text: str = "请看下文。"
) -> list[Finding]:
    statement = Statement(id="s1", kind=StatementKind.ACTION, text=text)
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
        ("一策均衡混合的风险等级是R4。", False),
    ],
)
def test_a_product_that_does_not_suit_may_be_named_and_not_put_forward(text: str, *, blocked: bool) -> None:
    match = a_match(verdict=MatchVerdict.UNSUITABLE, grade="R4")
    assert bool(findings(match, record=a_customer_record(), recommended=False, text=text)) is blocked
