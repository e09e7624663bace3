"""A customer and the records about one. Amounts in yuan, rates in percent, days in Shanghai time."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic, TypedDict, TypeVar

from knowledge.errors import NotPermitted

Item = TypeVar("Item")


class ScopeKind(StrEnum):
    """Whose records a reader may see."""

    ADVISOR = "advisor"
    CUSTOMER = "customer"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose customers may be read. Every read of customers takes one; there is no default."""

    kind: ScopeKind
    owner_id: str | None = None

    def __post_init__(self) -> None:
        if (self.kind is ScopeKind.ALL) != (self.owner_id is None):
            raise NotPermitted("访问范围不完整。")

    @classmethod
    def of_advisor(cls, advisor_id: str) -> "Scope":
        """The advisor's own book."""
        return cls(ScopeKind.ADVISOR, advisor_id)

    @classmethod
    def of_customer(cls, customer_id: str) -> "Scope":
        """One customer: that customer's own records."""
        return cls(ScopeKind.CUSTOMER, customer_id)

    @classmethod
    def everyone(cls) -> "Scope":
        """All customers: reviewers, jobs and checks, which answer for the whole firm."""
        return cls(ScopeKind.ALL)


class RiskLevel(StrEnum):
    """Risk tolerance, C1 lowest."""

    C1 = "C1"
    C2 = "C2"
    C3 = "C3"
    C4 = "C4"
    C5 = "C5"

    @property
    def rank(self) -> int:
        """1 for C1 … 5 for C5."""
        return int(self.value[1])

    @property
    def label(self) -> str:
        """C2（谨慎型）."""
        return f"{self.value}（{('保守', '谨慎', '稳健', '积极', '激进')[self.rank - 1]}型）"


class Gender(StrEnum):
    """As on the identity document."""

    FEMALE = "female"
    MALE = "male"


class InvestorStatus(StrEnum):
    """Ordinary investors are specially protected (SUIT:7); qualified is the private-fund threshold (PFREG:18)."""

    ORDINARY = "ordinary"
    QUALIFIED = "qualified"
    PROFESSIONAL = "professional"


class Horizon(StrEnum):
    """How long the money can stay away."""

    SHORT = "short"
    MEDIUM = "medium"
    LONG = "long"

    @property
    def days(self) -> int:
        """The longest lock-up or holding that still fits."""
        return {Horizon.SHORT: 365, Horizon.MEDIUM: 1826, Horizon.LONG: 36525}[self]

    @property
    def label(self) -> str:
        """The Chinese name that people read."""
        return {Horizon.SHORT: "1年以内", Horizon.MEDIUM: "1至5年", Horizon.LONG: "5年以上"}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskAssessment:
    """The answer sheet's outcome. ``lowest_class``: no tolerance for any loss, or no full legal capacity."""

    level: RiskLevel
    lowest_class: bool
    assessed_on: date
    expires_on: date
    """First day on which it no longer counts; the term is the firm's policy."""
    horizon: Horizon
    varieties: frozenset[str]
    """Accepted varieties of products, by value of ``knowledge.products.model.Variety``."""
    goals: frozenset[str]
    """Wanted goals, by value of ``knowledge.products.model.Goal``."""
    max_loss_pct: int

    def valid_on(self, day: date) -> bool:
        """Whether the assessment counts on ``day``."""
        return self.assessed_on <= day < self.expires_on


