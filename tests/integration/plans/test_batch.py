"""A batch drafts each customer once, leaves out whom nothing changed for, and stops when it is told to."""

from collections import Counter
from dataclasses import replace
from typing import Any, ClassVar

import pytest
from sqlalchemy import text

from assistant.audit.model import AuditEvent
from assistant.checks.model import Finding
from assistant.drafting.extractive import ExtractiveWriter
from assistant.drafting.model import Brief, Draft, Section, WriterTrace
from assistant.drafting.model_writer import ModelWriter
from assistant.errors import Conflict, Invalid, NotFound, NotPermitted
from assistant.identity.model import SYSTEM, Actor
from assistant.plans.model import (
    BatchAction,
    BatchBudget,
    BatchChoice,
    BatchState,
    ChoiceKind,
    PlanBatch,
    PlanState,
)
from assistant.workflows.draft_batch import DraftPlans
from assistant.workflows.examine_draft import ExamineDraft, Surroundings
from knowledge.customers.model import Scope
from tests.support.house import CHEN, KEEPER, OPS, SHEN, ZHOU, House

EVERYBODY = BatchChoice(kind=ChoiceKind.EVERYBODY)
AGAIN = replace(EVERYBODY, again=True)


def work(house: House, draft: DraftPlans | None = None) -> None:
    """Everything that is waiting, in this thread and now, as the job engine would."""
    draft = draft or house.application.draft_plans
    for key in draft.unfinished():
        draft(key)


def state_of(house: House, batch: PlanBatch) -> BatchState:
    return house.application.follow_batches(batch.id, by=SYSTEM).batch.state


def counts_of(house: House, batch: PlanBatch) -> dict[PlanState, int]:
    return house.application.follow_batches(batch.id, by=SYSTEM).progress.counts


def cases_by_customer(house: House) -> Counter[str]:
    with house.application.deliver.storage.database.read() as connection:
        return Counter(connection.execute(text("SELECT customer_id FROM review_cases")).scalars())


def customers_of(house: House, *advisors: Actor) -> set[str]:
    with house.application.deliver.storage.reading() as reading:
        return {
            customer
            for advisor in advisors
            for customer, _ in reading.customers.assignments(scope=Scope.of_advisor(advisor.id))
        }


def test_everybody_gets_exactly_one_plan(house: House) -> None:
    batch = house.application.draft_batch(EVERYBODY, by=SYSTEM)
    work(house)
    cases = cases_by_customer(house)
    assert set(cases.values()) == {1}
    assert len(cases) == batch.total == 24
    assert counts_of(house, batch) == {PlanState.DONE: 24}
    assert state_of(house, batch) is BatchState.DONE
    assert house.application.verify_audit(by=OPS).intact
    with house.application.deliver.storage.reading() as reading:
        events = reading.audit.counts()
    assert events[AuditEvent.BATCH_REQUESTED] == events[AuditEvent.BATCH_FINISHED] == 1
    assert events[AuditEvent.PLAN_DRAFTED] == 24


def test_a_plan_of_a_batch_is_the_plan_that_is_asked_for_alone(house: House) -> None:
    house.application.draft_batch(BatchChoice(kind=ChoiceKind.ADVISOR, value="chen"), by=SYSTEM)
    work(house)
    customer = min(customers_of(house, CHEN))
    alone = house.application.request_plan(customer, by=CHEN)
    house.do_jobs()
    page = house.application.browse_cases.page(CHEN, customer_id=customer, limit=10)
    together, single = (case.revision for case in page.cases)
    assert [s.text for s in together.draft.statements] == [s.text for s in single.draft.statements]
    assert [finding.reason for finding in together.findings] == [finding.reason for finding in single.findings]
    assert alone.batch_id is None


def test_only_what_changed_is_drafted_again(house: House) -> None:
    house.application.draft_batch(EVERYBODY, by=SYSTEM)
    work(house)
    house.time.advance(hours=1)
    customer = min(customers_of(house, CHEN))
    with house.application.deliver.storage.unit_of_work() as change:
        change._connection.execute(text("UPDATE customers SET cash = cash + 500000 WHERE id = :id"), {"id": customer})
    second = house.application.draft_batch(EVERYBODY, by=SYSTEM)
    work(house)
    assert counts_of(house, second) == {PlanState.UNCHANGED: 23, PlanState.DONE: 1}
    assert [each for each, count in cases_by_customer(house).items() if count > 1] == [customer]
    third = house.application.draft_batch(AGAIN, by=SYSTEM)
    work(house)
    assert counts_of(house, third) == {PlanState.DONE: 24}


