"""Who the customer is, what is wanted, and what may be offered at all: the first three sections of a plan."""

from collections.abc import Iterator
from decimal import Decimal

from assistant.analysis.model import Fact
from assistant.drafting.model import Statement, StatementKind
from assistant.drafting.plan_material import PlanMaterial
from assistant.drafting.plan_person import Choices, anybody, fitting
from assistant.drafting.plan_telling import told
from assistant.drafting.plan_themes import Theme
from assistant.drafting.plan_words import GOALS, HEADLINES, QUESTIONS
from assistant.drafting.sayings import Sayings

_FOCUS = 4
_ASKED = 2
_LEADS = ("有一件事只有您清楚，请在联系时告诉我们：", "也请您想一想：")
_MOSTLY_CASH = Decimal(50)
_HARDLY_CASH = Decimal(5)
_BUSY_TRADES = 12
_MUCH_OF_IT = 5
"""A fifth of all assets is much to come or go in a year."""
_MOSTLY = 3
"""So many times more than the other way is one way."""

_WHO: Choices = (
    (lambda one: one.minor, "账户持有人今年{customer.age}，{customer.capacity}，开户{customer.tenure}。"),
    (lambda one: one.guarded, "账户持有人今年{customer.age}，{customer.capacity}，开户{customer.tenure}。"),
    (
        lambda one: one.professional,
        "您今年{customer.age}，职业为{customer.occupation}，已认定为{customer.status}，开户{customer.tenure}。",
    ),
    (lambda one: one.elderly, "您今年{customer.age}，开户{customer.tenure}；我们会放慢节奏，每一步都讲清楚再办。"),
    (anybody, "您今年{customer.age}，职业为{customer.occupation}，开户{customer.tenure}。"),
)


_RETIRED = "退休"
_EARNING = "总资产约为您年收入的{strategy.income_share}，工作收入仍是主要的积累来源，投入可以跟着收入的节奏走。"


