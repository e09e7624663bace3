"""A portrait over HTTP: what is measured agrees with itself, nothing whole that identifies, nobody else's."""

import pytest

from api.schemas.customers import MOST_SHOWN, CustomerDetailView
from assistant.analysis.tags import TAG_RULES
from knowledge.customers.model import Scope
from tests.support.http_api import HttpApi


def portraits(api: HttpApi) -> list[CustomerDetailView]:
    client = api.as_("chen")
    rows = client.get("/api/customers", params={"limit": 20}).json()["items"]
    return [CustomerDetailView.model_validate_json(client.get(f"/api/customers/{row['id']}").content) for row in rows]


def test_the_series_of_a_book_agree_with_its_facts(api: HttpApi) -> None:
    book = portraits(api)
    measured = [view for view in book if view.series.drawdown]
    assert len(measured) > len(book) / 2
    for view in measured:
        facts = {fact.id: fact.value for fact in view.facts}
        assert min(point.value for point in view.series.drawdown) == -float(str(facts["fact:risk.max_drawdown"]))
        assert all(point.on <= view.as_of for point in view.series.drawdown)
    for view in book:
        assert view.series.assets[-1].value == pytest.approx(view.total_assets, abs=0.01)
        assert [point.on for point in view.series.assets] == sorted(point.on for point in view.series.assets)
        assert len(view.series.flows) in {0, 12}
        months = [month.month for month in view.series.flows]
        assert months == sorted(months)


def test_every_tag_is_told_with_its_rule(api: HttpApi) -> None:
    tags = {tag.tag: tag.rule for view in portraits(api) for tag in view.tags}
    assert len(tags) > 5
    assert tags == {tag: TAG_RULES[tag] for tag in tags}
    listed = api.as_("chen").get("/api/customers/tags").json()["items"]
    assert {each["tag"]: each["rule"] for each in listed}.items() >= tags.items()


def test_accounts_and_guardians_are_masked(api: HttpApi) -> None:
    client, storage = api.as_("chen"), api.house.application.browse_customers.storage
    seen = 0
    for view in portraits(api):
        with storage.reading() as work:
            record = work.customers.get(view.profile.id, scope=Scope.everyone(), as_of=view.as_of)
        answer = client.get(f"/api/customers/{view.profile.id}").text
        assert view.accounts
        for account in record.accounts:
            assert f'"{account.account_id}"' not in answer
        if record.customer.guardian_name is not None:
            assert record.customer.guardian_name not in answer
            assert view.profile.guardian == f"{record.customer.guardian_name[0]}**"
            seen += 1
    assert seen > 0


def test_lists_are_the_newest_and_not_endless(api: HttpApi) -> None:
    for view in portraits(api):
        assert len(view.touchpoints) <= MOST_SHOWN
        days = [trade.traded_on for trade in view.trades]
        assert days == sorted(days, reverse=True)


def test_it_is_the_advisors_own_and_no_customers(api: HttpApi) -> None:
    path = f"/api/customers/{api.house.customer_id}"
    assert api.as_("chen").get(path).status_code == 200
    assert api.as_("zhou").get(path).status_code == 404
    assert api.as_("customer").get(path).status_code == 403
    assert api.as_("customer").get("/api/customers/tags").status_code == 403
