"""The API over HTTP, typed with its own schemas."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError

from api.schemas.actions import DayView, NextActionView, PlanningView
from api.schemas.allocations import AllocationView
from api.schemas.base import MAX_PAGE, ListView, PageView
from api.schemas.cases import CaseDetailView, CasePageView, ReviewCaseView
from api.schemas.chat import ConversationView, StepView, TurnView
from api.schemas.customer_imports import CustomerImportView, RecordTypeView
from api.schemas.customers import CustomerDetailView, CustomerRow, TagCount
from api.schemas.demand import DemandView, DriftView, ModelCardView
from api.schemas.drafts import StatementView
from api.schemas.inbox import InquiryView, MessageRow, MessageView
from api.schemas.insistences import InsistenceView
from api.schemas.library import EntryView, ProvisionView, SearchResultView, ShownProvisionView
from api.schemas.library_changes import (
    ArticleHistoryView,
    ComparisonView,
    DocumentHistoryView,
    ImpactView,
    RepealView,
    WithdrawalView,
)
from api.schemas.library_imports import CorrectionView, ImportLimitsView, PublicationView
from api.schemas.library_keeping import LintFindingView, ProposalView, QuestionView, ScriptView
from api.schemas.operations import ChainReportView, OverviewView
from api.schemas.plan_batches import BatchRow, BatchView
from api.schemas.plans import PlanRequestView
from api.schemas.problems import Problem
from api.schemas.sessions import ActorView, SessionView

View = TypeVar("View", bound=BaseModel)

_TIMEOUT = httpx.Timeout(60.0, connect=5.0)
_STREAM_TIMEOUT = httpx.Timeout(300.0, connect=5.0)

_PLAIN = {
    HTTPStatus.UNAUTHORIZED: "登录已过期，请重新登录。",
    HTTPStatus.FORBIDDEN: "您没有权限这样做。",
    HTTPStatus.NOT_FOUND: "没有找到。",
    HTTPStatus.CONFLICT: "内容已被他人更新，请刷新后再试。",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "内容太长了。",
    HTTPStatus.TOO_MANY_REQUESTS: "操作太频繁，请稍后再试。",
}


class ApiError(Exception):
    """What the API said no to. ``detail`` is a whole Chinese sentence for people."""

    def __init__(self, detail: str, *, status: int = 0, request_id: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.status = status
        """HTTP status; 0 where no answer came."""
        self.request_id = request_id

    @property
    def expired(self) -> bool:
        """Whether logging in again is what helps."""
        return self.status == HTTPStatus.UNAUTHORIZED

    @property
    def conflict(self) -> bool:
        """Whether somebody else was quicker."""
        return self.status == HTTPStatus.CONFLICT

    @property
    def missing(self) -> bool:
        """Whether there is no such record for this person."""
        return self.status == HTTPStatus.NOT_FOUND


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """One event of a streamed answer: exactly one field is set."""

    step: StepView | None = None
    statement: StatementView | None = None
    turn: TurnView | None = None


class ApiClient:
    """One person's calls. Share the ``httpx.Client``; it is safe between threads."""

    def __init__(self, http: httpx.Client, token: str | None = None) -> None:
        self._http = http
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def log_in(self, username: str, password: str) -> SessionView:
        """Log in; nobody is remembered here."""
        return self._read(SessionView, "POST", "/api/sessions", json={"username": username, "password": password})

    def actor(self) -> ActorView:
        """Whose token this is."""
        return self._read(ActorView, "GET", "/api/sessions/current")

    def answers(
        self,
        text: str,
        *,
        as_of: date | None = None,
        conversation_id: str | None = None,
        customer_id: str | None = None,
    ) -> Iterator[StreamEvent]:
        """Ask, and get steps and sentences as they come; the turn comes last."""
        body = {
            "text": text,
            "as_of": as_of.isoformat() if as_of else None,
            "conversation_id": conversation_id,
            "customer_id": customer_id,
        }
        with (
            _told(),
            self._http.stream(
                "POST", "/api/chat/answers", json=body, headers=self._headers, timeout=_STREAM_TIMEOUT
            ) as response,
        ):
            if response.is_error:
                response.read()
                raise error_of(response)
            for name, data in _events(response.iter_lines()):
                if name == "error":
                    raise _problem_error(data, HTTPStatus.BAD_GATEWAY)
                if (event := _stream_event(name, data)) is not None:
                    yield event

    def conversations(self) -> tuple[ConversationView, ...]:
        """Own conversations, newest first."""
        return self._read(ListView[ConversationView], "GET", "/api/chat/conversations").items

    def turns(self, conversation_id: str) -> tuple[TurnView, ...]:
        """All turns of a conversation, oldest first."""
        return self._read(ListView[TurnView], "GET", _at("chat", "conversations", conversation_id, "turns")).items

    def provision(self, reference: str, *, as_of: date | None = None) -> ProvisionView:
        """One provision: ``SUIT:22`` on a day, or ``SUIT:22@2022-08-12``."""
        return self._read(ProvisionView, "GET", _at("library", "provisions", reference), params={"as_of": as_of})

    def search(self, text: str, *, as_of: date | None = None, kind: str | None = None) -> SearchResultView:
        """Provisions for a question, best first."""
        return self._read(
            SearchResultView, "GET", "/api/library/search", params={"text": text, "as_of": as_of, "kind": kind}
        )

    def documents(self, **filters: str | int | date | None) -> PageView[EntryView]:
        """A page of the versions that match, each with its state on the day."""
        return self._read(PageView[EntryView], "GET", "/api/library/documents", params=filters)

    def issuers(self) -> tuple[str, ...]:
        """Who issued what is in the library, most documents first."""
        return self._read(ListView[str], "GET", "/api/library/issuers").items

    def provisions(self, document_id: str, label: str) -> tuple[ProvisionView, ...]:
        """A version's provisions in order."""
        path = _at("library", "documents", document_id, "versions", label, "provisions")
        return self._read(ListView[ProvisionView], "GET", path).items

    def history(self, document_id: str, *, on: date | None = None) -> DocumentHistoryView:
        """Every version of a document with its state on a day."""
        path = _at("library", "documents", document_id, "history")
        return self._read(DocumentHistoryView, "GET", path, params={"on": on})

    def compare(self, before: str, after: str, *, unchanged: bool = False) -> ComparisonView:
        """Two versions (``SUIT@2022-08-12``) article by article."""
        params = {"before": before, "after": after, "unchanged": unchanged}
        return self._read(ComparisonView, "GET", "/api/library/comparisons", params=params)

    def shown(self, reference: str, *, as_of: date | None = None) -> ShownProvisionView:
        """One provision with its state and its links."""
        path = _at("library", "provisions", reference, "links")
        return self._read(ShownProvisionView, "GET", path, params={"as_of": as_of})

    def article_history(self, reference: str) -> ArticleHistoryView:
        """One article through all its numbers."""
        return self._read(ArticleHistoryView, "GET", _at("library", "provisions", reference, "history"))

    def article_impact(self, reference: str) -> ImpactView:
        """What rests on an article."""
        return self._read(ImpactView, "GET", _at("library", "provisions", reference, "impact"))

    def ending_impact(self, document_id: str, label: str, *, on: date) -> ImpactView:
        """What would change if a version ended on a day."""
        path = _version(document_id, label, "impact")
        return self._read(ImpactView, "GET", path, params={"ending_on": on})

    def withdraw(self, document_id: str, label: str, *, reason: str, reopen: bool) -> WithdrawalView:
        """Take a version back as published in error."""
        body = {"reason": reason, "reopen": reopen}
        return self._read(WithdrawalView, "POST", _version(document_id, label, "withdrawal"), json=body)

    def repeal(self, document_id: str, label: str, *, on: str, reason: str) -> RepealView:
        """Write down from when on a version is in force no more."""
        body = {"on": on, "reason": reason}
        return self._read(RepealView, "POST", _version(document_id, label, "repeal"), json=body)

    def reopen(self, document_id: str, label: str, *, reason: str) -> RepealView:
        """Take an end back that has not come."""
        return self._read(RepealView, "POST", _version(document_id, label, "reopening"), json={"reason": reason})

    def questions(self, reference: str) -> tuple[QuestionView, ...]:
        """The typical questions of a provision, removed ones too."""
        return self._read(ListView[QuestionView], "GET", "/api/library/questions", params={"of": reference}).items

    def waiting_questions(self) -> tuple[QuestionView, ...]:
        """Proposed questions that nobody has decided on."""
        return self._read(ListView[QuestionView], "GET", "/api/library/questions/waiting").items

    def add_question(self, provision: str, text: str) -> QuestionView:
        """Add a typical question."""
        body = {"provision": provision, "text": text}
        return self._read(QuestionView, "POST", "/api/library/questions", json=body)

    def decide_question(self, question_id: str, decision: str) -> QuestionView:
        """``confirmation`` or ``removal``."""
        return self._read(QuestionView, "POST", _at("library", "questions", question_id, decision))

    def remove_written_question(self, provision: str, text: str) -> QuestionView:
        """Take a question that was written with the text out of use."""
        body = {"provision": provision, "text": text}
        return self._read(QuestionView, "POST", "/api/library/questions/removals", json=body)

    def propose_questions(self, reference: str) -> ProposalView:
        """Have the configured model think up questions."""
        body = {"of": reference}
        return self._read(ProposalView, "POST", "/api/library/questions/proposals", json=body)

    def scripts(self, **filters: str | int | date | None) -> PageView[ScriptView]:
        """A page of the scripts with their approval."""
        return self._read(PageView[ScriptView], "GET", "/api/library/scripts", params=filters)

    def approve_script(self, script: str, *, until: str) -> ScriptView:
        """Let staff use a script up to a day."""
        body = {"script": script, "until": until}
        return self._read(ScriptView, "POST", "/api/library/scripts/approvals", json=body)

    def revoke_script(self, script: str, *, reason: str) -> ScriptView:
        """Take an approval back."""
        body = {"script": script, "reason": reason}
        return self._read(ScriptView, "POST", "/api/library/scripts/revocations", json=body)

    def findings(self, **filters: str | int | None) -> PageView[LintFindingView]:
        """A page of the faults in published texts."""
        return self._read(PageView[LintFindingView], "GET", "/api/library/findings", params=filters)

    def customer_imports(self) -> tuple[CustomerImportView, ...]:
        """The newest imports of customer records, newest first."""
        return self._read(ListView[CustomerImportView], "GET", "/api/customer-imports").items

    def record_types(self) -> tuple[RecordTypeView, ...]:
        """Kinds of customer files."""
        return self._read(ListView[RecordTypeView], "GET", "/api/customer-imports/record-types").items

    def import_limits(self) -> ImportLimitsView:
        """How much may be uploaded."""
        return self._read(ImportLimitsView, "GET", "/api/library/imports/limits")

    def publish(self, markdown: str, *, supersede: bool) -> PublicationView:
        """Publish a library file that was confirmed."""
        body = {"markdown": markdown, "supersede": supersede}
        return self._read(PublicationView, "POST", "/api/library/imports/publications", json=body)

    def correct(self, markdown: str, *, reason: str | None) -> CorrectionView:
        """Publish a library file in the place of a wrong version."""
        body = {"markdown": markdown, "reason": reason}
        return self._read(CorrectionView, "POST", "/api/library/imports/corrections", json=body)

    def customers(self, **filters: str | int | bool | date | None) -> PageView[CustomerRow]:
        """A page of the own book."""
        return self._read(PageView[CustomerRow], "GET", "/api/customers", params=filters)

    def tags(self) -> tuple[TagCount, ...]:
        """Tags in the own book, the commonest first."""
        return self._read(ListView[TagCount], "GET", "/api/customers/tags").items

    def customer(self, customer_id: str) -> CustomerDetailView:
        """One customer's portrait."""
        return self._read(CustomerDetailView, "GET", _at("customers", customer_id))

    def actions(self, **filters: str | int | None) -> DayView:
        """A stretch of the day's list."""
        return self._read(DayView, "GET", "/api/actions", params=filters)

    def decide_action(self, customer_id: str, key: str, verdict: str, *, until: date | None = None) -> NextActionView:
        """``done``, ``irrelevant``, ``snooze`` until a day, or ``reopen``."""
        body = {"customer_id": customer_id, "key": key, "verdict": verdict}
        if until is not None:
            body["until"] = until.isoformat()
        return self._read(NextActionView, "POST", "/api/actions/decisions", json=body)

    def refresh_actions(self) -> PlanningView:
        """Have the day's list made anew."""
        return self._read(PlanningView, "POST", "/api/actions/refreshes")

    def demand(self, customer_id: str) -> DemandView:
        """What a customer may come to need, and which kind of customer it is."""
        return self._read(DemandView, "GET", _at("customers", customer_id, "demand"))

    def actions_of(self, customer_id: str) -> tuple[NextActionView, ...]:
        """Open actions for one customer, the best first."""
        return self._read(ListView[NextActionView], "GET", _at("actions", "customers", customer_id)).items

    def request_plan(self, customer_id: str, *, kind: str = "plan") -> PlanRequestView:
        """Have a plan or a report drafted."""
        return self._read(PlanRequestView, "POST", _at("customers", customer_id, "plans"), params={"kind": kind})

    def plan(self, request_id: str) -> PlanRequestView:
        """How far a plan is."""
        return self._read(PlanRequestView, "GET", _at("plans", request_id))

    def draft_batch(self, **wanted: object) -> BatchRow:
        """Have plans drafted for many customers."""
        return self._read(BatchRow, "POST", "/api/plan-batches", json=wanted)

    def batches(self) -> tuple[BatchRow, ...]:
        """The newest batches."""
        return self._read(ListView[BatchRow], "GET", "/api/plan-batches").items

    def batch(self, batch_id: str) -> BatchView:
        """How far a batch is."""
        return self._read(BatchView, "GET", _at("plan-batches", batch_id))

    def control_batch(self, batch_id: str, move: str) -> BatchRow:
        """``pause``, ``resume`` or ``cancel``."""
        return self._read(BatchRow, "POST", _at("plan-batches", batch_id, move), json={} if move == "resume" else None)

    def cases(
        self,
        *,
        states: tuple[str, ...] = (),
        kind: str | None = None,
        customer_id: str | None = None,
        newest: bool = False,
        limit: int = 50,
        offset: int = 0,
    ) -> CasePageView:
        """Own drafts, or the queue."""
        params = {
            "state": list(states),
            "kind": kind,
            "customer_id": customer_id,
            "newest": newest,
            "limit": limit,
            "offset": offset,
        }
        return self._read(CasePageView, "GET", "/api/cases", params=params)

    def case(self, case_id: str) -> CaseDetailView:
        """One case with its proof."""
        return self._read(CaseDetailView, "GET", _at("cases", case_id))

    def edit(self, case_id: str, *, digest: str, changes: Mapping[str, str]) -> ReviewCaseView:
        """New words for some statements; an empty text removes one."""
        body = {"digest": digest, "changes": dict(changes)}
        return self._read(ReviewCaseView, "PATCH", _at("cases", case_id, "draft"), json=body)

    def decide(self, case_id: str, *, action: str, digest: str, reason: str = "") -> ReviewCaseView:
        """Submit, withdraw, discard, approve, return or reject the text with this digest."""
        body = {"action": action, "digest": digest, "reason": reason}
        return self._read(ReviewCaseView, "POST", _at("cases", case_id, "decisions"), json=body)

    def messages(self) -> tuple[MessageRow, ...]:
        """Approved messages, newest first."""
        return self._read(PageView[MessageRow], "GET", "/api/inbox/messages", params={"limit": MAX_PAGE}).items

    def message(self, message_id: str) -> MessageView:
        """One message with its exact text; opening it marks it read."""
        return self._read(MessageView, "POST", _at("inbox", "messages", message_id, "read"))

    def inquiries(self) -> tuple[InquiryView, ...]:
        """Own questions, newest first."""
        return self._read(PageView[InquiryView], "GET", "/api/inbox/inquiries", params={"limit": MAX_PAGE}).items

    def ask(self, text: str) -> InquiryView:
        """Ask the advisor."""
        return self._read(InquiryView, "POST", "/api/inbox/inquiries", json={"text": text})

    def overview(self) -> OverviewView:
        """Counts over the whole firm."""
        return self._read(OverviewView, "GET", "/api/operations/overview")

    def model_card(self) -> ModelCardView | None:
        """What the demand model is and how good; ``None`` where none was trained."""
        try:
            return self._read(ModelCardView, "GET", "/api/demand/card")
        except ApiError as error:
            if error.missing:
                return None
            raise

    def model_drift(self) -> DriftView:
        """Whether the demand model still fits; takes seconds."""
        return self._read(DriftView, "GET", "/api/demand/drift")

    def verify_audit(self) -> ChainReportView:
        """Check the audit chain from its first entry."""
        return self._read(ChainReportView, "GET", "/api/operations/audit")

    def allocations(self) -> tuple[AllocationView, ...]:
        """The firm's model allocation: to come, in force and past, the latest effect first."""
        return self._read(ListView[AllocationView], "GET", "/api/allocations").items

    def set_allocation(self, effective_from: date, shares: Mapping[str, Mapping[str, int]]) -> AllocationView:
        """Enter a model allocation."""
        body = {"effective_from": effective_from.isoformat(), "shares": shares}
        return self._read(AllocationView, "POST", "/api/allocations", json=body)

    def withdraw_allocation(self, effective_from: str) -> tuple[AllocationView, ...]:
        """Take back one that has not taken effect; what is left."""
        return self._read(ListView[AllocationView], "POST", _at("allocations", effective_from, "withdrawal")).items

    def insistences(self, customer_id: str) -> tuple[InsistenceView, ...]:
        """A customer's procedures for what does not suit, the newest first."""
        return self._read(ListView[InsistenceView], "GET", _at("customers", customer_id, "insistences")).items

    def waiting_insistences(self) -> tuple[InsistenceView, ...]:
        """What compliance has to decide."""
        return self._read(ListView[InsistenceView], "GET", "/api/insistences/waiting").items

    def begin_insistence(self, customer_id: str, wish: Mapping[str, object]) -> InsistenceView:
        """Put a customer's own wish on record."""
        return self._read(InsistenceView, "POST", _at("customers", customer_id, "insistences"), json=wish)

    def draft_insistence_warning(self, insistence_id: str) -> InsistenceView:
        """Have the written warning drafted."""
        return self._read(InsistenceView, "POST", _at("insistences", insistence_id, "warning"))

    def take_insistence_step(self, insistence_id: str, step: Mapping[str, object]) -> InsistenceView:
        """Take the next step."""
        return self._read(InsistenceView, "POST", _at("insistences", insistence_id, "steps"), json=step)

    @property
    def headers(self) -> Mapping[str, str]:
        """What proves to the API whose calls these are."""
        return self._headers

    def _read(
        self,
        view: type[View],
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: object = None,
    ) -> View:
        wanted = {name: _said(value) for name, value in (params or {}).items() if value not in (None, "", [])}
        with _told():
            response = self._http.request(method, path, params=wanted, json=json, headers=self._headers)
        if response.is_error:
            raise error_of(response)
        with _told():
            return view.model_validate_json(response.content)


