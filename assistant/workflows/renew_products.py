"""Renew the products: their terms are those of the version of their note in force today; without one they end."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from assistant.clock import Clock
from assistant.storage import Storage, UnitOfWork
from knowledge.products.loading import product_of


@dataclass(frozen=True, slots=True)
class RenewProducts:
    """Run at the start of each day: a version that was published ahead takes effect on its own day."""

    storage: Storage
    void_outdated: Callable[[], tuple[str, ...]]
    clock: Clock

    def __call__(self) -> tuple[str, ...]:
        """Ids of the unsent cases that went back, be it for new terms or for the new day."""
        with self.storage.unit_of_work() as work:
            renew(work, self.clock)
        return self.void_outdated()


def renew(work: UnitOfWork, clock: Clock) -> int:
    """Renew within a unit of work; how many products are new, have new terms, or are no longer on sale."""
    terms = work.documents.product_terms_on(clock.today())
    renewed = sum(work.products.upsert(product_of(each, document_id)) for document_id, each in terms.items())
    told = work.documents.with_product_terms()
    ended = (each for each in work.products.all() if each.document_id in told and each.document_id not in terms)
    return renewed + sum(work.products.upsert(replace(each, on_sale=False)) for each in ended)
