"""Advice is given by registered investment advisors only (ADVISOR:7; CONSULT97:12; SECLAW:160)."""

import re

from assistant.checks.disclosures import CUSTOMER_FACING
from assistant.checks.model import Finding, Severity
from assistant.drafting.model import Draft, StatementKind
from assistant.identity.model import Actor, Licence, Role
from knowledge.customers.model import CustomerRecord

_ADVISES = re.compile(
    r"(?:建议|推荐|可以?考虑|适合|宜|不妨)[^。；]{0,20}(?:买|卖|配置|持有|增持|减持|加仓|减仓|申购|认购|赎回|定投|调仓|仓位|比例)"
)


def licence_findings(draft: Draft, *, advisor: Actor | None) -> tuple[Finding, ...]:
    """Whether whoever answers for ``draft`` may give the advice that it holds."""
    if draft.kind not in CUSTOMER_FACING or not gives_advice(draft):
        return ()
    if advisor is not None and advisor.role is Role.ADVISOR and _registered(advisor):
        return ()
    return (
        Finding(
            category="licence",
            severity=Severity.BLOCK,
            statement_id=None,
            span=advisor.name if advisor else "",
            reason="这份内容含有投资建议，须由已登记的投资顾问出具，请转交有证券投资顾问资格和登记编码的同事。",
            provision="ADVISOR:7",
        ),
    )


def service_findings(draft: Draft, *, advisor: Actor | None, record: CustomerRecord | None) -> tuple[Finding, ...]:
    """Whether the advisor who answers for ``draft`` still serves its customer."""
    if draft.kind not in CUSTOMER_FACING or advisor is None or record is None or advisor.role is not Role.ADVISOR:
        return ()
    if record.customer.advisor_id == advisor.id:
        return ()
    return (
        Finding(
            category="licence",
            severity=Severity.BLOCK,
            statement_id=None,
            span=advisor.name,
            reason="这位客户已由另一位投资顾问服务，不能再以原投资顾问的名义发送；请由现在的投资顾问重新生成。",
            provision=None,
        ),
    )


def gives_advice(draft: Draft) -> bool:
    """Whether the draft puts a product forward or says what to buy, hold or sell."""
    advised = (StatementKind.ACTION, StatementKind.OPINION)
    return bool(draft.recommended_products) or any(
        statement.kind in advised and _ADVISES.search(statement.text) for statement in draft.statements
    )


def _registered(advisor: Actor) -> bool:
    return Licence.INVESTMENT_ADVISOR in advisor.licences and bool(advisor.registration_number)
