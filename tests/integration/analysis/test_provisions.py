"""Whatever analysis cites is in the shipped library and in force today."""

from datetime import date
from pathlib import Path

import pytest

from assistant.analysis.diagnosis import diagnose
from assistant.analysis.permissions import RULES
from assistant.analysis.suitability import MATRIX_PROVISIONS, SuitabilityPolicy, match
from assistant.insistences.model import DISCLOSURES
from knowledge.customers.model import CustomerRecord
from knowledge.documents.loading import load_folder
from knowledge.documents.model import LoadedVersion
from knowledge.products.loading import product_of
from knowledge.products.model import Product
from tests.support.books import a_book
from tests.support.customers import DAY

_LIBRARY = Path(__file__).parents[3] / "knowledge" / "library"
POLICY = SuitabilityPolicy()


@pytest.fixture(scope="module")
def library() -> tuple[LoadedVersion, ...]:
    return load_folder(_LIBRARY)


@pytest.fixture(scope="module")
def products(library: tuple[LoadedVersion, ...]) -> tuple[Product, ...]:
    return tuple(
        product_of(loaded.product, loaded.version.document_id)
        for loaded in library
        if loaded.product is not None and loaded.version.period.in_force_on(DAY)
    )


@pytest.fixture(scope="module")
def book(products: tuple[Product, ...]) -> tuple[CustomerRecord, ...]:
    return a_book(120, advisors=("a", "b"), seed=7, today=DAY, products=products)


def in_force(library: tuple[LoadedVersion, ...], day: date) -> set[str]:
    return {provision.ref.short for loaded in library for provision in loaded.provisions if provision.in_force_on(day)}


def test_every_shipped_product_is_read(products: tuple[Product, ...]) -> None:
    assert len(products) >= 12
    assert len({product.code for product in products}) == len(products)


def test_the_gate_cites_what_is_in_force(
    library: tuple[LoadedVersion, ...], products: tuple[Product, ...], book: tuple[CustomerRecord, ...]
) -> None:
    cited = {
        reason.provision
        for record in book
        for product in products
        for reason in match(record, product, as_of=DAY, policy=POLICY).reasons
    }
    assert "SACSUIT17:4" in cited  # the guardian's case was met
    assert cited <= in_force(library, DAY)


def test_observations_cite_what_is_in_force(
    library: tuple[LoadedVersion, ...], book: tuple[CustomerRecord, ...]
) -> None:
    observations = [found for record in book for found in diagnose(record, as_of=DAY, policy=POLICY)]
    assert len({found.key for found in observations}) > 15
    assert {reference for found in observations for reference in found.provisions} <= in_force(library, DAY)


def test_tables_cite_what_is_in_force(library: tuple[LoadedVersion, ...]) -> None:
    disclosed = {disclosure.provision for step in DISCLOSURES.values() for disclosure in step}
    assert disclosed | set(MATRIX_PROVISIONS) <= in_force(library, DAY)


@pytest.mark.parametrize("day", [date(2026, 7, 5), date(2026, 7, 6), DAY])
def test_permissions_cite_what_is_in_force_on_the_day(library: tuple[LoadedVersion, ...], day: date) -> None:
    assert {rule.provision_on(day) for rule in RULES.values()} <= in_force(library, day)


def test_a_book_is_mostly_served_and_never_beyond_the_level(
    products: tuple[Product, ...], book: tuple[CustomerRecord, ...]
) -> None:
    served = sum(
        any(not match(record, product, as_of=DAY, policy=POLICY).against for product in products) for record in book
    )
    assert served > len(book) / 2
