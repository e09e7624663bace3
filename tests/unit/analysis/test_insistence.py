import itertools
from dataclasses import replace

import pytest

from assistant.analysis.insistence import (
    DISCLOSURES,
    TRANSITIONS,
    Insistence,
    InsistenceState,
    InsistenceStep,
)
from assistant.analysis.model import Match
from assistant.analysis.suitability import SuitabilityPolicy, match
from assistant.errors import Conflict, NotPermitted
from knowledge.customers.model import Customer, Horizon, RiskLevel
from knowledge.products.model import Permission, Product, RiskGrade
from tests.support.customers import DAY, PRE_SALE, a_customer, a_product, a_record, an_assessment

C2 = a_customer(assessment=an_assessment(level=RiskLevel.C2))
R4 = a_product(risk_grade=RiskGrade.R4)


def matched(customer: Customer, product: Product) -> Match:
    return match(a_record(customer), product, as_of=DAY, policy=SuitabilityPolicy())


def test_an_ordinary_customer_may_insist_and_every_step_is_taken() -> None:
    wish = Insistence.begin(matched(C2, R4), asked_by_customer=True)
    for step in (
        InsistenceStep.TELL_UNSUITABLE,
        InsistenceStep.WARN_IN_WRITING,
        InsistenceStep.GIVE_TIME,
        InsistenceStep.CONFIRM,
    ):
        wish = wish.after(step)
    assert wish.state is InsistenceState.CONFIRMED


def test_a_term_may_be_insisted_on_too() -> None:
    short = a_customer(assessment=an_assessment(horizon=Horizon.SHORT))
    assert Insistence.begin(matched(short, a_product(lock_up_days=900)), asked_by_customer=True)


def test_staff_may_not_bring_it_up() -> None:
    with pytest.raises(NotPermitted, match="客户本人主动"):
        Insistence.begin(matched(C2, R4), asked_by_customer=False)


@pytest.mark.parametrize(
    ("customer", "product", "why"),
    [
        (a_customer(assessment=an_assessment(level=RiskLevel.C1, lowest_class=True)), R4, "最低类别"),
        (a_customer(full_capacity=False), R4, "最低类别"),
        (C2, replace(R4, permission=Permission.STAR_MARKET), "科创板权限"),
        (a_customer(assessment=None), R4, "还没有风险测评"),
        (a_customer(assessment=an_assessment(expires_on=DAY)), R4, "失效"),
        (C2, replace(R4, pre_sale=replace(PRE_SALE, restrictions="")), "售前告知"),
    ],
)
def test_where_no_signature_helps_it_ends_before_it_begins(customer: Customer, product: Product, why: str) -> None:
    with pytest.raises(NotPermitted, match=why):
        Insistence.begin(matched(customer, product), asked_by_customer=True)


def test_a_suitable_product_needs_no_procedure() -> None:
    with pytest.raises(Conflict):
        Insistence.begin(matched(C2, a_product(risk_grade=RiskGrade.R2)), asked_by_customer=True)


@pytest.mark.parametrize(
    ("state", "step"), sorted(set(itertools.product(InsistenceState, InsistenceStep)) - TRANSITIONS.keys())
)
def test_every_other_step_is_refused(state: InsistenceState, step: InsistenceStep) -> None:
    with pytest.raises(Conflict):
        Insistence(product_code="X", state=state).after(step)


def test_every_step_says_what_to_put_on_record() -> None:
    assert set(DISCLOSURES) == set(InsistenceStep)
