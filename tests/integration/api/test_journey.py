"""The main job through HTTP: ask, plan, review, read; each step by the person whose step it is."""

import hashlib

import pytest

from api.schemas.base import PageView
from api.schemas.cases import CaseDetailView, CasePageView, ReviewCaseView
from api.schemas.chat import TurnView
from api.schemas.customers import CustomerDetailView, CustomerRow
from api.schemas.drafts import StatementView
from api.schemas.inbox import InquiryView, MessageRow, MessageView
from api.schemas.library import ProvisionView
from api.schemas.plans import PlanRequestView
from api.schemas.terms import AnswerType, InquiryState, PlanState, ReviewAction, ReviewState
from tests.support.http_api import Event, HttpApi, events_of


def _ask(api: HttpApi, username: str, **question: object) -> list[Event]:
    with api.as_(username).stream("POST", "/api/chat/answers", json=question) as answer:
        assert answer.status_code == 200, answer.read()
        assert answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        return events_of(answer.iter_lines())


def _turn(events: list[Event]) -> TurnView:
    assert events[-1].name == "answer", events[-1]
    return TurnView.model_validate_json(events[-1].data)


def _case(api: HttpApi, username: str, case_id: str) -> CaseDetailView:
    answer = api.as_(username).get(f"/api/cases/{case_id}")
    assert answer.status_code == 200, answer.text
    return CaseDetailView.model_validate_json(answer.content)


def _decide(api: HttpApi, username: str, case: ReviewCaseView, action: str, reason: str = "") -> ReviewCaseView:
    answer = api.as_(username).post(
        f"/api/cases/{case.id}/decisions", json={"action": action, "digest": case.revision.digest, "reason": reason}
    )
    assert answer.status_code == 200, answer.text
    return ReviewCaseView.model_validate_json(answer.content)


def _planned(api: HttpApi, customer_id: str) -> ReviewCaseView:
    requested = api.as_("chen").post(f"/api/customers/{customer_id}/plans")
    assert requested.status_code == 202, requested.text
    api.house.do_jobs()
    followed = PlanRequestView.model_validate_json(api.as_("chen").get(requested.headers["Location"]).content)
    assert (followed.state, followed.error) == (PlanState.DONE, None)
    return _case(api, "chen", followed.case_id).case


def test_an_answer_streams_its_steps_then_proven_sentences_then_the_whole_turn(api: HttpApi) -> None:
    events = _ask(api, "chen", text="C2客户能买R4产品吗？")
    names = [event.name for event in events]
    assert names[0] == "step"
    assert names[-1] == "answer"
    assert sorted(set(names), key=names.index) == ["step", "statement", "answer"]
    turn = _turn(events)
    assert turn.answer.type is AnswerType.ANSWER
    streamed = [StatementView.model_validate_json(event.data) for event in events if event.name == "statement"]
    assert [statement.text for statement in streamed] == [statement.text for statement in turn.answer.statements]


def test_every_citation_of_an_answer_opens(api: HttpApi) -> None:
    turn = _turn(_ask(api, "chen", text="主板ST股票涨跌幅是多少？"))
    citations = [citation for statement in turn.answer.statements for citation in statement.citations]
    assert citations
    for citation in citations:
        if citation.is_fact:
            assert citation.source in {fact.id for fact in turn.answer.facts}
            continue
        opened = api.as_("chen").get(f"/api/library/provisions/{citation.source}")
        provision = ProvisionView.model_validate_json(opened.content)
        assert citation.quote in provision.text
        assert citation.label == provision.citation


@pytest.mark.parametrize(("as_of", "limit"), [("2026-06-30", "5%"), ("2026-07-06", "10%"), (None, "10%")])
def test_the_day_decides_the_law(api: HttpApi, as_of: str | None, limit: str) -> None:
    turn = _turn(_ask(api, "chen", text="主板ST股票涨跌幅是多少？", as_of=as_of))
    assert limit in turn.answer.text
    assert turn.answer.as_of.isoformat() == (as_of or "2026-11-22")


def test_a_question_that_must_not_be_answered_is_refused_with_what_to_do_instead(api: HttpApi) -> None:
    turn = _turn(_ask(api, "chen", text="明天买哪只股票能涨停"))
    assert turn.answer.type is AnswerType.REFUSE
    assert turn.answer.reason
    assert turn.answer.instead


