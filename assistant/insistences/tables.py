"""Procedures for customers who insist."""

from sqlalchemy import JSON, Column, Index, Integer, String, Table

from knowledge.database import UtcDateTime, metadata

insistences = Table(
    "insistences",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("customer_id", String(64), nullable=False),
    Column("advisor_id", String(64), nullable=False),
    Column("product_code", String(32), nullable=False),
    Column("state", String(32), nullable=False),
    Column("wish", JSON, nullable=False),
    Column("match", JSON, nullable=False),
    Column("steps", JSON, nullable=False),
    Column("case_id", String(64), unique=True),
    Column("version", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index("ix_insistences_customer", "customer_id", "created_at"),
    Index("ix_insistences_state", "state", "updated_at"),
)
