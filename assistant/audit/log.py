"""The audit log: append-only, hash-chained, written in the transaction of the change that it tells of.

A head row holds the number and hash of the newest entry. It is locked while an entry is added, so that two writers make
one chain, and it gives away an end that was cut off. The migration adds triggers that refuse updates and deletes;
``verify`` finds what gets past them.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Connection, Integer, Row, String, Table, func, insert, select, update

from assistant.audit.model import GENESIS, AuditEntry, AuditEvent, AuditRecord, chain_hash
from assistant.identity.model import Actor
from knowledge.database import UtcDateTime, metadata

_entries = Table(
    "audit_entries",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("event", String(64), nullable=False, index=True),
    Column("actor_id", String(64), nullable=False, index=True),
    Column("role", String(32), nullable=False),
    Column("subject", String(160), nullable=False, index=True),
    Column("detail", JSON, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("sequence", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What ``verify`` found. ``broken_at`` is the first number that does not hold."""

    entries: int
    head: str
    broken_at: int | None = None
    reason: str | None = None

    @property
    def intact(self) -> bool:
        """Whether every entry is where and what it was."""
        return self.broken_at is None


class AuditLog:
    """Adds to the chain and reads it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, event: AuditEvent, *, actor: Actor, subject: str, at: datetime, detail: dict[str, Any] | None = None
    ) -> AuditEntry:
        """Append one entry; it commits or vanishes with the caller's change."""
        sequence, previous = self._take_head()
        record = AuditRecord(
            event=event, actor_id=actor.id, role=actor.role.value, subject=subject, detail=detail or {}, at=at
        )
        entry = AuditEntry(
            sequence=sequence + 1,
            record=record,
            previous_hash=previous,
            hash=chain_hash(sequence + 1, record, previous),
        )
        self._connection.execute(
            insert(_entries).values(
                sequence=entry.sequence,
                event=event.value,
                actor_id=record.actor_id,
                role=record.role,
                subject=subject,
                detail=record.detail,
                at=at,
                previous_hash=previous,
                hash=entry.hash,
            )
        )
        self._connection.execute(update(_head).values(sequence=entry.sequence, hash=entry.hash))
        return entry

    def entries(self, *, subject: str | None = None, after: int = 0, limit: int | None = None) -> Iterator[AuditEntry]:
        """Entries in order, of one subject or of all."""
        query = select(_entries).where(_entries.c.sequence > after).order_by(_entries.c.sequence)
        if subject is not None:
            query = query.where(_entries.c.subject == subject)
        for row in self._connection.execute(query.limit(limit)):
            yield _entry_of(row)

    def newest(self) -> int:
        """Number of the newest entry; 0 where there is none."""
        return self._connection.execute(select(_head.c.sequence)).scalar() or 0

    def happened(self, events: Collection[AuditEvent], *, after: int) -> bool:
        """Whether one of these was entered after the entry with this number."""
        query = select(_entries.c.sequence).where(
            _entries.c.sequence > after, _entries.c.event.in_([event.value for event in events])
        )
        return self._connection.execute(query.limit(1)).first() is not None

    def counts(self) -> dict[AuditEvent, int]:
        """How often each event happened."""
        rows = self._connection.execute(select(_entries.c.event, func.count()).group_by(_entries.c.event))
        return {AuditEvent(event): count for event, count in rows}

    def verify(self) -> ChainReport:
        """Walk the whole chain and compare its end with the head."""
        head = self._connection.execute(select(_head.c.sequence, _head.c.hash)).one_or_none()
        expected_end = (head.sequence, head.hash) if head is not None else (0, GENESIS)
        previous, count = GENESIS, 0
        try:
            for entry in self.entries():
                count += 1
                reason = _fault(entry, count, previous)
                if reason is not None:
                    return ChainReport(count, previous, entry.sequence, reason)
                previous = entry.hash
        except ValueError:  # no event of ours, or no JSON
            return ChainReport(count, previous, count + 1, f"第 {count + 1} 条的内容被改动，已无法读取。")
        if (count, previous) != expected_end:
            return ChainReport(count, previous, count + 1, f"链尾应为第 {expected_end[0]} 条，实际只有 {count} 条。")
        return ChainReport(count, previous)

    def _take_head(self) -> tuple[int, str]:
        row = self._connection.execute(select(_head.c.sequence, _head.c.hash).with_for_update()).one_or_none()
        if row is not None:
            return row.sequence, row.hash
        self._connection.execute(insert(_head).values(id=1, sequence=0, hash=GENESIS))
        return 0, GENESIS


def _fault(entry: AuditEntry, number: int, previous: str) -> str | None:
    if entry.sequence != number:
        return f"第 {number} 条缺失。"
    if entry.previous_hash != previous:
        return f"第 {number} 条没有接在上一条之后。"
    if entry.hash != chain_hash(number, entry.record, previous):
        return f"第 {number} 条的内容被改动。"
    return None


def _entry_of(row: Row[Any]) -> AuditEntry:
    return AuditEntry(
        sequence=row.sequence,
        record=AuditRecord(
            event=AuditEvent(row.event),
            actor_id=row.actor_id,
            role=row.role,
            subject=row.subject,
            detail=row.detail,
            at=row.at,
        ),
        previous_hash=row.previous_hash,
        hash=row.hash,
    )
