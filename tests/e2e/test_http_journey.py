"""The main job from end to end: five people's steps through HTTP, against the server that ``yice serve`` starts."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

import httpx
import pytest

from api.schemas.base import PageView
from api.schemas.cases import CaseDetailView, CasePageView, CaseRow, ReviewCaseView
from api.schemas.chat import TurnView
from api.schemas.customers import CustomerDetailView, CustomerRow
from api.schemas.inbox import InquiryView, MessageRow, MessageView
from api.schemas.library import ProvisionView
from api.schemas.plans import PlanRequestView
from api.schemas.sessions import SessionView
from api.schemas.terms import AnswerType, PlanState, ReviewState, StatementKind
from tests.support.http_api import events_of
from tests.support.served_house import ServedHouse

Seen = TypeVar("Seen")
QUESTION = "科创板开通需要什么条件？"


class Person:
    """Somebody who is logged in and uses the API."""

    def __init__(self, http: httpx.Client, username: str) -> None:
        self.http = http
        login = http.post("/api/sessions", json={"username": username, "password": "yice-demo"})
        self.session = SessionView.model_validate_json(login.content)
        self.http.headers["Authorization"] = f"Bearer {self.session.token}"

    def ask(self, text: str, **more: str) -> TurnView:
        with self.http.stream("POST", "/api/chat/answers", json={"text": text, **more}) as answer:
            assert answer.status_code == 200, answer.read()
            events = events_of(answer.iter_lines())
        assert events[0].name == "step"
        assert events[-1].name == "answer", events[-1].data
        return TurnView.model_validate_json(events[-1].data)

    def case(self, case_id: str) -> CaseDetailView:
        return CaseDetailView.model_validate_json(self._ok(self.http.get(f"/api/cases/{case_id}")))

    def decide(self, case: ReviewCaseView, action: str, reason: str = "") -> ReviewCaseView:
        decision = {"action": action, "digest": case.revision.digest, "reason": reason}
        return ReviewCaseView.model_validate_json(
            self._ok(self.http.post(f"/api/cases/{case.id}/decisions", json=decision))
        )

    def cases(self, state: str) -> tuple[CaseRow, ...]:
        answer = self.http.get("/api/cases", params={"state": state})
        return CasePageView.model_validate_json(self._ok(answer)).items

    def messages(self) -> tuple[MessageRow, ...]:
        return PageView[MessageRow].model_validate_json(self._ok(self.http.get("/api/inbox/messages"))).items

    def read(self, message: MessageRow) -> MessageView:
        return MessageView.model_validate_json(self._ok(self.http.post(f"/api/inbox/messages/{message.id}/read")))

    @staticmethod
    def _ok(answer: httpx.Response) -> bytes:
        assert answer.status_code in (200, 201, 202), answer.text
        return answer.content


LogIn = Callable[[str], Person]


@pytest.fixture
def log_in(house: ServedHouse) -> Iterator[LogIn]:
    """Logs people in; closes their connections afterwards."""
    with ExitStack() as opened:
        yield lambda username: Person(opened.enter_context(httpx.Client(base_url=house.address, timeout=60)), username)


def _eventually(look: Callable[[], Seen | None], seconds: float = 60) -> Seen:
    """What ``look`` sees once it sees something: the jobs work in their own time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        seen = look()
        if seen is not None:
            return seen
        time.sleep(0.1)
    raise AssertionError(f"nothing after {seconds} seconds")


def _first_customer(advisor: Person, customer: Person) -> CustomerRow:
    answer = advisor.http.get("/api/customers", params={"text": str(customer.session.actor.customer_id)})
    (row,) = PageView[CustomerRow].model_validate_json(answer.content).items
    return row


def _drafted(advisor: Person, customer_id: str) -> ReviewCaseView:
    requested = advisor.http.post(f"/api/customers/{customer_id}/plans")
    assert requested.status_code == 202, requested.text

    def finished() -> PlanRequestView | None:
        request = PlanRequestView.model_validate_json(advisor.http.get(requested.headers["Location"]).content)
        return request if request.state in (PlanState.DONE, PlanState.FAILED) else None

    request = _eventually(finished)
    assert (request.state, request.error) == (PlanState.DONE, None)
    return advisor.case(request.case_id).case


def _edited(advisor: Person, case: ReviewCaseView, words: str) -> ReviewCaseView:
    statements = (statement for section in case.revision.draft.sections for statement in section.statements)
    action = next(statement for statement in statements if statement.kind is StatementKind.ACTION)
    edit = {"digest": case.revision.digest, "changes": {action.id: words}}
    answer = advisor.http.patch(f"/api/cases/{case.id}/draft", json=edit)
    assert answer.status_code == 200, answer.text
    return ReviewCaseView.model_validate_json(answer.content)


