"""A book of customers, and one customer as the advisor may see it."""

from datetime import date
from typing import Self, TypeVar

from pydantic import Field

from api.schemas.base import FilterText, PageQuery, View
from api.schemas.drafts import FactView, MatchView
from api.schemas.plans import PlanRequestView
from api.schemas.terms import (
    ATTENTION_LABELS,
    INVESTOR_STATUS_LABELS,
    VERIFICATION_LABELS,
    Attention,
    CustomerSort,
    Gender,
    Goal,
    Horizon,
    InvestorStatus,
    Permission,
    RiskLevel,
    Variety,
    Verification,
)
from assistant.analysis.model import Observation
from assistant.analysis.permissions import PermissionGap
from assistant.workflows.browse_customers import CustomerView
from knowledge.customers.model import (
    Customer,
    CustomerFilter,
    CustomerSummary,
    Holding,
    MarginPosition,
    RiskAssessment,
    ServiceRecord,
    Touchpoint,
    Trade,
)

Contact = TypeVar("Contact", Touchpoint, ServiceRecord)

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

    @classmethod
    def of(cls, touchpoint: Touchpoint) -> Self:
        """The contact."""
        return cls(on=touchpoint.on, channel=touchpoint.channel, topic=touchpoint.topic)


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
    trades: tuple[TradeView, ...] = Field(description="由近到远。")
    touchpoints: tuple[TouchpointView, ...] = Field(description="由近到远。")
    service_records: tuple[ServiceRecordView, ...] = Field(description="由近到远。")
    margin: MarginView | None
    facts: tuple[FactView, ...]
    observations: tuple[ObservationView, ...]
    matches: tuple[MatchView, ...] = Field(description="适当的在前。")
    permissions: tuple[PermissionView, ...]
    open_plan: PlanRequestView | None = Field(description="尚未完成的一人一策任务。")

    @classmethod
    def of(cls, view: CustomerView) -> Self:
        """Everything that is known and computed; identifiers masked."""
        record, today = view.record, view.as_of
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
            trades=tuple(
                TradeView.of(trade) for trade in sorted(record.trades, key=lambda trade: trade.traded_on, reverse=True)
            ),
            touchpoints=tuple(TouchpointView.of(touch) for touch in _newest_first(record.touchpoints)),
            service_records=tuple(ServiceRecordView.of(note) for note in _newest_first(record.service_records)),
            margin=MarginView.of(record.margin) if record.margin is not None else None,
            facts=tuple(FactView.of(fact) for fact in view.facts),
            observations=tuple(ObservationView.of(observation) for observation in view.observations),
            matches=tuple(MatchView.of(match) for match in view.matches),
            permissions=tuple(PermissionView.of(gap) for gap in view.permissions),
            open_plan=PlanRequestView.of(view.open_plan) if view.open_plan is not None else None,
        )


def _newest_first(contacts: tuple[Contact, ...]) -> list[Contact]:
    return sorted(contacts, key=lambda contact: contact.on, reverse=True)
