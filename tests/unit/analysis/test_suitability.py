"""The gate, over every combination of what it looks at."""

import itertools
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.analysis.model import Dimension, Match, MatchVerdict
from assistant.analysis.suitability import (
    MATRIX,
    Standing,
    SuitabilityPolicy,
    grade_of_whole,
    match,
    match_whole,
    matrix_fact,
)
from knowledge.customers.model import Customer, Horizon, InvestorStatus, RiskAssessment, RiskLevel
from knowledge.products.model import Goal, InvestorClass, Permission, PreSaleInformation, Product, RiskGrade, Variety
from tests.support.customers import DAY, PRE_SALE, a_customer, a_product, a_record, an_assessment

POLICY = SuitabilityPolicy()
SUITABLE, UNSUITABLE, BARRED = MatchVerdict.SUITABLE, MatchVerdict.UNSUITABLE, MatchVerdict.BARRED
YOUNG, OLD = date(1981, 5, 12), date(1950, 1, 1)


def verdict_on(customer: Customer, product: Product, *, policy: SuitabilityPolicy = POLICY, day: date = DAY) -> Match:
    return match(a_record(customer), product, as_of=day, policy=policy)


def expected_verdict(
    level: int, grade: int, *, lowest: bool, counts: str, professional: bool, capable: bool
) -> MatchVerdict:
    """The rules told a second time, as a lawyer would tick them off."""
    if not capable:  # lowest class whatever was written down
        if grade > 1:
            return BARRED
        return SUITABLE if counts == "valid" else UNSUITABLE
    if professional:
        return BARRED if lowest and counts == "valid" and grade > 1 else SUITABLE
    if lowest and counts != "missing" and grade > 1:
        return BARRED
    return SUITABLE if counts == "valid" and (lowest or grade <= level) else UNSUITABLE


COMBINATIONS = list(
    itertools.product(
        RiskLevel, RiskGrade, (False, True), ("valid", "expired", "missing"), (False, True), (YOUNG, OLD), (True, False)
    )
)


@pytest.mark.parametrize("level", list(RiskLevel))
@pytest.mark.parametrize("grade", list(RiskGrade))
def test_every_combination(level: RiskLevel, grade: RiskGrade) -> None:
    for _, _, lowest, counts, professional, born_on, capable in (
        row for row in COMBINATIONS if row[:2] == (level, grade)
    ):
        expires_on = DAY if counts == "expired" else DAY + timedelta(days=1)
        customer = a_customer(
            born_on=born_on,
            status=InvestorStatus.PROFESSIONAL if professional else InvestorStatus.ORDINARY,
            full_capacity=capable,
            assessment=None
            if counts == "missing"
            else an_assessment(level=level, lowest_class=lowest, expires_on=expires_on),
        )
        found = verdict_on(customer, a_product(risk_grade=grade))
        case = (level, grade, lowest, counts, professional, born_on, capable)
        assert found.verdict is expected_verdict(
            level.rank, grade.rank, lowest=lowest, counts=counts, professional=professional, capable=capable
        ), case
        elderly = born_on == OLD and grade.rank >= 4
        at_risk = grade is RiskGrade.R5 and not professional
        assert found.special_care is (found.verdict is SUITABLE and (elderly or at_risk or not capable)), case


ADULT, CHILD, ELDER = date(1981, 5, 12), date(2012, 1, 1), date(1950, 1, 1)
SPECIAL = {
    "nothing": a_customer(born_on=ADULT),
    "elderly": a_customer(born_on=ELDER),
    "qualified": a_customer(born_on=ADULT, status=InvestorStatus.QUALIFIED),
    "lowest": a_customer(born_on=ADULT),
    "minor": a_customer(born_on=CHILD),
    "incapable": a_customer(born_on=ADULT, full_capacity=False),
    "professional": a_customer(born_on=ADULT, status=InvestorStatus.PROFESSIONAL),
    "elderly professional": a_customer(born_on=ELDER, status=InvestorStatus.PROFESSIONAL),
    "lowest professional": a_customer(born_on=ADULT, status=InvestorStatus.PROFESSIONAL),
    "incapable professional": a_customer(born_on=ADULT, status=InvestorStatus.PROFESSIONAL, full_capacity=False),
}
TERMS = {"none": (0, 0), "fits": (365, 180), "locked": (366, 0), "long": (0, 366)}
"""Lock-up and suggested holding in days, for a customer whose money can stay away for a year."""


