"""Segments in words: every number told is a fact."""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from assistant.analysis.figures import FactMaker, money
from assistant.analysis.model import Fact
from assistant.segments.model import Figure, Segment

_LABELS = {
    "assets": "账户资产",
    "assets_90_ago": "90天前的账户资产",
    "tenure_days": "开户至今",
    "deposits_90": "近90天转入",
    "withdrawals_90": "近90天转出",
    "deposits_365": "近一年转入",
    "withdrawals_365": "近一年转出",
    "days_since_trade": "距上次成交",
    "days_since_visit": "距上次登录使用",
    "visits_90": "近90天登录使用",
    "visits_365": "近一年登录使用",
    "turnover_365": "近一年成交额占账户资产",
    "trades_365": "近一年成交",
    "cash_share": "现金占账户资产",
    "cash_weight": "投入现金管理类的比例",
    "fixed_income_weight": "投入固定收益类的比例",
    "mixed_weight": "投入混合类的比例",
    "equity_weight": "投入权益类的比例",
}
_UNKNOWN = "没有记录"


def segment_facts(segment: Segment) -> tuple[Fact, ...]:
    """``fact:segment.NAME``: the figures that decided, in their order."""
    make = FactMaker("segment", segment.as_of, f"客户分群规则，截至{segment.as_of}的账户和服务记录")
    return tuple(_fact(make, figure) for figure in segment.figures)


def _fact(make: FactMaker, figure: Figure) -> Fact:
    label = _LABELS[figure.name]
    if figure.value is None:
        return make.text(figure.name, label, _UNKNOWN)
    return _form(figure.name)(make, figure.name, label, figure.value)


Form = Callable[[FactMaker, str, str, float], Fact]


def _form(name: str) -> Form:
    if name.startswith(("assets", "deposits", "withdrawals")):
        return _yuan
    if name.endswith("_days") or name.startswith("days_"):
        return _days
    if name.startswith(("visits", "trades")):
        return _times
    return _share


def _yuan(make: FactMaker, name: str, label: str, value: float) -> Fact:
    return make.yuan(name, label, money(round(value, 2)))


def _days(make: FactMaker, name: str, label: str, value: float) -> Fact:
    return make.days(name, label, round(value))


def _times(make: FactMaker, name: str, label: str, value: float) -> Fact:
    return make.count(name, label, round(value), "次")


def _share(make: FactMaker, name: str, label: str, value: float) -> Fact:
    return make.percent(name, label, Decimal(str(value * 100)).quantize(Decimal("0.1"), ROUND_HALF_UP))
