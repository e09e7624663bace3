"""Values by day, as charts and facts take them."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple


class Point(NamedTuple):
    """A value of a day: yuan, or percent."""

    on: date
    value: Decimal


class MonthlyFlow(NamedTuple):
    """What the customer paid in and took out in a calendar month, in yuan."""

    month: str
    """「2026-03」."""
    paid_in: Decimal
    taken_out: Decimal

    @property
    def net(self) -> Decimal:
        """Paid in less taken out."""
        return self.paid_in - self.taken_out
