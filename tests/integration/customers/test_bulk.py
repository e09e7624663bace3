"""A book of thousands: written and listed within seconds."""

from time import perf_counter

from sqlalchemy import event

from knowledge.customers.model import CustomerRecord, CustomerSort, Scope
from knowledge.customers.repository import CustomerRepository
from knowledge.database import Database
from tests.support.customers import DAY, a_customer, a_holding, a_record, a_trade

_ADD_SECONDS, _PAGE_SECONDS = 60, 2


def a_record_of(number: int) -> CustomerRecord:
    """Somebody with a little of everything; one in nine is called 王."""
    surname = "王李张刘陈杨赵黄周"[number % 9]
    return a_record(
        a_customer(id=f"K{number + 1:06d}", name=f"{surname}一二", tags=("高净值",) if number % 3 else ()),
        cash=float(1_000 + number % 977),
        holdings=(a_holding(market_value=10_000.0 + number % 491),),
        trades=tuple(a_trade(amount=1_000.0 + each) for each in range(5)),
    )


def test_five_thousand_customers(database: Database) -> None:
    book = (a_record_of(number) for number in range(5_000))
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
