"""What changes between the reading of a plan's grounds and the keeping of the plan."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest

from assistant.checks.model import Finding
from assistant.drafting.model import Draft
from assistant.errors import NotFound
from assistant.identity.model import SYSTEM
from assistant.plans.model import BatchChoice, ChoiceKind, PlanRequest, PlanState
from assistant.review.model import ReviewAction, ReviewCase, ReviewState
from assistant.workflows.examine_draft import ExamineDraft, Surroundings
from knowledge.customers.importing.model import RunState
from knowledge.customers.model import InvestorStatus
from knowledge.documents.model import ProvisionRef
from tests.support.customer_files import a_row, write_rows
from tests.support.house import CHEN, KEEPER, ZHOU, House


class _Interrupted(ExamineDraft):
    """Something happens once what is for one customer has been examined."""

    customer_id: ClassVar[str] = ""
    happens: ClassVar[list[Callable[[], None]]] = []

    def against(self, surroundings: Surroundings, draft: Draft, text: str, **others: Any) -> tuple[Finding, ...]:  # noqa: ANN401
        found = ExamineDraft.against(self, surroundings, draft, text, **others)
        if draft.customer_id == self.customer_id and self.happens:
            self.happens.pop()()
        return found


def _interrupted(house: House, customer_id: str, happens: Callable[[], None]) -> _Interrupted:
    sound = house.application.prepare_plan.examine
    _Interrupted.customer_id = customer_id
    _Interrupted.happens = [happens]
    return _Interrupted(sound.storage, sound.policy, sound.firm, sound.clock)


@pytest.fixture
def offer(house: House) -> ReviewCase:
    """With a product, of an hour ago, for the first ordinary investor of ``CHEN`` who gets a sound one."""
    application = house.application
    for row in application.browse_customers.page(CHEN, limit=50).items:
        request = application.request_plan(row.id, by=CHEN)
        application.prepare_plan(request.id)
        case = application.browse_cases.view(request.case_id, by=CHEN).case
        ordinary = row.status == InvestorStatus.ORDINARY.value
        if ordinary and case.revision.draft.recommended_products and not case.revision.blocked:
            house.time.advance(hours=1)
            return case
    raise AssertionError("nobody gets an offer")


def _withdrawn(house: House, offer: ReviewCase, *, of_a_product: bool) -> None:
    statements = offer.revision.draft.statements
    sources = {each.source for statement in statements for each in statement.citations if "@" in each.source}
    product = f"PROD-{offer.revision.draft.recommended_products[0]}:"
    cited = ProvisionRef.parse(min(each for each in sources if each.startswith(product) == of_a_product))
    house.application.withdraw_version(cited.document_id, cited.version, reason="文字有误。", by=KEEPER)


def _refused(house: House, customer_id: str, consent: str, folder: Path) -> None:
    day = house.application.clock.today().isoformat()
    write_rows(folder, "consents", [{"customer_id": customer_id, "kind": consent, "day": day, "granted": "false"}])
    assert house.application.import_customers(folder, by=SYSTEM).run.rejected == 0


def _moved(house: House, customer_id: str, folder: Path) -> None:
    write_rows(folder, "customers", [a_row("customers", customer_id=customer_id, advisor_id=ZHOU.id)])
    assert house.application.import_customers(folder, by=SYSTEM).run.rejected == 0


def _drafted(house: House, customer_id: str, happens: Callable[[], None], *, together: bool) -> PlanRequest:
    """The request of a plan in whose drafting something happened."""
    application = house.application
    prepare = replace(application.prepare_plan, examine=_interrupted(house, customer_id, happens))
    if not together:
        request = application.request_plan(customer_id, by=CHEN)
        prepare(request.id)
    else:
        batch = application.draft_batch(BatchChoice(kind=ChoiceKind.ADVISOR, value="chen", again=True), by=SYSTEM)
        for key in application.draft_plans.unfinished():
            replace(application.draft_plans, prepare=prepare)(key)
        with prepare.storage.reading() as work:
            requests = work.plan_batches.requests(batch.id, first=0, count=batch.total, open_only=False)
        request = next(each for each in requests if each.customer_id == customer_id)
    assert not _Interrupted.happens
    with prepare.storage.reading() as work:
        return work.plans.get(request.id)


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize("what", ["a provision", "a product", "profiling", "marketing", "the day"])
def test_a_plan_whose_grounds_are_gone_goes_back(
    house: House, offer: ReviewCase, tmp_path: Path, what: str, *, together: bool
) -> None:
    customer_id = str(offer.customer_id)

    def happens() -> None:
        if what in ("profiling", "marketing"):
            _refused(house, customer_id, what, tmp_path / "files")
        elif what == "the day":
            house.time.advance(days=900)
        else:
            _withdrawn(house, offer, of_a_product=what == "a product")

    request = _drafted(house, customer_id, happens, together=together)
    assert request.state is PlanState.DONE
    case = house.application.browse_cases.view(request.case_id, by=CHEN).case
    assert case.state is ReviewState.RETURNED
    assert case.decisions[-1].action is ReviewAction.VOID


@pytest.mark.parametrize("together", [False, True])
def test_a_customer_who_moved_gets_no_plan_in_the_old_name(
    house: House, offer: ReviewCase, tmp_path: Path, *, together: bool
) -> None:
    customer_id = str(offer.customer_id)
    request = _drafted(house, customer_id, lambda: _moved(house, customer_id, tmp_path / "files"), together=together)
    assert request.state is PlanState.FAILED
    assert request.error is not None
    with pytest.raises(NotFound):
        house.application.browse_cases.view(request.case_id, by=SYSTEM)


@pytest.mark.parametrize("written", [True, False])
def test_an_import_that_has_written_everything_is_followed(
    house: House, offer: ReviewCase, tmp_path: Path, *, written: bool
) -> None:
    """Its round may have passed by before the plan was there; one that still writes is yet to make its round."""
    _refused(house, str(offer.customer_id), "marketing", tmp_path / "files")
    house.time.advance(hours=1)
    with house.application.prepare_plan.storage.unit_of_work() as work:
        (run,) = work.imports.runs(limit=1)
        assert not work.imports.followed_up_since(house.time.moment)
        work.imports.save_run(replace(run, state=RunState.RUNNING, finished_at=None))
        work.imports.save_file(run.id, replace(run.files[0], finished=written))
        assert work.imports.followed_up_since(house.time.moment) is written


def test_a_case_that_is_discarded_during_a_round_does_not_end_it(house: House, offer: ReviewCase) -> None:
    second = house.application.request_plan(str(offer.customer_id), by=CHEN)
    house.application.prepare_plan(second.id)
    cases = (offer, house.application.browse_cases.view(second.case_id, by=CHEN).case)
    first, last = sorted(cases, key=lambda case: case.id)

    def discard() -> None:
        house.application.decide_review(last.id, ReviewAction.DISCARD, digest=last.revision.digest, reason="", by=CHEN)

    house.time.advance(days=900)
    examine = _interrupted(house, str(offer.customer_id), discard)
    gone = replace(house.application.void_outdated, examine=examine)()
    assert first.id in gone
    assert last.id not in gone
