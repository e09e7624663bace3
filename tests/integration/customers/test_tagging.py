"""Tags in the database: what they rest on is read for thousands at once, and says what the whole record says."""

from dataclasses import replace
from datetime import date, timedelta

from assistant.analysis.suitability import SuitabilityPolicy
from assistant.analysis.tags import OPTED_OUT
from assistant.storage import Storage
from assistant.workflows.refresh_tags import refresh_tags
from knowledge.customers.model import Complaint, CustomerRecord, Scope, ServiceRecord, Subscription, Touchpoint
from knowledge.customers.repository import CustomerRepository
from knowledge.customers.tagging.repository import TagRepository
from knowledge.database import Database
from tests.support.customers import DAY, a_customer, a_holding, a_margin_position, a_record, a_trade, an_assessment
from tests.support.traits import traits_of


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


def a_book() -> list[CustomerRecord]:
    full = a_record(
        a_customer(id="K000001", assessment=an_assessment(assessed_on=ago(600), expires_on=ago(-30))),
        holdings=(a_holding(product_code="P1", matures_on=ago(3)), a_holding(product_code="P2", matures_on=ago(-8))),
        trades=(a_trade(traded_on=ago(10)), a_trade(traded_on=ago(-1)), a_trade(traded_on=ago(90))),
        touchpoints=(
            Touchpoint(on=ago(1), channel="wecom", topic="答疑"),
            Touchpoint(on=ago(5), channel="app", topic="登录"),
        ),
        service_records=(
            ServiceRecord(on=ago(2), channel="phone", staff="李", kind="care", remark="问候"),
            ServiceRecord(on=ago(40), channel="phone", staff="李", kind="complaint", remark="不满"),
        ),
        margin=a_margin_position(),
    )
    complaint = Complaint(received_on=ago(50), channel="phone", topic="费用", text="不满")
    order = Subscription(on=ago(7), product_code="YC1", product_name="一策现金", kind="redeem", amount=9.0)
    return [
        replace(full, complaints=(complaint,), subscriptions=(order,)),
        a_record(a_customer(id="K000002", assessment=None), cash=2e6, average_assets_20d=9e6),
        a_record(a_customer(id="K000003", advisor_id="advisor-2", profiling_consent=False), cash=2e6),
    ]


def test_traits_are_those_of_the_whole_record(database: Database) -> None:
    with database.begin() as connection:
        CustomerRepository(connection).add(a_book())
    with database.read() as connection:
        read = list(TagRepository(connection).traits(scope=Scope.everyone(), as_of=DAY))
        records = CustomerRepository(connection).records(
            [each.customer_id for each in read], scope=Scope.everyone(), as_of=DAY
        )
    assert read == [traits_of(record, as_of=DAY) for record in records]
    assert len(read) == len(a_book())
    assert read[0].last_traded_on == ago(7)


def test_an_advisor_reads_the_own_book_only(database: Database) -> None:
    with database.begin() as connection:
        CustomerRepository(connection).add(a_book())
    with database.read() as connection:
        tags = TagRepository(connection)
        mine = Scope.of_advisor("advisor-2")
        assert [each.customer_id for each in tags.traits(scope=mine, as_of=DAY)] == ["K000003"]
        assert list(tags.traits(["K000001", "K999999"], scope=mine, as_of=DAY)) == []


def test_tags_follow_the_records_and_the_day(database: Database) -> None:
    storage, policy = Storage(database), SuitabilityPolicy()
    with storage.unit_of_work() as work:
        work.customers.add(a_book())
        assert refresh_tags(work, as_of=DAY, policy=policy) == len(a_book())
        assert refresh_tags(work, as_of=DAY, policy=policy) == 0
        assert work.customers.get("K000002", scope=Scope.everyone(), as_of=DAY).customer.tags == (
            "高净值", "闲置资金", "测评失效", "资产下降",
        )  # fmt: skip
        assert work.customers.get("K000003", scope=Scope.everyone(), as_of=DAY).customer.tags == (OPTED_OUT,)
        first = work.customers.get("K000001", scope=Scope.everyone(), as_of=DAY).customer.tags
        assert "测评将失效" in first
        assert refresh_tags(work, as_of=DAY + timedelta(days=31), policy=policy, customer_ids=["K000001"]) == 1
        later = work.customers.get("K000001", scope=Scope.everyone(), as_of=DAY).customer.tags
        assert "测评失效" in later
