"""Prices in the database."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from itertools import groupby

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from knowledge.prices.model import PriceSeries
from knowledge.prices.tables import prices


class PriceRepository:
    """Reads and writes series. Prices are public: no scope."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def series(self, codes: Collection[str], *, since: date, until: date) -> Mapping[str, PriceSeries]:
        """Closes of both days and all between, by code; a code without any is left out."""
        rows = self._connection.execute(
            select(prices)
            .where(prices.c.product_code.in_(codes), prices.c.day >= since, prices.c.day <= until)
            .order_by(prices.c.product_code, prices.c.day)
        ).all()
        found = {}
        for code, group in groupby(rows, key=lambda row: str(row.product_code)):
            of_code = list(group)
            found[code] = PriceSeries(
                product_code=code,
                days=tuple(row.day for row in of_code),
                closes=tuple(row.close for row in of_code),
            )
        return found

    def codes(self) -> set[str]:
        """Codes of which any price is known."""
        return set(self._connection.execute(select(prices.c.product_code).distinct()).scalars())

    def upsert(self, closes: Sequence[Mapping[str, object]]) -> None:
        """Make the closes (``product_code``, ``day``, ``close``) those of their days."""
        if not closes:
            return
        dialect = postgresql if self._connection.dialect.name == "postgresql" else sqlite
        statement = dialect.insert(prices)
        key = (prices.c.product_code, prices.c.day)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=key, set_={"close": statement.excluded.close}), closes
        )
