"""Who may do what, by every route: a route without a row here fails, and so does every role that gets in uninvited."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import pytest

from assistant.identity.model import Account, Actor, Role
from assistant.identity.passwords import hash_password
from assistant.workflows.load_demo import DEMO_PASSWORD
from tests.support.http_api import HttpApi

STAFF = ("chen", "zhou", "shen", "ops", "keeper", "admin")
EVERYBODY = (*STAFF, "customer")
KEEPERS = ("keeper", "admin")
DRAFTERS = ("chen", "zhou", "ops", "admin")
SUIT = "SUIT@2022-08-12"
SCRIPT = "SCRIPT-ACCOUNT-OPEN"
ASKED = {"provision": "SUIT:22", "text": "保守的客户能不能买激进的产品？"}
REFUSED = {403, 404}
OPEN = {("post", "/api/sessions"), ("get", "/health/live"), ("get", "/health/ready")}
"""Routes that ask for no token."""


@dataclass(frozen=True)
class Things:
    """What belongs to the advisor chen and her first customer."""

    customer: str
    plan: str
    case: str
    digest: str
    statement: str
    message: str
    conversation: str

    def fill(self, path: str) -> str:
        return path.format(
            customer_id=self.customer,
            request_id=self.plan,
            case_id=self.case,
            message_id=self.message,
            conversation_id=self.conversation,
            document_id="SUIT",
            label="2022-08-12",
            reference="SUIT:22",
            question_id=f"question-{'0' * 32}",
            effective_from="2026-12-31",
            insistence_id="insistence-none",
            batch_id="batch-none",
            import_id="import-none",
            record_type="trades",
        )


@dataclass(frozen=True)
class Row:
    """One route: what is sent, and who gets which status; everybody else is refused."""

    method: str
    path: str
    may: Mapping[str, int]
    json: Callable[[Things], object] = lambda _things: None
    params: Mapping[str, str] = field(default_factory=dict)
    file: bytes | None = None
    """What is uploaded."""
    new_case: str | None = None
    """The state of a case that is made for this row alone, because the row changes it."""

    @property
    def route(self) -> tuple[str, str]:
        return self.method, self.path

    def send(self, client: httpx.Client, things: Things) -> int:
        path, params = things.fill(self.path), self.params or None
        if self.file is not None:
            return client.request(self.method, path, files={"file": ("办法.txt", self.file)}).status_code
        return client.request(self.method, path, json=self.json(things), params=params).status_code


def _all(status: int, *usernames: str) -> dict[str, int]:
    return dict.fromkeys(usernames, status)


def _edit(things: Things) -> object:
    return {"digest": things.digest, "changes": {things.statement: "请您抽空联系我。"}}


def _decide(action: str) -> Callable[[Things], object]:
    return lambda things: {"action": action, "digest": things.digest, "reason": "理由。"}


WISH = {
    "product_code": "YC9999",
    "asked_by_customer": True,
    "asked_on": "2026-11-22",
    "channel": "phone",
    "words": "我想买这只产品。",
}
SHARES = {level: {"cash": 50, "fixed_income": 50} for level in ("C1", "C2", "C3", "C4", "C5")}
READERS = _all(200, *EVERYBODY)
_VERSION = "/api/library/documents/{document_id}/versions/{label}"
ROWS = (
    Row("get", "/api/sessions/current", READERS),
    Row("get", "/api/customer-imports", _all(200, "admin")),
    Row("get", "/api/customer-imports/record-types", _all(200, "admin")),
    Row("get", "/api/customer-imports/templates/{record_type}", _all(200, "admin")),
    Row("post", "/api/customer-imports", _all(422, "admin"), file=b"no such file name"),
    Row("get", "/api/customer-imports/{import_id}", _all(404, "admin")),
    Row("get", "/api/customer-imports/{import_id}/errors", _all(404, "admin")),
    Row(
        "post", "/api/chat/answers", _all(200, "chen", "zhou", "shen", "keeper", "admin"), lambda _: {"text": "印花税"}
    ),
    Row(
        "post",
        "/api/chat/answers",
        _all(200, "chen", "shen"),
        lambda things: {"text": "风险等级", "customer_id": things.customer},
    ),
    Row(
        "post",
        "/api/chat/answers",
        _all(200, "chen"),
        lambda things: {"text": "印花税", "conversation_id": things.conversation},
    ),
    Row("get", "/api/chat/conversations", READERS),
    Row("get", "/api/chat/conversations/{conversation_id}/turns", _all(200, "chen")),
    Row("get", "/api/library/documents", READERS),
    Row("get", "/api/library/documents/{document_id}/versions", READERS),
    Row("get", "/api/library/documents/{document_id}/versions/{label}/provisions", READERS),
    Row("get", "/api/library/provisions/{reference}", READERS),
    Row("get", "/api/library/search", READERS, params={"text": "适当性"}),
    Row("get", "/api/library/issuers", READERS),
    Row("get", "/api/library/provisions/{reference}/links", READERS),
    Row("get", "/api/library/provisions/{reference}/history", READERS),
    Row("get", "/api/library/provisions/{reference}/impact", _all(200, "shen", *KEEPERS)),
    Row("get", "/api/library/documents/{document_id}/history", READERS),
    Row("get", "/api/library/documents/{document_id}/versions/{label}/file", READERS),
    Row("get", "/api/library/documents/{document_id}/versions/{label}/impact", _all(200, "shen", *KEEPERS)),
    Row("get", "/api/library/comparisons", READERS, params={"before": SUIT, "after": SUIT}),
    Row("post", f"{_VERSION}/withdrawal", _all(422, *KEEPERS), lambda _: {"reason": " "}),
    Row("post", f"{_VERSION}/repeal", _all(422, *KEEPERS), lambda _: {"on": "2000-01-01", "reason": "测试。"}),
    Row("post", f"{_VERSION}/reopening", _all(409, *KEEPERS), lambda _: {"reason": "测试。"}),
    Row("get", "/api/library/imports/limits", _all(200, *KEEPERS)),
    Row("post", "/api/library/imports/previews", _all(200, *KEEPERS), file="测试办法\n第一条 测试。".encode()),
    Row("post", "/api/library/imports/publications", _all(422, *KEEPERS), lambda _: {"markdown": "# 没有元数据"}),
    Row("post", "/api/library/imports/corrections", _all(422, *KEEPERS), lambda _: {"markdown": "# 没有元数据"}),
    Row("get", "/api/library/questions", _all(200, *KEEPERS), params={"of": "SUIT:22"}),
    Row("get", "/api/library/questions/waiting", _all(200, *KEEPERS)),
    Row("post", "/api/library/questions", {"keeper": 201, "admin": 422}, lambda _: ASKED),
    Row("post", "/api/library/questions/{question_id}/confirmation", _all(404, *KEEPERS)),
    Row("post", "/api/library/questions/{question_id}/removal", _all(404, *KEEPERS)),
    Row("post", "/api/library/questions/removals", _all(404, *KEEPERS), lambda _: ASKED),
    Row("post", "/api/library/questions/proposals", _all(503, *KEEPERS), lambda _: {"of": "SUIT:22"}),
    Row("get", "/api/library/scripts", _all(200, *EVERYBODY)),
    Row(
        "post", "/api/library/scripts/approvals", _all(201, "shen"), lambda _: {"script": SCRIPT, "until": "2027-06-30"}
    ),
    Row(
        "post", "/api/library/scripts/revocations", _all(200, "shen"), lambda _: {"script": SCRIPT, "reason": "测试。"}
    ),
    Row("get", "/api/library/findings", _all(200, *KEEPERS)),
    Row("get", "/api/actions", _all(200, "chen", "zhou")),
    Row("get", "/api/actions/customers/{customer_id}", _all(200, "chen")),
    Row(
        "post",
        "/api/actions/decisions",
        _all(404, "chen", "zhou"),
        lambda things: {"customer_id": things.customer, "key": "nothing", "verdict": "done"},
    ),
    Row("post", "/api/actions/refreshes", _all(202, "chen", "zhou")),
    Row("get", "/api/customers", _all(200, "chen", "zhou", "shen")),
    Row("get", "/api/customers/tags", _all(200, "chen", "zhou", "shen")),
    Row("get", "/api/customers/{customer_id}", _all(200, "chen", "shen")),
    Row("get", "/api/customers/{customer_id}/demand", _all(200, "chen", "shen")),
    Row("get", "/api/demand/card", _all(404, "chen", "zhou", "shen", "ops", "admin")),
    Row("get", "/api/demand/drift", _all(404, "ops", "admin")),
    Row("post", "/api/customers/{customer_id}/plans", _all(202, "chen")),
    Row("get", "/api/plans/{request_id}", _all(200, "chen")),
    Row(
        "post",
        "/api/plan-batches",
        _all(422, *DRAFTERS),
        lambda _: {"chosen": "segment", "value": "没有这样的客群"},
    ),
    Row("get", "/api/plan-batches", _all(200, *DRAFTERS)),
    Row("get", "/api/plan-batches/{batch_id}", _all(404, *DRAFTERS)),
    Row("post", "/api/plan-batches/{batch_id}/pause", _all(404, *DRAFTERS)),
    Row("post", "/api/plan-batches/{batch_id}/resume", _all(404, *DRAFTERS), lambda _: {}),
    Row("post", "/api/plan-batches/{batch_id}/cancel", _all(404, *DRAFTERS)),
    Row("get", "/api/cases", _all(200, "chen", "zhou", "shen")),
    Row("get", "/api/cases/{case_id}", _all(200, "chen", "shen")),
    Row("patch", "/api/cases/{case_id}/draft", _all(200, "chen"), _edit, new_case="draft"),
    Row("post", "/api/cases/{case_id}/decisions", _all(200, "chen"), _decide("submit"), new_case="draft"),
    Row("post", "/api/cases/{case_id}/decisions", _all(200, "chen"), _decide("discard"), new_case="draft"),
    Row("post", "/api/cases/{case_id}/decisions", _all(200, "chen"), _decide("withdraw"), new_case="waiting"),
    Row("post", "/api/cases/{case_id}/decisions", _all(200, "shen"), _decide("approve"), new_case="waiting"),
    Row("post", "/api/cases/{case_id}/decisions", _all(200, "shen"), _decide("return"), new_case="waiting"),
    Row("post", "/api/cases/{case_id}/decisions", _all(200, "shen"), _decide("reject"), new_case="waiting"),
    Row("post", "/api/cases/{case_id}/decisions", {}, _decide("deliver"), new_case="waiting"),
    Row("post", "/api/cases/{case_id}/decisions", {}, _decide("void"), new_case="waiting"),
    Row("get", "/api/cases/{case_id}/evidence", _all(200, "chen", "shen")),
    Row("get", "/api/cases/{case_id}/export", _all(200, "chen", "shen")),
    Row("get", "/api/inbox/messages", _all(200, "customer")),
    Row("post", "/api/inbox/messages/{message_id}/read", _all(200, "customer")),
    Row("get", "/api/inbox/messages/{message_id}/export", _all(200, "customer")),
    Row("get", "/api/inbox/inquiries", _all(200, "customer")),
    Row("post", "/api/inbox/inquiries", _all(201, "customer"), lambda _things: {"text": "怎么开通科创板？"}),
    Row("get", "/api/customers/{customer_id}/insistences", _all(200, "chen", "shen", "customer")),
    Row("post", "/api/customers/{customer_id}/insistences", _all(404, "chen", "customer"), lambda _: WISH),
    Row("get", "/api/insistences/waiting", _all(200, "shen")),
    Row("get", "/api/insistences/{insistence_id}", _all(404, *EVERYBODY)),
    Row("post", "/api/insistences/{insistence_id}/warning", _all(404, "chen")),
    Row("post", "/api/insistences/{insistence_id}/steps", _all(404, *EVERYBODY), lambda _: {"step": "withdraw"}),
    Row("get", "/api/allocations", _all(200, *STAFF)),
    Row(
        "post",
        "/api/allocations",
        _all(201, "ops"),
        lambda _: {"effective_from": "2026-12-01", "shares": SHARES},
    ),
    Row("post", "/api/allocations/{effective_from}/withdrawal", _all(404, "ops")),
    Row("get", "/api/operations/overview", _all(200, "shen", "ops", "admin")),
    Row("get", "/api/operations/audit", _all(200, "shen", "ops", "admin")),
)


@pytest.fixture(scope="module")
def things(api: HttpApi) -> Things:
    """A delivered message, a case, a finished request and a conversation."""
    case = _a_case(api, "waiting")
    _send_decision(api, "shen", case, "approve")
    api.house.do_jobs()
    chen, customer = api.as_("chen"), api.house.customer_id
    plan = chen.post(f"/api/customers/{customer}/plans").json()["id"]
    api.house.do_jobs()
    chen.post("/api/chat/answers", json={"text": "印花税"}).raise_for_status()
    return Things(
        customer=customer,
        plan=plan,
        case=case["id"],
        digest=case["revision"]["digest"],
        statement="",
        message=api.as_("customer").get("/api/inbox/messages").json()["items"][0]["id"],
        conversation=chen.get("/api/chat/conversations").json()["items"][0]["id"],
    )


def _a_case(api: HttpApi, state: str) -> dict[str, Any]:
    """A reply to the first customer's question, with its advisor or before the reviewer."""
    api.as_("customer").post("/api/inbox/inquiries", json={"text": "科创板开通需要什么条件？"}).raise_for_status()
    api.house.do_jobs()
    drafts = api.as_("chen").get("/api/cases", params={"state": "draft", "limit": 200}).json()["items"]
    replies = [row for row in drafts if row["kind"] == "reply"]
    case: dict[str, Any] = api.as_("chen").get(f"/api/cases/{replies[-1]['id']}").json()["case"]
    return case if state == "draft" else _send_decision(api, "chen", case, "submit")


