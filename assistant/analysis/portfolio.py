"""What a customer holds, in figures: yuan, and percent with one decimal of all assets, cash included."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby

from assistant.analysis.allocation import DEFAULT_ALLOCATION, ModelAllocation
from assistant.analysis.balances import asset_history
from assistant.analysis.figures import FactMaker, add_months, day_text, money, percent, yuan_text
from assistant.analysis.history import Point
from assistant.analysis.model import Fact
from assistant.analysis.suitability import grade_of_whole
from knowledge.customers.model import CustomerRecord, Holding, RiskLevel
from knowledge.products.model import Product, RiskGrade, Variety

MATURITY_HORIZON_DAYS = 90
"""Maturities within so many days are listed."""

_SOURCE = "持仓与资金日终记录"
_COST_SOURCE = "交易费用与产品目录"
_LOCK_SOURCE = "申购赎回记录与产品目录"
_YEAR_MONTHS = 12
_LEAST_MONTH_ENDS = 6
_LARGEST = 3
_MOST_TURNOVER = Decimal(100_000)
_TENTH = Decimal("0.1")
_HUNDREDTH = Decimal("0.01")


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
    top_share: Decimal
    """Of the three largest positions together."""
    spread: Decimal
    """As many equal positions would be as concentrated: one over the sum of squared weights (inverse Herfindahl)."""
    trades_12m: int
    traded_12m: Decimal
    mean_assets: Decimal
    """Of the month's ends of twelve months where six or more are known, or else total assets today."""
    turnover_12m: Decimal | None
    """Half of all purchases and sales of twelve months, in percent of ``mean_assets``.

    ``None`` where so little was left at the month's ends that a rate would tell nothing.
    """
    fees_12m: Decimal
    """Commissions and duties of twelve months' trades."""
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

    @property
    def fees_share(self) -> Decimal:
        """What trading cost in twelve months, in percent of ``mean_assets``, two decimals."""
        if self.mean_assets <= 0:
            return Decimal("0.00")
        return (self.fees_12m / self.mean_assets * 100).quantize(_HUNDREDTH, ROUND_HALF_UP)

    @property
    def losing(self) -> tuple[Position, ...]:
        """Positions below cost, the largest loss first."""
        below = [position for position in self.positions if position.market_value < position.cost]
        return tuple(sorted(below, key=lambda position: (position.market_value - position.cost, position.product_code)))

    def gaps(self, level: RiskLevel, allocation: ModelAllocation = DEFAULT_ALLOCATION) -> dict[Variety, Decimal]:
        """Share held less the reference share, in percentage points, for every variety of either."""
        return {
            variety: self.allocation.get(variety, Decimal("0.0")) - allocation.share(level, variety)
            for variety in Variety
            if variety in self.allocation or allocation.share(level, variety)
        }

    def running_fee(self, products: Mapping[str, Product]) -> tuple[Decimal, Decimal] | None:
        """Management fee of the catalogue's products that are held, weighted by value (percent a year, two decimals).

        Beside it what part of all positions, in percent, those products are. ``None`` where none is held.
        """
        known = [
            (held.market_value, products[held.product_code]) for held in self.positions if held.product_code in products
        ]
        value = sum((amount for amount, _ in known), Decimal(0))
        if not value:
            return None
        fee = sum((amount * Decimal(str(product.management_fee_pct)) for amount, product in known), Decimal(0)) / value
        return fee.quantize(_HUNDREDTH, ROUND_HALF_UP), percent(
            value, sum((p.market_value for p in self.positions), Decimal(0))
        )


def portfolio_of(record: CustomerRecord, *, as_of: date, assets: Sequence[Point] | None = None) -> Portfolio:
    """All figures of the record's portfolio. Deterministic; no prices are guessed.

    ``assets``: the record's ``asset_history``, where it is at hand already.
    """
    history = asset_history(record, as_of=as_of) if assets is None else assets
    cash, total = money(record.cash), money(record.total_assets)
    positions = _positions(record.holdings, total)
    cost = sum((position.cost for position in positions), Decimal(0))
    unrealised = sum((position.market_value for position in positions), Decimal(0)) - cost
    traded, mean = _traded(record, as_of), _mean_assets(history, total, as_of)
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
        top_share=percent(sum((position.market_value for position in positions[:_LARGEST]), Decimal(0)), total),
        spread=_spread(positions),
        trades_12m=traded.number,
        traded_12m=traded.amount,
        mean_assets=mean,
        turnover_12m=rate if (rate := percent(traded.amount / 2, mean)) <= _MOST_TURNOVER else None,
        fees_12m=traded.fees,
        risk_grade=grade_of_whole(
            [*((held.market_value, held.risk_grade) for held in positions), (cash, RiskGrade.R1)]
        ),
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
        make.text("risk_grade", "组合整体风险等级", portfolio.risk_grade.label),
    ]
    if portfolio.turnover_12m is not None:
        facts.append(make.percent("turnover_12m", "近12个月换手率", portfolio.turnover_12m))
    if portfolio.idle_days is not None:
        facts.append(make.days("idle_days", "距最近一次买入", portfolio.idle_days))
    if portfolio.positions:
        facts += _held_facts(make, portfolio)
    facts += [
        make.percent(f"share.{variety.value}", f"{variety.label}占比", share)
        for variety, share in portfolio.allocation.items()
    ]
    return (*facts, *(fact for position in portfolio.positions for fact in _position_facts(position, portfolio.as_of)))


