"""What a customer holds, in figures: yuan, and percent with one decimal of all assets, cash included."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from itertools import groupby

from assistant.analysis.allocation import DEFAULT_ALLOCATION
from assistant.analysis.figures import FactMaker, add_months, money, percent, yuan_text
from assistant.analysis.model import Fact
from knowledge.customers.model import CustomerRecord, Holding, RiskLevel
from knowledge.products.model import RiskGrade, Variety

MODEL_ALLOCATION = DEFAULT_ALLOCATION.shares
"""The firm's reference allocation in percent: house policy for comparison, no rule and no recommendation."""

MATURITY_HORIZON_DAYS = 90
"""Maturities within so many days are listed."""

_SOURCE = "持仓与资金日终记录"
_REFERENCE_SOURCE = "公司参考配置（演示口径）"
_YEAR_MONTHS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """All that is held of one product."""

    product_code: str
    product_name: str
    variety: Variety
    risk_grade: RiskGrade
    industry: str | None
    market_value: Decimal
    cost: Decimal
    share: Decimal
    matures_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """Figures of a portfolio on a day."""

    as_of: date
    positions: tuple[Position, ...]
    """Largest first."""
    cash: Decimal
    total: Decimal
    """Cash and holdings, debt not deducted."""
    cash_share: Decimal
    idle_days: int | None
    """Days since the last purchase; ``None`` where none is known."""
    allocation: Mapping[Variety, Decimal]
    """Share of each variety; cash counts as cash management. Rounded one by one: the sum may miss 100 a little."""
    industries: Mapping[str, Decimal]
    """Share of each industry, largest first; positions without one are left out."""
    cost: Decimal
    unrealised: Decimal
    """Market value less cost of all positions."""
    unrealised_share: Decimal
    """Unrealised result in percent of cost."""
    trades_12m: int
    traded_12m: Decimal
    turnover_12m: Decimal
    """Half of all purchases and sales of twelve months, in percent of total assets today."""
    risk_grade: RiskGrade
    """Mean rank weighted by value, cash as R1, rounded up (SUIT:16 asks to grade the whole; the formula is ours)."""

    @property
    def maturing(self) -> tuple[Position, ...]:
        """Positions that mature within ``MATURITY_HORIZON_DAYS``, the next one first."""
        dated = [(position.matures_on, position) for position in self.positions if position.matures_on is not None]
        soon = [pair for pair in dated if 0 <= (pair[0] - self.as_of).days <= MATURITY_HORIZON_DAYS]
        return tuple(position for _, position in sorted(soon, key=lambda pair: (pair[0], pair[1].product_code)))

    def above(self, grades: Iterable[RiskGrade]) -> tuple[Position, ...]:
        """Positions whose grade is not among ``grades``."""
        allowed = frozenset(grades)
        return tuple(position for position in self.positions if position.risk_grade not in allowed)

    def gaps(self, level: RiskLevel) -> dict[Variety, Decimal]:
        """Share held less the reference share, in percentage points, for every variety of either."""
        reference = MODEL_ALLOCATION[level]
        return {
            variety: self.allocation.get(variety, Decimal("0.0")) - Decimal(reference.get(variety, 0))
            for variety in Variety
            if variety in self.allocation or variety in reference
        }


def portfolio_of(record: CustomerRecord, *, as_of: date) -> Portfolio:
    """All figures of the record's portfolio. Deterministic; no prices are guessed."""
    cash, total = money(record.cash), money(record.total_assets)
    positions = _positions(record.holdings, total)
    cost = sum((position.cost for position in positions), Decimal(0))
    unrealised = sum((position.market_value for position in positions), Decimal(0)) - cost
    recent = [trade for trade in record.trades if add_months(as_of, -_YEAR_MONTHS) < trade.traded_on <= as_of]
    traded = sum((money(trade.amount) for trade in recent), Decimal(0))
    return Portfolio(
        as_of=as_of,
        positions=positions,
        cash=cash,
        total=total,
        cash_share=percent(cash, total),
        idle_days=_idle_days(record, as_of),
        allocation=_allocation(positions, cash, total),
        industries=_industries(positions, total),
        cost=cost,
        unrealised=unrealised,
        unrealised_share=percent(unrealised, cost),
        trades_12m=len(recent),
        traded_12m=traded,
        turnover_12m=percent(traded / 2, total),
        risk_grade=_grade(positions, cash),
    )


def portfolio_facts(portfolio: Portfolio) -> tuple[Fact, ...]:
    """``fact:portfolio.…`` and ``fact:holding.CODE.…``."""
    make = FactMaker("portfolio", portfolio.as_of, _SOURCE)
    facts = [
        make.yuan("total_assets", "总资产", portfolio.total),
        make.yuan("cash", "可用资金", portfolio.cash),
        make.percent("cash_share", "可用资金占比", portfolio.cash_share),
        make.count("holdings_count", "持仓品种数", len(portfolio.positions), "只"),
        make.yuan("traded_12m", "近12个月成交金额", portfolio.traded_12m),
        make.count("trades_12m", "近12个月成交笔数", portfolio.trades_12m, "笔"),
        make.percent("turnover_12m", "近12个月换手率", portfolio.turnover_12m),
        make.text("risk_grade", "组合整体风险等级", portfolio.risk_grade.label),
    ]
    if portfolio.idle_days is not None:
        facts.append(make.days("idle_days", "距最近一次买入", portfolio.idle_days))
    if portfolio.positions:
        facts += _held_facts(make, portfolio)
    facts += [
        make.percent(f"share.{variety.value}", f"{variety.label}占比", share)
        for variety, share in portfolio.allocation.items()
    ]
    return (*facts, *(fact for position in portfolio.positions for fact in _position_facts(position, portfolio.as_of)))


