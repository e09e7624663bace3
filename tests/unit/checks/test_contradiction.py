import pytest

from assistant.analysis.model import Fact
from assistant.checks.contradiction import contradiction_findings
from assistant.checks.model import Finding, Severity
from assistant.drafting.model import Citation, DraftKind, Section, Statement, StatementKind
from tests.support.drafting import a_draft, a_fact


def findings(
    text: str,
    *,
    quote: str = "",
    facts: tuple[Fact, ...] = (),
    kind: StatementKind = StatementKind.RULE,
    of: DraftKind = DraftKind.REPLY,
) -> list[Finding]:
    citations = [Citation(source=fact.id, quote=fact.text) for fact in facts]
    if quote:
        citations.append(Citation(source="SUIT:4@2022-08-12", quote=quote))
    statement = Statement(id="s1", kind=kind, text=text, citations=tuple(citations))
    return list(
        contradiction_findings(a_draft(Section(key="a", title="", statements=(statement,)), facts=facts, kind=of))
    )


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("适当性匹配意见不代表经营机构对产品的风险作出保证。", "适当性匹配意见代表经营机构对产品的风险作出保证。"),
        ("基金的过往业绩并不预示其未来表现。", "基金的过往业绩预示其未来表现。"),
        ("向投资者销售前，经营机构应当告知六类信息。", "向投资者销售前，经营机构可以不告知六类信息。"),
        ("推送信息时应当同时给出便捷的拒绝方式。", "推送信息时不必给出便捷的拒绝方式。"),
        ("收到投诉后应当在十五日内书面答复投诉人。", "收到投诉后无须在十五日内书面答复投诉人。"),
        ("机构不得为客户垫付认购资金。", "机构可以为客户垫付认购资金。"),
        ("不匹配的客户不能参与该项业务。", "不匹配的客户能参与该项业务。"),
    ],
)
def test_a_rule_turned_round_is_blocked(quote: str, text: str) -> None:
    (finding,) = findings(text, quote=quote)
    assert (finding.category, finding.severity) == ("grounding", Severity.BLOCK)


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("基金的过往业绩并不预示其未来表现。", "过往业绩不预示未来表现。"),
        ("基金的过往业绩并不预示其未来表现。", "基金的过往业绩并不预示其未来表现。"),
        ("机构不得为客户垫付认购资金。", "机构不可以为客户垫付认购资金。"),
        ("不符合条件的，不得开通；符合条件的，可以开通。", "符合条件的，可以开通。"),
        ("应当告知六类信息，缺一不可。", "销售以前应当告知六类信息。"),
        ("机构应当建立回访机制，指定专门人员独立实施。", "回访由专人独立实施，这一点非常重要。"),
    ],
)
def test_other_words_for_the_same_are_sound(quote: str, text: str) -> None:
    assert findings(text, quote=quote) == []


LOSS = a_fact("浮亏2.57万元", fact_id="fact:portfolio.unrealised", label="持仓浮动盈亏")
GAP = a_fact("高38.8个百分点", fact_id="fact:portfolio.gap.cash", label="现金管理类与参考占比之差")
TOTAL = a_fact("300万元", fact_id="fact:portfolio.total_assets", label="总资产")
CASH = a_fact("246万元", fact_id="fact:portfolio.cash", label="可用资金")
CLOSED = a_fact("港股通", fact_id="fact:customer.closed", label="未开通权限")


@pytest.mark.parametrize(
    ("facts", "text", "blocked"),
    [
        ((LOSS,), "您目前浮亏2.57万元。", False),
        ((LOSS,), "您目前浮盈2.57万元。", True),
        ((LOSS,), "持仓盈利2.57万元。", True),
        ((GAP,), "与参考相比，您的占比高38.8个百分点。", False),
        ((GAP,), "与参考相比，您的占比低38.8个百分点。", True),
        ((GAP,), "现金占比高38.8个百分点，可以考虑分批降低。", False),
        ((TOTAL, CASH), "您的总资产为300万元，其中可用资金246万元。", False),
        ((TOTAL, CASH), "您的总资产为246万元，其中可用资金300万元。", True),
        ((CLOSED,), "港股通尚未开通。", False),
        ((CLOSED,), "您已开通港股通，无需另行开通。", True),
    ],
)
def test_a_fact_keeps_its_direction_and_its_number(facts: tuple[Fact, ...], text: str, *, blocked: bool) -> None:
    found = findings(text, facts=facts, kind=StatementKind.FACT)
    assert [finding.severity for finding in found] == [Severity.BLOCK] * blocked


@pytest.mark.parametrize(
    ("text", "blocked"),
    [
        ("本方案完全由投资顾问本人撰写，没有使用任何人工智能。", True),
        ("本文未借助AI。", True),
        ("以上内容不是AI生成的。", True),
        ("方案由我亲自撰写。", True),
        ("人工智能没有参与本方案的起草。", True),
        ("全程由人工撰写。", True),
        ("本内容由AI辅助生成，经投资顾问复核。", False),
        ("本方案由系统起草，发送前经投资顾问本人复核。", False),
        ("您可以要求人工服务，不使用个性化推荐。", False),
        ("投资决策由您本人作出。", False),
    ],
)
def test_nobody_denies_the_label(text: str, *, blocked: bool) -> None:
    found = findings(text, kind=StatementKind.DISCLOSURE)
    expected = [("P20_ai_disclosure", Severity.BLOCK)] if blocked else []
    assert [(finding.category, finding.severity) for finding in found] == expected
    assert findings(text, kind=StatementKind.DISCLOSURE, of=DraftKind.ANSWER) == []


@pytest.mark.parametrize("text", ["任何产品您都可以买。", "所有的基金都适合您。"])
def test_nothing_suits_without_limit(text: str) -> None:
    (finding,) = findings(text, kind=StatementKind.ACTION)
    assert (finding.category, finding.severity) == ("suitability", Severity.BLOCK)
