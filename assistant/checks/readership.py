"""What a customer is told rests on nothing that the customer may not read."""

from collections.abc import Iterator

from assistant.checks.disclosures import CUSTOMER_FACING
from assistant.checks.grounding import ProvisionOf
from assistant.checks.model import Finding, Severity
from assistant.drafting.model import Draft
from knowledge.documents.model import Audience


def readership_findings(draft: Draft, *, provision_of: ProvisionOf, branch: str | None) -> Iterator[Finding]:
    """Citations of a customer's text that are not open to customers of ``branch``."""
    if draft.kind not in CUSTOMER_FACING:
        return
    for statement in draft.statements:
        for citation in statement.citations:
            provision = None if citation.is_fact else provision_of(citation.source)
            if provision is None or (
                provision.audience in Audience.CUSTOMER.may_read and provision.readable_in(branch)
            ):
                continue
            yield Finding(
                category="grounding",
                severity=Severity.BLOCK,
                statement_id=statement.id,
                span=citation.source,
                reason=f"{provision.ref.short} 不对这位客户公开（内部或别的分支的文件），请改引客户可读的条文。",
                provision=provision.ref.short,
            )
