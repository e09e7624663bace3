"""Questions, streamed answers and conversations."""

from datetime import date, datetime
from typing import Self

from pydantic import Field

from api.schemas.base import Identifier, Input, QuestionText, View
from api.schemas.drafts import EvidenceView, FactView, StatementView, TraceView, labels_of
from api.schemas.terms import AnswerType
from assistant.conversations.model import Answer, Conversation, Turn


class QuestionRequest(Input):
    """A question to the house."""

    text: QuestionText = Field(description="问题，1 至 4000 个字符。", examples=["C2客户能买R4产品吗？"])
    as_of: date | None = Field(default=None, description="按哪一天的规则回答；空为今天。", examples=["2026-06-30"])
    conversation_id: Identifier | None = Field(default=None, description="接着哪个会话；空为新会话。", examples=[None])
    customer_id: Identifier | None = Field(default=None, description="关于哪位客户；空为不涉及。", examples=[None])


class StepView(View):
    """Data of the event ``step``: what is being done now."""

    key: str = Field(examples=["searching"])
    label: str = Field(examples=["正在检索条文"])


class AnswerView(View):
    """Statements with proof, or a refusal with its reason and what can be done instead."""

    id: str
    type: AnswerType
    as_of: date
    statements: tuple[StatementView, ...]
    evidence: tuple[EvidenceView, ...]
    facts: tuple[FactView, ...]
    reason: str | None = Field(description="不回答的原因。")
    instead: str | None = Field(description="可以怎么办。")
    notes: tuple[str, ...] = Field(default=(), description="怎样理解了问题：用的是哪一天、纠正了哪个字。")
    text: str = Field(description="不带出处的全文。")
    trace: TraceView

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """The answer, its citations named for people."""
        labels = labels_of(answer.evidence, answer.facts)
        return cls(
            id=answer.id,
            type=answer.type,
            as_of=answer.as_of,
            statements=tuple(StatementView.of(statement, labels) for statement in answer.statements),
            evidence=tuple(EvidenceView.of(evidence) for evidence in answer.evidence),
            facts=tuple(FactView.of(fact) for fact in answer.facts),
            reason=answer.reason,
            instead=answer.instead,
            notes=answer.notes,
            text=answer.text,
            trace=TraceView.of(answer.trace),
        )


class TurnView(View):
    """Data of the event ``answer``, and an element of a conversation."""

    id: str
    conversation_id: str
    question: str
    answer: AnswerView
    asked_at: datetime

    @classmethod
    def of(cls, turn: Turn) -> Self:
        """One question and its answer."""
        return cls(
            id=turn.id,
            conversation_id=turn.conversation_id,
            question=turn.question,
            answer=AnswerView.of(turn.answer),
            asked_at=turn.asked_at,
        )


class ConversationView(View):
    """A chat of the caller."""

    id: str
    title: str
    customer_id: str | None
    started_at: datetime

    @classmethod
    def of(cls, conversation: Conversation) -> Self:
        """The conversation without its turns."""
        return cls(
            id=conversation.id,
            title=conversation.title,
            customer_id=conversation.customer_id,
            started_at=conversation.started_at,
        )
