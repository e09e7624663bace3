"""Review cases, their revisions and decisions."""

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, Text

from knowledge.database import UtcDateTime, metadata

cases = Table(
    "review_cases",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("customer_id", String(64), nullable=False, index=True),
    Column("advisor_id", String(64), nullable=False),
    Column("advisor_name", String(64), nullable=False),
    Column("state", String(32), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("inquiry_id", String(64), unique=True),
    Column("version", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index("ix_review_cases_queue", "state", "updated_at"),
    Index("ix_review_cases_advisor", "advisor_id", "state", "updated_at"),
)

revisions = Table(
    "review_revisions",
    metadata,
    Column("case_id", ForeignKey("review_cases.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("draft", JSON, nullable=False),
    Column("text", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("findings", JSON, nullable=False),
    Column("author_id", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

decisions = Table(
    "review_decisions",
    metadata,
    Column("case_id", ForeignKey("review_cases.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("action", String(32), nullable=False),
    Column("actor_id", String(64), nullable=False),
    Column("role", String(32), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
