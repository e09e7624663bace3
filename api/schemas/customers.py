"""A book of customers, and one customer as the advisor may see it."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from pydantic import Field

from api.schemas.base import FilterText, PageQuery, View
from api.schemas.drafts import FactView, MatchView
from api.schemas.plans import PlanRequestView
from api.schemas.terms import (
    ACCOUNT_KIND_LABELS,
    ATTENTION_LABELS,
    CASH_FLOW_LABELS,
    CONSENT_LABELS,
    INVESTOR_STATUS_LABELS,
    VERIFICATION_LABELS,
    AccountKind,
    Attention,
    Behaviour,
    CashFlowKind,
    ConsentKind,
    CustomerSort,
    Gender,
    Goal,
    Horizon,
    InvestorStatus,
    LifeCycle,
    Permission,
    RiskLevel,
    Value,
    Variety,
    Verification,
)
from assistant.analysis.balances import monthly_flows
from assistant.analysis.history import MonthlyFlow, Point
from assistant.analysis.maturities import Rung
from assistant.analysis.model import Observation
from assistant.analysis.permissions import PermissionGap
from assistant.analysis.portrait import Portrait
from assistant.analysis.tags import TAG_RULES
from assistant.segments.model import SegmentChoice
from assistant.workflows.browse_customers import CustomerView
from knowledge.customers.model import (
    AccountSnapshot,
    CashFlow,
    Complaint,
    Consent,
    Customer,
    CustomerFilter,
    CustomerSummary,
    Holding,
    MarginPosition,
    RiskAssessment,
    ServiceRecord,
    Subscription,
    Touchpoint,
    Trade,
)

MOST_SHOWN = 200
"""Rows of each kind that a portrait shows; the figures are computed from all."""

_NEWEST = f"由近到远，最多{MOST_SHOWN}条。"
_PHONE_HEAD, _TAIL, _IDENTITY_HEAD = 3, 4, 3


def masked_phone(phone: str) -> str:
    """138****1234."""
    return _masked(phone, _PHONE_HEAD, _TAIL)


def masked_identity(number: str) -> str:
    """110***********1234: neither birthday nor sequence in full."""
    return _masked(number, _IDENTITY_HEAD, _TAIL)


def _masked(text: str, head: int, tail: int) -> str:
    hidden = len(text) - head - tail
    return text[:head] + "*" * hidden + text[-tail:] if hidden > 0 else "*" * len(text)


class CustomersQuery(PageQuery):
    """Which customers of the caller's book are listed; every condition given must hold."""

    text: FilterText | None = Field(default=None, description="姓名、编号、城市或标签中的文字。", examples=["杭州"])
    risk_level: RiskLevel | None = Field(default=None, description="风险承受能力等级。", examples=["C2"])
    tag: FilterText | None = Field(default=None, description="标签。", examples=["高净值"])
    expiring_before: date | None = Field(
        default=None, description="风险测评今天有效、到这一天已失效。", examples=["2026-12-31"]
    )
    expired: bool | None = Field(default=None, description="true：没有有效的风险测评；false：有。", examples=[None])
    min_assets: float | None = Field(
        default=None, ge=0, allow_inf_nan=False, description="总资产不低于（元）。", examples=[100000]
    )
    max_assets: float | None = Field(
        default=None, ge=0, allow_inf_nan=False, description="总资产不高于（元）。", examples=[None]
    )
    margin: bool | None = Field(default=None, description="有无信用账户。", examples=[None])
    value: Value | None = Field(default=None, description="客户分群：资产层级。", examples=[None])
    life_cycle: LifeCycle | None = Field(default=None, description="客户分群：关系阶段。", examples=[None])
    behaviour: Behaviour | None = Field(default=None, description="客户分群：行为类型。", examples=[None])
    sort: CustomerSort = Field(default=CustomerSort.ASSETS, description="排序。", examples=["assets"])

    @property
    def where(self) -> CustomerFilter:
        """The conditions without order and page."""
        return CustomerFilter(
            text=self.text,
            risk_level=self.risk_level,
            tag=self.tag,
            expired=self.expired,
            expiring_before=self.expiring_before,
            min_assets=self.min_assets,
            max_assets=self.max_assets,
            margin=self.margin,
        )

    @property
    def segment(self) -> SegmentChoice:
        """The wanted segments."""
        return SegmentChoice(value=self.value, life_cycle=self.life_cycle, behaviour=self.behaviour)


