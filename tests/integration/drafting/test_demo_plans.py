"""Plans for demo customers from the shipped library: whatever a customer is like, the plan proves itself."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.analysis.portrait import Background, portrait_of
from assistant.analysis.suitability import SuitabilityPolicy, match
from assistant.checks.model import Severity
from assistant.checks.run import check
from assistant.drafting.model import Draft, DraftKind, Evidence, WriterTrace
from assistant.drafting.plan import plan_of
from assistant.drafting.plan_material import gathered
from assistant.drafting.rendering import render
from assistant.identity.model import Actor, Licence, Role
from assistant.settings import FirmSettings
from knowledge.customers.model import CustomerRecord
from knowledge.documents.loading import load_folder
from knowledge.documents.model import Audience, Provision
from knowledge.products.loading import product_of
from knowledge.products.model import Product
from tests.support.books import a_book
from tests.support.drafting import TODAY

LIBRARY = Path(__file__).parents[3] / "knowledge" / "library"
POLICY = SuitabilityPolicy()
FIRM = FirmSettings()
ADVISOR = Actor(
    id="advisor-1",
    role=Role.ADVISOR,
    name="陈明",
    registration_number="S1234560001",
    licences=frozenset({Licence.INVESTMENT_ADVISOR}),
)
CUSTOMERS = 120


@pytest.fixture(scope="module")
def library() -> tuple[Mapping[str, Provision], Mapping[str, Product]]:
    provisions: dict[str, Provision] = {}
    products: dict[str, Product] = {}
    for loaded in load_folder(LIBRARY):
        if loaded.version.period.in_force_on(TODAY):
            provisions |= {provision.ref.short: provision for provision in loaded.provisions}
            if loaded.product is not None:
                product = product_of(loaded.product, loaded.version.document_id)
                products[product.code] = product
    return provisions, products


def a_draft_for(
    record: CustomerRecord, provisions: Mapping[str, Provision], products: Mapping[str, Product]
) -> tuple[Draft, str]:
    bare = gathered(portrait_of(record, as_of=TODAY, background=Background(products=products)), products)
    material = replace(
        bare,
        evidence=tuple(
            Evidence.of(provisions[short])
            for short in bare.wanted_provisions
            if short in provisions and provisions[short].audience is Audience.CUSTOMER
        ),
        scripts=tuple(Evidence.of(provisions[short]) for short in bare.wanted_scripts if short in provisions),
    )
    plan = plan_of(material)
    draft = Draft(
        kind=DraftKind.PLAN,
        customer_id=record.customer.id,
        question=None,
        as_of=TODAY,
        sections=plan.sections,
        briefing=plan.briefing,
        charts=plan.charts,
        evidence=(*material.evidence, *material.scripts),
        facts=plan.facts,
        matches=(*material.offered, *material.nearest),
        recommended_products=plan.recommended_products,
        trace=WriterTrace(writer="extractive"),
        retrieval="none",
        created_at=datetime(2026, 11, 22, 9, tzinfo=UTC),
    )
    return draft, render(draft, customer=record.customer, advisor=ADVISOR, firm=FIRM, content_id="case-1")


def test_every_demo_plan_passes_every_check(
    library: tuple[Mapping[str, Provision], Mapping[str, Product]],
) -> None:
    provisions, products = library
    records = a_book(
        CUSTOMERS,
        advisors=("advisor-1", "advisor-2", "advisor-3"),
        seed=11,
        today=TODAY,
        products=tuple(products.values()),
    )
    texts = set()
    for record in records:
        draft, text = a_draft_for(record, provisions, products)
        found = check(
            draft,
            text,
            day=TODAY,
            provision_of=lambda reference: provisions.get(reference.split("@")[0]),
            firm=FIRM,
            advisor=replace(ADVISOR, id=record.customer.advisor_id),
            record=record,
            matches=[match(record, product, as_of=TODAY, policy=POLICY) for product in products.values()],
            products=products,
            names=[record.customer.name],
        )
        assert [one for one in found if one.severity is Severity.BLOCK] == [], record.customer.id
        assert [one for one in found if one.category.startswith("P")] == [], record.customer.id
        texts.add("\n".join(statement.text for statement in draft.statements))
    assert len(texts) > 0.8 * CUSTOMERS
