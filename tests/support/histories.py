"""Builders of samples and feature tables, and a customer with a history to write to a database."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl

from assistant.demand.features import FEATURES, FeatureTable, Floats
from assistant.demand.learning import Sample
from assistant.demand.measuring import Flags
from assistant.demand.model import Need
from assistant.demand.needs import eligible
from knowledge.customers.history.standing import VARIETIES
from knowledge.customers.model import (
    AccountKind,
    AccountSnapshot,
    CashFlow,
    CashFlowKind,
    Complaint,
    CustomerRecord,
    RiskLevel,
    ServiceRecord,
    Subscription,
    Touchpoint,
    Trade,
)
from tests.support.customers import a_customer, a_record, an_assessment

A_DAY = date(2026, 6, 1)
"""The day that features are asked for."""

ORDINARY: Mapping[str, float | None] = {
    "tenure_days": 3000.0,
    "level": 4.0,
    "assessments": 1.0,
    "assessment_days_left": 300.0,
    "cash": 50_000.0,
    "cash_share": 0.2,
    "assets": 600_000.0,
    "assets_90_ago": 600_000.0,
    "assets_365_ago": 600_000.0,
    "margin_account": 0.0,
    "deposits_90": 0.0,
    "withdrawals_90": 0.0,
    "deposits_365": 0.0,
    "withdrawals_365": 0.0,
    "visits_90": 5.0,
    "visits_365": 20.0,
    "trades_365": 6.0,
    "turnover_365": 0.5,
    "days_since_trade": 20.0,
    "days_since_visit": 3.0,
    "days_since_subscription": None,
    **{f"{variety}_weight": 0.0 for variety in VARIETIES},
}
"""A standing with nothing special about it."""


def a_table(
    number: int = 1, columns: Mapping[str, float | Floats | None] | None = None, *, day: date = A_DAY
) -> FeatureTable:
    """``number`` customers who are alike but for the columns given."""
    told: dict[str, float | Floats | None] = {**ORDINARY, **(columns or {})}
    series = {
        name: np.full(number, np.nan if value is None else value, dtype=np.float64)
        if not isinstance(value, np.ndarray)
        else value
        for name, value in told.items()
    }
    standing = pl.DataFrame(
        {"customer_id": [f"K{place:06d}" for place in range(number)]}
        | {name: pl.Series(column, dtype=pl.Float64) for name, column in series.items()}
    ).with_columns(pl.col(pl.Float64).fill_nan(None))
    values = np.column_stack([series.get(feature.name, np.zeros(number)) for feature in FEATURES])
    return FeatureTable(day=day, standing=standing, values=values)


def a_sample(table: FeatureTable, happened: Mapping[Need, Flags]) -> Sample:
    """What happened to whom; to nobody where nothing is said."""
    number = len(table.values)
    possible = eligible(table.standing)
    grouped = table.standing.with_columns(
        pl.Series("age", np.arange(number) % 60 + 25),
        pl.Series("gender", np.where(np.arange(number) % 2, "male", "female")),
    )
    return Sample(
        table=replace(table, standing=grouped),
        possible={need: possible[need.value].to_numpy() for need in Need},
        happened={need: happened.get(need, np.zeros(number, dtype=np.bool_)) for need in Need},
    )


def a_history(customer_id: str = "K000001", *, until: date = A_DAY, advisor_id: str = "advisor-1") -> CustomerRecord:
    """Two years of an ordinary customer, the last event on ``until``."""
    months = [until - timedelta(days=30 * back) for back in range(24)]
    assessed = an_assessment(
        level=RiskLevel.C4, assessed_on=until - timedelta(days=200), expires_on=until + timedelta(days=530)
    )
    return replace(
        a_record(a_customer(id=customer_id, advisor_id=advisor_id, opened_on=date(2020, 1, 6), assessment=assessed)),
        accounts=tuple(a_close(customer_id, day) for day in months),
        assessments=(assessed,),
        trades=tuple(
            Trade(traded_on=day, product_code="XN0001", product_name="云岭电力", side=side, amount=10_000.0, fee=5.0)
            for day, side in zip(months, ("buy", "sell") * 12, strict=True)
        ),
        cash_flows=(
            CashFlow(on=until, kind=CashFlowKind.DEPOSIT, amount=30_000.0),
            CashFlow(on=until - timedelta(days=100), kind=CashFlowKind.WITHDRAWAL, amount=5_000.0),
        ),
        subscriptions=(
            Subscription(
                on=until - timedelta(days=40), product_code="YC1001", product_name="现金添利", kind="subscribe",
                amount=20_000.0,
            ),
        ),
        touchpoints=(
            Touchpoint(on=until, channel="app", topic="浏览现金管理产品", hour=20),
            Touchpoint(on=until - timedelta(days=10), channel="phone", topic="电话回访"),
        ),
        service_records=(
            ServiceRecord(
                on=until - timedelta(days=10), channel="phone", staff="甲", kind="consultation",
                remark="客户问闲钱怎么放。",
            ),
        ),
        complaints=(
            Complaint(received_on=until - timedelta(days=20), channel="phone", topic="系统故障", text="闪退。"),
        ),
    )  # fmt: skip


def a_close(customer_id: str, day: date, *, cash: float = 50_000.0, assets: float = 200_000.0) -> AccountSnapshot:
    return AccountSnapshot(
        account_id=f"{customer_id}-01",
        kind=AccountKind.ORDINARY,
        opened_on=date(2020, 1, 6),
        as_of=day,
        cash=cash,
        total_assets=assets,
        average_assets_20d=assets,
    )
