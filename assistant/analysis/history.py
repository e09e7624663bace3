"""Values by day, as charts and facts take them."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple


class Point(NamedTuple):
    """A value of a day: yuan, or percent."""

    on: date
    value: Decimal