def test_a_conversation_goes_on_and_is_its_owners_alone(api: HttpApi) -> None:
    first = _turn(_ask(api, "chen", text="科创板开通条件"))
    second = _turn(_ask(api, "chen", text="资产怎么算？", conversation_id=first.conversation_id))
    assert second.conversation_id == first.conversation_id
    path = f"/api/chat/conversations/{first.conversation_id}/turns"
    assert [turn["id"] for turn in api.as_("chen").get(path).json()["items"]] == [first.id, second.id]
    listed = api.as_("chen").get("/api/chat/conversations").json()["items"]
    assert first.conversation_id in {conversation["id"] for conversation in listed}
    assert api.as_("zhou").get(path).status_code == 404
    stolen = api.as_("zhou").post("/api/chat/answers", json={"text": "续", "conversation_id": first.conversation_id})
    assert stolen.status_code == 404


def test_a_book_is_searched_filtered_sorted_and_paged(api: HttpApi) -> None:
    client = api.as_("chen")
    whole = PageView[CustomerRow].model_validate_json(client.get("/api/customers", params={"limit": 200}).content)
    assert whole.total == len(whole.items) > 2
    pages = [client.get("/api/customers", params={"limit": 3, "offset": offset}).json()["items"] for offset in (0, 3)]
    assert [row["id"] for page in pages for row in page] == [row.id for row in whole.items[:6]]
    level = next(row.risk_level for row in whole.items if row.risk_level)
    filtered = client.get("/api/customers", params={"risk_level": level, "limit": 200}).json()
    assert {row["id"] for row in filtered["items"]} == {row.id for row in whole.items if row.risk_level == level}
    named = client.get("/api/customers", params={"text": whole.items[0].name}).json()
    assert whole.items[0].id in {row["id"] for row in named["items"]}
    tags = client.get("/api/customers/tags").json()["items"]
    assert tags[0]["count"] == sum(tags[0]["tag"] in row.tags for row in whole.items)


def test_a_portrait_shows_everything_but_whole_identifiers(api: HttpApi) -> None:
    answer = api.as_("chen").get(f"/api/customers/{api.house.customer_id}")
    view = CustomerDetailView.model_validate_json(answer.content)
    assert view.facts
    assert view.matches
    assert view.permissions
    with api.house.application.browse_customers.storage.reading() as work:
        scope = api.house.customer.scope
        customer = work.customers.get(api.house.customer_id, scope=scope, as_of=view.as_of).customer
    for secret in (customer.phone, customer.identity_number, customer.born_on.isoformat()):
        assert secret not in answer.text


def test_a_plan_goes_from_the_advisor_by_the_reviewer_to_the_customer(api: HttpApi) -> None:
    drafted = _planned(api, api.house.customer_id)
    changed = next(
        statement
        for section in drafted.revision.draft.sections
        for statement in section.statements
        if statement.kind == "action"
    )
    edited = api.as_("chen").patch(
        f"/api/cases/{drafted.id}/draft",
        json={"digest": drafted.revision.digest, "changes": {changed.id: "建议您抽空与我联系，一起看看账户。"}},
    )
    assert edited.status_code == 200, edited.text
    case = ReviewCaseView.model_validate_json(edited.content)
    assert case.revision.number == 2
    assert "抽空与我联系" in case.revision.text

    assert _decide(api, "chen", case, "submit").state is ReviewState.WAITING
    queue = CasePageView.model_validate_json(api.as_("shen").get("/api/cases", params={"state": "waiting"}).content)
    assert case.id in {row.id for row in queue.items}
    assert queue.counts[ReviewState.WAITING] >= 1
    before = _case(api, "shen", case.id)
    assert {action.action for action in before.allowed} == {
        ReviewAction.APPROVE,
        ReviewAction.RETURN,
        ReviewAction.REJECT,
    }
    assert _decide(api, "shen", case, "approve").state is ReviewState.APPROVED
    api.house.do_jobs()

    inbox = PageView[MessageRow].model_validate_json(api.as_("customer").get("/api/inbox/messages").content)
    unread = next(message for message in inbox.items if message.read_at is None)
    opened = api.as_("customer").post(f"/api/inbox/messages/{unread.id}/read")
    message = MessageView.model_validate_json(opened.content)
    assert message.text == before.case.revision.text
    assert message.digest == before.case.revision.digest == hashlib.sha256(message.text.encode()).hexdigest()
    assert message.read_at is not None
    assert _case(api, "shen", case.id).case.state is ReviewState.DELIVERED


