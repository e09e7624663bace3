"""A generated book as records, as an import would leave them, tags apart."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any, TypeVar

import polars as pl

from knowledge.customers.generating.instruments import Offered
from knowledge.customers.generating.write import Wanted, generate
from knowledge.customers.model import (
    AccountKind,
    AccountSnapshot,
    CashFlow,
    CashFlowKind,
    Complaint,
    Consent,
    ConsentKind,
    Customer,
    CustomerRecord,
    Gender,
    Holding,
    Horizon,
    InvestorStatus,
    MarginPosition,
    RiskAssessment,
    RiskLevel,
    ServiceRecord,
    Subscription,
    Touchpoint,
    Trade,
)

Rows = Mapping[str, list[dict[str, Any]]]
_Dated = TypeVar("_Dated")


def a_book(
    customers: int, *, advisors: Sequence[str], seed: int, today: date, products: Iterable[Offered]
) -> tuple[CustomerRecord, ...]:
    """Records of so many generated customers."""
    wanted = Wanted(customers=customers, advisors=tuple(advisors), seed=seed, today=today, products=tuple(products))
    _, *blocks = generate(wanted)
    return tuple(
        _record(person, {name: rows.get(person["customer_id"], []) for name, rows in grouped.items()})
        for frames in blocks
        for grouped in [{name: _by_customer(frame) for name, frame in frames.items() if name != "needs"}]
        for person in frames["customers"].to_dicts()
    )


def _by_customer(frame: pl.DataFrame) -> Rows:
    rows = frame.sort("customer_id", maintain_order=True).to_dicts()
    return {str(who): list(of_one) for who, of_one in groupby(rows, key=lambda row: str(row["customer_id"]))}


def _record(person: dict[str, Any], rows: Rows) -> CustomerRecord:
    accounts = _newest([_account(row) for row in rows["accounts"]], "as_of")
    latest = [each for each in accounts if each.as_of == accounts[0].as_of]
    trades = _newest([_take(Trade, row) for row in rows["trades"]], "traded_on")
    assessments = _newest([_assessment(row) for row in rows["assessments"]], "assessed_on")
    began = [day for day in (person["first_traded_on"], *(each.traded_on for each in trades)) if day is not None]
    return CustomerRecord(
        customer=_customer(person, rows, assessments[0] if assessments else None),
        cash=round(sum(each.cash for each in latest), 2),
        cash_as_of=latest[0].as_of,
        average_assets_20d=round(sum(each.average_assets_20d for each in latest), 2),
        first_traded_on=min(began, default=None),
        holdings=tuple(_take(Holding, row) for row in rows["holdings"]),
        trades=trades,
        touchpoints=_newest([_dated(Touchpoint, row) for row in rows["touchpoints"]], "on"),
        service_records=_newest([_dated(ServiceRecord, row) for row in rows["service_records"]], "on"),
        margin=next((_take(MarginPosition, row) for row in rows["margin_positions"]), None),
        accounts=accounts,
        cash_flows=_newest(
            [_dated(CashFlow, row | {"kind": CashFlowKind(row["kind"])}) for row in rows["cash_flows"]], "on"
        ),
        subscriptions=_newest([_dated(Subscription, row) for row in rows["subscriptions"]], "on"),
        complaints=_newest([_take(Complaint, row) for row in rows["complaints"]], "received_on"),
        consents=_newest([_dated(Consent, row | {"kind": ConsentKind(row["kind"])}) for row in rows["consents"]], "on"),
        assessments=assessments,
    )


def _customer(person: dict[str, Any], rows: Rows, assessment: RiskAssessment | None) -> Customer:
    told = {
        "id": person["customer_id"],
        "gender": Gender(person["gender"]),
        "status": InvestorStatus(person["status"]),
        "assessment": assessment,
        "permissions": frozenset(row["permission"] for row in rows["permissions"]),
        "tags": (),
    }
    return _take(Customer, person | told)


def _assessment(row: dict[str, Any]) -> RiskAssessment:
    told = {
        "level": RiskLevel(row["level"]),
        "horizon": Horizon(row["horizon"]),
        "varieties": frozenset(row["varieties"].split(";")),
        "goals": frozenset(row["goals"].split(";")),
    }
    return _take(RiskAssessment, row | told)


def _account(row: dict[str, Any]) -> AccountSnapshot:
    return _take(AccountSnapshot, row | {"kind": AccountKind(row["kind"])})


def _take(kind: type[_Dated], row: dict[str, Any]) -> _Dated:
    return kind(**{name: row[name] for name in kind.__dataclass_fields__ if name in row})  # type: ignore[attr-defined]


def _dated(kind: type[_Dated], row: dict[str, Any]) -> _Dated:
    return _take(kind, row | {"on": row["day"]})


def _newest(records: list[_Dated], day: str) -> tuple[_Dated, ...]:
    return tuple(sorted(records, key=lambda record: getattr(record, day), reverse=True))
