"""Reports are asked for, drafted, checked and kept like a plan: own customers only, and a briefing for the advisor."""

import pytest

from assistant.drafting.model import DraftKind
from assistant.errors import Invalid, NotFound, NotPermitted
from assistant.plans.model import PlanState
from tests.support.house import CHEN, OPS, ZHOU, House

ALWAYS = (DraftKind.PLAN, DraftKind.DIAGNOSIS, DraftKind.QUARTERLY, DraftKind.EDUCATION)


@pytest.mark.parametrize("kind", ALWAYS)
def test_a_report_becomes_a_case_of_its_kind_that_nothing_stops(house: House, kind: DraftKind) -> None:
    request = house.application.request_plan(house.customer_id, kind=kind, by=CHEN)
    house.do_jobs()
    assert house.application.follow_plan(request.id, by=CHEN).state is PlanState.DONE
    view = house.application.browse_cases.view(request.case_id, by=CHEN)
    assert view.case.kind is kind
    assert not view.case.revision.blocked
    assert view.case.revision.draft.briefing
    briefing = {one.text for section in view.case.revision.draft.briefing for one in section.statements}
    assert not any(text in view.case.revision.text for text in briefing if text.startswith(("处理：", "问：")))


def test_a_report_that_the_customer_has_no_use_for_says_why(house: House) -> None:
    request = house.application.request_plan(house.customer_id, kind=DraftKind.REASSESSMENT, by=CHEN)
    house.do_jobs()
    found = house.application.follow_plan(request.id, by=CHEN)
    assert found.state is PlanState.FAILED
    assert "不需要测评提示" in (found.error or "")


def test_a_plan_and_a_report_are_on_their_way_beside_each_other(house: House) -> None:
    plan = house.application.request_plan(house.customer_id, by=CHEN)
    report = house.application.request_plan(house.customer_id, kind=DraftKind.QUARTERLY, by=CHEN)
    again = house.application.request_plan(house.customer_id, kind=DraftKind.QUARTERLY, by=CHEN)
    assert plan.id != report.id
    assert report.id == again.id


@pytest.mark.parametrize("kind", [DraftKind.ANSWER, DraftKind.REPLY, DraftKind.WARNING])
def test_what_is_no_letter_for_a_customer_cannot_be_asked_for(house: House, kind: DraftKind) -> None:
    with pytest.raises(Invalid):
        house.application.request_plan(house.customer_id, kind=kind, by=CHEN)


def test_another_advisor_and_other_roles_get_no_report(house: House) -> None:
    with pytest.raises(NotFound):
        house.application.request_plan(house.customer_id, kind=DraftKind.DIAGNOSIS, by=ZHOU)
    for actor in (OPS, house.customer):
        with pytest.raises(NotPermitted):
            house.application.request_plan(house.customer_id, kind=DraftKind.DIAGNOSIS, by=actor)
