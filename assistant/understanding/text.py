"""One spelling for what people write in many: width, traditional characters, invisible characters, separators.

Every folded text remembers where each character came from, so that a finding can show the words as they were written.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import TypeVar

import opencc

_Read = TypeVar("_Read")

_SENTENCE_END = re.compile(r"[。！？!?；;\n]+[”’」』）)]*")
_CLAUSE_END = re.compile(r"[，,、：:—…]+|\s{2,}")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_SEPARATORS = frozenset(" \u3000\t·•.・*＊-_~^|/\\+=#&`'\"‧∙◦°﹒。")
_FULL_WIDTH = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_KEPT_WIDE = "！（），：；？"
"""Chinese punctuation stays Chinese."""
_BETWEEN_HAN = re.compile(rf"(?<={_HAN.pattern})[\W_]+(?={_HAN.pattern})")
_LONGEST_KEPT = 2000
_KEPT_TEXTS = 8192
_KEPT_CHARACTERS = 65536


@dataclass(frozen=True, slots=True)
class Folded:
    """A spelling of ``source``; ``origin[i]`` is where ``text[i]`` stood in it."""

    source: str
    text: str
    origin: Sequence[int]

    def original(self, start: int, end: int) -> str:
        """The words of the source that ``text[start:end]`` came from."""
        if start >= end:
            return ""
        return self.source[self.origin[start] : self.origin[end - 1] + 1]


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def remembered(read: Callable[[str], _Read]) -> Callable[[str], _Read]:
    """``read``, which keeps what it read of a text: sentences, quotes and facts come again and again.

    A text of more than 2,000 characters is read each time. What is read must not be changed by whoever gets it.
    """
    kept = lru_cache(maxsize=_KEPT_TEXTS)(read)

    @wraps(read)
    def remembering(text: str) -> _Read:
        return kept(text) if len(text) <= _LONGEST_KEPT else read(text)

    return remembering


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


class _Folding(dict[int, str]):
    """What each character is folded to, worked out when it is first met; ``str.translate`` looks here."""

    def __missing__(self, code: int) -> str:
        folded = _folded_character(chr(code))
        if len(self) < _KEPT_CHARACTERS:
            self[code] = folded
        return folded


_FOLDING = _Folding()


@remembered
def fold(text: str) -> Folded:
    """Simplified characters, ASCII letters and digits, no control or invisible characters. Punctuation stays."""
    folded = text.translate(_FOLDING)
    if len(folded) == len(text):
        return Folded(text, folded, range(len(text)))
    return Folded(text, folded, tuple(index for index, character in enumerate(text) if _FOLDING[ord(character)]))


def tighten(folded: Folded) -> Folded:
    """Without what was put between Chinese characters to hide a word: 保 本, 保·本, 保🔥本."""
    hidden = [match.span() for match in _BETWEEN_HAN.finditer(folded.text) if _hides(match[0])]
    if not hidden:
        return folded
    starts, ends = (0, *(end for _, end in hidden)), (*(start for start, _ in hidden), len(folded.text))
    pieces = list(zip(starts, ends, strict=True))
    return Folded(
        folded.source,
        "".join(folded.text[start:end] for start, end in pieces),
        tuple(index for start, end in pieces for index in folded.origin[start:end]),
    )


def _hides(run: str) -> bool:
    """Whether nothing but separators and pictures stands between two characters; a full stop alone ends a sentence."""
    return run != "。" and all(
        character in _SEPARATORS or unicodedata.category(character) in {"So", "Sk", "Sm"} for character in run
    )


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
