"""Which products suit a customer, in which order and why, and which come close.

The order is an aid for conversation: it weighs fit, never past results (FUNDSALE, NETMKT:10 forbid ranking by those).
Weights and bounds are house policy.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from statistics import median

from assistant.analysis.allocation import ModelAllocation
from assistant.analysis.figures import percent, yuan_text
from assistant.analysis.model import FitPart, FitPoint, Match, MatchVerdict
from assistant.analysis.portfolio import Portfolio, portfolio_of
from assistant.analysis.suitability import Standing, SuitabilityPolicy, match_standing
from knowledge.customers.model import CustomerRecord, Horizon, RiskAssessment
from knowledge.products.model import Goal, Product, Variety

WEIGHTS: Mapping[FitPart, float] = {
    FitPart.GOAL: 0.30,
    FitPart.TERM: 0.20,
    FitPart.LIQUIDITY: 0.15,
    FitPart.COST: 0.15,
    FitPart.HELD: 0.20,
}
"""How much each part of the fit counts; they add up to 1."""

_UNKNOWN = 0.5
"""The part of who declared nothing, as a professional investor may."""
_DEAREST_PCT = 3.0
"""First-year fees from which the cost part is 0."""
_HELD_FACTOR = 0.6
_TOO_DEAR_FACTOR = 0.3
_NEEDS_SALE_FACTOR = 0.85
_TERM_UNIT_DAYS: Mapping[Horizon, int] = {Horizon.SHORT: 180, Horizon.MEDIUM: 730, Horizon.LONG: 1826}
"""The holding that fits a horizon best: nearer is better, longer is worse than shorter."""
_NEAR_TERM, _FAR_TERM = 0.6, 0.3
_FULL_GAP = Decimal(60)
"""Percentage points from the reference at which the held part moves by a whole."""
_NOTICED_GAP = Decimal(5)
_MUCH, _LITTLE = Decimal(40), Decimal(5)
_LITTLE_CASH = Decimal(10)
"""Percent of all assets; with less at hand, money that is locked is missed."""


def match_products(
    record: CustomerRecord,
    products: Iterable[Product],
    *,
    as_of: date,
    policy: SuitabilityPolicy,
    allocation: ModelAllocation | None = None,
    portfolio: Portfolio | None = None,
) -> tuple[Match, ...]:
    """Suitable products by score, then the rest: fewest reasons against first, barred last. Ties by code.

    What is no longer on sale is left out. With ``allocation``, what the portfolio lacks is measured against it.
    ``portfolio``: the record's, where it is known already.
    """
    catalogue = [product for product in products if product.on_sale]
    portfolio = portfolio or portfolio_of(record, as_of=as_of)
    scorer = _Scorer(
        standing=Standing(customer=record.customer, as_of=as_of, policy=policy),
        portfolio=portfolio,
        held={position.product_code: position.share for position in portfolio.positions},
        usual_fees=usual_fees(catalogue),
        allocation=allocation,
    )
    matches = [_scored(match_standing(scorer.standing, product), product, scorer) for product in catalogue]
    return tuple(sorted(matches, key=_order))


def neighbour_of(found: Match, matches: Iterable[Match], products: Mapping[str, Product]) -> Match | None:
    """The product most like ``found`` that does not suit, to explain why not that one; ``None`` where all suit."""
    here = products[found.product_code]
    rest = [other for other in matches if other.verdict is not MatchVerdict.SUITABLE and other.product_code in products]
    return min(
        rest,
        key=lambda other: (-_alike(here, products[other.product_code]), len(other.against), other.product_code),
        default=None,
    )


def varied(matches: Sequence[Match], products: Mapping[str, Product], *, limit: int = 3) -> tuple[Match, ...]:
    """The best suitable ones that are not all of a kind, best first.

    Each further one loses half of how alike it is to a chosen one: maximal marginal relevance (Carbonell & Goldstein
    1998) with equal weight on both sides.
    """
    left = [found for found in matches if found.verdict is MatchVerdict.SUITABLE and found.product_code in products]
    chosen: list[Match] = []
    while left and len(chosen) < limit:
        best = min(left, key=lambda found: (-_worth(found, chosen, products), -found.score, found.product_code))
        chosen.append(best)
        left.remove(best)
    return tuple(sorted(chosen, key=_order))


def usual_fees(products: Iterable[Product]) -> dict[Variety, float]:
    """Median first-year fees in percent of each variety on sale."""
    by_variety = sorted(products, key=lambda product: product.variety)
    return {
        variety: median(_first_year_fees(product) for product in alike)
        for variety, alike in groupby(by_variety, key=lambda product: product.variety)
    }


def _order(found: Match) -> tuple[int, float, int, str]:
    rank = {MatchVerdict.SUITABLE: 0, MatchVerdict.UNSUITABLE: 1, MatchVerdict.BARRED: 2}[found.verdict]
    return rank, -found.score, len(found.against), found.product_code


def _scored(found: Match, product: Product, scorer: "_Scorer") -> Match:
    if found.verdict is not MatchVerdict.SUITABLE:
        return found
    return found.model_copy(update={"score": scorer.score(product), "points": tuple(scorer.points(product))})


def _worth(found: Match, chosen: Sequence[Match], products: Mapping[str, Product]) -> float:
    here = products[found.product_code]
    return found.score - 0.5 * max((_alike(here, products[other.product_code]) for other in chosen), default=0.0)


def _alike(one: Product, other: Product) -> float:
    """0 … 1: the same variety counts half, then goals, risk grade and holding period."""
    goals = len(one.goals & other.goals) / len(one.goals | other.goals)
    grades = 1 - abs(one.risk_grade.rank - other.risk_grade.rank) / 4
    return (
        0.5 * (one.variety is other.variety)
        + 0.2 * goals
        + 0.2 * grades
        + 0.1 * _nearness(one.suggested_holding_days, other.suggested_holding_days)
    )


def _nearness(one: int, other: int) -> float:
    shorter, longer = sorted((max(one, 1), max(other, 1)))
    return math.sqrt(shorter / longer)


def _first_year_fees(product: Product) -> float:
    return round(product.management_fee_pct + product.subscription_fee_pct, 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scorer:
    """How well a suitable product fits one customer on one day."""

    standing: Standing
    portfolio: Portfolio
    held: Mapping[str, Decimal]
    """Share of all assets by product."""
    usual_fees: Mapping[Variety, float]
    allocation: ModelAllocation | None

    @property
    def assessment(self) -> RiskAssessment | None:
        """While it counts."""
        return self.standing.assessment

    def score(self, product: Product) -> float:
        """0 … 1: the weighted parts, less for what is held already or out of reach."""
        parts = {
            FitPart.GOAL: self._goal(product),
            FitPart.TERM: self._term(product),
            FitPart.LIQUIDITY: self._liquidity(product),
            FitPart.COST: max(0.0, 1 - _first_year_fees(product) / _DEAREST_PCT),
            FitPart.HELD: self._lack(product.variety),
        }
        score = sum(WEIGHTS[part] * value for part, value in parts.items()) * self._reach(product)
        if self.held.get(product.code):
            score *= _HELD_FACTOR
        return round(score, 4)

    def points(self, product: Product) -> Iterator[FitPoint]:
        """What speaks for it, and what against it, in the order of the parts."""
        yield from self._goal_points(product)
        yield from self._term_points(product)
        yield self._liquidity_point(product)
        yield self._cost_point(product)
        yield from self._held_points(product)
        yield from self._reach_points(product)

    def _goal(self, product: Product) -> float:
        """How far what it serves and what is wanted are the same: harmonic mean of both shares."""
        if self.assessment is None:
            return _UNKNOWN
        served, wanted = product.goals, self.assessment.goals
        return 2 * len(wanted.intersection(served)) / (len(served) + len(wanted))

    def _term(self, product: Product) -> float:
        """How near the suggested holding is to what the horizon asks for."""
        if self.assessment is None:
            return _UNKNOWN
        return _nearness(_TERM_UNIT_DAYS[self.assessment.horizon], product.suggested_holding_days)

    def _liquidity(self, product: Product) -> float:
        """Locked money hurts more, the less cash there is beside it."""
        locked = min(product.lock_up_days / Horizon.SHORT.days, 1.0)
        return 1 - locked * (1 - float(self.portfolio.cash_share) / 100)

    def _lack(self, variety: Variety) -> float:
        """What the portfolio holds little of is worth more: against the reference where one applies, or by itself."""
        gap = self._gap(variety)
        if gap is None:
            return 1 - float(self._share(variety)) / 100
        return float(min(max(Decimal("0.5") + gap / _FULL_GAP, Decimal(0)), Decimal(1)))

    def _gap(self, variety: Variety) -> Decimal | None:
        """Percentage points below the reference share of the level."""
        if self.allocation is None or self.assessment is None or self.standing.lowest_class:
            return None
        return Decimal(self.allocation.share(self.assessment.level, variety)) - self._share(variety)

    def _share(self, variety: Variety) -> Decimal:
        return self.portfolio.allocation.get(variety, Decimal("0.0"))

    def _reach(self, product: Product) -> float:
        if product.minimum_amount > self.portfolio.total:
            return _TOO_DEAR_FACTOR
        return _NEEDS_SALE_FACTOR if product.minimum_amount > self.portfolio.cash else 1.0

    def _goal_points(self, product: Product) -> Iterator[FitPoint]:
        if self.assessment is None:
            return
        wanted = [goal for goal in Goal if goal in self.assessment.goals]
        served = [goal for goal in wanted if goal in product.goals]
        yield _point(FitPart.GOAL, f"产品服务于客户想要的目标：{_listed(served)}。", favours=True)
        left = [goal for goal in wanted if goal not in product.goals]
        if left:
            yield _point(FitPart.GOAL, f"产品不能兼顾客户的其他目标：{_listed(left)}。", favours=False)

    def _term_points(self, product: Product) -> Iterator[FitPoint]:
        if self.assessment is None:
            return
        fit, horizon = self._term(product), self.assessment.horizon
        days = f"产品建议持有{product.suggested_holding_days}天"
        if fit >= _NEAR_TERM:
            yield _point(FitPart.TERM, f"{days}，与客户{horizon.label}的投资期限相近。", favours=True)
        elif fit < _FAR_TERM and product.suggested_holding_days < _TERM_UNIT_DAYS[horizon]:
            use = "一段时间以后就要用的资金" if product.lock_up_days else "随时要用的资金"
            text = f"{days}，远短于客户{horizon.label}的投资期限，更适合放{use}。"
            yield _point(FitPart.TERM, text, favours=False)
        elif fit < _FAR_TERM or product.suggested_holding_days > _TERM_UNIT_DAYS[horizon]:
            text = f"{days}，在客户{horizon.label}的投资期限中偏长，中途退出可能有损失或者费用。"
            yield _point(FitPart.TERM, text, favours=False)

    def _liquidity_point(self, product: Product) -> FitPoint:
        if not product.lock_up_days:
            return _point(FitPart.LIQUIDITY, "产品没有锁定期。", favours=True)
        text = f"产品锁定{product.lock_up_days}天，其间不能取回"
        if self.portfolio.cash_share < _LITTLE_CASH:
            text += f"，而客户的可用资金只占总资产{self.portfolio.cash_share}%"
        return _point(FitPart.LIQUIDITY, f"{text}。", favours=False)

    def _cost_point(self, product: Product) -> FitPoint:
        usual, fees = self.usual_fees[product.variety], _first_year_fees(product)
        kind = f"在售{product.variety.label}产品的中位数{_rate(usual)}%"
        told = f"管理费与申购费第一年合计{_rate(fees)}%"
        side = "不高于" if fees <= usual else "高于"
        return _point(FitPart.COST, f"{told}，{side}{kind}。", favours=fees <= usual)

    def _held_points(self, product: Product) -> Iterator[FitPoint]:
        held = self.held.get(product.code)
        if held is not None:
            yield _point(FitPart.HELD, f"客户已经持有该产品，占总资产{held}%。", favours=False)
        share, gap, label = self._share(product.variety), self._gap(product.variety), product.variety.label
        if gap is not None and abs(gap) >= _NOTICED_GAP:
            reference, side = int(share + gap), "低" if gap > 0 else "高"
            text = (
                f"客户的{label}占总资产{share}%，比公司参考占比{reference}%{side}{abs(gap)}个百分点。"
                if share
                else f"客户目前没有{label}资产，公司参考占比为{reference}%。"
            )
            yield _point(FitPart.HELD, text, favours=gap > 0)
        elif gap is None and share >= _MUCH:
            yield _point(FitPart.HELD, f"客户的{label}已占总资产{share}%，再增加会更集中。", favours=False)
        elif gap is None and share <= _LITTLE:
            yield _point(FitPart.HELD, f"客户的{label}占总资产{share}%，可以分散持仓。", favours=True)

    def _reach_points(self, product: Product) -> Iterator[FitPoint]:
        minimum = Decimal(product.minimum_amount)
        if minimum > self.portfolio.total:
            text = f"起购金额{yuan_text(minimum)}，高于客户的总资产{yuan_text(self.portfolio.total)}。"
            yield _point(FitPart.REACH, text, favours=False)
        elif minimum > self.portfolio.cash:
            text = f"起购金额{yuan_text(minimum)}，高于客户目前的可用资金{yuan_text(self.portfolio.cash)}。"
            yield _point(FitPart.REACH, text, favours=False)
        elif percent(minimum, self.portfolio.total) >= _MUCH:
            share = percent(minimum, self.portfolio.total)
            text = f"起购金额{yuan_text(minimum)}，相当于客户总资产的{share}%，会使持仓较为集中。"
            yield _point(FitPart.REACH, text, favours=False)


@lru_cache(maxsize=4096)
def _point(part: FitPart, text: str, *, favours: bool) -> FitPoint:
    return FitPoint(part=part, favours=favours, text=text)


def _rate(percentage: float) -> str:
    return f"{percentage:.2f}".rstrip("0").rstrip(".")


def _listed(goals: Iterable[Goal]) -> str:
    return "、".join(goal.label for goal in goals)