_SHORTEST_LONG = 2
_LONG_SURNAMES = frozenset(
    re.findall("..", "欧阳司马上官诸葛东方皇甫尉迟公孙慕容令狐宇文长孙夏侯司徒司空端木南宫轩辕闻人独孤申屠钟离呼延百里")
)
"""Surnames of two characters, the common ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Who the customer is. Identifiers (name, phone, identity number) never reach a model or a log."""

    id: str
    advisor_id: str
    name: str
    gender: Gender
    born_on: date
    phone: str
    identity_number: str
    city: str
    occupation: str
    annual_income: int
    opened_on: date
    status: InvestorStatus
    full_capacity: bool
    """Has full legal capacity; otherwise a guardian acts and the lowest class applies."""
    profiling_consent: bool
    """False: opted out of profiling (PIPL:24); drafts must be impersonal."""
    preferred_channel: str
    assessment: RiskAssessment | None
    permissions: frozenset[str]
    """By value of ``knowledge.products.model.Permission``."""
    tags: tuple[str, ...] = ()
    guardian_name: str | None = None
    """Who acts for a customer without full legal capacity; an identifier like the customer's own name."""

    def age_on(self, day: date) -> int:
        """Whole years."""
        return day.year - self.born_on.year - ((day.month, day.day) < (self.born_on.month, self.born_on.day))

    @property
    def salutation(self) -> str:
        """王女士, 欧阳先生; 客户 where the name does not begin with a Chinese surname."""
        if not "一" <= self.name[:1] <= "鿿":
            return "客户"
        surname = self.name[:2] if self.name[:2] in _LONG_SURNAMES and len(self.name) > _SHORTEST_LONG else self.name[0]
        return f"{surname}{'女士' if self.gender is Gender.FEMALE else '先生'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A position at a day's close."""

    product_code: str
    product_name: str
    variety: str
    risk_grade: str
    industry: str | None
    quantity: float
    cost: float
    """Yuan paid for the whole position."""
    market_value: float
    as_of: date
    matures_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """A settled order."""

    traded_on: date
    product_code: str
    product_name: str
    side: str
    """``buy`` or ``sell``."""
    amount: float
    fee: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Touchpoint:
    """A contact or visit: ``app``, ``pc``, ``wecom``, ``phone`` or ``visit``."""

    on: date
    channel: str
    topic: str
    hour: int | None = None
    """0 … 23 in Shanghai; ``None`` where the system does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRecord:
    """What staff wrote down about serving the customer. ``remark`` is untrusted text."""

    on: date
    channel: str
    staff: str
    kind: str
    """``consultation``, ``follow_up``, ``complaint``, ``education`` or ``care``."""
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginPosition:
    """From the margin system; never estimated."""

    maintenance_ratio_pct: float
    warning_line_pct: float
    liquidation_line_pct: float
    debt: float
    as_of: date


class AccountKind(StrEnum):
    """What an account is for."""

    ORDINARY = "ordinary"
    MARGIN = "margin"
    OPTION = "option"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSnapshot:
    """An account at a day's close; history is one of these a month, or more often."""

    account_id: str
    kind: AccountKind
    opened_on: date
    as_of: date
    cash: float
    total_assets: float
    """Cash and holdings, debt not deducted."""
    average_assets_20d: float


