"""People's own words in the words of rules, and the subjects that a provision must name to answer about them.

Both are data that people keep: ``vocabulary.tsv`` and ``subjects.txt``. What the lists do not hold changes nothing.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib import resources

from retrieval.segmentation import dictionary_words, fold

MEANT = 0.6
"""What the standard words of a colloquial question count, beside its own."""


@lru_cache(maxsize=1024)
def standard_words(text: str) -> tuple[str, ...]:
    """What a rule would say for the colloquial expressions of ``text``, in order, once each."""
    said = fold(text)
    meant = [_vocabulary()[said[start:end]] for start, end in _expressions_in(said)]
    return tuple(word for word in dict.fromkeys(w for words in meant for w in words) if word not in said)


@lru_cache(maxsize=1024)
def in_standard_words(text: str) -> str:
    """``text`` with its colloquial expressions replaced by the words of rules."""
    said = fold(text)
    parts: list[str] = []
    rest = 0
    for start, end in _expressions_in(said):
        parts += [said[rest:start], " ".join(_vocabulary()[said[start:end]])]
        rest = end
    return "".join([*parts, said[rest:]])


@lru_cache(maxsize=1024)
def _expressions_in(said: str) -> tuple[tuple[int, int], ...]:
    """Where expressions stand, longest first. Short ones cut no dictionary word: no 「怎么开」 in 「怎么开户」."""
    bounds = _bounds(said)
    found: list[tuple[int, int]] = []
    start = 0
    while start < len(said):
        ends = range(min(len(said), start + _longest_by_first().get(said[start], 0)), start, -1)
        known = (end for end in ends if said[start:end] in _vocabulary())
        end = next((end for end in known if end - start > _SHORT or {start, end} <= bounds), None)
        if end is not None:
            found.append((start, end))
        start = end or start + 1
    return tuple(found)


def _bounds(said: str) -> frozenset[int]:
    """Places that are not inside a word of the dictionary, nor inside letters and digits."""
    bounds = {0, len(said)}
    at = 0
    for run in _RUNS.findall(said):
        pieces = dictionary_words(run) if "\u4e00" <= run[0] <= "\u9fff" else (run,)
        for piece in pieces:
            bounds.add(at)
            at += len(piece)
        bounds.add(at)
    return frozenset(bounds)


_SHORT = 3
_RUNS = re.compile(r"[\u4e00-\u9fff]+|[a-z0-9]+|.", re.DOTALL)


@cache
def expressions() -> frozenset[str]:
    """Every expression of people's own that the vocabulary knows."""
    return frozenset(_vocabulary())


def missing_terms(texts: Iterable[str]) -> tuple[str, ...]:
    """Standard words that no text of a library has: a vocabulary must not lead where there is nothing."""
    held = "\n".join(fold(text) for text in texts)
    return tuple(sorted(term for term in standard_terms() if term not in held))


@cache
def standard_terms() -> frozenset[str]:
    """Every word of rules that the vocabulary leads to."""
    return frozenset(word for words in _vocabulary().values() for word in words)


@lru_cache(maxsize=1024)
def subjects_of(text: str) -> tuple[tuple[str, ...], ...]:
    """The listed subjects that ``text`` names, each with all its spellings."""
    said = fold(text)
    return tuple(names for names in _subjects() if any(name in said for name in names))


def names_all(subjects: tuple[tuple[str, ...], ...], text: str) -> bool:
    """Whether ``text`` (folded) names each of the subjects in one of its spellings."""
    return all(any(name in text for name in names) for names in subjects)


@cache
def _vocabulary() -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for line in _lines("vocabulary.tsv"):
        said, _, meant = line.partition("\t")
        table |= {fold(expression): tuple(fold(word) for word in meant.split()) for expression in said.split()}
    return table


@cache
def _longest_by_first() -> dict[str, int]:
    longest: dict[str, int] = {}
    for expression in _vocabulary():
        longest[expression[0]] = max(longest.get(expression[0], 0), len(expression))
    return longest


@cache
def _subjects() -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(fold(name) for name in line.split("/")) for line in _lines("subjects.txt"))


def _lines(name: str) -> list[str]:
    text = resources.files("retrieval").joinpath(name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
