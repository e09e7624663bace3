"""Conversations, kept; each is its owner's alone."""

from typing import Any

from sqlalchemy import Connection, Row, insert, select

from assistant.conversations.model import Answer, Conversation, Turn
from assistant.conversations.tables import conversations, turns
from assistant.errors import NotFound


class ConversationRepository:
    """Conversations of one owner."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, conversation: Conversation) -> None:
        """Start one."""
        self._connection.execute(insert(conversations).values(**conversation.model_dump()))

    def get(self, conversation_id: str, *, owner_id: str) -> Conversation:
        """The owner's conversation; ``NotFound`` for anybody else."""
        row = self._connection.execute(
            select(conversations).where(conversations.c.id == conversation_id, conversations.c.owner_id == owner_id)
        ).one_or_none()
        if row is None:
            raise NotFound("没有找到这个会话。")
        return _conversation_of(row)

    def of_owner(self, owner_id: str, *, limit: int = 30) -> tuple[Conversation, ...]:
        """Newest first."""
        rows = self._connection.execute(
            select(conversations)
            .where(conversations.c.owner_id == owner_id)
            .order_by(conversations.c.started_at.desc())
            .limit(limit)
        )
        return tuple(_conversation_of(row) for row in rows)

    def add_turn(self, turn: Turn) -> None:
        """Append a question and its answer."""
        self._connection.execute(
            insert(turns).values(
                id=turn.id,
                conversation_id=turn.conversation_id,
                question=turn.question,
                answer=turn.answer.model_dump(mode="json"),
                asked_at=turn.asked_at,
            )
        )

    def turns(self, conversation_id: str, *, limit: int = 50) -> tuple[Turn, ...]:
        """The last ``limit`` turns, oldest first."""
        rows = self._connection.execute(
            select(turns)
            .where(turns.c.conversation_id == conversation_id)
            .order_by(turns.c.asked_at.desc())
            .limit(limit)
        ).all()
        return tuple(_turn_of(row) for row in reversed(rows))


def _conversation_of(row: Row[Any]) -> Conversation:
    return Conversation.model_validate(row, from_attributes=True)


def _turn_of(row: Row[Any]) -> Turn:
    return Turn(
        id=row.id,
        conversation_id=row.conversation_id,
        question=row.question,
        answer=Answer.model_validate(row.answer),
        asked_at=row.asked_at,
    )
