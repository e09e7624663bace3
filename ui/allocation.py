"""How a customer's money is spread, for the bars of the portrait."""

from collections import defaultdict
from dataclasses import dataclass

from api.schemas.customers import CustomerDetailView


@dataclass(frozen=True, slots=True)
class Share:
    """One kind of asset; ``percent`` of everything, to one decimal."""

    key: str
    label: str
    amount: float
    percent: float


def allocation_of(detail: CustomerDetailView) -> tuple[Share, ...]:
    """Shares by variety with available cash apart, largest first; empty where there is nothing."""
    amounts: dict[tuple[str, str], float] = defaultdict(float)
    if detail.cash > 0:
        amounts["available", "可用资金"] += detail.cash
    for holding in detail.holdings:
        amounts[holding.variety, holding.variety_label] += max(holding.market_value, 0)
    total = sum(amounts.values())
    if total <= 0:
        return ()
    shares = (
        Share(key=key, label=label, amount=amount, percent=round(100 * amount / total, 1))
        for (key, label), amount in amounts.items()
    )
    return tuple(sorted(shares, key=lambda share: -share.amount))
