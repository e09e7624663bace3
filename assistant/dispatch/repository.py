"""The outbox and the customers' messages, kept."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from assistant.dispatch.model import Channel, Dispatch, DispatchState, Message
from assistant.dispatch.tables import dispatches, messages
from assistant.errors import NotFound
from knowledge.customers.model import Scope, ScopeKind


class DispatchRepository:
    """Approved texts on their way."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, dispatch: Dispatch) -> None:
        """Put it into the outbox; the idempotency key must be new."""
        self._connection.execute(
            insert(dispatches).values(
                id=dispatch.id,
                case_id=dispatch.case_id,
                customer_id=dispatch.customer_id,
                channel=dispatch.channel.value,
                digest=dispatch.digest,
                idempotency_key=dispatch.idempotency_key,
                state=dispatch.state.value,
                created_at=dispatch.created_at,
            )
        )

    def get(self, dispatch_id: str) -> Dispatch:
        """The dispatch, locked until the transaction ends."""
        row = self._connection.execute(
            select(dispatches).where(dispatches.c.id == dispatch_id).with_for_update()
        ).one_or_none()
        if row is None:
            raise NotFound("没有这条发送任务。")
        return _dispatch_of(row)

    def of_case(self, case_id: str) -> tuple[Dispatch, ...]:
        """All dispatches of a case, oldest first."""
        rows = self._connection.execute(
            select(dispatches).where(dispatches.c.case_id == case_id).order_by(dispatches.c.created_at)
        )
        return tuple(_dispatch_of(row) for row in rows)

    def queued(self) -> tuple[str, ...]:
        """Ids of what has not left yet, oldest first."""
        query = select(dispatches.c.id).where(dispatches.c.state == DispatchState.QUEUED.value)
        return tuple(self._connection.execute(query.order_by(dispatches.c.created_at)).scalars())

    def save(self, dispatch: Dispatch) -> None:
        """Keep its new state."""
        self._connection.execute(
            update(dispatches)
            .where(dispatches.c.id == dispatch.id)
            .values(state=dispatch.state.value, delivered_at=dispatch.delivered_at, refusal=dispatch.refusal)
        )


class MessageRepository:
    """What customers have received, within a scope."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, message: Message, *, idempotency_key: str) -> None:
        """Deliver in the app: the customer sees it when this commits."""
        self._connection.execute(
            insert(messages).values(
                id=message.id,
                idempotency_key=idempotency_key,
                customer_id=message.customer_id,
                case_id=message.case_id,
                kind=message.kind,
                title=message.title,
                text=message.text,
                digest=message.digest,
                advisor_name=message.advisor_name,
                registration_number=message.registration_number,
                delivered_at=message.delivered_at,
            )
        )

    def of_customer(self, customer_id: str, *, scope: Scope) -> tuple[Message, ...]:
        """The customer's messages, newest first; a customer's scope sees that customer's only."""
        if scope.kind is ScopeKind.CUSTOMER and scope.owner_id != customer_id:
            raise NotFound("没有找到消息。")
        rows = self._connection.execute(
            select(messages).where(messages.c.customer_id == customer_id).order_by(messages.c.delivered_at.desc())
        )
        return tuple(_message_of(row) for row in rows)

    def get(self, message_id: str, *, customer_id: str) -> Message:
        """One message of this customer."""
        row = self._connection.execute(
            select(messages).where(messages.c.id == message_id, messages.c.customer_id == customer_id)
        ).one_or_none()
        if row is None:
            raise NotFound("没有找到这条消息。")
        return _message_of(row)

    def of_case(self, case_id: str) -> tuple[Message, ...]:
        """What was delivered for a case."""
        rows = self._connection.execute(select(messages).where(messages.c.case_id == case_id))
        return tuple(_message_of(row) for row in rows)

    def mark_read(self, message_id: str, *, at: datetime) -> None:
        """Remember the first time it was opened."""
        self._connection.execute(
            update(messages).where(messages.c.id == message_id, messages.c.read_at.is_(None)).values(read_at=at)
        )


def _dispatch_of(row: Row[Any]) -> Dispatch:
    return Dispatch(
        id=row.id,
        case_id=row.case_id,
        customer_id=row.customer_id,
        channel=Channel(row.channel),
        digest=row.digest,
        idempotency_key=row.idempotency_key,
        state=DispatchState(row.state),
        created_at=row.created_at,
        delivered_at=row.delivered_at,
        refusal=row.refusal,
    )


def _message_of(row: Row[Any]) -> Message:
    return Message(
        id=row.id,
        customer_id=row.customer_id,
        case_id=row.case_id,
        kind=row.kind,
        title=row.title,
        text=row.text,
        digest=row.digest,
        advisor_name=row.advisor_name,
        registration_number=row.registration_number,
        delivered_at=row.delivered_at,
        read_at=row.read_at,
    )
