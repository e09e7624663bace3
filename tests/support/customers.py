"""Builders of customers, records and products: say what matters, the rest is ordinary."""

from collections.abc import Sequence
from datetime import date, timedelta

from knowledge.customers.model import (
    AccountKind,
    AccountSnapshot,
    CashFlow,
    CashFlowKind,
    Complaint,
    Consent,
    Customer,
    CustomerRecord,
    Cuts,
    Gender,
    Holding,
    Horizon,
    InvestorStatus,
    MarginPosition,
    RiskAssessment,
    RiskLevel,
    ServiceRecord,
    Subscription,
    Touchpoint,
    Trade,
    TradeTotals,
)
from knowledge.prices.model import PriceSeries
from knowledge.products.model import (
    Goal,
    InvestorClass,
    Performance,
    Permission,
    PreSaleInformation,
    Product,
    RiskGrade,
    Variety,
)

DAY = date(2026, 11, 22)
"""Today, in tests."""

ALL_VARIETIES = frozenset(variety.value for variety in Variety)
ALL_GOALS = frozenset(goal.value for goal in Goal)


def an_assessment(
    *,
    level: RiskLevel = RiskLevel.C3,
    lowest_class: bool = False,
    assessed_on: date = date(2026, 3, 2),
    expires_on: date = date(2028, 3, 2),
    horizon: Horizon = Horizon.LONG,
    varieties: frozenset[str] = ALL_VARIETIES,
    goals: frozenset[str] = ALL_GOALS,
    max_loss_pct: int = 10,
) -> RiskAssessment:
    return RiskAssessment(
        level=level,
        lowest_class=lowest_class,
        assessed_on=assessed_on,
        expires_on=expires_on,
        horizon=horizon,
        varieties=varieties,
        goals=goals,
        max_loss_pct=max_loss_pct,
    )


_ORDINARY_ASSESSMENT = an_assessment()


def a_customer(
    *,
    id: str = "K000001",  # noqa: A002 - the model's own word
    advisor_id: str = "advisor-1",
    name: str = "王秀兰",
    gender: Gender = Gender.FEMALE,
    born_on: date = date(1981, 5, 12),
    city: str = "杭州",
    opened_on: date = date(2015, 6, 1),
    status: InvestorStatus = InvestorStatus.ORDINARY,
    full_capacity: bool = True,
    profiling_consent: bool = True,
    assessment: RiskAssessment | None = _ORDINARY_ASSESSMENT,
    permissions: frozenset[str] = frozenset(),
    tags: tuple[str, ...] = (),
    annual_income: int = 240_000,
) -> Customer:
    return Customer(
        id=id,
        advisor_id=advisor_id,
        name=name,
        gender=gender,
        born_on=born_on,
        phone="10012345678",
        identity_number="999999198105120001",
        city=city,
        occupation="教师",
        annual_income=annual_income,
        opened_on=opened_on,
        status=status,
        full_capacity=full_capacity,
        profiling_consent=profiling_consent,
        preferred_channel="app",
        assessment=assessment,
        permissions=permissions,
        tags=tags,
    )


def a_holding(
    *,
    product_code: str = "YC2001",
    product_name: str = "一策稳健债",
    variety: Variety = Variety.FIXED_INCOME,
    risk_grade: RiskGrade = RiskGrade.R2,
    industry: str | None = None,
    cost: float = 100_000.0,
    market_value: float = 103_000.0,
    matures_on: date | None = None,
) -> Holding:
    return Holding(
        product_code=product_code,
        product_name=product_name,
        variety=variety.value,
        risk_grade=risk_grade.value,
        industry=industry,
        quantity=100_000.0,
        cost=cost,
        market_value=market_value,
        as_of=DAY - timedelta(days=2),
        matures_on=matures_on,
    )


def a_trade(*, traded_on: date = date(2026, 9, 1), side: str = "buy", amount: float = 10_000.0) -> Trade:
    return Trade(
        traded_on=traded_on, product_code="YC2001", product_name="一策稳健债", side=side, amount=amount, fee=5.0
    )


def a_margin_position(*, maintenance_ratio_pct: float = 163.5, debt: float = 200_000.0) -> MarginPosition:
    return MarginPosition(
        maintenance_ratio_pct=maintenance_ratio_pct,
        warning_line_pct=150.0,
        liquidation_line_pct=130.0,
        debt=debt,
        as_of=DAY - timedelta(days=2),
    )