class CustomerRow(View):
    """A customer in the list."""

    id: str = Field(examples=["C00001"])
    name: str = Field(examples=["王芳"])
    age: int = Field(examples=[46])
    city: str = Field(examples=["杭州"])
    risk_level: str | None = Field(description="空：尚未测评。", examples=["C2"])
    assessment_expires_on: date | None
    total_assets: float = Field(description="总资产（元）。", examples=[512345.67])
    status: InvestorStatus
    status_label: str = Field(examples=["普通投资者"])
    tags: tuple[str, ...]
    last_contact_on: date | None
    margin_ratio_pct: float | None = Field(description="维持担保比例（%）；无信用账户为空。")

    @classmethod
    def of(cls, summary: CustomerSummary) -> Self:
        """The row with its labels."""
        status = InvestorStatus(summary.status)
        return cls(
            id=summary.id,
            name=summary.name,
            age=summary.age,
            city=summary.city,
            risk_level=summary.risk_level,
            assessment_expires_on=summary.assessment_expires_on,
            total_assets=summary.total_assets,
            status=status,
            status_label=INVESTOR_STATUS_LABELS[status],
            tags=summary.tags,
            last_contact_on=summary.last_contact_on,
            margin_ratio_pct=summary.margin_ratio_pct,
        )


class AssessmentView(View):
    """The outcome of the risk questionnaire."""

    level: RiskLevel
    level_label: str = Field(examples=["C2（谨慎型）"])
    lowest_class: bool = Field(description="最低类别投资者。")
    assessed_on: date
    expires_on: date = Field(description="自这一天起不再有效。")
    valid: bool = Field(description="今天是否有效。")
    horizon: Horizon
    horizon_label: str = Field(examples=["1至5年"])
    varieties: tuple[str, ...] = Field(description="接受的品种。", examples=[["固定收益类"]])
    goals: tuple[str, ...] = Field(description="投资目标。", examples=[["稳定收益"]])
    max_loss_pct: int = Field(description="可接受的最大损失（%）。")

    @classmethod
    def of(cls, assessment: RiskAssessment, *, today: date) -> Self:
        """The outcome in people's words."""
        return cls(
            level=assessment.level,
            level_label=assessment.level.label,
            lowest_class=assessment.lowest_class,
            assessed_on=assessment.assessed_on,
            expires_on=assessment.expires_on,
            valid=assessment.valid_on(today),
            horizon=assessment.horizon,
            horizon_label=assessment.horizon.label,
            varieties=tuple(variety.label for variety in Variety if variety.value in assessment.varieties),
            goals=tuple(goal.label for goal in Goal if goal.value in assessment.goals),
            max_loss_pct=assessment.max_loss_pct,
        )


