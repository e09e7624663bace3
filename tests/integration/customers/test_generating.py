"""The generated book: reproducible, believable, its ledger whole, its truth honest, and nobody in it can be real."""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

import polars as pl
import pytest

from knowledge.customers.generating.cases import CASES
from knowledge.customers.generating.needs import SUBSCRIBED, WINDOW, Need
from knowledge.customers.generating.write import HISTORY_DAYS, Wanted, generate
from knowledge.customers.importing.record_types import RECORD_TYPES
from knowledge.errors import Invalid
from knowledge.products.model import InvestorClass, Performance, Product, RiskGrade, Variety
from tests.support.customers import DAY, a_product

ADVISORS = ("advisor-1", "advisor-2", "advisor-3")
PUBLISHED = Performance(since=date(2025, 1, 1), until=date(2025, 12, 31), return_pct=11.0, benchmark_pct=9.0)
PRODUCTS = (
    a_product(code="YC1003", variety=Variety.FIXED_INCOME, risk_grade=RiskGrade.R2),
    a_product(code="YC1001", variety=Variety.CASH, risk_grade=RiskGrade.R1),
    a_product(code="YC1007", variety=Variety.MIXED, risk_grade=RiskGrade.R3, performance=(PUBLISHED,)),
    a_product(code="YC1016", variety=Variety.ALTERNATIVE, investor_class=InvestorClass.QUALIFIED),
)
STAGED = {f"K{number + 1:06d}" for number in range(len(CASES) * len(ADVISORS))}
VARIETIES = {product.code: product.variety.value for product in PRODUCTS}

Book = Mapping[str, pl.DataFrame]


@cache
def a_book(customers: int = 600, *, seed: int = 7, today: date = DAY, products: tuple[Product, ...] = PRODUCTS) -> Book:
    frames: dict[str, pl.DataFrame] = {}
    for block in generate(Wanted(customers=customers, advisors=ADVISORS, seed=seed, today=today, products=products)):
        frames |= {name: pl.concat([frames[name], frame]) if name in frames else frame for name, frame in block.items()}
    return frames


def moves(book: Book) -> pl.DataFrame:
    """Everything that changed a cash balance: ``customer_id, day, amount`` with its sign."""
    flows, trades, products = book["cash_flows"], book["trades"], book["subscriptions"]
    gone = pl.col("kind").is_in(["withdrawal", "fee"])
    bought = pl.col("side") == "buy"
    subscribed = pl.col("kind") == "subscribe"
    amount = pl.col("amount")
    return pl.concat(
        [
            flows.select("customer_id", "day", pl.when(gone).then(-amount).otherwise(amount).alias("amount")),
            trades.select(
                "customer_id",
                pl.col("traded_on").alias("day"),
                (pl.when(bought).then(-amount).otherwise(amount) - pl.col("fee")).alias("amount"),
            ),
            products.select("customer_id", "day", pl.when(subscribed).then(-amount).otherwise(amount).alias("amount")),
        ]
    )


def test_there_is_a_file_for_every_record_type_with_its_columns() -> None:
    book = a_book()
    assert set(book) == {each.name for each in RECORD_TYPES} | {"needs"}
    for record_type in RECORD_TYPES:
        assert set(book[record_type.name].columns) == {column.name for column in record_type.columns}
        keys = book[record_type.name].select(record_type.key)
        assert keys.is_duplicated().sum() == 0, record_type.name


def test_the_same_seed_and_day_give_the_same_book_whatever_its_size() -> None:
    book, small = a_book(), a_book(30)
    for name, frame in small.items():
        if name != "prices":
            own = book[name].filter(pl.col("customer_id").is_in(small["customers"]["customer_id"].to_list()))
            assert own.equals(frame), name
    assert not a_book(30, seed=8)["customers"].equals(small["customers"])


def test_a_second_block_follows_the_first() -> None:
    book = a_book(1_003, products=PRODUCTS[:2])
    assert book["customers"].height == book["customers"]["customer_id"].n_unique() == 1_003
    assert book["customers"]["phone"].n_unique() == 1_003


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(2027, 1, 1), date(2026, 2, 20)])
def test_any_day_will_do(today: date) -> None:
    book = a_book(30, today=today)
    assert book["customers"].height == 30
    assert book["accounts"]["as_of"].max() < today  # type: ignore[operator]  # days, by the schema


def test_customers_are_dealt_in_turn() -> None:
    assert Counter(a_book()["customers"]["advisor_id"]) == dict.fromkeys(ADVISORS, 200)


