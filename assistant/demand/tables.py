"""Models of demand, and what they say of customers."""

from sqlalchemy import JSON, Boolean, Column, Date, Double, Index, String, Table

from knowledge.database import UtcDateTime, metadata

demand_models = Table(
    "demand_models",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("as_of", Date, nullable=False),
    Column("trained_at", UtcDateTime, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("content", JSON, nullable=False),
    Column("card", JSON, nullable=False),
)

demand_scores = Table(
    "demand_scores",
    metadata,
    Column("customer_id", String(64), primary_key=True),
    Column("need", String(32), primary_key=True),
    Column("as_of", Date, nullable=False),
    Column("probability", Double, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("model_id", String(64), nullable=False),
    Index("ix_demand_scores_need", "need", "probability"),
)
