"""Customers' questions, kept."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from assistant.errors import NotFound
from assistant.inquiries.model import Inquiry, InquiryState
from assistant.inquiries.tables import inquiries


class InquiryRepository:
    """Questions by id or customer."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, inquiry: Inquiry) -> None:
        """Keep a new question."""
        self._connection.execute(insert(inquiries).values(**asdict(inquiry)))

    def get(self, inquiry_id: str) -> Inquiry:
        """The question, or ``NotFound``."""
        row = self._connection.execute(select(inquiries).where(inquiries.c.id == inquiry_id)).one_or_none()
        if row is None:
            raise NotFound("没有找到这条提问。")
        return _inquiry_of(row)

    def of_customer(self, customer_id: str) -> tuple[Inquiry, ...]:
        """Newest first."""
        rows = self._connection.execute(
            select(inquiries).where(inquiries.c.customer_id == customer_id).order_by(inquiries.c.asked_at.desc())
        )
        return tuple(_inquiry_of(row) for row in rows)

    def undrafted(self) -> tuple[str, ...]:
        """Ids of questions whose reply is not drafted yet, oldest first."""
        query = select(inquiries.c.id).where(inquiries.c.state == InquiryState.ASKED.value)
        return tuple(self._connection.execute(query.order_by(inquiries.c.asked_at)).scalars())

    def mark_drafted(self, inquiry_id: str) -> None:
        """Its draft lies with the advisor."""
        self._connection.execute(
            update(inquiries).where(inquiries.c.id == inquiry_id).values(state=InquiryState.DRAFTED.value)
        )


def _inquiry_of(row: Row[Any]) -> Inquiry:
    return Inquiry(
        id=row.id,
        customer_id=row.customer_id,
        text=row.text,
        asked_at=row.asked_at,
        state=InquiryState(row.state),
        urgent=row.urgent,
    )
