"""What a plan is made of, and which texts of the library it wants to rest on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from assistant.analysis.figures import FactMaker
from assistant.analysis.matching import nearest_unsuitable
from assistant.analysis.model import Attention, Fact, Match, MatchVerdict, Observation
from assistant.drafting.model import Evidence
from knowledge.customers.model import CustomerRecord
from knowledge.products.model import Product

RULES = (
    "SUIT:4",
    "SUIT:13",
    "SUIT:18",
    "SUIT:20",
    "SUIT:21",
    "SUIT:22",
    "SUIT:23",
    "SUIT:33",
    "ADVISOR:19",
    "ADVISOR:21",
    "FUNDAD:6",
    "PIPL:24",
    "SECLAW:134",
    "SECLAW:94",
)
"""Provisions that any plan may rest on."""

_OFFERED = 3
_EXPLAINED = 1
_PRODUCT_SECTIONS = 7
"""A product note has seven sections, numbered by position."""
_SATURDAY = 5
_CONTACT_WITHIN_DAYS = {Attention.URGENT: 2, Attention.IMPORTANT: 7, Attention.NORMAL: 30}
_REVIEW_AFTER_DAYS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMaterial:
    """Everything about one customer on one day. ``matches`` as ``match_products`` orders them."""

    record: CustomerRecord
    as_of: date
    facts: tuple[Fact, ...]
    observations: tuple[Observation, ...]
    matches: tuple[Match, ...]
    products: Mapping[str, Product]
    evidence: tuple[Evidence, ...]

    @property
    def assessed(self) -> bool:
        """Whether product-level advice is possible at all: some product passed the gate, or the assessment counts."""
        keys = {fact.id for fact in self.facts}
        return "fact:assessment.days_left" in keys or any(
            match.verdict is MatchVerdict.SUITABLE for match in self.matches
        )

    @property
    def complaining(self) -> bool:
        """Whether a complaint is so recent that nothing may be marketed."""
        return any(observation.key == "recent_complaint" for observation in self.observations)

    @property
    def offered(self) -> tuple[Match, ...]:
        """The suitable products to put forward: none without an assessment or while a complaint is handled."""
        if self.complaining or not self.assessed:
            return ()
        return offered(self.matches, self.products)

    @property
    def nearest(self) -> tuple[Match, ...]:
        """The product that came nearest without suiting, to explain the boundary."""
        return nearest_unsuitable(self.matches, limit=_EXPLAINED)


def offered(matches: Sequence[Match], products: Mapping[str, Product]) -> tuple[Match, ...]:
    """The best suitable match of each variety first, then the next best, three at most."""
    suitable = [match for match in matches if match.verdict is MatchVerdict.SUITABLE and match.product_code in products]
    first: dict[str, Match] = {}
    for match in suitable:
        first.setdefault(products[match.product_code].variety.value, match)
    firsts = list(first.values())
    rest = [match for match in suitable if match not in firsts]
    chosen = [*firsts, *rest][:_OFFERED]
    return tuple(sorted(chosen, key=lambda match: (-match.score, match.product_code)))


def wanted_provisions(
    matches: Sequence[Match], observations: Iterable[Observation], products: Mapping[str, Product]
) -> tuple[str, ...]:
    """Short references to look up in force on the day; those that do not exist may be left out."""
    spoken_of = (*offered(matches, products), *nearest_unsuitable(matches, limit=_EXPLAINED))
    notes = [
        f"{products[match.product_code].document_id}:{number}"
        for match in spoken_of
        if match.product_code in products
        for number in range(1, _PRODUCT_SECTIONS + 1)
    ]
    reasons = [reason.provision for match in spoken_of for reason in match.reasons]
    observed = [reference for observation in observations for reference in observation.provisions]
    return tuple(dict.fromkeys([*RULES, *reasons, *observed, *notes]))


def product_facts(product: Product, *, as_of: date) -> tuple[Fact, ...]:
    """``fact:product.CODE.…``: terms, and the pre-sale items word for word (SUIT:23)."""
    make = FactMaker(f"product.{product.code}", as_of, f"产品资料 {product.document_id}")
    items = [make.text(field, label, str(getattr(product.pre_sale, field))) for field, label in PRE_SALE_LABELS.items()]
    return (
        make.text("name", "产品名称", product.name),
        make.text("risk_grade", "产品风险等级", product.risk_grade.label),
        make.text("variety", "产品类型", product.variety.label),
        make.text("redemption", "资金到账", product.redemption),
        make.percent("management_fee", "管理费率", Decimal(str(product.management_fee_pct))),
        *items,
    )


def service_facts(observations: Iterable[Observation], *, as_of: date) -> tuple[Fact, ...]:
    """``fact:plan.…``: when the adviser is in touch next, by the firm's service standard; working days only."""
    make = FactMaker("plan", as_of, "公司服务标准（演示口径）")
    within = min((_CONTACT_WITHIN_DAYS[one.severity] for one in observations), default=_REVIEW_AFTER_DAYS)
    return (
        make.day("next_contact_on", "下次联系日", _working_day(as_of + timedelta(days=within))),
        make.day("review_on", "方案复核日", _working_day(as_of + timedelta(days=_REVIEW_AFTER_DAYS))),
    )


PRE_SALE_LABELS: Mapping[str, str] = {
    "loss_of_principal": "可能亏损本金的情形",
    "loss_beyond_principal": "可能损失超过本金的情形",
    "issuer_condition_loss": "因公司业务或者财产变化可能亏损的情形",
    "issuer_condition_material": "因公司业务或者财产变化影响判断的重要事由",
    "restrictions": "权利行使和解除合同的限制",
}
"""Field of ``PreSaleInformation`` → how a customer reads it."""


def _working_day(day: date) -> date:
    """Saturday and Sunday move to Monday; public holidays are not known here."""
    late = day.weekday() - _SATURDAY
    return day + timedelta(days=2 - late) if late >= 0 else day
