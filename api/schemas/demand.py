"""What customers may come to need, as staff read it."""

from datetime import date
from typing import Self

from pydantic import Field

from api.schemas.base import View
from api.schemas.drafts import FactView
from assistant.demand.card import CardFigures, NeedFigures
from assistant.demand.drifting import DriftReport, NeedDrift, Shift
from assistant.demand.model import DemandReason, Method, Need
from assistant.demand.model import NeedView as NeedTold
from assistant.segments.model import Behaviour, LifeCycle, Value
from assistant.workflows.explain_demand import DemandView as DemandTold
from assistant.workflows.explain_demand import SegmentView as SegmentTold


class DemandReasonView(View):
    """One reason, with the fact that it rests on."""

    text: str = Field(examples=["现金占账户资产42.5%，与一般客户相比，可能性因此上升。"])
    raises: bool = Field(description="true：使可能性上升；false：使其下降。")
    weight: float = Field(description="加减的对数几率，绝对值越大影响越大。", examples=[0.62])
    fact: FactView

    @classmethod
    def of(cls, reason: DemandReason) -> Self:
        """The reason as it is read."""
        return cls(text=reason.text, raises=reason.raises, weight=reason.weight, fact=FactView.of(reason.fact))


class NeedView(View):
    """One need of one customer."""

    need: Need
    label: str = Field(examples=["现金管理"])
    event: str = Field(description="怎样才算这项需求出现了。", examples=["申购本公司的现金管理类产品"])
    probability: FactView = Field(description="可能性（%）。")
    base_rate: FactView = Field(description="同类客户的平均比例（%）。")
    lift: float = Field(description="可能性与平均比例之比。", examples=[2.4])
    method: Method = Field(description="trained：训练所得；rules：按规则，未经校准。")
    reasons: tuple[DemandReasonView, ...]
    summary: str

    @classmethod
    def of(cls, view: NeedTold) -> Self:
        """The need as it is read."""
        return cls(
            need=view.need,
            label=view.label,
            event=view.event,
            probability=FactView.of(view.probability),
            base_rate=FactView.of(view.base_rate),
            lift=view.lift,
            method=view.method,
            reasons=tuple(DemandReasonView.of(reason) for reason in view.reasons),
            summary=view.summary,
        )


class SegmentView(View):
    """Which kind of customer, and the figures that decided."""

    label: str = Field(examples=["富裕·稳定·配置型"])
    value: Value
    value_label: str = Field(examples=["富裕"])
    life_cycle: LifeCycle
    life_cycle_label: str = Field(examples=["稳定"])
    behaviour: Behaviour
    behaviour_label: str = Field(examples=["配置型"])
    facts: tuple[FactView, ...]

    @classmethod
    def of(cls, view: SegmentTold) -> Self:
        """The segment with its Chinese names."""
        segment = view.segment
        return cls(
            label=segment.label,
            value=segment.value,
            value_label=segment.value.label,
            life_cycle=segment.life_cycle,
            life_cycle_label=segment.life_cycle.label,
            behaviour=segment.behaviour,
            behaviour_label=segment.behaviour.label,
            facts=tuple(FactView.of(fact) for fact in view.facts),
        )


class DemandView(View):
    """What the house expects one customer to need."""

    customer_id: str = Field(examples=["K000001"])
    profiled: bool = Field(description="false：该客户不做预测和分群，其余各项为空。")
    note: str = Field(description="怎样得出、可以怎样用；或为什么没有。")
    as_of: date | None
    model_id: str | None = Field(description="rules：按规则估计。")
    needs: tuple[NeedView, ...] = Field(description="与平均相比高出最多的在前。")
    segment: SegmentView | None

    @classmethod
    def of(cls, view: DemandTold) -> Self:
        """Everything as it is read."""
        return cls(
            customer_id=view.customer_id,
            profiled=view.profiled,
            note=view.note,
            as_of=view.as_of,
            model_id=view.model_id,
            needs=tuple(NeedView.of(need) for need in view.needs),
            segment=None if view.segment is None else SegmentView.of(view.segment),
        )


