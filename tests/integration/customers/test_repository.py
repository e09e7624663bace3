"""Customers on SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from knowledge.customers import repository
from knowledge.customers.model import (
    AccountKind,
    AccountSnapshot,
    CashFlow,
    CashFlowKind,
    Complaint,
    Consent,
    ConsentKind,
    CustomerRecord,
    CustomerSort,
    Cuts,
    RiskLevel,
    Scope,
    ServiceRecord,
    Subscription,
    Touchpoint,
    TradeTotals,
)
from knowledge.customers.repository import CustomerRepository
from knowledge.database import Database
from knowledge.errors import Conflict, Invalid, NotFound
from tests.support.customers import (
    DAY,
    a_customer,
    a_holding,
    a_margin_position,
    a_record,
    a_trade,
    an_assessment,
)

MINE = Scope.of_advisor("advisor-1")
THEIRS = Scope.of_advisor("advisor-2")
HOSTILE_IDS = ("", "K000002' OR '1'='1", "%", "_______", "K000001\x00", "\ud800", "k" * 5000, "*", "../K000001")
HOSTILE_TEXTS = ("%", "_", "100%", "'; DROP TABLE customers; --", "\\", "\\%", "/", "不存在的人")


def full_record() -> CustomerRecord:
    customer = a_customer(permissions=frozenset({"chinext", "star_market"}), tags=("高净值", "偏好电话"))
    record = a_record(
        customer,
        holdings=(a_holding(product_code="B2"), a_holding(product_code="A1", matures_on=date(2027, 1, 5))),
        trades=(a_trade(traded_on=date(2026, 9, 1)), a_trade(traded_on=date(2025, 2, 3), side="sell")),
        touchpoints=(Touchpoint(on=date(2026, 11, 1), channel="app", topic="查看持仓"),),
        service_records=(
            ServiceRecord(
                on=date(2026, 8, 8), channel="phone", staff="李老师", kind="care", remark="<b>生日</b>问候。"
            ),
        ),
        margin=a_margin_position(),
    )
    return replace(
        record,
        accounts=tuple(
            AccountSnapshot(
                account_id="A-1",
                kind=AccountKind.ORDINARY,
                opened_on=date(2016, 1, 4),
                as_of=day,
                cash=50_000.0,
                total_assets=80_000.0,
                average_assets_20d=79_000.0,
            )
            for day in (date(2026, 10, 31), date(2026, 9, 30))
        ),
        cash_flows=(CashFlow(on=date(2026, 9, 2), kind=CashFlowKind.WITHDRAWAL, amount=3_000.0),),
        subscriptions=(
            Subscription(
                on=date(2026, 9, 3), product_code="B2", product_name="一策稳健债", kind="subscribe", amount=2e4
            ),
        ),
        complaints=(
            Complaint(received_on=date(2026, 9, 4), channel="phone", topic="收费", text="<i>不满</i>", closed_on=None),
        ),
        consents=(Consent(kind=ConsentKind.MARKETING, granted=False, on=date(2026, 9, 5)),),
        assessments=(an_assessment(), an_assessment(assessed_on=date(2024, 3, 1))),
    )


def a_book(database: Database, *records: CustomerRecord) -> None:
    with database.begin() as connection:
        CustomerRepository(connection).add(records)


def names(database: Database, scope: Scope = MINE, **where: object) -> list[str]:
    with database.read() as connection:
        page = CustomerRepository(connection).find(scope=scope, as_of=DAY, sort=CustomerSort.ID, **where)  # type: ignore[arg-type]
    assert page.total == len(page.items)
    return [item.name for item in page.items]


def test_what_was_added_is_read_back_whole(database: Database) -> None:
    a_book(database, full_record(), a_record(a_customer(id="K000002", assessment=None), first_traded_on=None))
    with database.read() as connection:
        customers = CustomerRepository(connection)
        assert customers.get("K000001", scope=MINE, as_of=DAY) == full_record()
        both = customers.records(["K000002", "K000001", "K000009"], scope=MINE, as_of=DAY)
        assert [record.customer.id for record in both] == ["K000001", "K000002"]
        assert both[0] == full_record()
        assert customers.get("K000002", scope=MINE, as_of=DAY).customer.assessment is None
        assert customers.count() == 2


def test_what_happened_later_is_not_known_yet(database: Database) -> None:
    a_book(database, full_record())
    with database.read() as connection:
        record = CustomerRepository(connection).get("K000001", scope=MINE, as_of=date(2025, 12, 31))
    assert [trade.traded_on for trade in record.trades] == [date(2025, 2, 3)]
    assert (record.touchpoints, record.service_records, record.accounts, record.complaints) == ((), (), (), ())
    assert record.customer.assessment == an_assessment(assessed_on=date(2024, 3, 1))
    assert record.assessments == (record.customer.assessment,)


def test_each_scope_sees_its_own(database: Database) -> None:
    a_book(database, full_record(), a_record(a_customer(id="K000002", advisor_id="advisor-2", name="赵磊")))
    assert names(database) == ["王秀兰"]
    assert names(database, THEIRS) == ["赵磊"]
    assert names(database, Scope.everyone()) == ["王秀兰", "赵磊"]
    assert names(database, Scope.of_customer("K000002")) == ["赵磊"]


def test_an_id_outside_the_scope_is_not_found(database: Database) -> None:
    a_book(database, full_record(), a_record(a_customer(id="K000002", advisor_id="advisor-2")))
    with database.begin() as connection:
        customers = CustomerRepository(connection)
        for scope in (THEIRS, Scope.of_customer("K000002"), Scope.of_advisor("%"), Scope.of_advisor("")):
            with pytest.raises(NotFound) as outside:
                customers.get("K000001", scope=scope, as_of=DAY)
            with pytest.raises(NotFound) as nowhere:
                customers.get("K999999", scope=scope, as_of=DAY)
            assert outside.value.message == nowhere.value.message


def test_a_forged_id_is_not_found(database: Database) -> None:
    a_book(database, full_record())
    with database.read() as connection:
        for customer_id in HOSTILE_IDS:
            with pytest.raises(NotFound):
                CustomerRepository(connection).get(customer_id, scope=Scope.everyone(), as_of=DAY)


def test_a_search_text_is_only_text(database: Database) -> None:
    a_book(database, full_record())
    assert [names(database, text=text) for text in HOSTILE_TEXTS] == [[]] * len(HOSTILE_TEXTS)


def test_a_search_finds_by_name_id_city_and_tag(database: Database) -> None:
    a_book(database, full_record())
    texts = ("王秀", "k0000", "杭州", "高净", "王 杭州", "  王秀兰\x00 ", None, "", "\ud800")
    assert [names(database, text=text) for text in texts] == [["王秀兰"]] * len(texts)


def test_a_percent_sign_in_a_tag_is_found_as_itself(database: Database) -> None:
    a_book(
        database,
        a_record(a_customer(tags=("现金30%以上",))),
        a_record(a_customer(id="K000002", name="赵磊", tags=("现金30元以上",))),
    )
    assert names(database, text="30%以") == ["王秀兰"]


def test_filters(database: Database) -> None:
    soon = an_assessment(level=RiskLevel.C1, expires_on=DAY + timedelta(days=10))
    over = an_assessment(expires_on=DAY)
    a_book(
        database,
        a_record(a_customer(name="甲", tags=("高净值",)), cash=900_000.0),
        a_record(a_customer(id="K000002", name="乙", assessment=soon), margin=a_margin_position()),
        a_record(a_customer(id="K000003", name="丙", assessment=over), cash=0.0),
        a_record(a_customer(id="K000004", name="丁", assessment=None)),
    )
    assert names(database, risk_level=RiskLevel.C1) == ["乙"]
    assert names(database, tag="高净值") == ["甲"]
    assert names(database, tag="高净") == []
    assert names(database, expired=True) == ["丙", "丁"]
    assert names(database, expired=False) == ["甲", "乙"]
    assert names(database, expiring_before=DAY + timedelta(days=10)) == ["乙"]
    assert names(database, expiring_before=DAY + timedelta(days=9)) == []
    assert names(database, min_assets=900_000) == ["甲"]
    assert names(database, max_assets=0) == ["丙"]
    assert names(database, margin=True) == ["乙"]
    assert names(database, margin=False, expired=False) == ["甲"]


def test_only_the_latest_assessment_counts(database: Database) -> None:
    again = an_assessment(level=RiskLevel.C5, assessed_on=date(2026, 11, 20), expires_on=date(2028, 11, 20))
    a_book(database, replace(full_record(), assessments=(again, an_assessment())))
    assert names(database, risk_level=RiskLevel.C5) == ["王秀兰"]
    assert names(database, risk_level=RiskLevel.C3) == []
    with database.read() as connection:
        customers = CustomerRepository(connection)
        before = customers.get("K000001", scope=MINE, as_of=date(2026, 11, 19)).customer.assessment
        after = customers.get("K000001", scope=MINE, as_of=date(2026, 11, 20)).customer.assessment
    assert (before, after) == (an_assessment(), again)


def test_orders(database: Database) -> None:
    visit = Touchpoint(on=date(2026, 11, 2), channel="visit", topic="面谈")
    login = Touchpoint(on=DAY, channel="app", topic="登录")
    note = ServiceRecord(on=date(2026, 10, 1), channel="phone", staff="李", kind="care", remark="问候。")
    soon = an_assessment(expires_on=DAY + timedelta(days=1))
    a_book(
        database,
        a_record(a_customer(id="K1", name="乙", assessment=None), cash=2.0, touchpoints=(login,)),
        a_record(a_customer(id="K2", name="乙", assessment=soon), cash=1.0, touchpoints=(visit,)),
        a_record(a_customer(id="K3", name="丙"), cash=3.0, service_records=(note,), margin=a_margin_position()),
    )
    expected = {
        CustomerSort.ASSETS: ["K3", "K1", "K2"],
        CustomerSort.ASSESSMENT: ["K2", "K3", "K1"],
        CustomerSort.LAST_CONTACT: ["K1", "K3", "K2"],
        CustomerSort.MARGIN: ["K3", "K1", "K2"],
        CustomerSort.ID: ["K1", "K2", "K3"],
        CustomerSort.NAME: ["K3", "K1", "K2"],
    }
    with database.read() as connection:
        customers = CustomerRepository(connection)
        found = {sort: customers.find(scope=MINE, as_of=DAY, sort=sort).items for sort in CustomerSort}
    assert {sort: [item.id for item in items] for sort, items in found.items()} == expected


def test_pages_are_cut_from_one_list(database: Database) -> None:
    a_book(database, *(a_record(a_customer(id=f"K{number}", tags=("甲", "乙"))) for number in range(5)))
    with database.read() as connection:
        customers = CustomerRepository(connection)
        pages = [
            customers.find(scope=MINE, as_of=DAY, sort=CustomerSort.ID, limit=2, offset=offset)
            for offset in (0, 2, 4, 6)
        ]
    assert [[item.id for item in page.items] for page in pages] == [["K0", "K1"], ["K2", "K3"], ["K4"], []]
    assert {page.total for page in pages} == {5}
    assert pages[0].items[0].tags == ("甲", "乙")


def test_a_senseless_page_is_invalid(database: Database) -> None:
    with database.read() as connection:
        for limit, offset in ((0, 0), (-1, 0), (501, 0), (10, -1), (10, 2**70)):
            with pytest.raises(Invalid):
                CustomerRepository(connection).find(scope=MINE, as_of=DAY, limit=limit, offset=offset)


def test_a_row_says_what_the_list_shows(database: Database) -> None:
    a_book(database, full_record())
    with database.read() as connection:
        (row,) = CustomerRepository(connection).find(scope=MINE, as_of=DAY).items
    assert (row.age, row.risk_level, row.total_assets) == (45, "C3", 256_000.0)
    assert (row.last_contact_on, row.margin_ratio_pct) == (date(2026, 8, 8), 163.5)


def test_adding_a_known_customer_writes_nothing(database: Database) -> None:
    a_book(database, full_record())
    fresh = replace(full_record(), customer=a_customer(id="K000009"))
    with pytest.raises(Conflict):
        a_book(database, fresh, full_record())
    with database.read() as connection:
        assert CustomerRepository(connection).count() == 1


def test_tags_are_counted_within_the_scope(database: Database) -> None:
    a_book(
        database,
        full_record(),
        a_record(a_customer(id="K2", tags=("高净值",))),
        a_record(a_customer(id="K3", advisor_id="advisor-2", tags=("沉睡",))),
    )
    with database.read() as connection:
        assert CustomerRepository(connection).tags(scope=MINE) == {"高净值": 2, "偏好电话": 1}


def test_an_empty_book_is_an_empty_page(database: Database) -> None:
    assert names(database) == []


def test_of_very_many_trades_the_newest_are_read_and_all_are_counted(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repository, "EVENTS_READ", 2)
    days = [DAY - timedelta(days=ago) for ago in (1, 2, 3, 500)]
    busy = a_record(a_customer(), trades=tuple(a_trade(traded_on=day, side="sell") for day in days))
    quiet = a_record(a_customer(id="K000002"), trades=(a_trade(),))
    a_book(database, busy, quiet)
    with database.read() as connection:
        first, second = CustomerRepository(connection).records(["K000001", "K000002"], scope=MINE, as_of=DAY)
    assert [trade.traded_on for trade in first.trades] == days[:2]
    assert first.trade_totals == TradeTotals(
        count_12m=3, amount_12m=30_000.0, fees_12m=15.0, last_traded_on=days[0], last_bought_on=None
    )
    assert (len(second.trades), second.trade_totals) == (1, None)


def test_of_very_many_payments_and_subscriptions_no_sum_is_another(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repository, "EVENTS_READ", 2)
    days = [DAY - timedelta(days=ago) for ago in (1, 1, 2, 700)]
    busy = a_record(
        a_customer(),
        cash_flows=tuple(CashFlow(on=day, kind=CashFlowKind.DEPOSIT, amount=10.0) for day in days),
        subscriptions=tuple(
            Subscription(on=day, product_code="P", product_name="甲", kind="subscribe", amount=5.0) for day in days
        ),
    )
    quiet = a_record(a_customer(id="K000002"), cash_flows=busy.cash_flows[:2])
    a_book(database, busy, quiet)
    with database.read() as connection:
        first, second = CustomerRepository(connection).records(["K000001", "K000002"], scope=MINE, as_of=DAY)
    assert [(flow.on, flow.amount) for flow in first.cash_flows] == [(days[0], 20.0), (days[2], 10.0), (days[3], 10.0)]
    assert [(each.on, each.amount) for each in first.subscriptions] == [
        (days[0], 10.0), (days[2], 5.0), (days[3], 5.0)
    ]  # fmt: skip
    assert [flow.amount for flow in second.cash_flows] == [10.0, 10.0]


def test_of_very_many_contacts_and_complaints_it_is_told_since_when_all_are_read(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repository, "EVENTS_READ", 2)
    days = [DAY - timedelta(days=ago) for ago in (1, 2, 3)]
    busy = a_record(
        a_customer(),
        touchpoints=(
            *(Touchpoint(on=day, channel="app", topic="登录") for day in days),
            Touchpoint(on=DAY - timedelta(days=40), channel="phone", topic="回访"),
            Touchpoint(on=DAY - timedelta(days=90), channel="visit", topic="回访"),
        ),
        complaints=tuple(Complaint(received_on=day, channel="phone", topic="费用", text="") for day in days[:2]),
    )
    a_book(database, busy)
    with database.read() as connection:
        [record] = CustomerRepository(connection).records(["K000001"], scope=MINE, as_of=DAY)
        [earlier] = CustomerRepository(connection).records(["K000001"], scope=MINE, as_of=days[1])
    assert [touch.on for touch in record.touchpoints] == [*days[:2], DAY - timedelta(days=40)]
    assert record.last_contact_on == DAY - timedelta(days=40), "the last talk is known behind any number of visits"
    assert (record.cuts, record.cuts.contacts) == (Cuts(touchpoints=days[1]), days[1])
    assert earlier.cuts.complaints is None, "what came after the day counts for nothing"
