from datetime import date

import pytest

from assistant.checks.grounding import grounding_findings
from assistant.checks.model import Finding, Severity
from assistant.drafting.model import Citation, Evidence, Section, Statement, StatementKind
from knowledge.documents.model import Provision
from tests.support.drafting import a_draft, a_fact
from tests.support.library import a_provision

TEXT = "经营机构不得主动推介超出承受能力的产品。"
REF = "SUIT:22@2017-07-01"
DAY = date(2026, 11, 22)


def findings(
    *citations: Citation,
    text: str = TEXT,
    kind: StatementKind = StatementKind.RULE,
    provision: Provision | None = None,
    day: date = DAY,
) -> list[Finding]:
    known = provision or a_provision()
    statement = Statement(id="s1", kind=kind, text=text, citations=citations)
    draft = a_draft(
        Section(key="a", title="答复", statements=(statement,)), evidence=(Evidence.of(known),), facts=(a_fact(),)
    )
    return list(grounding_findings(draft, provision_of={str(known.ref): known}.get, day=day))


def test_a_true_quote_of_a_provision_in_force_is_sound() -> None:
    assert findings(Citation(source=REF, quote=TEXT)) == []


@pytest.mark.parametrize("kind", [StatementKind.RULE, StatementKind.FACT, StatementKind.OPINION])
def test_what_claims_something_needs_a_citation(kind: StatementKind) -> None:
    (finding,) = findings(kind=kind)
    assert finding.severity is Severity.BLOCK


@pytest.mark.parametrize("kind", [StatementKind.ACTION, StatementKind.COURTESY, StatementKind.DISCLOSURE])
def test_what_claims_nothing_needs_none(kind: StatementKind) -> None:
    assert findings(kind=kind) == []


@pytest.mark.parametrize(
    "source", ["SUIT:99@2017-07-01", "SUIT:22@2099-01-01", "SUIT:22", "not a reference", "fact:none"]
)
def test_a_made_up_source_is_blocked(source: str) -> None:
    (finding,) = findings(Citation(source=source, quote=TEXT))
    assert (finding.severity, finding.span) == (Severity.BLOCK, source)


@pytest.mark.parametrize(
    "quote", ["", "不得", "经营机构可以主动推介", "经营机构不得主动推介超出承受能力的产品，违者罚款。"]
)
def test_a_quote_that_the_provision_does_not_hold_is_blocked(quote: str) -> None:
    assert Severity.BLOCK in {finding.severity for finding in findings(Citation(source=REF, quote=quote))}


def test_blanks_and_width_do_not_break_a_quote() -> None:
    assert findings(Citation(source=REF, quote="经营机构 不得主动推介\n超出承受能力的产品")) == []


@pytest.mark.parametrize(
    ("day", "sound"),
    [(date(2020, 10, 29), True), (date(2020, 10, 30), False), (date(2017, 7, 1), True), (date(2017, 6, 30), False)],
)
def test_the_day_decides_what_is_in_force(day: date, *, sound: bool) -> None:
    repealed = a_provision(effective_to=date(2020, 10, 30))
    found = findings(Citation(source=REF, quote=TEXT), provision=repealed, day=day)
    assert (not found) is sound
    assert all("有效" in finding.reason for finding in found)


def test_evidence_that_was_changed_after_retrieval_is_blocked() -> None:
    known = a_provision()
    forged = Evidence.of(known).model_copy(update={"text": TEXT + "但签字的除外。"})
    statement = Statement(
        id="s1", kind=StatementKind.RULE, text="签字的除外。", citations=(Citation(source=REF, quote="但签字的除外"),)
    )
    draft = a_draft(Section(key="a", title="答复", statements=(statement,)), evidence=(forged,))
    found = grounding_findings(draft, provision_of={str(known.ref): known}.get, day=DAY)
    assert [finding.severity for finding in found] == [Severity.BLOCK]


def test_a_provision_that_the_library_lost_is_blocked() -> None:
    statement = Statement(id="s1", kind=StatementKind.RULE, text=TEXT, citations=(Citation(source=REF, quote=TEXT),))
    draft = a_draft(Section(key="a", title="答复", statements=(statement,)), evidence=(Evidence.of(a_provision()),))
    (finding,) = grounding_findings(draft, provision_of=lambda _reference: None, day=DAY)
    assert finding.severity is Severity.BLOCK


def test_a_fact_is_quoted_as_it_is() -> None:
    fact = "fact:customer.risk_level"
    assert findings(Citation(source=fact, quote="C2（谨慎型）"), kind=StatementKind.FACT, text="您是C2。") == []
    (finding,) = findings(Citation(source=fact, quote="C4（积极型）"), kind=StatementKind.FACT, text="您是C4。")
    assert finding.severity is Severity.BLOCK


def test_a_genuine_quote_that_carries_nothing_of_the_sentence_is_shown() -> None:
    (finding,) = findings(Citation(source=REF, quote=TEXT), text="印花税由卖方缴纳，税率很低。")
    assert finding.severity is Severity.WARN


def test_the_opposite_of_the_quote_is_shown() -> None:
    (finding,) = findings(Citation(source=REF, quote=TEXT), text="经营机构可以主动推介超出承受能力的产品。")
    assert finding.severity is Severity.WARN
    assert "说反" in finding.reason
