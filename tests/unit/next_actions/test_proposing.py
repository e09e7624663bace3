"""Which actions a day speaks for, and in which order."""

import inspect
import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.analysis import diagnosis
from assistant.analysis.diagnosis import diagnose
from assistant.analysis.figures import FactMaker
from assistant.analysis.portrait import facts_of
from assistant.analysis.suitability import SuitabilityPolicy
from assistant.demand.model import Method, Need, NeedView
from assistant.next_actions.catalogue import KINDS
from assistant.next_actions.model import Feedback, Proposal
from assistant.next_actions.proposing import learned, propose, urgency, worth
from knowledge.customers.model import Consent, ConsentKind, CustomerRecord, ServiceRecord
from tests.support.customers import DAY, a_customer, a_holding, a_margin_position, a_record, an_assessment

POLICY = SuitabilityPolicy()


def proposed(
    record: CustomerRecord, *, feedback: dict[str, Feedback] | None = None, needs: tuple[NeedView, ...] = ()
) -> tuple[Proposal, ...]:
    return propose(
        record,
        facts=facts_of(record, as_of=DAY, policy=POLICY),
        observations=diagnose(record, as_of=DAY, policy=POLICY),
        needs=needs,
        feedback=feedback or {},
        as_of=DAY,
    )


def kinds(record: CustomerRecord, **more: object) -> list[str]:
    return [each.kind for each in proposed(record, **more)]  # type: ignore[arg-type]


def a_need(need: Need, percent: float, lift: float = 3.0) -> NeedView:
    make = FactMaker("demand", DAY, "需求模型 m1")
    return NeedView(
        need=need,
        label=need.label,
        event=need.event,
        probability=make.percent(f"{need.value}.probability", "可能性", Decimal(str(percent))),
        base_rate=make.percent(f"{need.value}.base_rate", "平均比例", Decimal(str(percent / lift))),
        lift=lift,
        method=Method.RULES,
        reasons=(),
        summary=f"未来90天{need.event}的可能性约为{percent}%。",
    )


IDLE = a_record(a_customer(), cash=900_000.0)


def test_idle_cash_asks_for_a_conversation_and_says_why() -> None:
    (action, *_) = [each for each in proposed(IDLE) if each.kind == "idle_cash"]
    assert "90万元" in action.reason
    assert action.facts["fact:portfolio.cash"] == "90万元"
    assert action.channel == "app"


def test_a_margin_account_near_its_line_comes_before_everything_else() -> None:
    record = replace(IDLE, margin=a_margin_position(maintenance_ratio_pct=151.0, debt=20_000.0))
    assert kinds(record)[0] == "margin_near_warning"


def test_two_maturities_are_two_actions_and_the_nearer_one_is_more_urgent() -> None:
    near = a_holding(product_code="A1", matures_on=DAY + timedelta(days=3))
    far = a_holding(product_code="B2", matures_on=DAY + timedelta(days=50))
    found = {each.key: each for each in proposed(a_record(a_customer(), holdings=(near, far)))}
    first, second = found["maturing_holding:A1"], found["maturing_holding:B2"]
    assert first.urgency > second.urgency
    assert (first.due_on, second.due_on) == (near.matures_on, far.matures_on)


def test_who_opted_out_of_profiling_is_owed_duties_only() -> None:
    expired = an_assessment(assessed_on=date(2020, 1, 1), expires_on=date(2022, 1, 1))
    record = replace(IDLE, customer=a_customer(profiling_consent=False, assessment=expired))
    needs = (a_need(Need.FIXED_INCOME, 90.0),)
    assert kinds(record, needs=needs) == ["assessment_expired"]


def test_who_wants_no_marketing_is_owed_duties_only() -> None:
    refused = (Consent(kind=ConsentKind.MARKETING, granted=False, on=date(2026, 5, 1)),)
    assert "idle_cash" in kinds(IDLE)
    assert "idle_cash" not in kinds(replace(IDLE, consents=refused))


def test_nothing_is_offered_while_a_complaint_is_handled() -> None:
    note = ServiceRecord(on=DAY - timedelta(days=3), channel="phone", staff="甲", kind="complaint", remark="不满意。")
    found = kinds(replace(IDLE, service_records=(note,)))
    assert "recent_complaint" in found
    assert all(KINDS[kind].duty for kind in found)


def test_a_need_stands_back_where_an_observation_asks_for_the_same_conversation() -> None:
    needs = (a_need(Need.CASH_MANAGEMENT, 90.0), a_need(Need.FUND_ADVISORY, 40.0), a_need(Need.MARGIN, 2.0))
    found = kinds(IDLE, needs=needs)
    assert "need_cash_management" not in found
    assert "need_fund_advisory" in found
    assert "need_margin" not in found
    assert "need_education" not in kinds(IDLE, needs=(a_need(Need.EDUCATION, 40.0, lift=1.1),))


def test_verdicts_teach_the_order_within_bounds_and_never_touch_a_duty() -> None:
    tired = {"idle_cash": Feedback(done=0, irrelevant=200), "assessment_expired": Feedback(irrelevant=200)}
    before = next(each for each in proposed(IDLE) if each.kind == "idle_cash")
    after = next(each for each in proposed(IDLE, feedback=tired) if each.kind == "idle_cash")
    assert after.score == pytest.approx(before.score * 0.4, rel=1e-3)
    assert learned(KINDS["assessment_expired"], tired["assessment_expired"]) == 1.0
    assert learned(KINDS["idle_cash"], Feedback(done=50)) == 1.25


@given(
    amount=st.decimals(min_value=0, max_value=10**10, places=2),
    more=st.decimals(min_value=0, max_value=10**9, places=2),
)
def test_more_at_stake_is_never_worth_less(amount: Decimal, more: Decimal) -> None:
    assert 0 <= worth(amount) <= worth(amount + more) <= 1


@given(base=st.floats(0, 1), days=st.integers(-400, 4000))
def test_a_nearer_day_is_never_less_urgent(base: float, days: int) -> None:
    assert base <= urgency(base, days + 1) + 1e-4 <= urgency(base, days) + 2e-4 <= 1.0003


def test_every_observation_asks_for_contact_or_is_known_not_to() -> None:
    keys = set(re.findall(r'^ +"([a-z_]+)",$', inspect.getsource(diagnosis), re.MULTILINE)) - {"profiling_opt_out"}
    assert len(keys) > 20
    assert keys <= KINDS.keys()