class ProfileView(View):
    """Who the customer is; identifiers masked."""

    id: str
    name: str
    salutation: str = Field(examples=["王女士"])
    gender: Gender
    age: int
    phone: str = Field(description="已遮蔽。", examples=["138****1234"])
    identity_number: str = Field(description="已遮蔽。", examples=["110***********1234"])
    city: str
    occupation: str
    annual_income: int = Field(description="年收入（元）。")
    opened_on: date
    status: InvestorStatus
    status_label: str
    full_capacity: bool = Field(description="是否具有完全民事行为能力。")
    profiling_consent: bool = Field(description="是否同意个性化推荐。")
    preferred_channel: str
    guardian: str | None = Field(default=None, description="监护人，已遮蔽；没有为空。", examples=["王**"])
    permissions: tuple[str, ...] = Field(description="已开通的权限。", examples=[["科创板"]])
    tags: tuple[str, ...]

    @classmethod
    def of(cls, customer: Customer, *, today: date) -> Self:
        """The person without birthday, full phone or identity number."""
        return cls(
            id=customer.id,
            name=customer.name,
            salutation=customer.salutation,
            gender=customer.gender,
            age=customer.age_on(today),
            phone=masked_phone(customer.phone),
            identity_number=masked_identity(customer.identity_number),
            city=customer.city,
            occupation=customer.occupation,
            annual_income=customer.annual_income,
            opened_on=customer.opened_on,
            status=customer.status,
            status_label=INVESTOR_STATUS_LABELS[customer.status],
            full_capacity=customer.full_capacity,
            profiling_consent=customer.profiling_consent,
            preferred_channel=customer.preferred_channel,
            guardian=f"{customer.guardian_name[:1]}**" if customer.guardian_name else None,
            permissions=tuple(item.label for item in Permission if item.value in customer.permissions),
            tags=customer.tags,
        )


class HoldingView(View):
    """A position at a day's close."""

    product_code: str
    product_name: str
    variety: str
    variety_label: str
    risk_grade: str
    industry: str | None
    quantity: float
    cost: float
    market_value: float
    profit: float = Field(description="市值减成本（元）。")
    as_of: date
    matures_on: date | None

    @classmethod
    def of(cls, holding: Holding) -> Self:
        """The position with its gain or loss."""
        return cls(
            product_code=holding.product_code,
            product_name=holding.product_name,
            variety=holding.variety,
            variety_label=Variety(holding.variety).label,
            risk_grade=holding.risk_grade,
            industry=holding.industry,
            quantity=holding.quantity,
            cost=holding.cost,
            market_value=holding.market_value,
            profit=round(holding.market_value - holding.cost, 2),
            as_of=holding.as_of,
            matures_on=holding.matures_on,
        )


class TradeView(View):
    """A settled order."""

    traded_on: date
    product_code: str
    product_name: str
    side: str = Field(examples=["buy"])
    amount: float
    fee: float

    @classmethod
    def of(cls, trade: Trade) -> Self:
        """The order."""
        return cls(
            traded_on=trade.traded_on,
            product_code=trade.product_code,
            product_name=trade.product_name,
            side=trade.side,
            amount=trade.amount,
            fee=trade.fee,
        )


class TouchpointView(View):
    """A contact or visit."""

    on: date
    channel: str = Field(examples=["wecom"])
    topic: str
    hour: int | None = Field(default=None, description="几点（0至23）；系统没有记录时为空。")

    @classmethod
    def of(cls, touchpoint: Touchpoint) -> Self:
        """The contact."""
        return cls(on=touchpoint.on, channel=touchpoint.channel, topic=touchpoint.topic, hour=touchpoint.hour)


class ServiceRecordView(View):
    """What staff wrote down."""

    on: date
    channel: str
    staff: str
    kind: str = Field(examples=["follow_up"])
    remark: str

    @classmethod
    def of(cls, record: ServiceRecord) -> Self:
        """The record as written."""
        return cls(on=record.on, channel=record.channel, staff=record.staff, kind=record.kind, remark=record.remark)


class MarginView(View):
    """The margin account."""

    maintenance_ratio_pct: float
    warning_line_pct: float
    liquidation_line_pct: float
    debt: float
    as_of: date

    @classmethod
    def of(cls, margin: MarginPosition) -> Self:
        """As the margin system says."""
        return cls(
            maintenance_ratio_pct=margin.maintenance_ratio_pct,
            warning_line_pct=margin.warning_line_pct,
            liquidation_line_pct=margin.liquidation_line_pct,
            debt=margin.debt,
            as_of=margin.as_of,
        )


