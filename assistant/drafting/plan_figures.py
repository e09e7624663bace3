"""Figures that a plan computes from the portrait's facts: target bands, what a loss would mean, days to act on."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from assistant.analysis.figures import FactMaker, money, yuan_text
from assistant.analysis.model import Attention, Fact, Observation
from assistant.drafting.plan_person import Person
from knowledge.customers.model import CustomerRecord
from knowledge.products.model import Product, RiskGrade, Variety

BAND = Decimal(5)
"""Percentage points on either side of the reference share (house policy)."""
SWING = Decimal(10)
"""Percent by which a holding is imagined to move, up or down."""
PRE_SALE_LABELS: Mapping[str, str] = {
    "loss_of_principal": "可能亏损本金的情形",
    "loss_beyond_principal": "可能损失超过本金的情形",
    "issuer_condition_loss": "因公司业务或者财产变化可能亏损的情形",
    "issuer_condition_material": "因公司业务或者财产变化影响判断的重要事由",
    "restrictions": "权利行使和解除合同的限制",
}
"""Field of ``PreSaleInformation`` → how a customer reads it."""

_SOURCE = "方案测算（持仓与资金日终记录、公司参考配置）"
_SERVICE_SOURCE = "公司服务标准（演示口径）"
_HUNDRED = Decimal(100)
_SATURDAY = 5
_CONTACT_WITHIN_DAYS = {Attention.URGENT: 2, Attention.IMPORTANT: 7, Attention.NORMAL: 30}
_REVIEW_AFTER_DAYS = 90
_SOON_DAYS = 14
_BEFORE_MATURITY_DAYS = 14
_BEFORE_EXPIRY_DAYS = 30
_RISKY_RANK = 3
_NOTED_SHARE = Decimal(15)
_MULTIPLE_OF_NOTE = Decimal(4)
_SMALL_MULTIPLE = Decimal("0.6")
WORTH_A_STEP = Decimal(3000)
"""Yuan; less is not moved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A holding, from its facts. ``key`` is ``holding.CODE``."""

    key: str
    name: str
    variety: Variety
    grade: RiskGrade
    share: Decimal
    market_value: Decimal
    result: Decimal
    matures_on: date | None

    @property
    def code(self) -> str:
        """Of the product."""
        return self.key.removeprefix("holding.")


def held_of(facts: Mapping[str, Fact], record: CustomerRecord) -> tuple[Held, ...]:
    """All holdings, largest first."""
    kinds = {holding.product_code: holding for holding in record.holdings}
    found = [_held(f"holding.{code}", holding.variety, holding.risk_grade, facts) for code, holding in kinds.items()]
    return tuple(sorted((one for one in found if one is not None), key=lambda one: (-one.market_value, one.key)))


def _held(key: str, variety: str, grade: str, facts: Mapping[str, Fact]) -> Held | None:
    name, matures = facts.get(f"{key}.name"), facts.get(f"{key}.matures_on")
    if name is None:
        return None
    return Held(
        key=key,
        name=name.text,
        variety=Variety(variety),
        grade=RiskGrade(grade),
        share=_number(facts, f"{key}.share"),
        market_value=_number(facts, f"{key}.market_value"),
        result=_number(facts, f"{key}.unrealised"),
        matures_on=matures.value if matures is not None and isinstance(matures.value, date) else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Where a class should lie and where it lies, in percent of all assets."""

    variety: Variety
    low: Decimal
    high: Decimal
    share: Decimal
    accepted: bool
    """Whether the customer is willing to have it."""
    offered: bool
    """Whether anything of it on sale suits the customer; ready money always does."""
    total: Decimal
    """All assets in yuan."""

    @property
    def over(self) -> Decimal:
        """Percentage points above the band; 0 within, or so little money that it is not worth a step."""
        return self._worth(self.share - self.high)

    @property
    def under(self) -> Decimal:
        """Percentage points below the band; 0 within, or so little money that it is not worth a step."""
        return self._worth(self.low - self.share)

    @property
    def amount_under(self) -> Decimal:
        """Yuan up to the band."""
        return _part(self.total, self.under)

    @property
    def amount_over(self) -> Decimal:
        """Yuan above the band."""
        return _part(self.total, self.over)

    def _worth(self, points: Decimal) -> Decimal:
        return points if _part(self.total, max(points, Decimal(0))) >= WORTH_A_STEP else Decimal(0)


