"""What is held and what follows from it: diagnosis, target bands, steps, and when to look again."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from assistant.drafting.model import DraftKind, Statement, StatementKind
from assistant.drafting.plan_figures import WORTH_A_STEP, Band, Bands
from assistant.drafting.plan_material import PlanMaterial
from assistant.drafting.plan_person import fitting
from assistant.drafting.plan_telling import told
from assistant.drafting.plan_themes import Theme
from assistant.drafting.plan_words import LIFE_OCCASIONS, OCCASIONS, STEPS
from assistant.drafting.sayings import Sayings, plain
from knowledge.products.model import Variety

_OBSERVED = 5
_STEPS = 5
_OCCASIONS = 4
_CLASSES = 3
_NOTED_SHARE = Decimal(20)
_MOSTLY_CASH = Decimal(50)
_NOTED_RESULT = Decimal("0.003")
"""Part of what is held; a smaller result of one holding is not worth a sentence."""
_NOTED_FALL = Decimal(3)
"""Percent from which the largest fall of the past year is told."""
_DEAR_PCT = Decimal("0.3")
"""Percent of all assets a year from which the fees of trading are told."""
_FEES = "近12个月付出交易费用{cost.fees_12m}，相当于平均资产的{cost.fees_share_12m}。"
_ELSEWHERE = frozenset({"assessment", "customer", "permission", "service"})
"""Subjects of observations that other sections tell."""
_ABOUT_MONEY = frozenset({"idle_cash", "large_inflow", "maturing_holding"})
"""Themes whose step asks already which money is to be used."""
_NOT_HERE = frozenset(
    {
        "allocation_gap",
        "variety_mismatch",
        "horizon_mismatch",
        "assets_shrinking",
        "large_outflow",
        "elderly_high_risk",
        "concentrated_holding",
    }
)
_ELSEWHERE_IN: Mapping[DraftKind, frozenset[str]] = {
    DraftKind.DIAGNOSIS: frozenset({"drawdown_beyond_tolerance", "idle_cash"}),
    DraftKind.QUARTERLY: frozenset({"drawdown_beyond_tolerance"}),
}
"""What a report with sections of its own on risk and money tells there."""


def diagnosis(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    """The portfolio as it is, and what stands out in it."""
    if not material.held:
        return [
            *sayings.say("目前没有持仓，要看的不是涨跌，而是{portfolio.cash}可用资金怎么安排。", StatementKind.OPINION),
            *_observed(material, sayings),
        ]
    return [
        *_classes(material, sayings),
        *_results(material, sayings),
        *_largest(material, sayings),
        *sayings.first(_grade(material), basis=("SUIT:16",)),
        *_observed(material, sayings),
        *(_measured(material, sayings) if material.kind is DraftKind.PLAN else ()),
    ]


def _classes(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    shares = {variety: _share(material, variety) for variety in Variety}
    present = sorted((one for one, share in shares.items() if share > 0), key=lambda one: -shares[one])[:_CLASSES]
    if not present:
        return []
    first, *rest = [f"{one.label}（{{portfolio.share.{one.value}}}）" for one in present]
    tail = f"，其次是{'和'.join(rest)}" if rest else ""
    return sayings.say(f"按大类看，占比最高的是{first}{tail}。")


def _share(material: PlanMaterial, variety: Variety) -> Decimal:
    fact = material.by_key.get(f"portfolio.share.{variety.value}")
    return Decimal(str(fact.value)) if fact is not None else Decimal(0)


def _results(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    """The result of the whole, then what carried and what cost it; one holding a sentence."""
    best = max(material.held, key=lambda one: one.result)
    worst = min(material.held, key=lambda one: one.result)
    least = sum((one.market_value for one in material.held), Decimal(0)) * _NOTED_RESULT
    found = sayings.say("按持仓成本{portfolio.cost}计算，目前合计{portfolio.unrealised}。")
    if len(material.held) == 1:
        return found
    if best.result > least:
        found += sayings.say(f"帮助最大的是{{{best.key}.name}}，{{{best.key}.unrealised}}。")
    if worst.result < -least:
        found += sayings.say(f"拖累最大的是{{{worst.key}.name}}，{{{worst.key}.unrealised}}。")
    return found


def _largest(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    """The largest holding, or the risky one that moves the whole most."""
    swinging = (one for one in material.held if sayings.fact(f"strategy.swing.{one.code}") is not None)
    one = next(swinging, None)
    if one is not None:
        crowded = f"{one.key}" in {theme.subject for theme in material.themes if theme.key == "concentrated_holding"}
        how = "，比较集中：它" if crowded else "，它"
        return sayings.say(f"{{{one.key}.name}}占总资产{{{one.key}.share}}{how}{{strategy.swing.{one.code}}}。")
    first = material.held[0]
    if first.share >= _NOTED_SHARE:
        return sayings.say(f"占比最大的是{{{first.key}.name}}，占总资产{{{first.key}.share}}。")
    if Decimal(str(material.by_key["portfolio.cash_share"].value)) >= _MOSTLY_CASH:
        return []
    return sayings.say(f"持仓比较分散，占比最大的{{{first.key}.name}}也只占总资产{{{first.key}.share}}。")


def _grade(material: PlanMaterial) -> Iterator[str]:
    person, fact = material.person, material.by_key.get("portfolio.risk_grade")
    if fact is None:
        return
    if person.level is not None and not person.lowest_class:
        within = int(fact.text[1]) <= person.level.rank
        side = "没有超出" if within else "已经超出"
        yield (
            "把持仓和可用资金放在一起看，整体风险等级为{portfolio.risk_grade}，"
            f"{side}您对应的{{customer.suitable_grades}}。"
        )
        return
    yield "把持仓和可用资金放在一起看，整体风险等级为{portfolio.risk_grade}。"


def _observed(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    """What the diagnosis noticed of holdings, money and margin."""
    found: list[Statement] = []
    covered = {"concentrated_industry"} if any(one.key == "concentrated_holding" for one in material.themes) else set()
    elsewhere = _NOT_HERE | covered | _ELSEWHERE_IN.get(material.kind, frozenset())
    for one in material.observations:
        by = [fact.removeprefix("fact:") for fact in one.facts]
        if one.key not in elsewhere and by and by[0].partition(".")[0] not in _ELSEWHERE:
            found += told(one, material, sayings)
    return found[:_OBSERVED]


def _measured(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    """Risk, result and cost, where prices and records show them."""
    if not fell_noticeably(material):
        return sayings.say(_FEES) if _dear(material) else []
    told_already = any(one.key == "drawdown_beyond_tolerance" for one in material.observations)
    past = "照过去的行情，现有持仓最多从高点回落过{risk.max_drawdown}，折到今天约{risk.stress}；过去不代表将来。"
    again = "同样的回落折到今天约{risk.stress}。"
    return [
        *sayings.say(again if told_already else past),
        *sayings.say("对波动影响最大的是{risk.driver}，约占{risk.driver_share}。"),
        *(sayings.say(_FEES) if _dear(material) else ()),
    ]


def fell_noticeably(material: PlanMaterial) -> bool:
    """Whether the largest fall of the past year is worth a sentence."""
    fell = material.by_key.get("risk.max_drawdown")
    return fell is not None and Decimal(str(fell.value)) >= _NOTED_FALL


def _dear(material: PlanMaterial) -> bool:
    fact = material.by_key.get("cost.fees_share_12m")
    return fact is not None and Decimal(str(fact.value)) >= _DEAR_PCT


def strategy(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    """Bands by class, steps in order, and the occasions to look again."""
    return [
        *steps(material, sayings),
        *bands(material, sayings),
        *occasions(material, sayings),
        *_freedom(material, sayings),
    ]


def bands(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    """Where each class should lie; those within in one sentence. Nothing before first things are done."""
    if not material.bands.known or not material.settled:
        return []
    found: list[Statement] = []
    for band in material.bands.over:
        found += sayings.say(_over(band, material), StatementKind.OPINION)
    for band, spare in _claims(material.bands):
        found += sayings.say(_short(band, spare), StatementKind.OPINION)
    within = [_within(band) for band in material.bands.within]
    lead = "在目标区间之内或者相差金额不大、不用动的：" if found else "各类都在目标区间之内或者相差金额不大："
    found += sayings.joined(lead, within, StatementKind.OPINION, mark="、")
    for left_out, why, by in (
        (material.bands.unmet, "在售产品中目前没有与您的等级、期限和目标都匹配的", "customer.risk_level"),
        (material.bands.unwanted, "您没有选择这类品种", "assessment.varieties"),
    ):
        labels = "、".join(band.variety.label for band in left_out)
        if labels:
            text = f"公司参考配置里还有{labels}，{why}，所以不作安排。"
            found += sayings.say(text, StatementKind.OPINION, by=(by,))
    return found


def _claims(bands: Bands) -> Iterator[tuple[Band, Decimal]]:
    """The classes that lack, each with the yuan above the cash band that no class before it has claimed."""
    spare = bands.spare
    for band in bands.short:
        yield band, spare
        spare = max(spare - band.amount_under, Decimal(0))


def _over(band: Band, material: PlanMaterial) -> str:
    key, label = band.variety.value, band.variety.label
    if band.variety is Variety.CASH:
        rest = "留足要用的，别的一步一步补到不足的类别" if material.bands.short else "用途没有定下以前，放着不动也可以"
        now = f"现在{{portfolio.share.{key}}}，" if material.held else ""
        return f"{label}：目标区间{{strategy.band.{key}}}，{now}多出约{{strategy.over.{key}}}，{rest}。"
    if not band.high:
        return f"{label}：参考配置里没有这一类，您有{{portfolio.share.{key}}}（约{{strategy.over.{key}}}），只减不增。"
    return (
        f"{label}：目标区间{{strategy.band.{key}}}，现在{{portfolio.share.{key}}}，多出约{{strategy.over.{key}}}，"
        "随用钱、到期和新的安排慢慢降，不必一次调完。"
    )


def _short(band: Band, spare: Decimal) -> str:
    """``spare``: yuan of ready money that may go there."""
    key, label = band.variety.value, band.variety.label
    if spare >= band.amount_under:
        source = "可以从多出的现金管理类里分批补"
    elif spare >= WORTH_A_STEP:
        source = "先用多出的现金管理类补一部分，其余等有到期或者新增资金时再补"
    else:
        source = "等有到期或者新增资金时再补，不为此卖出"
    held = f"现在{{portfolio.share.{key}}}" if band.share else "目前还没有"
    return f"{label}：目标区间{{strategy.band.{key}}}，{held}，距下沿还差约{{strategy.under.{key}}}，{source}。"


def _within(band: Band) -> str:
    key = band.variety.value
    now = f"，现在{{portfolio.share.{key}}}" if band.share else "，目前没有"
    return f"{band.variety.label}（{{strategy.band.{key}}}{now}）"


def steps(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    """What is done first, second …: one a theme."""
    found: list[Statement] = []
    for theme in material.themes:
        found += (_moves if theme.key == "rebalance" else _step)(theme, material, sayings)
    found = found[:_STEPS]
    if len(found) < 2:  # noqa: PLR2004 - one step needs no number
        return found
    return [
        one.model_copy(update={"text": f"{name}，{one.text}"})
        for name, one in zip(("第一步", "第二步", "第三步", "第四步", "第五步"), found, strict=False)
    ]


def _step(theme: Theme, material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    """What follows from one theme, said to the customer."""
    patterns = (theme.about_it(each) for each in fitting(STEPS.get(theme.key, ()), material.person))
    return sayings.first(patterns, StatementKind.ACTION, by=theme.by, basis=theme.basis)


def _moves(_theme: Theme, material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    """What is settled first, and where the money for the bands comes from."""
    bands = material.bands
    over = "、".join(band.variety.label for band in bands.over if band.variety is not Variety.CASH)
    short = "、".join(band.variety.label for band in bands.short)
    found: list[Statement] = []
    if not any(theme.key in _ABOUT_MONEY for theme in material.themes):
        found += sayings.say(
            "请在{plan.next_contact_on}以前告诉我们：哪些钱近期要用，哪些持仓您不想动，这些先留出来。",
            StatementKind.ACTION,
        )
    owed = material.by_key.get("margin.debt")
    if owed is not None and owed.value and bands.spare >= WORTH_A_STEP:
        found += sayings.say(
            "现金管理类多出的钱，先想要不要还掉一部分融资融券负债（目前{margin.debt}，要付利息），再谈往哪里补；还不还由您决定。",
            StatementKind.ACTION,
        )
    paid = "、".join(band.variety.label for band, spare in _claims(bands) if spare >= WORTH_A_STEP)
    if paid:
        found += plain(
            f"留足要用的以后，多出的现金管理类分几次补到{paid}，每一次都由您本人决定。", StatementKind.ACTION
        )
    elif short:
        crowded = f"，{over}不再增加" if over else ""
        found += plain(f"不为调整而卖出：以后有到期和新增的资金，先补{short}{crowded}。", StatementKind.ACTION)
    elif over:
        found += plain(f"{over}先不再增加，随用钱和到期慢慢降，不必一次调完。", StatementKind.ACTION)
    return found


def occasions(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    """When the plan is looked at again before its day."""
    person = material.person
    found: list[str] = []
    for theme in material.themes:
        patterns = (theme.about_it(each) for each in fitting(OCCASIONS.get(theme.key, ()), person))
        found += [each for each in patterns if sayings.can(each)][:1]
    found = [*found[:_OCCASIONS], *_loss_occasion(material, found), next(fitting(LIFE_OCCASIONS, person))]
    return sayings.joined("出现下面任何一种情况，请告诉我们，方案提前复核：", found, StatementKind.ACTION)


def _loss_occasion(material: PlanMaterial, found: Iterable[str]) -> list[str]:
    if not material.person.assessed or not material.held or any("亏损" in each for each in found):
        return []
    return ["持仓亏损接近{strategy.loss_limit}"]


def _freedom(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    if not material.settled or not (material.bands.over or material.bands.short):
        return []
    return sayings.say(
        "区间以公司对{customer.risk_level}的参考配置为中心，只供对照；要不要调、调多少由您决定。", StatementKind.OPINION
    )
