"""A product and the terms that suitability is decided on."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class RiskGrade(StrEnum):
    """Product risk, R1 lowest (SUIT:15–16; five grades are the industry's custom)."""

    R1 = "R1"
    R2 = "R2"
    R3 = "R3"
    R4 = "R4"
    R5 = "R5"

    @property
    def rank(self) -> int:
        """1 for R1 … 5 for R5."""
        return int(self.value[1])

    @property
    def label(self) -> str:
        """R2（中低风险）."""
        return f"{self.value}（{('低', '中低', '中', '中高', '高')[self.rank - 1]}风险）"


class Variety(StrEnum):
    """What the money goes into."""

    CASH = "cash"
    FIXED_INCOME = "fixed_income"
    MIXED = "mixed"
    EQUITY = "equity"
    DERIVATIVE = "derivative"
    ALTERNATIVE = "alternative"

    @property
    def label(self) -> str:
        """The Chinese name that people read."""
        return _VARIETY_LABELS[self]


_VARIETY_LABELS = {
    Variety.CASH: "现金管理类",
    Variety.FIXED_INCOME: "固定收益类",
    Variety.MIXED: "混合类",
    Variety.EQUITY: "权益类",
    Variety.DERIVATIVE: "衍生品类",
    Variety.ALTERNATIVE: "另类投资",
}


class Goal(StrEnum):
    """What an investor wants of the money, cautious first."""

    LIQUIDITY = "liquidity"
    PRESERVATION = "preservation"
    INCOME = "income"
    GROWTH = "growth"
    AGGRESSIVE_GROWTH = "aggressive_growth"

    @property
    def label(self) -> str:
        """The Chinese name that people read."""
        return _GOAL_LABELS[self]


_GOAL_LABELS = {
    Goal.LIQUIDITY: "流动性管理",
    Goal.PRESERVATION: "控制波动",
    Goal.INCOME: "稳定收益",
    Goal.GROWTH: "稳健增值",
    Goal.AGGRESSIVE_GROWTH: "积极增值",
}


class InvestorClass(StrEnum):
    """Who may buy at all (SUIT:7–8, PFREG:18)."""

    EVERYONE = "everyone"
    QUALIFIED = "qualified"
    PROFESSIONAL = "professional"


class Permission(StrEnum):
    """Trading permissions that a customer opens one by one."""

    STAR_MARKET = "star_market"
    CHINEXT = "chinext"
    BEIJING = "beijing"
    HK_CONNECT = "hk_connect"
    MARGIN = "margin"
    OPTION = "option"
    CONVERTIBLE_BOND = "convertible_bond"

    @property
    def label(self) -> str:
        """The Chinese name that people read."""
        return _PERMISSION_LABELS[self]


_PERMISSION_LABELS = {
    Permission.STAR_MARKET: "科创板",
    Permission.CHINEXT: "创业板",
    Permission.BEIJING: "北交所",
    Permission.HK_CONNECT: "港股通",
    Permission.MARGIN: "融资融券",
    Permission.OPTION: "股票期权",
    Permission.CONVERTIBLE_BOND: "可转债",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """Result over a whole period, beside its benchmark (FUNDAD:4; BENCH:16). Percent, not per year."""

    since: date
    until: date
    return_pct: float
    benchmark_pct: float


_NOTHING_TOLD = re.compile(
    r"[\W_]*(?:暂?无|没有|略|不适用|不涉及|待(?:补充|定|完善)|详?见(?:产品|基金)?(?:合同|说明书|公告|附件)|同上|[nN]/?[aA])?[\W_]*"
)
"""Words in place of an item, which tell a customer nothing (SUIT:24 asks for true, whole and plain ones)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreSaleInformation:
    """What must be told before a sale (SUIT:23); the sixth item, the match, is computed per customer."""

    loss_of_principal: str
    loss_beyond_principal: str
    issuer_condition_loss: str
    issuer_condition_material: str
    restrictions: str

    @property
    def complete(self) -> bool:
        """Whether every item tells something: none is empty, and none only says that there is nothing to say."""
        return all(
            _NOTHING_TOLD.fullmatch(text) is None
            for text in (
                self.loss_of_principal,
                self.loss_beyond_principal,
                self.issuer_condition_loss,
                self.issuer_condition_material,
                self.restrictions,
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product as it is sold. Amounts in yuan, ratios in percent."""

    code: str
    name: str
    variety: Variety
    risk_grade: RiskGrade
    lock_up_days: int
    """Days the money cannot be had back."""
    suggested_holding_days: int
    goals: frozenset[Goal]
    minimum_amount: int
    redemption: str
    management_fee_pct: float
    subscription_fee_pct: float
    redemption_fee: str
    benchmark: str
    inception_on: date
    investor_class: InvestorClass
    permission: Permission | None
    performance: tuple[Performance, ...]
    pre_sale: PreSaleInformation
    document_id: str
    """The product note in the library, e.g. ``PROD-YC1001``."""
    on_sale: bool = True
    """Its note is in force; without one nobody may be offered the product."""
