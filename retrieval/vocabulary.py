"""People's own words in the words of rules, and the subjects that a provision must name to answer about them.

Both are data that people keep: ``vocabulary.tsv`` and ``subjects.txt``. What the lists do not hold changes nothing.
"""

import re
from functools import cache, lru_cache
from importlib import resources

from retrieval.segmentation import fold


@lru_cache(maxsize=1024)
def standard_words(text: str) -> tuple[str, ...]:
    """What a rule would say for the colloquial expressions of ``text``, in order, once each."""
    said = fold(text)
    meant = [_vocabulary()[match.group()] for match in _expressions().finditer(said)]
    return tuple(word for word in dict.fromkeys(w for words in meant for w in words) if word not in said)


@lru_cache(maxsize=1024)
def in_standard_words(text: str) -> str:
    """``text`` with its colloquial expressions replaced by the words of rules."""
    return _expressions().sub(lambda match: " ".join(_vocabulary()[match.group()]), fold(text))


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
def _expressions() -> re.Pattern[str]:
    longest_first = sorted(_vocabulary(), key=lambda expression: (-len(expression), expression))
    return re.compile("|".join(re.escape(expression) for expression in longest_first))


@cache
def _subjects() -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(fold(name) for name in line.split("/")) for line in _lines("subjects.txt"))


def _lines(name: str) -> list[str]:
    text = resources.files("retrieval").joinpath(name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
