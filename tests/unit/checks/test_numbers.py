from datetime import date
from decimal import Decimal

import pytest

from assistant.analysis.model import Fact, Unit
from assistant.checks.numbers import number_findings
from assistant.drafting.model import Citation, Evidence, Section, Statement, StatementKind
from tests.support.drafting import TODAY, a_draft, a_fact, some_evidence

QUOTE = "申请前20个交易日日均资产不低于50万元，并且参与证券交易满24个月"
REF = "SSE-TRADE-2026:6.2@2026-07-06"


def unproven(
    text: str,
    *,
    quote: str | None = QUOTE,
    kind: StatementKind = StatementKind.RULE,
    facts: tuple[Fact, ...] = (),
    fact: str | None = None,
    settled: tuple[str, ...] = (),
    question: str | None = None,
    evidence: Evidence | None = None,
) -> list[str]:
    citations = [] if quote is None else [Citation(source=REF, quote=quote)]
    if fact is not None:
        citations.append(Citation(source=fact, quote=""))
    statement = Statement(id="s1", kind=kind, text=text, citations=tuple(citations))
    draft = a_draft(
        Section(key="a", title="答复", statements=(statement,)),
        facts=facts,
        question=question,
        evidence=(evidence or some_evidence(),),
    )
    return [finding.span for finding in number_findings(draft, settled=settled)]


@pytest.mark.parametrize(
    "text",
    [
        "开通科创板要求前20个交易日日均资产不低于50万元，参与交易满24个月。",
        "须有五十万元资产和两年交易经验。",
        "须有500,000元资产。",
        "自2026年7月6日起执行。",
        "按《上海证券交易所交易规则（2026年修订）》办理。",
        "见6.2条的规定。",
        "按2026年11月22日有效的规则。",
    ],
)
def test_numbers_of_the_quote_or_the_provision_itself_are_proven(text: str) -> None:
    assert unproven(text) == []


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("须有60万元资产。", "60万元"),
        ("须有50万股。", "50万股"),
        ("前50个交易日日均资产。", "50个交易日"),
        ("交易满24天。", "24天"),
        ("自2026年7月7日起执行。", "2026年7月7日"),
        ("依据第二十三条。", "第二十三条"),
        ("依据SUIT:22。", "SUIT:22"),
        ("见《交易规则（2027年修订）》。", "2027年"),
        ("适合C3客户。", "C3"),
        ("日均五十一万元。", "五十一万元"),
    ],
)
def test_any_other_number_is_found(text: str, span: str) -> None:
    assert unproven(text) == [span]


def test_a_quote_that_does_not_stand_in_the_evidence_proves_nothing() -> None:
    assert unproven("须有60万元资产。", quote="资产不低于60万元") == ["60万元"]


def test_a_citation_of_something_that_was_not_given_proves_nothing() -> None:
    statement = Statement(
        id="s1",
        kind=StatementKind.RULE,
        text="须有60万元。",
        citations=(
            Citation(source="SUIT:99@2020-01-01", quote="须有60万元"),
            Citation(source="fact:x", quote="60万元"),
        ),
    )
    draft = a_draft(Section(key="a", title="答复", statements=(statement,)))
    assert [finding.span for finding in number_findings(draft)] == ["60万元"]


def money(value: str, text: str) -> Fact:
    return Fact(
        id="fact:assets",
        label="总资产",
        value=Decimal(value),
        unit=Unit.YUAN,
        text=text,
        as_of=date(2026, 11, 20),
        source="账户",
    )


def test_a_fact_proves_its_value_in_either_spelling_and_its_day() -> None:
    facts = (money("1234567.80", "1,234,567.80元"),)
    assert unproven("截至2026年11月20日，总资产1,234,567.80元。", quote=None, facts=facts, fact="fact:assets") == []
    assert unproven("截至2026年11月21日，总资产1,234,568元。", quote=None, facts=facts, fact="fact:assets") == [
        "2026年11月21日",
        "1,234,568元",
    ]


def test_a_loss_must_be_called_a_loss() -> None:
    facts = (money("-3200", "-3,200元"),)
    assert unproven("这只基金亏损3,200元。", quote=None, facts=facts, fact="fact:assets") == []
    assert unproven("这只基金盈利3,200元。", quote=None, facts=facts, fact="fact:assets") == ["3,200元"]


def test_ages_and_years_of_experience_come_from_years() -> None:
    facts = (Fact(id="fact:age", label="年龄", value=72, unit=Unit.YEARS, text="72岁", as_of=TODAY, source="开户资料"),)
    assert unproven("您今年72岁。", quote=None, facts=facts, fact="fact:age") == []
    assert unproven("您今年27岁。", quote=None, facts=facts, fact="fact:age") == ["27岁"]


@pytest.mark.parametrize("kind", list(StatementKind))
def test_a_number_without_citation_is_found_in_every_kind_of_statement(kind: StatementKind) -> None:
    assert unproven("费用是每年300元。", quote=None, kind=kind) == ["300元"]


def test_numbers_of_the_firm_need_no_citation() -> None:
    text = "投诉请拨打400-000-0000，登记编码S1230622010001。"
    assert unproven(text, quote=None, kind=StatementKind.COURTESY) != []
    settled = ("400-000-0000", "S1230622010001")
    assert unproven(text, quote=None, kind=StatementKind.COURTESY, settled=settled) == []


def test_a_level_that_the_question_names_may_be_repeated() -> None:
    assert unproven("您问的是C2客户。", question="C2客户能买什么", kind=StatementKind.COURTESY, quote=None) == []


def test_items_and_paragraphs_of_the_cited_provision_are_proven() -> None:
    evidence = some_evidence(
        "经营机构不得有下列行为：\n（一）向不符合准入要求的投资者销售；\n（二）作出确定性判断。", heading="6.2 禁止行为"
    )
    quote = "经营机构不得有下列行为"
    assert unproven("依据6.2第（二）项。", evidence=evidence, quote=quote) == []
    assert unproven("依据6.2第（三）项。", evidence=evidence, quote=quote) == ["第（三）项"]
    assert unproven("依据6.2第九款。", evidence=evidence, quote=quote) == ["第九款"]


def test_what_a_finding_says_tells_what_to_do() -> None:
    statement = Statement(id="s7", kind=StatementKind.FACT, text="共300元。")
    (finding,) = number_findings(a_draft(Section(key="a", title="答复", statements=(statement,)), facts=(a_fact(),)))
    assert finding.statement_id == "s7"
    assert "补上" in finding.reason


def test_a_number_in_a_name_that_a_fact_tells_is_proven_and_the_same_number_elsewhere_is_not() -> None:
    name = a_fact("一策量化中性私募1号", fact_id="fact:holding.P1.name", label="持仓品种")
    told = "当初看重一策量化中性私募1号的理由，现在还在不在？"
    assert unproven(told, quote=None, kind=StatementKind.ACTION, facts=(name,), fact=name.id) == []
    assert unproven("请在1号以前联系一策量化中性私募1号的管理人。", quote=None, facts=(name,), fact=name.id) == ["1号"]
    assert unproven(told, quote=None, kind=StatementKind.ACTION, facts=(name,)) == ["1号"]
