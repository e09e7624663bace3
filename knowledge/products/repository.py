"""Products in the database."""

from dataclasses import asdict
from datetime import date

from sqlalchemy import Connection, RowMapping, insert, select, update

from knowledge.errors import NotFound
from knowledge.products.model import (
    Goal,
    InvestorClass,
    Performance,
    Permission,
    PreSaleInformation,
    Product,
    RiskGrade,
    Variety,
)
from knowledge.products.tables import products


class ProductRepository:
    """Reads and writes products, never commits."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def upsert(self, product: Product) -> bool:
        """Make ``product`` what is known under its code; whether anything changed."""
        known = self._find(product.code)
        if known == product:
            return False
        row = _row(product)
        if known is None:
            self._connection.execute(insert(products), [row])
        else:
            self._connection.execute(update(products).where(products.c.code == product.code).values(row))
        return True

    def get(self, code: str) -> Product:
        """The product under this code, or ``NotFound``."""
        product = self._find(code)
        if product is None:
            raise NotFound(f"没有代码为「{code[:32]}」的产品。")
        return product

    def all(self) -> tuple[Product, ...]:
        """Every product, by code."""
        rows = self._connection.execute(select(products).order_by(products.c.code)).mappings()
        return tuple(_product(row) for row in rows)

    def _find(self, code: str) -> Product | None:
        if not code.isprintable():
            return None
        row = self._connection.execute(select(products).where(products.c.code == code)).mappings().one_or_none()
        return None if row is None else _product(row)


def _row(product: Product) -> dict[str, object]:
    return asdict(product) | {
        "variety": product.variety.value,
        "risk_grade": product.risk_grade.value,
        "goals": sorted(goal.value for goal in product.goals),
        "investor_class": product.investor_class.value,
        "permission": None if product.permission is None else product.permission.value,
        "performance": [
            asdict(period) | {"since": period.since.isoformat(), "until": period.until.isoformat()}
            for period in product.performance
        ],
    }


def _product(row: RowMapping) -> Product:
    return Product(
        **dict(row)
        | {
            "variety": Variety(row["variety"]),
            "risk_grade": RiskGrade(row["risk_grade"]),
            "goals": frozenset(Goal(goal) for goal in row["goals"]),
            "investor_class": InvestorClass(row["investor_class"]),
            "permission": None if row["permission"] is None else Permission(row["permission"]),
            "performance": tuple(_performance(period) for period in row["performance"]),
            "pre_sale": PreSaleInformation(**row["pre_sale"]),
        }
    )


def _performance(kept: dict[str, object]) -> Performance:
    return Performance(
        since=date.fromisoformat(str(kept["since"])),
        until=date.fromisoformat(str(kept["until"])),
        return_pct=float(str(kept["return_pct"])),
        benchmark_pct=float(str(kept["benchmark_pct"])),
    )
