"""Products on SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import date

import pytest

from knowledge.database import Database
from knowledge.errors import NotFound
from knowledge.products.model import Goal, InvestorClass, Performance, Permission, RiskGrade
from knowledge.products.repository import ProductRepository
from tests.support.customers import a_product

FULL = a_product(
    goals=frozenset({Goal.INCOME, Goal.GROWTH}),
    permission=Permission.HK_CONNECT,
    investor_class=InvestorClass.QUALIFIED,
    performance=(
        Performance(since=date(2025, 1, 1), until=date(2025, 12, 31), return_pct=-3.25, benchmark_pct=1.5),
    ),
)  # fmt: skip


def test_a_product_is_read_back_whole(database: Database) -> None:
    with database.begin() as connection:
        assert ProductRepository(connection).upsert(FULL)
    with database.read() as connection:
        assert ProductRepository(connection).get("YC3001") == FULL


def test_only_a_change_is_written(database: Database) -> None:
    with database.begin() as connection:
        products = ProductRepository(connection)
        products.upsert(FULL)
        assert not products.upsert(FULL)
        regraded = replace(FULL, risk_grade=RiskGrade.R4)
        assert products.upsert(regraded)
        assert products.all() == (regraded,)


def test_all_products_come_by_code(database: Database) -> None:
    with database.begin() as connection:
        products = ProductRepository(connection)
        for code in ("YC2", "YC3", "YC1"):
            products.upsert(a_product(code=code))
        assert [product.code for product in products.all()] == ["YC1", "YC2", "YC3"]


def test_an_unknown_code_is_not_found(database: Database) -> None:
    with database.begin() as connection:
        products = ProductRepository(connection)
        products.upsert(FULL)
        for code in ("", "YC9999", "YC3001\x00", "%", "' OR 1=1 --", "\ud800"):
            with pytest.raises(NotFound):
                products.get(code)