def cost_facts(portfolio: Portfolio, products: Mapping[str, Product]) -> Iterator[Fact]:
    """``fact:cost.…``: what trading and holding cost."""
    make = FactMaker("cost", portfolio.as_of, _COST_SOURCE)
    if portfolio.trades_12m:
        yield make.yuan("fees_12m", "近12个月交易费用", portfolio.fees_12m)
        if portfolio.turnover_12m is not None:
            yield make.percent("fees_share_12m", "近12个月交易费用占平均资产比例", portfolio.fees_share)
    running = portfolio.running_fee(products)
    if running is not None:
        yield make.percent("management_fee", "持有产品的年管理费率（按市值加权）", running[0])
        yield make.percent("management_fee_coverage", "计入管理费率的持仓比例", running[1])


def lock_facts(record: CustomerRecord, portfolio: Portfolio, products: Mapping[str, Product]) -> Iterator[Fact]:
    """``fact:holding.CODE.locked_until`` and ``.days_locked``: until when the part that was bought last is locked."""
    for position in portfolio.positions:
        code, name = position.product_code, position.product_name
        days = products[code].lock_up_days if code in products else 0
        bought = [
            each.on
            for each in record.subscriptions
            if each.product_code == code and each.kind == "subscribe" and each.on <= portfolio.as_of
        ]
        until = max(bought) + timedelta(days=days) if bought else portfolio.as_of
        if until > portfolio.as_of:
            make = FactMaker(f"holding.{code}", portfolio.as_of, _LOCK_SOURCE)
            yield make.day("locked_until", f"{name}最近一份锁定到", until)
            yield make.days("days_locked", f"{name}最近一份还要锁定", (until - portfolio.as_of).days)


def gap_facts(
    portfolio: Portfolio, level: RiskLevel, allocation: ModelAllocation = DEFAULT_ALLOCATION
) -> tuple[Fact, ...]:
    """``fact:portfolio.gap.VARIETY`` and ``fact:portfolio.reference.VARIETY`` for a level."""
    since = day_text(allocation.effective_from)
    make = FactMaker("portfolio", portfolio.as_of, f"公司参考配置（自{since}起）")
    facts = []
    for variety, gap in portfolio.gaps(level, allocation).items():
        reference = Decimal(allocation.share(level, variety))
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
        make.percent("top_share", "前三大持仓合计占比", portfolio.top_share),
        make.count("spread", "按集中程度折算的持仓数", portfolio.spread, "只"),
    ]
    if portfolio.losing:
        facts.append(make.count("losing_count", "低于成本的持仓", len(portfolio.losing), "只"))
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
    if position.cost:
        facts.append(make.percent("unrealised_share", f"{name}浮动盈亏比例", percent(result, position.cost)))
    if position.matures_on is not None:
        days = (position.matures_on - as_of).days
        facts.append(make.day("matures_on", f"{name}到期日", position.matures_on))
        facts.append(
            make.days("days_to_maturity", f"{name}距到期", days)
            if days >= 0
            else make.days("days_past_maturity", f"{name}已到期", -days)
        )
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


@dataclass(frozen=True, slots=True)
class _Traded:
    number: int
    amount: Decimal
    fees: Decimal


def _traded(record: CustomerRecord, as_of: date) -> _Traded:
    """Twelve months of trades; where they are too many to be read, what the database summed up."""
    totals = record.trade_totals
    if totals is not None:
        return _Traded(totals.count_12m, money(totals.amount_12m), money(totals.fees_12m))
    since = add_months(as_of, -_YEAR_MONTHS)
    recent = [trade for trade in record.trades if since < trade.traded_on <= as_of]
    return _Traded(len(recent), money(sum(each.amount for each in recent)), money(sum(each.fee for each in recent)))


def _mean_assets(assets: Sequence[Point], total: Decimal, as_of: date) -> Decimal:
    since = add_months(as_of, -_YEAR_MONTHS)
    known = [point.value for point in assets if since < point.on <= as_of]
    if len(known) <= _LEAST_MONTH_ENDS:
        return total
    return (sum(known, Decimal(0)) / len(known)).quantize(_HUNDREDTH, ROUND_HALF_UP)


def _idle_days(record: CustomerRecord, as_of: date) -> int | None:
    """Purchases on an exchange and subscriptions of the house's products."""
    bought = [trade.traded_on for trade in record.trades if trade.side == "buy"]
    bought += [order.on for order in record.subscriptions if order.kind == "subscribe"]
    if record.trade_totals is not None and record.trade_totals.last_bought_on is not None:
        bought.append(record.trade_totals.last_bought_on)
    last = max((day for day in bought if day <= as_of), default=None)
    return None if last is None else (as_of - last).days


def _spread(positions: Iterable[Position]) -> Decimal:
    values = [float(position.market_value) for position in positions]
    squares = sum(value * value for value in values)
    if not squares:
        return Decimal("0.0")
    return Decimal(str(round(sum(values) ** 2 / squares, 6))).quantize(_TENTH, ROUND_HALF_UP)


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
