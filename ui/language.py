"""Two languages: Chinese as written in the pages, English from a table. What the API says stays as the API said it."""

import json
from enum import StrEnum
from functools import cache
from pathlib import Path


class Language(StrEnum):
    """What a visitor reads; Chinese unless chosen otherwise."""

    CHINESE = "zh"
    ENGLISH = "en"

    @classmethod
    def of(cls, value: str | None) -> "Language":
        """The chosen language; anything unknown is Chinese."""
        return cls.ENGLISH if value == cls.ENGLISH.value else cls.CHINESE


@cache
def english() -> dict[str, str]:
    """Chinese text → English text."""
    table: dict[str, str] = json.loads((Path(__file__).parent / "english.json").read_text(encoding="utf-8"))
    return table


def translate(text: str, language: Language) -> str:
    """``text`` in ``language``; Chinese where the table has no English."""
    return text if language is Language.CHINESE else english().get(text, text)
