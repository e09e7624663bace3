from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from assistant.analysis.allocation import DEFAULT_ALLOCATION
from assistant.analysis.matching import WEIGHTS, match_products, neighbour_of, varied
from assistant.analysis.model import FitPart, MatchVerdict
from assistant.analysis.suitability import SuitabilityPolicy, match
from knowledge.customers.model import CustomerRecord, Horizon
from knowledge.products.model import Goal, InvestorClass, Performance, Product, RiskGrade, Variety
from tests.support.customers import DAY, a_customer, a_holding, a_product, a_record, an_assessment

POLICY = SuitabilityPolicy()


def ranked(record: CustomerRecord, *products: Product) -> list[str]:
    return [match.product_code for match in match_products(record, products, as_of=DAY, policy=POLICY)]


def test_suitable_first_then_the_rest_with_the_barred_last() -> None:
    products = (
        a_product(code="BARRED", investor_class=InvestorClass.PROFESSIONAL),
        a_product(code="TWO", risk_grade=RiskGrade.R5, lock_up_days=40_000),
        a_product(code="ONE", risk_grade=RiskGrade.R4),
        a_product(code="GOOD"),
    )
    matches = match_products(a_record(), products, as_of=DAY, policy=POLICY)
    assert [match.product_code for match in matches] == ["GOOD", "ONE", "TWO", "BARRED"]
    assert [match.score > 0 for match in matches] == [True, False, False, False]


def test_weights_add_up_to_one() -> None:
    assert abs(sum(WEIGHTS.values()) - 1) < 1e-9


def test_the_cheaper_of_two_alike_comes_first() -> None:
    cheap, dear = a_product(code="CHEAP", management_fee_pct=0.2), a_product(code="DEAR", management_fee_pct=1.5)
    assert ranked(a_record(), dear, cheap) == ["CHEAP", "DEAR"]


def test_the_one_that_can_be_left_sooner_comes_first() -> None:
    free, locked = a_product(code="Z-FREE"), a_product(code="A-LOCKED", lock_up_days=365)
    assert ranked(a_record(cash=1_000.0, holdings=(a_holding(),)), locked, free) == ["Z-FREE", "A-LOCKED"]


def test_what_serves_the_goals_comes_first() -> None:
    wants = a_customer(assessment=an_assessment(goals=frozenset({"income"})))
    both, half = (
        a_product(code="Z-ALL", goals=frozenset({Goal.INCOME})),
        a_product(code="A-HALF", goals=frozenset({Goal.INCOME, Goal.GROWTH})),
    )
    assert ranked(a_record(wants), half, both) == ["Z-ALL", "A-HALF"]


def test_the_term_that_fits_comes_first() -> None:
    short = a_customer(assessment=an_assessment(horizon=Horizon.SHORT))
    near, far = (
        a_product(code="Z-NEAR", suggested_holding_days=180),
        a_product(code="A-FAR", suggested_holding_days=1),
    )
    assert ranked(a_record(short), far, near) == ["Z-NEAR", "A-FAR"]


def test_what_is_held_already_or_out_of_reach_comes_later() -> None:
    held = a_holding(product_code="HELD", variety=Variety.FIXED_INCOME, market_value=10_000.0)
    record = a_record(cash=90_000.0, holdings=(held,))
    products = a_product(code="HELD"), a_product(code="FRESH"), a_product(code="DEAR", minimum_amount=100_001)
    assert ranked(record, *products) == ["FRESH", "HELD", "DEAR"]


def test_what_the_portfolio_lacks_comes_first() -> None:
    record = a_record(cash=1_000.0, holdings=(a_holding(variety=Variety.FIXED_INCOME, market_value=99_000.0),))
    more, other = a_product(code="A-MORE", variety=Variety.FIXED_INCOME), a_product(code="Z-OTHER")
    assert ranked(record, more, other) == ["Z-OTHER", "A-MORE"]


def test_past_results_count_for_nothing() -> None:
    brilliant = Performance(since=date(2025, 1, 1), until=date(2025, 12, 31), return_pct=80.0, benchmark_pct=1.0)
    dull = match_products(a_record(), [a_product()], as_of=DAY, policy=POLICY)
    shiny = match_products(a_record(), [a_product(performance=(brilliant,))], as_of=DAY, policy=POLICY)
    assert dull == shiny


def test_no_products_no_matches() -> None:
    assert match_products(a_record(), (), as_of=DAY, policy=POLICY) == ()


PRODUCTS = st.lists(
    st.builds(
        a_product,
        code=st.sampled_from(["A", "B", "C", "D"]),
        risk_grade=st.sampled_from(RiskGrade),
        variety=st.sampled_from(Variety),
        lock_up_days=st.integers(0, 3000),
        suggested_holding_days=st.integers(0, 3000),
        minimum_amount=st.integers(1, 10**8),
        management_fee_pct=st.floats(0, 100),
    ),
    unique_by=lambda product: product.code,
)


@given(PRODUCTS, st.randoms())
def test_the_order_does_not_depend_on_the_catalogue_order(products: list[Product], shuffler: st.DataObject) -> None:
    first = match_products(a_record(), products, as_of=DAY, policy=POLICY)
    shuffled = list(products)
    shuffler.shuffle(shuffled)  # type: ignore[attr-defined]
    assert match_products(a_record(), shuffled, as_of=DAY, policy=POLICY) == first
    assert all(0 <= match.score <= 1 for match in first)
    assert all((match.score > 0) <= (match.verdict is MatchVerdict.SUITABLE) for match in first)


