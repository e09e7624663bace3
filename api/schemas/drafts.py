"""Statements, their citations, evidence, facts, matches and findings: what chat, plans and review have in common."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Self

from pydantic import Field

from api.schemas.base import View
from api.schemas.terms import (
    DRAFT_KIND_LABELS,
    SEVERITY_LABELS,
    STATEMENT_KIND_LABELS,
    VERDICT_LABELS,
    Dimension,
    DraftKind,
    MatchVerdict,
    Severity,
    StatementKind,
    Unit,
)
from assistant.analysis.model import Fact, FitPart, FitPoint, Match, Reason
from assistant.checks.model import Finding
from assistant.drafting.model import Citation, Draft, Evidence, Section, Statement, WriterTrace

Labels = Mapping[str, str]
"""How a person reads a source: 《…》第二十二条 for a provision, 「风险承受能力等级」 for a fact."""


def labels_of(evidence: tuple[Evidence, ...], facts: tuple[Fact, ...]) -> Labels:
    """Labels by source for citation chips."""
    return {item.ref: item.citation for item in evidence} | {fact.id: fact.label for fact in facts}


class CitationView(View):
    """What a statement rests on."""

    source: str = Field(description="条文引用或事实编号。", examples=["SUIT:22@2022-08-12"])
    label: str = Field(description="给人看的出处。", examples=["《证券期货投资者适当性管理办法》第二十二条"])
    quote: str = Field(description="支持这句话的原文。")
    is_fact: bool = Field(description="是事实还是条文。")

    @classmethod
    def of(cls, citation: Citation, labels: Labels) -> Self:
        """The citation, named for people where the source is at hand."""
        return cls(
            source=citation.source,
            label=labels.get(citation.source, citation.source),
            quote=citation.quote,
            is_fact=citation.is_fact,
        )


class StatementView(View):
    """One sentence."""

    id: str = Field(examples=["s1"])
    kind: StatementKind
    kind_label: str = Field(examples=["规则"])
    text: str
    citations: tuple[CitationView, ...]

    @classmethod
    def of(cls, statement: Statement, labels: Labels) -> Self:
        """The sentence with its proof."""
        return cls(
            id=statement.id,
            kind=statement.kind,
            kind_label=STATEMENT_KIND_LABELS[statement.kind],
            text=statement.text,
            citations=tuple(CitationView.of(citation, labels) for citation in statement.citations),
        )


class SectionView(View):
    """A titled run of statements."""

    key: str
    title: str
    statements: tuple[StatementView, ...]

    @classmethod
    def of(cls, section: Section, labels: Labels) -> Self:
        """The section in reading order."""
        return cls(
            key=section.key,
            title=section.title,
            statements=tuple(StatementView.of(statement, labels) for statement in section.statements),
        )


class EvidenceView(View):
    """A provision as it was when it was cited."""

    ref: str = Field(examples=["SUIT:22@2022-08-12"])
    citation: str
    kind: str
    path: tuple[str, ...] = Field(description="上级标题，由外到内。")
    heading: str
    text: str
    effective_from: date
    effective_to: date | None = Field(description="失效日（不含），空为现行有效。")
    verification: str
    rendition: str

    @classmethod
    def of(cls, evidence: Evidence) -> Self:
        """Everything that the draft keeps of it."""
        return cls.model_validate(evidence.model_dump())


class FactView(View):
    """A value computed by code."""

    id: str = Field(examples=["fact:customer.risk_level"])
    label: str = Field(examples=["风险承受能力等级"])
    value: str = Field(description="机器可读的值。", examples=["C2"])
    unit: Unit
    text: str = Field(description="给人看的写法。", examples=["C2（谨慎型）"])
    as_of: date
    source: str

    @classmethod
    def of(cls, fact: Fact) -> Self:
        """The fact as it is read."""
        return cls(
            id=fact.id,
            label=fact.label,
            value=str(fact.value),
            unit=fact.unit,
            text=fact.text,
            as_of=fact.as_of,
            source=fact.source,
        )


class ReasonView(View):
    """Why a product does or does not suit."""

    dimension: Dimension
    fits: bool
    text: str
    provision: str = Field(examples=["SUIT:22"])

    @classmethod
    def of(cls, reason: Reason) -> Self:
        """The reason with the provision that says so."""
        return cls.model_validate(reason.model_dump())


class FitPointView(View):
    """What speaks for or against a suitable product."""

    part: FitPart
    favours: bool
    text: str

    @classmethod
    def of(cls, point: FitPoint) -> Self:
        """The point."""
        return cls.model_validate(point.model_dump())


class MatchView(View):
    """The verdict on one product for one customer."""

    product_code: str = Field(examples=["YC1001"])
    product_name: str
    risk_grade: str = Field(examples=["R2"])
    verdict: MatchVerdict
    verdict_label: str = Field(examples=["适当"])
    reasons: tuple[ReasonView, ...]
    score: float
    special_care: bool = Field(description="须履行特别程序。")
    points: tuple[FitPointView, ...] = Field(default=(), description="适当的产品还有哪些有利和不利之处。")

    @classmethod
    def of(cls, match: Match) -> Self:
        """The verdict with all its reasons."""
        return cls(
            product_code=match.product_code,
            product_name=match.product_name,
            risk_grade=match.risk_grade,
            verdict=match.verdict,
            verdict_label=VERDICT_LABELS[match.verdict],
            reasons=tuple(ReasonView.of(reason) for reason in match.reasons),
            score=match.score,
            points=tuple(FitPointView.of(point) for point in match.points),
            special_care=match.special_care,
        )


class FindingView(View):
    """One thing that a check found."""

    category: str = Field(examples=["P01_return_promise"])
    severity: Severity
    severity_label: str = Field(examples=["必须修改"])
    statement_id: str | None = Field(description="空：针对全文。")
    span: str = Field(description="所指的原话。")
    reason: str = Field(description="为什么，以及怎么办。")
    provision: str | None = Field(description="依据。", examples=["SECLAW:135"])

    @classmethod
    def of(cls, finding: Finding) -> Self:
        """The finding with its Chinese severity."""
        return cls(severity_label=SEVERITY_LABELS[finding.severity], **finding.model_dump())


class TraceView(View):
    """Who worded it."""

    writer: str = Field(description="extractive 或 model。", examples=["extractive"])
    model: str | None
    prompt: str | None
    fallback_reason: str | None

    @classmethod
    def of(cls, trace: WriterTrace) -> Self:
        """The trace without token counts."""
        return cls(writer=trace.writer, model=trace.model, prompt=trace.prompt, fallback_reason=trace.fallback_reason)


class DraftView(View):
    """A draft with everything it was made from."""

    kind: DraftKind
    kind_label: str = Field(examples=["一人一策"])
    question: str | None
    as_of: date
    sections: tuple[SectionView, ...]
    briefing: tuple[SectionView, ...] = Field(default=(), description="只给投资顾问看的内部版，从不写进对客文本。")
    evidence: tuple[EvidenceView, ...]
    facts: tuple[FactView, ...]
    matches: tuple[MatchView, ...]
    recommended_products: tuple[str, ...]
    trace: TraceView
    created_at: datetime

    @classmethod
    def of(cls, draft: Draft) -> Self:
        """The draft, its citations named for people."""
        labels = labels_of(draft.evidence, draft.facts)
        return cls(
            kind=draft.kind,
            kind_label=DRAFT_KIND_LABELS[draft.kind],
            question=draft.question,
            as_of=draft.as_of,
            sections=tuple(SectionView.of(section, labels) for section in draft.sections),
            briefing=tuple(SectionView.of(section, labels) for section in draft.briefing),
            evidence=tuple(EvidenceView.of(evidence) for evidence in draft.evidence),
            facts=tuple(FactView.of(fact) for fact in draft.facts),
            matches=tuple(MatchView.of(match) for match in draft.matches),
            recommended_products=draft.recommended_products,
            trace=TraceView.of(draft.trace),
            created_at=draft.created_at,
        )
