"""Draft a reply to a customer's question, for the advisor to edit and submit."""

import re
from dataclasses import dataclass

from assistant.audit.model import AuditEvent
from assistant.clock import Clock
from assistant.conversations.model import AnswerType
from assistant.drafting.model import Draft, DraftKind, Section, Statement, StatementKind
from assistant.drafting.rendering import render
from assistant.drafting.sayings import to_the_customer
from assistant.identity.ids import new_id
from assistant.identity.model import SYSTEM, Actor
from assistant.inquiries.model import Inquiry, InquiryState
from assistant.privacy.masking import redact
from assistant.review.model import ReviewCase, Revision
from assistant.settings import FirmSettings
from assistant.storage import Storage
from assistant.workflows.compose_answer import Asked, ComposeAnswer, Composed
from assistant.workflows.examine_draft import ExamineDraft
from knowledge.customers.model import CustomerRecord, Scope
from knowledge.documents.model import Audience

_REDACTED = re.compile(r"〔([^〕]+)〕")


@dataclass(frozen=True, slots=True)
class DraftReply:
    """Safe to call again: one question has one case. It rests only on what a customer may read.

    The reply repeats the question without identifiers; the question itself stays as it was asked.
    """

    storage: Storage
    compose: ComposeAnswer
    examine: ExamineDraft
    firm: FirmSettings
    clock: Clock

    def __call__(self, inquiry_id: str) -> None:
        with self.storage.reading() as work:
            inquiry = work.inquiries.get(inquiry_id)
            record = work.customers.get(inquiry.customer_id, scope=Scope.everyone(), as_of=self.clock.today())
            advisor = work.accounts.get(record.customer.advisor_id).actor
            branch = work.branch_of(record.customer)
        if inquiry.state is InquiryState.DRAFTED:
            return
        asked = Asked(
            text=inquiry.text,
            asker="customer",
            reader=Audience.CUSTOMER,
            branch=branch,
            record=record,
            maker=advisor,
        )
        composed = next(event for event in self.compose(asked) if isinstance(event, Composed))
        case = self._case(inquiry, record, advisor, composed)
        with self.storage.unit_of_work() as work:
            if work.inquiries.get(inquiry_id).state is InquiryState.DRAFTED:
                return
            work.cases.add(case)
            work.inquiries.mark_drafted(inquiry_id)
            work.audit.add(
                AuditEvent.CASE_OPENED,
                actor=SYSTEM,
                subject=f"case:{case.id}",
                detail={"kind": case.kind.value, "inquiry": inquiry_id, "digest": case.revision.digest},
                at=case.created_at,
            )

    def _case(self, inquiry: Inquiry, record: CustomerRecord, advisor: Actor, composed: Composed) -> ReviewCase:
        now = self.clock.now()
        case_id = new_id("case")
        draft = Draft(
            kind=DraftKind.REPLY,
            customer_id=inquiry.customer_id,
            question=_repeatable(inquiry.text, record),
            as_of=composed.as_of,
            sections=(Section(key="reply", title="回复", statements=_statements(composed)),),
            evidence=composed.evidence,
            facts=composed.facts,
            trace=composed.trace,
            retrieval=composed.retrieval,
            created_at=now,
        )
        text = render(draft, customer=record.customer, advisor=advisor, firm=self.firm, content_id=case_id)
        findings = self.examine(draft, text, maker=advisor)
        revision = Revision.of(draft, text, findings, author_id=SYSTEM.id, at=now)
        return ReviewCase.opened(
            case_id, revision, customer_id=inquiry.customer_id, maker=advisor, inquiry_id=inquiry.id
        )


def _repeatable(question: str, record: CustomerRecord) -> str:
    """The question as the reply may repeat it: 「我的身份证是（证件号已隐去）」."""
    return _REDACTED.sub(r"（\1已隐去）", redact(question, names=[record.customer.name]))


def _statements(composed: Composed) -> tuple[Statement, ...]:
    """What was composed, said to the customer; or the reason why not and what can be done instead."""
    if composed.type is AnswerType.ANSWER:
        return tuple(
            statement.model_copy(update={"text": to_the_customer(statement.text)})
            if statement.kind is StatementKind.FACT
            else statement
            for statement in composed.statements
        )
    texts = [text for text in (composed.reason, composed.instead) if text]
    return tuple(
        Statement(id=f"s{number}", kind=StatementKind.COURTESY, text=text) for number, text in enumerate(texts, start=1)
    )