def a_record(
    customer: Customer | None = None,
    *,
    cash: float = 50_000.0,
    average_assets_20d: float = 150_000.0,
    first_traded_on: date | None = date(2016, 1, 4),
    holdings: tuple[Holding, ...] = (),
    trades: tuple[Trade, ...] = (),
    touchpoints: tuple[Touchpoint, ...] = (),
    service_records: tuple[ServiceRecord, ...] = (),
    margin: MarginPosition | None = None,
    accounts: tuple[AccountSnapshot, ...] = (),
    cash_flows: tuple[CashFlow, ...] = (),
    subscriptions: tuple[Subscription, ...] = (),
    complaints: tuple[Complaint, ...] = (),
    consents: tuple[Consent, ...] = (),
    assessments: tuple[RiskAssessment, ...] = (),
    trade_totals: TradeTotals | None = None,
    cuts: Cuts | None = None,
) -> CustomerRecord:
    return CustomerRecord(
        customer=customer or a_customer(),
        cash=cash,
        cash_as_of=DAY - timedelta(days=2),
        average_assets_20d=average_assets_20d,
        first_traded_on=first_traded_on,
        holdings=holdings,
        trades=trades,
        touchpoints=touchpoints,
        service_records=service_records,
        margin=margin,
        accounts=accounts,
        cash_flows=cash_flows,
        subscriptions=subscriptions,
        complaints=complaints,
        consents=consents,
        assessments=assessments,
        trade_totals=trade_totals,
        cuts=cuts or Cuts(),
    )


def an_account(
    *,
    as_of: date,
    cash: float = 50_000.0,
    total_assets: float = 150_000.0,
    account_id: str = "A-1",
    kind: AccountKind = AccountKind.ORDINARY,
    opened_on: date = date(2016, 1, 4),
) -> AccountSnapshot:
    return AccountSnapshot(
        account_id=account_id,
        kind=kind,
        opened_on=opened_on,
        as_of=as_of,
        cash=cash,
        total_assets=total_assets,
        average_assets_20d=total_assets,
    )


def a_cash_flow(*, on: date, amount: float = 10_000.0, kind: CashFlowKind = CashFlowKind.DEPOSIT) -> CashFlow:
    return CashFlow(on=on, kind=kind, amount=amount)


def a_subscription(*, on: date, amount: float = 10_000.0, kind: str = "subscribe") -> Subscription:
    return Subscription(on=on, product_code="YC2001", product_name="一策稳健债", kind=kind, amount=amount)


def a_touchpoint(*, on: date, channel: str = "app", topic: str = "查看行情", hour: int | None = None) -> Touchpoint:
    return Touchpoint(on=on, channel=channel, topic=topic, hour=hour)


def a_price_series(
    closes: Sequence[float], *, code: str = "YC2001", until: date = DAY - timedelta(days=2)
) -> PriceSeries:
    """A close a day, weekends too, the last one on ``until``."""
    days = tuple(until - timedelta(days=ago) for ago in reversed(range(len(closes))))
    return PriceSeries(product_code=code, days=days, closes=tuple(closes))


PRE_SALE = PreSaleInformation(
    loss_of_principal="市场下跌时本金可能亏损。",
    loss_beyond_principal="不使用杠杆，亏损不会超过本金。",
    issuer_condition_loss="管理人经营恶化可能造成亏损。",
    issuer_condition_material="管理人重大变更会公告。",
    restrictions="封闭期内不能赎回。",
)


def a_product(
    *,
    code: str = "YC3001",
    name: str = "一策均衡混合",
    variety: Variety = Variety.MIXED,
    risk_grade: RiskGrade = RiskGrade.R3,
    lock_up_days: int = 0,
    suggested_holding_days: int = 365,
    goals: frozenset[Goal] = frozenset({Goal.GROWTH}),
    minimum_amount: int = 1_000,
    management_fee_pct: float = 0.8,
    subscription_fee_pct: float = 0.5,
    investor_class: InvestorClass = InvestorClass.EVERYONE,
    permission: Permission | None = None,
    performance: tuple[Performance, ...] = (),
    pre_sale: PreSaleInformation = PRE_SALE,
) -> Product:
    return Product(
        code=code,
        name=name,
        variety=variety,
        risk_grade=risk_grade,
        lock_up_days=lock_up_days,
        suggested_holding_days=suggested_holding_days,
        goals=goals,
        minimum_amount=minimum_amount,
        redemption="T+1 日到账",
        management_fee_pct=management_fee_pct,
        subscription_fee_pct=subscription_fee_pct,
        redemption_fee="持有不满7日 1.5%",
        benchmark="沪深300指数收益率×50%＋中债指数收益率×50%",
        inception_on=date(2019, 5, 20),
        investor_class=investor_class,
        permission=permission,
        performance=performance,
        pre_sale=pre_sale,
        document_id=f"PROD-{code}",
    )