def _said(value: Any) -> Any:  # noqa: ANN401 - any parameter that httpx takes
    return value.isoformat() if isinstance(value, date) else value


def _version(document_id: str, label: str, subject: str) -> str:
    return _at("library", "documents", document_id, "versions", label, subject)


def _at(*parts: str) -> str:
    """The address of a record; an id that cannot be one is not looked for."""
    if any(not part.strip(". ") for part in parts):
        raise ApiError(_PLAIN[HTTPStatus.NOT_FOUND], status=HTTPStatus.NOT_FOUND)
    return "/".join(("/api", *(quote(part, safe="") for part in parts)))


def open_http(api_base_url: str) -> httpx.Client:
    """The connection pool that all visitors share. Proxies of the environment are not used."""
    return httpx.Client(base_url=api_base_url, timeout=_TIMEOUT, trust_env=False)


def error_of(response: httpx.Response) -> ApiError:
    """The problem that a response tells, in Chinese."""
    try:
        return _problem_error(response.json(), response.status_code)
    except ValueError:
        return ApiError(_plain(response.status_code), status=response.status_code)


def _problem_error(data: object, status: int) -> ApiError:
    try:
        problem = Problem.model_validate(data)
    except ValidationError:
        detail = data.get("detail") if isinstance(data, dict) else None
        return ApiError(detail if isinstance(detail, str) and detail else _plain(status), status=status)
    fields = "".join(f"{item.message}" for item in problem.errors)
    detail = problem.detail if not fields or fields in problem.detail else f"{problem.detail}{fields}"
    return ApiError(detail, status=problem.status, request_id=problem.request_id)


