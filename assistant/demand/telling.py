"""Scores in words: every number told is a fact."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from assistant.analysis.figures import FactMaker
from assistant.analysis.model import Fact
from assistant.demand.features import BY_NAME
from assistant.demand.model import (
    WINDOW_DAYS,
    Contribution,
    DemandModel,
    DemandReason,
    Method,
    NeedModel,
    NeedView,
    Score,
)
from assistant.demand.rules import RULES_ID, rule_model

_TENTH = Decimal("0.1")
_RAISING, _LOWERING = 3, 1
_MUCH, _MORE, _LESS = 2.0, 1.2, 0.8
_LIKELY = 2


def need_views(scores: Sequence[Score], model: DemandModel) -> tuple[NeedView, ...]:
    """The needs of one customer, the largest lift first."""
    views = [_view(score, _model_of(score, model)) for score in scores]
    return tuple(sorted(views, key=lambda view: -view.lift))


def likely_needs(scores: Sequence[Score], model: DemandModel) -> tuple[NeedView, ...]:
    """The two that a trained model finds clearly likelier than with others; what is about as likely tells nothing."""
    views = need_views(scores, model)
    return tuple(view for view in views if view.method is Method.TRAINED and view.lift >= _MORE)[:_LIKELY]


def _model_of(score: Score, model: DemandModel) -> NeedModel:
    """What the score was computed with: rules where the customer's own history is thin."""
    trained = model.of(score.need)
    return rule_model(score.need, base_rate=trained.base_rate) if score.model_id == RULES_ID else trained


def _view(score: Score, model: NeedModel) -> NeedView:
    source = _source(model.method, score)
    make = FactMaker("demand", score.as_of, source)
    label = f"未来{WINDOW_DAYS}天{score.need.event}的可能性"
    likely = make.percent(f"{score.need.value}.probability", label, _percent(score.probability))
    usual = make.percent(
        f"{score.need.value}.base_rate", f"同类客户{score.need.event}的平均比例", _percent(model.base_rate)
    )
    lift = round(score.probability / model.base_rate, 2) if model.base_rate else 1.0
    reasons = _reasons(score.contributions, score.as_of)
    return NeedView(
        need=score.need,
        label=score.need.label,
        event=score.need.event,
        probability=likely,
        base_rate=usual,
        lift=lift,
        method=model.method,
        reasons=reasons,
        summary=_summary(likely, usual, lift, reasons),
    )


def _reasons(contributions: Sequence[Contribution], as_of: date) -> tuple[DemandReason, ...]:
    """The strongest that raise, then the strongest that lowers."""
    raising = [each for each in contributions if each.weight > 0][:_RAISING]
    lowering = [each for each in contributions if each.weight < 0][:_LOWERING]
    return tuple(_reason(each, as_of) for each in (*raising, *lowering) if each.feature in BY_NAME)


def _reason(contribution: Contribution, as_of: date) -> DemandReason:
    feature = BY_NAME[contribution.feature]
    raises = contribution.weight > 0
    return DemandReason(
        text=f"{feature.clause(contribution.value)}，与一般客户相比，可能性因此{'上升' if raises else '下降'}。",
        raises=raises,
        weight=contribution.weight,
        fact=feature.fact(contribution.value, as_of=as_of, source=f"截至{as_of}的账户和服务记录"),
    )


def _summary(likely: Fact, usual: Fact, lift: float, reasons: Sequence[DemandReason]) -> str:
    compared = "明显高于" if lift >= _MUCH else "高于" if lift >= _MORE else "低于" if lift < _LESS else "接近"
    told = f"{likely.label}约为{likely.text}，{compared}同类客户的平均比例{usual.text}。"
    because = [reason.text.split("，与一般客户相比")[0] for reason in reasons if reason.raises]
    return f"{told}主要原因：{'；'.join(because)}。" if because else told


def _source(method: Method, score: Score) -> str:
    if method is Method.RULES:
        return f"需求规则（未经校准），截至{score.as_of}"
    return f"需求模型 {score.model_id}，截至{score.as_of}"


def _percent(share: float) -> Decimal:
    return Decimal(str(share * 100)).quantize(_TENTH, ROUND_HALF_UP)