def wants(level: RiskLevel, *, lowest: bool, accepted: frozenset[str], goals: frozenset[str]) -> RiskAssessment:
    return an_assessment(
        level=level, lowest_class=lowest, horizon=Horizon.SHORT, varieties=accepted, goals=goals, expires_on=DAY
    )


def lawyer(special: str, level: int, grade: int, *, valid: bool, term: bool, variety: bool, goal: bool) -> MatchVerdict:
    """The rules told a third time, over the whole table: who is guarded, who is professional, and then the rest."""
    guarded = special in {"minor", "incapable", "incapable professional"}
    professional = "professional" in special and not guarded
    lowest = guarded or special == "lowest" or (special == "lowest professional" and valid)
    if lowest and grade > 1:
        return BARRED
    if not valid:
        return SUITABLE if professional else UNSUITABLE
    over = grade > level and not professional and not lowest
    return UNSUITABLE if over or not (term and variety and goal) else SUITABLE


@pytest.mark.parametrize("level", list(RiskLevel))
@pytest.mark.parametrize("grade", list(RiskGrade))
def test_the_whole_table(level: RiskLevel, grade: RiskGrade) -> None:
    """Level × grade × special case × term × variety, each variety wanted or not: 12,000 verdicts in all.

    For one variety also with an unwanted goal, and on the day on which the assessment no longer counts.
    """
    for (special, customer), (term, (lock_up, holding)), variety, accepted, wanted, valid in itertools.product(
        SPECIAL.items(), TERMS.items(), Variety, (True, False), (True, False), (True, False)
    ):
        if variety is not Variety.CASH and not (wanted and valid):
            continue
        others = frozenset(one.value for one in Variety if one is not variety)
        assessment = wants(
            level,
            lowest="lowest" in special,
            accepted=frozenset({variety.value}) if accepted else others,
            goals=frozenset({"growth"}) if wanted else frozenset({"liquidity", "income"}),
        )
        product = a_product(risk_grade=grade, variety=variety, lock_up_days=lock_up, suggested_holding_days=holding)
        day = DAY - timedelta(days=1) if valid else DAY
        found = verdict_on(replace(customer, assessment=assessment), product, day=day)
        case = (special, term, variety, accepted, wanted, valid)
        term_fits = term in {"none", "fits"}
        expected = lawyer(special, level.rank, grade.rank, valid=valid, term=term_fits, variety=accepted, goal=wanted)
        assert found.verdict is expected, case
        assert (found.verdict is SUITABLE) is not bool(found.against), case
        assert all(":" in reason.provision for reason in found.reasons), case
        ordinary = "professional" not in special or special == "incapable professional"
        told = {reason.provision for reason in found.against if reason.dimension is Dimension.TERM}
        assert told <= ({"SUIT:22"} if ordinary else {"SUIT:18"}), case
        guarded = special in {"minor", "incapable", "incapable professional"}
        careful = guarded or ("elderly" in special and grade.rank >= 4) or (grade.rank == 5 and ordinary)
        assert found.special_care is (found.verdict is SUITABLE and careful), case


@pytest.mark.parametrize("special", list(SPECIAL))
@pytest.mark.parametrize("level", list(RiskLevel))
@pytest.mark.parametrize("grade", list(RiskGrade))
def test_access_and_information_come_before_everything(special: str, level: RiskLevel, grade: RiskGrade) -> None:
    """Nobody is let in by a level, and nobody is kept out by one where access already does."""
    customer = replace(
        SPECIAL[special], assessment=an_assessment(level=level, lowest_class="lowest" in special, expires_on=DAY)
    )
    status = customer.status
    for investor_class, held, complete, on_sale in itertools.product(
        InvestorClass, (None, True, False), (True, False), (True, False)
    ):
        product = replace(
            a_product(
                risk_grade=grade,
                investor_class=investor_class,
                permission=None if held is None else Permission.OPTION,
                pre_sale=PRE_SALE if complete else replace(PRE_SALE, restrictions="见合同"),
            ),
            on_sale=on_sale,
        )
        holder = replace(customer, permissions=frozenset({"option"} if held else ()))
        found = verdict_on(holder, product, day=DAY - timedelta(days=1))
        rank = [InvestorStatus.ORDINARY, InvestorStatus.QUALIFIED, InvestorStatus.PROFESSIONAL].index(status)
        shut = list(InvestorClass).index(investor_class) > rank or held is False or not on_sale
        if shut:
            assert found.verdict is BARRED
        elif not complete:
            assert found.verdict is not SUITABLE
        case = (investor_class, held, complete, on_sale)
        assert (found.verdict is SUITABLE) is not bool(found.against), case


