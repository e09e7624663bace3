"""Segments of customers."""

from sqlalchemy import JSON, Column, Date, Index, String, Table

from knowledge.database import metadata

customer_segments = Table(
    "customer_segments",
    metadata,
    Column("customer_id", String(64), primary_key=True),
    Column("as_of", Date, nullable=False),
    Column("value", String(32), nullable=False),
    Column("life_cycle", String(32), nullable=False),
    Column("behaviour", String(32), nullable=False),
    Column("reasons", JSON, nullable=False),
    Index("ix_customer_segments_kind", "value", "life_cycle", "behaviour"),
)
