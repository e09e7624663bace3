"""A letter as a file: for staff with the watermark until it is approved, for the customer once it was delivered."""

from dataclasses import dataclass
from datetime import datetime

from assistant.audit.model import AuditEvent
from assistant.clock import SHANGHAI, Clock
from assistant.drafting.rendering import in_chinese
from assistant.errors import NotPermitted, Unavailable
from assistant.exporting.letter import printable, read_letter
from assistant.exporting.model import ExportDocument, ExportedFile, ExportFormat
from assistant.exporting.printer import Printer
from assistant.identity.model import SYSTEM, Actor, Role
from assistant.review.model import STATE_LABELS, ReviewCase, ReviewState, digest_of
from assistant.settings import FirmSettings
from assistant.storage import Storage, UnitOfWork

_STAFF = frozenset({Role.ADVISOR, Role.REVIEWER, Role.SYSTEM})
_APPROVED = frozenset({ReviewState.APPROVED, ReviewState.DELIVERED})


@dataclass(frozen=True, slots=True)
class ExportCase:
    """The newest wording of a case, as its text stands. Without a trace there is no file."""

    storage: Storage
    printer: Printer
    firm: FirmSettings
    clock: Clock

    def __call__(self, case_id: str, form: ExportFormat, *, by: Actor, contents: bool = False) -> ExportedFile:
        """For the advisor whose case it is, for reviewers, and for the house."""
        if by.role not in _STAFF:
            raise NotPermitted("您的角色不能导出草稿。")
        with self.storage.reading() as work:
            case = work.cases.get(case_id, by=by)
            document = self._document(work, case, contents=contents)
        return self._printed(document, form, by=by)

    def message(self, message_id: str, form: ExportFormat, *, by: Actor, contents: bool = False) -> ExportedFile:
        """For the customer to whom exactly this text was delivered; taking it counts as reading it."""
        if by.role is not Role.CUSTOMER or by.customer_id is None:
            raise NotPermitted("这是客户本人的页面。")
        with self.storage.reading() as work:
            message = work.messages.get(message_id, customer_id=by.customer_id)
            document = self._document(work, work.cases.get(message.case_id, by=SYSTEM), contents=contents)
        if not document.approved or message.digest != document.digest:
            raise Unavailable("消息内容校验失败，请联系客服。")
        return self._printed(document, form, by=by, read=message_id if message.read_at is None else None)

    def _document(self, work: UnitOfWork, case: ReviewCase, *, contents: bool) -> ExportDocument:
        revision = case.revision
        if digest_of(revision.text) != revision.digest:
            raise Unavailable("正文校验失败，没有导出。请联系管理员。")
        approved_at = _approved_at(case)
        return ExportDocument(
            letter=read_letter(revision.text),
            charts=revision.draft.charts,
            firm_name=printable(self.firm.name),
            provider_code=printable(self.firm.provider_code),
            advisor_name=printable(case.advisor_name),
            registration_number=printable(_registration_number(work, case)),
            content_id=case.id,
            revision=revision.number,
            digest=revision.digest,
            state=_state(case, approved_at),
            approved=approved_at is not None,
            dated=approved_at or revision.created_at,
            contents=contents,
        )

    def _printed(
        self, document: ExportDocument, form: ExportFormat, *, by: Actor, read: str | None = None
    ) -> ExportedFile:
        file = self.printer(document, form)
        now = self.clock.now()
        subject = f"case:{document.content_id}"
        with self.storage.unit_of_work() as work:
            if read is not None:
                work.messages.mark_read(read, at=now)
                work.audit.add(AuditEvent.MESSAGE_READ, actor=by, subject=subject, at=now)
            work.audit.add(
                AuditEvent.CASE_EXPORTED,
                actor=by,
                subject=subject,
                detail={
                    "format": form.value,
                    "revision": document.revision,
                    "digest": document.digest,
                    "approved": document.approved,
                    "file": file.sha256,
                },
                at=now,
            )
        return file


def _approved_at(case: ReviewCase) -> datetime | None:
    """When the last approval of exactly this text came; ``None`` where it may not leave."""
    if case.state not in _APPROVED or not case.approvals:
        return None
    return case.approvals[-1].at


def _state(case: ReviewCase, approved_at: datetime | None) -> str:
    """The same before and after delivery, so that both files are the same."""
    if approved_at is None:
        return STATE_LABELS[case.state]
    return f"{in_chinese(approved_at.astimezone(SHANGHAI).date())}经合规审核批准"


def _registration_number(work: UnitOfWork, case: ReviewCase) -> str:
    """As it was told to the customer, once it was."""
    told = next(iter(work.messages.of_case(case.id)), None)
    if told is not None:
        return told.registration_number
    return work.accounts.get(case.advisor_id).actor.registration_number or ""
