"""Batches over HTTP: one's own, with progress; nobody else's."""

from tests.support.http_api import HttpApi


def test_an_advisor_drafts_follows_and_stops_a_batch(api: HttpApi) -> None:
    chen = api.as_("chen")
    answer = chen.post("/api/plan-batches", json={"chosen": "everybody", "budget": {"tokens": 1000}})
    assert answer.status_code == 202, answer.text
    batch = answer.json()
    assert (batch["state"], batch["state_label"]) == ("running", "正在生成")
    paused = chen.post(f"/api/plan-batches/{batch['id']}/pause").json()
    assert paused["state"] == "paused"
    assert chen.post(f"/api/plan-batches/{batch['id']}/pause").status_code == 409
    resumed = chen.post(f"/api/plan-batches/{batch['id']}/resume", json={"budget": {"tokens": 2000}})
    assert resumed.json()["state"] == "running"
    draft = api.house.application.draft_plans
    for key in draft.unfinished():
        draft(key)
    seen = chen.get(f"/api/plan-batches/{batch['id']}").json()
    assert seen["state"] == "done"
    assert seen["counts"] == [{"state": "done", "state_label": "已完成", "count": batch["total"]}]
    assert (seen["finished"], seen["failed"], seen["budget"]["tokens"]) == (batch["total"], [], 2000)
    assert [each["id"] for each in chen.get("/api/plan-batches").json()["items"]] == [batch["id"]]
    assert chen.post(f"/api/plan-batches/{batch['id']}/cancel").status_code == 409


def test_another_advisor_does_not_learn_of_it(api: HttpApi) -> None:
    batch = api.as_("chen").post("/api/plan-batches", json={"chosen": "everybody", "again": True}).json()
    zhou = api.as_("zhou")
    assert zhou.get(f"/api/plan-batches/{batch['id']}").status_code == 404
    assert zhou.post(f"/api/plan-batches/{batch['id']}/cancel").status_code == 404
    assert batch["id"] not in {each["id"] for each in zhou.get("/api/plan-batches").json()["items"]}
    assert zhou.post("/api/plan-batches", json={"chosen": "advisor", "value": "chen"}).status_code == 403
    assert api.as_("chen").post(f"/api/plan-batches/{batch['id']}/cancel").json()["state"] == "cancelled"


def test_headquarters_sees_counts_and_no_customers(api: HttpApi) -> None:
    batch = api.as_("ops").post("/api/plan-batches", json={"chosen": "advisor", "value": "zhou", "again": True})
    assert batch.status_code == 202
    api.house.application.draft_plans.give_up(f"{batch.json()['id']}/1/0/1")
    path = f"/api/plan-batches/{batch.json()['id']}"
    assert api.as_("ops").get(path).json()["failed"] == []
    assert api.as_("admin").post(f"{path}/cancel").json()["state"] == "cancelled"
    assert {each["state"] for each in api.as_("ops").get(path).json()["counts"]} == {"failed", "cancelled"}
    assert api.as_("zhou").get(path).status_code == 404


def test_a_senseless_wish_is_told(api: HttpApi) -> None:
    for body in (
        {"chosen": "somebody"},
        {"chosen": "everybody", "budget": {"tokens": 0}},
        {"chosen": "everybody", "budget": {"yuan": -1}},
        {"chosen": "segment", "value": "<b>富裕</b>"},
        {"chosen": "everybody", "unknown": 1},
    ):
        answer = api.as_("chen").post("/api/plan-batches", json=body)
        assert answer.status_code == 422, body
        assert answer.json()["detail"]
