"""Figures: how they are rounded, and how a sentence says them.

Money is kept to the cent and shares to one decimal of a percent, both rounded half up. From 10,000 yuan an amount is
said in 万元 and from 100,000,000 yuan in 亿元, with two decimals.
"""

import calendar
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from assistant.analysis.model import Fact, Unit

_CENT = Decimal("0.01")
_TENTH = Decimal("0.1")
_WAN = Decimal(10_000)
_YI = Decimal(100_000_000)
_MONTHS = 12


def money(amount: float) -> Decimal:
    """Yuan to the cent."""
    return Decimal(str(amount)).quantize(_CENT, ROUND_HALF_UP)


def percent(part: Decimal, whole: Decimal) -> Decimal:
    """``part`` of ``whole`` in percent, one decimal; 0 of nothing."""
    if whole == 0:
        return Decimal("0.0")
    return (part / whole * 100).quantize(_TENTH, ROUND_HALF_UP)


def tenth(value: float) -> Decimal:
    """A percentage from another system, to one decimal."""
    return Decimal(str(value)).quantize(_TENTH, ROUND_HALF_UP)


def yuan_text(amount: Decimal) -> str:
    """「9800元」, 「12.35万元」, 「1.2亿元」."""
    if abs(amount) >= _YI:
        return f"{_plain(amount / _YI)}亿元"
    if abs(amount) >= _WAN:
        return f"{_plain(amount / _WAN)}万元"
    return f"{_plain(amount)}元"


def day_text(day: date) -> str:
    """「2026年7月6日」."""
    return f"{day.year}年{day.month}月{day.day}日"


@lru_cache(maxsize=4096)
def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    year, month = divmod(day.year * _MONTHS + day.month - 1 + months, _MONTHS)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def whole_months(since: date, until: date) -> int:
    """Months that have gone by in full."""
    months = (until.year - since.year) * _MONTHS + until.month - since.month
    return months if add_months(since, months) <= until else months - 1


def age_on(born_on: date, day: date) -> int:
    """Whole years."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def days_to_birthday(born_on: date, day: date) -> int:
    """0 on the birthday; 29 February is kept on the 28th in other years."""
    months = (day.year - born_on.year) * _MONTHS
    this_year = add_months(born_on, months)
    birthday = this_year if this_year >= day else add_months(born_on, months + _MONTHS)
    return (birthday - day).days


def _plain(value: Decimal) -> str:
    text = f"{value.quantize(_CENT, ROUND_HALF_UP):f}"
    return text.rstrip("0").rstrip(".")


@dataclass(frozen=True, slots=True)
class FactMaker:
    """Makes facts of one subject, day and source."""

    subject: str
    as_of: date
    source: str

    def text(self, key: str, label: str, value: str) -> Fact:
        """Words."""
        return self._make(key, label, value, Unit.TEXT, value)

    def yuan(self, key: str, label: str, value: Decimal, text: str | None = None) -> Fact:
        """An amount."""
        return self._make(key, label, value, Unit.YUAN, text or yuan_text(value))

    def percent(self, key: str, label: str, value: Decimal, text: str | None = None) -> Fact:
        """A share or rate."""
        return self._make(key, label, value, Unit.PERCENT, text or f"{value}%")

    def days(self, key: str, label: str, value: int, text: str | None = None) -> Fact:
        """A number of days."""
        return self._make(key, label, value, Unit.DAYS, text or f"{value}天")

    def years(self, key: str, label: str, value: int, text: str) -> Fact:
        """A number of whole years."""
        return self._make(key, label, value, Unit.YEARS, text)

    def count(self, key: str, label: str, value: int | Decimal, classifier: str, *, more: bool = False) -> Fact:
        """How many, with the word that counts them; ``more``: there may be more that were not read."""
        return self._make(key, label, value, Unit.COUNT, f"{'至少' if more else ''}{value}{classifier}")

    def day(self, key: str, label: str, value: date) -> Fact:
        """A day."""
        return self._make(key, label, value, Unit.DATE, day_text(value))

    def _make(self, key: str, label: str, value: str | int | Decimal | date, unit: Unit, text: str) -> Fact:
        return Fact(
            id=f"fact:{self.subject}.{key}",
            label=label,
            value=value,
            unit=unit,
            text=text,
            as_of=self.as_of,
            source=self.source,
        )
