"""Headquarters maintain the model allocation: from tomorrow on, with history, and for nobody else."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from assistant.allocations.model import AllocationState
from assistant.analysis.allocation import DEFAULT_ALLOCATION
from assistant.audit.model import AuditEvent
from assistant.errors import Conflict, Invalid, NotFound, NotPermitted
from assistant.workflows.maintain_allocations import cautions_of
from knowledge.customers.model import RiskLevel
from knowledge.products.model import InvestorClass, RiskGrade, Variety
from tests.support.customers import a_product
from tests.support.house import CHEN, KEEPER, OPS, SHEN, House

TOMORROW, NEXT_WEEK = date(2026, 11, 23), date(2026, 11, 29)
CAUTIOUS = {**DEFAULT_ALLOCATION.shares, RiskLevel.C1: {Variety.CASH: 100}}


def events(house: House) -> list[AuditEvent]:
    with house.application.maintain_allocations.storage.reading() as work:
        return [
            entry.record.event
            for day in (TOMORROW, NEXT_WEEK)
            for entry in work.audit.entries(subject=f"allocation:{day}")
        ]


def test_an_entry_counts_from_its_day_on_and_the_default_stays_in_the_history(house: House) -> None:
    maintain = house.application.maintain_allocations
    entered = maintain.set(CAUTIOUS, effective_from=TOMORROW, by=OPS)
    assert (entered.state, entered.set_by) == (AllocationState.UPCOMING, OPS.name)
    assert [one.state for one in maintain.all(by=CHEN)] == [AllocationState.UPCOMING, AllocationState.IN_FORCE]
    house.time.advance(hours=24)
    newest, default = maintain.all(by=SHEN)
    assert (newest.state, default.state, default.effective_to) == (
        AllocationState.IN_FORCE,
        AllocationState.PAST,
        TOMORROW,
    )
    with maintain.storage.reading() as work:
        assert work.allocations.in_force(TOMORROW).shares == CAUTIOUS


def test_what_has_not_begun_is_replaced_or_withdrawn_and_both_leave_a_trace(house: House) -> None:
    maintain = house.application.maintain_allocations
    maintain.set(DEFAULT_ALLOCATION.shares, effective_from=NEXT_WEEK, by=OPS)
    maintain.set(CAUTIOUS, effective_from=NEXT_WEEK, by=OPS)
    assert len(maintain.all(by=OPS)) == 2
    maintain.withdraw(NEXT_WEEK, by=OPS)
    assert len(maintain.all(by=OPS)) == 1
    assert events(house) == [AuditEvent.ALLOCATION_SET] * 2 + [AuditEvent.ALLOCATION_WITHDRAWN]
    assert house.application.verify_audit(by=OPS).intact


def test_history_cannot_be_changed(house: House) -> None:
    maintain = house.application.maintain_allocations
    maintain.set(CAUTIOUS, effective_from=TOMORROW, by=OPS)
    house.time.advance(hours=24)
    with pytest.raises(Conflict, match="已经生效"):
        maintain.withdraw(TOMORROW, by=OPS)
    with pytest.raises(Invalid, match="最早是明天"):
        maintain.set(CAUTIOUS, effective_from=TOMORROW, by=OPS)
    with pytest.raises(NotFound):
        maintain.withdraw(NEXT_WEEK, by=OPS)


@pytest.mark.parametrize("day", [date(2026, 11, 21), date(2026, 11, 22), date(2027, 11, 24), date.min, date.max])
def test_a_day_that_is_past_or_far_away_is_refused(house: House, day: date) -> None:
    with pytest.raises(Invalid):
        house.application.maintain_allocations.set(CAUTIOUS, effective_from=day, by=OPS)


@pytest.mark.parametrize("shares", [{}, {RiskLevel.C1: {Variety.CASH: 100}}])
def test_half_a_table_is_refused_and_nothing_is_kept(
    house: House, shares: Mapping[RiskLevel, Mapping[Variety, int]]
) -> None:
    maintain = house.application.maintain_allocations
    with pytest.raises(Invalid, match="缺少"):
        maintain.set(shares, effective_from=TOMORROW, by=OPS)
    assert len(maintain.all(by=OPS)) == 1
    assert events(house) == []


def test_only_headquarters_change_it_and_customers_do_not_see_it(house: House) -> None:
    maintain = house.application.maintain_allocations
    for actor in (CHEN, SHEN, KEEPER, house.customer):
        with pytest.raises(NotPermitted):
            maintain.set(CAUTIOUS, effective_from=TOMORROW, by=actor)
        with pytest.raises(NotPermitted):
            maintain.withdraw(TOMORROW, by=actor)
    with pytest.raises(NotPermitted):
        maintain.all(by=house.customer)


def test_a_share_that_nothing_on_sale_can_fill_is_pointed_out() -> None:
    every = [
        a_product(code=f"{variety.value}{grade}", variety=variety, risk_grade=grade)
        for variety in Variety
        for grade in RiskGrade
    ]
    assert cautions_of(DEFAULT_ALLOCATION, tuple(every)) == ()
    bold = [product for product in every if product.variety is not Variety.EQUITY or product.risk_grade.rank > 3]
    closed = [
        a_product(code="X", variety=Variety.EQUITY, risk_grade=RiskGrade.R3, investor_class=InvestorClass.QUALIFIED),
        replace(a_product(code="Y", variety=Variety.EQUITY, risk_grade=RiskGrade.R3), on_sale=False),
    ]
    (caution,) = cautions_of(DEFAULT_ALLOCATION, (*bold, *closed))
    assert caution.startswith("C3（稳健型）的权益类占15%")
