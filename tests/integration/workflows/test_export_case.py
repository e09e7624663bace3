"""Who may take which letter out as a file, what it says, and what trace it leaves."""

import pytest
from sqlalchemy import text

from assistant.audit.model import AuditEntry, AuditEvent
from assistant.dispatch.model import Message
from assistant.errors import NotFound, NotPermitted, Unavailable
from assistant.exporting.model import WATERMARK, ExportedFile, ExportFormat
from assistant.identity.model import Actor, Role
from assistant.review.model import ReviewAction, ReviewCase, ReviewState
from tests.support.exports import dense, html_text
from tests.support.house import CHEN, KEEPER, OPS, SHEN, SYSTEM, ZHOU, House


def a_draft_of(house: House) -> ReviewCase:
    house.application.ask_advisor("科创板开通需要什么条件？", by=house.customer)
    house.do_jobs()
    return house.application.browse_cases.page(CHEN, states=[ReviewState.DRAFT]).cases[0]


def an_approved_case(house: House) -> ReviewCase:
    case = a_draft_of(house)
    house.application.decide_review(case.id, ReviewAction.SUBMIT, digest=case.revision.digest, by=CHEN)
    return house.application.decide_review(case.id, ReviewAction.APPROVE, digest=case.revision.digest, by=SHEN)


def a_delivered_message(house: House) -> Message:
    an_approved_case(house)
    house.do_jobs()
    return house.application.browse_inbox.messages(house.customer)[0]


def exported(house: House, case: ReviewCase, by: Actor = CHEN) -> ExportedFile:
    return house.application.export_case(case.id, ExportFormat.HTML, by=by)


def trail(house: House, case_id: str, event: AuditEvent) -> list[AuditEntry]:
    with house.application.deliver.storage.reading() as work:
        return [entry for entry in work.audit.entries(subject=f"case:{case_id}") if entry.record.event is event]


def test_a_draft_is_exported_with_the_watermark_and_a_trace(house: House) -> None:
    case = a_draft_of(house)
    file = exported(house, case)
    assert WATERMARK in file.content.decode()
    (entry,) = trail(house, case.id, AuditEvent.CASE_EXPORTED)
    assert entry.record.actor_id == CHEN.id
    assert entry.record.detail == {
        "format": "html",
        "revision": 1,
        "digest": case.revision.digest,
        "approved": False,
        "file": file.sha256,
    }
    assert house.application.verify_audit(by=OPS).intact


@pytest.mark.parametrize("form", list(ExportFormat))
def test_the_customer_s_file_is_the_one_that_was_approved(house: House, form: ExportFormat) -> None:
    case = an_approved_case(house)
    before = house.application.export_case(case.id, form, by=SHEN)
    house.do_jobs()
    (message,) = house.application.browse_inbox.messages(house.customer)
    taken = house.application.export_case.message(message.id, form, by=house.customer)
    assert taken.sha256 == before.sha256
    assert WATERMARK not in taken.name


def test_a_delivered_letter_is_exported_word_for_word(house: House) -> None:
    message = a_delivered_message(house)
    file = house.application.export_case.message(message.id, ExportFormat.HTML, by=house.customer)
    assert html_text(file.content) == dense(message.text)
    assert f"登记编码：{CHEN.registration_number}" in file.content.decode()


def test_the_charts_of_a_plan_are_kept_with_it_and_drawn(house: House) -> None:
    application = house.application
    held = application.browse_customers.page(CHEN, limit=5).items
    request = application.request_plan(held[0].id, by=CHEN)
    house.do_jobs()
    case = application.browse_cases.view(request.case_id, by=CHEN).case
    assert case.revision.draft.charts
    page = exported(house, case).content.decode()
    assert page.count("<svg") == len(case.revision.draft.charts)
    assert html_text(page.encode()) == dense(case.revision.text)


def test_a_name_that_no_file_can_hold_is_exported_all_the_same(house: House) -> None:
    case = a_draft_of(house)
    with house.application.deliver.storage.database.begin() as connection:
        connection.execute(text("UPDATE review_cases SET advisor_name = :name"), {"name": "陈\x01<b>岚</b>"})
    for form in ExportFormat:
        assert house.application.export_case(case.id, form, by=CHEN).content


def test_taking_a_message_counts_as_reading_it_once(house: House) -> None:
    message = a_delivered_message(house)
    for _ in range(2):
        house.application.export_case.message(message.id, ExportFormat.HTML, by=house.customer)
    assert house.application.browse_inbox.messages(house.customer)[0].read_at is not None
    assert len(trail(house, message.case_id, AuditEvent.MESSAGE_READ)) == 1
    assert len(trail(house, message.case_id, AuditEvent.CASE_EXPORTED)) == 2


def test_nobody_exports_another_s_case(house: House) -> None:
    case = a_draft_of(house)
    with pytest.raises(NotFound):
        exported(house, case, by=ZHOU)
    for stranger in (OPS, KEEPER, house.customer):
        with pytest.raises(NotPermitted):
            exported(house, case, by=stranger)
    assert trail(house, case.id, AuditEvent.CASE_EXPORTED) == []


def test_a_customer_takes_own_delivered_messages_only(house: House) -> None:
    message = a_delivered_message(house)
    other = Actor(id="someone", role=Role.CUSTOMER, name="别人", customer_id="customer-of-somebody-else")
    with pytest.raises(NotFound):
        house.application.export_case.message(message.id, ExportFormat.HTML, by=other)
    for staff in (CHEN, SHEN, SYSTEM):
        with pytest.raises(NotPermitted):
            house.application.export_case.message(message.id, ExportFormat.HTML, by=staff)


def test_an_approval_that_was_taken_back_brings_the_watermark_back(house: House) -> None:
    case = an_approved_case(house)
    assert WATERMARK not in exported(house, case).content.decode()
    with house.application.deliver.storage.unit_of_work() as work:
        stands = work.cases.get(case.id, by=SYSTEM)
        digest = stands.revision.digest
        voided = stands.after(ReviewAction.VOID, SYSTEM, digest=digest, reason="依据已变化。", at=case.updated_at)
        work.cases.save(voided)
    assert WATERMARK in exported(house, case).content.decode()


def test_bytes_that_are_not_those_of_the_digest_are_not_exported(house: House) -> None:
    message = a_delivered_message(house)
    with house.application.deliver.storage.database.begin() as connection:
        connection.execute(text("UPDATE messages SET digest = :digest"), {"digest": "0" * 64})
    with pytest.raises(Unavailable, match="校验失败"):
        house.application.export_case.message(message.id, ExportFormat.HTML, by=house.customer)


def test_without_a_trace_there_is_no_file(house: House) -> None:
    case = a_draft_of(house)
    with house.application.deliver.storage.database.begin() as connection:
        connection.execute(
            text("CREATE TRIGGER full BEFORE INSERT ON audit_entries BEGIN SELECT RAISE(ABORT, 'disk full'); END")
        )
    with pytest.raises(Exception, match="disk full"):
        exported(house, case)