def test_a_professional_is_not_offered_what_does_not_fit_the_own_wishes() -> None:
    """The prohibitions of SUIT:22 protect ordinary investors; a professional's wishes still decide the fit."""
    customer = a_customer(status=InvestorStatus.PROFESSIONAL, assessment=an_assessment(horizon=Horizon.SHORT))
    (reason,) = verdict_on(customer, a_product(lock_up_days=900)).against
    assert (reason.provision, "不宜推介" in reason.text) == ("SUIT:18", True)


PARTS = st.lists(st.tuples(st.integers(0, 10**7).map(Decimal), st.sampled_from(RiskGrade)), max_size=8)


@given(PARTS)
def test_a_whole_is_graded_between_its_least_and_its_most(parts: list[tuple[Decimal, RiskGrade]]) -> None:
    held = [grade.rank for amount, grade in parts if amount]
    found = grade_of_whole(parts).rank
    assert min(held, default=1) <= found <= max(held, default=1)
    assert grade_of_whole(reversed(parts)).rank == found


@given(PARTS, st.integers(1, 10**7))
def test_adding_the_boldest_never_makes_a_whole_tamer(parts: list[tuple[Decimal, RiskGrade]], amount: int) -> None:
    assert grade_of_whole([*parts, (Decimal(amount), RiskGrade.R5)]).rank >= grade_of_whole(parts).rank


@pytest.mark.parametrize(
    ("bold", "grade"), [(0, "R1"), (1, "R2"), (25, "R2"), (26, "R3"), (50, "R3"), (75, "R4"), (76, "R5"), (100, "R5")]
)
def test_the_mean_is_rounded_up(bold: int, grade: str) -> None:
    parts = [(Decimal(bold), RiskGrade.R5), (Decimal(100 - bold), RiskGrade.R1)]
    assert grade_of_whole(parts) is RiskGrade(grade)


@pytest.mark.parametrize("level", list(RiskLevel))
@pytest.mark.parametrize("grade", list(RiskGrade))
@pytest.mark.parametrize("special", list(SPECIAL))
def test_a_whole_is_matched_as_a_product_of_its_grade_would_be(
    special: str, level: RiskLevel, grade: RiskGrade
) -> None:
    customer = replace(SPECIAL[special], assessment=an_assessment(level=level, lowest_class="lowest" in special))
    standing = Standing(customer=customer, as_of=DAY, policy=POLICY)
    found = match_whole(standing, grade)
    if standing.professional and not standing.lowest_class:
        assert found is None
        return
    assert found is not None
    assert (found.fits, found.provision) == (
        verdict_on(customer, a_product(risk_grade=grade)).verdict is SUITABLE,
        "SUIT:16",
    )
    assert grade.label in found.text


def test_without_an_assessment_no_whole_is_matched() -> None:
    standing = Standing(customer=a_customer(assessment=None), as_of=DAY, policy=POLICY)
    assert match_whole(standing, RiskGrade.R1) is None


def test_the_matrix_is_the_published_one() -> None:
    assert {level.value: [grade.value for grade in grades] for level, grades in MATRIX.items()} == {
        "C1": ["R1"],
        "C2": ["R1", "R2"],
        "C3": ["R1", "R2", "R3"],
        "C4": ["R1", "R2", "R3", "R4"],
        "C5": ["R1", "R2", "R3", "R4", "R5"],
    }


@pytest.mark.parametrize(("after", "verdict"), [(-1, SUITABLE), (0, UNSUITABLE), (1, UNSUITABLE)])
def test_the_day_before_it_expires_counts_and_the_day_itself_does_not(after: int, verdict: MatchVerdict) -> None:
    customer = a_customer(assessment=an_assessment(expires_on=DAY))
    assert verdict_on(customer, a_product(), day=DAY + timedelta(days=after)).verdict is verdict


def test_an_assessment_of_tomorrow_does_not_count_today() -> None:
    customer = a_customer(assessment=an_assessment(assessed_on=DAY + timedelta(days=1)))
    found = verdict_on(customer, a_product())
    assert found.verdict is UNSUITABLE
    assert "还没有风险测评结果" in found.against[0].text


