"""Every move is in the table or refused, and the four eyes hold whatever people try."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from assistant.audit.model import AuditEvent
from assistant.drafting.model import DraftKind
from assistant.errors import Conflict, Invalid, NotPermitted, YiceError
from assistant.identity.model import SYSTEM, Actor, Licence, Role
from assistant.review.model import (
    ACTION_LABELS,
    STATE_LABELS,
    TRANSITIONS,
    ApprovalPolicy,
    ReviewAction,
    ReviewCase,
    ReviewState,
    digest_of,
)
from tests.support.review import (
    ADVISOR,
    NOON,
    OTHER_ADVISOR,
    REVIEWER,
    SECOND_REVIEWER,
    a_block,
    a_case,
    a_revision,
)

_ACTORS = {Role.ADVISOR: ADVISOR, Role.REVIEWER: REVIEWER, Role.SYSTEM: SYSTEM}
_TWO_EYES_PAIRS = {DraftKind.REPLY: ApprovalPolicy(2, Licence.COMPLIANCE)}


def act(case: ReviewCase, action: ReviewAction, by: Actor, *, reason: str = "理由") -> ReviewCase:
    if action is ReviewAction.EDIT:
        return case.edited(a_revision(number=case.revision.number + 1, text="改过。"), by, NOON)
    return case.after(action, by, digest=case.revision.digest, reason=reason, at=NOON)


@pytest.mark.parametrize(
    ("state", "action"), sorted(set(itertools.product(ReviewState, ReviewAction)) - TRANSITIONS.keys())
)
def test_every_move_not_in_the_table_is_refused(state: ReviewState, action: ReviewAction) -> None:
    for actor in _ACTORS.values():
        with pytest.raises(Conflict):
            act(a_case(state=state), action, actor)


@pytest.mark.parametrize(("state", "action"), sorted(TRANSITIONS))
def test_every_move_in_the_table_leads_where_it_says_for_its_role_only(
    state: ReviewState, action: ReviewAction
) -> None:
    target, role = TRANSITIONS[state, action]
    assert act(a_case(state=state), action, _ACTORS[role]).state is target
    for other in _ACTORS.values():
        if other.role is not role:
            with pytest.raises(NotPermitted):
                act(a_case(state=state), action, other)


def test_every_action_and_state_has_a_name_and_a_trace() -> None:
    assert {f"review:{action}" for action in ReviewAction} <= set(AuditEvent)
    assert set(STATE_LABELS) == set(ReviewState)
    assert set(ACTION_LABELS) == set(ReviewAction)


def test_only_the_maker_submits() -> None:
    with pytest.raises(NotPermitted):
        act(a_case(), ReviewAction.SUBMIT, OTHER_ADVISOR)


@pytest.mark.parametrize(
    "advisor",
    [replace(ADVISOR, licences=frozenset()), replace(ADVISOR, registration_number=None)],
    ids=["no licence", "not registered"],
)
def test_advice_is_submitted_by_a_registered_adviser_only(advisor: Actor) -> None:
    with pytest.raises(NotPermitted):
        act(a_case(), ReviewAction.SUBMIT, advisor)


def test_a_reviewer_without_the_licence_cannot_approve() -> None:
    with pytest.raises(NotPermitted):
        act(a_case(state=ReviewState.WAITING), ReviewAction.APPROVE, replace(REVIEWER, licences=frozenset()))


def test_the_author_of_the_text_cannot_approve_it_in_another_role() -> None:
    own = a_revision(author_id=REVIEWER.id)
    with pytest.raises(NotPermitted):
        act(a_case(state=ReviewState.WAITING, revision=own), ReviewAction.APPROVE, REVIEWER)


@pytest.mark.parametrize("action", [ReviewAction.SUBMIT, ReviewAction.APPROVE])
def test_a_blocked_text_goes_nowhere(action: ReviewAction) -> None:
    state = ReviewState.DRAFT if action is ReviewAction.SUBMIT else ReviewState.WAITING
    actor = ADVISOR if action is ReviewAction.SUBMIT else REVIEWER
    with pytest.raises(Conflict):
        act(a_case(state=state, revision=a_revision(findings=(a_block(),))), action, actor)


@pytest.mark.parametrize("action", [ReviewAction.RETURN, ReviewAction.REJECT])
def test_saying_no_needs_a_reason(action: ReviewAction) -> None:
    with pytest.raises(Invalid):
        act(a_case(state=ReviewState.WAITING), action, REVIEWER, reason="  ")


def test_a_decision_on_an_older_text_is_refused() -> None:
    with pytest.raises(Conflict):
        a_case(state=ReviewState.WAITING).after(
            ReviewAction.APPROVE, REVIEWER, digest=digest_of("别的文本"), reason="", at=NOON
        )


def test_a_text_that_does_not_have_its_digest_cannot_exist() -> None:
    with pytest.raises(Invalid):
        replace(a_revision(), text="被换掉的文本。")


def test_two_approvals_come_from_two_people() -> None:
    case = a_case(state=ReviewState.WAITING)
    digest = case.revision.digest

    def approve(waiting: ReviewCase, by: Actor) -> ReviewCase:
        return waiting.after(ReviewAction.APPROVE, by, digest=digest, reason="", at=NOON, policies=_TWO_EYES_PAIRS)

    once = approve(case, REVIEWER)
    assert once.state is ReviewState.WAITING
    with pytest.raises(Conflict):
        approve(once, REVIEWER)
    assert approve(once, SECOND_REVIEWER).state is ReviewState.APPROVED


class AnybodyTriesAnything(RuleBasedStateMachine):
    """Whatever is tried in whatever order, nothing is approved or delivered that should not be."""

    def __init__(self) -> None:
        super().__init__()
        self.case = a_case()
        self.submitted: str | None = None

    @rule(
        action=st.sampled_from([action for action in ReviewAction if action is not ReviewAction.EDIT]),
        actor=st.sampled_from([ADVISOR, OTHER_ADVISOR, REVIEWER, SECOND_REVIEWER, SYSTEM]),
        stale=st.booleans(),
    )
    def decide(self, action: ReviewAction, actor: Actor, stale: bool) -> None:
        digest = digest_of("旧文本") if stale else self.case.revision.digest
        try:
            self.case = self.case.after(action, actor, digest=digest, reason="理由", at=NOON)
        except YiceError:
            return
        if action is ReviewAction.SUBMIT:
            self.submitted = self.case.revision.digest

    @rule(text=st.sampled_from(["甲。", "乙。", "丙。"]), actor=st.sampled_from([ADVISOR, OTHER_ADVISOR, REVIEWER]))
    def edit(self, text: str, actor: Actor) -> None:
        revision = a_revision(number=self.case.revision.number + 1, text=text, author_id=actor.id)
        try:
            self.case = self.case.edited(revision, actor, NOON)
        except YiceError:
            return

    @invariant()
    def what_is_approved_was_submitted_and_approved_by_another(self) -> None:
        if self.case.state in (ReviewState.APPROVED, ReviewState.DELIVERED):
            assert self.case.revision.digest == self.submitted
            approvers = {decision.actor_id for decision in self.case.approvals}
            assert approvers
            assert self.case.advisor_id not in approvers
            assert self.case.revision.author_id not in approvers


TestAnybodyTriesAnything = AnybodyTriesAnything.TestCase
TestAnybodyTriesAnything.settings = settings(max_examples=60, stateful_step_count=30)
