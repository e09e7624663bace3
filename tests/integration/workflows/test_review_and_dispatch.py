"""From a customer's question to the exact bytes in the customer's inbox, and every way in which that must fail."""

import json
import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from assistant.analysis.model import MatchVerdict
from assistant.dispatch.model import DispatchState
from assistant.drafting.model import StatementKind
from assistant.errors import Conflict, NotFound, NotPermitted
from assistant.identity.model import Actor
from assistant.review.model import ReviewAction, ReviewCase, ReviewState, digest_of
from tests.support.house import CHEN, OPS, SHEN, SYSTEM, ZHOU, House

_QUESTION = "科创板开通需要什么条件？"


def a_drafted_reply(house: House, question: str = _QUESTION) -> ReviewCase:
    house.application.ask_advisor(question, by=house.customer)
    house.do_jobs()
    page = house.application.browse_cases.page(CHEN, states=[ReviewState.DRAFT])
    assert page.total == 1
    return page.cases[0]


def submitted(house: House) -> ReviewCase:
    case = a_drafted_reply(house)
    return house.application.decide_review(case.id, ReviewAction.SUBMIT, digest=case.revision.digest, by=CHEN)


def approved(house: House) -> ReviewCase:
    case = submitted(house)
    return house.application.decide_review(case.id, ReviewAction.APPROVE, digest=case.revision.digest, by=SHEN)


def test_the_customer_reads_exactly_the_approved_bytes(house: House) -> None:
    case = approved(house)
    assert house.application.browse_inbox.messages(house.customer) == ()
    house.do_jobs()
    (message,) = house.application.browse_inbox.messages(house.customer)
    assert message.text == case.revision.text
    assert digest_of(message.text) == case.revision.digest
    assert "50万元" in message.text
    assert house.application.browse_cases.view(case.id, by=CHEN).case.state is ReviewState.DELIVERED
    assert house.application.verify_audit(by=OPS).intact


def test_nothing_reaches_the_customer_without_an_approval(house: House) -> None:
    submitted(house)
    house.do_jobs()
    assert house.application.browse_inbox.messages(house.customer) == ()


def test_delivering_again_delivers_nothing_more(house: House) -> None:
    case = approved(house)
    house.do_jobs()
    (dispatch,) = house.application.browse_cases.view(case.id, by=CHEN).dispatches
    house.application.deliver(dispatch.id)
    assert len(house.application.browse_inbox.messages(house.customer)) == 1


def test_a_replayed_approval_is_refused(house: House) -> None:
    case = approved(house)
    with pytest.raises(Conflict):
        house.application.decide_review(case.id, ReviewAction.APPROVE, digest=case.revision.digest, by=SHEN)
    house.do_jobs()
    assert len(house.application.browse_inbox.messages(house.customer)) == 1


def test_the_advisor_cannot_approve_and_a_stranger_does_not_see_the_case(house: House) -> None:
    case = submitted(house)
    with pytest.raises(NotPermitted):
        house.application.decide_review(case.id, ReviewAction.APPROVE, digest=case.revision.digest, by=CHEN)
    for stranger in (ZHOU, house.customer):
        with pytest.raises(NotFound):
            house.application.browse_cases.view(case.id, by=stranger)


def test_an_approval_of_a_text_that_changed_meanwhile_is_refused(house: House) -> None:
    case = submitted(house)
    decide = house.application.decide_review
    decide(case.id, ReviewAction.WITHDRAW, digest=case.revision.digest, by=CHEN)
    statement = case.revision.draft.statements[0]
    edited = house.application.edit_draft(
        case.id, {statement.id: f"您好，{statement.text}"}, digest=case.revision.digest, by=CHEN
    )
    decide(case.id, ReviewAction.SUBMIT, digest=edited.revision.digest, by=CHEN)
    with pytest.raises(Conflict):
        decide(case.id, ReviewAction.APPROVE, digest=case.revision.digest, by=SHEN)


def test_an_edit_with_an_unproven_number_cannot_be_submitted(house: House) -> None:
    case = a_drafted_reply(house)
    statement = next(s for s in case.revision.draft.statements if "50万元" in s.text)
    edited = house.application.edit_draft(
        case.id, {statement.id: statement.text.replace("50万元", "30万元")}, digest=case.revision.digest, by=CHEN
    )
    assert any(finding.category == "numbers" for finding in edited.revision.findings)
    with pytest.raises(Conflict):
        house.application.decide_review(case.id, ReviewAction.SUBMIT, digest=edited.revision.digest, by=CHEN)


