"""What may be done to an action, and how long what was decided holds."""

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from assistant.errors import Conflict, Invalid
from assistant.next_actions.model import TRANSITIONS, Action, ActionState, Proposal, Verdict

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
ILLEGAL = sorted(set(itertools.product(ActionState, Verdict)) - TRANSITIONS.keys())


def an_action(kind: str = "idle_cash", state: ActionState = ActionState.OPEN, *, due_in: int | None = None) -> Action:
    proposal = Proposal(
        customer_id="K000001",
        key=kind,
        kind=kind,
        reason="可用资金较多。",
        advice=None,
        facts={},
        channel="phone",
        value=0.5,
        urgency=0.5,
        learned=1.0,
        due_on=TODAY + timedelta(days=due_in) if due_in is not None else None,
    )
    return Action(
        proposal=proposal,
        advisor_id="advisor-1",
        as_of=TODAY,
        state=state,
        snoozed_until=None,
        version=3,
        updated_at=NOW,
    )


@pytest.mark.parametrize(("state", "verdict"), ILLEGAL)
def test_every_verdict_that_is_not_in_the_table_is_refused(state: ActionState, verdict: Verdict) -> None:
    with pytest.raises(Conflict):
        an_action(state=state).after(verdict, today=TODAY, at=NOW, until=TODAY + timedelta(days=1))


@pytest.mark.parametrize("until", [None, TODAY, TODAY - timedelta(days=1), TODAY + timedelta(days=91)])
def test_nothing_is_put_off_into_the_past_or_for_ever(until: date | None) -> None:
    with pytest.raises(Invalid):
        an_action().after(Verdict.SNOOZE, today=TODAY, at=NOW, until=until)


@pytest.mark.parametrize(
    ("kind", "due_in", "days"),
    [
        ("maturing_holding", 20, 20),
        ("maturing_holding", 0, 1),
        ("assessment_expiring", 3, 3),
        ("margin_below_warning", None, 1),
        ("recent_complaint", None, 3),
        ("assessment_expired", None, 7),
        ("birthday", 3, 90),
    ],
)
def test_a_duty_is_not_put_off_beyond_its_day(kind: str, due_in: int | None, days: int) -> None:
    action = an_action(kind, due_in=due_in)
    latest = TODAY + timedelta(days=days)
    assert action.after(Verdict.SNOOZE, today=TODAY, at=NOW, until=latest).snoozed_until == latest
    with pytest.raises(Invalid, match=f"{latest.year}年{latest.month}月{latest.day}日"):
        action.after(Verdict.SNOOZE, today=TODAY, at=NOW, until=latest + timedelta(days=1))


def test_a_duty_that_falls_due_sooner_comes_back_sooner() -> None:
    until = TODAY + timedelta(days=20)
    put_off = an_action("maturing_holding", due_in=20).after(Verdict.SNOOZE, today=TODAY, at=NOW, until=until)
    sooner = an_action("maturing_holding", due_in=5).proposal
    assert put_off.renewed(sooner, as_of=TODAY, at=NOW).snoozed_until == TODAY + timedelta(days=5)


def test_what_was_done_rests_and_comes_back_if_its_cause_lasts() -> None:
    done = an_action().after(Verdict.DONE, today=TODAY, at=NOW)
    tomorrow, later = TODAY + timedelta(days=1), TODAY + timedelta(days=45)
    assert done.renewed(done.proposal, as_of=tomorrow, at=NOW + timedelta(days=1)) == done
    back = done.renewed(done.proposal, as_of=later, at=NOW + timedelta(days=45))
    assert (back.state, back.version) == (ActionState.OPEN, done.version + 1)


def test_what_was_done_before_eight_in_shanghai_rests_for_the_day_there() -> None:
    early = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)  # half past seven on the 22nd
    done = an_action("margin_below_warning").after(Verdict.DONE, today=TODAY, at=early)
    assert done.rests_on(TODAY)
    assert not done.rests_on(TODAY + timedelta(days=1))


def test_a_duty_called_irrelevant_comes_back_as_soon_as_one_that_was_done() -> None:
    owed = an_action("assessment_expired").after(Verdict.IRRELEVANT, today=TODAY, at=NOW)
    offered = an_action().after(Verdict.IRRELEVANT, today=TODAY, at=NOW)
    day = TODAY + timedelta(days=20)
    assert not owed.rests_on(day)
    assert offered.rests_on(day)


def test_a_renewed_action_keeps_being_put_off() -> None:
    put_off = an_action().after(Verdict.SNOOZE, today=TODAY, at=NOW, until=TODAY + timedelta(days=7))
    changed = replace(put_off.proposal, reason="可用资金更多了。")
    renewed = put_off.renewed(changed, as_of=TODAY + timedelta(days=1), at=NOW)
    assert (renewed.state, renewed.snoozed_until, renewed.proposal) == (
        ActionState.SNOOZED,
        put_off.snoozed_until,
        changed,
    )
