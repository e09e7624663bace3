"""What drafting needs of a chat model. Texts that arrive here hold no identifiers: they were masked before."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel

from assistant.language_model.budget import TokenBudget

Schema = TypeVar("Schema", bound=BaseModel)


class Speaker(StrEnum):
    """Who says a turn."""

    RULES = "system"
    PERSON = "user"
    MODEL = "assistant"


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation with a model."""

    speaker: Speaker
    text: str


class LanguageModel(Protocol):
    """A chat model."""

    @property
    def name(self) -> str:
        """The model's name, stored beside what it wrote."""

    def complete(self, turns: Sequence[Turn], schema: type[Schema], budget: TokenBudget) -> Schema:
        """One structured answer. ``Unavailable``, ``Garbled`` or ``BudgetSpent`` where there is none."""

    def chat_model(self) -> Any:  # noqa: ANN401 - langchain's BaseChatModel, which only the agent knows
        """The model as LangChain calls it, with the same limits."""
