"""The pages' client against real HTTP: what the API says reaches people as one Chinese sentence."""

import json
from collections.abc import Iterator

import pytest

from tests.support.scripted_server import ScriptedServer, a_scripted_server
from tests.support.views import DAY, a_statement, a_turn, an_actor
from ui.client import ApiClient, ApiError, open_http


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with a_scripted_server() as script:
        yield script


@pytest.fixture
def client(server: ScriptedServer) -> Iterator[ApiClient]:
    with open_http(server.address) as http:
        yield ApiClient(http, "secret-token")


def _problem(status: int, detail: str, **more: object) -> dict[str, object]:
    return {
        "type": "urn:yice:problem:x",
        "title": "问题",
        "status": status,
        "detail": detail,
        "instance": "/api/x",
        "code": "x",
        "request_id": "req-1",
        "errors": [],
        **more,
    }


def _stream(*events: tuple[str, object]) -> bytes:
    lines = [f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n" for name, data in events]
    return "".join(lines).encode()


def test_the_token_goes_into_the_header_and_not_into_the_address(server: ScriptedServer, client: ApiClient) -> None:
    server.will_say(200, json.loads(an_actor().model_dump_json()))

    assert client.actor() == an_actor()
    (asked,) = server.asked
    assert asked.token == "Bearer secret-token"
    assert "secret" not in asked.path


def test_a_problem_is_told_in_its_own_words(server: ScriptedServer, client: ApiClient) -> None:
    server.will_say(404, _problem(404, "没有找到这位客户。"), "application/problem+json")

    with pytest.raises(ApiError, match="没有找到这位客户。") as caught:
        client.customer("K000001")

    assert (caught.value.missing, caught.value.request_id) == (True, "req-1")


def test_the_fields_that_are_wrong_are_named(server: ScriptedServer, client: ApiClient) -> None:
    wrong = [{"field": "body.text", "message": "最多 4000 个字符。"}]
    server.will_say(422, _problem(422, "输入有误。", errors=wrong))

    with pytest.raises(ApiError, match="输入有误。最多 4000 个字符。"):
        client.ask("问")


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "登录已过期"),
        (403, "没有权限"),
        (409, "已被他人更新"),
        (413, "太长"),
        (429, "太频繁"),
        (502, "暂时不可用"),
    ],
)
def test_an_answer_that_is_no_problem_still_gets_a_sentence(
    server: ScriptedServer, client: ApiClient, status: int, words: str
) -> None:
    server.will_say(status, b"<html>Bad Gateway</html>", "text/html")

    with pytest.raises(ApiError, match=words) as caught:
        client.overview()

    assert caught.value.status == status
    assert caught.value.expired == (status == 401)
    assert caught.value.conflict == (status == 409)


def test_an_answer_of_another_shape_is_refused(server: ScriptedServer, client: ApiClient) -> None:
    server.will_say(200, {"surprise": True})

    with pytest.raises(ApiError, match="无法识别"):
        client.overview()


def test_a_server_that_is_not_there_is_told() -> None:
    with open_http("http://127.0.0.1:9") as http, pytest.raises(ApiError, match="连接不上服务器"):
        ApiClient(http).log_in("chen", "x")


def test_steps_and_sentences_come_before_the_turn(server: ScriptedServer, client: ApiClient) -> None:
    turn = a_turn()
    server.will_say(
        200,
        _stream(
            ("step", {"key": "searching", "label": "正在检索条文"}),
            ("statement", json.loads(a_statement().model_dump_json())),
            ("unknown", {}),
            ("answer", json.loads(turn.model_dump_json())),
        ),
        "text/event-stream",
    )

    events = list(client.answers("C2客户能买R4产品吗？", as_of=DAY))

    assert [event.step.key for event in events if event.step] == ["searching"]
    assert [event.statement for event in events if event.statement] == [a_statement()]
    assert events[-1].turn == turn
    assert json.loads(server.asked[0].body)["as_of"] == "2026-11-22"


def test_a_problem_in_the_middle_of_a_stream_is_raised(server: ScriptedServer, client: ApiClient) -> None:
    server.will_say(
        200,
        _stream(
            ("step", {"key": "searching", "label": "正在检索条文"}), ("error", _problem(503, "模型服务没有回答。"))
        ),
        "text/event-stream",
    )

    with pytest.raises(ApiError, match="模型服务没有回答。"):
        list(client.answers("问题"))


def test_a_question_that_is_refused_at_the_door_is_told(server: ScriptedServer, client: ApiClient) -> None:
    server.will_say(422, _problem(422, "问题不能为空。"))

    with pytest.raises(ApiError, match="问题不能为空。"):
        list(client.answers(" "))


@pytest.mark.parametrize("garbage", [b"event: step\ndata: {not json}\n\n", b"event: step\ndata: {}\n\n"])
def test_a_stream_of_garbage_is_told(server: ScriptedServer, client: ApiClient, garbage: bytes) -> None:
    server.will_say(200, garbage, "text/event-stream")

    with pytest.raises(ApiError, match="无法识别"):
        list(client.answers("问题"))


def test_an_id_cannot_lead_to_another_address(server: ScriptedServer, client: ApiClient) -> None:
    server.will_say(404, _problem(404, "没有找到。"))

    for bad in ("..", ".", ""):
        with pytest.raises(ApiError, match="没有找到"):
            client.customer(bad)
    with pytest.raises(ApiError):
        client.customer("K1/../../operations/overview")

    assert [asked.path for asked in server.asked] == ["/api/customers/K1%2F..%2F..%2Foperations%2Foverview"]


def test_conditions_that_are_not_given_are_left_out(server: ScriptedServer, client: ApiClient) -> None:
    server.will_say(200, {"items": [], "total": 0, "limit": 20, "offset": 0})

    client.customers(text="", risk_level="C2", expired=None, expiring_before=DAY, limit=20, offset=0)

    assert server.asked[0].path == "/api/customers?risk_level=C2&expiring_before=2026-11-22&limit=20&offset=0"
