"""Next best actions and what advisors made of them."""

from sqlalchemy import JSON, Column, Date, Double, Index, Integer, String, Table, Text

from knowledge.database import UtcDateTime, metadata

next_actions = Table(
    "next_actions",
    metadata,
    Column("customer_id", String(64), primary_key=True),
    Column("key", String(80), primary_key=True),
    Column("advisor_id", String(64), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("as_of", Date, nullable=False),
    Column("score", Double, nullable=False),
    Column("value", Double, nullable=False),
    Column("urgency", Double, nullable=False),
    Column("due_on", Date),
    Column("learned", Double, nullable=False),
    Column("reason", Text, nullable=False),
    Column("advice", Text),
    Column("facts", JSON, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("snoozed_until", Date),
    Column("version", Integer, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index("ix_next_actions_day", "advisor_id", "state", "score"),
)

next_action_feedback = Table(
    "next_action_feedback",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("advisor_id", String(64), nullable=False),
    Column("customer_id", String(64), nullable=False),
    Column("key", String(80), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_next_action_feedback_kind", "advisor_id", "kind", "at"),
)

next_action_runs = Table(
    "next_action_runs",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("advisor_id", String(64), nullable=False),
    Column("as_of", Date, nullable=False),
    Column("requested_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("customers", Integer),
    Column("actions", Integer),
    Index("ix_next_action_runs_day", "as_of", "advisor_id"),
)
