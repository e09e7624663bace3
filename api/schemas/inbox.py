"""What a customer reads and asks."""

from datetime import datetime
from typing import Self

from pydantic import Field

from api.schemas.base import Input, QuestionText, View
from api.schemas.terms import InquiryState
from assistant.dispatch.model import Message
from assistant.inquiries.model import Inquiry


class InquiryRequest(Input):
    """A customer's question to the advisor."""

    text: QuestionText = Field(description="问题，1 至 4000 个字符。", examples=["我的风险测评什么时候到期？"])


class InquiryView(View):
    """A question that was kept; the answer comes as a message after approval."""

    id: str
    text: str
    state: InquiryState
    urgent: bool = Field(description="须由人工尽快处理。")
    asked_at: datetime

    @classmethod
    def of(cls, inquiry: Inquiry) -> Self:
        """The question as asked."""
        return cls(
            id=inquiry.id, text=inquiry.text, state=inquiry.state, urgent=inquiry.urgent, asked_at=inquiry.asked_at
        )


class MessageRow(View):
    """A message in the list, without its text."""

    id: str
    kind: str = Field(examples=["plan"])
    title: str
    advisor_name: str
    registration_number: str
    delivered_at: datetime
    read_at: datetime | None

    @classmethod
    def of(cls, message: Message) -> Self:
        """The message's envelope."""
        return cls(
            id=message.id,
            kind=message.kind,
            title=message.title,
            advisor_name=message.advisor_name,
            registration_number=message.registration_number,
            delivered_at=message.delivered_at,
            read_at=message.read_at,
        )


class MessageView(MessageRow):
    """A message, opened: exactly the approved bytes."""

    text: str
    digest: str = Field(description="正文的 SHA-256，与批准的版本一致。")

    @classmethod
    def of(cls, message: Message) -> Self:
        """Envelope and text."""
        return cls(**MessageRow.of(message).model_dump(), text=message.text, digest=message.digest)
