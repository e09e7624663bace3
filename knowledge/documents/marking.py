"""Marks what changed between two wordings, word by word."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_NUMERALS = "〇零一二两三四五六七八九十百千万亿"
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_SENTENCE = re.compile(r"[^。；;！？|\n]*[。；;！？|\n]+|[^。；;！？|\n]+")
_WORD = re.compile(
    rf"第[{_NUMERALS}0-9]+[编章节条款项目](?:之[{_NUMERALS}0-9]+)?"
    rf"|[0-9]+(?:[.,][0-9]+)*[%％‰]?|[A-Za-z]+(?:[-'][A-Za-z]+)*|[{_NUMERALS}]+|.",
    re.DOTALL,
)
_ITEM_NUMBER = re.compile(rf"\s*(?:[（(][{_NUMERALS}0-9]+[）)]|[{_NUMERALS}]+、|[0-9]+[.、．])")
_MOST_PAIRS = 1_000_000
"""Above this many pairs of words a passage is marked whole: aligning takes seconds and reads like confetti."""
_SHORT = 3
"""So few characters that stay between two changes are changed with them."""
_ALIKE = 0.25
"""Passages with less in common than this are marked whole."""


class Mark(StrEnum):
    """What happened to a piece of text."""

    KEEP = "keep"
    INSERT = "insert"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text and what happened to it."""

    mark: Mark
    text: str


def mark(before: str, after: str) -> tuple[Segment, ...]:
    """From one wording to the other: kept and deleted pieces make ``before``, kept and inserted ones ``after``."""
    return tuple(_joined(_tidied(list(_joined(_marks(before, after, _LEVELS))))))


def _lines(text: str) -> list[str]:
    return _LINE.findall(text)


def _sentences(text: str) -> list[str]:
    return _SENTENCE.findall(text)


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


_Split = Callable[[str], list[str]]
_LEVELS: tuple[_Split, ...] = (_lines, _sentences, _words)


def _marks(before: str, after: str, levels: Sequence[_Split]) -> Iterator[Segment]:
    """Lines that stayed anchor sentences, which anchor words: rows of a table never run into each other."""
    if before == after:
        yield Segment(Mark.KEEP, after)
    elif not before or not after or not levels:
        yield from _replaced(before, after)
    else:
        yield from _aligned(levels[0](before), levels[0](after), levels[1:])


def _aligned(old: list[str], new: list[str], finer: Sequence[_Split]) -> Iterator[Segment]:
    if len(old) * len(new) > _MOST_PAIRS:
        yield from _replaced("".join(old), "".join(new))
        return
    matcher = SequenceMatcher(None, _unnumbered(old), _unnumbered(new), autojunk=False)
    if not finer and matcher.ratio() < _ALIKE:
        yield from _replaced("".join(old), "".join(new))
        return
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        before, after = "".join(old[start:end]), "".join(new[new_start:new_end])
        if tag == "equal" or (tag == "replace" and finer and end - start == new_end - new_start):
            for one, other in zip(old[start:end], new[new_start:new_end], strict=True):
                yield from _marks(one, other, finer)
        else:
            yield from _marks(before, after, finer)


def _unnumbered(pieces: list[str]) -> list[str]:
    """Items are compared without their numbers: one that comes in between shifts all that follow."""
    return [_ITEM_NUMBER.sub("", piece, count=1) or piece for piece in pieces]


def _replaced(before: str, after: str) -> Iterator[Segment]:
    if before:
        yield Segment(Mark.DELETE, before)
    if after:
        yield Segment(Mark.INSERT, after)


def _joined(segments: Iterator[Segment]) -> Iterator[Segment]:
    """Deletion before insertion, and no two pieces of one kind in a row."""
    pending = {Mark.KEEP: "", Mark.DELETE: "", Mark.INSERT: ""}
    for segment in segments:
        changing = bool(pending[Mark.DELETE] or pending[Mark.INSERT])
        if changing if segment.mark is Mark.KEEP else pending[Mark.KEEP]:
            yield from _flushed(pending)
        pending[segment.mark] += segment.text
    yield from _flushed(pending)


def _flushed(pending: dict[Mark, str]) -> Iterator[Segment]:
    for kind, text in pending.items():
        if text:
            yield Segment(kind, text)
        pending[kind] = ""


def _tidied(segments: list[Segment]) -> Iterator[Segment]:
    """A character or two that happen to stay within a change are part of it."""
    for index, segment in enumerate(segments):
        between_changes = 0 < index < len(segments) - 1
        if segment.mark is Mark.KEEP and between_changes and _is_noise(segments, index):
            yield from _replaced(segment.text, segment.text)
        else:
            yield segment


def _is_noise(segments: list[Segment], index: int) -> bool:
    """Shorter than what changed on both sides, and within one line."""
    kept = segments[index].text
    if len(kept) > _SHORT or "\n" in kept or "|" in kept:
        return False
    return all(
        max(len(segments[at].text) for at in sides if 0 <= at < len(segments) and segments[at].mark is not Mark.KEEP)
        > len(kept)
        for sides in ((index - 1, index - 2), (index + 1, index + 2))
    )