class CardNeedView(View):
    """How well one need was told on a later day than the model had learned from."""

    need: Need
    label: str = Field(examples=["现金管理"])
    method: Method = Field(description="trained：训练所得；rules：按规则，未经校准。")
    customers: int = Field(description="检验日的客户数。")
    events: int = Field(description="其后发生的次数。")
    rate: float | None = Field(description="发生率。", examples=[0.08])
    auc: float | None = Field(description="0.5等于随机。", examples=[0.74])
    ece: float | None = Field(description="校准误差：说的比例与实际比例之差的平均。", examples=[0.013])
    lift_10: float | None = Field(description="可能性最高的一成客户发生率与全体之比。", examples=[3.1])
    rules_auc: float | None = Field(description="同一天只按规则的 AUC。", examples=[0.69])
    habit_auc: float | None = Field(description="同一天只看过去一年习惯的 AUC。", examples=[0.6])
    why_rules: str | None = Field(description="为什么按规则估计。")

    @classmethod
    def of(cls, figures: NeedFigures) -> Self:
        """The figures as they are read."""
        return cls(
            need=figures.need,
            label=figures.need.label,
            method=figures.method,
            customers=figures.customers,
            events=figures.events,
            rate=figures.rate,
            auc=figures.auc,
            ece=figures.ece,
            lift_10=figures.lift_10,
            rules_auc=figures.rules_auc,
            habit_auc=figures.habit_auc,
            why_rules=figures.why_rules,
        )


class ModelCardView(View):
    """The model card."""

    text: str = Field(description="Markdown。")
    model_id: str
    as_of: date = Field(description="按哪一天的记录训练。")
    tested_on: date = Field(description="在哪一天检验。")
    needs: tuple[CardNeedView, ...]

    @classmethod
    def of(cls, text: str, figures: CardFigures) -> Self:
        """The card as it is read."""
        return cls(
            text=text,
            model_id=figures.model_id,
            as_of=figures.as_of,
            tested_on=figures.tested_on,
            needs=tuple(CardNeedView.of(need) for need in figures.needs),
        )


class ShiftView(View):
    """How far one distribution has moved."""

    name: str
    label: str
    index: float = Field(description="稳定度指数：0.1以下稳定，0.25及以上已偏移。")
    verdict: str = Field(examples=["stable"])

    @classmethod
    def of(cls, shift: Shift) -> Self:
        """The shift with its verdict."""
        return cls(name=shift.name, label=shift.label, index=shift.index, verdict=shift.verdict)


class NeedDriftView(View):
    """One need: its scores, and what came true of the newest window that is over."""

    need: Need
    label: str
    method: Method
    shift: ShiftView | None
    auc_then: float | None
    auc_now: float | None
    ece_now: float | None
    expected_now: float | None
    observed_now: float | None

    @classmethod
    def of(cls, drift: NeedDrift) -> Self:
        """The figures side by side."""
        now = drift.now
        return cls(
            need=drift.need,
            label=drift.need.label,
            method=drift.method,
            shift=None if drift.shift is None else ShiftView.of(drift.shift),
            auc_then=None if drift.then is None else drift.then["auc"],
            auc_now=None if now is None else now.auc,
            ece_now=None if now is None else now.ece,
            expected_now=None if now is None else now.expected,
            observed_now=None if now is None else now.rate,
        )


class DriftView(View):
    """Whether the model still fits."""

    model_id: str
    as_of: date
    checked_on: date | None = Field(description="回看哪一天的估计；历史不够时为空。")
    features: tuple[ShiftView, ...] = Field(description="偏移最多的在前。")
    needs: tuple[NeedDriftView, ...]

    @classmethod
    def of(cls, report: DriftReport) -> Self:
        """The report as it is read."""
        return cls(
            model_id=report.model_id,
            as_of=report.as_of,
            checked_on=report.checked_on,
            features=tuple(ShiftView.of(shift) for shift in report.worst),
            needs=tuple(NeedDriftView.of(drift) for drift in report.needs),
        )
