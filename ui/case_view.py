"""A review case as its author and its reviewer see it: sentences with proof and findings beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.schemas.cases import CaseDetailView
from api.schemas.drafts import CitationView, DraftView, FindingView, StatementView
from api.schemas.terms import ReviewAction, Severity
from ui.changes import ChangedLine, changed_lines
from ui.client import ApiClient
from ui.panels import Caller
from ui.proof import Badge, Proof, badges_of, proof_of_fact, proof_of_reference, provision_proof
from ui.rendering import today

_ORDER = {Severity.BLOCK: 0, Severity.WARN: 1, Severity.NOTE: 2}


@dataclass(frozen=True, slots=True)
class Support:
    """One citation of a sentence, with what its source says."""

    citation: CitationView
    number: int
    badges: tuple[Badge, ...]


@dataclass(frozen=True, slots=True)
class CaseBoard:
    """A case arranged for reading."""

    detail: CaseDetailView
    supports: Mapping[str, tuple[Support, ...]]
    """By statement."""
    findings: Mapping[str, tuple[FindingView, ...]]
    """By statement, worst first."""
    general: tuple[FindingView, ...]
    """About the whole draft."""
    changes: tuple[ChangedLine, ...]

    @property
    def allowed(self) -> frozenset[str]:
        """What this person may do now."""
        return frozenset(item.action.value for item in self.detail.allowed)

    @property
    def returned_for(self) -> str:
        """The reason of the last return or voiding; empty where there is none."""
        reasons = [
            decision.reason
            for decision in self.detail.case.decisions
            if decision.action in (ReviewAction.RETURN, ReviewAction.VOID, ReviewAction.REJECT)
        ]
        return reasons[-1] if reasons else ""


def board_of(detail: CaseDetailView) -> CaseBoard:
    """Findings and proof sorted to their sentences."""
    revision = detail.case.revision
    known = {item.id for item in _statements(revision.draft)}
    return CaseBoard(
        detail=detail,
        supports=_supports(revision.draft),
        findings={key: _of(revision.findings, key) for key in known},
        general=tuple(
            sorted(
                (item for item in revision.findings if item.statement_id not in known),
                key=lambda item: _ORDER[item.severity],
            )
        ),
        changes=changed_lines(detail.first_text, revision.text),
    )


def proof_in(detail: CaseDetailView, client: ApiClient, caller: Caller) -> Proof:
    """The source that was pressed: from the draft's own evidence, else from the library."""
    draft, source = detail.case.revision.draft, caller.text("source")
    fact = next((item for item in draft.facts if item.id == source), None)
    if fact is not None:
        return proof_of_fact(fact)
    quotes = tuple(
        citation.quote
        for statement in _statements(draft)
        if caller.text("statement") in ("", statement.id)
        for citation in statement.citations
        if citation.source == source
    )
    evidence = next((item for item in draft.evidence if item.ref == source), None)
    if evidence is not None:
        return provision_proof(evidence, as_of=draft.as_of, quotes=quotes)
    return proof_of_reference(client, source, as_of=draft.as_of, quotes=quotes)


def _of(findings: Sequence[FindingView], statement_id: str) -> tuple[FindingView, ...]:
    own = (item for item in findings if item.statement_id == statement_id)
    return tuple(sorted(own, key=lambda item: _ORDER[item.severity]))


def _supports(draft: DraftView) -> dict[str, tuple[Support, ...]]:
    numbers: dict[str, int] = {}
    badges = {item.ref: badges_of(item, as_of=draft.as_of, now=today()) for item in draft.evidence}
    supports: dict[str, tuple[Support, ...]] = {}
    for statement in _statements(draft):
        supports[statement.id] = tuple(
            Support(
                citation=citation,
                number=numbers.setdefault(citation.source, len(numbers) + 1),
                badges=badges.get(citation.source, ()),
            )
            for citation in statement.citations
        )
    return supports


def _statements(draft: DraftView) -> list[StatementView]:
    """What the customer will read, then what only staff read."""
    return [statement for section in (*draft.sections, *draft.briefing) for statement in section.statements]
