"""Who withdrew consent is sent nothing that rests on it: to profiling, nothing personal; to marketing, no offer.

PIPL:15, 24.
"""

from collections.abc import Iterator
from datetime import date

from assistant.analysis.digest import marketing_refused
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


def consent_findings(draft: Draft, *, record: CustomerRecord | None, day: date) -> Iterator[Finding]:
    """A text that the customer no longer consents to, perhaps since it was drafted or approved.

    The special warning is about the customer's own wish, and is not judged; a reply to a question is no marketing.
    """
    if record is None or draft.kind not in CUSTOMER_FACING or draft.kind is DraftKind.WARNING:
        return
    if not record.customer.profiling_consent and _is_personal(draft):
        yield _finding(
            "客户已不同意个性化推荐，这份内容用了客户的个人特征，不能再发送；请废弃后重新生成，新的一份只有通用内容。",
            "PIPL:24",
        )
    if draft.kind is not DraftKind.REPLY and draft.recommended_products and marketing_refused(record, as_of=day):
        yield _finding(
            "客户已撤回对营销信息的同意，这份内容提出了产品，不能再发送；请废弃后重新生成，新的一份不提产品。",
            "PIPL:15",
        )


def _finding(reason: str, provision: str) -> Finding:
    return Finding(
        category="consent", severity=Severity.BLOCK, statement_id=None, span="", reason=reason, provision=provision
    )


def _is_personal(draft: Draft) -> bool:
    needed = _NEEDED.get(draft.kind, ())
    return bool(draft.recommended_products or draft.charts) or any(
        citation.is_fact and not citation.source.removeprefix("fact:").startswith(needed)
        for statement in draft.statements
        for citation in statement.citations
    )