def points_of(record: CustomerRecord, product: Product, *others: Product) -> dict[FitPart, tuple[bool, str]]:
    """The last point of each part."""
    matches = match_products(record, (product, *others), as_of=DAY, policy=POLICY, allocation=DEFAULT_ALLOCATION)
    (found,) = [match for match in matches if match.product_code == product.code]
    return {point.part: (point.favours, point.text) for point in found.points}


def test_a_suitable_product_says_what_speaks_for_and_against_it() -> None:
    customer = a_customer(
        assessment=an_assessment(horizon=Horizon.MEDIUM, goals=frozenset({"income", "growth", "liquidity"}))
    )
    record = a_record(customer, cash=20_000.0, holdings=(a_holding(market_value=80_000.0),))
    product = a_product(lock_up_days=90, suggested_holding_days=730, minimum_amount=30_000)
    cheaper = a_product(code="OTHER", management_fee_pct=0.1, subscription_fee_pct=0.0)
    points = points_of(record, product, cheaper)
    assert points[FitPart.GOAL] == (False, "产品不能兼顾客户的其他目标：流动性管理、稳定收益。")
    assert points[FitPart.TERM] == (True, "产品建议持有730天，与客户1至5年的投资期限相近。")
    assert points[FitPart.LIQUIDITY] == (False, "产品锁定90天，其间不能取回。")
    assert points[FitPart.COST] == (False, "管理费与申购费第一年合计1.3%，高于在售混合类产品的中位数0.7%。")
    assert points[FitPart.HELD] == (True, "客户目前没有混合类资产，公司参考占比为25%。")
    assert points[FitPart.REACH] == (False, "起购金额3万元，高于客户目前的可用资金2万元。")


def test_what_is_held_too_much_of_speaks_against_more() -> None:
    record = a_record(
        cash=20_000.0, holdings=(a_holding(product_code="YC3001", variety=Variety.MIXED, market_value=80_000.0),)
    )
    points = points_of(record, a_product())
    assert points[FitPart.HELD] == (False, "客户的混合类占总资产80.0%，比公司参考占比25%高55.0个百分点。")


def test_a_lower_share_than_the_reference_comes_first() -> None:
    """The reference of C3 asks for 45 % fixed income and 15 % cash: what lacks most is worth most."""
    record = a_record(cash=100_000.0)
    products = (a_product(code="A-CASH", variety=Variety.CASH), a_product(code="Z-BOND", variety=Variety.FIXED_INCOME))
    found = match_products(record, products, as_of=DAY, policy=POLICY, allocation=DEFAULT_ALLOCATION)
    assert [match.product_code for match in found] == ["Z-BOND", "A-CASH"]


def test_what_does_not_suit_has_neither_score_nor_points() -> None:
    (found,) = match_products(a_record(), [a_product(risk_grade=RiskGrade.R5)], as_of=DAY, policy=POLICY)
    assert (found.score, found.points) == (0.0, ())


def test_the_neighbour_is_the_most_alike_that_does_not_suit() -> None:
    good = a_product(code="GOOD")
    products = {
        product.code: product
        for product in (
            good,
            a_product(code="LIKE", risk_grade=RiskGrade.R4),
            a_product(code="OTHER", variety=Variety.EQUITY, risk_grade=RiskGrade.R4),
            a_product(code="FINE", variety=Variety.CASH),
        )
    }
    matches = match_products(a_record(), products.values(), as_of=DAY, policy=POLICY)
    (found,) = [match for match in matches if match.product_code == "GOOD"]
    neighbour = neighbour_of(found, matches, products)
    assert neighbour is not None
    assert neighbour.product_code == "LIKE"
    assert neighbour_of(found, [found], products) is None


def test_what_is_chosen_is_not_all_of_a_kind() -> None:
    bonds = [a_product(code=f"BOND{n}", variety=Variety.FIXED_INCOME, risk_grade=RiskGrade.R2) for n in range(3)]
    other = a_product(code="OTHER", variety=Variety.EQUITY, management_fee_pct=1.5, goals=frozenset({Goal.INCOME}))
    products = {product.code: product for product in (*bonds, other)}
    matches = match_products(a_record(), products.values(), as_of=DAY, policy=POLICY)
    assert [match.product_code for match in matches][-1] == "OTHER"
    chosen = varied(matches, products, limit=2)
    assert [match.product_code for match in chosen] == ["BOND0", "OTHER"]
    assert varied(matches, products, limit=0) == ()
    assert len(varied(matches, products, limit=9)) == 4


def test_what_is_no_longer_on_sale_is_not_matched_and_barred_where_it_is_asked_for() -> None:
    assert ranked(a_record(), replace(a_product(), on_sale=False)) == []
    asked = match(a_record(), replace(a_product(), on_sale=False), as_of=DAY, policy=POLICY)
    assert asked.verdict is MatchVerdict.BARRED
    assert ["不再销售" in reason.text for reason in asked.against] == [True]
