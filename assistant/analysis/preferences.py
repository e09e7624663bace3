"""What a customer prefers, as far as contacts show it: channel, time of day, topics.

Inferred from behaviour, so only for customers who agreed to profiling (PIPL:24). Topics are names of ours: the words in
the records are untrusted and never told on.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from assistant.analysis.figures import FactMaker, add_months, percent
from assistant.analysis.model import Fact
from knowledge.customers.model import HUMAN_CHANNELS, CustomerRecord

CHANNEL_LABELS = {"app": "手机App", "pc": "电脑端", "wecom": "企业微信", "phone": "电话", "visit": "网点面谈"}

TOPICS: tuple[tuple[str, str], ...] = (
    ("新股", r"新股|申购新|打新"),
    ("融资融券", r"两融|融资|融券|担保"),
    ("到期安排", r"到期|续作|续买"),
    ("风险测评", r"测评|风险评估|适当性"),
    ("投资者教育", r"投教|教育|讲座|课程|活动|沙龙"),
    ("理财产品", r"理财|基金|产品|商城|债|定投|净值"),
    ("资产检视", r"检视|配置|方案|对账|报告|月报"),
    ("持仓与盈亏", r"持仓|盈亏|资产|收益"),
    ("行情", r"行情|市场|走势|大盘|个股|自选|资讯|研报"),
    ("资金划转", r"转账|划转|银证|入金|出金|取款|转入|转出|资金"),
    ("账户业务", r"账户|开户|权限|密码|信息|业务|办理|资料|费率|佣金"),
    ("投诉与服务", r"投诉|不满|服务|回访|关怀|问候|生日"),
)
"""Name and pattern; the first that is found counts."""

_PATTERNS = tuple((name, re.compile(pattern)) for name, pattern in TOPICS)
_PARTS_OF_DAY = (
    ("上午", "9至12时", 9, 12),
    ("午间", "12至14时", 12, 14),
    ("下午", "14至18时", 14, 18),
    ("晚间", "18至23时", 18, 23),
)
_LEAST_CONTACTS = 5
_LEAST_TOPIC = 2
_MOST_TOPICS = 3
_LEAST_SHARE = Decimal(40)
_YEAR_MONTHS = 12
_SOURCE = "近12个月触达记录"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """From twelve months of contacts; ``None`` or empty where they are too few to say."""

    channel: str | None
    """Used most, by value."""
    channel_share: Decimal | None
    """Percent of all contacts; ``None`` where they are too many to be read."""
    contact_channel: str | None
    """Of those with staff, used most, by value."""
    part_of_day: str | None
    hours: str | None
    """「9至12时」."""
    topics: tuple[str, ...]
    """At most three, the most frequent first."""


_NOTHING = Preferences(
    channel=None, channel_share=Decimal("0.0"), contact_channel=None, part_of_day=None, hours=None, topics=()
)


def preferences_of(record: CustomerRecord, *, as_of: date) -> Preferences:
    """Nothing for whoever opted out of profiling."""
    if not record.customer.profiling_consent:
        return _NOTHING
    since = add_months(as_of, -_YEAR_MONTHS)
    touches = [touch for touch in record.touchpoints if since < touch.on <= as_of]
    if len(touches) < _LEAST_CONTACTS:
        return _NOTHING
    channels = Counter(touch.channel for touch in touches if touch.channel in CHANNEL_LABELS)
    channel, uses = _most(channels)
    contact, _ = _most(Counter({name: times for name, times in channels.items() if name in HUMAN_CHANNELS}))
    cut = record.cuts.touchpoints is not None and record.cuts.touchpoints > since
    part, hours = _part_of_day([touch.hour for touch in touches if touch.hour is not None])
    return Preferences(
        channel=channel,
        channel_share=None if cut else percent(Decimal(uses), Decimal(len(touches))),
        contact_channel=contact,
        part_of_day=part,
        hours=hours,
        topics=_topics(touch.topic for touch in touches),
    )


def preference_facts(preferences: Preferences, *, as_of: date) -> Iterator[Fact]:
    """``fact:preference.…``."""
    make = FactMaker("preference", as_of, _SOURCE)
    if preferences.channel is not None:
        yield make.text("channel", "最常用的渠道", CHANNEL_LABELS[preferences.channel])
    if preferences.channel is not None and preferences.channel_share is not None:
        yield make.percent("channel_share", "最常用渠道占全部触达比例", preferences.channel_share)
    if preferences.contact_channel is not None:
        yield make.text("contact_channel", "与服务人员联系最多的渠道", CHANNEL_LABELS[preferences.contact_channel])
    if preferences.part_of_day is not None:
        yield make.text("time", "较常活跃的时段", f"{preferences.part_of_day}（{preferences.hours}）")
    if preferences.topics:
        yield make.text("topics", "较常关注的主题", "、".join(preferences.topics))


@lru_cache(maxsize=4096)
def topic_of(words: str) -> str | None:
    """The name of what a contact was about; ``None`` for words that we do not know."""
    return next((name for name, pattern in _PATTERNS if pattern.search(words)), None)


def _most(counted: Counter[str]) -> tuple[str | None, int]:
    """Ties by name, so that the same records always give the same answer."""
    if not counted:
        return None, 0
    return min(counted.items(), key=lambda pair: (-pair[1], pair[0]))


def _part_of_day(hours: list[int]) -> tuple[str | None, str | None]:
    if len(hours) < _LEAST_CONTACTS:
        return None, None
    counted = [(sum(first <= hour < last for hour in hours), name, told) for name, told, first, last in _PARTS_OF_DAY]
    times, name, told = max(counted, key=lambda each: each[0])
    return (name, told) if percent(Decimal(times), Decimal(len(hours))) >= _LEAST_SHARE else (None, None)


def _topics(words: Iterable[str]) -> tuple[str, ...]:
    counted = Counter(name for each in words if (name := topic_of(each)) is not None)
    ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(name for name, times in ordered[:_MOST_TOPICS] if times >= _LEAST_TOPIC)