def test_a_stricter_term_of_the_firm_shortens_the_record() -> None:
    customer = a_customer(assessment=an_assessment(assessed_on=date(2025, 11, 22), expires_on=date(2027, 11, 22)))
    assert verdict_on(customer, a_product()).verdict is SUITABLE
    strict = SuitabilityPolicy(assessment_valid_months=12)
    assert verdict_on(customer, a_product(), policy=strict).verdict is UNSUITABLE
    assert verdict_on(customer, a_product(), policy=strict, day=DAY - timedelta(days=1)).verdict is SUITABLE


@pytest.mark.parametrize(
    ("horizon", "lock_up", "holding", "verdict"),
    [
        (Horizon.SHORT, 365, 365, SUITABLE),
        (Horizon.SHORT, 366, 0, UNSUITABLE),
        (Horizon.SHORT, 0, 366, UNSUITABLE),
        (Horizon.MEDIUM, 1826, 1826, SUITABLE),
        (Horizon.MEDIUM, 1827, 1827, UNSUITABLE),
        (Horizon.LONG, 3650, 3650, SUITABLE),
    ],
)
def test_term(horizon: Horizon, lock_up: int, holding: int, verdict: MatchVerdict) -> None:
    customer = a_customer(assessment=an_assessment(horizon=horizon))
    product = a_product(lock_up_days=lock_up, suggested_holding_days=holding)
    found = verdict_on(customer, product)
    assert found.verdict is verdict
    assert {reason.dimension for reason in found.against} <= {Dimension.TERM}


def test_variety_and_goal_are_two_questions() -> None:
    narrow = an_assessment(varieties=frozenset({"cash"}), goals=frozenset({"liquidity"}))
    found = verdict_on(a_customer(assessment=narrow), a_product())
    assert found.verdict is UNSUITABLE
    assert [reason.dimension for reason in found.against] == [Dimension.VARIETY_AND_GOAL] * 2
    fitting = a_product(variety=Variety.CASH, goals=frozenset({Goal.LIQUIDITY, Goal.GROWTH}))
    assert verdict_on(a_customer(assessment=narrow), fitting).verdict is SUITABLE


def test_nothing_declared_means_nothing_fits() -> None:
    silent = an_assessment(varieties=frozenset(), goals=frozenset())
    found = verdict_on(a_customer(assessment=silent), a_product())
    assert found.verdict is UNSUITABLE
    assert "未选择品种" in found.against[0].text


@pytest.mark.parametrize(
    ("status", "admitted"),
    [
        (InvestorStatus.ORDINARY, {InvestorClass.EVERYONE}),
        (InvestorStatus.QUALIFIED, {InvestorClass.EVERYONE, InvestorClass.QUALIFIED}),
        (InvestorStatus.PROFESSIONAL, set(InvestorClass)),
    ],
)
@pytest.mark.parametrize("wanted", list(InvestorClass))
def test_access_by_class(status: InvestorStatus, admitted: set[InvestorClass], wanted: InvestorClass) -> None:
    found = verdict_on(a_customer(status=status), a_product(investor_class=wanted))
    assert found.verdict is (SUITABLE if wanted in admitted else BARRED)


@pytest.mark.parametrize("permission", list(Permission))
def test_access_by_permission(permission: Permission) -> None:
    product = a_product(permission=permission)
    assert verdict_on(a_customer(), product).verdict is BARRED
    assert verdict_on(a_customer(permissions=frozenset({permission.value})), product).verdict is SUITABLE


@pytest.mark.parametrize("item", list(PreSaleInformation.__dataclass_fields__))
def test_a_missing_pre_sale_item_stops_everybody(item: str) -> None:
    product = a_product(pre_sale=replace(PRE_SALE, **{item: " "}))
    for status in (InvestorStatus.ORDINARY, InvestorStatus.PROFESSIONAL):
        found = verdict_on(a_customer(status=status), product)
        assert found.verdict is UNSUITABLE
        assert [reason.provision for reason in found.against] == ["SUIT:23"]


@pytest.mark.parametrize(("age", "grade", "care"), [(64, 4, False), (65, 4, True), (65, 3, False), (80, 3, False)])
def test_elderly_care_follows_the_policy(age: int, grade: int, care: bool) -> None:
    customer = a_customer(
        born_on=date(DAY.year - age, DAY.month, DAY.day), assessment=an_assessment(level=RiskLevel.C5)
    )
    product = a_product(risk_grade=RiskGrade(f"R{grade}"))
    assert verdict_on(customer, product).special_care is care
    elsewhere = SuitabilityPolicy(elderly_age=60, elderly_from_grade=3)
    assert verdict_on(customer, product, policy=elsewhere).special_care


