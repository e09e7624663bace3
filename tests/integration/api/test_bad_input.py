"""Input that is wrong, large or strange gets a clear problem, and nothing is half done."""

import json
import threading
from collections.abc import Collection, Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import httpx
import pytest

from api.app import create_app
from api.schemas.chat import TurnView
from api.schemas.problems import Problem
from assistant.bootstrap import Application
from assistant.errors import Unavailable
from assistant.identity.model import Account, Actor, Licence, Role
from assistant.identity.passwords import hash_password
from assistant.workflows.answer_question import AnswerEvent, AnswerQuestion
from assistant.workflows.compose_answer import StepStarted
from assistant.workflows.load_demo import DEMO_PASSWORD
from assistant.workflows.search_library import SearchLibrary
from knowledge.documents.model import Kind
from retrieval.model import SearchResult
from tests.support.http_api import HttpApi, events_of, serving


def _problem(answer: httpx.Response, status: int) -> Problem:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    return Problem.model_validate_json(answer.content)


@pytest.mark.parametrize("text", ["", "   ", "？？？", "问" * 4001, "问" * 20_000, "\u0000"])
def test_a_question_without_words_or_end_is_refused_before_anything_starts(api: HttpApi, text: str) -> None:
    problem = _problem(api.as_("chen").post("/api/chat/answers", json={"text": text}), 422)
    assert problem.errors[0].field == "body.text"


def test_control_characters_in_a_question_are_cleaned_away(api: HttpApi) -> None:
    question = {"text": "科创板\u0000开通\u0007条件\u200b"}
    with api.as_("chen").stream("POST", "/api/chat/answers", json=question) as answer:
        events = events_of(answer.iter_lines())
    assert events[-1].name == "answer"
    assert "\\u0000" not in events[-1].data


def test_a_line_separator_in_a_question_does_not_cut_the_stream(api: HttpApi) -> None:
    question = {"text": "科创板\u2028开通\u2029条件\u0085"}
    with api.as_("chen").stream("POST", "/api/chat/answers", json=question) as answer:
        events = events_of(answer.iter_lines())
    assert TurnView.model_validate_json(events[-1].data).question == "科创板\u2028开通\u2029条件"


@pytest.mark.parametrize("day", ["2026-13-01", "yesterday", "2026-06-30T10:00:00", 20260630])
def test_a_day_that_is_none_is_refused(api: HttpApi, day: object) -> None:
    problem = _problem(api.as_("chen").post("/api/chat/answers", json={"text": "印花税", "as_of": day}), 422)
    assert problem.errors[0].field == "body.as_of"


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "limit=many",
        "offset=-1",
        "risk_level=C9",
        "sort=phone",
        "expiring_before=soon",
        "unknown=1",
        "text=" + "字" * 101,
        "text=%00",
        "min_assets=-1",
        "min_assets=nan",
        "max_assets=inf",
        "margin=perhaps",
    ],
)
def test_a_wrong_filter_is_told_and_not_guessed(api: HttpApi, query: str) -> None:
    field = query.partition("=")[0]
    assert _problem(api.as_("chen").get(f"/api/customers?{query}"), 422).errors[0].field == f"query.{field}"


@pytest.mark.parametrize("text", ["' OR 1=1 --", "%", "_", "\\", '"', "王%"])
def test_a_filter_is_text_and_never_a_pattern_or_a_statement(api: HttpApi, text: str) -> None:
    answer = api.as_("chen").get("/api/customers", params={"text": text})
    assert (answer.status_code, answer.json()["total"]) == (200, 0)


@pytest.mark.parametrize("customer_id", ["%00", "..%2F..%2Fetc%2Fpasswd", "%F0%9F%98%80", "x" * 65, "%20", "a%27b"])
def test_a_strange_id_is_refused_without_being_looked_up(api: HttpApi, customer_id: str) -> None:
    answer = api.as_("chen").get(f"/api/customers/{customer_id}")
    assert answer.status_code in (404, 422)
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("reference", "status"),
    [
        ("SUIT:22@1999-01-01", 404),
        ("SUIT:999", 404),
        ("NOSUCH:1", 404),
        ("SUIT:22@2022-08-12@x", 422),
        ("@", 422),
        ("随便什么", 422),
        ("SUIT%3A22%00", 422),
    ],
)
def test_a_reference_that_leads_nowhere_is_told(api: HttpApi, reference: str, status: int) -> None:
    _problem(api.as_("chen").get(f"/api/library/provisions/{reference}"), status)


@pytest.mark.parametrize(
    "decision",
    [
        {},
        {"action": "approve"},
        {"action": "explode", "digest": "0" * 64},
        {"action": "approve", "digest": "sha256"},
        {"action": "reject", "digest": "0" * 64, "reason": "理" * 1001},
        {"action": "reject", "digest": "0" * 64, "reason": "理由\u0000"},
        {"action": "approve", "digest": "0" * 64, "by": "shen"},
    ],
)
def test_a_decision_that_is_none_is_refused(api: HttpApi, decision: dict[str, str]) -> None:
    assert _problem(api.as_("shen").post("/api/cases/case-1/decisions", json=decision), 422).errors


def test_a_body_of_two_megabytes_is_refused(api: HttpApi) -> None:
    _problem(api.as_("chen").post("/api/chat/answers", json={"text": "问" * 700_000}), 413)


def test_who_is_acting_is_never_taken_from_the_body(api: HttpApi) -> None:
    answer = api.as_("chen").post("/api/chat/answers", json={"text": "印花税", "by": {"role": "reviewer"}})
    assert _problem(answer, 422).errors[0].field == "body.by"


