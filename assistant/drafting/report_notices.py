"""Notices with a date: what matures and the choices then; the risk assessment that runs out, has, or was never done."""

from collections.abc import Iterable, Sequence

from assistant.analysis.model import Fact
from assistant.drafting.briefing import briefing_of
from assistant.drafting.letter import PlanText, SectionOf, sayings_of, told_of_the_letter, written
from assistant.drafting.model import Statement, StatementKind
from assistant.drafting.plan_figures import Held
from assistant.drafting.plan_material import MATURING_DAYS, PlanMaterial
from assistant.drafting.plan_person import Choices, anybody, fitting
from assistant.drafting.plan_products import pre_sale, products
from assistant.drafting.plan_profile import suitability
from assistant.drafting.plan_service import contact
from assistant.drafting.sayings import Sayings
from assistant.errors import Invalid

REASSESS_DAYS = 90
REASSESSMENT_TEXTS = ("GUIDE-ASSESSMENT-EXPIRY:2", "GUIDE-ASSESSMENT-EXPIRY:3", "GUIDE-ASSESSMENT-EXPIRY:4")


def maturity_notice(material: PlanMaterial) -> PlanText:
    """What matures within 90 days, and the choices. ``Invalid`` where nothing does.

    A legal duty: who opted out of profiling gets it without products, needs or anything else that was learned.
    """
    due = _due(material)
    if not due:
        raise Invalid(f"这位客户{MATURING_DAYS}天内没有到期的持仓，不需要到期安排。")
    sayings = sayings_of(material)
    personal = material.record.customer.profiling_consent
    return PlanText(
        sections=written(_MATURITY if personal else _MATURITY_BARE, material, sayings),
        briefing=briefing_of(material, sayings) if personal else (),
        facts=sayings.facts if personal else _about(sayings.facts, due),
        recommended_products=tuple(match.product_code for match in material.offered) if personal else (),
    )


def reassessment_notice(material: PlanMaterial) -> PlanText:
    """The assessment's state, what follows, and how it is renewed. ``Invalid`` where it counts for long yet.

    A legal duty: who opted out of profiling gets it too, without anything else that was learned.
    """
    left = material.by_key.get("assessment.days_left")
    if left is not None and isinstance(left.value, int) and left.value > REASSESS_DAYS:
        raise Invalid(f"这位客户的风险测评还有{left.value}天有效，不需要测评提示。")
    if material.person.professional or material.person.guarded:
        raise Invalid("这位客户不以风险测评等级匹配产品，不需要测评提示。")
    sayings = sayings_of(material)
    personal = material.record.customer.profiling_consent
    return PlanText(
        sections=written(_REASSESSMENT if personal else _REASSESSMENT_BARE, material, sayings),
        briefing=briefing_of(material, sayings) if personal else (),
        facts=sayings.facts if personal else _known(sayings.facts, ("assessment.", "customer.risk_level")),
    )


def _due(material: PlanMaterial) -> tuple[Held, ...]:
    """What matures soon, the next first."""
    due = (one for one in material.held if one.key in material.due)
    return tuple(sorted(due, key=lambda one: (str(one.matures_on), one.key)))


def _about(facts: Sequence[Fact], due: Iterable[Held]) -> tuple[Fact, ...]:
    return _known(facts, tuple(f"{one.key}." for one in due))


def _known(facts: Sequence[Fact], prefixes: tuple[str, ...]) -> tuple[Fact, ...]:
    return tuple(fact for fact in facts if fact.id.removeprefix("fact:").startswith(prefixes))