def test_a_promise_typed_by_the_advisor_cannot_be_submitted(house: House) -> None:
    case = a_drafted_reply(house)
    first = case.revision.draft.statements[0]
    edited = house.application.edit_draft(
        case.id, {first.id: "您放心，买了之后保证稳赚不赔，亏了我来补。"}, digest=case.revision.digest, by=CHEN
    )
    with pytest.raises(Conflict):
        house.application.decide_review(case.id, ReviewAction.SUBMIT, digest=edited.revision.digest, by=CHEN)


def test_bytes_that_were_changed_after_approval_do_not_leave(house: House) -> None:
    case = approved(house)
    database = house.application.deliver.storage.database
    with database.begin() as connection:
        connection.execute(
            text("UPDATE review_revisions SET text = :text, digest = :digest WHERE case_id = :case"),
            {"text": "被换掉的文本", "digest": digest_of("被换掉的文本"), "case": case.id},
        )
    house.do_jobs()
    assert house.application.browse_inbox.messages(house.customer) == ()
    (dispatch,) = house.application.browse_cases.view(case.id, by=CHEN).dispatches
    assert dispatch.state is DispatchState.REFUSED


def test_a_repealed_provision_voids_what_rests_on_it(house: House) -> None:
    case = submitted(house)
    database = house.application.deliver.storage.database
    with database.begin() as connection:
        connection.execute(
            text(
                "UPDATE document_versions SET effective_to = '2026-11-23' WHERE document_id = 'SSE-TRADE-2026'"
                " AND label = '2026-07-06'"
            )
        )
    assert house.application.void_outdated() == ()
    house.time.moment = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    assert house.application.void_outdated() == (case.id,)
    returned = house.application.browse_cases.view(case.id, by=CHEN).case
    assert returned.state is ReviewState.RETURNED
    assert "依据已变化" in returned.decisions[-1].reason


def test_an_approved_text_whose_ground_is_gone_at_midnight_does_not_leave(house: House) -> None:
    case = approved(house)
    database = house.application.deliver.storage.database
    with database.begin() as connection:
        connection.execute(
            text(
                "UPDATE document_versions SET effective_to = '2026-11-23' WHERE document_id = 'SSE-TRADE-2026'"
                " AND label = '2026-07-06'"
            )
        )
    house.time.moment = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    house.do_jobs()
    assert house.application.browse_inbox.messages(house.customer) == ()
    view = house.application.browse_cases.view(case.id, by=CHEN)
    assert view.case.state is ReviewState.RETURNED
    assert view.dispatches[0].state is DispatchState.REFUSED


def test_the_evidence_file_holds_everything_that_the_message_rests_on(house: House) -> None:
    case = approved(house)
    house.do_jobs()
    exported = house.application.export_evidence(case.id, by=SHEN)
    assert digest_of(exported.text) == exported.digest
    assert exported.messages[0]["text"] == exported.text
    assert [decision["action"] for decision in exported.decisions] == ["submit", "approve", "deliver"]
    cited = {citation.source for s in exported.draft.statements for citation in s.citations}
    assert cited <= {evidence.ref for evidence in exported.draft.evidence} | {fact.id for fact in exported.draft.facts}
    assert exported.chain["broken_at"] is None
    json.dumps(exported.model_dump(mode="json"), ensure_ascii=False)
    with pytest.raises(NotPermitted):
        house.application.export_evidence(case.id, by=OPS)


def test_a_message_that_was_tampered_with_is_not_shown(house: House) -> None:
    from assistant.errors import Unavailable

    approved(house)
    house.do_jobs()
    (message,) = house.application.browse_inbox.messages(house.customer)
    with house.application.deliver.storage.database.begin() as connection:
        connection.execute(text("UPDATE messages SET text = '别的话'"))
    with pytest.raises(Unavailable):
        house.application.browse_inbox.read(message.id, by=house.customer)


def test_a_customer_cannot_read_another_customers_messages(house: House) -> None:
    approved(house)
    house.do_jobs()
    (message,) = house.application.browse_inbox.messages(house.customer)
    stranger = replace(house.customer, id="account-x", customer_id="somebody-else")
    assert house.application.browse_inbox.messages(stranger) == ()
    with pytest.raises(NotFound):
        house.application.browse_inbox.read(message.id, by=stranger)


def test_the_system_takes_no_decision_in_a_persons_place(house: House) -> None:
    case = submitted(house)
    with pytest.raises(NotPermitted):
        house.application.decide_review(case.id, ReviewAction.DELIVER, digest=case.revision.digest, by=SYSTEM)


