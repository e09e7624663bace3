"""One spelling for what people write in many: width, traditional characters, invisible characters, separators.

Every folded text remembers where each character came from, so that a finding can show the words as they were written.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import opencc

_SENTENCE_END = re.compile(r"[。！？!?；;\n]+[”’」』）)]*")
_CLAUSE_END = re.compile(r"[，,、：:—…]+|\s{2,}")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_SEPARATORS = frozenset(" \u3000\t·•.・*＊-_~^|/\\+=#&`'\"‧∙◦°﹒。")
_FULL_WIDTH = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_KEPT_WIDE = "！（），：；？"
"""Chinese punctuation stays Chinese."""


@dataclass(frozen=True, slots=True)
class Folded:
    """A spelling of ``source``; ``origin[i]`` is where ``text[i]`` stood in it."""

    source: str
    text: str
    origin: tuple[int, ...]

    def original(self, start: int, end: int) -> str:
        """The words of the source that ``text[start:end]`` came from."""
        if start >= end:
            return ""
        return self.source[self.origin[start] : self.origin[end - 1] + 1]


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@lru_cache(maxsize=65536)
def _folded_character(character: str) -> str:  # noqa: PLR0911 - one return a kind of character
    """One character or none."""
    if character in "\n\t":
        return character
    category = unicodedata.category(character)
    if category in {"Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me"}:
        return ""
    if category == "Nd":
        return str(unicodedata.digit(character))
    if category == "Zs":
        return " "
    if character in _FULL_WIDTH and character not in _KEPT_WIDE:
        return _FULL_WIDTH[character]
    if _HAN.match(character):
        return str(_converter().convert(character))
    compatible = unicodedata.normalize("NFKC", character)
    if len(compatible) == 1 and (compatible.isascii() or _HAN.match(compatible)) and category[0] in "LS":
        return _folded_character(compatible) if compatible != character else character
    return character


def fold(text: str) -> Folded:
    """Simplified characters, ASCII letters and digits, no control or invisible characters. Punctuation stays."""
    characters: list[str] = []
    origin: list[int] = []
    for index, character in enumerate(text):
        folded = _folded_character(character)
        if folded:
            characters.append(folded)
            origin.append(index)
    return Folded(text, "".join(characters), tuple(origin))


def tighten(folded: Folded) -> Folded:
    """Without what was put between Chinese characters to hide a word: 保 本, 保·本, 保🔥本."""
    kept = list(_kept(folded.text))
    return Folded(folded.source, "".join(folded.text[i] for i in kept), tuple(folded.origin[i] for i in kept))


def _kept(text: str) -> Iterator[int]:
    index = 0
    while index < len(text):
        end = index
        while end < len(text) and _hides(text[end]):
            end += 1
        run = text[index:end]
        between = bool(run) and index > 0 and end < len(text) and _joins(text[index - 1]) and _joins(text[end])
        sentence_end = "。" in run and len(run) == 1
        if run and (not between or sentence_end):
            yield from range(index, end)
        if not run:
            yield index
        index = max(end, index + 1)


def _hides(character: str) -> bool:
    return character in _SEPARATORS or unicodedata.category(character) in {"So", "Sk", "Sm"}


def _joins(character: str) -> bool:
    return _HAN.match(character) is not None


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch between commas: ``text`` starts at ``start`` of the whole; ``sentence`` counts from 0."""

    text: str
    start: int
    sentence: int


def sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Spans of the sentences, end marks included."""
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        spans.append((start, match.end()))
        start = match.end()
    if text[start:].strip():
        spans.append((start, len(text)))
    return tuple(spans)


def clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of every sentence, in order."""
    found: list[Clause] = []
    for number, (first, last) in enumerate(sentences(text)):
        start = first
        for match in _CLAUSE_END.finditer(text, first, last):
            if text[start : match.start()].strip():
                found.append(Clause(text[start : match.start()], start, number))
            start = match.end()
        if text[start:last].strip():
            found.append(Clause(text[start:last], start, number))
    return tuple(found)