def _send_decision(api: HttpApi, username: str, case: dict[str, Any], action: str) -> dict[str, Any]:
    decision = {"action": action, "digest": case["revision"]["digest"]}
    answer = api.as_(username).post(f"/api/cases/{case['id']}/decisions", json=decision)
    assert answer.status_code == 200, answer.text
    decided: dict[str, Any] = answer.json()
    return decided


def _name(row: Row) -> str:
    return " ".join(row.route)


@pytest.mark.parametrize("row", ROWS, ids=_name)
def test_a_route_lets_in_whom_it_should_and_nobody_else(api: HttpApi, things: Things, row: Row) -> None:
    if row.new_case is not None:
        case = _a_case(api, row.new_case)
        statement = case["revision"]["draft"]["sections"][0]["statements"][0]["id"]
        things = replace(things, case=case["id"], digest=case["revision"]["digest"], statement=statement)
    uninvited = [username for username in EVERYBODY if username not in row.may]
    statuses = {username: row.send(api.as_(username), things) for username in (*uninvited, *row.may)}
    expected = {username: row.may.get(username, 403) for username in statuses}
    wrong = {
        username: status
        for username, status in statuses.items()
        if status != expected[username] and not (username in uninvited and status in REFUSED)
    }
    assert wrong == {}, f"expected {expected}"


