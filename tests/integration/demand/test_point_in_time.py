"""What is known on a day does not change with what comes after, on SQLite and PostgreSQL."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from assistant.demand.features import FEATURES, FeatureTable, features_on
from assistant.demand.needs import happened
from knowledge.customers.history.model import ProductTerms
from knowledge.customers.history.repository import HistoryRepository
from knowledge.customers.model import (
    AccountKind,
    CashFlow,
    CashFlowKind,
    Complaint,
    Consent,
    ConsentKind,
    CustomerRecord,
    Scope,
    ServiceRecord,
    Subscription,
    Touchpoint,
)
from knowledge.customers.repository import CustomerRepository
from knowledge.database import Database
from tests.support.customers import a_customer, a_trade, an_assessment
from tests.support.histories import A_DAY, a_close, a_history

TERMS = {
    "XN0001": ProductTerms(variety="equity"),
    "YC1001": ProductTerms(variety="cash", lock_up_days=90),
    "YC2001": ProductTerms(variety="fixed_income"),
}
ALL = Scope.everyone()
NEXT = A_DAY + timedelta(days=1)


def _with_a_future(record: CustomerRecord, day: date) -> CustomerRecord:
    """The same past, and something of everything on ``day``."""
    customer_id = record.customer.id
    closed = replace(record.complaints[0], closed_on=day)
    return replace(
        record,
        accounts=(
            *(close for close in record.accounts if close.as_of != day),
            a_close(customer_id, day, cash=9e6, assets=9e7),
            replace(a_close(customer_id, day), account_id=f"{customer_id}-02", kind=AccountKind.MARGIN, opened_on=day),
        ),
        assessments=(an_assessment(assessed_on=day), *record.assessments),
        trades=(a_trade(traded_on=day, amount=8e6), *record.trades),
        cash_flows=(CashFlow(on=day, kind=CashFlowKind.WITHDRAWAL, amount=180_000.0), *record.cash_flows),
        subscriptions=(
            Subscription(on=day, product_code="YC2001", product_name="稳健债", kind="subscribe", amount=5e5),
            *record.subscriptions,
        ),
        touchpoints=(
            *(Touchpoint(on=day, channel=channel, topic="了解融资融券") for channel in ("app", "phone")),
            *record.touchpoints,
        ),
        service_records=(
            ServiceRecord(on=day, channel="phone", staff="乙", kind="education", remark="讲座，客户要转出资金。"),
            *record.service_records,
        ),
        complaints=(Complaint(received_on=day, channel="phone", topic="费用争议", text="贵。"), closed),
    )


def _features(database: Database, *records: CustomerRecord, day: date = A_DAY, scope: Scope = ALL) -> FeatureTable:
    with database.begin() as connection:
        CustomerRepository(connection).add(records)
    return _read(database, day=day, scope=scope)


def _read(database: Database, *, day: date = A_DAY, scope: Scope = ALL) -> FeatureTable:
    with database.read() as connection:
        return features_on(HistoryRepository(connection).known(day, scope=scope), TERMS)


def _rows(table: FeatureTable, customer_id: str) -> tuple[pl.DataFrame, np.ndarray]:
    return table.standing.filter(pl.col("customer_id") == customer_id).drop("customer_id"), table.values[
        table.customer_ids.index(customer_id)
    ]


def test_future_rows_change_nothing(database: Database) -> None:
    plain, same_past = a_history("K000001"), _with_a_future(a_history("K000002"), NEXT)
    unborn = a_history("K000003")
    unborn = replace(unborn, customer=a_customer(id="K000003", opened_on=NEXT))
    table = _features(database, plain, same_past, unborn)
    assert table.customer_ids == ["K000001", "K000002"]
    (standing, values), (also_standing, also_values) = (_rows(table, each) for each in table.customer_ids)
    assert_frame_equal(standing, also_standing)
    assert np.array_equal(values, also_values, equal_nan=True)


def test_the_same_rows_a_day_earlier_change_much(database: Database) -> None:
    table = _features(database, a_history("K000001"), _with_a_future(a_history("K000002"), A_DAY - timedelta(days=1)))
    (_, values), (_, others) = (_rows(table, each) for each in table.customer_ids)
    changed = {feature.name for feature, one, other in zip(FEATURES, values, others, strict=True) if one != other}
    assert {
        "cash", "assets", "margin_account", "assessment_days_left", "trades_90", "withdrawn_share_90",
        "subscriptions_365", "interest_margin_90", "interest_retention_talks", "education_notes_365", "complaints_365",
        "contacts_90",
    } <= changed  # fmt: skip


def test_a_balance_is_walked_on_from_the_last_close(database: Database) -> None:
    record = replace(
        a_history(),
        accounts=(a_close("K000001", A_DAY - timedelta(days=12), cash=50_000.0, assets=200_000.0),),
        trades=(a_trade(traded_on=A_DAY - timedelta(days=12)), a_trade(traded_on=A_DAY - timedelta(days=3))),
        cash_flows=(CashFlow(on=A_DAY, kind=CashFlowKind.DEPOSIT, amount=30_000.0),),
        subscriptions=(
            Subscription(
                on=A_DAY - timedelta(days=1), product_code="YC1001", product_name="添利", kind="redeem", amount=7_000.0
            ),
        ),
    )
    row = _features(database, record).standing.row(0, named=True)
    assert row["cash"] == pytest.approx(50_000 - 10_000 - 5 + 30_000 + 7_000)
    assert row["assets"] == pytest.approx(200_000 - 5 + 30_000)


def test_a_lock_up_that_ends_soon_is_known(database: Database) -> None:
    row = _features(database, a_history()).standing.row(0, named=True)
    assert row["unlocking_90"] == 20_000  # bought 40 days ago, locked for 90


@pytest.mark.parametrize(("after", "counted"), [(0, False), (1, True), (90, True), (91, False)])
def test_an_outcome_counts_within_the_ninety_days_after(database: Database, after: int, counted: bool) -> None:
    _features(database, _with_a_future(a_history(), A_DAY + timedelta(days=after)))
    with database.read() as connection:
        outcomes = HistoryRepository(connection).outcomes(A_DAY, A_DAY + timedelta(days=90), scope=ALL)
    standing = pl.DataFrame({"customer_id": ["K000001"], "assets": [200_000.0]})
    shown = happened(standing, outcomes, TERMS).row(0, named=True)
    expected = {"fixed_income", "margin", "education", "retention", "re_assessment"} if counted else set()
    assert {name for name, found in shown.items() if found} == expected


def _opted_out(record: CustomerRecord) -> CustomerRecord:
    return replace(record, customer=replace(record.customer, profiling_consent=False))


def _in_care(record: CustomerRecord) -> CustomerRecord:
    return replace(record, customer=replace(record.customer, full_capacity=False))


def _withdrawn(record: CustomerRecord) -> CustomerRecord:
    given = Consent(kind=ConsentKind.PROFILING, granted=True, on=date(2024, 1, 1))
    return replace(record, consents=(replace(given, granted=False, on=date(2026, 8, 1)), given))


@pytest.mark.parametrize("changed", [_opted_out, _in_care, _withdrawn])
def test_whoever_may_not_be_profiled_is_not_read_at_all(
    database: Database, changed: Callable[[CustomerRecord], CustomerRecord]
) -> None:
    table = _features(database, a_history("K000001"), changed(a_history("K000002")))
    assert table.customer_ids == ["K000001"]
    with database.read() as connection:
        history = HistoryRepository(connection).known(A_DAY, scope=ALL)
        outcomes = HistoryRepository(connection).outcomes(A_DAY - timedelta(days=90), A_DAY, scope=ALL)
    parts = [getattr(holder, name) for holder in (history, outcomes) for name in holder.__dataclass_fields__]
    for part in parts:
        if isinstance(part, pl.DataFrame):
            assert "K000002" not in part["customer_id"].to_list()


def test_consent_given_again_counts(database: Database) -> None:
    record = _withdrawn(a_history())
    again = Consent(kind=ConsentKind.PROFILING, granted=True, on=date(2026, 9, 1))
    marketing = Consent(kind=ConsentKind.MARKETING, granted=False, on=date(2026, 10, 1))
    table = _features(database, replace(record, consents=(*record.consents, again, marketing)))
    assert table.customer_ids == ["K000001"]


def test_a_scope_holds(database: Database) -> None:
    mine, theirs = a_history("K000001"), a_history("K000002", advisor_id="advisor-2")
    assert _features(database, mine, theirs, scope=Scope.of_advisor("advisor-1")).customer_ids == ["K000001"]
    assert _read(database, scope=Scope.of_customer("K000002")).customer_ids == ["K000002"]


def test_an_empty_house_has_no_features(database: Database) -> None:
    table = _read(database)
    assert table.values.shape == (0, len(FEATURES))
    with database.read() as connection:
        histories = HistoryRepository(connection)
        assert histories.first_day() is None
        assert histories.last_day(A_DAY) == A_DAY


def test_the_newest_day_of_the_records_is_no_day_to_come(database: Database) -> None:
    _features(database, _with_a_future(a_history(), A_DAY + timedelta(days=400)))
    with database.read() as connection:
        assert HistoryRepository(connection).last_day(A_DAY + timedelta(days=9)) == A_DAY


def test_a_customer_with_nothing_recorded_has_a_row(database: Database) -> None:
    bare = replace(
        a_history(), accounts=(), assessments=(), trades=(), cash_flows=(), subscriptions=(), touchpoints=(),
        service_records=(), complaints=(), customer=a_customer(assessment=None),
    )  # fmt: skip
    table = _features(database, bare)
    assert table.customer_ids == ["K000001"]
    assert np.isnan(table.column("assets"))[0]
    assert table.column("trades_90")[0] == 0
