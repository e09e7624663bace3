"""The advisor's day in a whole house."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import chain, repeat
from pathlib import Path

import pytest

from assistant.audit.model import AuditEvent
from assistant.bootstrap import SHIPPED_LIBRARY
from assistant.clock import SHANGHAI, Clock
from assistant.errors import Conflict, NotFound, NotPermitted
from assistant.identity.model import SYSTEM
from assistant.next_actions.catalogue import KINDS
from assistant.next_actions.model import ActionState, Feedback, Verdict
from assistant.workflows.decide_action import Day
from tests.support.customer_files import a_row, write_rows
from tests.support.house import CHEN, SHEN, ZHOU, House


def plan(house: House) -> None:
    for run in house.application.plan_day.due():
        house.application.plan_day(run)


def keys(day: Day) -> set[tuple[str, str]]:
    return {(action.proposal.customer_id, action.proposal.key) for entry in day.entries for action in entry.actions}


def _scores(day: Day, kind: str) -> list[float]:
    proposals = [action.proposal for entry in day.entries for action in entry.actions]
    return sorted((each.score for each in proposals if each.kind == kind), reverse=True)


def test_a_day_is_planned_once_and_lists_the_own_book_only(house: House) -> None:
    assert house.application.browse_day(CHEN).planned_at is None
    plan(house)
    assert house.application.plan_day.due() == ()
    day = house.application.browse_day(CHEN)
    assert day.total == len(day.entries) > 3
    assert sum(day.counts.values()) == len(keys(day))
    mine = {row.id for row in house.application.browse_customers.page(CHEN).items}
    assert {entry.customer.id for entry in day.entries} <= mine
    best = [entry.actions[0].proposal.score for entry in day.entries]
    assert best == sorted(best, reverse=True)
    assert any(day.scripts.values())
    first = {kind: _scores(day, kind)[0] for kind in day.counts}
    assert list(first.values()) == sorted(first.values(), reverse=True)


def test_a_verdict_moves_it_can_be_taken_back_and_leaves_a_trace(house: House) -> None:
    plan(house)
    decide = house.application.decide_action
    action = house.application.browse_day(CHEN).entries[0].actions[0].proposal
    decide(action.customer_id, action.key, Verdict.DONE, by=CHEN)
    assert (action.customer_id, action.key) not in keys(house.application.browse_day(CHEN))
    assert (action.customer_id, action.key) in keys(house.application.browse_day(CHEN, state=ActionState.DONE))
    assert house.application.browse_day(CHEN).decided_today == {ActionState.DONE: 1}
    with pytest.raises(Conflict):
        decide(action.customer_id, action.key, Verdict.DONE, by=CHEN)
    house.time.advance(seconds=1)
    decide(action.customer_id, action.key, Verdict.REOPEN, by=CHEN)
    assert house.application.browse_day(CHEN).decided_today == {}
    assert (action.customer_id, action.key) in keys(house.application.browse_day(CHEN))
    with house.application.decide_action.storage.reading() as work:
        assert work.audit.counts()[AuditEvent.ACTION_DECIDED] == 2
        assert set(work.next_actions.feedback(CHEN.id).values()) == {Feedback()}


def test_what_is_put_off_comes_back_on_its_day_and_what_is_done_rests(house: House) -> None:
    plan(house)
    first, second = (entry.actions[0].proposal for entry in house.application.browse_day(CHEN).entries[:2])
    until = house.application.clock.today() + timedelta(days=7)
    house.application.decide_action(first.customer_id, first.key, Verdict.SNOOZE, by=CHEN, until=until)
    house.application.decide_action(second.customer_id, second.key, Verdict.DONE, by=CHEN)
    house.time.advance(hours=6)
    house.application.request_day.own(CHEN)
    plan(house)
    today = keys(house.application.browse_day(CHEN))
    assert not {(first.customer_id, first.key), (second.customer_id, second.key)} & today
    house.time.advance(days=7)
    assert (first.customer_id, first.key) in keys(house.application.browse_day(CHEN))


def test_a_cause_that_is_gone_takes_its_action_along(house: House) -> None:
    plan(house)
    maturing = next(
        action.proposal
        for entry in house.application.browse_day(CHEN, limit=200).entries
        for action in entry.actions
        if action.proposal.kind == "maturing_holding"
    )
    house.time.advance(days=120)
    plan(house)
    assert (maturing.customer_id, maturing.key) not in keys(house.application.browse_day(CHEN, limit=200))


def test_nobody_reaches_into_another_book(house: House) -> None:
    plan(house)
    theirs = house.application.browse_day(ZHOU).entries[0].actions[0].proposal
    with pytest.raises(NotFound):
        house.application.decide_action(theirs.customer_id, theirs.key, Verdict.DONE, by=CHEN)
    with pytest.raises(NotFound):
        house.application.browse_day.of_customer(theirs.customer_id, CHEN)
    for stranger in (SHEN, house.customer):
        with pytest.raises(NotPermitted):
            house.application.browse_day(stranger)
        with pytest.raises(NotPermitted):
            house.application.decide_action(theirs.customer_id, theirs.key, Verdict.DONE, by=stranger)
        with pytest.raises(NotPermitted):
            house.application.request_day.own(stranger)


def test_every_script_of_the_catalogue_is_in_the_library() -> None:
    names = {path.name.partition("@")[0] for path in (SHIPPED_LIBRARY / "scripts").iterdir()}
    assert {kind.script for kind in KINDS.values() if kind.script} <= names


def test_what_changes_while_a_day_is_planned_is_planned_after_it(house: House) -> None:
    application = house.application
    asked: list[bool] = []

    def changes_meanwhile() -> datetime:
        if not asked:
            asked.append(application.request_day.own(CHEN))
            application.request_day.own(CHEN)
        return house.time.moment

    for run in application.plan_day.due():
        application.plan_day(run)
    application.request_day.own(CHEN)
    (run,) = application.plan_day.due()
    replace(application.plan_day, clock=Clock(changes_meanwhile))(run)
    assert len(set(application.plan_day.due()) - {run}) == 1


def test_a_day_that_is_planned_over_midnight_is_one_day(house: House, tmp_path: Path) -> None:
    day = house.application.clock.today()
    due = day + timedelta(days=5)
    write_rows(tmp_path, "customers", [a_row("customers", customer_id="X000001", advisor_id=CHEN.id)])
    held = {"customer_id": "X000001", "product_code": "N1", "matures_on": due.isoformat()}
    write_rows(tmp_path, "holdings", [a_row("holdings", **held)])
    assert house.application.import_customers(tmp_path, by=SYSTEM).run.rejected == 0
    (run, *_) = house.application.plan_day.due()
    midnight = datetime.combine(day + timedelta(days=1), time(), tzinfo=SHANGHAI)
    moments = chain([midnight - timedelta(seconds=1)], repeat(midnight))
    with house.application.decide_action.storage.reading() as work:
        assert work.next_actions.advisor_of(run) == CHEN.id
    replace(house.application.plan_day, clock=Clock(lambda: next(moments)))(run)
    actions = house.application.browse_day.of_customer("X000001", CHEN)
    maturing = next(each for each in actions if each.proposal.kind == "maturing_holding")
    assert (maturing.as_of, maturing.proposal.due_on) == (day, due)
    assert "还有5天" in maturing.proposal.reason