def situation(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    """Who and how much, and what this plan is about."""
    return [
        *sayings.first(_who(material)),
        *_told(material, sayings, "recent_complaint"),
        *wealth(material, sayings),
        *sayings.say(
            "总资产约为您年收入的{strategy.income_multiple}，投资结果对您的生活影响不小，每一步都先看可能亏多少。",
            StatementKind.OPINION,
        ),
        *(sayings.say(_EARNING, StatementKind.OPINION) if material.person.earning else ()),
        *sayings.first(_trading(material)),
        *_extras(material, sayings),
        *focus(material, sayings),
    ]


def _who(material: PlanMaterial) -> Iterator[str]:
    person = material.person
    if material.record.customer.occupation == _RETIRED and not (
        person.guarded or person.professional or person.elderly
    ):
        yield "您今年{customer.age}，已经{customer.occupation}，开户{customer.tenure}。"
    yield from fitting(_WHO, person)


def wealth(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    """How much there is, and in what."""
    return sayings.first(_money(material))


def _money(material: PlanMaterial) -> Iterator[str]:
    share = _value(material.by_key.get("portfolio.cash_share"))
    if not material.held:
        yield "您的总资产为{portfolio.total_assets}，目前没有持仓，全部是可用资金。"
    elif share >= _MOSTLY_CASH:
        yield (
            "您的总资产为{portfolio.total_assets}，其中可用资金{portfolio.cash}，占{portfolio.cash_share}，比持仓还多；"
            "持仓共{portfolio.holdings_count}。"
        )
    elif share < _HARDLY_CASH:
        yield (
            "您的总资产为{portfolio.total_assets}，绝大部分在{portfolio.holdings_count}持仓里，"
            "可用资金为{portfolio.cash}。"
        )
    yield (
        "您的总资产为{portfolio.total_assets}，分布在{portfolio.holdings_count}持仓和{portfolio.cash}可用资金"
        "（占{portfolio.cash_share}）里。"
    )


def _trading(material: PlanMaterial) -> Iterator[str]:
    trades = _value(material.by_key.get("portfolio.trades_12m"))
    if any(theme.key == "frequent_trading" for theme in material.themes):
        return
    if trades >= _BUSY_TRADES:
        yield ("近12个月您成交{portfolio.trades_12m}，合计{portfolio.traded_12m}，换手率为{portfolio.turnover_12m}。")
    elif not trades and material.held:
        yield "近12个月您没有买卖（成交{portfolio.trades_12m}），账户大体保持原样。"


def _extras(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    """What only some customers have."""
    found: list[Statement] = []
    found += sayings.first(_change(material))
    if material.record.customer.permissions:
        found += sayings.say("您已经开通{customer.permissions}的交易权限。")
    if not any(theme.key.startswith("margin") for theme in material.themes):
        found += sayings.say(
            "融资融券维持担保比例为{margin.ratio}，{margin.distance}，负债{margin.debt}（{margin.measured_on}系统数据）。"
        )
    return found


def _change(material: PlanMaterial) -> Iterator[str]:
    """What was paid in or taken out, where it is much of the whole."""
    total = _value(material.by_key.get("portfolio.total_assets"))
    came, went = (_value(material.by_key.get(f"flow.{way}_12m")) for way in ("in", "out"))
    if max(came, went) * _MUCH_OF_IT < total:
        return
    if material.person.guarded:
        yield "近12个月转入{flow.in_12m}、转出{flow.out_12m}，这些钱以后怎么用，请监护人告诉我们。"
    elif came > went * _MOSTLY:
        yield "近12个月您转入{flow.in_12m}，比转出的多得多，这部分新资金的用途要先说清楚。"
    elif went > came * _MOSTLY:
        yield "近12个月您转出{flow.out_12m}，请告诉我们还有多少要用，方案先留足这一部分。"
    else:
        yield "近12个月您转入{flow.in_12m}、转出{flow.out_12m}，资金进出较多，用钱安排要说在前面。"


def focus(material: PlanMaterial, sayings: Sayings, *, name: str = "方案") -> list[Statement]:
    """The themes in one sentence; ``name`` of the letter."""
    named = [(theme, headline(theme, material, sayings)) for theme in material.themes]
    named = [(theme, text) for theme, text in named if text][:_FOCUS]
    lead = f"这份{name}按轻重缓急讲这几件事：" if len(named) > 1 else f"这份{name}主要讲一件事："
    by = dict.fromkeys(key for theme, _ in named for key in theme.by)
    return sayings.joined(lead, [text for _, text in named], StatementKind.OPINION, by=by or ("customer.risk_level",))


def headline(theme: Theme, material: PlanMaterial, sayings: Sayings) -> str:
    """The pattern that names the theme; empty where there is none."""
    if theme.key == "rebalance":
        return _rebalance_headline(material)
    patterns = (theme.about_it(each) for each in fitting(HEADLINES.get(theme.key, ()), material.person))
    return next((each for each in patterns if sayings.can(each)), "")


def _rebalance_headline(material: PlanMaterial) -> str:
    over, short = material.bands.over, material.bands.short
    if not over:
        return f"{short[0].variety.label}偏少，逐步补到{{strategy.band.{short[0].variety.value}}}"
    if not material.held:
        return _first_placed(material)
    high, more = over[0].variety, f"，{_filled(material)}" if short else ""
    if not over[0].high:
        return f"{high.label}（{{portfolio.share.{high.value}}}）只减不增{more}"
    if not short:
        return f"{high.label}偏多，逐步回到{{strategy.band.{high.value}}}"
    low = short[0].variety
    return (
        f"{high.label}偏多（{{portfolio.share.{high.value}}}）、{low.label}偏少，"
        f"分别逐步调到{{strategy.band.{high.value}}}和{{strategy.band.{low.value}}}"
    )


def _first_placed(material: PlanMaterial) -> str:
    """For whom nothing is held yet: all is ready money, which was said before."""
    if not material.bands.short:
        return "想一想可用资金以后怎么用"
    return f"从可用资金里分批安排，{_filled(material)}"


def _filled(material: PlanMaterial) -> str:
    low = material.bands.short[0].variety
    return f"{low.label}逐步补到{{strategy.band.{low.value}}}"


def goals(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    """What was said at the assessment, what it means in money, and what only the customer can tell."""
    person = material.person
    emphasis = list(fitting(GOALS, person)) if person.assessed or person.guarded else []
    by = ("assessment.goals", "assessment.horizon") if sayings.can("{assessment.goals}") else ("customer.age",)
    topics = "您近来看得较多的是{preference.topics}，沟通时我们从这里谈起。"
    return [
        *sayings.first(_wishes(material)),
        *sayings.first(emphasis[:1], StatementKind.OPINION, by=by),
        *(sayings.first(_limit(material), StatementKind.OPINION) if person.assessed else []),
        *_told(material, sayings, "variety_mismatch", "horizon_mismatch"),
        *([] if person.guarded else sayings.say(topics, StatementKind.ACTION)),
        *_questions(material, sayings),
    ]


def _wishes(material: PlanMaterial) -> Iterator[str]:
    person, limit = material.person, material.by_key.get("assessment.max_loss")
    if not person.assessed:
        yield (
            "上一次测评时，您选择的投资期限为{assessment.horizon}，目标是{assessment.goals}；"
            "现在是否仍然如此，请您重新确认。"
        )
        return
    who = "测评记录的" if person.guarded else "您在测评中选择的"
    loss = "最多能承受{assessment.max_loss}的亏损" if limit is not None and limit.value else "不愿承受任何亏损"
    yield (
        f"{who}投资期限为{{assessment.horizon}}，目标是{{assessment.goals}}，愿意投资{{assessment.varieties}}，{loss}。"
    )


def _limit(material: PlanMaterial) -> Iterator[str]:
    near = any(one.key == "loss_near_tolerance" for one in material.observations)
    yield (
        "按今天的总资产折算，{assessment.max_loss}约为{strategy.loss_limit}；您目前{portfolio.unrealised}，"
        f"离这条线还有{{strategy.loss_room}}，{'已经不远，现在就停下来复核' if near else '接近时先停下来复核'}。"
    )
    yield "按今天的总资产折算，{assessment.max_loss}约为{strategy.loss_limit}，亏损接近这个数时先停下来复核。"


def _questions(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    found: list[Statement] = []
    for theme in material.themes:
        lead = _LEADS[min(len(found), len(_LEADS) - 1)]
        patterns = (f"{lead}{theme.about_it(each)}" for each in fitting(QUESTIONS.get(theme.key, ()), material.person))
        found += sayings.first(patterns, StatementKind.ACTION)
    return found[:_ASKED]


def suitability(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    """What may be offered, and until when; never more than the gate says."""
    return [
        *sayings.first(_verdict(material), basis=_verdict_basis(material)),
        *sayings.say(
            "上一次测评的等级为{assessment.previous_level}，与这一次不同，今后以新的为准。", basis=("SUIT:21",)
        ),
        *_told(
            material,
            sayings,
            "over_level_holdings",
            "elderly_high_risk",
        ),
        *_care(material, sayings),
    ]


def _verdict(material: PlanMaterial) -> Iterator[str]:
    person = material.person
    if person.guarded:
        yield (
            "按规定，不具有完全民事行为能力的投资者属于{customer.lowest_class}，只能购买R1产品；一切以保护其利益为先。"
        )
    elif person.lowest_class:
        if not person.assessed:
            yield (
                "您上一次测评属于{customer.lowest_class}，只能购买R1产品，签署警示书也不例外；"
                "测评自{assessment.expires_on}起失效，重新测评之前，我们不给出产品级建议。"
            )
        yield (
            "您属于{customer.lowest_class}，只能购买R1产品，签署警示书也不例外；测评在{assessment.expires_on}之前有效。"
        )
        yield "您属于{customer.lowest_class}，只能购买R1产品，签署警示书也不例外。"
    elif person.professional:
        yield "您是{customer.status}，不以测评等级限制可以购买的产品，但我们仍然充分揭示风险。"
    elif person.assessed:
        if any(theme.key == "assessment_expiring" for theme in material.themes):
            yield (
                "您的风险承受能力等级为{customer.risk_level}，对应{customer.suitable_grades}的产品；"
                "测评将于{assessment.expires_on}失效，还有{assessment.days_left}。"
            )
        yield (
            "您的风险承受能力等级为{customer.risk_level}，对应{customer.suitable_grades}的产品；"
            "测评在{assessment.expires_on}之前有效。"
        )
    else:
        yield (
            "您的风险承受能力等级{customer.risk_level}（{assessment.expires_on}起），重新测评之前，"
            "我们不给出产品级建议。"
        )
        yield "您的风险承受能力等级{customer.risk_level}，完成测评之前，我们不给出产品级建议。"


def _verdict_basis(material: PlanMaterial) -> tuple[str, ...]:
    person = material.person
    if person.lowest_class:
        return ("SUIT:22",)
    if person.professional:
        return ("SUIT:7",)
    return ("SUIT:18", "SUIT:13") if person.assessed else ("SUIT:33", "SUIT:21")


def _care(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    person = material.person
    if not (person.elderly and person.bold) or any(theme.key == "elderly_high_risk" for theme in material.themes):
        return []
    return sayings.say(
        "您已年满{customer.age}，如果谈到中高风险以上的产品，我们会面谈、再次确认，并多留时间给您考虑。",
        basis=("SUIT:20",),
    )


def _told(material: PlanMaterial, sayings: Sayings, *keys: str) -> list[Statement]:
    return [
        statement
        for observation in material.observations
        if observation.key in keys
        for statement in told(observation, material, sayings)
    ]


def _value(fact: Fact | None) -> Decimal:
    return Decimal(str(fact.value)) if fact is not None and isinstance(fact.value, (int, Decimal)) else Decimal(0)
