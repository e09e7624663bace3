"""Tags: short names for what a record shows, each with the rule behind it, as told to a customer who asks (PIPL:24).

Whoever opted out of profiling gets one tag, which says so, and no other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from assistant.analysis.figures import add_months, age_on, days_to_birthday, yuan_text
from assistant.analysis.suitability import SuitabilityPolicy
from knowledge.customers.model import InvestorStatus
from knowledge.customers.tagging.model import CustomerTraits

WEALTHY = 1_000_000
IDLE_CASH = 50_000
IDLE_PERCENT = 30
MATURITY_DAYS = 60
EXPIRING_DAYS = 60
DORMANT_DAYS = 180
SHRUNK_PERCENT = 70
BIRTHDAY_DAYS = 7
COMPLAINT_DAYS = 90
_ADULT_AGE = 18

OPTED_OUT = "不接受个性化推荐"


@dataclass(frozen=True, slots=True)
class _Case:
    traits: CustomerTraits
    day: date
    policy: SuitabilityPolicy

    @property
    def expires_on(self) -> date | None:
        """First day on which the latest assessment does not count."""
        assessed_on, expires_on = self.traits.assessed_on, self.traits.expires_on
        if assessed_on is None or expires_on is None:
            return None
        return min(expires_on, add_months(assessed_on, self.policy.assessment_valid_months))

    def since(self, day: date | None) -> int | None:
        """Days gone by; ``None`` where there is no day."""
        return None if day is None else (self.day - day).days


@dataclass(frozen=True, slots=True)
class Tag:
    """A name, and the rule in words and in code."""

    name: str
    rule: str
    earned: Callable[[_Case], bool]


def _expired(case: _Case) -> bool:
    return case.expires_on is None or case.expires_on <= case.day


def _expiring(case: _Case) -> bool:
    return case.expires_on is not None and 0 < (case.expires_on - case.day).days <= EXPIRING_DAYS


def _idle(case: _Case) -> bool:
    cash = case.traits.cash
    return cash >= IDLE_CASH and cash >= case.traits.total_assets * IDLE_PERCENT / 100


def _maturing(case: _Case) -> bool:
    due = case.traits.next_maturity
    return due is not None and 0 <= (due - case.day).days <= MATURITY_DAYS


def _dormant(case: _Case) -> bool:
    quiet = [case.since(day) for day in (case.traits.last_traded_on, case.traits.last_visited_on)]
    known = [days for days in quiet if days is not None]
    return bool(known) and min(known) >= DORMANT_DAYS


def _complained(case: _Case) -> bool:
    days = case.since(case.traits.last_complaint_on)
    return days is not None and days <= COMPLAINT_DAYS


def _elderly(case: _Case) -> bool:
    return age_on(case.traits.born_on, case.day) >= case.policy.elderly_age


def _minor(case: _Case) -> bool:
    return age_on(case.traits.born_on, case.day) < _ADULT_AGE


TAGS: tuple[Tag, ...] = (
    Tag("高净值", f"总资产不低于{yuan_text(Decimal(WEALTHY))}", lambda case: case.traits.total_assets >= WEALTHY),
    Tag("闲置资金", f"可用资金不低于{yuan_text(Decimal(IDLE_CASH))}且占总资产{IDLE_PERCENT}%以上", _idle),
    Tag("测评失效", "没有在有效期内的风险测评", _expired),
    Tag("测评将失效", f"风险测评在{EXPIRING_DAYS}天内失效", _expiring),
    Tag("产品将到期", f"有持仓在{MATURITY_DAYS}天内到期", _maturing),
    Tag("两融客户", "有融资融券账户", lambda case: case.traits.has_margin),
    Tag("沉睡客户", f"{DORMANT_DAYS}天没有登录也没有交易", _dormant),
    Tag(
        "资产下降",
        f"总资产低于20个交易日日均资产的{SHRUNK_PERCENT}%",
        lambda case: case.traits.total_assets < case.traits.average_assets_20d * SHRUNK_PERCENT / 100,
    ),
    Tag("老年客户", "达到公司规定的老年客户年龄（一般为65周岁）", _elderly),
    Tag("未成年人", f"未满{_ADULT_AGE}周岁", _minor),
    Tag("监护人代理", "不具有完全民事行为能力，由监护人代理", lambda case: not case.traits.full_capacity),
    Tag("专业投资者", "已认定为专业投资者", lambda case: case.traits.status is InvestorStatus.PROFESSIONAL),
    Tag("合格投资者", "已认定为合格投资者", lambda case: case.traits.status is InvestorStatus.QUALIFIED),
    Tag(
        "近期生日",
        f"{BIRTHDAY_DAYS}天内过生日",
        lambda case: days_to_birthday(case.traits.born_on, case.day) <= BIRTHDAY_DAYS,
    ),
    Tag("近期投诉", f"{COMPLAINT_DAYS}天内有投诉", _complained),
    Tag(OPTED_OUT, "客户已关闭个性化推荐，不再打其他标签", lambda case: not case.traits.profiling_consent),
)
"""In the order in which they are shown."""

TAG_RULES = {tag.name: tag.rule for tag in TAGS}
"""Every tag and the rule behind it."""


def tags_of(traits: CustomerTraits, *, as_of: date, policy: SuitabilityPolicy) -> tuple[str, ...]:
    """The tags that are earned on ``as_of``, in the order of ``TAGS``."""
    if not traits.profiling_consent:
        return (OPTED_OUT,)
    case = _Case(traits, as_of, policy)
    return tuple(tag.name for tag in TAGS if tag.earned(case))
