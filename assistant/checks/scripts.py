"""Only scripts that are approved, today, stand behind a sentence."""

from collections.abc import Callable, Iterator

from assistant.checks.grounding import ProvisionOf
from assistant.checks.model import Finding, Severity
from assistant.drafting.model import Draft
from knowledge.documents.model import Kind, Provision


def script_findings(
    draft: Draft, *, provision_of: ProvisionOf, may_be_used: Callable[[Provision], bool]
) -> Iterator[Finding]:
    """Citations of scripts that nobody approved, or whose approval is over."""
    for statement in draft.statements:
        for citation in statement.citations:
            provision = None if citation.is_fact else provision_of(citation.source)
            if provision is None or provision.kind is not Kind.SCRIPT or may_be_used(provision):
                continue
            yield Finding(
                category="grounding",
                severity=Severity.BLOCK,
                statement_id=statement.id,
                span=citation.source,
                reason=f"话术 {provision.ref.short} 没有批准，或批准已到期、已撤销，不能使用。",
                provision=provision.ref.short,
            )