def test_a_chunk_that_is_done_twice_makes_nothing_twice(house: House) -> None:
    house.application.draft_batch(EVERYBODY, by=SYSTEM)
    keys = house.application.draft_plans.unfinished()
    for key in (*keys, *keys):
        house.application.draft_plans(key)
    assert set(cases_by_customer(house).values()) == {1}


def test_advisors_draft_for_their_own_customers_only(house: House) -> None:
    house.application.draft_batch(EVERYBODY, by=CHEN)
    work(house)
    assert set(cases_by_customer(house)) == customers_of(house, CHEN)
    with pytest.raises(NotPermitted):
        house.application.draft_batch(BatchChoice(kind=ChoiceKind.ADVISOR, value=ZHOU.id), by=CHEN)


@pytest.mark.parametrize("who", [SHEN, KEEPER], ids=["reviewer", "keeper"])
def test_other_roles_draft_nothing(house: House, who: Actor) -> None:
    with pytest.raises(NotPermitted):
        house.application.draft_batch(EVERYBODY, by=who)
    with pytest.raises(NotPermitted):
        house.application.follow_batches.newest(by=who)
    with pytest.raises(NotPermitted):
        house.application.draft_batch(EVERYBODY, by=house.customer)


def test_a_batch_belongs_to_whoever_asked_for_it(house: House) -> None:
    batch = house.application.draft_batch(EVERYBODY, by=CHEN)
    for action in (BatchAction.PAUSE, BatchAction.CANCEL):
        with pytest.raises(NotFound):
            house.application.control_batch(batch.id, action, by=ZHOU)
    with pytest.raises(NotFound):
        house.application.follow_batches(batch.id, by=ZHOU)
    assert house.application.follow_batches.newest(by=ZHOU) == ()
    assert house.application.follow_batches(batch.id, by=OPS).failed == ()


def test_whoever_has_a_plan_on_its_way_is_left_out(house: House) -> None:
    customer = min(customers_of(house, CHEN))
    house.application.request_plan(customer, by=CHEN)
    batch = house.application.draft_batch(EVERYBODY, by=CHEN)
    assert batch.total == len(customers_of(house, CHEN)) - 1
    with pytest.raises(Invalid, match="正在生成"):
        house.application.draft_batch(EVERYBODY, by=CHEN)


def test_paused_it_stands_still_and_resumed_it_goes_on(house: House) -> None:
    batch = house.application.draft_batch(EVERYBODY, by=SYSTEM)
    keys = house.application.draft_plans.unfinished()
    house.application.control_batch(batch.id, BatchAction.PAUSE, by=SYSTEM)
    for key in keys:
        house.application.draft_plans(key)
    assert cases_by_customer(house) == Counter()
    assert house.application.draft_plans.unfinished() == ()
    resumed = house.application.control_batch(batch.id, BatchAction.RESUME, by=SYSTEM)
    assert resumed.round == 2
    assert not set(keys) & set(house.application.draft_plans.unfinished()), "the job engine does a key once"
    work(house)
    assert counts_of(house, batch) == {PlanState.DONE: 24}


def test_cancelled_it_keeps_what_was_drafted(house: House) -> None:
    batch = house.application.draft_batch(EVERYBODY, by=SYSTEM)
    first = min(customers_of(house, CHEN))
    house.application.prepare_plan(_request_of(house, batch, first))
    house.application.control_batch(batch.id, BatchAction.CANCEL, by=SYSTEM)
    work(house)
    assert counts_of(house, batch) == {PlanState.DONE: 1, PlanState.CANCELLED: 23}
    with pytest.raises(Conflict):
        house.application.control_batch(batch.id, BatchAction.RESUME, by=SYSTEM)
    assert house.application.draft_batch(EVERYBODY, by=SYSTEM).total == 24


def _request_of(house: House, batch: PlanBatch, customer: str) -> str:
    with house.application.deliver.storage.reading() as reading:
        requests = reading.plan_batches.requests(batch.id, first=0, count=batch.total)
    return next(request.id for request in requests if request.customer_id == customer)


class _Failing(ExamineDraft):
    """Cannot examine what is for one customer."""

    unlucky: ClassVar[str] = ""

    def against(self, surroundings: Surroundings, draft: Draft, text: str, **others: Any) -> tuple[Finding, ...]:  # noqa: ANN401
        if draft.customer_id == self.unlucky:
            raise ZeroDivisionError
        return ExamineDraft.against(self, surroundings, draft, text, **others)