class ObservationView(View):
    """Something about the customer that deserves service."""

    key: str = Field(examples=["idle_cash"])
    severity: Attention
    severity_label: str = Field(examples=["重要"])
    text: str
    facts: tuple[str, ...] = Field(description="所依据的事实编号。")
    provisions: tuple[str, ...] = Field(description="所依据的条文。", examples=[["SUIT:21"]])
    action: str | None = Field(description="建议的服务动作。")

    @classmethod
    def of(cls, observation: Observation) -> Self:
        """The observation with its Chinese severity."""
        return cls(
            key=observation.key,
            severity=observation.severity,
            severity_label=ATTENTION_LABELS[observation.severity],
            text=observation.text,
            facts=observation.facts,
            provisions=observation.provisions,
            action=observation.action,
        )


class PermissionView(View):
    """Where the customer stands with one trading permission."""

    permission: Permission
    label: str = Field(examples=["科创板"])
    held: bool
    reachable: bool = Field(description="尚未开通，但账户记录已达到各项数字门槛。")
    text: str = Field(description="现状，含差多少。")
    further: tuple[str, ...] = Field(description="仍须人工核实的条件。")
    provision: str = Field(description="依据。", examples=["SSE-TRADE-2026:6.2"])
    verification: Verification
    verification_label: str

    @classmethod
    def of(cls, gap: PermissionGap) -> Self:
        """The standing with its proof."""
        return cls(
            permission=gap.permission,
            label=gap.permission.label,
            held=gap.held,
            reachable=gap.reachable,
            text=gap.text,
            further=gap.further,
            provision=gap.provision,
            verification=gap.verification,
            verification_label=VERIFICATION_LABELS[gap.verification],
        )


class TagCount(View):
    """A tag of the book and how many customers have it."""

    tag: str = Field(examples=["高净值"])
    count: int
    rule: str | None = Field(default=None, description="标签的规则。", examples=["总资产不低于100万元"])

    @classmethod
    def of(cls, tag: str, count: int) -> Self:
        """The tag with its rule."""
        return cls(tag=tag, count=count, rule=TAG_RULES.get(tag))


class TagView(View):
    """A tag of this customer, and why it is there."""

    tag: str = Field(examples=["高净值"])
    rule: str | None = Field(description="标签的规则。", examples=["总资产不低于100万元"])

    @classmethod
    def of(cls, tag: str) -> Self:
        """The tag with its rule."""
        return cls(tag=tag, rule=TAG_RULES.get(tag))


class AccountView(View):
    """An account at its last known month's end."""

    account: str = Field(description="已遮蔽。", examples=["****0012"])
    kind: AccountKind
    kind_label: str = Field(examples=["普通账户"])
    opened_on: date
    as_of: date
    cash: float
    total_assets: float
    average_assets_20d: float

    @classmethod
    def of(cls, account: AccountSnapshot) -> Self:
        """The account without its number."""
        return cls(
            account=_masked(account.account_id, 0, _TAIL),
            kind=account.kind,
            kind_label=ACCOUNT_KIND_LABELS[account.kind],
            opened_on=account.opened_on,
            as_of=account.as_of,
            cash=account.cash,
            total_assets=account.total_assets,
            average_assets_20d=account.average_assets_20d,
        )


class CashFlowView(View):
    """Money that came or went."""

    on: date
    kind: CashFlowKind
    kind_label: str = Field(examples=["转入"])
    amount: float = Field(description="元；方向由类型决定。")

    @classmethod
    def of(cls, flow: CashFlow) -> Self:
        """The flow with its Chinese kind."""
        return cls(on=flow.on, kind=flow.kind, kind_label=CASH_FLOW_LABELS[flow.kind], amount=flow.amount)


class SubscriptionView(View):
    """A product bought from the house, or given back."""

    on: date
    product_code: str
    product_name: str
    kind: str = Field(examples=["subscribe"])
    amount: float

    @classmethod
    def of(cls, order: Subscription) -> Self:
        """The order."""
        return cls(
            on=order.on,
            product_code=order.product_code,
            product_name=order.product_name,
            kind=order.kind,
            amount=order.amount,
        )