@dataclass(frozen=True, slots=True)
class Bands:
    """All bands of a customer, in the order of ``Variety``."""

    all: tuple[Band, ...] = ()

    @property
    def known(self) -> bool:
        """Whether a reference applies to this customer."""
        return bool(self.all)

    @property
    def over(self) -> tuple[Band, ...]:
        """Above their band, furthest first."""
        return tuple(sorted((band for band in self.all if band.over), key=lambda band: -band.over))

    @property
    def short(self) -> tuple[Band, ...]:
        """Below their band, wanted by the customer and to be had, furthest first."""
        short = (band for band in self.all if band.under and band.accepted and band.offered)
        return tuple(sorted(short, key=lambda band: -band.under))

    @property
    def within(self) -> tuple[Band, ...]:
        """Where nothing needs doing."""
        return tuple(band for band in self.all if not band.over and not band.under and band.high > 0 and band.accepted)

    @property
    def spare(self) -> Decimal:
        """Yuan of ready money above its band."""
        return sum((band.amount_over for band in self.over if band.variety is Variety.CASH), Decimal(0))

    @property
    def unmet(self) -> tuple[Band, ...]:
        """Below their band and wanted, but nothing on sale suits the customer."""
        return tuple(band for band in self.all if band.under and band.accepted and not band.offered)

    @property
    def unwanted(self) -> tuple[Band, ...]:
        """The reference has it, the customer did not choose it and has none or little of it."""
        return tuple(band for band in self.all if band.under and not band.accepted)


def bands_of(facts: Mapping[str, Fact], person: Person, *, suitable: Container[Variety]) -> Bands:
    """Bands around the reference shares; none without an assessment, nor for the lowest class (R1 only).

    ``suitable``: the varieties of which something on sale suits the customer.
    """
    if not person.assessed or person.lowest_class or person.guarded:
        return Bands()
    known = (variety for variety in Variety if f"portfolio.reference.{variety.value}" in facts)
    return Bands(
        tuple(
            _band(variety, facts, person, offered=variety is Variety.CASH or variety in suitable) for variety in known
        )
    )


def _band(variety: Variety, facts: Mapping[str, Fact], person: Person, *, offered: bool) -> Band:
    middle = _number(facts, f"portfolio.reference.{variety.value}")
    return Band(
        variety=variety,
        low=max(middle - BAND, Decimal(0)),
        high=min(middle + BAND, _HUNDRED) if middle else Decimal(0),
        share=_number(facts, f"portfolio.share.{variety.value}"),
        accepted=variety.value in person.varieties,
        offered=offered,
        total=_number(facts, "portfolio.total_assets"),
    )


def band_facts(bands: Bands, *, as_of: date) -> Iterator[Fact]:
    """``fact:strategy.band.VARIETY`` (「10%至20%」), ``strategy.over.…`` and ``strategy.under.…`` in yuan."""
    make = FactMaker("strategy", as_of, _SOURCE)
    for band in bands.all:
        key, label = band.variety.value, band.variety.label
        text = f"{_plain(band.low)}%至{_plain(band.high)}%" if band.high else "不设目标"
        yield make.text(f"band.{key}", f"{label}的目标区间", text)
        if band.over:
            yield make.yuan(f"over.{key}", f"{label}超出区间的金额", _part(band.total, band.over))
        if band.under:
            yield make.yuan(f"under.{key}", f"{label}距区间下沿的金额", _part(band.total, band.under))


def loss_facts(facts: Mapping[str, Fact], *, as_of: date) -> Iterator[Fact]:
    """``fact:strategy.loss_limit``: the bearable loss in yuan of today; ``loss_room``: what is left of it.

    Nothing where the loss is beyond it already, of all assets or of the cost, as the diagnosis counts it.
    """
    limit, total = facts.get("assessment.max_loss"), _number(facts, "portfolio.total_assets")
    if limit is None or total <= 0:
        return
    make = FactMaker("strategy", as_of, _SOURCE)
    amount = _part(total, Decimal(str(limit.value)))
    result, share = _number(facts, "portfolio.unrealised"), _number(facts, "portfolio.unrealised_share")
    beyond = result < 0 and (share <= -Decimal(str(limit.value)) or amount + result <= 0)
    if not amount or beyond:
        return
    yield make.yuan("loss_limit", "可承受亏损折合金额", amount)
    if result < 0:
        yield make.yuan("loss_room", "距可承受亏损还有", amount + result)


