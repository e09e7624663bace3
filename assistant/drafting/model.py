"""Drafts: sections of statements, each with its citations, and everything that they were made from."""

from datetime import date, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from assistant.analysis.charts import Chart
from assistant.analysis.model import Fact, Match
from knowledge.documents.model import Provision


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StatementKind(StrEnum):
    """What a sentence does."""

    RULE = "rule"
    FACT = "fact"
    OPINION = "opinion"
    ACTION = "action"
    DISCLOSURE = "disclosure"
    COURTESY = "courtesy"

    @property
    def needs_citation(self) -> bool:
        """Rules, facts and opinions rest on something; the rest may."""
        return self in (StatementKind.RULE, StatementKind.FACT, StatementKind.OPINION)


class Citation(_Record):
    """What a statement rests on: a provision (``SUIT:22@2022-08-12``) or a fact (``fact:…``)."""

    source: str
    quote: str
    """The span of the provision, or the fact's text, that carries the statement."""

    @property
    def is_fact(self) -> bool:
        """Whether the source is a fact rather than a provision."""
        return self.source.startswith("fact:")


class Statement(_Record):
    """One sentence."""

    id: str
    kind: StatementKind
    text: str
    citations: tuple[Citation, ...] = ()


class Section(_Record):
    """A titled run of statements."""

    key: str
    title: str
    statements: tuple[Statement, ...]


class Evidence(_Record):
    """A provision as it was when the draft was made, kept for replay."""

    ref: str
    citation: str
    path: tuple[str, ...]
    heading: str
    text: str
    effective_from: date
    effective_to: date | None
    verification: str
    rendition: str
    kind: str = "rule"
    typical_questions: tuple[str, ...] = ()
    """People's own words for what it answers: help in choosing, never to be told or cited."""

    @classmethod
    def of(cls, provision: Provision) -> "Evidence":
        """Keep what the draft may cite of ``provision``."""
        return cls(
            ref=str(provision.ref),
            citation=provision.citation,
            path=provision.path,
            heading=provision.heading,
            text=provision.text,
            effective_from=provision.period.effective_from,
            effective_to=provision.period.effective_to,
            verification=provision.verification.value,
            rendition=provision.rendition.value,
            kind=provision.kind.value,
            typical_questions=provision.typical_questions,
        )


class DraftKind(StrEnum):
    """What a draft is for."""

    ANSWER = "answer"
    """An answer in the advisor's chat; it stays inside until it is made a reply."""
    REPLY = "reply"
    """An answer to a customer's question."""
    PLAN = "plan"
    """One person, one strategy."""
    DIAGNOSIS = "diagnosis"
    """What is held today, and what follows from it."""
    QUARTERLY = "quarterly"
    """What happened in the last quarter: holdings, trades, money, service."""
    MATURITY = "maturity"
    """What matures soon, and the choices then."""
    REASSESSMENT = "reassessment"
    """The risk assessment runs out, has run out, or was never done."""
    EDUCATION = "education"
    """What this customer gains from understanding; no advice, no product."""
    WARNING = "warning"
    """The special written warning to a customer who insists on a product that does not suit (SUIT:19, 24)."""


REPORTS = frozenset(
    (DraftKind.DIAGNOSIS, DraftKind.QUARTERLY, DraftKind.MATURITY, DraftKind.REASSESSMENT, DraftKind.EDUCATION)
)
"""Kinds that are asked for like a plan, and take the same way."""


class WriterTrace(_Record):
    """Who worded the draft: enough to do it again."""

    writer: str
    """``extractive`` or ``model``."""
    model: str | None = None
    prompt: str | None = None
    """``name@digest`` of the prompt file."""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    fallback_reason: str | None = None
    """Why the extractive writer stood in for the model."""


class Draft(_Record):
    """Sections of statements, plus everything that they were made from."""

    kind: DraftKind
    customer_id: str | None
    question: str | None
    as_of: date
    sections: tuple[Section, ...]
    evidence: tuple[Evidence, ...]
    facts: tuple[Fact, ...]
    matches: tuple[Match, ...] = ()
    recommended_products: tuple[str, ...] = ()
    """Codes of the products that the customer-facing text puts forward."""
    charts: tuple[Chart, ...] = ()
    """Drawn in exports; the letter tells every number of them, so they are approved with its bytes."""
    briefing: tuple[Section, ...] = ()
    """For the advisor only: analysis, talking points, questions, objections. Never rendered, statements ``b1`` …"""
    trace: WriterTrace
    retrieval: str
    """Names settings and index of the search behind it."""
    created_at: datetime

    @property
    def statements(self) -> tuple[Statement, ...]:
        """All statements in order."""
        return tuple(statement for section in self.sections for statement in section.statements)


class Brief(BaseModel):
    """What a writer is given."""

    model_config = ConfigDict(frozen=True)

    purpose: str
    """What is asked: the question, or the section's task."""
    as_of: date
    asker: str
    """``advisor`` or ``customer``."""
    evidence: tuple[Evidence, ...]
    facts: tuple[Fact, ...]
    history: tuple[str, ...] = ()
    """Earlier turns, oldest first, identifiers masked."""
    asked_for: tuple[Citation, ...] = ()
    """Parts of the evidence that the question names by their number, to be told before anything else."""
    looked_up: tuple[str, ...] = ()
    """The evidence that the question names, by article or by document, and asks nothing else of: its words answer."""
    max_statements: int = Field(default=8, ge=1)


class Writing(BaseModel):
    """What a writer gives back. No statements: it abstains, for ``abstained``."""

    model_config = ConfigDict(frozen=True)

    statements: tuple[Statement, ...]
    trace: WriterTrace
    abstained: str | None = None
    evidence: tuple[Evidence, ...] = ()
    """What the writer gathered itself beyond the brief; empty where it did not search."""
    facts: tuple[Fact, ...] = ()
    """Facts that it had computed beyond the brief."""
