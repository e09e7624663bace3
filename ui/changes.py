"""What was changed between two wordings, for a reader's eyes."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """A run of characters: ``same``, ``gone`` or ``new``."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """One line that differs."""

    parts: tuple[Change, ...]


def changed_lines(before: str, after: str) -> tuple[ChangedLine, ...]:
    """Only the lines that differ, a changed line with its own words marked."""
    old, new = before.splitlines(), after.splitlines()
    lines: list[ChangedLine] = []
    for tag, i, j, k, m in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag != "equal":
            lines.extend(_lines(old[i:j], new[k:m]))
    return tuple(lines)


def _lines(old: list[str], new: list[str]) -> Iterator[ChangedLine]:
    paired = min(len(old), len(new))
    for before, after in zip(old[:paired], new[:paired], strict=True):
        yield ChangedLine(tuple(_words(before, after)))
    for line in old[paired:]:
        if line.strip():
            yield ChangedLine((Change("gone", line),))
    for line in new[paired:]:
        if line.strip():
            yield ChangedLine((Change("new", line),))


def _words(before: str, after: str) -> Iterator[Change]:
    for tag, i, j, k, m in difflib.SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Change("same", before[i:j])
        else:
            if j > i:
                yield Change("gone", before[i:j])
            if m > k:
                yield Change("new", after[k:m])
