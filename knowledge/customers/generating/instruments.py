"""What fictional customers hold: the catalogue of the house, and instruments of an exchange that does not exist."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol


class Period(Protocol):
    """A published result."""

    @property
    def since(self) -> date:
        """First day."""

    @property
    def until(self) -> date:
        """Last day."""

    @property
    def return_pct(self) -> float:
        """Percent over the whole period."""


class Offered(Protocol):
    """What the generator needs to know of a product of the catalogue."""

    @property
    def code(self) -> str:
        """As in the catalogue."""

    @property
    def name(self) -> str:
        """As in the catalogue."""

    @property
    def variety(self) -> str:
        """By value."""

    @property
    def risk_grade(self) -> str:
        """By value."""

    @property
    def minimum_amount(self) -> int:
        """Yuan."""

    @property
    def investor_class(self) -> str:
        """By value."""

    @property
    def permission(self) -> str | None:
        """By value."""

    @property
    def lock_up_days(self) -> int:
        """Days the money cannot be had back."""

    @property
    def subscription_fee_pct(self) -> float:
        """Percent of the amount."""

    @property
    def inception_on(self) -> date:
        """First day."""

    @property
    def performance(self) -> Iterable[Period]:
        """Published results: the prices agree with them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A published result that the prices agree with."""

    since: date
    until: date
    return_pct: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """Something with a price."""

    code: str
    name: str
    variety: str
    risk_grade: str
    industry: str | None = None
    permission: str | None = None
    house: bool = False
    """In the catalogue: subscribed and redeemed, not traded."""
    lots: int = 1
    """Traded in multiples of so many shares."""
    popularity: float = 1.0
    minimum: int = 1
    investor_class: str = "everyone"
    lock_up_days: int = 0
    fee_pct: float = 0.0
    inception_on: date = date.min
    results: tuple[Result, ...] = ()

    @property
    def rank(self) -> int:
        """1 for R1 … 5 for R5."""
        return int(self.risk_grade[1])

    @property
    def share(self) -> bool:
        """A share of a company: neither fund nor product."""
        return self.lots > 1 and self.industry is not None and "ETF" not in self.name


def _stock(code: str, name: str, grade: str, industry: str, popularity: float = 1.0) -> Instrument:
    return Instrument(
        code=code, name=name, variety="equity", risk_grade=grade, industry=industry, lots=100, popularity=popularity
    )


def _board(code: str, name: str, industry: str, permission: str) -> Instrument:
    return Instrument(
        code=code, name=name, variety="equity", risk_grade="R4", industry=industry, permission=permission, lots=100,
        popularity=0.9,
    )  # fmt: skip


def _fund(code: str, name: str, variety: str, grade: str, *, industry: str | None = None) -> Instrument:
    return Instrument(
        code=code, name=name, variety=variety, risk_grade=grade, industry=industry, lots=100, popularity=1.2
    )


TERM_NOTE = Instrument(code="XN0301", name="虚拟固定期限收益凭证", variety="fixed_income", risk_grade="R2")
"""The one with a day of maturity."""

TRADED = (
    _stock("XN0001", "云岭电力", "R3", "电力", 1.6),
    _stock("XN0002", "海棠医药", "R3", "医药", 1.2),
    _stock("XN0003", "北辰软件", "R4", "软件", 1.3),
    _stock("XN0004", "江汉食品", "R3", "食品饮料", 1.2),
    _stock("XN0005", "金穗银行", "R3", "银行", 2.0),
    _stock("XN0006", "星河芯片", "R4", "半导体", 1.8),
    _stock("XN0007", "长风新能", "R4", "新能源", 1.6),
    _stock("XN0008", "东篱酒业", "R3", "食品饮料", 1.8),
    _stock("XN0009", "瀚海航运", "R4", "航运", 0.8),
    _stock("XN0010", "青禾农业", "R3", "农业", 0.6),
    _stock("XN0011", "临江高速", "R3", "交通运输"),
    _stock("XN0012", "观澜地产", "R4", "房地产", 0.7),
    _stock("XN0013", "铁流钢铁", "R4", "钢铁", 0.6),
    _stock("XN0014", "白鹭家电", "R3", "家用电器", 1.3),
    _stock("XN0015", "沧浪水务", "R3", "公用事业", 0.8),
    _stock("XN0016", "锦屏保险", "R3", "保险", 1.3),
    _stock("XN0017", "赤霞有色", "R4", "有色金属", 1.1),
    _stock("XN0018", "晴川汽车", "R4", "汽车", 1.4),
    _stock("XN0019", "云帆传媒", "R4", "传媒", 0.8),
    _stock("XN0020", "石径建材", "R4", "建材", 0.6),
    _stock("XN0021", "南塘化工", "R4", "化工", 0.8),
    _stock("XN0022", "远岫煤业", "R3", "煤炭", 1.1),
    _stock("XN0023", "朝阳旅业", "R4", "旅游", 0.6),
    _stock("XN0024", "寒山通信", "R4", "通信", 1.2),
    _stock("XN0025", "玉门石化", "R3", "石油石化", 1.0),
    _stock("XN0026", "落霞纺织", "R4", "纺织服装", 0.4),
    _board("XN0031", "天枢光电", "电子", "star_market"),
    _board("XN0032", "玄鸟生物", "医药", "star_market"),
    _board("XN0033", "飞廉机器人", "机械设备", "star_market"),
    _board("XN0034", "若水环保", "环保", "chinext"),
    _board("XN0035", "逐日光伏", "新能源", "chinext"),
    _board("XN0036", "扶摇无人机", "国防军工", "chinext"),
    _board("XN0037", "小楼精密", "机械设备", "beijing"),
    _board("XN0041", "维港地产信托", "房地产", "hk_connect"),
    _board("XN0042", "狮山互联", "互联网", "hk_connect"),
    _fund("XN0101", "虚拟宽基ETF", "equity", "R3"),
    _fund("XN0102", "虚拟红利ETF", "equity", "R3"),
    _fund("XN0103", "虚拟半导体ETF", "equity", "R4", industry="半导体"),
    _fund("XN0104", "虚拟医药ETF", "equity", "R4", industry="医药"),
    _fund("XN0105", "虚拟黄金ETF", "alternative", "R3"),
    _fund("XN0201", "虚拟中短债基金A", "fixed_income", "R2"),
    _fund("XN0202", "虚拟均衡混合A", "mixed", "R3"),
    _fund("XN0203", "虚拟货币市场基金B", "cash", "R1"),
    TERM_NOTE,
)
"""No exchange has these codes."""


def universe(products: Iterable[Offered]) -> tuple[Instrument, ...]:
    """Everything that can be held, exchange first, then the catalogue by code."""
    return (*TRADED, *(_of_house(product) for product in sorted(products, key=lambda product: product.code)))


def _of_house(product: Offered) -> Instrument:
    return Instrument(
        code=product.code,
        name=product.name,
        variety=str(product.variety),
        risk_grade=str(product.risk_grade),
        permission=None if product.permission is None else str(product.permission),
        house=True,
        minimum=product.minimum_amount,
        investor_class=str(product.investor_class),
        lock_up_days=product.lock_up_days,
        fee_pct=product.subscription_fee_pct,
        inception_on=product.inception_on,
        results=tuple(
            Result(since=period.since, until=period.until, return_pct=period.return_pct)
            for period in product.performance
        ),
    )
