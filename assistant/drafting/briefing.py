"""The internal version of a plan: analysis, talking points, questions, objections. For the advisor, never rendered."""

import re
from collections.abc import Iterator, Sequence

from assistant.analysis.figures import FactMaker
from assistant.analysis.model import Attention, Observation
from assistant.drafting.briefing_words import ASK, OBJECTIONS, TALKING_POINTS, Spoken
from assistant.drafting.model import Section, Statement, StatementKind
from assistant.drafting.numbering import numbered
from assistant.drafting.plan_material import PlanMaterial
from assistant.drafting.plan_person import fitting
from assistant.drafting.plan_themes import Theme
from assistant.drafting.sayings import Sayings, literal
from assistant.segments.telling import segment_facts

BRIEFING_PREFIX = "b"
_SEGMENTED = "客户分群规则"
_SENTENCES = 2
_THEMES = 4
_OBSERVED = 8
_BLANK = re.compile(r"【[^】]*】")
_SEVERITIES = list(Attention)


def briefing_of(material: PlanMaterial, sayings: Sayings) -> tuple[Section, ...]:
    """Statements ``b1``, ``b2`` …; spoken words are whole sentences of approved scripts."""
    themes = talking_themes(material)
    return numbered(
        (
            ("analysis", "客户分析", _analysis(material, sayings)),
            ("talking_points", "谈话要点（已批准话术）", _talking_points(themes, sayings)),
            ("questions", "要问的问题", _questions(themes, material, sayings)),
            ("objections", "可能的异议与回应（已批准话术）", _objections(themes, sayings)),
            ("care", "注意", _care(material, sayings)),
        ),
        prefix=BRIEFING_PREFIX,
    )


def talking_themes(material: PlanMaterial) -> tuple[Theme, ...]:
    """The plan's themes, and what only staff should know."""
    urgent = [theme for theme in material.themes if theme.urgent]
    leaving = [one for one in material.observations if one.key in ("large_outflow", "assets_shrinking")]
    quiet = [Theme(key=one.key, observation=one) for one in leaving[:1]]
    rest = [theme for theme in material.themes if not theme.urgent]
    return (*urgent, *quiet, *rest)[:_THEMES]


def _analysis(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    found: list[Statement] = []
    for one in sorted(material.observations, key=_severity)[:_OBSERVED]:
        by = [fact.removeprefix("fact:") for fact in one.facts]
        found += sayings.say(literal(one.text), by=by, basis=one.provisions)
        if one.action:
            found += sayings.say(literal(f"处理：{one.action}"), StatementKind.ACTION, by=by)
    return [*found, *_expected(material, sayings), *_permissions(material, sayings)]


def _severity(observation: Observation) -> int:
    return _SEVERITIES.index(observation.severity)


def _expected(material: PlanMaterial, sayings: Sayings) -> Iterator[Statement]:
    """Which kind of customer, and what a trained model finds most likely, with its reasons."""
    if material.segment is not None:
        figures = segment_facts(material.segment)
        make = FactMaker("segment", material.segment.as_of, figures[0].source if figures else _SEGMENTED)
        kind = make.text("label", "客群", material.segment.label)
        sayings.learn((kind, *figures))
        yield from sayings.say("客群：{segment.label}。", by=tuple(fact.id.removeprefix("fact:") for fact in figures))
    if material.unmarketed or material.complaining:
        return
    for view in material.expected:
        facts = (view.probability, view.base_rate, *(reason.fact for reason in view.reasons if reason.raises))
        sayings.learn(facts)
        by = tuple(fact.id.removeprefix("fact:") for fact in facts)
        yield from sayings.say(literal(view.summary), StatementKind.OPINION, by=by)


def _permissions(material: PlanMaterial, sayings: Sayings) -> Iterator[Statement]:
    """Where the customer stands with what is asked for most."""
    if material.person.lowest_class or not material.person.bold:
        return
    for key, fact in material.by_key.items():
        reached = not any(word in fact.text for word in ("未达到", "原则上不"))
        if key.startswith("permission.") and "尚未开通" in fact.text and reached:
            yield from sayings.say(literal(f"{fact.text}。"), by=(key,))


def _talking_points(themes: Sequence[Theme], sayings: Sayings) -> list[Statement]:
    return [one for theme in themes for spoken in TALKING_POINTS.get(theme.key, ()) for one in _spoken(spoken, sayings)]


def _spoken(spoken: Spoken, sayings: Sayings) -> list[Statement]:
    sentences = sayings.quotes(spoken.script, about=spoken.about)
    return [one for one in sentences if not _BLANK.search(one.text)][:_SENTENCES]


def _questions(themes: Sequence[Theme], material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    found: list[Statement] = []
    for theme in themes:
        if theme.key == "rebalance" and not material.held:
            found += sayings.say(
                "问：{portfolio.cash}是在等机会、等用钱，还是不打算再用这个账户？", StatementKind.ACTION
            )
            continue
        patterns = (theme.about_it(each) for each in fitting(ASK.get(theme.key, ()), material.person))
        found += sayings.first(patterns, StatementKind.ACTION)
    return found


def _objections(themes: Sequence[Theme], sayings: Sayings) -> list[Statement]:
    found: list[Statement] = []
    for theme in themes:
        for objection in OBJECTIONS.get(theme.key, ()):
            answers = _spoken(objection.answer, sayings)
            if answers:
                lead = Statement(id="", kind=StatementKind.COURTESY, text=f"客户可能会说：「{objection.said}」")
                found += [lead, *answers]
    return found


def _care(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    """What not to do with this customer."""
    person = material.person
    warnings: list[tuple[bool, str, str]] = [
        (material.complaining, "投诉的事没有谈清楚之前，不谈任何产品。", "SECLAW:94"),
        (material.unmarketed, "客户不接受营销信息：不推介产品，只办客户自己提出的和必须通知的事。", "PIPL:24"),
        (person.guarded, "只与监护人办理，不直接向账户持有人推介产品。", "SUIT:22"),
        (person.lowest_class, "只谈R1产品；客户坚持要别的，签署警示书也不能办。", "SUIT:22"),
        (not material.assessed, "没有有效的测评：不谈具体产品，不代填、不提示答案。", "SUIT:21"),
        (person.professional, "专业投资者也要充分揭示风险，不作收益承诺。", "SUIT:7"),
        (person.elderly, "先确认对方听清、听懂，不当场促成，建议家人陪同。", "SUIT:20"),
    ]
    return [
        one
        for applies, text, basis in warnings
        if applies
        for one in sayings.say(text, StatementKind.ACTION, by=("customer.risk_level",), basis=(basis,))
    ]
