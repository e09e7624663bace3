"""Examine a draft against the library, the products and the customer as they are today."""

from dataclasses import dataclass
from datetime import date

from assistant.analysis.suitability import SuitabilityPolicy, match
from assistant.checks.disclosures import CUSTOMER_FACING
from assistant.checks.model import Finding
from assistant.checks.run import check
from assistant.clock import SHANGHAI, Clock
from assistant.drafting.model import Draft
from assistant.identity.model import Actor
from assistant.settings import FirmSettings
from assistant.storage import Storage
from knowledge.customers.model import Scope
from knowledge.documents.model import Provision, ProvisionRef
from knowledge.errors import Invalid


@dataclass(frozen=True, slots=True)
class ExamineDraft:
    """Every check, on today's facts: at drafting, after an edit, at submission, at approval and again at dispatch.

    All products are matched, not only those that the draft says it recommends: an edit may name any.
    """

    storage: Storage
    policy: SuitabilityPolicy
    firm: FirmSettings
    clock: Clock

    def __call__(self, draft: Draft, text: str, *, maker: Actor | None) -> tuple[Finding, ...]:
        day = self._day(draft)
        today = self.clock.today()
        with self.storage.reading() as work:
            record = (
                work.customers.get(draft.customer_id, scope=Scope.everyone(), as_of=today)
                if draft.customer_id is not None
                else None
            )
            products = {product.code: product for product in work.products.all()}
            provisions = work.documents.provisions(_cited(draft))
            names = work.customers.named_in(_words(draft)) if draft.kind in CUSTOMER_FACING else ()
            branch = work.branch_of(record.customer) if record is not None else ""
            scripts = work.script_approvals.usable(today)
        matches = (
            tuple(match(record, product, as_of=today, policy=self.policy) for product in products.values())
            if record is not None
            else ()
        )

        def provision_of(reference: str) -> Provision | None:
            return provisions.get(ProvisionRef.parse(reference))

        return check(
            draft,
            text,
            day=day,
            provision_of=provision_of,
            firm=self.firm,
            advisor=maker,
            record=record,
            matches=matches,
            products=products,
            names=names,
            branch=branch,
            may_be_used=lambda provision: (provision.ref.document_id, provision.ref.version) in scripts,
        )

    def _day(self, draft: Draft) -> date:
        """A draft about the present must hold today, also days later; one about a past day must hold on that day."""
        about_the_present = draft.as_of == draft.created_at.astimezone(SHANGHAI).date()
        return self.clock.today() if about_the_present else draft.as_of


def _words(draft: Draft) -> str:
    return "\n".join(statement.text for statement in draft.statements)


def _cited(draft: Draft) -> set[ProvisionRef]:
    found = set()
    for statement in draft.statements:
        for citation in statement.citations:
            try:
                found.add(ProvisionRef.parse(citation.source))
            except Invalid:
                continue  # a fact, or an invented id: the grounding check tells them apart
    return found
