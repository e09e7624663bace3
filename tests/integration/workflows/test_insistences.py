"""A customer insists: from the own wish over the warning that is reviewed and sent to compliance's decision."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from assistant.analysis.model import Dimension, Match, MatchVerdict
from assistant.analysis.suitability import match
from assistant.audit.model import AuditEvent
from assistant.checks.model import Severity
from assistant.drafting.plan_figures import PRE_SALE_LABELS
from assistant.errors import Conflict, Invalid, NotFound, NotPermitted
from assistant.identity.model import Actor
from assistant.insistences.model import InsistenceState, InsistenceStep, Proof, ProofKind
from assistant.next_actions.catalogue import KINDS
from assistant.next_actions.model import Proposal
from assistant.review.model import ReviewAction, ReviewState
from assistant.workflows.insist import InsistenceView
from knowledge.customers.model import CustomerRecord
from knowledge.products.model import Product, RiskGrade
from tests.support.house import CHEN, KEEPER, OPS, SHEN, ZHOU, House

TODAY = date(2026, 11, 22)
WORDS = "我就想买这只，亏了我自己认。<b>马上给我办</b>"
PROOF = Proof(kind=ProofKind.RECORDING, reference="REC-20261122-0001")

Wanted = tuple[str, str]
"""Customer and product."""


def records_of(house: House, by: Actor) -> list[CustomerRecord]:
    with house.application.insist.storage.reading() as work:
        found = work.customers.find(scope=by.scope, as_of=TODAY, limit=50, offset=0).items
        return [work.customers.get(one.id, scope=by.scope, as_of=TODAY) for one in found]


def products_of(house: House) -> tuple[Product, ...]:
    with house.application.insist.storage.reading() as work:
        return work.products.all()


def verdicts(house: House, by: Actor = CHEN) -> list[tuple[CustomerRecord, Match]]:
    policy = house.application.insist.policy
    return [
        (record, match(record, product, as_of=TODAY, policy=policy))
        for record in records_of(house, by)
        for product in products_of(house)
    ]


def wanted(house: House, by: Actor = CHEN) -> Wanted:
    """Somebody's customer and a product that only the risk level speaks against."""
    return next(
        (record.customer.id, found.product_code)
        for record, found in verdicts(house, by)
        if found.verdict is MatchVerdict.UNSUITABLE and {one.dimension for one in found.against} == {Dimension.RISK}
    )


def begun(house: House, chosen: Wanted | None = None, *, by: Actor = CHEN) -> InsistenceView:
    customer_id, product_code = chosen or wanted(house)
    return house.application.insist.begin(
        customer_id, product_code, asked_by_customer=True, asked_on=TODAY, words=WORDS, channel="phone", by=by
    )


def told(house: House) -> InsistenceView:
    one = begun(house)
    return house.application.insist.take(one.insistence.id, InsistenceStep.TELL_UNSUITABLE, by=CHEN, proof=PROOF)


def warned(house: House) -> InsistenceView:
    one = house.application.insist.draft_warning(told(house).insistence.id, by=CHEN)
    case_id = one.insistence.case_id
    assert case_id is not None
    digest = house.application.browse_cases.view(case_id, by=CHEN).case.revision.digest
    house.application.decide_review(case_id, ReviewAction.SUBMIT, digest=digest, by=CHEN)
    house.application.decide_review(case_id, ReviewAction.APPROVE, digest=digest, by=SHEN)
    house.do_jobs()
    return house.application.insist.take(one.insistence.id, InsistenceStep.WARN_IN_WRITING, by=CHEN, proof=PROOF)


def insisted(house: House) -> InsistenceView:
    take = house.application.insist.take
    one = take(
        warned(house).insistence.id, InsistenceStep.GIVE_TIME, by=CHEN, note="三年内不用的闲钱。", amount=50_000.0
    )
    house.time.advance(hours=24)
    return take(one.insistence.id, InsistenceStep.CONFIRM, by=CHEN, proof=PROOF)


