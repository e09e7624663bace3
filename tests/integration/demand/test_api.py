"""The routes, over real HTTP."""

from tests.support.http_api import HttpApi


def test_a_portrait_can_show_needs_and_reasons(api: HttpApi) -> None:
    api.house.application.score_customers()
    answer = api.as_("chen").get(f"/api/customers/{api.house.customer_id}/demand")
    assert answer.status_code == 200
    view = answer.json()
    assert view["profiled"]
    assert view["segment"]["label"].count("·") == 2
    assert view["needs"]
    for need in view["needs"]:
        assert need["probability"]["unit"] == "percent"
        assert all(reason["fact"]["text"] for reason in need["reasons"])
    assert answer.text.count("电话") == 0
    assert api.house.customer.name not in answer.text


def test_strangers_are_refused(api: HttpApi) -> None:
    path = f"/api/customers/{api.house.customer_id}/demand"
    assert api.as_("nobody").get(path).status_code == 401
    assert api.as_("customer").get(path).status_code == 403
    assert api.as_("zhou").get(path).status_code == 404
    assert api.as_("chen").get("/api/customers/K999999/demand").status_code == 404


def test_card_and_drift_of_a_trained_model(api: HttpApi) -> None:
    from tests.support.house import SYSTEM

    assert api.as_("chen").get("/api/demand/card").status_code == 404
    api.house.application.train_demand(by=SYSTEM)
    assert "局限" in api.as_("chen").get("/api/demand/card").json()["text"]
    drift = api.as_("ops").get("/api/demand/drift")
    assert drift.status_code == 200
    assert len(drift.json()["needs"]) == 7
    assert api.as_("chen").get("/api/demand/drift").status_code == 403
