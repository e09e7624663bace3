"""Every error becomes a problem: the right status, Chinese for people, nothing that identifies anybody."""

import json
from collections.abc import Iterator

import pytest
import structlog
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from api.errors import handle_errors
from api.middleware import MAX_BODY_BYTES, RequestGuard
from api.routes.unknown import answer_unknown
from api.schemas.base import Identifier, Input, PlainText
from api.schemas.problems import Problem
from assistant import errors
from assistant.errors import (
    Conflict,
    Invalid,
    NotFound,
    NotPermitted,
    TooMany,
    Unauthenticated,
    Unavailable,
    YiceError,
)

SECRET = "王秀兰 13812345678"
JSON = {"Content-Type": "application/json"}
ERRORS = {
    error.__name__: error
    for error in (Unauthenticated, NotPermitted, NotFound, Conflict, Invalid, TooMany, Unavailable)
}


class Thing(Input):
    name: PlainText
    id: Identifier = "x"
    count: int = 0


def _app() -> FastAPI:
    app = FastAPI()
    handle_errors(app)
    app.add_middleware(RequestGuard)
    router = APIRouter(prefix="/api/things")

    @router.post("")
    def make(thing: Thing) -> str:
        return thing.name

    @router.get("/errors/{name}")
    def fail(name: str) -> None:
        raise ERRORS[name](f"{name}：不行。")

    @router.get("/unexpected")
    def break_down() -> None:
        raise ZeroDivisionError(SECRET)

    @router.get("/nameless")
    def fail_without_a_status() -> None:
        raise YiceError("说不清。")

    app.include_router(router)
    answer_unknown(app)
    return app


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(_app()) as opened:
        yield opened


def _problem(response: Response, status: int, code: str) -> Problem:
    problem = Problem.model_validate_json(response.content)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert (response.status_code, problem.status, problem.code) == (status, status, code)
    assert problem.type == f"urn:yice:problem:{code}"
    assert problem.request_id == response.headers["X-Request-ID"]
    assert any("\u4e00" <= character <= "\u9fff" for character in problem.title)
    return problem


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        ("Unauthenticated", 401, "unauthenticated"),
        ("NotPermitted", 403, "not-permitted"),
        ("NotFound", 404, "not-found"),
        ("Conflict", 409, "conflict"),
        ("Invalid", 422, "invalid"),
        ("TooMany", 429, "too-many"),
        ("Unavailable", 503, "unavailable"),
    ],
)
def test_every_kind_of_error_has_its_status(client: TestClient, error: str, status: int, code: str) -> None:
    problem = _problem(client.get(f"/api/things/errors/{error}"), status, code)
    assert problem.detail == f"{error}：不行。"
    assert problem.instance == f"/api/things/errors/{error}"


def test_no_kind_of_error_was_forgotten() -> None:
    assert {YiceError.__name__, *ERRORS} == set(errors.__all__)


@pytest.mark.parametrize(
    ("error", "header", "value"),
    [
        ("Unauthenticated", "WWW-Authenticate", 'Bearer realm="yice"'),
        ("TooMany", "Retry-After", "900"),
        ("Unavailable", "Retry-After", "5"),
    ],
)
def test_some_errors_say_what_to_do_in_a_header(client: TestClient, error: str, header: str, value: str) -> None:
    assert client.get(f"/api/things/errors/{error}").headers[header] == value


def test_an_unexpected_error_tells_the_caller_nothing_but_its_number(client: TestClient) -> None:
    response = client.get("/api/things/unexpected")
    _problem(response, 500, "internal")
    assert not {"ZeroDivisionError", "Traceback", "王秀兰", "13812345678"} & set(response.text.split('"'))
    assert "ZeroDivision" not in response.text
    assert SECRET not in response.text


def test_an_unexpected_error_is_logged_with_its_place_and_number_and_without_its_words(client: TestClient) -> None:
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logged:
        response = client.get("/api/things/unexpected")
    failed = next(entry for entry in logged if entry["event"] == "request.failed")
    assert failed["request_id"] == response.headers["X-Request-ID"]
    assert failed["error"] == "ZeroDivisionError"
    assert "break_down" in failed["frames"]
    assert "13812345678" not in json.dumps(logged)


