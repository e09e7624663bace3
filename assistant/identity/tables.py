"""Accounts and failed logins."""

from sqlalchemy import JSON, Boolean, Column, Integer, String, Table

from knowledge.database import UtcDateTime, metadata

accounts = Table(
    "accounts",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("username", String(64), nullable=False, unique=True),
    Column("role", String(32), nullable=False, index=True),
    Column("name", String(64), nullable=False),
    Column("registration_number", String(32)),
    Column("licences", JSON, nullable=False),
    Column("customer_id", String(64), unique=True),
    Column("branch", String(80)),
    Column("password_hash", String(160), nullable=False),
    Column("active", Boolean, nullable=False),
)

login_failures = Table(
    "login_failures",
    metadata,
    Column("username", String(64), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
)
