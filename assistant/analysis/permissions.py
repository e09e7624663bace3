"""What a customer lacks for each trading permission. Thresholds are data, each with its provision and verification.

Figures are those of the exchanges' rules as the library tells them. A signature never replaces an access condition
(SUIT:22 item 1).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from assistant.analysis.figures import FactMaker, money, whole_months, yuan_text
from assistant.analysis.model import Fact
from knowledge.customers.model import CustomerRecord
from knowledge.documents.model import Verification
from knowledge.products.model import Permission

_SOURCE = "20个交易日日均资产与首次交易日记录"


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionRule:
    """What a permission asks for, as far as records can show it."""

    average_assets: int
    """Yuan, mean of 20 trading days, margin funds left out."""
    months: int | None
    """Months since the first trade; ``None``: not asked for."""
    provisions: tuple[tuple[date, str], ...]
    """Short references by the first day from which each is the one to cite, oldest first."""
    verification: Verification
    further: tuple[str, ...]
    """Conditions that only staff can check."""
    closed_from_age: int | None = None
    """The firm does not newly open it from this age on (GUIDE-ELDERLY:2, house policy)."""

    def provision_on(self, day: date) -> str:
        """The reference to cite on ``day``."""
        started = [reference for since, reference in self.provisions if since <= day]
        return started[-1] if started else self.provisions[0][1]


_ALWAYS = date.min
_CLOSED_FROM_AGE = 70

RULES: Mapping[Permission, PermissionRule] = {
    Permission.STAR_MARKET: PermissionRule(
        average_assets=500_000,
        months=24,
        provisions=((_ALWAYS, "GUIDE-ACCOUNT-PERMISSIONS:1"), (date(2026, 7, 6), "SSE-TRADE-2026:6.2")),
        verification=Verification.VERIFIED,
        further=("首次买入前签署科创板风险揭示书",),
    ),
    Permission.CHINEXT: PermissionRule(
        average_assets=100_000,
        months=24,
        provisions=((_ALWAYS, "SZSE-GEM-2020:1"),),
        verification=Verification.SECONDARY,
        further=("首次买入前签署创业板风险揭示书",),
    ),
    Permission.BEIJING: PermissionRule(
        average_assets=500_000,
        months=24,
        provisions=((_ALWAYS, "BSE-SUIT-2023:5"),),
        verification=Verification.SECONDARY,
        further=("另行申请开通，已有科创板权限也不例外",),
    ),
    Permission.HK_CONNECT: PermissionRule(
        average_assets=500_000,
        months=None,
        provisions=((_ALWAYS, "HKCONNECT:1"),),
        verification=Verification.UNVERIFIED,
        further=("没有严重不良诚信记录", "签署港股通风险揭示书"),
    ),
    Permission.MARGIN: PermissionRule(
        average_assets=500_000,
        months=6,
        provisions=((_ALWAYS, "MARGIN:1"),),
        verification=Verification.UNVERIFIED,
        further=("没有重大违约记录", "不是本公司股东或关联人", "风险承受能力与融资融券业务匹配"),
        closed_from_age=_CLOSED_FROM_AGE,
    ),
    Permission.OPTION: PermissionRule(
        average_assets=500_000,
        months=6,
        provisions=((_ALWAYS, "OPTSUIT:1"),),
        verification=Verification.SECONDARY,
        further=("具备融资融券资格或金融期货交易经历", "通过知识测试", "有模拟交易经历"),
        closed_from_age=_CLOSED_FROM_AGE,
    ),
    Permission.CONVERTIBLE_BOND: PermissionRule(
        average_assets=100_000,
        months=24,
        provisions=((_ALWAYS, "SSE-CB-2022:1"),),
        verification=Verification.SECONDARY,
        further=("首次申购或买入前签署可转债风险揭示书",),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionGap:
    """Where a customer stands with one permission."""

    permission: Permission
    held: bool
    missing_assets: Decimal
    """Yuan short of the threshold; 0 when reached."""
    missing_months: int
    """Months short of the experience asked for; 0 when reached."""
    text: str
    """A whole Chinese sentence with the figures."""
    further: tuple[str, ...]
    """What staff still have to check, even when all figures are reached."""
    provision: str
    verification: Verification
    closed_by_firm: bool = False
    """The firm does not newly open it at this age."""

    @property
    def reachable(self) -> bool:
        """Not open yet, and every figure that records show is reached."""
        return not (self.held or self.closed_by_firm or self.missing_assets or self.missing_months)


def permission_gaps(record: CustomerRecord, *, as_of: date) -> tuple[PermissionGap, ...]:
    """One for every permission, in the order of ``Permission``."""
    return tuple(_gap(record, permission, rule, as_of) for permission, rule in RULES.items())


def permission_facts(gaps: tuple[PermissionGap, ...], *, as_of: date) -> tuple[Fact, ...]:
    """``fact:permission.NAME``: the standing as a sentence without its full stop."""
    make = FactMaker("permission", as_of, _SOURCE)
    return tuple(
        make.text(gap.permission.value, f"{gap.permission.label}权限", gap.text.removesuffix("。")) for gap in gaps
    )


def _gap(record: CustomerRecord, permission: Permission, rule: PermissionRule, as_of: date) -> PermissionGap:
    average, months = money(record.average_assets_20d), _months(record.first_traded_on, as_of)
    held = permission.value in record.customer.permissions
    missing_assets = Decimal(0) if held else max(Decimal(rule.average_assets) - average, Decimal(0))
    missing_months = 0 if held or rule.months is None else max(rule.months - months, 0)
    age = rule.closed_from_age
    closed = not held and age is not None and record.customer.age_on(as_of) >= age
    return PermissionGap(
        permission=permission,
        held=held,
        missing_assets=missing_assets,
        missing_months=missing_months,
        text=_text(permission, rule, average, months, held=held, closed=closed),
        further=() if held else rule.further,
        provision=rule.provision_on(as_of),
        verification=rule.verification,
        closed_by_firm=closed,
    )


def _months(first_traded_on: date | None, as_of: date) -> int:
    return 0 if first_traded_on is None or first_traded_on > as_of else whole_months(first_traded_on, as_of)


def _text(
    permission: Permission, rule: PermissionRule, average: Decimal, months: int, *, held: bool, closed: bool
) -> str:
    if held:
        return f"{permission.label}权限已经开通。"
    asked = Decimal(rule.average_assets)
    parts = [f"20个交易日日均资产{yuan_text(average)}，{_compared(average >= asked)}{yuan_text(asked)}的要求"]
    if rule.months is not None:
        parts.append(f"证券交易经历{months}个月，{_compared(months >= rule.months)}{rule.months}个月的要求")
    if closed:
        parts.append(f"公司规定{rule.closed_from_age}周岁及以上客户原则上不新开该权限")
    doubt = "（该门槛尚未核对原文，以最新规定为准）" if rule.verification is Verification.UNVERIFIED else ""
    return f"{permission.label}权限尚未开通：{'；'.join(parts)}{doubt}。"


def _compared(reached: bool) -> str:
    return "达到" if reached else "未达到"