def test_the_whole_way_ends_with_compliance(house: House) -> None:
    one = insisted(house)
    assert one.insistence.state is InsistenceState.INSISTED
    assert one.warning is ReviewState.DELIVERED
    (waiting,) = house.application.insist.waiting(by=SHEN)
    assert waiting.next_steps == (InsistenceStep.PERMIT, InsistenceStep.REFUSE)
    done = house.application.insist.take(
        one.insistence.id, InsistenceStep.PERMIT, by=SHEN, note="记录齐全，同意办理，一个月后回访。"
    )
    assert done.insistence.state is InsistenceState.PERMITTED
    assert done.permitted_until is not None
    assert house.application.insist.waiting(by=SHEN) == ()
    with house.application.insist.storage.reading() as work:
        entries = work.audit.entries(subject=f"customer:{one.insistence.customer_id}")
        trace = [entry.record for entry in entries if entry.record.event.value.startswith("insistence:")]
    assert [record.event for record in trace] == [
        AuditEvent.INSISTENCE_BEGUN,
        AuditEvent.INSISTENCE_TOLD,
        AuditEvent.INSISTENCE_WARNED,
        AuditEvent.INSISTENCE_TIME_GIVEN,
        AuditEvent.INSISTENCE_CONFIRMED,
        AuditEvent.INSISTENCE_PERMITTED,
    ]
    assert all("自己认" not in str(record.detail) for record in trace)
    assert house.application.verify_audit(by=OPS).intact


def test_a_permission_that_was_not_used_ends_and_is_followed_up_before(house: House) -> None:
    insist = house.application.insist
    one = insisted(house)
    insist.take(one.insistence.id, InsistenceStep.PERMIT, by=SHEN, note="记录齐全，同意办理。")
    [action] = attended(house, one.insistence.customer_id)
    assert "须增加回访" in action.reason
    house.time.advance(days=29)
    assert insist.expire() == 0
    house.time.advance(days=2)
    assert insist.expire() == 1
    ended = insist.view(one.insistence.id, by=CHEN).insistence
    assert ended.state is InsistenceState.VOIDED
    assert "期限已过" in ended.steps[-1].note
    assert insist.expire() == 0
    assert attended(house, one.insistence.customer_id) == []


def test_a_wish_is_on_the_advisors_day_until_it_is_compliances_turn(house: House) -> None:
    one = begun(house)
    [action] = attended(house, one.insistence.customer_id)
    assert "须告知不适合" in action.reason
    assert KINDS[action.kind].duty
    house.application.insist.take(one.insistence.id, InsistenceStep.TELL_UNSUITABLE, by=CHEN, proof=PROOF)
    [action] = attended(house, one.insistence.customer_id)
    assert "书面风险警示" in action.reason
    house.application.insist.take(one.insistence.id, InsistenceStep.WITHDRAW, by=CHEN)
    assert attended(house, one.insistence.customer_id) == []


def attended(house: House, customer_id: str) -> list[Proposal]:
    """What the day list says of procedures of a customer, planned anew."""
    house.application.request_day([CHEN.id])
    for run in house.application.plan_day.due():
        house.application.plan_day(run)
    found = house.application.browse_day.of_customer(customer_id, by=CHEN)
    return [action.proposal for action in found if action.proposal.kind == "insistence"]


def test_a_warning_that_was_emptied_cannot_be_submitted(house: House) -> None:
    one = house.application.insist.draft_warning(told(house).insistence.id, by=CHEN)
    assert one.insistence.case_id is not None
    case = house.application.browse_cases.view(one.insistence.case_id, by=CHEN).case
    emptied = {statement.id: "" for statement in tuple(case.revision.draft.statements)[1:]}
    edited = house.application.edit_draft(case.id, emptied, digest=case.revision.digest, by=CHEN)
    missing = "".join(finding.reason for finding in edited.revision.findings if finding.severity is Severity.BLOCK)
    assert all(label in missing for label in (*PRE_SALE_LABELS.values(), "考虑时间"))
    with pytest.raises(Conflict):
        house.application.decide_review(case.id, ReviewAction.SUBMIT, digest=edited.revision.digest, by=CHEN, reason="")


def test_the_warning_passes_every_check_and_tells_all_six_items(house: House) -> None:
    one = house.application.insist.draft_warning(told(house).insistence.id, by=CHEN)
    assert one.insistence.case_id is not None
    revision = house.application.browse_cases.view(one.insistence.case_id, by=CHEN).case.revision
    assert [finding for finding in revision.findings if finding.severity is Severity.BLOCK] == []
    assert [finding for finding in revision.findings if finding.category.startswith("P")] == []
    assert revision.draft.recommended_products == ()
    (product,) = [each for each in products_of(house) if each.code == one.insistence.product_code]
    items = product.pre_sale
    for words in (
        items.loss_of_principal,
        items.loss_beyond_principal,
        items.issuer_condition_loss,
        items.issuer_condition_material,
        items.restrictions,
        "适当性匹配结果为不匹配",
        "24小时",
        "2026年11月22日",
    ):
        assert words.rstrip("。") in revision.text
    assert "自己认" not in revision.text