def _failing(house: House, customer: str) -> DraftPlans:
    sound = house.application.prepare_plan.examine
    _Failing.unlucky = customer
    examine = _Failing(sound.storage, sound.policy, sound.firm, sound.clock)
    prepare = replace(house.application.prepare_plan, examine=examine)
    return replace(house.application.draft_plans, prepare=prepare)


def test_one_customers_trouble_is_nobody_elses(house: House) -> None:
    unlucky = min(customers_of(house, CHEN))
    batch = house.application.draft_batch(EVERYBODY, by=SYSTEM)
    work(house, _failing(house, unlucky))
    followed = house.application.follow_batches(batch.id, by=SYSTEM)
    assert followed.progress.counts == {PlanState.DONE: 23, PlanState.FAILED: 1}
    assert [request.customer_id for request in followed.failed] == [unlucky]
    assert "意外错误" in (followed.failed[0].error or "")
    assert followed.batch.state is BatchState.DONE


def test_a_request_that_ended_its_process_is_given_up(house: House) -> None:
    batch = house.application.draft_batch(EVERYBODY, by=SYSTEM)
    house.application.draft_plans.give_up(f"{batch.id}/1/3/1")
    work(house)
    assert counts_of(house, batch) == {PlanState.DONE: 23, PlanState.FAILED: 1}


@pytest.mark.parametrize("budget", [BatchBudget(tokens=0), BatchBudget(yuan=-1.0), BatchBudget(plans_a_minute=0)])
def test_a_senseless_budget_is_refused(house: House, budget: BatchBudget) -> None:
    with pytest.raises(Invalid, match="预算"):
        house.application.draft_batch(EVERYBODY, by=SYSTEM, budget=budget)


def test_too_fast_it_waits(house: House) -> None:
    waited: list[float] = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        house.time.advance(seconds=40)

    batch = house.application.draft_batch(EVERYBODY, by=SYSTEM, budget=BatchBudget(plans_a_minute=1))
    draft = replace(house.application.draft_plans, sleep=sleep)
    work(house, draft)
    assert counts_of(house, batch) == {PlanState.DONE: 24}
    assert len(waited) > 24, "two waits of forty seconds make a minute"


class _Costly(ModelWriter):
    """A model that changes nothing and asks a hundred tokens a section."""

    @property
    def name(self) -> str:
        return "costly"

    def reword(self, section: Section, brief: Brief) -> tuple[Section, WriterTrace]:  # noqa: ARG002
        return section, WriterTrace(writer="model", model="costly", prompt_tokens=80, completion_tokens=20)


class _Silent:
    """A chat model that nobody asks."""

    name = "costly"

    def complete(self, turns: object, schema: object, budget: object) -> Any:  # noqa: ANN401, ARG002
        raise AssertionError

    def chat_model(self) -> Any:  # noqa: ANN401
        raise AssertionError


def _costly(house: House) -> DraftPlans:
    writer = _Costly(_Silent(), ExtractiveWriter(), tokens_per_request=1000)
    prepare = replace(house.application.prepare_plan, model=writer)
    return replace(house.application.draft_plans, prepare=prepare, yuan_per_1000_tokens=1.0)


@pytest.mark.parametrize("budget", [BatchBudget(tokens=2000), BatchBudget(yuan=2.0)])
def test_a_spent_budget_pauses_and_another_lets_it_go_on(house: House, budget: BatchBudget) -> None:
    batch = house.application.draft_batch(EVERYBODY, by=SYSTEM, budget=budget)
    work(house, _costly(house))
    followed = house.application.follow_batches(batch.id, by=SYSTEM)
    assert followed.batch.state is BatchState.PAUSED
    assert "预算" in (followed.batch.error or "")
    assert 2000 <= followed.progress.tokens < 5000
    assert followed.progress.left > 15
    house.application.control_batch(batch.id, BatchAction.RESUME, by=SYSTEM, budget=BatchBudget())
    work(house, _costly(house))
    assert state_of(house, batch) is BatchState.DONE
    assert set(cases_by_customer(house).values()) == {1}


@pytest.mark.parametrize(
    ("chosen", "why"),
    [
        (BatchChoice(kind=ChoiceKind.SEGMENT, value="不存在的客群"), "没有"),
        (BatchChoice(kind=ChoiceKind.SEGMENT, value="新客·休眠"), "同类"),
        (BatchChoice(kind=ChoiceKind.ADVISOR), "哪位"),
    ],
)
def test_a_choice_of_nobody_is_told(house: House, chosen: BatchChoice, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        house.application.draft_batch(chosen, by=SYSTEM)
    with pytest.raises(NotFound):
        house.application.draft_batch(BatchChoice(kind=ChoiceKind.ADVISOR, value="nobody"), by=SYSTEM)
