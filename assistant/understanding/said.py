"""What a reader is told of how a question was read."""

from collections.abc import Iterator

from retrieval.model import Hit, SearchResult
from retrieval.references import quoted

_MOST, _LONGEST = 3, 24
"""Corrections that are told, and characters of one: more would be a text, not a note."""


def notes_on(found: SearchResult) -> Iterator[str]:
    """Slips that were read as terms, and parts of articles that are not there; whole sentences."""
    told = [each for each in found.corrections if len(each.written) <= _LONGEST]
    for each in told[:_MOST]:
        yield f"已按「{each.meant}」理解（您写的是「{each.written}」）。"
    for hit in found.hits:
        if hit.part is not None and asked_part(hit) is None:
            yield f"{hit.provision.citation}没有{hit.part}，以下是这一条的内容。"


def asked_part(hit: Hit) -> str | None:
    """The words of the 款 or 项 that the question names; ``None`` where it names none or there is none."""
    return quoted(hit.part, hit.provision.text) if hit.part is not None else None
