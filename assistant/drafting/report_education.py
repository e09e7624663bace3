"""Investor education: texts of the library that this customer's situation makes useful, no advice and no product."""

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.drafting.briefing import briefing_of
from assistant.drafting.letter import PlanText, sayings_of, to_the_reader, told_of_the_letter
from assistant.drafting.model import Statement, StatementKind
from assistant.drafting.numbering import numbered
from assistant.drafting.plan_material import PlanMaterial
from assistant.drafting.sayings import Sayings, plain

_TOPICS = 2
_SENTENCES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What is explained, from which provisions, and why to this customer (a pattern of facts)."""

    key: str
    why: str
    texts: tuple[str, ...]
    ask: str
    """A question to oneself after reading."""


_GRADES = Topic(
    key="grades",
    why="您持有{portfolio.holdings_count}产品或者证券，先弄懂风险等级是什么、不是什么。",
    texts=("GUIDE-SUITABILITY-MATCH:2", "GUIDE-SUITABILITY-MATCH:5"),
    ask="读完以后请想一想：您的持仓里，风险等级最高的是哪一只，占多少？",
)
_FRAUD = Topic(
    key="fraud",
    why="",
    texts=("GUIDE-ANTIFRAUD:3", "GUIDE-ANTIFRAUD:4", "GUIDE-ANTIFRAUD:1"),
    ask="读完以后请想一想：有没有人用公司的名义加过您的微信，或者让您往个人账户转钱？",
)
_TOPIC_OF: Mapping[str, Topic] = {
    "margin_below_warning": Topic(
        key="margin",
        why="您的融资融券维持担保比例为{margin.ratio}，{margin.distance}，弄懂这几条很要紧。",
        texts=("GUIDE-MARGIN:3", "GUIDE-MARGIN:4", "GUIDE-MARGIN:7"),
        ask="读完以后请想一想：比例继续下降时，您用什么来补，最晚什么时候能到？",
    ),
    "frequent_trading": Topic(
        key="fees",
        why="近12个月您成交{portfolio.trades_12m}，每一笔都有费用，先看清费用由哪些部分组成。",
        texts=("GUIDE-TRADING-FEES:5", "GUIDE-TRADING-FEES:1", "GUIDE-TRADING-FEES:2"),
        ask="读完以后请想一想：这些费用加起来是多少，值不值？",
    ),
    "maturing_holding": Topic(
        key="redemption",
        why="您有产品在{maturity.next_on}到期，赎回和到账的规矩值得先弄懂。",
        texts=("GUIDE-REDEMPTION:1", "GUIDE-REDEMPTION:2", "GUIDE-REDEMPTION:4"),
        ask="读完以后请想一想：这笔钱哪一天要用，到账来得及吗？",
    ),
    "assessment_expired": Topic(
        key="assessment",
        why="您的风险测评自{assessment.expires_on}起失效，先看看测评是做什么用的。",
        texts=("GUIDE-ASSESSMENT-EXPIRY:1", "GUIDE-ASSESSMENT-EXPIRY:2", "GUIDE-ASSESSMENT-EXPIRY:3"),
        ask="读完以后请想一想：上次测评以后，哪些情况变了？",
    ),
    "guardian": Topic(
        key="minors",
        why="账户持有人今年{customer.age}，由监护人代理，有几条规矩请监护人先看。",
        texts=("GUIDE-MINORS:2", "GUIDE-MINORS:4", "GUIDE-MINORS:5"),
        ask="读完以后请想一想：这个账户里的买卖，是为孩子，还是为大人？",
    ),
    "recent_complaint": Topic(
        key="complaint",
        why="您在{service.last_complaint_on}提出过投诉，把可以走的路告诉您。",
        texts=("GUIDE-COMPLAINT:1", "GUIDE-COMPLAINT:2", "GUIDE-COMPLAINT:3"),
        ask="读完以后，如果还有材料要补充，请告诉我们。",
    ),
    "concentrated_holding": _GRADES,
    "over_level_holdings": _GRADES,
    "loss_beyond_tolerance": _GRADES,
    "elderly_high_risk": _FRAUD,
}
_SAME_AS = {
    "margin_near_warning": "margin_below_warning",
    "loss_near_tolerance": "loss_beyond_tolerance",
    "assessment_missing": "assessment_expired",
    "assessment_expiring": "assessment_expired",
}
TEXTS = tuple(dict.fromkeys(text for topic in (*_TOPIC_OF.values(), _FRAUD, _GRADES) for text in topic.texts))


def education_piece(material: PlanMaterial) -> PlanText:
    """One or two subjects. Who opted out of profiling gets what concerns everybody."""
    if not material.record.customer.profiling_consent:
        sayings = Sayings((), material.evidence)
        return PlanText(sections=numbered(_sections([_FRAUD], sayings, personal=False)), facts=())
    sayings = sayings_of(material)
    return PlanText(
        sections=numbered(
            (key, title, to_the_reader(told, material)) for key, title, told in _sections(topics_of(material), sayings)
        ),
        briefing=briefing_of(material, sayings),
        facts=sayings.facts,
    )


def topics_of(material: PlanMaterial) -> list[Topic]:
    """What this customer's themes call for, and how to know a swindler where there is room."""
    keys = (_SAME_AS.get(theme.key, theme.key) for theme in material.themes)
    found = {topic.key: topic for key in keys if (topic := _TOPIC_OF.get(key)) is not None}
    rest: list[Topic] = [_FRAUD] if material.person.elderly or not material.held else [_GRADES, _FRAUD]
    return list({topic.key: topic for topic in (*found.values(), *rest)}.values())[:_TOPICS]


_Told = tuple[str, str, list[Statement]]
"""Key, title and statements of a section."""


def _sections(topics: list[Topic], sayings: Sayings, *, personal: bool = True) -> list[_Told]:
    found: list[_Told] = []
    why = [statement for topic in topics if topic.why for statement in sayings.say(topic.why)]
    if why:
        found.append(("why", "为什么给您看这些", why))
    for topic in topics:
        found += [
            (f"{topic.key}_{number}", sayings.heading(text), sayings.quotes(text)[:_SENTENCES])
            for number, text in enumerate(topic.texts, start=1)
        ]
        found.append((f"{topic.key}_ask", "请想一想", plain(topic.ask, StatementKind.COURTESY)))
    return [*found, ("notes", "说明", told_of_the_letter("材料", sayings, personal=personal))]
