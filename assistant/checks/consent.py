"""Who withdrew consent to profiling is sent nothing that rests on what was learned about the person (PIPL:15, 24)."""

from collections.abc import Iterator

from assistant.checks.disclosures import CUSTOMER_FACING
from assistant.checks.model import Finding, Severity
from assistant.drafting.model import Draft, DraftKind
from knowledge.customers.model import CustomerRecord

_NEEDED = {
    DraftKind.PLAN: ("customer.profiling",),
    DraftKind.MATURITY: ("holding.",),
    DraftKind.REASSESSMENT: ("assessment.", "customer.risk_level"),
    DraftKind.REPLY: ("match.", "matrix."),
}
"""Facts without which an impersonal letter could not say what it is for; other kinds need none."""


def consent_findings(draft: Draft, *, record: CustomerRecord | None) -> Iterator[Finding]:
    """A personal text for a customer who opted out, perhaps after it was drafted or approved.

    The special warning is about the customer's own wish, and is not judged.
    """
    if record is None or record.customer.profiling_consent:
        return
    if draft.kind not in CUSTOMER_FACING or draft.kind is DraftKind.WARNING or not _is_personal(draft):
        return
    yield Finding(
        category="consent",
        severity=Severity.BLOCK,
        statement_id=None,
        span="",
        reason="客户已不同意个性化推荐，这份内容用了客户的个人特征，不能再发送；请废弃后重新生成，新的一份只有通用内容。",
        provision="PIPL:24",
    )


def _is_personal(draft: Draft) -> bool:
    needed = _NEEDED.get(draft.kind, ())
    return bool(draft.recommended_products or draft.charts) or any(
        citation.is_fact and not citation.source.removeprefix("fact:").startswith(needed)
        for statement in draft.statements
        for citation in statement.citations
    )
