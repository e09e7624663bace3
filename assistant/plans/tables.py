"""Requests for plans."""

from sqlalchemy import Column, Index, String, Table, Text

from knowledge.database import UtcDateTime, metadata

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
    Index("ix_plan_requests_customer", "customer_id", "requested_at"),
)
