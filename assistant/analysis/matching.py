"""Which products suit a customer, in which order, and which come close.

The order is an aid for conversation: it weighs fit, never past results (FUNDSALE, NETMKT:10 forbid ranking by those).
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from assistant.analysis.model import Match, MatchVerdict
from assistant.analysis.portfolio import Portfolio, portfolio_of
from assistant.analysis.suitability import SuitabilityPolicy, match
from knowledge.customers.model import CustomerRecord, Horizon, RiskAssessment
from knowledge.products.model import Product

WEIGHTS: Mapping[str, float] = {
    "goal": 0.30,
    "term": 0.20,
    "liquidity": 0.15,
    "cost": 0.15,
    "diversity": 0.20,
}
"""How much each part of the fit counts; they add up to 1."""

_DEAREST_PCT = 3.0
"""First-year fees from which the cost part is 0."""
_HELD_FACTOR = 0.6
_TOO_DEAR_FACTOR = 0.3
_TERM_UNIT_DAYS: Mapping[Horizon, int] = {Horizon.SHORT: 180, Horizon.MEDIUM: 730, Horizon.LONG: 1826}
"""The holding that fits a horizon best: nearer is better, longer is worse than shorter."""


def match_products(
    record: CustomerRecord, products: Iterable[Product], *, as_of: date, policy: SuitabilityPolicy
) -> tuple[Match, ...]:
    """Suitable products by score, then the rest: fewest reasons against first, barred last. Ties by code.

    What is no longer on sale is left out.
    """
    portfolio = portfolio_of(record, as_of=as_of)
    matches = [_scored(record, product, portfolio, as_of, policy) for product in products if product.on_sale]
    return tuple(sorted(matches, key=_order))


def nearest_unsuitable(matches: Sequence[Match], *, limit: int = 3) -> tuple[Match, ...]:
    """Products that fail on the fewest points, to explain the boundary; never to be offered."""
    rest = [found for found in matches if found.verdict is not MatchVerdict.SUITABLE]
    return tuple(sorted(rest, key=_order)[:limit])


def _order(found: Match) -> tuple[int, float, int, str]:
    rank = {MatchVerdict.SUITABLE: 0, MatchVerdict.UNSUITABLE: 1, MatchVerdict.BARRED: 2}[found.verdict]
    return rank, -found.score, len(found.against), found.product_code


def _scored(
    record: CustomerRecord, product: Product, portfolio: Portfolio, as_of: date, policy: SuitabilityPolicy
) -> Match:
    found = match(record, product, as_of=as_of, policy=policy)
    if found.verdict is not MatchVerdict.SUITABLE:
        return found
    return found.model_copy(update={"score": fit(record, product, portfolio)})


def fit(record: CustomerRecord, product: Product, portfolio: Portfolio) -> float:
    """How well a suitable product fits, 0 … 1: the weighted parts, less for what is held already or out of reach."""
    score = sum(WEIGHTS[name] * part(record.customer.assessment, product, portfolio) for name, part in _PARTS.items())
    if any(position.product_code == product.code for position in portfolio.positions):
        score *= _HELD_FACTOR
    if product.minimum_amount > portfolio.total:
        score *= _TOO_DEAR_FACTOR
    return round(score, 4)


def _goal(assessment: RiskAssessment | None, product: Product, _portfolio: Portfolio) -> float:
    """Share of the product's goals that the customer wants."""
    if assessment is None:
        return 0.5
    return sum(goal.value in assessment.goals for goal in product.goals) / len(product.goals)


def _term(assessment: RiskAssessment | None, product: Product, _portfolio: Portfolio) -> float:
    """How near the suggested holding is to what the horizon asks for."""
    if assessment is None:
        return 0.5
    best = _TERM_UNIT_DAYS[assessment.horizon]
    shorter, longer = sorted((best, max(product.suggested_holding_days, 1)))
    return math.sqrt(shorter / longer)


def _liquidity(_assessment: RiskAssessment | None, product: Product, portfolio: Portfolio) -> float:
    """Locked money hurts more, the less cash there is beside it."""
    locked = min(product.lock_up_days / Horizon.SHORT.days, 1.0)
    return 1 - locked * (1 - float(portfolio.cash_share) / 100)


def _cost(_assessment: RiskAssessment | None, product: Product, _portfolio: Portfolio) -> float:
    """Fees of the first year."""
    return max(0.0, 1 - (product.management_fee_pct + product.subscription_fee_pct) / _DEAREST_PCT)


def _diversity(_assessment: RiskAssessment | None, product: Product, portfolio: Portfolio) -> float:
    """What the portfolio holds little of is worth more."""
    return 1 - float(portfolio.allocation.get(product.variety, Decimal(0))) / 100


_PARTS: Mapping[str, Callable[[RiskAssessment | None, Product, Portfolio], float]] = {
    "goal": _goal,
    "term": _term,
    "liquidity": _liquidity,
    "cost": _cost,
    "diversity": _diversity,
}
