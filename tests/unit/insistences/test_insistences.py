"""The procedure for a customer who insists: every legal step, and everything else refused."""

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.audit.model import AuditEvent
from assistant.errors import Conflict, Invalid, NotPermitted, YiceError
from assistant.identity.model import SYSTEM, Actor, Role
from assistant.insistences.model import (
    DISCLOSURES,
    EXPLAINED,
    OPEN,
    PROVEN,
    TRANSITIONS,
    Insistence,
    InsistenceState,
    InsistenceStep,
    ProofKind,
    change_since,
    must_be_open_to_insisting,
)
from knowledge.customers.model import Customer, Horizon, InvestorStatus, RiskLevel
from knowledge.products.model import Permission, Product, RiskGrade, Variety
from tests.support.customers import DAY, PRE_SALE, a_customer, a_product, an_assessment
from tests.support.insistences import (
    ADVISOR,
    C2,
    COMPLIANCE,
    CUSTOMER,
    NOW,
    R4,
    a_step,
    an_insistence,
    matched,
)

ACTORS: dict[Role, Actor] = {
    Role.ADVISOR: ADVISOR,
    Role.REVIEWER: COMPLIANCE,
    Role.CUSTOMER: CUSTOMER,
    Role.SYSTEM: SYSTEM,
    Role.OPERATIONS: Actor(id="ops", role=Role.OPERATIONS, name="总部"),
    Role.KEEPER: Actor(id="keeper", role=Role.KEEPER, name="知识"),
    Role.ADMINISTRATOR: Actor(id="admin", role=Role.ADMINISTRATOR, name="管理"),
}
HOURS = 24


def in_state(state: InsistenceState) -> Insistence:
    """As if the time to think had begun two days ago."""
    begun = a_step(InsistenceStep.GIVE_TIME, at=NOW - timedelta(hours=48))
    return replace(an_insistence(), state=state, steps=(begun,))


def test_a_customer_reads_no_note_that_an_employee_made_for_the_house() -> None:
    noted = an_insistence().after(a_step(InsistenceStep.TELL_UNSUITABLE), ADVISOR, reflection_hours=HOURS)
    ended = noted.voided("产品已下架。", NOW)
    assert [step.note for step in ended.readable_by(Role.CUSTOMER).steps] == ["", "产品已下架。"]
    for role in set(Role) - {Role.CUSTOMER}:
        assert ended.readable_by(role) == ended


def test_the_whole_way_takes_every_step_and_two_people() -> None:
    wish, now = an_insistence(), NOW
    for step, by in (
        (InsistenceStep.TELL_UNSUITABLE, ADVISOR),
        (InsistenceStep.WARN_IN_WRITING, ADVISOR),
        (InsistenceStep.GIVE_TIME, ADVISOR),
        (InsistenceStep.CONFIRM, ADVISOR),
        (InsistenceStep.PERMIT, COMPLIANCE),
    ):
        now += timedelta(hours=HOURS)
        wish = wish.after(a_step(step, by=by, at=now), by, reflection_hours=HOURS)
    assert wish.state is InsistenceState.PERMITTED
    assert len(wish.steps) == 5
    assert wish.permitted_until(30) == now + timedelta(days=30)
    assert not wish.open


@pytest.mark.parametrize(("state", "step", "role"), sorted(itertools.product(InsistenceState, InsistenceStep, Role)))
def test_only_what_the_table_allows_is_done(state: InsistenceState, step: InsistenceStep, role: Role) -> None:
    target, roles = TRANSITIONS.get((state, step), (None, frozenset()))
    by = ACTORS[role]
    if target is None:
        with pytest.raises(Conflict):
            in_state(state).after(a_step(step, by=by), by, reflection_hours=HOURS)
    elif role not in roles:
        with pytest.raises(NotPermitted):
            in_state(state).after(a_step(step, by=by), by, reflection_hours=HOURS)
    else:
        assert in_state(state).after(a_step(step, by=by), by, reflection_hours=HOURS).state is target
        assert step in in_state(state).next_steps(role)


@given(st.lists(st.tuples(st.sampled_from(InsistenceStep), st.sampled_from(Role), st.integers(0, 50)), max_size=12))
def test_whatever_is_tried_a_permission_has_every_step_before_it(tries: list[tuple[InsistenceStep, Role, int]]) -> None:
    wish, now = an_insistence(), NOW
    for step, role, hours in tries:
        now += timedelta(hours=hours)
        try:
            wish = wish.after(a_step(step, by=ACTORS[role], at=now), ACTORS[role], reflection_hours=HOURS)
        except YiceError:
            continue
    taken = [one.step for one in wish.steps]
    if wish.state is InsistenceState.PERMITTED:
        assert taken == list(InsistenceStep)[:5]
        by_step = {one.step: one for one in wish.steps}
        thought = by_step[InsistenceStep.CONFIRM].at - by_step[InsistenceStep.GIVE_TIME].at
        assert thought >= timedelta(hours=HOURS)
        assert by_step[InsistenceStep.PERMIT].by != by_step[InsistenceStep.CONFIRM].by
    assert wish.open is (wish.state in OPEN)


@pytest.mark.parametrize(("minutes", "early"), [(-1, True), (0, False), (1, False)])
def test_the_time_to_think_is_given_to_the_minute(minutes: int, *, early: bool) -> None:
    thinking = an_insistence()
    for step in (InsistenceStep.TELL_UNSUITABLE, InsistenceStep.WARN_IN_WRITING, InsistenceStep.GIVE_TIME):
        thinking = thinking.after(a_step(step), ADVISOR, reflection_hours=HOURS)
    confirmed = a_step(InsistenceStep.CONFIRM, at=NOW + timedelta(hours=HOURS, minutes=minutes))
    if early:
        with pytest.raises(Conflict, match="考虑期还没有结束"):
            thinking.after(confirmed, ADVISOR, reflection_hours=HOURS)
    else:
        assert thinking.after(confirmed, ADVISOR, reflection_hours=HOURS).state is InsistenceState.INSISTED


