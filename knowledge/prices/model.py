"""A series of closing prices."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceSeries:
    """Closes of one product or instrument, oldest first: yuan a share, or net value a unit."""

    product_code: str
    days: tuple[date, ...]
    closes: tuple[float, ...]