def test_an_error_without_a_status_of_its_own_is_ours_not_the_callers(client: TestClient) -> None:
    _problem(client.get("/api/things/nameless"), 500, "internal")


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ({}, "body.name", "缺少这一项。"),
        ({"name": 1}, "body.name", "须是文字。"),
        ({"name": "a", "other": 1}, "body.other", "没有这一项，请核对名称。"),
        ({"name": "a\u0000b"}, "body.name", "不能含有控制字符。"),
        ({"name": "a", "id": "../etc"}, "body.id", "格式不对。"),
        ({"name": "a", "id": "x" * 65}, "body.id", "最多 64 个字符。"),
        ({"name": "a", "id": ""}, "body.id", "至少 1 个字符。"),
        ({"name": "a", "count": "many"}, "body.count", "须是整数。"),
        ([], "body", "须是 JSON 对象，Content-Type 须是 application/json。"),
    ],
)
def test_wrong_fields_are_told_one_by_one(client: TestClient, body: object, field: str, message: str) -> None:
    problem = _problem(client.post("/api/things", json=body), 422, "invalid")
    assert [(wrong.field, wrong.message) for wrong in problem.errors] == [(field, message)]
    assert problem.detail == f"{field}：{message}"


def test_a_wrong_value_is_not_sent_back(client: TestClient) -> None:
    assert "13812345678" not in client.post("/api/things", json={"name": "a", "count": SECRET}).text


@pytest.mark.parametrize(
    "body",
    [
        b"{bad",
        b'{"name": "a", }',
        b'\xff\xfe{"name": 1}',
        b'{"name": "\xb0\xa1"}',
        b'{"name": "a\x00b"}',
        b'{"name": "a\nb"}',
        b"[" * 100_000,
        b'{"name":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
    ids=["cut off", "trailing comma", "UTF-16", "GBK", "raw NUL", "raw line break", "open nesting", "deep nesting"],
)
def test_a_body_that_is_not_json_is_malformed(client: TestClient, body: bytes) -> None:
    _problem(client.post("/api/things", content=body, headers=JSON), 400, "malformed")


@pytest.mark.parametrize("body", [b'{"name": "a", "\\ud800": 1}', b'{"name": "\\udfff"}'])
def test_half_a_surrogate_is_invalid_and_breaks_nothing(client: TestClient, body: bytes) -> None:
    _problem(client.post("/api/things", content=body, headers=JSON), 422, "invalid")


def test_a_body_that_does_not_say_that_it_is_json_is_not_read_as_json(client: TestClient) -> None:
    _problem(client.post("/api/things", content=b'{"name": "a"}'), 422, "invalid")


def _filled(length: int) -> bytes:
    return b'{"name": "' + b"a" * (length - 12) + b'"}'


def test_a_body_at_the_limit_is_read(client: TestClient) -> None:
    assert client.post("/api/things", content=_filled(MAX_BODY_BYTES), headers=JSON).status_code == 200


def test_a_body_over_the_limit_is_refused(client: TestClient) -> None:
    _problem(client.post("/api/things", content=_filled(MAX_BODY_BYTES + 1), headers=JSON), 413, "too-large")


def test_a_body_that_hides_its_length_is_refused_when_it_grows_too_large(client: TestClient) -> None:
    pieces = (b"a" * 100_000 for _ in range(20))
    _problem(client.post("/api/things", content=pieces, headers=JSON), 413, "too-large")


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nothing", "/api/things/", "/api/things/errors"])
def test_an_unknown_address_is_a_problem(client: TestClient, path: str) -> None:
    _problem(client.get(path), 404, "no-such-address")


def test_a_wrong_method_names_the_right_ones(client: TestClient) -> None:
    response = client.delete("/api/things")
    _problem(response, 405, "method-not-allowed")
    assert response.headers["Allow"] == "POST"


def test_the_number_of_a_request_can_come_from_a_proxy(client: TestClient) -> None:
    response = client.get("/api/nothing", headers={"X-Request-ID": "proxy-12345678"})
    assert _problem(response, 404, "no-such-address").request_id == "proxy-12345678"


@pytest.mark.parametrize("offered", ["short", "x" * 65, "with space 1", "<script>alert</script>"])
def test_a_strange_request_number_is_replaced(client: TestClient, offered: str) -> None:
    response = client.get("/api/nothing", headers={"X-Request-ID": offered})
    assert _problem(response, 404, "no-such-address").request_id.startswith("req-")


def test_the_access_log_names_the_route_and_never_the_path(client: TestClient) -> None:
    with structlog.testing.capture_logs() as logged:
        client.get("/api/things/errors/NotFound?text=13812345678")
    (entry,) = [entry for entry in logged if entry["event"] == "request"]
    assert entry["status"] == 404
    assert "13812345678" not in json.dumps(logged)
    assert "/api/things" not in json.dumps(logged)


def test_data_is_never_kept_or_framed(client: TestClient) -> None:
    headers = client.get("/api/nothing").headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_pages_get_a_policy_that_lets_them_load_from_here_only(client: TestClient) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    sources = {word for part in policy.split(";") for word in part.split()[1:]}
    assert sources <= {"'self'", "'none'", "'unsafe-inline'", "'unsafe-eval'", "data:", "blob:"}
    assert "frame-ancestors 'none'" in policy
