"""A customer who withdraws consent to profiling, at any moment between drafting and dispatch."""

from pathlib import Path

import pytest

from assistant.drafting.model import REPORTS, DraftKind
from assistant.errors import Conflict
from assistant.identity.model import SYSTEM
from assistant.next_actions.catalogue import KINDS
from assistant.plans.model import PlanState
from assistant.review.model import ReviewAction, ReviewCase, ReviewState
from knowledge.customers.model import Scope
from tests.support.house import CHEN, SHEN, House

_KINDS = sorted({DraftKind.PLAN, *REPORTS})


def drafted(house: House, customer_id: str, kind: DraftKind = DraftKind.PLAN) -> ReviewCase | None:
    """``None`` where the customer has no use for it, or may not have it."""
    request = house.application.request_plan(customer_id, kind=kind, by=CHEN)
    house.application.prepare_plan(request.id)
    if house.application.follow_plan(request.id, by=CHEN).state is not PlanState.DONE:
        return None
    return house.application.browse_cases.view(request.case_id, by=CHEN).case


def personal(house: House, kind: DraftKind = DraftKind.PLAN) -> ReviewCase:
    """For the first customer who gets one that nothing speaks against."""
    for row in house.application.browse_customers.page(CHEN, limit=50).items:
        case = drafted(house, row.id, kind)
        if case is not None and not case.revision.blocked and case.revision.draft.briefing:
            return case
    raise AssertionError(f"nobody gets a {kind}")


def withdraw(house: House, customer_id: str, folder: Path, consent: str = "profiling") -> tuple[int, str]:
    """Cases that went back, and the day."""
    day = house.application.clock.today().isoformat()
    folder.mkdir()
    (folder / "consents.csv").write_text(f"customer_id,kind,day,granted\n{customer_id},{consent},{day},false\n")
    report = house.application.import_customers(folder, by=SYSTEM)
    assert (report.run.accepted, report.run.rejected) == (1, 0)
    return report.run.voided, day


def owner(case: ReviewCase) -> str:
    assert case.customer_id is not None
    return case.customer_id


def decided(house: House, case: ReviewCase, *actions: ReviewAction) -> ReviewCase:
    for action in actions:
        by = CHEN if action is ReviewAction.SUBMIT else SHEN
        case = house.application.decide_review(case.id, action, digest=case.revision.digest, reason="", by=by)
    return case


def test_an_approved_plan_goes_back_and_is_not_delivered(house: House, tmp_path: Path) -> None:
    case = decided(house, personal(house), ReviewAction.SUBMIT, ReviewAction.APPROVE)
    assert case.state is ReviewState.APPROVED
    assert withdraw(house, owner(case), tmp_path / "files")[0] >= 1
    house.do_jobs()
    again = house.application.browse_cases.view(case.id, by=CHEN).case
    assert again.state is ReviewState.RETURNED
    assert "个性化推荐" in again.decisions[-1].reason


@pytest.mark.parametrize("kind", _KINDS)
def test_a_draft_made_before_cannot_be_submitted(house: House, tmp_path: Path, kind: DraftKind) -> None:
    case = personal(house, kind)
    withdraw(house, owner(case), tmp_path / "files")
    with pytest.raises(Conflict):
        decided(house, case, ReviewAction.SUBMIT)


def test_an_offer_that_waits_goes_back_when_marketing_is_refused(house: House, tmp_path: Path) -> None:
    rows = house.application.browse_customers.page(CHEN, limit=50).items
    plans = (drafted(house, row.id) for row in rows)
    offer = next(
        plan for plan in plans if plan and plan.revision.draft.recommended_products and not plan.revision.blocked
    )
    waiting = decided(house, offer, ReviewAction.SUBMIT)
    assert withdraw(house, owner(offer), tmp_path / "files", "marketing")[0] >= 1
    again = house.application.browse_cases.view(waiting.id, by=CHEN).case
    assert again.state is ReviewState.RETURNED
    assert "营销信息" in again.decisions[-1].reason
    after = drafted(house, owner(offer))
    assert after is not None
    assert not after.revision.blocked
    assert decided(house, after, ReviewAction.SUBMIT).state is ReviewState.WAITING


@pytest.mark.parametrize("kind", _KINDS)
def test_what_is_drafted_afterwards_holds_nothing_personal_and_may_leave(
    house: House, tmp_path: Path, kind: DraftKind
) -> None:
    before = personal(house, kind)
    withdraw(house, owner(before), tmp_path / "files")
    after = drafted(house, owner(before), kind)
    if kind in (DraftKind.DIAGNOSIS, DraftKind.QUARTERLY):
        assert after is None
        return
    assert after is not None
    assert after.revision.draft.briefing == ()
    assert after.revision.draft.recommended_products == ()
    assert decided(house, after, ReviewAction.SUBMIT).state is ReviewState.WAITING


def test_a_plan_that_was_asked_for_before_is_impersonal(house: House, tmp_path: Path) -> None:
    customer_id = owner(personal(house))
    request = house.application.request_plan(customer_id, by=CHEN)
    withdraw(house, customer_id, tmp_path / "files")
    house.application.prepare_plan(request.id)
    case = house.application.browse_cases.view(request.case_id, by=CHEN).case
    assert {fact.id for fact in case.revision.draft.facts} == {"fact:customer.profiling"}


def test_what_is_to_be_done_scores_and_segment_are_gone_at_once(house: House, tmp_path: Path) -> None:
    house.application.score_customers()
    for run in house.application.plan_day.due():
        house.application.plan_day(run)
    storage = house.application.plan_day.storage
    with storage.reading() as work:
        found = work.next_actions.page(CHEN.id, on=house.application.clock.today(), limit=200)[0]
        scored = work.demand.of([each.customer_id for each in found], scope=Scope.everyone())
    customer_id = next(
        each.customer_id
        for each in found
        if each.customer_id in scored and any(not KINDS[action.proposal.kind].duty for action in each.actions)
    )
    withdraw(house, customer_id, tmp_path / "files")
    left = house.application.browse_day.of_customer(customer_id, CHEN)
    assert all(KINDS[action.proposal.kind].duty for action in left)
    with storage.reading() as work:
        table = work.segments.all(scope=Scope.everyone())
    assert customer_id not in table
    assert house.application.explain_demand(customer_id, by=CHEN).needs == ()
