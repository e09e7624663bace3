"""What all inputs and views share."""

import re
from collections.abc import Callable, Sequence
from typing import Annotated, Generic, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

Item = TypeVar("Item")
Record = TypeVar("Record")

MAX_QUESTION = 4000
"""Characters of a question to the house or to an advisor."""
MAX_PAGE = 200
"""The longest page of a list."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_HALF_A_CHARACTER = re.compile(r"[\ud800-\udfff]")


def _well_formed(text: str) -> str:
    if _HALF_A_CHARACTER.search(text):
        raise ValueError("含有无效的字符。")
    return text


def _without_control_characters(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("不能含有控制字符。")
    return text


def _with_words(text: str) -> str:
    text = _CONTROL.sub("", text)
    if not any(character.isalnum() for character in text):
        raise ValueError("请写明要问什么。")
    return text


Identifier = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
"""An id that the house gave out."""

Text = Annotated[str, AfterValidator(_well_formed)]
"""Text that can be written as UTF-8: JSON escapes can spell half a character."""

PlainText = Annotated[Text, AfterValidator(_without_control_characters)]
"""Text of people, without control characters other than tab and line breaks."""

FilterText = Annotated[PlainText, StringConstraints(max_length=100)]
"""Words that a list is filtered by."""


QuestionText = Annotated[str, StringConstraints(min_length=1, max_length=MAX_QUESTION), AfterValidator(_with_words)]
"""A question in people's own words, which are often pasted: control characters are taken out, not refused."""


class Input(BaseModel):
    """What a caller sends: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PageQuery(Input):
    """Which stretch of a list."""

    limit: int = Field(default=50, ge=1, le=MAX_PAGE, description="每页条数。", examples=[50])
    offset: int = Field(default=0, ge=0, le=10_000_000, description="从第几条开始，从 0 起。", examples=[0])


class View(BaseModel):
    """What a caller gets: never more than the caller's role may see."""

    model_config = ConfigDict(frozen=True)


class ListView(View, Generic[Item]):
    """A whole list."""

    items: tuple[Item, ...]

    @classmethod
    def of(cls, records: Sequence[Record], view: Callable[[Record], Item]) -> Self:
        """Every record as ``view`` shows it."""
        return cls(items=tuple(view(record) for record in records))


class PageView(View, Generic[Item]):
    """A stretch of a list, and how long the whole list is."""

    items: tuple[Item, ...]
    total: int = Field(ge=0, description="全部条数。", examples=[312])
    limit: int = Field(ge=1, le=MAX_PAGE, description="每页条数。", examples=[50])
    offset: int = Field(ge=0, description="从第几条开始，从 0 起。", examples=[0])

    @classmethod
    def cut(cls, records: Sequence[Record], view: Callable[[Record], Item], *, limit: int, offset: int) -> Self:
        """The asked-for stretch of a list that is held whole."""
        items = tuple(view(record) for record in records[offset : offset + limit])
        return cls(items=items, total=len(records), limit=limit, offset=offset)
