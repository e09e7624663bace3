"""Every kind of letter that is asked for a customer: what it wants of the library, and who writes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from assistant.drafting.letter import PlanText
from assistant.drafting.model import DraftKind
from assistant.drafting.plan import plan_of
from assistant.drafting.plan_material import PlanMaterial
from assistant.drafting.report_education import TEXTS as EDUCATION_TEXTS
from assistant.drafting.report_education import education_piece
from assistant.drafting.report_notices import REASSESSMENT_TEXTS, maturity_notice, reassessment_notice
from assistant.drafting.report_portfolio import diagnosis_report, quarterly_report
from assistant.errors import Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One kind."""

    name: str
    """As messages say it: 「季度报告」."""
    write: Callable[[PlanMaterial], PlanText]
    texts: tuple[str, ...] = ()
    """Short references that it quotes, beside those that any plan may rest on."""
    personal: bool = False
    """Rests on what was learned about the person: not for who opted out of profiling."""


LETTERS: Mapping[DraftKind, Letter] = {
    DraftKind.PLAN: Letter(name="一人一策", write=plan_of),
    DraftKind.DIAGNOSIS: Letter(name="持仓诊断报告", write=diagnosis_report, personal=True),
    DraftKind.QUARTERLY: Letter(name="季度服务报告", write=quarterly_report, personal=True),
    DraftKind.MATURITY: Letter(name="到期安排", write=maturity_notice),
    DraftKind.REASSESSMENT: Letter(name="测评提示", write=reassessment_notice, texts=REASSESSMENT_TEXTS),
    DraftKind.EDUCATION: Letter(name="投资者教育", write=education_piece, texts=EDUCATION_TEXTS),
}
"""A kind that is not here cannot be asked for."""


def letter_of(material: PlanMaterial) -> PlanText:
    """The letter in the house's own sentences; ``Invalid`` where this customer has no use for it."""
    letter = LETTERS[material.kind]
    if letter.personal and not material.record.customer.profiling_consent:
        raise Invalid(f"这位客户不接受基于个人特征的推荐，不能出具{letter.name}；到期安排和测评提示不受影响。")
    return letter.write(material)


def wanted_texts(material: PlanMaterial) -> tuple[str, ...]:
    """Short references of what a customer may read, to look up in force on the day."""
    return tuple(dict.fromkeys((*material.wanted_provisions, *LETTERS[material.kind].texts)))