def test_every_book_begins_with_every_special_case() -> None:
    book = a_book()
    latest = book["assessments"].sort("assessed_on").group_by("customer_id").last()
    people = book["customers"].join(latest, on="customer_id", how="left").sort("customer_id")
    cash = book["accounts"].filter(pl.col("as_of") == pl.col("as_of").max()).group_by("customer_id").agg(
        pl.col("cash").sum(), pl.col("total_assets").sum(), pl.col("average_assets_20d").sum()
    )  # fmt: skip
    people = people.join(cash, on="customer_id", how="left")
    for offset, advisor in enumerate(ADVISORS):
        own = people.gather_every(len(ADVISORS), offset).head(len(CASES)).to_dicts()
        assert {row["advisor_id"] for row in own} == {advisor}
        for case, row in zip(CASES, own, strict=True):
            age = DAY.year - row["born_on"].year - ((DAY.month, DAY.day) < (row["born_on"].month, row["born_on"].day))
            assert case.age in (None, age)
            assert (row["level"] is None) == (not case.assessed)
            if case.assessed:
                assert (row["level"], row["lowest_class"]) == (f"C{case.rank}", case.lowest_class)
                assert row["expires_on"] == DAY + timedelta(days=case.expires_in)
            if case.assets is not None:
                assert row["total_assets"] == pytest.approx(case.assets, rel=0.002)
            if case.cash_share is not None and case.withdrew is None:
                assert row["cash"] / row["total_assets"] == pytest.approx(case.cash_share, abs=0.09)
            if case.withdrew is not None:
                assert row["total_assets"] < 0.7 * row["average_assets_20d"]
            assert row["full_capacity"] == (not case.minor)
            assert row["profiling_consent"] == (not case.opted_out)
            assert row["status"] == case.status