@pytest.mark.parametrize("row", ROWS, ids=_name)
def test_no_route_answers_somebody_who_is_not_logged_in(api: HttpApi, things: Things, row: Row) -> None:
    assert row.send(api.as_("nobody"), things) == 401


def test_every_route_has_its_row(api: HttpApi) -> None:
    document = api.as_("nobody").get("/openapi.json").json()
    routes = {(method, path) for path, item in document["paths"].items() for method in item}
    assert {row.route for row in ROWS} | OPEN == routes


def test_another_advisors_customer_is_not_there_by_any_road(api: HttpApi, things: Things) -> None:
    zhou = api.as_("zhou")
    found = [
        zhou.get(f"/api/customers/{things.customer}"),
        zhou.post(f"/api/customers/{things.customer}/plans"),
        zhou.get(f"/api/plans/{things.plan}"),
        zhou.get(f"/api/cases/{things.case}"),
        zhou.get(f"/api/cases/{things.case}/evidence"),
        zhou.get(f"/api/cases/{things.case}/export"),
        zhou.post("/api/chat/answers", json={"text": "这位客户的风险等级？", "customer_id": things.customer}),
        zhou.post(f"/api/cases/{things.case}/decisions", json=_decide("approve")(things)),
        zhou.patch(f"/api/cases/{things.case}/draft", json={"digest": things.digest, "changes": {"s1": "改。"}}),
    ]
    unknown = zhou.get("/api/customers/K999999")
    assert [answer.status_code for answer in found] == [404] * len(found)
    assert found[0].json()["detail"] == unknown.json()["detail"], "who asks must not learn that the customer exists"
    assert zhou.get("/api/cases", params={"customer_id": things.customer}).json()["total"] == 0
    assert things.customer not in zhou.get("/api/customers", params={"limit": 200}).text


