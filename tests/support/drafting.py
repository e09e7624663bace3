"""Builders for drafting: evidence, facts, briefs, drafts."""

from datetime import UTC, date, datetime

from assistant.analysis.model import Fact, Unit
from assistant.drafting.model import (
    Brief,
    Citation,
    Draft,
    DraftKind,
    Evidence,
    Section,
    Statement,
    StatementKind,
    WriterTrace,
)

TODAY = date(2026, 11, 22)
STAR_TEXT = (
    "个人开通科创板，须在申请前20个交易日日均资产不低于50万元，并且参与证券交易满24个月。\n\n"
    "科创板的50万元不含融资融券融入的资金和证券。\n\n"
    "普通投资者首次买入科创板股票前，要先签署科创板风险揭示书。"
)


def some_evidence(
    text: str = STAR_TEXT,
    *,
    ref: str = "SSE-TRADE-2026:6.2@2026-07-06",
    heading: str = "6.2 科创板投资者门槛",
    title: str = "上海证券交易所交易规则（2026年修订）",
    verification: str = "verified",
    kind: str = "rule",
    questions: tuple[str, ...] = (),
    effective_from: date = date(2026, 7, 6),
    effective_to: date | None = None,
) -> Evidence:
    return Evidence(
        ref=ref,
        citation=f"《{title}》{heading.split(maxsplit=1)[0]}",
        path=(),
        heading=heading,
        text=text,
        effective_from=effective_from,
        effective_to=effective_to,
        verification=verification,
        rendition="summary",
        kind=kind,
        typical_questions=questions,
    )


def a_fact(
    text: str = "C2（谨慎型）",
    *,
    fact_id: str = "fact:customer.risk_level",
    label: str = "风险承受能力等级",
    unit: Unit = Unit.TEXT,
) -> Fact:
    return Fact(id=fact_id, label=label, value=text, unit=unit, text=text, as_of=TODAY, source="适当性评估 2026-03-02")


def a_brief(
    question: str = "科创板开通条件是什么？",
    *evidence: Evidence,
    facts: tuple[Fact, ...] = (),
    history: tuple[str, ...] = (),
    asker: str = "advisor",
    max_statements: int = 8,
) -> Brief:
    return Brief(
        purpose=question,
        as_of=TODAY,
        asker=asker,
        evidence=evidence or (some_evidence(),),
        facts=facts,
        history=history,
        max_statements=max_statements,
    )


def a_statement(
    text: str = "科创板的50万元不含融资融券融入的资金和证券。",
    *,
    source: str = "SSE-TRADE-2026:6.2@2026-07-06",
    quote: str | None = None,
    kind: StatementKind = StatementKind.RULE,
    statement_id: str = "s1",
) -> Statement:
    return Statement(id=statement_id, kind=kind, text=text, citations=(Citation(source=source, quote=quote or text),))


def a_draft(
    *sections: Section,
    kind: DraftKind = DraftKind.REPLY,
    question: str | None = "科创板的50万怎么算？",
    evidence: tuple[Evidence, ...] | None = None,
    facts: tuple[Fact, ...] = (),
) -> Draft:
    return Draft(
        kind=kind,
        customer_id="C0001",
        question=question,
        as_of=TODAY,
        sections=sections or (Section(key="answer", title="答复", statements=(a_statement(),)),),
        evidence=(some_evidence(),) if evidence is None else evidence,
        facts=facts,
        trace=WriterTrace(writer="extractive"),
        retrieval="test",
        created_at=datetime(2026, 11, 22, 9, 0, tzinfo=UTC),
    )
