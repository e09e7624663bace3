"""Table of products."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Double, Integer, String, Table, Text, true

from knowledge.database import metadata

products = Table(
    "products",
    metadata,
    Column("code", String(32), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("variety", String(32), nullable=False),
    Column("risk_grade", String(2), nullable=False),
    Column("lock_up_days", Integer, nullable=False),
    Column("suggested_holding_days", Integer, nullable=False),
    Column("goals", JSON, nullable=False),
    Column("minimum_amount", BigInteger, nullable=False),
    Column("redemption", Text, nullable=False),
    Column("management_fee_pct", Double, nullable=False),
    Column("subscription_fee_pct", Double, nullable=False),
    Column("redemption_fee", Text, nullable=False),
    Column("benchmark", Text, nullable=False),
    Column("inception_on", Date, nullable=False),
    Column("investor_class", String(16), nullable=False),
    Column("permission", String(32)),
    Column("performance", JSON, nullable=False),
    Column("pre_sale", JSON, nullable=False),
    Column("document_id", String(64), nullable=False),
    Column("on_sale", Boolean, nullable=False, server_default=true()),
)