def test_an_under_age_customer_is_guarded_whatever_the_record_says() -> None:
    child = a_customer(born_on=date(2011, 1, 1), full_capacity=True, assessment=an_assessment(level=RiskLevel.C5))
    assert verdict_on(child, a_product(risk_grade=RiskGrade.R2)).verdict is BARRED


ASSESSMENTS = st.builds(
    an_assessment,
    level=st.sampled_from(RiskLevel),
    lowest_class=st.booleans(),
    assessed_on=st.dates(date(2023, 1, 1), date(2027, 1, 1)),
    expires_on=st.dates(date(2024, 1, 1), date(2029, 1, 1)),
    horizon=st.sampled_from(Horizon),
    varieties=st.frozensets(st.sampled_from([variety.value for variety in Variety])),
    goals=st.frozensets(st.sampled_from([goal.value for goal in Goal])),
)
CUSTOMERS = st.builds(
    a_customer,
    born_on=st.dates(date(1930, 1, 1), date(2020, 1, 1)),
    status=st.sampled_from(InvestorStatus),
    full_capacity=st.booleans(),
    assessment=st.none() | ASSESSMENTS,
    permissions=st.frozensets(st.sampled_from([permission.value for permission in Permission])),
)
PRODUCTS = st.builds(
    a_product,
    variety=st.sampled_from(Variety),
    risk_grade=st.sampled_from(RiskGrade),
    lock_up_days=st.integers(0, 4000),
    suggested_holding_days=st.integers(0, 4000),
    goals=st.frozensets(st.sampled_from(Goal), min_size=1),
    investor_class=st.sampled_from(InvestorClass),
    permission=st.none() | st.sampled_from(Permission),
)


@given(CUSTOMERS, PRODUCTS)
def test_a_verdict_and_its_reasons_agree(customer: Customer, product: Product) -> None:
    found = verdict_on(customer, product)
    assert (found.verdict is SUITABLE) is not bool(found.against)
    assert {Dimension.ASSESSMENT, Dimension.RISK, Dimension.ACCESS, Dimension.INFORMATION} <= {
        reason.dimension for reason in found.reasons
    }
    assert all(reason.text.endswith("。") and ":" in reason.provision for reason in found.reasons)
    assert found.verdict is SUITABLE or not found.special_care


@given(CUSTOMERS, PRODUCTS)
def test_a_riskier_grade_never_helps(customer: Customer, product: Product) -> None:
    order = [SUITABLE, UNSUITABLE, BARRED]
    verdicts = [order.index(verdict_on(customer, replace(product, risk_grade=grade)).verdict) for grade in RiskGrade]
    assert verdicts == sorted(verdicts)


@given(CUSTOMERS, PRODUCTS)
def test_an_ordinary_customer_is_never_offered_more_than_the_level(customer: Customer, product: Product) -> None:
    assessment: RiskAssessment | None = customer.assessment
    if customer.status is InvestorStatus.PROFESSIONAL or verdict_on(customer, product).verdict is not SUITABLE:
        return
    assert assessment is not None
    assert assessment.valid_on(DAY)
    assert product.risk_grade.rank <= assessment.level.rank or (
        product.risk_grade is RiskGrade.R1 and assessment.lowest_class
    )
    assert product.risk_grade is RiskGrade.R1 or not assessment.lowest_class


@pytest.mark.parametrize("level", list(RiskLevel))
@pytest.mark.parametrize("grade", list(RiskGrade))
def test_a_matrix_answer_names_both_and_decides(level: RiskLevel, grade: RiskGrade) -> None:
    fact = matrix_fact(level, grade, as_of=DAY)
    assert fact.id == f"fact:matrix.{level}.{grade}"
    assert level.label in fact.text
    assert grade.label in fact.text
    assert ("不得主动推介" in fact.text) is (grade.rank > level.rank)
    assert ("最低类别" in fact.text) is (level is RiskLevel.C1)


def test_whoever_is_unwilling_to_bear_any_loss_is_of_the_lowest_class_whatever_the_level() -> None:
    for level in RiskLevel:
        unwilling = a_customer(assessment=an_assessment(level=level, max_loss_pct=0))
        standing = Standing(customer=unwilling, as_of=DAY, policy=POLICY)
        assert standing.lowest_class
        assert verdict_on(unwilling, a_product(risk_grade=RiskGrade.R2), day=DAY).verdict is BARRED
        willing = replace(standing, customer=a_customer(assessment=an_assessment(level=level, max_loss_pct=1)))
        assert not willing.lowest_class
