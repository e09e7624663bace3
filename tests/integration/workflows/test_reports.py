"""Reports are asked for, drafted, checked and kept like a plan: own customers only, and a briefing for the advisor."""

from pathlib import Path

import pytest

from assistant.checks.model import Severity
from assistant.drafting.model import DraftKind
from assistant.errors import Invalid, NotFound, NotPermitted
from assistant.identity.model import SYSTEM
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


@pytest.mark.parametrize("kind", [DraftKind.DIAGNOSIS, DraftKind.QUARTERLY])
def test_holdings_without_prices_are_told_and_stop_no_report(house: House, tmp_path: Path, kind: DraftKind) -> None:
    day = house.application.clock.today().isoformat()
    names = {"XZ01": "甲机构稳健收益一号集合计划", "XZ02": "乙机构增利债券型二号计划"}
    folder = tmp_path / "files"
    folder.mkdir()
    priced = [f"{code},{day},1.02" for code in names]
    held = [f"{house.customer_id},{code},{name},fixed_income,R2,1000,90000,91000,{day}" for code, name in names.items()]
    columns = "customer_id,product_code,product_name,variety,risk_grade,quantity,cost,market_value,as_of"
    (folder / "prices.csv").write_text("\n".join(["product_code,day,close", *priced]) + "\n", encoding="utf-8")
    (folder / "holdings.csv").write_text("\n".join([columns, *held]) + "\n", encoding="utf-8")
    assert house.application.import_customers(folder, by=SYSTEM).run.rejected == 0
    request = house.application.request_plan(house.customer_id, kind=kind, by=CHEN)
    house.do_jobs()
    revision = house.application.browse_cases.view(request.case_id, by=CHEN).case.revision
    assert [finding.reason for finding in revision.findings if finding.severity is Severity.BLOCK] == []
    assert f"没有纳入测算：{'、'.join(names.values())}" in revision.text


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
