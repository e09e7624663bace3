"""Conversations and turns."""

from sqlalchemy import JSON, Column, ForeignKey, Index, String, Table, Text

from knowledge.database import UtcDateTime, metadata

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("owner_id", String(64), nullable=False, index=True),
    Column("customer_id", String(64)),
    Column("title", String(200), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
)

turns = Table(
    "conversation_turns",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", JSON, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Index("ix_conversation_turns_order", "conversation_id", "asked_at"),
)
