"""Customers' questions."""

from sqlalchemy import Boolean, Column, Index, String, Table, Text

from knowledge.database import UtcDateTime, metadata

inquiries = Table(
    "inquiries",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("customer_id", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("state", String(32), nullable=False, index=True),
    Column("urgent", Boolean, nullable=False),
    Index("ix_inquiries_customer", "customer_id", "asked_at"),
)
