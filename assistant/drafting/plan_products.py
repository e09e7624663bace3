"""Products that suit, each with why, why not and its terms; and what must be told before a sale."""

from collections.abc import Sequence

from assistant.analysis.model import Dimension, FitPart, Match
from assistant.drafting.model import Statement, StatementKind
from assistant.drafting.plan_figures import PRE_SALE_LABELS
from assistant.drafting.plan_material import Offer, PlanMaterial
from assistant.drafting.sayings import Sayings, literal, plain, to_the_customer
from knowledge.products.model import Variety

_WHY = (Dimension.RISK, Dimension.TERM, Dimension.VARIETY_AND_GOAL)
_FOR: Sequence[FitPart] = (FitPart.TERM, FitPart.GOAL, FitPart.LIQUIDITY, FitPart.COST)
_AGAINST: Sequence[FitPart] = (
    FitPart.HELD,
    FitPart.REACH,
    FitPart.TERM,
    FitPart.LIQUIDITY,
    FitPart.GOAL,
    FitPart.COST,
)
"""What of the fit is told first; what the portfolio lacks is told by the purpose."""
_POINTS = 2


def products(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    """What may be looked at and what for, what speaks against it, and the nearest that does not suit."""
    if not material.assessed:
        return sayings.say(
            "目前没有有效的风险测评结果，我们不提出任何产品。", by=("customer.risk_level",), basis=("SUIT:18",)
        )
    if material.complaining:
        return sayings.say("投诉还没有办结（{service.open_complaints}），处理完以前我们不提出任何产品。") or plain(
            "您近期投诉过，先把这件事谈清楚，我们暂时不提出任何产品。"
        )
    if material.unmarketed:
        return sayings.say("您不接受营销信息（{consent.marketing}），我们不向您提出任何产品；想了解时请告诉我们。")
    if not material.settled:
        return sayings.say(
            "先把上面最要紧的一步办好，在这以前我们不提出新的产品。",
            StatementKind.OPINION,
            by=material.themes[0].by,
        )
    found: list[Statement] = []
    for offer in material.offers:
        found += _offer(material, sayings, offer)
    if not material.offers:
        found += _nothing(material, sayings)
    for match in material.nearest:
        found += _boundary(match, material, sayings)
    return found


def _nothing(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    if material.person.lowest_class and not material.uncommitted:
        return sayings.say(
            "可用资金不多（{portfolio.cash}），不需要另外找地方安放，我们不提出新的产品。", StatementKind.OPINION
        )
    unmet = "、".join(band.variety.label for band in material.bands.unmet)
    if unmet and not material.bands.short:
        return sayings.say(
            f"低于目标区间的{unmet}，目前没有与您的等级、期限和目标都匹配的产品，我们不提出产品。",
            StatementKind.OPINION,
            by=("customer.risk_level",),
        )
    if material.bands.known and not material.bands.short:
        return sayings.say(
            "目前没有低于目标区间又需要补的类别，我们不提出新的产品。",
            StatementKind.OPINION,
            by=("customer.risk_level",),
        )
    return sayings.say(
        "在可匹配的{customer.suitable_grades}产品中，目前没有与您的期限、品种和目标都匹配的产品，我们不提出产品。"
    )


def _offer(material: PlanMaterial, sayings: Sayings, offer: Offer) -> list[Statement]:
    match = offer.match
    code, document = match.product_code, material.products[match.product_code].document_id
    return [
        *sayings.say(
            f"{literal(offer.purpose)}：{{match.{code}.verdict}}，可以作为备选。",
            by=(f"match.{code}.verdict", *offer.by),
        ),
        *_points("合适的地方", _chosen(match, _FOR, favours=True) or _reasons(match), match, material, sayings),
        *_points("要想清楚的地方", _chosen(match, _against(material, match), favours=False), match, material, sayings),
        *_unbearing(match, material, sayings),
        *sayings.quote(f"{document}:1", kind=StatementKind.FACT),
        *sayings.quote(f"{document}:4", kind=StatementKind.FACT),
        *(sayings.quote(f"{document}:5", kind=StatementKind.FACT) if material.person.short else ()),
        *_care(match, material, sayings),
    ]


def _unbearing(match: Match, material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    """To whom no loss is bearable, that this one may lose is said beside it."""
    limit = material.by_key.get("assessment.max_loss")
    if limit is None or limit.value or material.person.guarded:
        return []
    text = f"您测评时说不愿承受任何亏损，而{{product.{match.product_code}.name}}不是存款，也可能亏损，请想清楚再定。"
    return sayings.say(text, by=("assessment.max_loss",))


def _against(material: PlanMaterial, match: Match) -> Sequence[FitPart]:
    """Money at hand is cash already, and is to be short: neither speaks against a place for it."""
    cash = material.products[match.product_code].variety is Variety.CASH
    return tuple(part for part in _AGAINST if part not in (FitPart.HELD, FitPart.TERM)) if cash else _AGAINST


def _chosen(match: Match, parts: Sequence[FitPart], *, favours: bool) -> list[str]:
    """Keys of the points on this side, the most telling first."""
    found = [
        (parts.index(point.part), f"match.{match.product_code}.p{number}")
        for number, point in enumerate(match.points, start=1)
        if point.favours is favours and point.part in parts
    ]
    return [key for _, key in sorted(found)[:_POINTS]]


def _reasons(match: Match) -> list[str]:
    chosen = (number for number, one in enumerate(match.reasons, start=1) if one.dimension in _WHY and one.fits)
    return [f"match.{match.product_code}.{number}" for number in chosen]


def _points(lead: str, keys: Sequence[str], match: Match, material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    told = "；".join(_plainly(_said(material, _text(key, sayings))) for key in keys)
    name = f"{{product.{match.product_code}.name}}"
    return sayings.say(f"{name}{lead}：{literal(told)}。", by=keys, basis=("SUIT:18",)) if told else []


def _said(material: PlanMaterial, text: str) -> str:
    """What was written about 客户; where a guardian reads, the customer is not 您."""
    return text.replace("客户", "账户持有人") if material.person.guarded else to_the_customer(text)


def _kindly(text: str) -> str:
    """What binds staff is left out of what the customer reads."""
    return text.replace("，不得主动推介", "").replace("不得向其销售", "我们不能向您销售")


def _plainly(text: str) -> str:
    """As part of a sentence that begins with the product's name."""
    return text.removeprefix("产品").replace("目标：", "目标——")


def _care(match: Match, material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    """The special procedure, where one is due."""
    found: list[Statement] = []
    for number, reason in enumerate(match.reasons, start=1):
        if reason.dimension is Dimension.SPECIAL_CARE:
            text = literal(_said(material, reason.text))
            found += sayings.say(text, by=(f"match.{match.product_code}.{number}",), basis=(reason.provision,))
    return found


def _boundary(match: Match, material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    code = match.product_code
    against = [number for number, reason in enumerate(match.reasons, start=1) if not reason.fits]
    why = "；".join(_kindly(_said(material, _text(f"match.{code}.{number}", sayings))) for number in against)
    whose = "账户持有人" if material.person.guarded else "您"
    return sayings.say(
        literal(f"{match.product_name}（{code}，{match.risk_grade}）与{whose}不匹配，没有列入：{why}。"),
        by=(f"match.{code}.verdict", *(f"match.{code}.{number}" for number in against)),
        basis=dict.fromkeys(match.reasons[number - 1].provision for number in against),
    )


def pre_sale(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    """The six items of each product, in its own words (SUIT:23)."""
    found: list[Statement] = []
    for match in material.offered:
        code = match.product_code
        for field, label in PRE_SALE_LABELS.items():
            found += sayings.say(
                f"{{product.{code}.name}}，{label}：{{product.{code}.{field}}}。", StatementKind.DISCLOSURE
            )
        found += sayings.say(
            f"{{product.{code}.name}}，适当性匹配意见：{{match.{code}.verdict}}。",
            StatementKind.DISCLOSURE,
            basis=("SUIT:23",),
        )
    return found


def _text(key: str, sayings: Sayings) -> str:
    fact = sayings.fact(key)
    return fact.text.rstrip("。") if fact is not None else ""
