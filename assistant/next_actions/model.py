"""The next best actions: what to do for whom today, why, and in which order."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from assistant.clock import SHANGHAI
from assistant.errors import Conflict, Invalid
from assistant.next_actions.catalogue import KINDS


class ActionState(StrEnum):
    """Where an action stands."""

    OPEN = "open"
    SNOOZED = "snoozed"
    DONE = "done"
    IRRELEVANT = "irrelevant"


class Verdict(StrEnum):
    """What an advisor makes of an action."""

    DONE = "done"
    IRRELEVANT = "irrelevant"
    SNOOZE = "snooze"
    REOPEN = "reopen"
    """Take the last verdict back."""


TRANSITIONS: Mapping[tuple[ActionState, Verdict], ActionState] = {
    (ActionState.OPEN, Verdict.DONE): ActionState.DONE,
    (ActionState.OPEN, Verdict.IRRELEVANT): ActionState.IRRELEVANT,
    (ActionState.OPEN, Verdict.SNOOZE): ActionState.SNOOZED,
    (ActionState.SNOOZED, Verdict.DONE): ActionState.DONE,
    (ActionState.SNOOZED, Verdict.IRRELEVANT): ActionState.IRRELEVANT,
    (ActionState.SNOOZED, Verdict.SNOOZE): ActionState.SNOOZED,
    (ActionState.SNOOZED, Verdict.REOPEN): ActionState.OPEN,
    (ActionState.DONE, Verdict.REOPEN): ActionState.OPEN,
    (ActionState.IRRELEVANT, Verdict.REOPEN): ActionState.OPEN,
}
"""Everything else is refused."""

LONGEST_SNOOZE_DAYS = 90
LONGEST_SNOOZE_OF_A_DUTY_DAYS = 7
"""Where the duty names no day of its own."""
IRRELEVANT_RESTS_DAYS = 180
_STATE_LABELS = {
    ActionState.OPEN: "待办",
    ActionState.SNOOZED: "已推迟",
    ActionState.DONE: "已完成",
    ActionState.IRRELEVANT: "不相关",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An action that the records of a day speak for."""

    customer_id: str
    key: str
    """The kind and its cause, so that the same cause is one action: ``maturing_holding:XN0301``."""
    kind: str
    reason: str
    """A whole Chinese sentence; its numbers stand in ``facts``."""
    advice: str | None
    """What staff should do, in a sentence."""
    facts: Mapping[str, str]
    """Fact id → how a sentence says it."""
    channel: str
    value: float
    """How much is at stake, 0 … 1."""
    urgency: float
    """How soon it matters, 0 … 1."""
    learned: float
    """What the advisor's own verdicts on this kind add or take, around 1."""
    due_on: date | None

    @property
    def score(self) -> float:
        """0 … about 150; the order of a day."""
        return round(100 * self.urgency * (0.4 + 0.6 * self.value) * self.learned, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A proposal that was kept, and what became of it."""

    proposal: Proposal
    advisor_id: str
    as_of: date
    state: ActionState
    snoozed_until: date | None
    version: int
    updated_at: datetime

    def after(self, verdict: Verdict, *, today: date, at: datetime, until: date | None = None) -> "Action":
        """The action after a verdict; ``Conflict`` for a verdict that is not open to it."""
        state = TRANSITIONS.get((self.state, verdict))
        if state is None:
            raise Conflict(f"这一项目前是「{_STATE_LABELS[self.state]}」，不能这样处理。")
        if verdict is Verdict.SNOOZE:
            self._must_be_near(until, today)
        return replace(
            self,
            state=state,
            snoozed_until=until if verdict is Verdict.SNOOZE else None,
            version=self.version + 1,
            updated_at=at,
        )

    def latest_snooze(self, today: date) -> date:
        """A duty is put off to its due day at most, or as long as it rests; what is overdue until tomorrow."""
        kind = KINDS.get(self.proposal.kind)
        if kind is None or not kind.duty:
            return today + timedelta(days=LONGEST_SNOOZE_DAYS)
        rests = today + timedelta(days=min(kind.rests_days, LONGEST_SNOOZE_OF_A_DUTY_DAYS))
        return max(self.proposal.due_on or rests, today + timedelta(days=1))

    def _must_be_near(self, until: date | None, today: date) -> None:
        latest = self.latest_snooze(today)
        if until is None or until <= today:
            raise Invalid("请选择明天或以后的一天，作为推迟到的日期。")
        if until > latest:
            day = f"{latest.year}年{latest.month}月{latest.day}日"
            duty = "这是应尽的义务，" if latest < today + timedelta(days=LONGEST_SNOOZE_DAYS) else ""
            raise Invalid(f"{duty}最晚只能推迟到{day}。")

    def rests_on(self, day: date) -> bool:
        """Whether it was decided so lately that its cause may last without asking again."""
        if self.state not in (ActionState.DONE, ActionState.IRRELEVANT):
            return False
        kind = KINDS.get(self.proposal.kind)
        days = kind.rests_days if kind is not None else 0
        if self.state is ActionState.IRRELEVANT and kind is not None and not kind.duty:
            days = max(days, IRRELEVANT_RESTS_DAYS)
        return day < self.updated_at.astimezone(SHANGHAI).date() + timedelta(days=days)

    def renewed(self, proposal: Proposal, *, as_of: date, at: datetime) -> "Action":
        """The same cause on a later day; what was decided holds while it rests."""
        if self.rests_on(as_of):
            return self
        back = self.state in (ActionState.DONE, ActionState.IRRELEVANT)
        latest = replace(self, proposal=proposal).latest_snooze(as_of)
        return replace(
            self,
            proposal=proposal,
            snoozed_until=min(self.snoozed_until, latest) if self.snoozed_until is not None else None,
            as_of=as_of,
            state=ActionState.OPEN if back else self.state,
            version=self.version + (1 if back else 0),
            updated_at=at if back else self.updated_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerActions:
    """A customer of a day's list with all open actions, the best first."""

    customer_id: str
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """How often an advisor called actions of a kind done, and how often not relevant."""

    done: int = 0
    irrelevant: int = 0
