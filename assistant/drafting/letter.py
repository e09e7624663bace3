"""A letter before it is a draft, and what every kind of letter is made with."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from assistant.analysis.charts import Chart
from assistant.analysis.model import Fact
from assistant.drafting.match_facts import match_facts
from assistant.drafting.model import Section, Statement, StatementKind
from assistant.drafting.numbering import numbered
from assistant.drafting.plan_figures import (
    band_facts,
    income_facts,
    loss_facts,
    moment_facts,
    product_facts,
    service_facts,
    swing_facts,
)
from assistant.drafting.plan_material import PlanMaterial
from assistant.drafting.sayings import Sayings

Write = Callable[[PlanMaterial, Sayings], list[Statement]]
SectionOf = tuple[str, str, Write]
"""Key, title and writer of a section."""
_THE_ACCOUNT_S = re.compile(r"您(?=的总资产|的持仓|目前|没有买卖|转入|转出|持有|成交|在测评)")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanText:
    """What a letter says, and what to store beside it."""

    sections: tuple[Section, ...]
    facts: tuple[Fact, ...]
    briefing: tuple[Section, ...] = ()
    recommended_products: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()


def sayings_of(material: PlanMaterial) -> Sayings:
    """The portrait's facts, and those that a letter computes from them."""
    known, day = material.by_key, material.as_of
    sayings = Sayings(material.facts, (*material.evidence, *material.scripts))
    sayings.learn(service_facts(material.observations, as_of=day))
    sayings.learn(moment_facts(known, material.held, as_of=day))
    sayings.learn(income_facts(known, as_of=day))
    sayings.learn(loss_facts(known, as_of=day))
    sayings.learn(swing_facts(material.held, as_of=day))
    sayings.learn(band_facts(material.bands, as_of=day))
    sayings.learn(match_facts((*material.offered, *material.nearest), as_of=day))
    for match in material.offered:
        sayings.learn(product_facts(material.products[match.product_code], as_of=day))
    return sayings


def written(sections: Iterable[SectionOf], material: PlanMaterial, sayings: Sayings) -> tuple[Section, ...]:
    """The sections that have something to say, their statements numbered through."""
    return numbered((key, title, to_the_reader(write(material, sayings), material)) for key, title, write in sections)


def to_the_reader(statements: list[Statement], material: PlanMaterial) -> list[Statement]:
    """Where a guardian reads, what is held and moved is the account's and not 您的."""
    if not material.person.guarded:
        return statements
    return [one.model_copy(update={"text": _THE_ACCOUNT_S.sub("账户", one.text)}) for one in statements]


def told_of_the_letter(name: str, sayings: Sayings, *, personal: bool = True) -> list[Statement]:
    """What the letter is and what the customer may ask for; ``name``: 「方案」, 「报告」."""
    made_of = "您在本公司的资料和" if personal else ""
    text = (
        f"本{name}由系统根据{made_of}当日有效的规则起草，发送前经投资顾问复核和合规审核；"
        "您可以要求说明依据、关闭个性化服务或者要求人工服务，不影响账户和交易。"
    )
    return sayings.say(text, StatementKind.DISCLOSURE, basis=("PIPL:24",))
