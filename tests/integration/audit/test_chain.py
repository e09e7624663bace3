"""The chain holds, refuses changes, and gives away what got past the refusal; on both databases."""

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from assistant.audit.model import GENESIS, AuditEvent
from assistant.identity.model import SYSTEM
from assistant.storage import Storage
from knowledge.database import Database

_AT = datetime(2026, 11, 22, 4, 0, 0, 123456, tzinfo=UTC)


def add(storage: Storage, number: int) -> None:
    with storage.unit_of_work() as work:
        work.audit.add(AuditEvent.LOGIN, actor=SYSTEM, subject=f"account:{number}", detail={"数": number}, at=_AT)


def add_and_fail(storage: Storage) -> None:
    with storage.unit_of_work() as work:
        work.audit.add(AuditEvent.LOGIN, actor=SYSTEM, subject="account:2", at=_AT)
        work.audit.add(AuditEvent.LOGIN, actor=SYSTEM, subject="account:2", detail={"not": object()}, at=_AT)


def tamper(database: Database, statement: str) -> None:
    """As somebody would who owns the database file."""
    with database.begin() as connection:
        if database.is_sqlite:
            connection.execute(text("DROP TRIGGER audit_no_update"))
            connection.execute(text("DROP TRIGGER audit_no_delete"))
        else:
            connection.execute(text("DROP TRIGGER audit_append_only ON audit_entries"))
        connection.execute(text(statement))


def test_an_empty_chain_is_whole(database: Database) -> None:
    with Storage(database).reading() as work:
        report = work.audit.verify()
    assert report.intact
    assert report.head == GENESIS


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_entries SET subject = 'x' WHERE sequence = 2", "DELETE FROM audit_entries WHERE sequence = 2"],
)
def test_the_database_itself_refuses_changes(database: Database, statement: str) -> None:
    storage = Storage(database)
    for number in range(3):
        add(storage, number)
    with pytest.raises(DBAPIError, match="append-only"), database.begin() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("UPDATE audit_entries SET subject = 'x' WHERE sequence = 3", 3),
        ("UPDATE audit_entries SET detail = '{}' WHERE sequence = 1", 1),
        ("UPDATE audit_entries SET actor_id = 'x', hash = repeat_hash WHERE sequence = 2", 2),
        ("UPDATE audit_entries SET event = 'nothing of ours' WHERE sequence = 4", 4),
        ("DELETE FROM audit_entries WHERE sequence = 2", 3),
        ("DELETE FROM audit_entries WHERE sequence = 5", 5),
    ],
    ids=["content", "detail", "content and hash", "event", "a middle entry", "the end"],
)
def test_tampering_is_found_where_it_happened(database: Database, statement: str, broken_at: int) -> None:
    storage = Storage(database)
    for number in range(5):
        add(storage, number)
    tamper(database, statement.replace("repeat_hash", f"'{'0' * 64}'"))
    with storage.reading() as work:
        report = work.audit.verify()
    assert report.broken_at == broken_at
    assert report.reason


def test_what_is_rolled_back_leaves_no_trace(database: Database) -> None:
    storage = Storage(database)
    add(storage, 1)
    with pytest.raises(TypeError):
        add_and_fail(storage)
    add(storage, 3)
    with storage.reading() as work:
        assert [entry.record.subject for entry in work.audit.entries()] == ["account:1", "account:3"]
        assert work.audit.verify().intact


def test_many_writers_make_one_chain(database: Database) -> None:
    storage = Storage(database)
    add(storage, 0)

    def add_five() -> None:
        for number in range(5):
            add(storage, number)

    threads = [threading.Thread(target=add_five) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with storage.reading() as work:
        report = work.audit.verify()
    assert report.intact
    assert report.entries == 31