def test_a_returned_draft_comes_back_with_its_reason(api: HttpApi) -> None:
    customers = api.as_("chen").get("/api/customers").json()["items"]
    case = _decide(api, "chen", _planned(api, customers[1]["id"]), "submit")
    silent = api.as_("shen").post(
        f"/api/cases/{case.id}/decisions", json={"action": "return", "digest": case.revision.digest}
    )
    assert silent.status_code == 422
    returned = _decide(api, "shen", case, "return", reason="请补充比较基准。")
    assert returned.state is ReviewState.RETURNED
    assert _case(api, "chen", case.id).case.decisions[-1].reason == "请补充比较基准。"


def test_a_customers_question_becomes_a_draft_and_is_answered_after_approval_only(api: HttpApi) -> None:
    asked = api.as_("customer").post("/api/inbox/inquiries", json={"text": "科创板开通需要什么条件？"})
    assert asked.status_code == 201, asked.text
    inquiry = InquiryView.model_validate_json(asked.content)
    messages = api.as_("customer").get("/api/inbox/messages").json()["total"]
    api.house.do_jobs()
    listed = PageView[InquiryView].model_validate_json(api.as_("customer").get("/api/inbox/inquiries").content)
    assert [item.state for item in listed.items if item.id == inquiry.id] == [InquiryState.DRAFTED]
    drafts = api.as_("chen").get("/api/cases", params={"state": "draft"}).json()["items"]
    (row,) = [row for row in drafts if row["kind"] == "reply" and row["question"]]
    detail = _case(api, "chen", row["id"])
    assert detail.inquiry is not None
    assert detail.inquiry.text == "科创板开通需要什么条件？"
    assert api.as_("customer").get("/api/inbox/messages").json()["total"] == messages
    _decide(api, "shen", _decide(api, "chen", detail.case, "submit"), "approve")
    api.house.do_jobs()
    assert api.as_("customer").get("/api/inbox/messages").json()["total"] == messages + 1


def test_a_decision_on_words_that_have_changed_is_a_conflict(api: HttpApi) -> None:
    customers = api.as_("chen").get("/api/customers").json()["items"]
    case = _planned(api, customers[2]["id"])
    decision = {"action": "submit", "digest": "0" * 64}
    stale = api.as_("chen").post(f"/api/cases/{case.id}/decisions", json=decision)
    assert (stale.status_code, stale.json()["code"]) == (409, "conflict")
    edit = {"digest": "0" * 64, "changes": {"s1": "改一句。"}}
    assert api.as_("chen").patch(f"/api/cases/{case.id}/draft", json=edit).status_code == 409


def test_an_approval_cannot_be_replayed(api: HttpApi) -> None:
    customers = api.as_("chen").get("/api/customers").json()["items"]
    case = _decide(api, "chen", _planned(api, customers[3]["id"]), "submit")
    _decide(api, "shen", case, "approve")
    decision = {"action": "approve", "digest": case.revision.digest}
    again = api.as_("shen").post(f"/api/cases/{case.id}/decisions", json=decision)
    assert (again.status_code, again.json()["code"]) == (409, "conflict")


def test_the_evidence_is_one_file_with_everything(api: HttpApi) -> None:
    customers = api.as_("chen").get("/api/customers").json()["items"]
    case = _planned(api, customers[4]["id"])
    exported = api.as_("shen").get(f"/api/cases/{case.id}/evidence")
    assert exported.headers["Content-Disposition"] == f'attachment; filename="evidence-{case.id}.json"'
    file = exported.json()
    assert (file["text"], file["digest"]) == (case.revision.text, case.revision.digest)
    assert file["audit"]
    assert file["chain"]["broken_at"] is None


def test_operations_see_counts_and_an_intact_chain(api: HttpApi) -> None:
    overview = api.as_("ops").get("/api/operations/overview").json()
    assert overview["customers"] == 24
    assert {count["state"] for count in overview["cases"]} == set(ReviewState)
    report = api.as_("ops").get("/api/operations/audit").json()
    assert report["intact"] is True
    assert report["entries"] > 0
