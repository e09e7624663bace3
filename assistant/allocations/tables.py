"""Model allocations."""

from sqlalchemy import Column, Date, Integer, String, Table

from knowledge.database import UtcDateTime, metadata

model_allocations = Table(
    "model_allocations",
    metadata,
    Column("effective_from", Date, primary_key=True),
    Column("level", String(2), primary_key=True),
    Column("variety", String(32), primary_key=True),
    Column("percent", Integer, nullable=False),
    Column("set_by", String(64), nullable=False),
    Column("set_at", UtcDateTime, nullable=False),
)
