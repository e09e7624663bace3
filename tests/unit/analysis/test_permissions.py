from datetime import date
from decimal import Decimal

import pytest

from assistant.analysis.permissions import RULES, PermissionGap, permission_facts, permission_gaps
from knowledge.customers.model import CustomerRecord
from knowledge.documents.model import Verification
from knowledge.products.model import Permission
from tests.support.customers import DAY, a_customer, a_record


def gap_of(record: CustomerRecord, permission: Permission, day: date = DAY) -> PermissionGap:
    return next(gap for gap in permission_gaps(record, as_of=day) if gap.permission is permission)


def test_every_permission_has_a_rule() -> None:
    assert set(RULES) == set(Permission)


@pytest.mark.parametrize(
    ("average", "first", "missing", "months"),
    [
        (500_000.0, date(2024, 11, 22), "0", 0),
        (499_999.99, date(2024, 11, 22), "0.01", 0),
        (500_000.0, date(2024, 11, 23), "0", 1),
        (120_000.0, None, "380000", 24),
        (120_000.0, date(2026, 12, 1), "380000", 24),
    ],
)
def test_the_star_market_asks_for_half_a_million_and_two_years(
    average: float, first: date | None, missing: str, months: int
) -> None:
    gap = gap_of(a_record(average_assets_20d=average, first_traded_on=first), Permission.STAR_MARKET)
    assert (gap.missing_assets, gap.missing_months) == (Decimal(missing), months)
    assert gap.reachable is (missing == "0" and months == 0)
    assert ("未达到50万元" in gap.text) is (missing != "0")
    assert ("未达到24个月" in gap.text) is (months != 0)


def test_what_is_open_lacks_nothing() -> None:
    customer = a_customer(permissions=frozenset({"star_market"}))
    gap = gap_of(a_record(customer, average_assets_20d=0.0, first_traded_on=None), Permission.STAR_MARKET)
    assert gap.held
    assert not gap.reachable
    assert (gap.missing_assets, gap.missing_months) == (Decimal(0), 0)
    assert not gap.further
    assert gap.text == "科创板权限已经开通。"


@pytest.mark.parametrize(
    ("day", "provision"),
    [(date(2026, 7, 5), "GUIDE-ACCOUNT-PERMISSIONS:1"), (date(2026, 7, 6), "SSE-TRADE-2026:6.2")],
)
def test_the_day_decides_what_is_cited(day: date, provision: str) -> None:
    assert gap_of(a_record(), Permission.STAR_MARKET, day).provision == provision


def test_an_unchecked_threshold_is_never_told_as_certain() -> None:
    for gap in permission_gaps(a_record(), as_of=DAY):
        assert ("尚未核对原文" in gap.text) is (gap.verification is Verification.UNVERIFIED)


def test_facts_say_the_same() -> None:
    gaps = permission_gaps(a_record(), as_of=DAY)
    assert [f"{fact.text}。" for fact in permission_facts(gaps, as_of=DAY)] == [gap.text for gap in gaps]


@pytest.mark.parametrize("permission", [Permission.OPTION, Permission.MARGIN])
@pytest.mark.parametrize(("born_on", "closed"), [(date(1956, 11, 22), True), (date(1956, 11, 23), False)])
def test_the_firm_opens_no_leverage_from_seventy_on(permission: Permission, born_on: date, closed: bool) -> None:
    gap = gap_of(a_record(a_customer(born_on=born_on), average_assets_20d=900_000.0), permission)
    assert gap.closed_by_firm is closed
    assert gap.reachable is not closed
    assert ("70周岁" in gap.text) is closed


def test_what_is_open_already_stays_open() -> None:
    old = a_customer(born_on=date(1950, 1, 1), permissions=frozenset({"margin"}))
    assert gap_of(a_record(old), Permission.MARGIN).text == "融资融券权限已经开通。"
