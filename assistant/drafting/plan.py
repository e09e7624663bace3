"""One person, one strategy (一人一策): the sections of a plan, every sentence resting on facts or provisions."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.analysis.model import Attention, Dimension, Fact, Match, Observation
from assistant.drafting.match_facts import match_facts
from assistant.drafting.model import Section, Statement, StatementKind
from assistant.drafting.next_steps import NEXT_STEPS
from assistant.drafting.plan_material import PRE_SALE_LABELS, PlanMaterial, product_facts, service_facts
from assistant.drafting.sayings import Sayings, plain, to_the_customer
from knowledge.products.model import Variety

__all__ = ["PlanMaterial", "PlanText", "plan_of", "plan_sections"]

_OBSERVED = 5
_GAPS = 2
_SMALL_GAP = Decimal(5)
"""Percentage points below which a difference from the reference is not worth a sentence."""
_SEVERITIES = list(Attention)
_NOT_FOR_CUSTOMERS = frozenset({"assets_shrinking", "birthday", "profiling_opt_out", "dormant", "allocation_gap"})
"""Observations that guide staff, or that the plan tells in its own sentences."""
_WHY = (Dimension.RISK, Dimension.TERM, Dimension.VARIETY_AND_GOAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanText:
    """A plan before it is a draft: what to store beside the sections."""

    sections: tuple[Section, ...]
    facts: tuple[Fact, ...]
    recommended_products: tuple[str, ...]


def plan_of(material: PlanMaterial) -> PlanText:
    """The plan in the house's own sentences. Opted out of profiling: an impersonal one that says so (PIPL:24)."""
    if not material.record.customer.profiling_consent:
        return _impersonal(material)
    sayings = Sayings(material.facts, material.evidence)
    sayings.learn(service_facts(material.observations, as_of=material.as_of))
    sayings.learn(match_facts((*material.offered, *material.nearest), as_of=material.as_of))
    for match in material.offered:
        sayings.learn(product_facts(material.products[match.product_code], as_of=material.as_of))
    sections = [(key, title, write(material, sayings)) for key, title, write in _SECTIONS]
    codes = tuple(match.product_code for match in material.offered)
    return PlanText(sections=numbered(sections), facts=sayings.facts, recommended_products=codes)


def plan_sections(material: PlanMaterial) -> tuple[Section, ...]:
    """The sections alone."""
    return plan_of(material).sections


def numbered(sections: Iterable[tuple[str, str, Sequence[Statement]]]) -> tuple[Section, ...]:
    """Sections with statements ``s1``, ``s2`` … through the whole plan; empty sections and repeated sentences go."""
    found: list[Section] = []
    said: set[str] = set()
    for key, title, statements in sections:
        kept: list[Statement] = []
        for statement in statements:
            if statement.text not in said:
                said.add(statement.text)
                kept.append(statement.model_copy(update={"id": f"s{len(said)}"}))
        if kept:
            found.append(Section(key=key, title=title, statements=tuple(kept)))
    return tuple(found)


