"""The outbox, and what customers have received."""

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text

from knowledge.database import UtcDateTime, metadata

dispatches = Table(
    "dispatches",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("case_id", ForeignKey("review_cases.id"), nullable=False, index=True),
    Column("customer_id", String(64), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("idempotency_key", String(200), nullable=False, unique=True),
    Column("state", String(32), nullable=False, index=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("delivered_at", UtcDateTime),
    Column("refusal", Text),
)

messages = Table(
    "messages",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("idempotency_key", String(200), nullable=False, unique=True),
    Column("customer_id", String(64), nullable=False),
    Column("case_id", String(64), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("title", String(200), nullable=False),
    Column("text", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("advisor_name", String(64), nullable=False),
    Column("registration_number", String(32), nullable=False),
    Column("delivered_at", UtcDateTime, nullable=False),
    Column("read_at", UtcDateTime),
    Index("ix_messages_customer", "customer_id", "delivered_at"),
)
