"""What a customer reads: approved messages, exactly as approved, and the questions asked."""

from dataclasses import dataclass

from assistant.audit.model import AuditEvent
from assistant.clock import Clock
from assistant.dispatch.model import Message
from assistant.errors import NotPermitted, Unavailable
from assistant.identity.model import Actor, Role
from assistant.inquiries.model import Inquiry
from assistant.review.model import digest_of
from assistant.storage import Storage


@dataclass(frozen=True, slots=True)
class BrowseInbox:
    """A customer's own messages and questions, nobody else's."""

    storage: Storage
    clock: Clock

    def messages(self, by: Actor) -> tuple[Message, ...]:
        """Newest first, for a list; the text is for :meth:`read`, which proves it."""
        with self.storage.reading() as work:
            return work.messages.of_customer(_own(by), scope=by.scope)

    def read(self, message_id: str, *, by: Actor) -> Message:
        """Open one; the first time is remembered."""
        now = self.clock.now()
        with self.storage.unit_of_work() as work:
            message = _whole(work.messages.get(message_id, customer_id=_own(by)))
            if message.read_at is None:
                work.messages.mark_read(message_id, at=now)
                work.audit.add(AuditEvent.MESSAGE_READ, actor=by, subject=f"case:{message.case_id}", at=now)
            return work.messages.get(message_id, customer_id=_own(by))

    def inquiries(self, by: Actor) -> tuple[Inquiry, ...]:
        """Newest first."""
        with self.storage.reading() as work:
            return work.inquiries.of_customer(_own(by))


def _own(by: Actor) -> str:
    if by.role is not Role.CUSTOMER or by.customer_id is None:
        raise NotPermitted("这是客户本人的页面。")
    return by.customer_id


def _whole(message: Message) -> Message:
    if digest_of(message.text) != message.digest:
        raise Unavailable("消息内容校验失败，请联系客服。")
    return message
