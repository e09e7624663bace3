"""Prices in the database."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter

from sqlalchemy import Connection, Row, select
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
            select(prices.c.product_code, prices.c.day, prices.c.close)
            .where(prices.c.product_code.in_(codes), prices.c.day >= since, prices.c.day <= until)
            .order_by(prices.c.product_code, prices.c.day)
        ).all()
        return {code: _series(code, group) for code, group in groupby(rows, key=itemgetter(0))}

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


def _series(code: str, rows: Iterable[Row[tuple[str, date, float]]]) -> PriceSeries:
    _, days, closes = zip(*rows, strict=True)
    return PriceSeries(product_code=code, days=days, closes=closes)