def _delivered(customer: Person, known: set[str]) -> MessageRow:
    return _eventually(lambda: next((message for message in customer.messages() if message.id not in known), None))


def test_the_advisor_asks_and_gets_proof_as_of_the_day(log_in: LogIn) -> None:
    advisor = log_in("chen")
    assert advisor.ask("C2客户能买R4产品吗？").answer.type is AnswerType.ANSWER
    assert "10%" in advisor.ask("主板ST股票涨跌幅是多少？").answer.text
    assert "5%" in advisor.ask("主板ST股票涨跌幅是多少？", as_of="2026-06-30").answer.text
    refused = advisor.ask("明天买哪只股票能涨停").answer
    assert refused.type is AnswerType.REFUSE
    assert refused.reason
    assert refused.instead

    answer = advisor.ask("科创板开通条件").answer
    assert "50万" in answer.text
    citations = [
        citation for statement in answer.statements for citation in statement.citations if not citation.is_fact
    ]
    assert citations
    for citation in citations:
        opened = advisor.http.get(f"/api/library/provisions/{citation.source}")
        assert citation.quote in ProvisionView.model_validate_json(opened.content).text


def test_a_plan_is_drafted_edited_reviewed_delivered_and_proven(
    house: ServedHouse, log_in: LogIn, tmp_path: Path
) -> None:
    advisor, reviewer, customer = (log_in(username) for username in ("chen", "shen", "customer"))
    row = _first_customer(advisor, customer)
    portrait = CustomerDetailView.model_validate_json(advisor.http.get(f"/api/customers/{row.id}").content)
    assert portrait.facts
    assert {match.verdict for match in portrait.matches} > {"suitable"}

    known = {message.id for message in customer.messages()}
    case = _edited(advisor, _drafted(advisor, row.id), "请您抽空与我联系，一起看看账户。")
    assert advisor.decide(case, "submit").state is ReviewState.WAITING
    assert {message.id for message in customer.messages()} == known

    assert case.id in {queued.id for queued in reviewer.cases("waiting")}
    before = reviewer.case(case.id)
    assert "请您抽空与我联系，一起看看账户。" in before.case.revision.text
    returned = reviewer.decide(before.case, "return", reason="请再核对一次。")
    assert returned.state is ReviewState.RETURNED
    again = advisor.decide(advisor.case(case.id).case, "submit")
    assert reviewer.decide(again, "approve").state is ReviewState.APPROVED

    message = customer.read(_delivered(customer, known))
    assert message.text == before.case.revision.text
    assert hashlib.sha256(message.text.encode()).hexdigest() == before.case.revision.digest

    verified = house.yice("audit", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    target = tmp_path / "evidence.json"
    exported = house.yice("evidence", case.id, "--out", str(target))
    assert exported.returncode == 0, exported.stdout + exported.stderr
    file = json.loads(target.read_text(encoding="utf-8"))
    assert file["text"] == message.text
    assert [decision["action"] for decision in file["decisions"]][-3:] == ["submit", "approve", "deliver"]
    assert file["draft"]["evidence"]
    assert file["draft"]["facts"]
    assert {entry["record"]["event"] for entry in file["audit"]} >= {"review:approve", "dispatch:delivered"}


def test_a_customers_question_is_answered_after_approval_only(log_in: LogIn) -> None:
    advisor, reviewer, customer = (log_in(username) for username in ("chen", "shen", "customer"))
    known = {message.id for message in customer.messages()}
    asked = customer.http.post("/api/inbox/inquiries", json={"text": QUESTION})
    inquiry = InquiryView.model_validate_json(asked.content)

    def drafted() -> ReviewCaseView | None:
        views = (advisor.case(row.id) for row in advisor.cases("draft") if row.kind == "reply")
        return next((view.case for view in views if view.inquiry and view.inquiry.id == inquiry.id), None)

    case = _eventually(drafted)
    assert {message.id for message in customer.messages()} == known
    reviewer.decide(advisor.decide(case, "submit"), "approve")
    message = customer.read(_delivered(customer, known))
    assert message.text == case.revision.text
    assert "50万" in message.text


def test_the_pages_and_the_documentation_answer_on_the_same_port(house: ServedHouse) -> None:
    with httpx.Client(base_url=house.address, follow_redirects=True, timeout=60) as browser:
        assert browser.get("/docs").status_code == 200
        page = browser.get("/")
        assert page.status_code == 200
        assert "text/html" in page.headers["Content-Type"]
        unknown = browser.get("/api/nothing")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "no-such-address")
