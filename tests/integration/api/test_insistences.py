"""A customer insists, over HTTP: who is let in, what is refused, and that nothing half done is kept."""

from typing import Any

import pytest

from tests.support.http_api import HttpApi

TODAY = "2026-11-22"
WORDS = "我就想买这只，亏了我自己认。"
MAY_BE_INSISTED_ON = {"risk", "term", "variety_and_goal"}


def a_wish(product_code: str, **changes: object) -> dict[str, Any]:
    return {
        "product_code": product_code,
        "asked_by_customer": True,
        "asked_on": TODAY,
        "channel": "phone",
        "words": WORDS,
    } | changes


@pytest.fixture(scope="module")
def chosen(api: HttpApi) -> tuple[str, str]:
    """One of chen's customers who has no account, and a product that may be insisted on."""
    chen = api.as_("chen")
    rows = chen.get("/api/customers", params={"limit": 200}).json()["items"]
    return next(
        (row["id"], match["product_code"])
        for row in rows
        if row["id"] != api.house.customer_id
        for match in chen.get(f"/api/customers/{row['id']}").json()["matches"]
        if match["verdict"] == "unsuitable"
        and {r["dimension"] for r in match["reasons"] if not r["fits"]} <= MAY_BE_INSISTED_ON
    )


def test_a_procedure_is_opened_read_and_given_up(api: HttpApi, chosen: tuple[str, str]) -> None:
    customer, product = chosen
    chen = api.as_("chen")
    begun = chen.post(f"/api/customers/{customer}/insistences", json=a_wish(product))
    assert begun.status_code == 201, begun.text
    one = begun.json()
    assert (one["state"], one["words"], one["written_by_customer"]) == ("requested", WORDS, False)
    assert [step["step"] for step in one["next_steps"]] == ["tell_unsuitable", "withdraw"]
    assert one["next_steps"][0]["needs_proof"]
    assert one["next_steps"][0]["disclosures"][0]["provision"] == "SUIT:19"
    road = f"/api/insistences/{one['id']}"
    told = chen.post(
        f"{road}/steps", json={"step": "tell_unsuitable", "proof": {"kind": "recording", "reference": "REC-1"}}
    )
    assert told.json()["steps"][0]["reference"] == "REC-1"
    assert [api.as_(who).get(road).status_code for who in ("chen", "shen", "zhou", "customer", "ops")] == [
        200,
        200,
        404,
        404,
        404,
    ]
    assert chen.post(f"{road}/steps", json={"step": "permit", "note": "我同意。"}).status_code == 409
    assert chen.post(f"{road}/steps", json={"step": "withdraw"}).json()["state"] == "withdrawn"
    listed = chen.get(f"/api/customers/{customer}/insistences").json()["items"]
    assert [item["id"] for item in listed] == [one["id"]]
    assert api.as_("zhou").get(f"/api/customers/{customer}/insistences").status_code == 404


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"asked_by_customer": False}, 403),
        ({"asked_on": "2026-11-23"}, 422),
        ({"asked_on": "2026-02-30"}, 422),
        ({"words": "  "}, 422),
        ({"words": "买" * 501}, 422),
        ({"words": "买\u0000它"}, 422),
        ({"channel": "fax"}, 422),
        ({"product_code": "YC9999"}, 404),
        ({"product_code": "../etc"}, 422),
        ({"extra": 1}, 422),
    ],
)
def test_bad_wishes_are_refused_and_nothing_is_kept(
    api: HttpApi, chosen: tuple[str, str], changes: dict[str, object], status: int
) -> None:
    customer, product = chosen
    chen, road = api.as_("chen"), f"/api/customers/{chosen[0]}/insistences"
    before = len(chen.get(road).json()["items"])
    answer = chen.post(road, json=a_wish(product) | changes)
    assert answer.status_code == status, (customer, answer.text)
    assert len(chen.get(road).json()["items"]) == before


@pytest.mark.parametrize("amount", [0, -5, "1e400", 1e13])
def test_an_impossible_amount_is_refused(api: HttpApi, amount: object) -> None:
    body = {"step": "give_time", "note": "闲钱。", "amount": amount}
    assert api.as_("chen").post("/api/insistences/insistence-none/steps", json=body).status_code == 422