def _dates(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    found: list[Statement] = []
    for one in _due(material):
        days = sayings.fact(f"{one.key}.days_to_maturity")
        ahead = f"将于{{{one.key}.matures_on}}到期，还有{{{one.key}.days_to_maturity}}"
        when = f"今天（{{{one.key}.matures_on}}）到期" if days is not None and days.value == 0 else ahead
        found += sayings.say(
            f"{{{one.key}.name}}{when}，今天的市值为{{{one.key}.market_value}}，{{{one.key}.unrealised}}；到账金额和时间以合同为准。"
        )
    return found


_CHOICES: Choices = (
    (
        lambda one: one.retired,
        "留在可用资金里：随时能取，适合日常和看病的开支；不足之处是收益低，长期放着会被物价慢慢抵掉。",
    ),
    (lambda one: one.short, "留在可用资金里：随时能取，合您的用钱时间；不足之处是收益低。"),
    (anybody, "留在可用资金里：随时能取，适合近期要用的钱；不足之处是长期放着收益低。"),
)
_AGAIN: Choices = (
    (
        lambda one: not one.assessed and not one.professional,
        "再作安排：要先有有效的风险测评，测评完成以前我们不给出产品级建议。",
    ),
    (lambda one: one.lowest_class, "再作安排：只能在R1产品里挑，先看什么时候能取回、费用多少、可能亏多少。"),
    (lambda one: one.short, "再作安排：您的用钱时间不远，先看能不能按时取回，再看费用和可能的亏损。"),
    (
        lambda one: one.long,
        "再作安排：长期不用的部分可以看期限长一些的，先看中途要用钱时怎么退出、费用多少、可能亏多少。",
    ),
    (anybody, "再作安排：先看期限、费用和可能的亏损，再看和已有的资产是不是重复。"),
)


def _choices(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    by = tuple(f"{one.key}.matures_on" for one in _due(material))
    return [
        *sayings.first(fitting(_CHOICES, material.person), StatementKind.OPINION, by=by),
        *sayings.first(fitting(_AGAIN, material.person), StatementKind.OPINION, by=by, basis=("SUIT:18",)),
        *_transfer(sayings, by),
    ]


def _bare_choices(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    return _transfer(sayings, tuple(f"{one.key}.matures_on" for one in _due(material)))


def _transfer(sayings: Sayings, by: tuple[str, ...]) -> list[Statement]:
    return sayings.say(
        "转回银行：按银证转账办理；不作任何选择的，到期资金按合同回到账户，我们不会替您续买。",
        StatementKind.ACTION,
        by=by,
    )


def _ask(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    due = _due(material)
    return [
        *sayings.say(
            f"请在{{{due[0].key}.matures_on}}以前告诉我们：这笔钱什么时候要用，能不能再放一段时间？",
            StatementKind.ACTION,
        ),
        *contact(material, sayings),
    ]


def _letter_notes(_material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    return told_of_the_letter("通知", sayings)


_MATURITY: tuple[SectionOf, ...] = (
    ("due", "什么时候到期", _dates),
    ("choices", "到期以后可以怎么办", _choices),
    ("suitability", "适当性结论", suitability),
    ("products", "匹配产品", products),
    ("ask", "请您告诉我们", _ask),
    ("pre_sale", "售前告知", pre_sale),
    ("notes", "说明", _letter_notes),
)
_MATURITY_BARE: tuple[SectionOf, ...] = (
    ("due", "什么时候到期", _dates),
    ("choices", "到期以后", _bare_choices),
    ("notes", "说明", _letter_notes),
)


_STATES = (
    "您的等级为{customer.risk_level}，测评将于{assessment.expires_on}失效，还有{assessment.days_left}。",
    "您的风险承受能力等级{customer.risk_level}：从{assessment.expires_on}算起，至今{assessment.days_expired}。",
    "您的风险承受能力等级{customer.risk_level}。",
)


_EXPIRES_TODAY = "您的风险承受能力等级{customer.risk_level}，今天（{assessment.expires_on}）是失效日。"


def _state(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    expired = material.by_key.get("assessment.days_expired")
    today = expired is not None and expired.value == 0
    return sayings.first((_EXPIRES_TODAY,) if today else _STATES, basis=("SUIT:13",))


def _effect(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    left = "assessment.days_left" in material.by_key
    when = (
        "测评失效以后" if left else "测评失效期间" if "assessment.days_expired" in material.by_key else "测评完成以前"
    )
    return [
        *sayings.say(
            f"{when}，我们不能给您产品级建议，也不出具匹配意见。",
            StatementKind.DISCLOSURE,
            basis=("GUIDE-ASSESSMENT-EXPIRY:2", "SUIT:21"),
        ),
        *sayings.say(
            "查询资产、卖出持仓、银证转账和账户业务都照常办理，不受影响。",
            StatementKind.DISCLOSURE,
            basis=("GUIDE-ASSESSMENT-EXPIRY:2",),
        ),
    ]


def _how(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    again = "assessment.expires_on" in material.by_key
    which = "新的等级如果比原来低，超出的持仓" if again else "测评出来的等级如果低于现有持仓的等级，这些持仓"
    return [
        *sayings.say(
            "请您本人在手机App或者营业部按真实情况填写，提交后马上知道新的等级，任何人不得代填。",
            StatementKind.ACTION,
            basis=("GUIDE-ASSESSMENT-EXPIRY:3",),
        ),
        *sayings.say(
            f"{which}您可以继续留着，也可以自己卖出，我们不强制。",
            StatementKind.DISCLOSURE,
            basis=("GUIDE-ASSESSMENT-EXPIRY:4",),
        ),
    ]


_THINK: Choices = (
    (lambda one: one.retired, "填写以前，请先想一想：今后几年的养老、看病大约要用多少，这笔钱里有多少不能亏？"),
    (lambda one: one.young, "填写以前，请先想一想：近几年有没有购房、结婚的打算，每月能结余多少？"),
    (anybody, "填写以前，请先想一想：家里近几年有没有大额支出，收入稳不稳定，能承受多少亏损？"),
)


def _why(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    """What has changed in the portfolio since, and what to think of before."""
    return [
        *sayings.say("您目前的总资产为{portfolio.total_assets}，其中可用资金占{portfolio.cash_share}。"),
        *(sayings.say(_bearable(material)) if material.held else ()),
        *sayings.say(
            "上一次测评您选择的期限为{assessment.horizon}、目标是{assessment.goals}，请看看现在是否还是这样。"
        ),
        *sayings.first(fitting(_THINK, material.person), StatementKind.ACTION, by=("customer.age",)),
    ]


def _bearable(material: PlanMaterial) -> str:
    limit = material.by_key.get("assessment.max_loss")
    said = "最多能承受{assessment.max_loss}的亏损" if limit is None or limit.value else "不愿承受任何亏损"
    return f"持仓合计{{portfolio.unrealised}}，测评时您说{said}。"


def _reach(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    return [
        *contact(material, sayings),
        *sayings.say(
            "看不懂的题目我们解释意思，答案由您本人选，我们不会教您怎样选等级更高。",
            StatementKind.ACTION,
            basis=("GUIDE-ASSESSMENT-EXPIRY:3",),
        ),
    ]


_REASSESSMENT: tuple[SectionOf, ...] = (
    ("state", "您的测评", _state),
    ("effect", "对您有什么影响", _effect),
    ("why", "为什么要按现在的情况填", _why),
    ("how", "怎样重新测评", _how),
    ("reach", "有问题找谁", _reach),
    ("notes", "说明", _letter_notes),
)
_REASSESSMENT_BARE: tuple[SectionOf, ...] = (
    ("state", "您的测评", _state),
    ("effect", "对您有什么影响", _effect),
    ("how", "怎样重新测评", _how),
    ("notes", "说明", _letter_notes),
)