class ComplaintView(View):
    """A registered complaint; its text is the customer's own."""

    received_on: date
    channel: str
    topic: str
    text: str
    closed_on: date | None
    open: bool = Field(description="今天是否尚未办结。")

    @classmethod
    def of(cls, complaint: Complaint, *, today: date) -> Self:
        """The complaint as registered."""
        return cls(
            received_on=complaint.received_on,
            channel=complaint.channel,
            topic=complaint.topic,
            text=complaint.text,
            closed_on=complaint.closed_on,
            open=complaint.open_on(today),
        )


class ConsentView(View):
    """Agreed to, or withdrawn."""

    kind: ConsentKind
    kind_label: str = Field(examples=["个性化服务"])
    granted: bool
    on: date

    @classmethod
    def of(cls, consent: Consent) -> Self:
        """The consent with its Chinese kind."""
        return cls(kind=consent.kind, kind_label=CONSENT_LABELS[consent.kind], granted=consent.granted, on=consent.on)


class RungView(View):
    """What matures within a span of days."""

    key: str = Field(examples=["within_30d"])
    label: str = Field(examples=["30天内到期"])
    amount: float
    share: float = Field(description="占总资产（%）。")
    products: tuple[str, ...]

    @classmethod
    def of(cls, rung: Rung) -> Self:
        """The rung with the names of its products."""
        return cls(
            key=rung.key,
            label=rung.label,
            amount=float(rung.amount),
            share=float(rung.share),
            products=tuple(held.product_name for held in rung.holdings),
        )


class PointView(View):
    """A value of a day."""

    on: date
    value: float

    @classmethod
    def of(cls, point: Point) -> Self:
        """The point as a chart takes it."""
        return cls(on=point.on, value=float(point.value))


class MonthlyFlowView(View):
    """Payments of a calendar month, in yuan."""

    month: str = Field(examples=["2026-03"])
    paid_in: float
    taken_out: float

    @classmethod
    def of(cls, flow: MonthlyFlow) -> Self:
        """The month as a chart takes it."""
        return cls(month=flow.month, paid_in=float(flow.paid_in), taken_out=float(flow.taken_out))


class SeriesView(View):
    """What the charts of a portrait are drawn from, oldest first."""

    assets: tuple[PointView, ...] = Field(description="各账户月末总资产合计与今日总资产（元），不扣减负债。")
    flows: tuple[MonthlyFlowView, ...] = Field(description="近12个月按月转入和转出（元）。")
    drawdown: tuple[PointView, ...] = Field(
        description="现有持仓按过去收盘价回看的回撤（%，不大于0）；行情不足时为空。"
    )
    unpriced: tuple[str, ...] = Field(description="因行情不足未纳入回撤的持仓。")

    @classmethod
    def of(cls, portrait: Portrait) -> Self:
        """From what was measured."""
        flows = monthly_flows(portrait.moved, as_of=portrait.as_of)
        return cls(
            assets=tuple(PointView.of(point) for point in portrait.assets),
            flows=tuple(MonthlyFlowView.of(flow) for flow in flows) if portrait.moved else (),
            drawdown=tuple(PointView.of(point) for point in portrait.risk.drawdown) if portrait.risk else (),
            unpriced=tuple(position.product_name for position in portrait.unpriced),
        )