def _plain(status: int) -> str:
    try:
        return _PLAIN[HTTPStatus(status)]
    except (KeyError, ValueError):
        return "服务暂时不可用，请稍后再试。"


@contextmanager
def _told() -> Iterator[None]:
    """Turn what the network and a strange server do into an :class:`ApiError`."""
    try:
        yield
    except httpx.TimeoutException as error:
        raise ApiError("服务器没有及时回答，请稍后再试。") from error
    except httpx.HTTPError as error:
        raise ApiError("连接不上服务器，请稍后再试。") from error
    except (json.JSONDecodeError, ValidationError) as error:
        raise ApiError("服务器的回答无法识别，请稍后再试。") from error


def _events(lines: Iterator[str]) -> Iterator[tuple[str, Any]]:
    """``(event, data)`` of a ``text/event-stream``."""
    name, data = "message", [""]
    data.clear()
    for line in lines:
        if line.startswith("event:"):
            name = line[6:].strip()
        elif line.startswith("data:"):
            data.append(line[5:].removeprefix(" "))
        elif not line and data:
            yield name, json.loads("\n".join(data))
            name = "message"
            data.clear()


def _stream_event(name: str, data: object) -> StreamEvent | None:
    match name:
        case "step":
            return StreamEvent(step=StepView.model_validate(data))
        case "statement":
            return StreamEvent(statement=StatementView.model_validate(data))
        case "answer":
            return StreamEvent(turn=TurnView.model_validate(data))
    return None
