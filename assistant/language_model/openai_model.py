"""Any OpenAI-compatible chat model, by address: the one place that talks to it."""

import json
import re
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any

import openai
from langchain_core.messages import AIMessage
from langchain_openai import ChatOpenAI
from langsmith import tracing_context
from pydantic import SecretStr, ValidationError

from assistant.errors import Unavailable
from assistant.language_model.budget import TokenBudget, estimate
from assistant.language_model.errors import Garbled
from assistant.language_model.ports import Schema, Turn

_FENCE = re.compile(r"^\s*```(?:json)?\s*|\s*```\s*$")
_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, IndexError)
"""What the client libraries raise when a server answers 200 with something that is no completion."""


class OpenAiCompatibleModel:
    """One model at one address. Nothing is sent before the first call."""

    def __init__(
        self, *, base_url: str, model: str, api_key: SecretStr, timeout_seconds: float, retries: int, max_tokens: int
    ) -> None:
        self._name = model
        self._chat = ChatOpenAI(
            model=model,
            base_url=base_url,
            api_key=api_key,
            timeout=timeout_seconds,
            max_retries=retries,
            max_tokens=max_tokens,
            temperature=0,
        )

    @property
    def name(self) -> str:
        """The model's name."""
        return self._name

    def chat_model(self) -> ChatOpenAI:
        """For the agent. Wrap its use in :func:`failures_told`."""
        return self._chat

    def complete(self, turns: Sequence[Turn], schema: type[Schema], budget: TokenBudget) -> Schema:
        """Ask for a call of ``schema`` as a tool; a server that writes the JSON as text instead is understood too."""
        texts = [turn.text for turn in turns]
        budget.afford(texts)
        bound = self._chat.bind_tools([schema], tool_choice=schema.__name__)
        with failures_told():
            message = bound.invoke([(turn.speaker.value, turn.text) for turn in turns])
        if not isinstance(message, AIMessage):
            raise Garbled("模型没有给出回答。")
        spend(message, texts, budget)
        return _read(message, schema)


@contextmanager
def failures_told() -> Generator[None, None, None]:
    """Whatever the client raises becomes ``Unavailable`` or ``Garbled``; nothing is traced anywhere."""
    try:
        with tracing_context(enabled=False):
            yield
    except openai.APITimeoutError as error:
        raise Unavailable("模型服务在限定时间内没有回答。") from error
    except openai.RateLimitError as error:
        raise Unavailable("模型服务繁忙（429），请稍后再试。") from error
    except openai.APIStatusError as error:
        raise Unavailable(f"模型服务返回错误（{error.status_code}）。") from error
    except openai.APIConnectionError as error:
        raise Unavailable("连接不上模型服务。") from error
    except (openai.OpenAIError, *_UNREADABLE) as error:
        raise Garbled("模型服务的回答无法读取。") from error


def spend(message: AIMessage, sent: Sequence[str], budget: TokenBudget) -> None:
    """Note what a call used: as the server counted, or estimated where it does not say."""
    usage = message.usage_metadata or {}
    budget.spend(
        int(usage.get("input_tokens") or estimate(sent)),
        int(usage.get("output_tokens") or estimate([str(message.content)])),
    )


def _read(message: AIMessage, schema: type[Schema]) -> Schema:
    try:
        return schema.model_validate(_arguments(message))
    except (ValidationError, json.JSONDecodeError) as error:
        raise Garbled("模型的回答不符合约定的格式。") from error


def _arguments(message: AIMessage) -> Any:  # noqa: ANN401 - unchecked JSON, validated by the caller
    if message.tool_calls:
        return message.tool_calls[0]["args"]
    return json.loads(_FENCE.sub("", str(message.content)))
