"""Examine a draft against the library, the products and the customer as they are today."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.analysis.model import Match
from assistant.analysis.suitability import SuitabilityPolicy, match
from assistant.checks.disclosures import CUSTOMER_FACING
from assistant.checks.model import Finding
from assistant.checks.run import check
from assistant.clock import SHANGHAI, Clock
from assistant.drafting.model import Draft
from assistant.identity.model import Actor
from assistant.settings import FirmSettings
from assistant.storage import Storage
from knowledge.customers.model import CustomerRecord, Scope
from knowledge.customers.naming import KnownNames
from knowledge.documents.model import Provision, ProvisionRef
from knowledge.errors import Invalid
from knowledge.products.model import Product


class Texts:
    """Provisions as they are on one day; each is read once, for all the drafts that are made at one moment."""

    def __init__(self, storage: Storage, day: date) -> None:
        self._storage = storage
        self._day = day
        self._in_force: dict[str, Provision | None] = {}
        self._found: dict[ProvisionRef, Provision | None] = {}

    def in_force(self, references: Sequence[str]) -> tuple[Provision, ...]:
        """By short reference (``SUIT:22``), in the order asked; what is not in force is left out."""
        missing = [reference for reference in references if reference not in self._in_force]
        if missing:
            with self._storage.reading() as work:
                read = work.documents.provisions_on(missing, self._day)
            self._in_force |= dict.fromkeys(missing) | {provision.ref.short: provision for provision in read}
            self._found |= {provision.ref: provision for provision in read}
        found = (self._in_force[reference] for reference in dict.fromkeys(references))
        return tuple(provision for provision in found if provision is not None)

    def found(self, references: Collection[ProvisionRef]) -> dict[ProvisionRef, Provision]:
        """By full reference, in force or not; what does not exist is left out."""
        missing = [reference for reference in references if reference not in self._found]
        if missing:
            with self._storage.reading() as work:
                self._found |= dict.fromkeys(missing) | work.documents.provisions(missing)
        return {reference: provision for reference in references if (provision := self._found[reference]) is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What drafts for one customer are examined against, as it is today."""

    record: CustomerRecord | None
    branch: str
    products: Mapping[str, Product]
    scripts: frozenset[tuple[str, str]]
    """Document and version of every script that may be used that day."""
    texts: Texts
    names: KnownNames
    """Of all customers: none of them may stand in a text for one."""


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
        return self.against(self._surroundings(draft), draft, text, maker=maker)

    def against(
        self,
        surroundings: Surroundings,
        draft: Draft,
        text: str,
        *,
        maker: Actor | None,
        matches: Mapping[str, Match] | None = None,
    ) -> tuple[Finding, ...]:
        """The same, where the surroundings were read just now. ``matches``: those computed from them already."""
        provisions = surroundings.texts.found(_cited(draft))
        names = surroundings.names.standing_in(_words(draft)) if draft.kind in CUSTOMER_FACING else ()

        def provision_of(reference: str) -> Provision | None:
            return provisions.get(ProvisionRef.parse(reference))

        return check(
            draft,
            text,
            day=self._day(draft),
            provision_of=provision_of,
            firm=self.firm,
            advisor=maker,
            record=surroundings.record,
            matches=self._matches(surroundings, matches or {}),
            products=surroundings.products,
            names=names,
            branch=surroundings.branch,
            may_be_used=lambda provision: (provision.ref.document_id, provision.ref.version) in surroundings.scripts,
        )

    def _surroundings(self, draft: Draft) -> Surroundings:
        today = self.clock.today()
        with self.storage.reading() as work:
            record = (
                work.customers.get(draft.customer_id, scope=Scope.everyone(), as_of=today)
                if draft.customer_id is not None
                else None
            )
            return Surroundings(
                record=record,
                branch=work.branch_of(record.customer) if record is not None else "",
                products={product.code: product for product in work.products.all()},
                scripts=work.script_approvals.usable(today),
                texts=Texts(self.storage, today),
                names=work.customers.known_names(),
            )

    def _matches(self, surroundings: Surroundings, known: Mapping[str, Match]) -> tuple[Match, ...]:
        record, today = surroundings.record, self.clock.today()
        if record is None:
            return ()
        return tuple(
            known.get(code) or match(record, product, as_of=today, policy=self.policy)
            for code, product in surroundings.products.items()
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
