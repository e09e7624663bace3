"""What the house knows beside records, as analysis needs it: past prices, the model allocation, the catalogue."""

from collections.abc import Iterable
from datetime import date

from assistant.analysis.figures import add_months
from assistant.analysis.portrait import Background
from assistant.analysis.returns import WINDOW_MONTHS
from assistant.storage import UnitOfWork
from knowledge.customers.model import CustomerRecord


def gather_background(work: UnitOfWork, records: Iterable[CustomerRecord], *, as_of: date) -> Background:
    """For these customers, on ``as_of``: closes of everything that any of them holds, read at once."""
    codes = sorted({holding.product_code for record in records for holding in record.holdings})
    return Background(
        prices=work.prices.series(codes, since=add_months(as_of, -WINDOW_MONTHS), until=as_of),
        allocation=work.allocations.in_force(as_of),
        products={product.code: product for product in work.products.all()},
    )
