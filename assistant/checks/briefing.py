"""What is told to the advisor beside a letter must hold as well: citations that were given, numbers that are proven."""

from assistant.checks.numbers import number_findings
from assistant.drafting.model import Draft, Section, Statement


def sound_briefing(draft: Draft) -> tuple[Section, ...]:
    """The briefing without statements whose citations or numbers do not hold; it is never edited, so they go."""
    sources = {item.ref: item.text for item in draft.evidence} | {fact.id: fact.text for fact in draft.facts}
    inside = draft.model_copy(update={"sections": draft.briefing})
    unproven = {finding.statement_id for finding in number_findings(inside)}
    kept = (
        section.model_copy(
            update={
                "statements": tuple(
                    one for one in section.statements if one.id not in unproven and _grounded(one, sources)
                )
            }
        )
        for section in draft.briefing
    )
    return tuple(section for section in kept if section.statements)


def _grounded(statement: Statement, sources: dict[str, str]) -> bool:
    if statement.kind.needs_citation and not statement.citations:
        return False
    return all(
        citation.quote.strip() and citation.quote in sources.get(citation.source, "")
        for citation in statement.citations
    )