class _BreaksOff(AnswerQuestion):
    """Says that it has begun, and then fails."""

    error: Exception

    def __call__(
        self,
        text: str,
        *,
        by: Actor,
        as_of: date | None = None,
        conversation_id: str | None = None,
        customer_id: str | None = None,
    ) -> Iterator[AnswerEvent]:
        del by, as_of, conversation_id, customer_id
        yield StepStarted("understanding", "正在理解问题")
        raise Unavailable("检索索引读不出来。") if "索引" in text else ZeroDivisionError("13812345678")


class _Silent(SearchLibrary):
    """Its index does not answer."""

    def __call__(
        self, text: str, *, as_of: date | None = None, by: Actor, kinds: Collection[Kind] = (), limit: int = 8
    ) -> SearchResult:
        del text, as_of, by, kinds, limit
        raise Unavailable("检索索引读不出来。")


@contextmanager
def _broken(api: HttpApi) -> Generator[HttpApi, None, None]:
    whole = api.house.application
    application: Application = replace(
        whole,
        answer_question=_BreaksOff(whole.answer_question.storage, whole.answer_question.compose, whole.clock),
        search_library=_Silent(whole.search_library.searcher, whole.clock),
    )
    with serving(create_app(application)) as address:
        broken = HttpApi(api.house, address)
        try:
            yield broken
        finally:
            broken.close()


@pytest.mark.parametrize(("text", "code"), [("索引", "unavailable"), ("别的", "internal")])
def test_an_error_in_the_middle_of_an_answer_becomes_the_last_event(api: HttpApi, text: str, code: str) -> None:
    with (
        _broken(api) as broken,
        broken.as_("chen").stream("POST", "/api/chat/answers", json={"text": text}) as answer,
    ):
        events = events_of(answer.iter_lines())
    assert [event.name for event in events] == ["step", "error"]
    problem = Problem.model_validate_json(events[-1].data)
    assert problem.code == code
    assert problem.request_id == answer.headers["X-Request-ID"]
    assert "13812345678" not in events[-1].data


def test_a_part_that_does_not_answer_is_unavailable_and_says_when_to_come_back(api: HttpApi) -> None:
    with _broken(api) as broken:
        answer = broken.as_("chen").get("/api/library/search", params={"text": "适当性"})
    assert _problem(answer, 503).detail == "检索索引读不出来。"
    assert answer.headers["Retry-After"] == "5"


def test_another_origin_is_let_in_by_the_settings_only(api: HttpApi) -> None:
    origin = {"Origin": "https://desk.example"}
    assert "Access-Control-Allow-Origin" not in api.as_("nobody").get("/health/live", headers=origin).headers
    whole = api.house.application
    server = whole.settings.server.model_copy(update={"cors_origins": ("https://desk.example",)})
    application = replace(whole, settings=whole.settings.model_copy(update={"server": server}))
    asked = origin | {"Access-Control-Request-Method": "POST"}
    with serving(create_app(application)) as address:
        for sender, allowed in (("https://desk.example", True), ("https://evil.example", False)):
            answer = httpx.options(f"{address}/api/sessions", headers=asked | {"Origin": sender})
            assert (answer.headers.get("Access-Control-Allow-Origin") == sender) is allowed


def _a_second_reviewer(api: HttpApi) -> None:
    actor = Actor(id="reviewer-two", role=Role.REVIEWER, name="审核二", licences=frozenset({Licence.COMPLIANCE}))
    with api.house.application.identify.storage.unit_of_work() as work:
        password_hash = hash_password(DEMO_PASSWORD)
        work.accounts.save(Account(actor=actor, username="second", password_hash=password_hash))


def test_of_two_reviewers_who_decide_at_once_one_is_told_of_the_other(api: HttpApi) -> None:
    _a_second_reviewer(api)
    api.as_("customer").post("/api/inbox/inquiries", json={"text": "科创板开通需要什么条件？"})
    api.house.do_jobs()
    (row,) = api.as_("chen").get("/api/cases", params={"state": "draft"}).json()["items"]
    case = api.as_("chen").get(f"/api/cases/{row['id']}").json()["case"]
    path, digest = f"/api/cases/{row['id']}/decisions", case["revision"]["digest"]
    api.as_("chen").post(path, json={"action": "submit", "digest": digest}).raise_for_status()
    clients = [api.as_("shen"), api.as_("second")]
    answers: list[httpx.Response] = []
    together = threading.Barrier(2)

    def approve(client: httpx.Client) -> None:
        together.wait()
        answers.append(client.post(path, json={"action": "approve", "digest": digest}))

    threads = [threading.Thread(target=approve, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    view = api.as_("shen").get(f"/api/cases/{row['id']}").json()
    assert [decision["action"] for decision in view["case"]["decisions"]].count("approve") == 1
    assert len(view["dispatches"]) == 1


def test_an_edit_that_is_refused_changes_nothing(api: HttpApi) -> None:
    api.as_("customer").post("/api/inbox/inquiries", json={"text": "印花税税率是多少？"})
    api.house.do_jobs()
    row = api.as_("chen").get("/api/cases", params={"state": "draft"}).json()["items"][-1]
    path = f"/api/cases/{row['id']}"
    before = api.as_("chen").get(path).json()["case"]
    digest = before["revision"]["digest"]
    refused = [{"no-such-statement": "改"}, {"s1": "x" * 2001}, {"s1": "好", "no-such-statement": ""}]
    statuses = [
        api.as_("chen")
        .patch(
            f"{path}/draft",
            content=json.dumps({"digest": digest, "changes": changes}),
            headers={"Content-Type": "application/json"},
        )
        .status_code
        for changes in refused
    ]
    assert statuses == [404, 422, 404]
    assert api.as_("chen").get(path).json()["case"] == before
