"""A product whose note is no longer in force is offered to nobody, at no stage."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from assistant.analysis.model import MatchVerdict
from assistant.bootstrap import SHIPPED_LIBRARY
from assistant.errors import Conflict
from assistant.review.model import ReviewAction, ReviewCase, ReviewState
from knowledge.documents.loading import load_bytes
from knowledge.documents.model import Period
from tests.support.house import CHEN, KEEPER, SHEN, House

REASON = "管理人终止募集"
TOMORROW = date(2026, 11, 23)
MIDNIGHT = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)


def a_plan(house: House) -> ReviewCase:
    """A plan that recommends a product, for the first customer of whom one is drafted."""
    for row in house.application.browse_customers.page(CHEN, limit=50).items:
        request = house.application.request_plan(row.id, by=CHEN)
        house.application.prepare_plan(request.id)
        case = house.application.browse_cases.view(request.case_id, by=CHEN).case
        if case.revision.draft.recommended_products and not case.revision.blocked:
            return case
    raise AssertionError("no plan recommends a product")


def the_note_of(house: House, code: str) -> tuple[str, str]:
    """Which version of which document tells the terms of a product today."""
    with house.application.withdraw_version.storage.reading() as work:
        versions = work.documents.versions(work.products.get(code).document_id)
    (note,) = (version for version in versions if version.in_force_on(house.application.clock.today()))
    return note.document_id, note.label


def recommended(house: House, case: ReviewCase) -> tuple[str, str, str]:
    """The code of a product that the plan recommends, and its note."""
    code = case.revision.draft.recommended_products[0]
    return code, *the_note_of(house, code)


def withdrawn(house: House, document: str, label: str) -> tuple[str, ...]:
    return house.application.withdraw_version(document, label, reason=REASON, by=KEEPER).voided_cases


def repealed(house: House, document: str, label: str) -> tuple[str, ...]:
    today = house.application.clock.today()
    return house.application.repeal_version(document, label, on=today, reason=REASON, by=KEEPER).voided_cases


def repealed_ahead(house: House, document: str, label: str) -> tuple[str, ...]:
    done = house.application.repeal_version(document, label, on=TOMORROW, reason=REASON, by=KEEPER)
    assert done.voided_cases == ()
    assert house.application.renew_products() == ()
    house.time.moment = MIDNIGHT
    return house.application.renew_products()


@pytest.mark.parametrize("end", [withdrawn, repealed, repealed_ahead])
def test_a_plan_that_recommends_it_goes_back_and_no_new_one_does(
    house: House, end: Callable[[House, str, str], tuple[str, ...]]
) -> None:
    case = a_plan(house)
    code, document, label = recommended(house, case)
    assert case.id in end(house, document, label)
    returned = house.application.browse_cases.view(case.id, by=CHEN).case
    assert returned.state is ReviewState.RETURNED
    assert "产品概况" in returned.decisions[-1].reason
    assert "没有变化" not in returned.decisions[-1].reason
    customer = case.revision.draft.customer_id or ""
    matches = house.application.browse_customers.view(customer, by=CHEN).matches
    assert code not in {each.product_code for each in matches}
    request = house.application.request_plan(customer, by=CHEN)
    house.application.prepare_plan(request.id)
    again = house.application.browse_cases.view(request.case_id, by=CHEN).case.revision.draft
    assert code not in again.recommended_products
    assert code not in {match.product_code for match in again.matches}


def test_submission_approval_and_dispatch_each_refuse_it_by_themselves(house: House) -> None:
    storage = house.application.deliver.storage
    case = a_plan(house)
    code, *_ = recommended(house, case)
    decide, digest = house.application.decide_review, case.revision.digest

    def sell(*, on_sale: bool) -> None:
        with storage.database.begin() as connection:
            connection.exec_driver_sql(f"UPDATE products SET on_sale = {int(on_sale)} WHERE code = '{code}'")

    sell(on_sale=False)
    with pytest.raises(Conflict, match="不再销售"):
        decide(case.id, ReviewAction.SUBMIT, digest=digest, by=CHEN)
    sell(on_sale=True)
    decide(case.id, ReviewAction.SUBMIT, digest=digest, by=CHEN)
    sell(on_sale=False)
    with pytest.raises(Conflict, match="不再销售"):
        decide(case.id, ReviewAction.APPROVE, digest=digest, by=SHEN)
    sell(on_sale=True)
    decide(case.id, ReviewAction.APPROVE, digest=digest, by=SHEN)
    sell(on_sale=False)
    house.do_jobs()
    view = house.application.browse_cases.view(case.id, by=CHEN)
    assert view.case.state is ReviewState.RETURNED


def test_it_cannot_be_typed_into_a_letter(house: House) -> None:
    case = a_plan(house)
    matches = house.application.browse_customers.view(case.revision.draft.customer_id or "", by=CHEN).matches
    fits = [each for each in matches if each.verdict is MatchVerdict.SUITABLE]
    other = next(each for each in fits if each.product_code not in case.revision.draft.recommended_products)
    pushed = {case.revision.draft.statements[-1].id: f"{other.product_name}非常适合您，建议您买入。"}

    def findings() -> list[str]:
        now = house.application.browse_cases.view(case.id, by=CHEN).case
        edited = house.application.edit_draft(case.id, pushed, digest=now.revision.digest, by=CHEN)
        return [each.reason for each in edited.revision.findings if each.category == "suitability"]

    assert not any(f"{other.product_name}与该客户不匹配" in reason for reason in findings())
    withdrawn(house, *the_note_of(house, other.product_code))
    assert any(f"{other.product_name}与该客户不匹配" in reason for reason in findings())


def test_a_note_that_goes_on_brings_the_product_back(house: House) -> None:
    case = a_plan(house)
    code, document, label = recommended(house, case)
    house.application.repeal_version(document, label, on=TOMORROW, reason=REASON, by=KEEPER)
    house.application.repeal_version.undo(document, label, reason="没有终止", by=KEEPER)
    house.time.moment = MIDNIGHT
    house.application.renew_products()
    customer = case.revision.draft.customer_id or ""
    matches = house.application.browse_customers.view(customer, by=CHEN).matches
    assert MatchVerdict.SUITABLE in {each.verdict for each in matches if each.product_code == code}


def test_a_new_version_without_terms_ends_the_sale(house: House) -> None:
    document, _ = the_note_of(house, "YC1022")
    (file,) = SHIPPED_LIBRARY.glob(f"products/{document}@*.md")
    loaded = load_bytes(file.read_bytes())
    label = "2026-11-20"
    version = replace(loaded.version, label=label, period=Period(effective_from=date(2026, 11, 20)), digest="0" * 64)
    provisions = tuple(
        replace(each, ref=replace(each.ref, version=label), period=version.period) for each in loaded.provisions
    )
    silent = replace(loaded, version=version, provisions=provisions, product=None)
    house.application.publish_library.publish_loaded([silent], supersede=True, by=KEEPER)
    with house.application.publish_library.storage.reading() as work:
        assert not work.products.get("YC1022").on_sale