@pytest.mark.parametrize("step", sorted(PROVEN))
def test_a_step_with_the_customer_needs_its_recording_or_trace(step: InsistenceStep) -> None:
    state = next(state for state, taken in TRANSITIONS if taken is step)
    unnamed = [replace(a_step(step).proof, reference=empty) for empty in ("  ", "\u200b", "—·—")]  # type: ignore[type-var]
    for proof in (None, *unnamed):
        with pytest.raises(Invalid, match="编号"):
            in_state(state).after(replace(a_step(step), proof=proof), ADVISOR, reflection_hours=HOURS)


@pytest.mark.parametrize("step", sorted(EXPLAINED))
def test_a_step_that_asks_for_words_needs_them(step: InsistenceStep) -> None:
    (state, _), (_, roles) = next((key, move) for key, move in TRANSITIONS.items() if key[1] is step)
    by = ACTORS[next(iter(roles))]
    for note in ("", "   ", "好", "很" * 501):
        with pytest.raises(Invalid):
            in_state(state).after(replace(a_step(step, by=by), note=note), by, reflection_hours=HOURS)


@pytest.mark.parametrize("amount", [None, 0.0, -1.0])
def test_the_amount_is_asked_before_the_time_to_think(amount: float | None) -> None:
    with pytest.raises(Invalid, match="金额"):
        in_state(InsistenceState.WARNED).after(
            replace(a_step(InsistenceStep.GIVE_TIME), amount=amount), ADVISOR, reflection_hours=HOURS
        )


def test_a_reviewer_without_the_licence_decides_nothing() -> None:
    plain = replace(COMPLIANCE, licences=frozenset())
    with pytest.raises(NotPermitted, match="合规资格"):
        in_state(InsistenceState.INSISTED).after(a_step(InsistenceStep.PERMIT, by=plain), plain, reflection_hours=HOURS)


@pytest.mark.parametrize(
    ("customer", "product", "why"),
    [
        (a_customer(assessment=an_assessment(level=RiskLevel.C1, lowest_class=True)), R4, "最低类别"),
        (a_customer(full_capacity=False), R4, "最低类别"),
        (C2, replace(R4, permission=Permission.STAR_MARKET), "科创板权限"),
        (a_customer(assessment=None), R4, "还没有风险测评"),
        (a_customer(assessment=an_assessment(expires_on=DAY)), R4, "失效"),
        (C2, replace(R4, pre_sale=replace(PRE_SALE, restrictions="")), "售前告知"),
        (C2, replace(R4, on_sale=False), "不再销售"),
    ],
)
def test_where_no_signature_helps_it_ends_before_it_begins(customer: Customer, product: Product, why: str) -> None:
    with pytest.raises(NotPermitted, match=why):
        must_be_open_to_insisting(matched(customer, product))


@pytest.mark.parametrize(
    "product",
    [R4, a_product(lock_up_days=900), a_product(variety=Variety.ALTERNATIVE)],
    ids=["risk", "term", "variety"],
)
def test_level_term_and_variety_may_be_insisted_on(product: Product) -> None:
    short = an_assessment(horizon=Horizon.SHORT, varieties=frozenset({"cash"}), level=RiskLevel.C3)
    must_be_open_to_insisting(matched(a_customer(assessment=short), product))


def test_a_suitable_product_needs_no_procedure() -> None:
    with pytest.raises(Conflict):
        must_be_open_to_insisting(matched(C2, a_product(risk_grade=RiskGrade.R2)))


@pytest.mark.parametrize(
    ("customer", "product", "why"),
    [
        (C2, R4, None),
        (a_customer(assessment=an_assessment(level=RiskLevel.C4)), R4, "不需要特别警示程序"),
        (a_customer(assessment=an_assessment(level=RiskLevel.C3)), R4, "不匹配的理由与告知时不同"),
        (C2, a_product(risk_grade=RiskGrade.R5), "不匹配的理由与告知时不同"),
        (a_customer(assessment=an_assessment(level=RiskLevel.C2, expires_on=DAY)), R4, "失效"),
        (a_customer(status=InvestorStatus.PROFESSIONAL, assessment=an_assessment(level=RiskLevel.C2)), R4, "不需要"),
    ],
)
def test_what_the_procedure_is_about_must_stay_so(customer: Customer, product: Product, why: str | None) -> None:
    reason = change_since(matched(), matched(customer, product))
    assert reason is None if why is None else why in (reason or "")


@pytest.mark.parametrize("state", list(InsistenceState))
def test_a_change_voids_what_is_open_or_permitted(state: InsistenceState) -> None:
    if state in (*OPEN, InsistenceState.PERMITTED):
        assert in_state(state).voided("产品等级变化。", NOW).state is InsistenceState.VOIDED
    else:
        with pytest.raises(Conflict):
            in_state(state).voided("产品等级变化。", NOW)


def test_every_step_says_what_to_put_on_record_and_leaves_a_trace() -> None:
    assert set(DISCLOSURES) == set(InsistenceStep)
    assert {f"insistence:{step}" for step in InsistenceStep} | {"insistence:begun"} <= set(AuditEvent)
    assert all(step.label for step in InsistenceStep)
    assert all(state.label for state in InsistenceState)
    assert all(kind.label for kind in ProofKind)