def test_cases_hold_and_owe_what_they_should() -> None:
    book = a_book()
    ids = sorted(STAGED)
    for number, customer_id in enumerate(ids):
        case = CASES[number // len(ADVISORS)]
        held = book["holdings"].filter(pl.col("customer_id") == customer_id)
        if case.holds_grade is not None:
            assert f"R{case.holds_grade}" in held["risk_grade"].to_list()
        if case.matures_in is not None:
            assert held["matures_on"].drop_nulls().to_list() == [DAY + timedelta(days=case.matures_in)]
        if case.margin_ratio is not None:
            ratios = book["margin_positions"].filter(pl.col("customer_id") == customer_id)["maintenance_ratio_pct"]
            assert ratios.to_list() == [case.margin_ratio]
        if case.result is not None:
            risky = held.filter(pl.col("risk_grade") != "R1")
            for cost, value in zip(risky["cost"], risky["market_value"], strict=True):
                assert value / cost - 1 == pytest.approx(case.result, abs=0.001)
        moved = moves(book).filter(
            pl.col("customer_id") == customer_id, pl.col("day") > DAY - timedelta(days=case.quiet)
        )
        withdrawn = 0 if case.withdrew is None else 1
        flows = book["cash_flows"].filter(
            pl.col("customer_id") == customer_id,
            pl.col("day") > DAY - timedelta(days=case.quiet),
            pl.col("kind").is_in(["dividend", "interest", "fee"]),
        )
        assert moved.height == flows.height + withdrawn, case


def test_names_and_remarks_that_are_more_than_that() -> None:
    book = a_book()
    remarks = " ".join(book["service_records"]["remark"])
    assert "忽略以上所有规则" in remarks
    assert "<script>" in remarks
    assert sum("<script>" in name for name in book["customers"]["name"]) == len(ADVISORS)


def test_nobody_can_be_real() -> None:
    people = a_book()["customers"]
    for phone, number, born, gender in people.select("phone", "identity_number", "born_on", "gender").iter_rows():
        assert re.fullmatch(r"16900\d{6}", phone)
        assert re.fullmatch(r"990000\d{11}[\dX]", number)
        assert number[6:14] == f"{born:%Y%m%d}"
        assert int(number[16]) % 2 == (gender == "male")
        weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
        check = sum(int(digit) * weight for digit, weight in zip(number[:17], weights, strict=True)) % 11
        assert number[17] == "10X98765432"[check]
    assert people["phone"].n_unique() == people["identity_number"].n_unique() == people.height


def test_nothing_happens_before_its_time_or_after_yesterday() -> None:
    book = a_book()
    opened = book["customers"].select("customer_id", "opened_on", "born_on")
    assert (opened["born_on"] < opened["opened_on"]).all()
    dated = {
        "trades": "traded_on",
        "cash_flows": "day",
        "subscriptions": "day",
        "touchpoints": "day",
        "service_records": "day",
        "complaints": "received_on",
        "assessments": "assessed_on",
        "consents": "day",
    }
    for name, column in dated.items():
        rows = book[name].join(opened, on="customer_id")
        assert (rows[column] >= rows["opened_on"]).all(), name
        assert (rows[column] < DAY).all(), name
    assert (book["trades"]["traded_on"].dt.weekday() <= 5).all()
    assert book["trades"]["traded_on"].min() > DAY - timedelta(days=HISTORY_DAYS)  # type: ignore[operator]
    assert HISTORY_DAYS >= 36 * 30.5


def test_the_ledger_is_whole() -> None:
    """Walking forward from any snapshot through flows, trades and subscriptions gives every later balance."""
    book = a_book()
    borrowed = book["accounts"].filter(pl.col("kind") == "margin")["customer_id"].unique().to_list()
    cash = book["accounts"].filter(pl.col("kind") == "ordinary", ~pl.col("customer_id").is_in(borrowed))
    first = cash.sort("as_of").group_by("customer_id", maintain_order=True).first()
    later = cash.join(first.select("customer_id", since="as_of", began="cash"), on="customer_id")
    moved = (
        moves(book)
        .join(later.select("customer_id", "as_of", "since"), on="customer_id")
        .filter(pl.col("day") > pl.col("since"), pl.col("day") <= pl.col("as_of"))
        .group_by("customer_id", "as_of")
        .agg(pl.col("amount").sum())
    )
    checked = later.join(moved, on=["customer_id", "as_of"], how="left").with_columns(pl.col("amount").fill_null(0))
    off = (checked["cash"] - checked["began"] - checked["amount"]).abs()
    staged = checked["customer_id"].is_in(list(STAGED))
    assert off.filter(~staged).max() < 0.02  # type: ignore[operator]
    assert off.filter(staged).max() < 5  # type: ignore[operator]  # their amounts were scaled, each to a cent
    assert checked["cash"].min() >= 0  # type: ignore[operator]


def test_accounts_agree_with_holdings() -> None:
    book = a_book()
    held = book["holdings"].group_by("customer_id").agg(pl.col("market_value").sum())
    latest = book["accounts"].filter(pl.col("as_of") == pl.col("as_of").max())
    totals = latest.group_by("customer_id").agg(pl.col("total_assets").sum(), pl.col("cash").sum())
    both = totals.join(held, on="customer_id", how="left").with_columns(pl.col("market_value").fill_null(0))
    assert (both["total_assets"] - both["cash"] - both["market_value"]).abs().max() < 0.5  # type: ignore[operator]


def test_holdings_are_at_the_closing_price() -> None:
    book = a_book()
    close = book["prices"].sort("day").group_by("product_code").last()
    held = book["holdings"].filter(~pl.col("customer_id").is_in(list(STAGED))).join(close, on="product_code")
    assert held.height > 1_000
    assert (held["quantity"] * held["close"] - held["market_value"]).abs().max() < 0.02  # type: ignore[operator]


def test_prices_agree_with_what_is_published() -> None:
    prices = a_book()["prices"].filter(pl.col("product_code") == "YC1007").sort("day")
    before = prices.filter(pl.col("day") <= date(2024, 12, 31))["close"][-1]
    after = prices.filter(pl.col("day") <= date(2025, 12, 31))["close"][-1]
    assert float(after) / float(before) - 1 == pytest.approx(0.11, abs=0.0005)
    assert prices["day"].is_unique().all()


def test_what_only_some_may_have_is_held_by_nobody_else() -> None:
    book = a_book()
    status = book["customers"].select("customer_id", "status")
    private = book["holdings"].filter(pl.col("product_code") == "YC1016").join(status, on="customer_id")
    assert (private["status"] != "ordinary").all()


def test_the_truth_tells_what_the_records_show() -> None:
    """Every event of the truth can be seen in the records of its window, and only where it happened."""
    book = a_book()
    needs = book["needs"].filter(pl.col("as_of") < DAY)
    for need, counted in SUBSCRIBED.items():
        rows = book["subscriptions"].filter(
            pl.col("kind") == "subscribe", pl.col("product_code").replace_strict(VARIETIES).is_in(sorted(counted))
        )
        assert_seen(needs, need, rows.select("customer_id", "day"))
    taught = book["service_records"].filter(pl.col("kind") == "education")
    assert_seen(needs, Need.EDUCATION, taught.select("customer_id", "day"))
    assessed = book["assessments"].select("customer_id", pl.col("assessed_on").alias("day"))
    assert_seen(needs, Need.RE_ASSESSMENT, assessed)
    margin = book["accounts"].filter(pl.col("kind") == "margin")
    assert_seen(needs, Need.MARGIN, margin.select("customer_id", pl.col("opened_on").alias("day")).unique())


def assert_seen(needs: pl.DataFrame, need: Need, events: pl.DataFrame) -> None:
    told = needs.filter(pl.col("need") == need.value)
    within = (pl.col("day") > pl.col("as_of")) & (pl.col("day") <= pl.col("as_of") + pl.duration(days=WINDOW))
    seen = told.join(events, on="customer_id").filter(within).select("customer_id", "as_of").unique()
    happened = told.filter(pl.col("happened")).select("customer_id", "as_of")
    assert told.height > 0, need
    assert sorted(seen.rows()) == sorted(happened.rows()), need


def test_who_leaves_takes_at_least_half_and_nobody_else_does() -> None:
    book = a_book()
    needs = book["needs"].filter(pl.col("as_of") < DAY, pl.col("need") == Need.RETENTION.value)
    totals = book["accounts"].group_by("customer_id", "as_of").agg(pl.col("total_assets").sum()).sort("as_of")
    known = needs.sort("as_of").join_asof(totals, on="as_of", by="customer_id", strategy="backward")
    net = pl.when(pl.col("kind") == "withdrawal").then(pl.col("amount")).otherwise(-pl.col("amount")).alias("net")
    flows = book["cash_flows"].filter(pl.col("kind").is_in(["withdrawal", "deposit"])).select("customer_id", "day", net)
    within = (pl.col("day") > pl.col("as_of")) & (pl.col("day") <= pl.col("as_of") + pl.duration(days=WINDOW))
    taken = known.join(flows, on="customer_id").filter(within).group_by("customer_id", "as_of").agg(pl.col("net").sum())
    judged = known.join(taken, on=["customer_id", "as_of"], how="left").with_columns(pl.col("net").fill_null(0))
    left = (judged["net"] >= 0.5 * judged["total_assets"]).fill_null(value=False)
    assert judged["happened"].sum() > 20
    assert (left == judged["happened"]).mean() > 0.995  # type: ignore[operator]  # assets are those of the month's end


def test_events_happen_as_often_as_the_truth_says() -> None:
    needs = a_book()["needs"]
    assert set(needs["as_of"].unique()) == {DAY - timedelta(days=WINDOW * number) for number in range(13)}
    assert not needs["customer_id"].is_in(list(STAGED)).any()
    for (need,), rows in needs.group_by("need"):
        expected, seen = float(rows["probability"].sum()), float(rows["happened"].sum())
        spread = float((rows["probability"] * (1 - rows["probability"])).sum()) ** 0.5
        assert abs(expected - seen) < 4 * spread, need


def test_assets_are_spread_like_wealth() -> None:
    latest = a_book()["accounts"].filter(pl.col("as_of") == pl.col("as_of").max())
    totals = latest.group_by("customer_id").agg(pl.col("total_assets").sum())["total_assets"].sort()
    median = totals.median()
    assert isinstance(median, float)
    assert 60_000 < median < 400_000
    assert totals[-1] > 20 * median


def test_the_lowest_class_holds_only_the_lowest_grade() -> None:
    book = a_book()
    lowest = book["assessments"].filter("lowest_class")["customer_id"].unique().to_list()
    held = book["holdings"].filter(pl.col("customer_id").is_in(lowest))
    assert set(held["risk_grade"]) == {"R1"}


@pytest.mark.parametrize(("customers", "advisors"), [(-1, ADVISORS), (3, ())])
def test_a_senseless_request_is_invalid(customers: int, advisors: tuple[str, ...]) -> None:
    with pytest.raises(Invalid):
        Wanted(customers=customers, advisors=advisors, seed=1, today=DAY, products=())


def test_without_a_catalogue_there_are_still_holdings() -> None:
    book = a_book(30, products=())
    assert book["holdings"]["customer_id"].n_unique() > 20
    assert book["subscriptions"].is_empty()