class CashFlowKind(StrEnum):
    """Why money came or went."""

    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"
    DIVIDEND = "dividend"
    INTEREST = "interest"
    FEE = "fee"

    @property
    def sign(self) -> int:
        """+1: the balance rises; -1: it falls."""
        return -1 if self in (CashFlowKind.WITHDRAWAL, CashFlowKind.FEE) else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CashFlow:
    """Money into or out of the accounts, purchases and sales left out."""

    on: date
    kind: CashFlowKind
    amount: float
    """Positive; the kind says which way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A product bought from the house, or given back to it."""

    on: date
    product_code: str
    product_name: str
    kind: str
    """``subscribe`` or ``redeem``."""
    amount: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A complaint that was registered. ``text`` is untrusted."""

    received_on: date
    channel: str
    topic: str
    text: str
    closed_on: date | None = None

    def open_on(self, day: date) -> bool:
        """Whether it is still being handled on ``day``."""
        return self.received_on <= day and (self.closed_on is None or day < self.closed_on)


class ConsentKind(StrEnum):
    """What a customer agreed to, or withdrew."""

    PROFILING = "profiling"
    """PIPL:24: whether drafts may rest on personal traits."""
    MARKETING = "marketing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """Given or withdrawn; the latest of a kind counts."""

    kind: ConsentKind
    granted: bool
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeTotals:
    """Sums over all trades, also those that are too many to be read one by one."""

    count_12m: int
    amount_12m: float
    fees_12m: float
    last_traded_on: date | None
    last_bought_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cuts:
    """Of very many records the newest are read: of each kind, those after the day are all there; ``None``: all are."""

    touchpoints: date | None = None
    service_records: date | None = None
    complaints: date | None = None

    @property
    def contacts(self) -> date | None:
        """Of touchpoints and service records together."""
        return max((day for day in (self.touchpoints, self.service_records) if day is not None), default=None)


HUMAN_CHANNELS = frozenset({"phone", "wecom", "visit"})
"""Touchpoints in which staff took part: these are contacts, the others are the customer's own visits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRecord:
    """Everything that the house holds about one customer."""

    customer: Customer
    cash: float
    cash_as_of: date
    average_assets_20d: float
    """Mean daily assets over 20 trading days, margin funds left out, as permissions ask for."""
    first_traded_on: date | None
    holdings: tuple[Holding, ...]
    trades: tuple[Trade, ...]
    touchpoints: tuple[Touchpoint, ...]
    service_records: tuple[ServiceRecord, ...]
    margin: MarginPosition | None
    accounts: tuple[AccountSnapshot, ...] = ()
    """Newest first."""
    cash_flows: tuple[CashFlow, ...] = ()
    """Newest first."""
    subscriptions: tuple[Subscription, ...] = ()
    """Newest first."""
    complaints: tuple[Complaint, ...] = ()
    """Newest first."""
    consents: tuple[Consent, ...] = ()
    """Newest first."""
    assessments: tuple[RiskAssessment, ...] = ()
    """All up to the day, newest first; ``customer.assessment`` is the first."""
    trade_totals: TradeTotals | None = None
    """``None`` where ``trades`` are all that there are."""
    cuts: Cuts = Cuts()

    @property
    def total_assets(self) -> float:
        """Cash and holdings, debt not deducted."""
        return self.cash + sum(holding.market_value for holding in self.holdings)

    @property
    def last_contact_on(self) -> date | None:
        """When staff last talked to or met the customer."""
        days = [note.on for note in self.service_records]
        days += [touch.on for touch in self.touchpoints if touch.channel in HUMAN_CHANNELS]
        return max(days, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerSummary:
    """A row of a book, as the list shows it."""

    id: str
    advisor_id: str
    name: str
    age: int
    city: str
    risk_level: str | None
    assessment_expires_on: date | None
    total_assets: float
    status: str
    tags: tuple[str, ...]
    last_contact_on: date | None
    margin_ratio_pct: float | None = None
    """Maintenance ratio of the margin account; ``None`` without one."""


class CustomerSort(StrEnum):
    """Orders of a book; the customer id breaks ties."""

    NAME = "name"
    ASSETS = "assets"
    """Largest first."""
    ASSESSMENT = "assessment"
    """The soonest to expire first, those without one last."""
    LAST_CONTACT = "last_contact"
    """The longest without contact first, never contacted before all."""
    MARGIN = "margin"
    """The lowest maintenance ratio first, customers without margin last."""
    ID = "id"


class CustomerFilter(TypedDict, total=False):
    """Which customers of a book are listed; every condition given must hold, ``None`` is no condition."""

    text: str | None
    """Words that each occur in the name, the id, the city or a tag."""
    risk_level: RiskLevel | None
    tag: str | None
    expired: bool | None
    """True: no assessment that counts on the day; False: one that does."""
    expiring_before: date | None
    """The assessment counts on the day, and no longer on this one."""
    min_assets: float | None
    max_assets: float | None
    margin: bool | None
    """Whether there is a margin account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Item]):
    """A stretch of a list, and how long the whole list is."""

    items: tuple[Item, ...]
    total: int
    limit: int
    offset: int
