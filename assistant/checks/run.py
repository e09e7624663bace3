"""All checks in one call."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from assistant.analysis.model import Match
from assistant.checks.consent import consent_findings
from assistant.checks.contradiction import contradiction_findings
from assistant.checks.disclosures import CUSTOMER_FACING, disclosure_findings
from assistant.checks.grounding import ProvisionOf, grounding_findings
from assistant.checks.identifiers import identifier_findings
from assistant.checks.licence import licence_findings, service_findings
from assistant.checks.markup import markup_findings
from assistant.checks.model import Finding, Severity
from assistant.checks.numbers import number_findings
from assistant.checks.readership import readership_findings
from assistant.checks.scripts import script_findings
from assistant.checks.suitability import suitability_findings
from assistant.checks.wording import wording_findings
from assistant.drafting.model import Draft, Statement, StatementKind
from assistant.drafting.passages import readable
from assistant.identity.model import Actor, Licence
from assistant.settings import FirmSettings
from knowledge.customers.model import CustomerRecord, InvestorStatus
from knowledge.documents.model import Provision
from knowledge.products.model import Product

_SENTENCE = re.compile(r"[^。\n]+。?")
_ORDER = {Severity.BLOCK: 0, Severity.WARN: 1, Severity.NOTE: 2}


def check(
    draft: Draft,
    text: str,
    *,
    day: date,
    provision_of: ProvisionOf,
    firm: FirmSettings,
    advisor: Actor | None,
    record: CustomerRecord | None = None,
    matches: Sequence[Match] = (),
    products: Mapping[str, Product] | None = None,
    names: Iterable[str] = (),
    branch: str | None = None,
    may_be_used: Callable[[Provision], bool] = lambda _: True,
) -> tuple[Finding, ...]:
    """Everything that speaks against ``draft`` and ``text``, the exact words for the customer; gravest first.

    ``provision_of`` reads a provision by its full reference, in force or not. ``names`` are full names of known
    customers: none of them may stand in the text. ``branch`` is the customer's own. ``may_be_used`` tells approved
    scripts from others.
    """
    settled = _settled(firm, advisor)
    found = [
        *grounding_findings(draft, provision_of=provision_of, day=day),
        *readership_findings(draft, provision_of=provision_of, branch=branch),
        *script_findings(draft, provision_of=provision_of, may_be_used=may_be_used),
        *contradiction_findings(draft),
        *number_findings(draft, settled=settled),
        *suitability_findings(draft, record=record, matches=matches, day=day),
        *_wording(draft, advisor, record),
        *disclosure_findings(draft, text, firm=firm, advisor=advisor, products=products or {}),
        *markup_findings(draft),
        *identifier_findings(draft, text, names=names, settled=settled),
        *licence_findings(draft, advisor=advisor),
        *service_findings(draft, advisor=advisor, record=record),
        *consent_findings(draft, record=record, day=day),
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: _ORDER[finding.severity]))


def _settled(firm: FirmSettings, advisor: Actor | None) -> tuple[str, ...]:
    words = (firm.name, firm.provider_code, firm.complaint_phone, firm.address)
    return words if advisor is None else (*words, advisor.name, advisor.registration_number or "")


def _wording(draft: Draft, advisor: Actor | None, record: CustomerRecord | None) -> tuple[Finding, ...]:
    """Of our own words only: a provision told in its words promises nothing, nor does a question that is repeated."""
    context = _context(advisor, record)
    return tuple(
        finding.model_copy(update={"statement_id": statement.id})
        for statement in draft.statements
        if not _tells_a_provision(statement)
        for finding in wording_findings(statement.text, context=context, customer_facing=draft.kind in CUSTOMER_FACING)
    )


def _tells_a_provision(statement: Statement) -> bool:
    """Whether it is a rule in whole sentences of what it cites; a piece of a sentence may say the opposite."""
    return statement.kind is StatementKind.RULE and any(
        statement.text.strip() == sentence
        for citation in statement.citations
        if not citation.is_fact
        for part in (citation.quote, *_SENTENCE.findall(citation.quote))
        for sentence in (part.strip(), readable(part))
    )


def _context(advisor: Actor | None, record: CustomerRecord | None) -> str:
    """Who says it to whom, in the words that the wording check reads."""
    licensed = advisor is not None and Licence.INVESTMENT_ADVISOR in advisor.licences
    speaker = "持证投资顾问" if licensed else "员工（无投顾资格）"
    if record is not None and record.customer.status is InvestorStatus.PROFESSIONAL and record.customer.full_capacity:
        return f"{speaker} → 客户（专业投资者）"
    assessment = record.customer.assessment if record else None
    return f"{speaker} → 客户（{assessment.level.value if assessment else '风险等级未知'}）"