class CustomerDetailView(View):
    """One customer, as the advisor may see it."""

    as_of: date = Field(description="按哪一天计算。")
    profile: ProfileView
    assessment: AssessmentView | None
    cash: float
    cash_as_of: date
    total_assets: float
    average_assets_20d: float
    first_traded_on: date | None
    holdings: tuple[HoldingView, ...]
    trades: tuple[TradeView, ...] = Field(description=_NEWEST)
    subscriptions: tuple[SubscriptionView, ...] = Field(description=_NEWEST)
    cash_flows: tuple[CashFlowView, ...] = Field(description=_NEWEST)
    touchpoints: tuple[TouchpointView, ...] = Field(description=_NEWEST)
    service_records: tuple[ServiceRecordView, ...] = Field(description=_NEWEST)
    complaints: tuple[ComplaintView, ...] = Field(description=_NEWEST)
    consents: tuple[ConsentView, ...] = Field(description="同意与撤回，由近到远。")
    assessments: tuple[AssessmentView, ...] = Field(description="历次风险测评，由近到远。")
    accounts: tuple[AccountView, ...] = Field(description="每个账户最近一次月末记录。")
    tags: tuple[TagView, ...] = Field(description="标签及其规则。")
    segment: str | None = Field(
        description="客户分群（价值·生命周期·行为）；理由见需求接口；没有时为空。", examples=["富裕·稳定·配置型"]
    )
    maturities: tuple[RungView, ...] = Field(description="到期分布，由近到远。")
    series: SeriesView = Field(description="图表数据。")
    margin: MarginView | None
    facts: tuple[FactView, ...]
    observations: tuple[ObservationView, ...]
    matches: tuple[MatchView, ...] = Field(description="适当的在前。")
    permissions: tuple[PermissionView, ...]
    open_plan: PlanRequestView | None = Field(description="尚未完成的一人一策任务。")

    @classmethod
    def of(cls, view: CustomerView) -> Self:
        """Everything that is known and computed; identifiers masked."""
        portrait = view.portrait
        record, today = portrait.record, portrait.as_of
        assessment = record.customer.assessment
        return cls(
            as_of=today,
            profile=ProfileView.of(record.customer, today=today),
            assessment=AssessmentView.of(assessment, today=today) if assessment is not None else None,
            cash=record.cash,
            cash_as_of=record.cash_as_of,
            total_assets=record.total_assets,
            average_assets_20d=record.average_assets_20d,
            first_traded_on=record.first_traded_on,
            holdings=tuple(HoldingView.of(holding) for holding in record.holdings),
            trades=tuple(TradeView.of(trade) for trade in record.trades[:MOST_SHOWN]),
            subscriptions=tuple(SubscriptionView.of(order) for order in record.subscriptions[:MOST_SHOWN]),
            cash_flows=tuple(CashFlowView.of(flow) for flow in record.cash_flows[:MOST_SHOWN]),
            touchpoints=tuple(TouchpointView.of(touch) for touch in record.touchpoints[:MOST_SHOWN]),
            service_records=tuple(ServiceRecordView.of(note) for note in record.service_records[:MOST_SHOWN]),
            complaints=tuple(ComplaintView.of(each, today=today) for each in record.complaints[:MOST_SHOWN]),
            consents=tuple(ConsentView.of(consent) for consent in record.consents),
            assessments=tuple(AssessmentView.of(each, today=today) for each in record.assessments),
            accounts=tuple(AccountView.of(account) for account in _latest_of_each(record.accounts)),
            tags=tuple(TagView.of(tag) for tag in record.customer.tags),
            segment=view.segment.label if view.segment is not None else None,
            maturities=tuple(RungView.of(rung) for rung in portrait.ladder),
            series=SeriesView.of(portrait),
            margin=MarginView.of(record.margin) if record.margin is not None else None,
            facts=tuple(FactView.of(fact) for fact in portrait.facts),
            observations=tuple(ObservationView.of(observation) for observation in view.observations),
            matches=tuple(MatchView.of(match) for match in view.matches),
            permissions=tuple(PermissionView.of(gap) for gap in portrait.permissions),
            open_plan=PlanRequestView.of(view.open_plan) if view.open_plan is not None else None,
        )


def _latest_of_each(accounts: Iterable[AccountSnapshot]) -> Iterable[AccountSnapshot]:
    latest: dict[str, AccountSnapshot] = {}
    for account in accounts:
        latest.setdefault(account.account_id, account)
    return latest.values()
