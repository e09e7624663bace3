from datetime import date

import pytest

from assistant.analysis.model import Dimension, Match, MatchVerdict, Reason
from assistant.checks.model import Finding, Severity
from assistant.checks.suitability import suitability_findings
from assistant.drafting.model import Citation, Section, Statement, StatementKind
from knowledge.customers.model import CustomerRecord, InvestorStatus, RiskLevel
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


HELD = (
    Citation(source="fact:holding.YC3001.name", quote="一策均衡混合"),
    Citation(source="fact:holding.YC2001.name", quote="一策稳健债"),
)


@pytest.mark.parametrize(
    ("text", "blocked"),
    [
        ("年龄为70岁，持有一策均衡混合，其风险等级为R4（中高风险），占总资产2.5%。", False),
        ("您目前持有一策均衡混合和一策稳健债。", False),
        ("您持有的一策均衡混合占总资产14.4%。", False),
        ("其中持有10.5万元的一策均衡混合（YC3001，R4）。", False),
        ("持有一策均衡混合没有问题。", True),
        ("您可以持有一策均衡混合。", True),
        ("建议持有一策均衡混合。", True),
        ("请继续持有一策均衡混合。", True),
        ("放心持有一策均衡混合。", True),
        ("持有一策均衡混合，可以加仓。", True),
        ("您持有一策均衡混合，值得拿住。", True),
        ("您持有一策均衡混合，再买入一些。", True),
    ],
)
@pytest.mark.parametrize("verdict", list(MatchVerdict))
def test_what_is_held_may_be_told_and_not_praised(verdict: MatchVerdict, text: str, *, blocked: bool) -> None:
    """Also where the product would suit with the special procedure: telling it is no putting forward."""
    match = a_match(verdict=verdict, grade="R4", special_care=verdict is MatchVerdict.SUITABLE)
    found = findings(match, record=a_customer_record(RiskLevel.C5), recommended=False, text=text, citations=HELD)
    assert [finding.severity for finding in found] == [Severity.BLOCK] * blocked


def test_a_verb_in_the_name_of_another_holding_puts_nothing_forward() -> None:
    match = a_match(verdict=MatchVerdict.UNSUITABLE, grade="R4")
    cited = (*HELD, Citation(source="fact:holding.YC1008.name", quote="一策养老目标三年持有"))
    told = "持仓中的一策养老目标三年持有、一策均衡混合不在目前对应的产品风险等级R1至R2之内。"
    assert findings(match, recommended=False, text=told, citations=cited) == []
    pushed = "持仓中的一策养老目标三年持有、一策均衡混合值得长期持有。"
    assert findings(match, recommended=False, text=pushed, citations=cited)


def test_a_holder_is_nobody_who_is_told_to_hold() -> None:
    match = a_match(verdict=MatchVerdict.BARRED, grade="R2")
    told = "一策均衡混合（YC3001，R2）与您不匹配，不在本方案之内：账户持有人不具有完全民事行为能力。"
    assert findings(match, recommended=False, text=told) == []


def test_who_holds_nothing_of_it_is_not_told_to_hold_it() -> None:
    match = a_match(verdict=MatchVerdict.UNSUITABLE, grade="R4")
    elsewhere = (
        Citation(source="fact:match.YC3001.verdict", quote="一策均衡混合（YC3001，R4）适当性匹配结果为不匹配。"),
    )
    assert findings(match, recommended=False, text="您持有一策均衡混合。", citations=elsewhere)


CARE = Reason(
    dimension=Dimension.SPECIAL_CARE,
    fits=True,
    text="客户年满70岁，产品为R4（中高风险），按公司规定须面谈、二次确认风险、给予更多考虑时间并增加回访。",
    provision="SUIT:20",
)


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        (
            "您年满70岁，产品为R4（中高风险），按公司规定须面谈、二次确认风险、给予更多考虑时间并增加回访。",
            Severity.WARN,
        ),
        ("我们会先与您面谈并二次确认风险，给您更多考虑时间，之后增加回访。", Severity.WARN),
        ("我们会先与您面谈，再请您决定。", Severity.BLOCK),
        ("一策均衡混合可以作为备选。", Severity.BLOCK),
    ],
)
def test_a_product_under_special_care_is_put_forward_with_its_procedure(text: str, severity: Severity) -> None:
    match = a_match(grade="R4", special_care=True).model_copy(update={"reasons": (CARE,)})
    cited = (Citation(source="fact:match.YC3001.1", quote=CARE.text),)
    (finding,) = findings(match, record=a_customer_record(RiskLevel.C5), text=text, citations=cited)
    assert (finding.severity, finding.provision) == (severity, "SUIT:20")


def told_of(code: str, text: str, quote: str) -> Statement:
    cited = (Citation(source=f"fact:match.{code}.1", quote=quote),)
    return Statement(id=f"s-{code}", kind=StatementKind.FACT, text=text, citations=cited)


@pytest.mark.parametrize(
    ("said", "severity"),
    [
        ("一策均衡混合适当性匹配结果为匹配，但须先履行特别注意程序，可以作为备选。", Severity.WARN),
        ("一策均衡混合适当性匹配结果为匹配，可以作为备选。", Severity.BLOCK),
    ],
)
def test_a_procedure_told_once_stands_for_each_product_that_is_said_to_need_it(said: str, severity: Severity) -> None:
    match = a_match(grade="R4", special_care=True).model_copy(update={"reasons": (CARE,)})
    statements = (told_of("YC3001", said, "匹配。"), told_of("YC9999", CARE.text, CARE.text))
    draft = a_draft(Section(key="a", title="方案", statements=statements))
    draft = draft.model_copy(update={"recommended_products": ("YC3001",)})
    (finding,) = suitability_findings(draft, record=a_customer_record(RiskLevel.C5), matches=[match], day=DAY)
    assert finding.severity is severity


def test_an_edit_may_not_slip_in_a_product_that_needs_the_special_procedure() -> None:
    match = a_match(grade="R4", special_care=True)
    record = a_customer_record(RiskLevel.C5)
    (finding,) = findings(match, record=record, recommended=False, text="建议您考虑一策均衡混合。")
    assert (finding.severity, finding.provision) == (Severity.BLOCK, "SUIT:20")
    assert findings(match, record=record, recommended=False, text="一策均衡混合将于2027年3月1日到期。") == []
    assert findings(match, record=record, recommended=False, text="不建议您买入一策均衡混合。") == []


def test_a_professional_investor_needs_no_level_and_the_lowest_class_still_counts() -> None:
    expired = an_assessment(level=RiskLevel.C2, expires_on=DAY)
    professional = a_customer(status=InvestorStatus.PROFESSIONAL, assessment=expired)
    assert findings(a_match(grade="R5"), record=a_record(professional)) == []
    lowest = a_customer(
        status=InvestorStatus.PROFESSIONAL, assessment=an_assessment(level=RiskLevel.C1, lowest_class=True)
    )
    (finding,) = findings(a_match(grade="R2"), record=a_record(lowest))
    assert (finding.severity, "最低类别" in finding.reason) == (Severity.BLOCK, True)


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