def income_facts(facts: Mapping[str, Fact], *, as_of: date) -> Iterator[Fact]:
    """``fact:strategy.income_multiple``: all assets in years of income, where that is much or little."""
    income, total = _number(facts, "customer.annual_income"), _number(facts, "portfolio.total_assets")
    if income <= 0 or total <= 0:
        return
    multiple = (total / income).quantize(Decimal("0.1"), ROUND_HALF_UP)
    make = FactMaker("strategy", as_of, "客户基本资料、持仓与资金日终记录")
    if multiple >= _MULTIPLE_OF_NOTE:
        yield make.text("income_multiple", "总资产与年收入之比", f"{_plain(multiple)}倍")
    elif multiple <= _SMALL_MULTIPLE:
        share = (total / income * _HUNDRED).quantize(Decimal(1), ROUND_HALF_UP)
        if not share:
            return
        yield make.percent("income_share", "总资产占年收入的比例", share)


def swing_facts(held: Iterable[Held], *, as_of: date) -> Iterator[Fact]:
    """``fact:strategy.swing.CODE``: what a move of a risky holding of some size does to the whole."""
    make = FactMaker("strategy", as_of, _SOURCE)
    for one in held:
        if one.grade.rank >= _RISKY_RANK and one.share >= _NOTED_SHARE:
            amount = yuan_text(_part(one.market_value, SWING))
            text = f"每涨跌{SWING}%，总资产大约变动{amount}"
            yield make.text(f"swing.{one.code}", f"{one.name}的影响", text)


def service_facts(observations: Iterable[Observation], *, as_of: date) -> tuple[Fact, ...]:
    """``fact:plan.…_on``: when the adviser is in touch next, by the firm's service standard; working days only."""
    make = FactMaker("plan", as_of, _SERVICE_SOURCE)
    within = min((_CONTACT_WITHIN_DAYS[one.severity] for one in observations), default=_REVIEW_AFTER_DAYS)
    return (
        make.day("next_contact_on", "下次联系日", working_day(as_of + timedelta(days=within))),
        make.day("soon_on", "近期办理日", working_day(as_of + timedelta(days=_SOON_DAYS))),
        make.day("review_on", "方案复核日", working_day(as_of + timedelta(days=_REVIEW_AFTER_DAYS))),
    )


def moment_facts(facts: Mapping[str, Fact], held: Iterable[Held], *, as_of: date) -> Iterator[Fact]:
    """``fact:plan.before.CODE`` and ``fact:plan.reassess_on``: when to speak before something ends."""
    make = FactMaker("plan", as_of, _SERVICE_SOURCE)
    for one in held:
        if one.matures_on is not None and (one.matures_on - as_of).days > _BEFORE_MATURITY_DAYS:
            day = working_day(one.matures_on - timedelta(days=_BEFORE_MATURITY_DAYS))
            yield make.day(f"before.{one.code}", f"{one.name}到期前的沟通日", day)
    expires = facts.get("assessment.expires_on")
    if expires is not None and isinstance(expires.value, date):
        day = working_day(expires.value - timedelta(days=_BEFORE_EXPIRY_DAYS))
        if day > as_of:
            yield make.day("reassess_on", "提醒重新测评的日期", day)


def product_facts(product: Product, *, as_of: date) -> tuple[Fact, ...]:
    """``fact:product.CODE.…``: terms, and the pre-sale items word for word (SUIT:23)."""
    make = FactMaker(f"product.{product.code}", as_of, f"产品资料 {product.document_id}")
    items = [make.text(field, label, str(getattr(product.pre_sale, field))) for field, label in PRE_SALE_LABELS.items()]
    return (
        make.text("name", "产品名称", product.name),
        make.text("risk_grade", "产品风险等级", product.risk_grade.label),
        make.text("redemption", "资金到账", product.redemption),
        *items,
    )


def working_day(day: date) -> date:
    """Saturday and Sunday move to Monday; public holidays are not known here."""
    late = day.weekday() - _SATURDAY
    return day + timedelta(days=2 - late) if late >= 0 else day


def _number(facts: Mapping[str, Fact], key: str) -> Decimal:
    fact = facts.get(key)
    return Decimal(str(fact.value)) if fact is not None and isinstance(fact.value, (int, Decimal)) else Decimal(0)


def _part(whole: Decimal, percentage: Decimal) -> Decimal:
    return money(float(whole * percentage / _HUNDRED))


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
