"""A customer who is given to another advisor, and an advisor who leaves, while a plan is on its way."""

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.errors import Conflict, NotFound
from assistant.exporting.model import ExportFormat
from assistant.identity.model import SYSTEM
from assistant.review.model import ReviewAction, ReviewCase, ReviewState
from tests.support.customer_files import a_row, write_rows
from tests.support.house import CHEN, SHEN, ZHOU, House


@pytest.fixture
def plan(house: House) -> ReviewCase:
    """Of the first customer of ``CHEN`` for whom nothing speaks against one."""
    for row in house.application.browse_customers.page(CHEN, limit=50).items:
        request = house.application.request_plan(row.id, by=CHEN)
        house.application.prepare_plan(request.id)
        case = house.application.browse_cases.view(request.case_id, by=CHEN).case
        if not case.revision.blocked:
            return case
    raise AssertionError("nobody gets a plan")


def decided(house: House, case: ReviewCase, action: ReviewAction) -> ReviewState:
    by = CHEN if action is ReviewAction.SUBMIT else SHEN
    return house.application.decide_review(case.id, action, digest=case.revision.digest, reason="", by=by).state


def move(house: House, customer_id: str, folder: Path) -> None:
    """To ``ZHOU``, by a file as the source system would send it."""
    folder.mkdir()
    write_rows(folder, "customers", [a_row("customers", customer_id=customer_id, advisor_id=ZHOU.id)])
    assert house.application.import_customers(folder, by=SYSTEM).run.rejected == 0


def test_what_was_written_is_seen_by_the_new_advisor_only(house: House, plan: ReviewCase, tmp_path: Path) -> None:
    move(house, plan.customer_id, tmp_path / "files")
    application = house.application
    assert application.browse_cases.view(plan.id, by=ZHOU).allowed == frozenset()
    assert plan.id in {case.id for case in application.browse_cases.page(ZHOU, limit=200).cases}
    assert plan.id not in {case.id for case in application.browse_cases.page(CHEN, limit=200).cases}
    for refused in (
        lambda: application.browse_cases.view(plan.id, by=CHEN),
        lambda: application.export_case(plan.id, ExportFormat.HTML, by=CHEN),
        lambda: application.export_evidence(plan.id, by=CHEN),
        lambda: decided(house, plan, ReviewAction.SUBMIT),
    ):
        with pytest.raises(NotFound):
            refused()
    with pytest.raises(Conflict):
        application.decide_review(plan.id, ReviewAction.SUBMIT, digest=plan.revision.digest, by=ZHOU)


@pytest.mark.parametrize("approved", [False, True])
def test_what_waits_or_is_approved_does_not_leave_in_the_old_name(
    house: House, plan: ReviewCase, tmp_path: Path, *, approved: bool
) -> None:
    decided(house, plan, ReviewAction.SUBMIT)
    if approved:
        decided(house, plan, ReviewAction.APPROVE)
    move(house, plan.customer_id, tmp_path / "files")
    house.do_jobs()
    now = house.application.browse_cases.view(plan.id, by=SHEN).case
    assert now.state is ReviewState.RETURNED
    assert "另一位投资顾问" in now.decisions[-1].reason
    with pytest.raises(Conflict):
        decided(house, plan, ReviewAction.APPROVE)


def let_go(house: House) -> None:
    with house.application.decide_review.storage.unit_of_work() as work:
        work.accounts.save(replace(work.accounts.get(CHEN.id), active=False))


def test_what_an_advisor_who_left_has_written_is_not_approved(house: House, plan: ReviewCase) -> None:
    decided(house, plan, ReviewAction.SUBMIT)
    let_go(house)
    with pytest.raises(Conflict, match="账号已停用"):
        decided(house, plan, ReviewAction.APPROVE)


def test_what_was_approved_does_not_leave_in_the_name_of_an_advisor_who_left(house: House, plan: ReviewCase) -> None:
    decided(house, plan, ReviewAction.SUBMIT)
    decided(house, plan, ReviewAction.APPROVE)
    let_go(house)
    house.do_jobs()
    now = house.application.browse_cases.view(plan.id, by=SHEN).case
    assert now.state is ReviewState.RETURNED
    assert "账号已停用" in now.decisions[-1].reason
