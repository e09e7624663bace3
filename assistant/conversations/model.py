"""Answers, and the turns of a conversation."""

from datetime import date, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from assistant.analysis.model import Fact
from assistant.drafting.model import Evidence, Statement, WriterTrace


class AnswerType(StrEnum):
    """What became of a question."""

    ANSWER = "answer"
    REFUSE = "refuse"
    REDIRECT = "redirect"


class Answer(BaseModel):
    """Statements with proof, or a refusal with its reason and what can be done instead."""

    model_config = ConfigDict(frozen=True)

    id: str
    type: AnswerType
    as_of: date
    statements: tuple[Statement, ...]
    evidence: tuple[Evidence, ...]
    """Only what the statements cite."""
    facts: tuple[Fact, ...]
    reason: str | None = None
    instead: str | None = None
    trace: WriterTrace
    retrieval: str
    notes: tuple[str, ...] = ()
    """How the question was read: which day, which slip; whole sentences for the reader."""

    @property
    def text(self) -> str:
        """What a person reads, without the citations."""
        lines = [statement.text for statement in self.statements]
        return "\n".join([*lines, *(text for text in (self.reason, self.instead) if text)])


class Turn(BaseModel):
    """One question and its answer."""

    model_config = ConfigDict(frozen=True)

    id: str
    conversation_id: str
    question: str
    answer: Answer
    asked_at: datetime


class Conversation(BaseModel):
    """A chat of one person, perhaps about one customer."""

    model_config = ConfigDict(frozen=True)

    id: str
    owner_id: str
    customer_id: str | None
    title: str
    started_at: datetime