def test_nothing_is_warned_of_before_the_letter_has_arrived(house: House) -> None:
    one = told(house)
    with pytest.raises(Conflict, match="还没有送达"):
        house.application.insist.take(one.insistence.id, InsistenceStep.WARN_IN_WRITING, by=CHEN, proof=PROOF)
    house.application.insist.draft_warning(one.insistence.id, by=CHEN)
    with pytest.raises(Conflict, match="还没有送达"):
        house.application.insist.take(one.insistence.id, InsistenceStep.WARN_IN_WRITING, by=CHEN, proof=PROOF)
    with pytest.raises(Conflict, match="已经起草"):
        house.application.insist.draft_warning(one.insistence.id, by=CHEN)
    assert house.application.insist.view(one.insistence.id, by=CHEN).insistence.state is InsistenceState.TOLD_UNSUITABLE


def test_a_discarded_letter_is_drafted_again(house: House) -> None:
    one = house.application.insist.draft_warning(told(house).insistence.id, by=CHEN)
    case_id = one.insistence.case_id
    assert case_id is not None
    digest = house.application.browse_cases.view(case_id, by=CHEN).case.revision.digest
    house.application.decide_review(case_id, ReviewAction.DISCARD, digest=digest, by=CHEN)
    again = house.application.insist.draft_warning(one.insistence.id, by=CHEN)
    assert again.insistence.case_id not in (None, case_id)


def test_the_letter_is_not_drafted_before_the_customer_was_told(house: House) -> None:
    with pytest.raises(Conflict, match="告知客户不适合以后"):
        house.application.insist.draft_warning(begun(house).insistence.id, by=CHEN)


def test_the_customer_may_open_it_in_person_and_give_it_up_at_any_time(house: House) -> None:
    customer = house.customer
    policy = house.application.insist.policy
    with house.application.insist.storage.reading() as work:
        record = work.customers.get(house.customer_id, scope=customer.scope, as_of=TODAY)
    code = next(
        product.code
        for product in products_of(house)
        for found in [match(record, product, as_of=TODAY, policy=policy)]
        if found.verdict is MatchVerdict.UNSUITABLE and {one.dimension for one in found.against} <= {Dimension.RISK}
    )
    one = begun(house, (house.customer_id, code), by=customer)
    assert one.insistence.wish.by_customer
    assert one.next_steps == (InsistenceStep.WITHDRAW,)
    for step in (InsistenceStep.TELL_UNSUITABLE, InsistenceStep.CONFIRM, InsistenceStep.PERMIT):
        with pytest.raises((Conflict, NotPermitted)):
            house.application.insist.take(one.insistence.id, step, by=customer, proof=PROOF, note="我要买。")
    given_up = house.application.insist.take(one.insistence.id, InsistenceStep.WITHDRAW, by=customer)
    assert given_up.insistence.state is InsistenceState.WITHDRAWN
    assert begun(house, (house.customer_id, code), by=customer).insistence.state is InsistenceState.REQUESTED


@pytest.mark.parametrize("words", ["", "   ", "买", "要" * 501])
def test_the_wish_is_told_in_the_customers_words(house: House, words: str) -> None:
    customer_id, code = wanted(house)
    with pytest.raises(Invalid, match="原话"):
        house.application.insist.begin(
            customer_id, code, asked_by_customer=True, asked_on=TODAY, words=words, channel="phone", by=CHEN
        )


@pytest.mark.parametrize("day", [date(2026, 11, 23), date(2026, 10, 22), date.min, date.max])
def test_the_wish_is_of_these_days(house: House, day: date) -> None:
    customer_id, code = wanted(house)
    with pytest.raises(Invalid, match="最近30天"):
        house.application.insist.begin(
            customer_id, code, asked_by_customer=True, asked_on=day, words=WORDS, channel="phone", by=CHEN
        )