def test_another_customers_message_is_not_there(api: HttpApi, things: Things) -> None:
    stranger = api.as_("zhou").get("/api/customers").json()["items"][0]["id"]
    actor = Actor(id="account-stranger", role=Role.CUSTOMER, name="客户", customer_id=stranger)
    with api.house.application.identify.storage.unit_of_work() as work:
        password_hash = hash_password(DEMO_PASSWORD)
        work.accounts.save(Account(actor=actor, username="stranger", password_hash=password_hash))
    client = api.as_("stranger")
    assert client.post(f"/api/inbox/messages/{things.message}/read").status_code == 404
    assert client.get(f"/api/inbox/messages/{things.message}/export").status_code == 404
    assert client.get("/api/inbox/messages").json()["total"] == 0
    assert client.get("/api/inbox/inquiries").json()["total"] == 0


def test_a_customer_cannot_read_what_is_not_for_customers(api: HttpApi) -> None:
    documents = api.as_("chen").get("/api/library/documents", params={"limit": 200}).json()["items"]
    version = next(document for document in documents if document["audience"] != "customer")
    path = f"/api/library/documents/{version['document_id']}/versions"
    provisions = f"{path}/{version['label']}/provisions"
    ref = api.as_("chen").get(provisions).json()["items"][0]["ref"]
    roads = (path, provisions, f"/api/library/provisions/{ref}")
    assert [api.as_("chen").get(road).status_code for road in roads] == [200, 200, 200]
    assert [api.as_("customer").get(road).status_code for road in roads] == [404, 404, 404]
    listed = api.as_("customer").get("/api/library/documents", params={"limit": 200}).json()["items"]
    assert {document["audience"] for document in listed} == {"customer"}
    searched = api.as_("customer").get("/api/library/search", params={"text": version["title"], "limit": 50}).json()
    assert version["document_id"] not in {hit["provision"]["document_id"] for hit in searched["hits"]}


def test_operations_never_see_a_person(api: HttpApi) -> None:
    names = [row["name"] for row in api.as_("shen").get("/api/customers", params={"limit": 200}).json()["items"]]
    seen = api.as_("ops").get("/api/operations/overview").text + api.as_("ops").get("/api/operations/audit").text
    assert not [name for name in names if name in seen]
