"""A customer asks a question in the app: it is kept at once, and the job drafts a reply for the advisor."""

from collections.abc import Callable
from dataclasses import dataclass

from assistant.audit.model import AuditEvent
from assistant.clock import Clock
from assistant.errors import NotPermitted
from assistant.identity.ids import new_id
from assistant.identity.model import Actor, Role
from assistant.inquiries.model import Inquiry, InquiryState
from assistant.storage import Storage
from assistant.understanding.acts import Disposition
from assistant.understanding.questions import understand


@dataclass(frozen=True, slots=True)
class AskAdvisor:
    """Nothing is answered here: a reply reaches the customer only after a person approved it."""

    storage: Storage
    enqueue: Callable[[str, str], None]
    clock: Clock

    def __call__(self, text: str, *, by: Actor) -> Inquiry:
        if by.role is not Role.CUSTOMER or by.customer_id is None:
            raise NotPermitted("只有客户可以在这里提问。")
        understanding = understand(text, today=self.clock.today(), asker="customer")
        inquiry = Inquiry(
            id=new_id("inquiry"),
            customer_id=by.customer_id,
            text=understanding.text,
            asked_at=self.clock.now(),
            state=InquiryState.ASKED,
            urgent=understanding.disposition is Disposition.REDIRECT,
        )
        with self.storage.unit_of_work() as work:
            work.inquiries.add(inquiry)
            work.audit.add(
                AuditEvent.CUSTOMER_ASKED,
                actor=by,
                subject=f"customer:{by.customer_id}",
                detail={"inquiry": inquiry.id, "urgent": inquiry.urgent},
                at=inquiry.asked_at,
            )
        self.enqueue("reply", inquiry.id)
        return inquiry
