"""A draft is recognised as made of approved words and verified evidence, and any other wording is named."""

from datetime import UTC, date, datetime

import pytest

from assistant.drafting.model import (
    Citation,
    Draft,
    DraftKind,
    Evidence,
    Section,
    Statement,
    StatementKind,
    WriterTrace,
)
from assistant.review.standing import sentences_of, standing_of
from knowledge.documents.model import Verification
from tests.support.library import a_provision

RULE = "经营机构不得主动推介超出承受能力的产品。"
SPOKEN = ("下单要您本人确认，我可以一步一步教您。", "请把密码保管好。")
REF = "SUIT:22@2017-07-01"


def a_statement(
    text: str, kind: StatementKind = StatementKind.RULE, *, id_: str = "s1", source: str | None = REF, quote: str = RULE
) -> Statement:
    citations = (Citation(source=source, quote=quote),) if source else ()
    return Statement(id=id_, kind=kind, text=text, citations=citations)


def a_draft(
    *statements: Statement, writer: str = "extractive", verification: Verification = Verification.VERIFIED
) -> Draft:
    evidence = Evidence.of(a_provision(REF, text=RULE)).model_copy(update={"verification": verification.value})
    return Draft(
        kind=DraftKind.REPLY,
        customer_id="c",
        question="问",
        as_of=date(2026, 11, 22),
        sections=(Section(key="a", title="甲", statements=statements),),
        evidence=(evidence,),
        facts=(),
        trace=WriterTrace(writer=writer),
        retrieval="none",
        created_at=datetime(2026, 11, 22, 2, 0, tzinfo=UTC),
    )


def exceptions(draft: Draft, first: Draft | None = None) -> tuple[str, ...]:
    standing = standing_of(draft, first or draft, SPOKEN)
    assert standing.proven is (standing.exceptions == ())
    return standing.exceptions


@pytest.mark.parametrize("writer", ["extractive", "model"])
@pytest.mark.parametrize(
    "statement",
    [
        a_statement(RULE),
        a_statement(SPOKEN[0], StatementKind.OPINION, source=None),
        a_statement("".join(SPOKEN), StatementKind.COURTESY, source=None),
        a_statement("请把密码保管好", StatementKind.ACTION, source=None),
    ],
)
def test_approved_words_and_verified_provisions_stand(statement: Statement, writer: str) -> None:
    assert exceptions(a_draft(statement, writer=writer)) == ()


@pytest.mark.parametrize(
    "statement",
    [
        a_statement("您今年45岁。", StatementKind.FACT, source="fact:age", quote="45岁"),
        a_statement("请您联系我。", StatementKind.COURTESY, source=None),
    ],
)
def test_the_house_s_own_patterns_stand_until_somebody_changes_them(statement: Statement) -> None:
    first = a_draft(statement)
    assert exceptions(first) == ()
    changed = a_draft(statement.model_copy(update={"text": "我给您保证。"}))
    assert exceptions(changed, first) == ("s1",)
    assert exceptions(a_draft(statement, writer="model")) == ("s1",)


@pytest.mark.parametrize("verification", [Verification.SECONDARY, Verification.UNVERIFIED])
def test_what_is_not_verified_does_not_stand(verification: Verification) -> None:
    assert exceptions(a_draft(a_statement(RULE), verification=verification)) == ("s1",)


def test_evidence_that_is_not_there_does_not_stand() -> None:
    assert exceptions(a_draft(a_statement(RULE, source="GONE:1@x"))) == ("s1",)


def test_a_rule_without_citation_does_not_stand() -> None:
    assert exceptions(a_draft(a_statement(RULE, source=None))) == ("s1",)


def test_an_approved_sentence_with_a_word_more_does_not_stand() -> None:
    statement = a_statement("请把密码保管好，也可以告诉我。", StatementKind.OPINION, source=None)
    assert exceptions(a_draft(statement)) == ("s1",)


def test_a_draft_without_a_sentence_proves_nothing() -> None:
    assert not standing_of(a_draft(), a_draft(), SPOKEN).proven


def test_sentences_are_told_apart() -> None:
    assert sentences_of("甲。乙！\n\n丙？丁") == ("甲。", "乙！", "丙？", "丁")