def gap_facts(portfolio: Portfolio, level: RiskLevel) -> tuple[Fact, ...]:
    """``fact:portfolio.gap.VARIETY`` and ``fact:portfolio.reference.VARIETY`` for a level."""
    make = FactMaker("portfolio", portfolio.as_of, _REFERENCE_SOURCE)
    facts = []
    for variety, gap in portfolio.gaps(level).items():
        reference = Decimal(MODEL_ALLOCATION[level].get(variety, 0))
        facts.append(make.percent(f"reference.{variety.value}", f"{variety.label}参考占比", reference))
        text = f"{'高' if gap > 0 else '低'}{abs(gap)}个百分点" if gap else "一致"
        facts.append(make.percent(f"gap.{variety.value}", f"{variety.label}与参考占比之差", gap, text))
    return tuple(facts)


def _held_facts(make: FactMaker, portfolio: Portfolio) -> list[Fact]:
    largest = portfolio.positions[0]
    facts = [
        make.yuan("cost", "持仓成本", portfolio.cost),
        make.yuan("unrealised", "持仓浮动盈亏", portfolio.unrealised, _result_text(portfolio.unrealised)),
        make.percent("unrealised_share", "持仓浮动盈亏比例", portfolio.unrealised_share),
        make.text("top_holding", "第一大持仓", largest.product_name),
        make.percent("top_holding_share", "第一大持仓占比", largest.share),
    ]
    if portfolio.industries:
        industry, share = next(iter(portfolio.industries.items()))
        facts += [
            make.text("top_industry", "占比最高的行业", industry),
            make.percent("top_industry_share", "占比最高行业的占比", share),
        ]
    if portfolio.maturing:
        facts.append(make.count("maturing_count", "即将到期的持仓", len(portfolio.maturing), "只"))
    return facts


def _position_facts(position: Position, as_of: date) -> list[Fact]:
    make, name = FactMaker(f"holding.{position.product_code}", as_of, _SOURCE), position.product_name
    result = position.market_value - position.cost
    facts = [
        make.text("name", "持仓品种", name),
        make.yuan("market_value", f"{name}市值", position.market_value),
        make.percent("share", f"{name}占总资产比例", position.share),
        make.text("risk_grade", f"{name}风险等级", position.risk_grade.label),
        make.yuan("unrealised", f"{name}浮动盈亏", result, _result_text(result)),
    ]
    if position.matures_on is not None:
        facts.append(make.day("matures_on", f"{name}到期日", position.matures_on))
        facts.append(make.days("days_to_maturity", f"{name}距到期", (position.matures_on - as_of).days))
    return facts


def _result_text(amount: Decimal) -> str:
    if amount == 0:
        return "不盈不亏"
    return f"{'浮盈' if amount > 0 else '浮亏'}{yuan_text(abs(amount))}"


def _positions(holdings: Iterable[Holding], total: Decimal) -> tuple[Position, ...]:
    by_code = sorted(holdings, key=lambda holding: holding.product_code)
    positions = [_position(list(same), total) for _, same in groupby(by_code, key=lambda holding: holding.product_code)]
    return tuple(sorted(positions, key=lambda position: (-position.market_value, position.product_code)))


def _position(holdings: list[Holding], total: Decimal) -> Position:
    first = holdings[0]
    value = sum((money(holding.market_value) for holding in holdings), Decimal(0))
    return Position(
        product_code=first.product_code,
        product_name=first.product_name,
        variety=Variety(first.variety),
        risk_grade=RiskGrade(first.risk_grade),
        industry=first.industry,
        market_value=value,
        cost=sum((money(holding.cost) for holding in holdings), Decimal(0)),
        share=percent(value, total),
        matures_on=min((holding.matures_on for holding in holdings if holding.matures_on), default=None),
    )


def _idle_days(record: CustomerRecord, as_of: date) -> int | None:
    bought = [trade.traded_on for trade in record.trades if trade.side == "buy" and trade.traded_on <= as_of]
    return (as_of - max(bought)).days if bought else None


def _allocation(positions: Iterable[Position], cash: Decimal, total: Decimal) -> dict[Variety, Decimal]:
    amounts: dict[Variety, Decimal] = defaultdict(Decimal)
    amounts[Variety.CASH] += cash
    for position in positions:
        amounts[position.variety] += position.market_value
    return {variety: percent(amounts[variety], total) for variety in Variety if amounts.get(variety)}


def _industries(positions: Iterable[Position], total: Decimal) -> dict[str, Decimal]:
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    for position in positions:
        if position.industry is not None:
            amounts[position.industry] += position.market_value
    shares = {industry: percent(amount, total) for industry, amount in amounts.items()}
    return dict(sorted(shares.items(), key=lambda pair: (-pair[1], pair[0])))


def _grade(positions: Iterable[Position], cash: Decimal) -> RiskGrade:
    weights = [(position.market_value, position.risk_grade.rank) for position in positions] + [(cash, 1)]
    whole = sum((weight for weight, _ in weights), Decimal(0))
    if whole <= 0:
        return RiskGrade.R1
    mean = sum((weight * rank for weight, rank in weights), Decimal(0)) / whole
    return RiskGrade(f"R{int(mean.to_integral_value(ROUND_CEILING))}")
