"""A book of thousands: written and listed within seconds."""

from time import perf_counter

from sqlalchemy import event

from knowledge.customers.demo import generate
from knowledge.customers.model import CustomerSort, Scope
from knowledge.customers.repository import CustomerRepository
from knowledge.database import Database
from tests.support.customers import DAY, a_product

_ADD_SECONDS, _PAGE_SECONDS = 60, 2


def test_five_thousand_customers(database: Database) -> None:
    book = generate(customers=5_000, advisors=("advisor-1",), seed=3, today=DAY, products=[a_product()])
    started = perf_counter()
    with database.begin() as connection:
        assert CustomerRepository(connection).add(book) == 5_000
    assert perf_counter() - started < _ADD_SECONDS

    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda _c, _cur, sql, *_: statements.append(sql))
    for sort in CustomerSort:
        statements.clear()
        started = perf_counter()
        with database.read() as connection:
            page = CustomerRepository(connection).find(
                scope=Scope.of_advisor("advisor-1"), as_of=DAY, sort=sort, text="王", limit=50
            )
        assert perf_counter() - started < _PAGE_SECONDS
        assert len(page.items) == 50 < page.total
        assert len([sql for sql in statements if sql.startswith("SELECT")]) == 3  # count, page, tags
