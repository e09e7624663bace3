"""What the advisor is told beside a letter is proven, or not told."""

import pytest

from assistant.checks.briefing import sound_briefing
from assistant.drafting.model import Citation, Section, Statement, StatementKind
from assistant.drafting.rendering import render
from assistant.identity.model import Actor, Role
from assistant.settings import FirmSettings
from tests.support.drafting import a_draft, a_fact, some_evidence

CASH = a_fact("20万元", fact_id="fact:portfolio.cash", label="可用资金")
CITED = (Citation(source=CASH.id, quote=CASH.text),)


def kept(*statements: Statement) -> list[str]:
    draft = a_draft(facts=(CASH,), evidence=(some_evidence(),))
    briefing = (Section(key="analysis", title="客户分析", statements=statements),)
    found = sound_briefing(draft.model_copy(update={"briefing": briefing}))
    return [statement.text for section in found for statement in section.statements]


def said(text: str, *citations: Citation, kind: StatementKind = StatementKind.FACT) -> Statement:
    return Statement(id="b1", kind=kind, text=text, citations=citations)


def test_what_is_proven_stays() -> None:
    assert kept(said("可用资金20万元。", *CITED)) == ["可用资金20万元。"]


@pytest.mark.parametrize(
    "statement",
    [
        said("可用资金30万元。", *CITED),
        said("可用资金不少。"),
        said("可用资金20万元。", Citation(source="fact:invented", quote="20万元")),
        said(
            "按规定要满24个月。",
            Citation(source="SSE-TRADE-2026:6.2@2026-07-06", quote="没有这句话"),
            kind=StatementKind.RULE,
        ),
        said("三天内联系。", kind=StatementKind.ACTION),
    ],
)
def test_what_is_not_proven_goes_and_an_empty_section_with_it(statement: Statement) -> None:
    assert kept(statement) == []


def test_no_word_of_a_briefing_is_in_the_letter() -> None:
    briefing = (Section(key="analysis", title="客户分析", statements=(said("内部：可用资金20万元。", *CITED),)),)
    advisor = Actor(id="a", role=Role.ADVISOR, name="陈静", registration_number="S1")
    draft = a_draft(facts=(CASH,))
    letters = [
        render(each, customer=None, advisor=advisor, firm=FirmSettings(), content_id="c")
        for each in (draft, draft.model_copy(update={"briefing": briefing}))
    ]
    assert letters[0] == letters[1]
