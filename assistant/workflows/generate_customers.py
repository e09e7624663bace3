"""Write the files of a fictional book of customers, as an import takes them, without touching any house."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from assistant.clock import Clock
from assistant.errors import Invalid
from assistant.identity.model import Role
from assistant.workflows.load_demo import DEMO_STAFF
from knowledge.customers.generating.write import Layout, Wanted, write_files
from knowledge.documents.loading import load_folder
from knowledge.products.loading import product_of
from knowledge.products.model import Product

_FARTHEST = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class GenerateCustomers:
    """Products are those whose note is in force on the day; customers are dealt to the demo advisors."""

    library: Path
    clock: Clock

    def __call__(
        self, folder: Path, *, customers: int, seed: int, today: date | None = None, layout: Layout = Layout.CSV
    ) -> Mapping[str, int]:
        """Rows by record type. ``Conflict`` where the folder holds something, ``Invalid`` for a day out of reach."""
        day = today or self.clock.today()
        if abs(day - self.clock.today()) > _FARTHEST:
            raise Invalid("截止日期离今天不能超过十年。")
        return write_files(
            folder,
            Wanted(
                customers=customers,
                advisors=tuple(actor.id for actor in DEMO_STAFF.values() if actor.role is Role.ADVISOR),
                seed=seed,
                today=day,
                products=self._products(day),
            ),
            layout=layout,
        )

    def _products(self, day: date) -> tuple[Product, ...]:
        found = {}
        for loaded in load_folder(self.library / "products"):
            if loaded.product is not None and loaded.version.period.in_force_on(day):
                product = product_of(loaded.product, loaded.version.document_id)
                found[product.code] = product
        return tuple(found.values())
