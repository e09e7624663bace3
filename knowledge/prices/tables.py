"""Closing prices."""

from sqlalchemy import Column, Date, Double, String, Table

from knowledge.database import metadata

prices = Table(
    "prices",
    metadata,
    Column("product_code", String(32), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("close", Double, nullable=False),
)