def test_a_piece_of_a_rule_that_says_the_opposite_cannot_be_submitted(house: House) -> None:
    case = a_drafted_reply(house, "投资顾问可以向客户承诺收益吗？")
    forbidden = "承诺或者保证收益"
    statement = next(s for s in case.revision.draft.statements if forbidden in s.text)
    assert not any(finding.statement_id == statement.id for finding in case.revision.findings)
    edited = house.application.edit_draft(
        case.id, {statement.id: f"我们{forbidden}。"}, digest=case.revision.digest, by=CHEN
    )
    with pytest.raises(Conflict):
        house.application.decide_review(case.id, ReviewAction.SUBMIT, digest=edited.revision.digest, by=CHEN)


def test_of_two_reviewers_deciding_at_once_one_decides(house: House) -> None:
    case = submitted(house)
    colleague = replace(SHEN, id="reviewer-gu", name="顾合规")
    start = threading.Barrier(2)
    outcomes: list[ReviewState | type[Exception]] = []

    def decide(by: Actor, action: ReviewAction) -> None:
        start.wait()
        try:
            decided = house.application.decide_review(
                case.id, action, digest=case.revision.digest, by=by, reason="两人同时决定"
            )
        except Conflict:
            outcomes.append(Conflict)
        else:
            outcomes.append(decided.state)

    deciders = [
        threading.Thread(target=decide, args=(SHEN, ReviewAction.APPROVE)),
        threading.Thread(target=decide, args=(colleague, ReviewAction.REJECT)),
    ]
    for decider in deciders:
        decider.start()
    for decider in deciders:
        decider.join()
    assert outcomes.count(Conflict) == 1
    kept = house.application.browse_cases.view(case.id, by=SHEN).case
    assert kept.state in outcomes
    house.do_jobs()
    delivered = house.application.browse_inbox.messages(house.customer)
    assert len(delivered) == (1 if kept.state is ReviewState.APPROVED else 0)


def unsuitable_product(house: House) -> tuple[str, str]:
    matches = house.application.browse_customers.view(house.customer_id, by=CHEN).matches
    worst = max((match for match in matches if match.verdict is not MatchVerdict.SUITABLE), key=lambda m: m.risk_grade)
    return worst.product_code, worst.product_name


@pytest.mark.parametrize("naming", ["{name}", "{code}"])
def test_a_product_that_does_not_suit_cannot_be_typed_into_a_reply(house: House, naming: str) -> None:
    case = a_drafted_reply(house)
    code, name = unsuitable_product(house)
    statement = case.revision.draft.statements[-1]
    pushed = f"{naming.format(name=name, code=code)}非常适合您，建议您买入。"
    edited = house.application.edit_draft(case.id, {statement.id: pushed}, digest=case.revision.digest, by=CHEN)
    assert any(finding.category == "suitability" for finding in edited.revision.findings)
    with pytest.raises(Conflict):
        house.application.decide_review(case.id, ReviewAction.SUBMIT, digest=edited.revision.digest, by=CHEN)


def test_another_customers_name_cannot_be_typed_into_a_reply(house: House) -> None:
    case = a_drafted_reply(house)
    rows = house.application.browse_customers.page(ZHOU, limit=200).items
    stranger = next(row.name for row in rows if len(row.name) >= 3)
    statement = case.revision.draft.statements[-1]
    edited = house.application.edit_draft(
        case.id, {statement.id: f"{stranger}也这样办理过。"}, digest=case.revision.digest, by=CHEN
    )
    assert any(finding.category == "identifier" for finding in edited.revision.findings)


def test_identifiers_in_a_question_are_not_repeated_and_do_not_block_the_reply(house: House) -> None:
    identity, phone = "11010119900307775X", "13812345678"
    case = a_drafted_reply(house, f"我的身份证是{identity}，手机{phone}，科创板开通需要什么条件？")
    assert identity not in case.revision.text
    assert phone not in case.revision.text
    assert "已隐去" in case.revision.text
    assert not case.revision.blocked
    exported = house.application.export_evidence(case.id, by=SHEN)
    assert identity not in exported.model_dump_json()
    assert identity in house.application.browse_inbox.inquiries(house.customer)[0].text


def test_a_reply_about_the_customers_own_affairs_speaks_to_the_customer(house: House) -> None:
    _, name = unsuitable_product(house)
    case = a_drafted_reply(house, f"{name}适合我吗？")
    facts = [statement.text for statement in case.revision.draft.statements if statement.kind is StatementKind.FACT]
    assert facts
    assert not [text for text in facts if text.startswith("客户")]
