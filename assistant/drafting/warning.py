"""The special written warning to a customer who insists on a product that does not suit (SUIT:19, 20, 23, 24).

It explains and warns; it holds no reason to buy. The product's own words are told in full.
"""

from collections.abc import Sequence
from datetime import date

from assistant.analysis.figures import FactMaker
from assistant.analysis.model import Dimension, Fact, Match
from assistant.drafting.match_facts import match_facts
from assistant.drafting.model import Evidence, Section, Statement, StatementKind
from assistant.drafting.numbering import numbered
from assistant.drafting.plan_figures import PRE_SALE_LABELS, product_facts
from assistant.drafting.sayings import Sayings, plain, to_the_customer
from knowledge.products.model import Product

RULES = ("SUIT:4", "SUIT:19", "SUIT:20", "SUIT:22", "SUIT:23", "SUIT:24")
"""Provisions that a warning may rest on, beside those of the reasons."""

_SOURCE = "客户坚持购买的申请记录"


def wanted_provisions(match: Match) -> tuple[str, ...]:
    """Short references to look up in force on the day."""
    return tuple(dict.fromkeys((*RULES, *(reason.provision for reason in match.against))))


def warning_of(
    match: Match, product: Product, *, asked_on: date, as_of: date, reflection_hours: int, evidence: Sequence[Evidence]
) -> tuple[tuple[Section, ...], tuple[Fact, ...]]:
    """Sections and facts of the letter."""
    make = FactMaker("insistence", as_of, _SOURCE)
    facts = (
        make.day("asked_on", "客户提出的日期", asked_on),
        make.count("reflection_hours", "考虑期", reflection_hours, "小时"),
        *product_facts(product, as_of=as_of),
        *match_facts([match], as_of=as_of),
    )
    sayings = Sayings(facts, evidence)
    sections = (
        ("wish", "本警示书说的是什么", _wish(match, sayings)),
        ("opinion", "适当性匹配意见", _opinion(match, sayings)),
        ("risks", "风险和必须告知的事项", _risks(match, sayings)),
        ("rights", "考虑时间与您的权利", _rights(sayings)),
    )
    return numbered(sections), facts


def _wish(match: Match, sayings: Sayings) -> list[Statement]:
    name = f"{{product.{match.product_code}.name}}（{match.product_code}，{match.risk_grade}）"
    return [
        *sayings.say(
            f"本警示书所说的产品是{name}，与您不匹配。", by=(f"match.{match.product_code}.verdict",), basis=("SUIT:22",)
        ),
        *sayings.say("您本人在{insistence.asked_on}主动提出了要求，这不是本公司的推介。"),
        *(sayings.quote("SUIT:19") if _too_risky(match) else []),
    ]


def _too_risky(match: Match) -> bool:
    return any(reason.dimension is Dimension.RISK for reason in match.against)


def _opinion(match: Match, sayings: Sayings) -> list[Statement]:
    code, found = match.product_code, []
    for number, reason in enumerate(match.reasons, start=1):
        if not reason.fits:
            told = to_the_customer(reason.text).replace("{", "｛").replace("}", "｝")
            found += sayings.say(told, by=(f"match.{code}.{number}",), basis=(reason.provision,))
    return [
        *sayings.say(f"{{match.{code}.verdict}}。", by=(f"match.{code}.verdict",), basis=("SUIT:22",)),
        *found,
        *sayings.quote("SUIT:4"),
    ]


def _risks(match: Match, sayings: Sayings) -> list[Statement]:
    code = match.product_code
    items = [
        statement
        for field, label in PRE_SALE_LABELS.items()
        for statement in sayings.say(
            f"{{product.{code}.name}}，{label}：{{product.{code}.{field}}}。", StatementKind.DISCLOSURE
        )
    ]
    return [*sayings.quote("SUIT:23"), *items]


def _rights(sayings: Sayings) -> list[Statement]:
    return [
        *sayings.say(
            "我们会先向您追加了解情况，从那时起您至少有{insistence.reflection_hours}考虑时间，其间和之后都可以随时放弃。",
            StatementKind.DISCLOSURE,
            basis=("SUIT:20",),
        ),
        *plain("考虑期过后，须由您本人再次确认，并经公司合规人员复核，才能决定是否办理。"),
        *plain("您的确认不改变上述产品与您不匹配的结论，由此产生的风险由您自行承担。"),
        *sayings.quote("SUIT:24"),
    ]