def test_staff_may_not_bring_it_up(house: House) -> None:
    customer_id, code = wanted(house)
    with pytest.raises(NotPermitted, match="客户本人主动"):
        house.application.insist.begin(
            customer_id, code, asked_by_customer=False, asked_on=TODAY, words=WORDS, channel="phone", by=CHEN
        )


def test_a_wish_is_handled_once_at_a_time(house: House) -> None:
    chosen = wanted(house)
    begun(house, chosen)
    with pytest.raises(Conflict, match="正在办理"):
        begun(house, chosen)


@pytest.mark.parametrize(
    "barred", [lambda found: found.verdict is MatchVerdict.BARRED, lambda found: found.verdict is MatchVerdict.SUITABLE]
)
def test_what_no_signature_opens_or_needs_is_refused(house: House, barred: Callable[[Match], bool]) -> None:
    chosen = next((record.customer.id, found.product_code) for record, found in verdicts(house) if barred(found))
    with pytest.raises((NotPermitted, Conflict)):
        begun(house, chosen)
    assert house.application.insist.of_customer(chosen[0], by=CHEN) == ()


def test_another_advisors_customer_is_out_of_reach(house: House) -> None:
    one = told(house)
    theirs = wanted(house, ZHOU)
    insist = house.application.insist
    with pytest.raises(NotFound):
        begun(house, theirs)
    with pytest.raises(NotFound):
        insist.of_customer(one.insistence.customer_id, by=ZHOU)
    with pytest.raises(NotFound):
        insist.view(one.insistence.id, by=ZHOU)
    with pytest.raises(NotFound):
        insist.draft_warning(one.insistence.id, by=ZHOU)
    with pytest.raises(NotFound):
        insist.take(one.insistence.id, InsistenceStep.WITHDRAW, by=ZHOU)


def test_other_roles_do_nothing_with_it(house: House) -> None:
    one = begun(house)
    insist = house.application.insist
    for actor in (OPS, KEEPER):
        with pytest.raises(NotPermitted):
            begun(house, by=actor)
        with pytest.raises((NotPermitted, NotFound)):
            insist.view(one.insistence.id, by=actor)
        with pytest.raises(NotPermitted):
            insist.of_customer(one.insistence.customer_id, by=actor)
    with pytest.raises(NotPermitted):
        begun(house, by=SHEN)
    with pytest.raises(NotPermitted):
        insist.draft_warning(one.insistence.id, by=SHEN)
    for actor in (CHEN, OPS, house.customer):
        with pytest.raises(NotPermitted):
            insist.waiting(by=actor)


def test_a_changed_product_ends_it_and_says_so(house: House) -> None:
    one = told(house)
    with house.application.insist.storage.unit_of_work() as work:
        product = work.products.get(one.insistence.product_code)
        work.products.upsert(replace(product, risk_grade=RiskGrade.R1))
    assert house.application.insist.view(one.insistence.id, by=CHEN).changed is not None
    with pytest.raises(Conflict, match="已经终止"):
        house.application.insist.draft_warning(one.insistence.id, by=CHEN)
    ended = house.application.insist.view(one.insistence.id, by=CHEN)
    assert ended.insistence.state is InsistenceState.VOIDED
    assert ended.next_steps == ()
    with house.application.insist.storage.reading() as work:
        entries = work.audit.entries(subject=f"customer:{one.insistence.customer_id}")
        assert AuditEvent.INSISTENCE_VOIDED in [entry.record.event for entry in entries]


def test_the_time_to_think_is_not_cut_short(house: House) -> None:
    one = warned(house)
    insist = house.application.insist
    insist.take(one.insistence.id, InsistenceStep.GIVE_TIME, by=CHEN, note="三年内不用的闲钱。", amount=50_000.0)
    house.time.advance(hours=23, minutes=59)
    with pytest.raises(Conflict, match="考虑期还没有结束"):
        insist.take(one.insistence.id, InsistenceStep.CONFIRM, by=CHEN, proof=PROOF)
    house.time.advance(minutes=1)
    assert insist.take(one.insistence.id, InsistenceStep.CONFIRM, by=CHEN, proof=PROOF).insistence.state


def test_an_unknown_product_or_customer_is_not_found(house: House) -> None:
    customer_id, code = wanted(house)
    for chosen in ((customer_id, "YC9999"), ("K999999", code)):
        with pytest.raises(NotFound):
            begun(house, chosen)