def _profile(_material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    return [
        *sayings.say(
            "您今年{customer.age}，职业为{customer.occupation}，开户{customer.tenure}，属于{customer.status}。"
        ),
        *sayings.say(
            "您的总资产为{portfolio.total_assets}，其中可用资金{portfolio.cash}，占{portfolio.cash_share}，"
            "持有{portfolio.holdings_count}产品或者证券。"
        ),
        *sayings.say("近12个月您成交{portfolio.trades_12m}，成交金额{portfolio.traded_12m}。"),
        *sayings.say("在需要另行申请的交易权限中，您已经开通：{customer.permissions}。"),
        *sayings.say(
            "您的融资融券维持担保比例为{margin.ratio}，{margin.distance}，负债{margin.debt}"
            "（{margin.measured_on}系统数据）。"
        ),
    ]


def _goals(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    opinion = StatementKind.OPINION
    wanted = material.record.customer.assessment.goals if material.record.customer.assessment else frozenset()
    emphasis = next((text for goal, text in _EMPHASIS.items() if goal in wanted), None)
    return [
        *sayings.say("您在风险测评中选择的投资期限为{assessment.horizon}，投资目标为{assessment.goals}。"),
        *sayings.say("您愿意投资的品种为{assessment.varieties}，可以承受的亏损幅度为{assessment.max_loss}。"),
        *(sayings.say(emphasis, opinion, by=("assessment.goals", "assessment.horizon")) if emphasis else ()),
        *plain("以上目标如有变化，请告诉我们，方案会重新制作。"),
    ]


_EMPHASIS = {
    "liquidity": "因此方案先保证随时要用的钱取得出来，再考虑其余资金的安排。",
    "preservation": "因此方案以控制波动为先，不以收益高低取舍。",
    "income": "因此方案看重稳定性和费用，兼顾到期安排。",
    "aggressive_growth": "因此方案允许较大的波动，但单一品种和单一行业的占比要有限度。",
    "growth": "因此方案在可以承受的亏损之内兼顾增值，并分散到不同品种。",
}
"""Goal → what follows for the plan; the most cautious goal decides."""


def _suitability(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    if not material.assessed:
        return [
            *sayings.say("您的风险承受能力等级：{customer.risk_level}。"),
            *sayings.say(
                "您的风险测评自{assessment.expires_on}起失效，已经{assessment.days_expired}，"
                "重新测评之前我们不能给出产品级建议。",
                basis=("SUIT:21",),
            ),
            *sayings.quote("SUIT:33"),
            *_observed(material, sayings, "assessment", "customer", "permission"),
        ]
    return [
        *sayings.say(
            "您的风险承受能力等级为{customer.risk_level}，可以匹配的产品风险等级为{customer.suitable_grades}。",
            basis=("SUIT:18",),
        ),
        *sayings.say("您的风险测评在{assessment.expires_on}之前有效，还有{assessment.days_left}。", basis=("SUIT:13",)),
        *sayings.say("按规定您属于{customer.lowest_class}，只能购买R1产品，签署警示书也不例外。", basis=("SUIT:22",)),
        *sayings.quote("SUIT:18"),
        *_observed(material, sayings, "assessment", "customer", "permission"),
    ]


def _portfolio(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    observed = {observation.key for observation in material.observations}
    return [
        *_allocation(sayings),
        *(
            sayings.say("第一大持仓为{portfolio.top_holding}，占总资产{portfolio.top_holding_share}。")
            if "concentrated_holding" not in observed
            else ()
        ),
        *sayings.say("按持仓成本{portfolio.cost}计算，您目前{portfolio.unrealised}。"),
        *sayings.say("组合的整体风险等级为{portfolio.risk_grade}。", basis=("SUIT:16",)),
        *_gaps(sayings),
        *_observed(material, sayings, "portfolio", "holding", "margin"),
    ]


def _allocation(sayings: Sayings) -> list[Statement]:
    held = [variety for variety in Variety if sayings.fact(f"portfolio.share.{variety.value}") is not None]
    parts = "、".join(f"{variety.label}占{{portfolio.share.{variety.value}}}" for variety in held)
    return sayings.say(f"按大类看，{parts}。") if held else []


def _gaps(sayings: Sayings) -> list[Statement]:
    """The largest differences from the firm's reference allocation."""
    found: list[Statement] = []
    for variety in _by_gap(sayings)[:_GAPS]:
        key = variety.value
        found += sayings.say(
            f"与公司同等级客户的参考占比{{portfolio.reference.{key}}}相比，"
            f"您的{variety.label}占比{{portfolio.gap.{key}}}。"
        )
    return found


def _by_gap(sayings: Sayings) -> list[Variety]:
    """Varieties that differ noticeably, the largest difference first; the lowest class has no reference to follow."""
    if sayings.fact("customer.lowest_class") is not None:
        return []
    gaps = {variety: sayings.fact(f"portfolio.gap.{variety.value}") for variety in Variety}
    sizes = {variety: abs(Decimal(str(fact.value))) for variety, fact in gaps.items() if fact is not None}
    return sorted((one for one, size in sizes.items() if size >= _SMALL_GAP), key=lambda one: -sizes[one])


def _actions(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    if not material.assessed:
        return [
            *sayings.say(
                "请您本人按真实情况重新完成风险测评，任何人不得代填或者提示答案。",
                StatementKind.ACTION,
                by=("customer.risk_level",),
                basis=("SUIT:21",),
            ),
            *_next_steps(material, sayings),
            *plain("测评完成以后，我们按新的结果为您重新制作方案。"),
        ]
    return [
        *_rebalancing(material, sayings),
        *_next_steps(material, sayings),
        *plain("以上建议供您参考，可以分步进行，也可以不调整，由您自主决定。"),
    ]


def _rebalancing(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    """Towards the firm's reference, only within what the customer accepts."""
    assessment = material.record.customer.assessment
    found: list[Statement] = []
    for variety in _by_gap(sayings)[:_GAPS]:
        key = variety.value
        fact = sayings.fact(f"portfolio.gap.{key}")
        over = fact is not None and Decimal(str(fact.value)) > 0
        accepted = assessment is not None and variety.value in assessment.varieties
        if over:
            held = f"{variety.label}占比{{portfolio.share.{key}}}"
            pattern = f"{held}，可以考虑分批降低，向参考占比{{portfolio.reference.{key}}}靠近。"
        elif accepted:
            held = f"{variety.label}占比{{portfolio.gap.{key}}}"
            pattern = f"{held}，有闲置资金时可以考虑逐步补到参考占比{{portfolio.reference.{key}}}。"
        else:
            continue
        found += sayings.say(pattern, StatementKind.OPINION, by=(f"portfolio.gap.{key}",))
    return found


def _next_steps(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    found: list[Statement] = []
    for observation in _ordered(material.observations):
        told = NEXT_STEPS.get(observation.key)
        if told is not None:
            found += sayings.say(told, StatementKind.ACTION, by=_keys(observation), basis=observation.provisions)
    return found[:_OBSERVED]


def _products(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    if not material.assessed:
        return [
            *sayings.say(
                "目前没有有效的风险测评结果，本方案不提出任何产品。", by=("customer.risk_level",), basis=("SUIT:18",)
            )
        ]
    if material.complaining:
        return plain("您的投诉处理完以前，本方案不提出任何产品。")
    found: list[Statement] = []
    for match in material.offered:
        found += _offer(material, sayings, match)
    if not material.offered:
        found += sayings.say(
            "在可匹配的{customer.suitable_grades}产品中，目前没有与您的期限、品种和目标都匹配的产品，本方案不提出产品。"
        )
    for match in material.nearest:
        found += _boundary(match, sayings)
    return found


def _offer(material: PlanMaterial, sayings: Sayings, match: Match) -> list[Statement]:
    code, document = match.product_code, material.products[match.product_code].document_id
    chosen = [
        number for number, reason in enumerate(match.reasons, start=1) if reason.dimension in _WHY and reason.fits
    ]
    why = "；".join(to_the_customer(_fact_text(sayings, f"match.{code}.{number}")) for number in chosen)
    by = [f"match.{code}.{number}" for number in chosen]
    care = [
        number for number, reason in enumerate(match.reasons, start=1) if reason.dimension is Dimension.SPECIAL_CARE
    ]
    basis = [match.reasons[number - 1].provision for number in chosen]
    return [
        *sayings.say(f"{{match.{code}.verdict}}，可以作为备选。", by=(f"match.{code}.verdict",)),
        *sayings.say(f"{{product.{code}.name}}与您匹配的理由：{_literal(why)}。", by=by, basis=dict.fromkeys(basis)),
        *sayings.quote(f"{document}:1", kind=StatementKind.FACT),
        *sayings.quote(f"{document}:4", kind=StatementKind.FACT),
        *[
            statement
            for number in care
            for statement in sayings.say(
                _literal(to_the_customer(match.reasons[number - 1].text)),
                by=(f"match.{code}.{number}",),
                basis=(match.reasons[number - 1].provision,),
            )
        ],
    ]


def _boundary(match: Match, sayings: Sayings) -> list[Statement]:
    code = match.product_code
    against = [number for number, reason in enumerate(match.reasons, start=1) if not reason.fits]
    why = "；".join(to_the_customer(_fact_text(sayings, f"match.{code}.{number}")) for number in against)
    return sayings.say(
        _literal(f"{match.product_name}（{code}，{match.risk_grade}）与您不匹配，不在本方案之内：{why}。"),
        by=(f"match.{code}.verdict", *(f"match.{code}.{number}" for number in against)),
        basis=dict.fromkeys(match.reasons[number - 1].provision for number in against),
    )


def _service(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    return [
        *sayings.say(
            "您的投资顾问最迟在{plan.next_contact_on}通过{customer.preferred_channel}与您联系，说明本方案并听取您的意见。",
            StatementKind.ACTION,
        ),
        *sayings.say("距上一次人工联系已经{service.days_since_contact}。"),
        *_observed(material, sayings, "service"),
        *sayings.say("本方案在{plan.review_on}复核；资料、测评或者规则有变化时提前复核。", StatementKind.ACTION),
        *sayings.quote("ADVISOR:21"),
    ]


def _pre_sale(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    if not material.offered:
        return sayings.quote("ADVISOR:19")
    found = [*sayings.quote("SUIT:23")]
    for match in material.offered:
        code = match.product_code
        for field, label in PRE_SALE_LABELS.items():
            found += sayings.say(
                f"{{product.{code}.name}}，{label}：{{product.{code}.{field}}}。", StatementKind.DISCLOSURE
            )
        found += sayings.say(
            f"{{product.{code}.name}}，适当性匹配意见：{{match.{code}.verdict}}。", StatementKind.DISCLOSURE
        )
    return [*found, *sayings.quote("SUIT:4", about="判断|保证|匹配"), *sayings.quote("FUNDAD:6", about="过往业绩")]


def _notes(_material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    return [
        *plain(
            "本方案由系统根据您在本公司的资料和当日有效的规则起草，数字均由系统计算，发送前经投资顾问复核和合规审核。"
        ),
        *plain("您可以要求我们说明方案的依据，也可以关闭个性化服务或者要求人工服务，不影响您的账户和交易。"),
        *sayings.quote("PIPL:24"),
    ]


_SECTIONS: tuple[tuple[str, str, Callable[[PlanMaterial, Sayings], list[Statement]]], ...] = (
    ("profile", "客户概况", _profile),
    ("goals", "目标与需求", _goals),
    ("suitability", "适当性结论", _suitability),
    ("portfolio", "持仓诊断", _portfolio),
    ("actions", "配置与行动建议", _actions),
    ("products", "匹配产品", _products),
    ("service", "服务安排", _service),
    ("pre_sale", "风险揭示与售前告知", _pre_sale),
    ("notes", "说明", _notes),
)


def _impersonal(material: PlanMaterial) -> PlanText:
    """For a customer who opted out: nothing that was learned about the person is used or shown."""
    opted_out = [fact for fact in material.facts if fact.id == "fact:customer.profiling"]
    sayings = Sayings(opted_out, material.evidence)
    sections = (
        (
            "notes",
            "说明",
            [
                *sayings.say(
                    "您{customer.profiling}，因此本方案只有通用内容，没有使用您的个人特征。", basis=("PIPL:24",)
                ),
                *plain("您可以随时重新开启个性化服务，开启以后我们再为您制作专属方案。"),
            ],
        ),
        (
            "suitability",
            "适当性须知",
            [*sayings.quote("SUIT:13"), *sayings.quote("SUIT:18"), *sayings.quote("SUIT:22"), *sayings.quote("SUIT:4")],
        ),
        (
            "service",
            "服务安排",
            [
                *plain("请留意风险测评的有效期，到期前由您本人按真实情况重新测评。", StatementKind.ACTION),
                *plain(
                    "需要产品说明、费用说明或者账户服务时，可以在手机App中咨询或者要求人工服务。", StatementKind.ACTION
                ),
                *sayings.quote("ADVISOR:21"),
            ],
        ),
        ("pre_sale", "风险揭示", [*sayings.quote("ADVISOR:19"), *sayings.quote("FUNDAD:6", about="过往业绩")]),
    )
    return PlanText(sections=numbered(sections), facts=tuple(opted_out), recommended_products=())


def _observed(material: PlanMaterial, sayings: Sayings, *subjects: str) -> list[Statement]:
    """Observations whose first fact is about one of ``subjects``, the most pressing first."""
    chosen = [
        one
        for one in _ordered(material.observations)
        if _subject(one) in subjects and one.key not in _NOT_FOR_CUSTOMERS
    ]
    found: list[Statement] = []
    for one in chosen[:_OBSERVED]:
        found += sayings.say(_literal(to_the_customer(one.text)), by=_keys(one), basis=one.provisions)
    return found


def _ordered(observations: Iterable[Observation]) -> list[Observation]:
    return sorted(observations, key=lambda one: _SEVERITIES.index(one.severity))


def _subject(observation: Observation) -> str:
    return observation.facts[0].removeprefix("fact:").split(".")[0] if observation.facts else "service"


def _keys(observation: Observation) -> list[str]:
    return [fact_id.removeprefix("fact:") for fact_id in observation.facts]


def _fact_text(sayings: Sayings, key: str) -> str:
    fact = sayings.fact(key)
    return fact.text.rstrip("。") if fact is not None else ""


def _literal(text: str) -> str:
    """Text without slots in it."""
    return text.replace("{", "｛").replace("}", "｝")
