"""One person, one strategy (一人一策): the sections of a plan, every sentence resting on facts or provisions."""

from collections.abc import Iterable, Iterator

from assistant.analysis.charts import Chart, allocation_chart
from assistant.drafting.briefing import briefing_of
from assistant.drafting.letter import PlanText, SectionOf, sayings_of, told_of_the_letter, written
from assistant.drafting.model import Statement, StatementKind
from assistant.drafting.numbering import numbered
from assistant.drafting.plan_material import PlanMaterial
from assistant.drafting.plan_portfolio import diagnosis, strategy
from assistant.drafting.plan_products import pre_sale, products
from assistant.drafting.plan_profile import goals, situation, suitability
from assistant.drafting.plan_service import service
from assistant.drafting.sayings import Sayings, plain

__all__ = ["PlanMaterial", "PlanText", "plan_of"]


def plan_of(material: PlanMaterial) -> PlanText:
    """The plan in the house's own sentences. Opted out of profiling: an impersonal one that says so (PIPL:24)."""
    if not material.record.customer.profiling_consent:
        return impersonal(material)
    sayings = sayings_of(material)
    return PlanText(
        sections=written(_sections(material), material, sayings),
        briefing=briefing_of(material, sayings),
        facts=sayings.facts,
        recommended_products=tuple(match.product_code for match in material.offered),
        charts=tuple(_charts(material)),
    )


def _notes(_material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    return told_of_the_letter("方案", sayings)


def _charts(material: PlanMaterial) -> Iterable[Chart]:
    chart = allocation_chart(material.spread, section="diagnosis") if material.held else None
    return () if chart is None else (chart,)


_SECTIONS: tuple[SectionOf, ...] = (
    ("situation", "您的情况", situation),
    ("goals", "目标与需求", goals),
    ("suitability", "适当性结论", suitability),
    ("diagnosis", "持仓诊断", diagnosis),
    ("strategy", "策略与步骤", strategy),
    ("products", "匹配产品", products),
    ("service", "服务安排", service),
    ("pre_sale", "售前告知", pre_sale),
    ("notes", "说明", _notes),
)


def _sections(material: PlanMaterial) -> Iterator[SectionOf]:
    """Of a ward, the first tells the ward's situation and not the reader's."""
    first, *rest = _SECTIONS
    yield ("situation", "账户持有人的情况", situation) if material.person.guarded else first
    yield from rest


def impersonal(material: PlanMaterial) -> PlanText:
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
            [*sayings.quote("SUIT:13"), *sayings.quote("SUIT:18"), *sayings.quote("SUIT:22")],
        ),
        (
            "service",
            "服务安排",
            [
                *plain("请留意风险测评的有效期，到期前由您本人按真实情况重新测评。", StatementKind.ACTION),
                *plain(
                    "需要产品说明、费用说明或者账户服务时，可以在手机App中咨询或者要求人工服务。", StatementKind.ACTION
                ),
            ],
        ),
    )
    return PlanText(sections=numbered(sections), facts=tuple(opted_out))
