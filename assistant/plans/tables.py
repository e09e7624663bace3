"""Requests for plans, and batches of them."""

from sqlalchemy import JSON, Column, Index, Integer, String, Table, Text, text

from knowledge.database import UtcDateTime, metadata

_OPEN = text("state IN ('queued', 'running')")

plan_requests = Table(
    "plan_requests",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("customer_id", String(64), nullable=False),
    Column("advisor_id", String(64), nullable=False),
    Column("case_id", String(64), nullable=False, unique=True),
    Column("state", String(32), nullable=False, index=True),
    Column("step", String(64), nullable=False),
    Column("error", Text),
    Column("requested_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("kind", String(32), nullable=False),
    Column("batch_id", String(64)),
    Column("place", Integer),
    Column("fingerprint", String(64)),
    Column("tokens", Integer, nullable=False),
    Index("ix_plan_requests_customer", "customer_id", "requested_at"),
    Index("ix_plan_requests_batch", "batch_id", "state", "place"),
    Index("uq_plan_requests_open", "customer_id", "kind", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
)

plan_batches = Table(
    "plan_batches",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("requested_by", String(64), nullable=False),
    Column("chosen", JSON, nullable=False),
    Column("state", String(32), nullable=False, index=True),
    Column("round", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("budget", JSON, nullable=False),
    Column("error", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
)
