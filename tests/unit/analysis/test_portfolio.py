from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from assistant.analysis.allocation import DEFAULT_ALLOCATION
from assistant.analysis.portfolio import gap_facts, portfolio_facts, portfolio_of
from knowledge.customers.model import CustomerRecord, Holding, RiskLevel
from knowledge.products.model import RiskGrade, Variety
from tests.support.customers import DAY, a_holding, a_record, a_trade

BOND = a_holding(product_code="B", cost=90_000.0, market_value=100_000.0, matures_on=DAY + timedelta(days=90))
STOCK = a_holding(
    product_code="S",
    variety=Variety.EQUITY,
    risk_grade=RiskGrade.R4,
    industry="软件",
    cost=80_000.0,
    market_value=60_000.0,
    matures_on=DAY + timedelta(days=91),
)


def test_shares_count_cash_as_an_asset() -> None:
    portfolio = portfolio_of(a_record(cash=40_000.0, holdings=(STOCK, BOND)), as_of=DAY)
    assert (portfolio.total, portfolio.cash_share) == (Decimal("200000.00"), Decimal("20.0"))
    assert [(position.product_code, position.share) for position in portfolio.positions] == [
        ("B", Decimal("50.0")),
        ("S", Decimal("30.0")),
    ]
    assert portfolio.allocation == {
        Variety.CASH: Decimal("20.0"),
        Variety.FIXED_INCOME: Decimal("50.0"),
        Variety.EQUITY: Decimal("30.0"),
    }
    assert portfolio.industries == {"软件": Decimal("30.0")}
    assert (portfolio.unrealised, portfolio.unrealised_share) == (Decimal("-10000.00"), Decimal("-5.9"))


def test_the_same_product_twice_is_one_position() -> None:
    portfolio = portfolio_of(a_record(cash=0.0, holdings=(BOND, BOND)), as_of=DAY)
    assert [(position.market_value, position.share) for position in portfolio.positions] == [
        (Decimal("200000.00"), Decimal("100.0"))
    ]


def test_a_cash_fund_counts_with_the_cash() -> None:
    fund = a_holding(product_code="C", variety=Variety.CASH, risk_grade=RiskGrade.R1, market_value=50_000.0)
    portfolio = portfolio_of(a_record(cash=50_000.0, holdings=(fund,)), as_of=DAY)
    assert portfolio.allocation == {Variety.CASH: Decimal("100.0")}
    assert portfolio.cash_share == Decimal("50.0")


def test_maturities_up_to_the_horizon_and_not_past_ones() -> None:
    past = a_holding(product_code="P", matures_on=DAY - timedelta(days=1))
    portfolio = portfolio_of(a_record(holdings=(STOCK, BOND, past)), as_of=DAY)
    assert [position.product_code for position in portfolio.maturing] == ["B"]


def test_twelve_months_of_trades() -> None:
    trades = (
        a_trade(traded_on=date(2026, 11, 22), amount=30_000.0),
        a_trade(traded_on=date(2025, 11, 23), side="sell", amount=10_000.0),
        a_trade(traded_on=date(2025, 11, 22), amount=99_000.0),
    )
    portfolio = portfolio_of(a_record(cash=100_000.0, trades=trades), as_of=DAY)
    assert (portfolio.trades_12m, portfolio.traded_12m) == (2, Decimal("40000.00"))
    assert portfolio.turnover_12m == Decimal("20.0")
    assert portfolio.idle_days == 0


def test_the_whole_is_graded_cautiously() -> None:
    assert portfolio_of(a_record(cash=1.0, holdings=()), as_of=DAY).risk_grade is RiskGrade.R1
    assert portfolio_of(a_record(cash=199_900.0, holdings=(STOCK,)), as_of=DAY).risk_grade is RiskGrade.R2
    assert portfolio_of(a_record(cash=0.0, holdings=(STOCK,)), as_of=DAY).risk_grade is RiskGrade.R4


def test_an_empty_portfolio_has_no_invented_figures() -> None:
    portfolio = portfolio_of(a_record(cash=0.0), as_of=DAY)
    ids = {fact.id for fact in portfolio_facts(portfolio)}
    assert "fact:portfolio.unrealised" not in ids
    assert "fact:portfolio.idle_days" not in ids
    assert portfolio.cash_share == 0


def test_reference_allocations_are_whole_and_never_above_the_level() -> None:
    for shares in DEFAULT_ALLOCATION.shares.values():
        assert sum(shares.values()) == 100
    assert set(DEFAULT_ALLOCATION.shares) == set(RiskLevel)
    assert (
        not {Variety.EQUITY, Variety.DERIVATIVE, Variety.ALTERNATIVE} & DEFAULT_ALLOCATION.shares[RiskLevel.C2].keys()
    )


def test_a_gap_says_more_or_less() -> None:
    portfolio = portfolio_of(a_record(cash=40_000.0, holdings=(STOCK, BOND)), as_of=DAY)
    texts = {fact.id: fact.text for fact in gap_facts(portfolio, RiskLevel.C3)}
    assert texts["fact:portfolio.gap.equity"] == "高15.0个百分点"
    assert texts["fact:portfolio.gap.mixed"] == "低25.0个百分点"
    assert texts["fact:portfolio.reference.mixed"] == "25%"


AMOUNTS = st.floats(0, 1e8, allow_nan=False).map(lambda amount: round(amount, 2))
HOLDINGS = st.builds(
    a_holding,
    product_code=st.sampled_from("ABCDEF"),
    variety=st.sampled_from(Variety),
    risk_grade=st.sampled_from(RiskGrade),
    industry=st.none() | st.sampled_from(("软件", "银行")),
    cost=AMOUNTS,
    market_value=AMOUNTS,
)
RECORDS = st.builds(a_record, cash=AMOUNTS, holdings=st.lists(HOLDINGS, max_size=6).map(tuple))


def _value(holding: Holding) -> Decimal:
    return Decimal(str(holding.market_value))


@given(RECORDS)
def test_parts_add_up_to_the_whole(record: CustomerRecord) -> None:
    portfolio = portfolio_of(record, as_of=DAY)
    assert abs(portfolio.cash + sum(map(_value, record.holdings), Decimal(0)) - portfolio.total) <= Decimal("0.01")
    if portfolio.total:
        assert abs(sum(portfolio.allocation.values(), Decimal(0)) - 100) <= Decimal("0.3")
    facts = portfolio_facts(portfolio)
    assert len({fact.id for fact in facts}) == len(facts)
