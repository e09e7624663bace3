"""An advisor's list of next best actions."""

from datetime import date, datetime
from typing import Self

from pydantic import Field

from api.schemas.base import Input, PageQuery, PlainText, View
from api.schemas.customers import CustomerRow
from api.schemas.terms import ActionState, Verdict
from assistant.next_actions.catalogue import KINDS
from assistant.next_actions.model import Action
from assistant.workflows.decide_action import Day, DayEntry, Script

CHANNEL_LABELS = {"app": "手机App", "pc": "电脑端", "wecom": "企业微信", "phone": "电话", "visit": "网点面谈"}


def kind_label(kind: str) -> str:
    """What people call a kind of action."""
    return KINDS[kind].label if kind in KINDS else kind


class ActionsQuery(PageQuery):
    """Which stretch of the list."""

    kind: PlainText | None = Field(default=None, max_length=40, description="只看这一类。", examples=["idle_cash"])
    state: ActionState = Field(default=ActionState.OPEN, description="只看这一状态。", examples=["open"])


class ActionDecision(Input):
    """What became of an action."""

    customer_id: PlainText = Field(max_length=64, description="客户号。", examples=["K000001"])
    key: PlainText = Field(max_length=80, description="事项。", examples=["maturing_holding:XN0301"])
    verdict: Verdict = Field(description="完成、不相关、推迟，或者撤销上一次处理。", examples=["done"])
    until: date | None = Field(default=None, description="推迟到哪一天，仅推迟时需要。", examples=["2026-12-01"])


class NextActionView(View):
    """One thing to do for one customer, and why it stands where it stands."""

    key: str
    kind: str
    label: str = Field(description="事项类别。", examples=["闲置资金"])
    duty: bool = Field(description="是否属于应尽义务，不随反馈调低。")
    reason: str
    advice: str | None
    facts: dict[str, str] = Field(description="理由所依据的事实。")
    channel: str
    channel_label: str
    due_on: date | None
    score: float
    value: float = Field(description="涉及金额的分量，0 到 1。")
    urgency: float = Field(description="紧迫程度，0 到 1。")
    learned: float = Field(description="您以往的处理对这一类的影响，1 为没有影响。")
    state: ActionState
    snoozed_until: date | None
    latest_snooze: date = Field(description="最晚可以推迟到哪一天。")

    @classmethod
    def of(cls, action: Action, today: date) -> Self:
        """The action with its labels, as it stands today."""
        proposal = action.proposal
        kind = KINDS.get(proposal.kind)
        return cls(
            key=proposal.key,
            kind=proposal.kind,
            label=kind_label(proposal.kind),
            duty=kind is not None and kind.duty,
            reason=proposal.reason,
            advice=proposal.advice,
            facts=dict(proposal.facts),
            channel=proposal.channel,
            channel_label=CHANNEL_LABELS.get(proposal.channel, proposal.channel),
            due_on=proposal.due_on,
            score=proposal.score,
            value=proposal.value,
            urgency=proposal.urgency,
            learned=proposal.learned,
            state=action.state,
            snoozed_until=action.snoozed_until,
            latest_snooze=action.latest_snooze(today),
        )


class ActionScriptView(View):
    """An approved script for a kind of action."""

    reference: str = Field(examples=["SCRIPT-IDLE-CASH:2@2026-10-08"])
    title: str
    text: str

    @classmethod
    def of(cls, script: Script) -> Self:
        """The script's words to say."""
        return cls(reference=script.reference, title=script.title, text=script.text)


class DayEntryView(View):
    """A customer on the list, the most important action first."""

    customer: CustomerRow
    actions: tuple[NextActionView, ...]

    @classmethod
    def of(cls, entry: DayEntry, today: date) -> Self:
        """The entry with its labels, as it stands today."""
        return cls(
            customer=CustomerRow.of(entry.customer),
            actions=tuple(NextActionView.of(each, today) for each in entry.actions),
        )


class KindCount(View):
    """How many open actions a kind has."""

    kind: str
    label: str
    count: int


class PlanningView(View):
    """Whether the list is being made anew."""

    planning: bool


class DayView(View):
    """A stretch of the day's list."""

    as_of: date
    items: tuple[DayEntryView, ...]
    total: int = Field(description="有待办的客户数。")
    limit: int
    offset: int
    counts: tuple[KindCount, ...]
    decided_today: dict[ActionState, int] = Field(description="今天已处理的数量。")
    planned_at: datetime | None = Field(description="清单是什么时候整理的。")
    planning: bool = Field(description="是否正在重新整理。")
    scripts: dict[str, ActionScriptView] = Field(description="每类事项可用的已批准话术。")

    @classmethod
    def of(cls, day: Day, *, limit: int, offset: int) -> Self:
        """The day with its labels."""
        return cls(
            as_of=day.as_of,
            items=tuple(DayEntryView.of(entry, day.as_of) for entry in day.entries),
            total=day.total,
            limit=limit,
            offset=offset,
            counts=tuple(
                KindCount(kind=kind, label=kind_label(kind), count=count) for kind, count in day.counts.items()
            ),
            decided_today=dict(day.decided_today),
            planned_at=day.planned_at,
            planning=day.planning,
            scripts={kind: ActionScriptView.of(script) for kind, script in day.scripts.items()},
        )
