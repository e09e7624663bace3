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
            _must_be_near(until, today)
        return replace(
            self,
            state=state,
            snoozed_until=until if verdict is Verdict.SNOOZE else None,
            version=self.version + 1,
            updated_at=at,
        )

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
        return replace(
            self,
            proposal=proposal,
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


def _must_be_near(until: date | None, today: date) -> None:
    if until is None or not today < until <= today + timedelta(days=LONGEST_SNOOZE_DAYS):
        raise Invalid(f"推迟到的日期应在明天到{LONGEST_SNOOZE_DAYS}天之内。")
