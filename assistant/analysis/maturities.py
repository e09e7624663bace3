"""The maturity ladder: when money that is tied up comes free."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from assistant.analysis.figures import FactMaker, money, percent
from assistant.analysis.model import Fact
from knowledge.customers.model import CustomerRecord, Holding

_SOURCE = "持仓到期日记录"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """What matures within a span of days from today."""

    key: str
    label: str
    amount: Decimal
    """Market value today, in yuan."""
    share: Decimal
    """Percent of all assets, cash included."""
    holdings: tuple[Holding, ...]
    """The next to mature first."""


_SPANS = (
    ("overdue", "已过到期日", -100_000, -1),
    ("within_30d", "30天内到期", 0, 30),
    ("within_90d", "31至90天到期", 31, 90),
    ("within_180d", "91至180天到期", 91, 180),
    ("within_365d", "181至365天到期", 181, 365),
    ("beyond_365d", "365天以后到期", 366, 1_000_000),
)
"""Key, label, and the first and last day from today."""


def ladder_of(record: CustomerRecord, *, as_of: date) -> tuple[Rung, ...]:
    """Rungs that hold something, the soonest first; holdings without a day of maturity stand on none."""
    total = money(record.total_assets)
    dated = sorted(
        ((held.matures_on, held) for held in record.holdings if held.matures_on is not None),
        key=lambda pair: (pair[0], pair[1].product_code),
    )
    days = [((on - as_of).days, held) for on, held in dated]
    rungs = (
        _rung(key, label, tuple(held for left, held in days if first <= left <= last), total)
        for key, label, first, last in _SPANS
    )
    return tuple(rung for rung in rungs if rung.holdings)


def ladder_facts(ladder: tuple[Rung, ...], *, as_of: date) -> Iterator[Fact]:
    """``fact:maturity.SPAN`` and ``fact:maturity.SPAN_share``, and the next day on which something matures."""
    make = FactMaker("maturity", as_of, _SOURCE)
    for rung in ladder:
        yield make.yuan(rung.key, f"{rung.label}金额", rung.amount)
        yield make.percent(f"{rung.key}_share", f"{rung.label}占总资产比例", rung.share)
    coming = [held.matures_on for rung in ladder for held in rung.holdings if held.matures_on is not None]
    following = min((day for day in coming if day >= as_of), default=None)
    if following is not None:
        yield make.day("next_on", "最近一个到期日", following)
        yield make.days("days_to_next", "距最近一个到期日", (following - as_of).days)


def _rung(key: str, label: str, holdings: tuple[Holding, ...], total: Decimal) -> Rung:
    amount = sum((money(held.market_value) for held in holdings), Decimal(0))
    return Rung(key=key, label=label, amount=amount, share=percent(amount, total), holdings=holdings)
