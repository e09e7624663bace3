"""How much a text's wording leans towards forbidden wording, by a linear model over its character n-grams.

The patterns of ``wording.yaml`` say what is forbidden; this says how sentences of that kind sound. It is a table that
a person can read: one line an n-gram with its weight and its weights by category (``tendency.tsv``, made by
``python -m evals.compliance.fit`` from ``development.jsonl`` and sound sentences of the library). The score of a text
is ``bias + Σ weight / √(number of its n-grams)``, as log odds.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import add
from pathlib import Path

from assistant.understanding.text import fold, remembered, tighten

LONGEST_GRAM = 3
TABLE = Path(__file__).with_name("tendency.tsv")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_REASONS = 5
_DECIMALS = 9
"""Weights have two: beyond this a difference is one of rounding, and the first category of the table goes before."""


@dataclass(frozen=True, slots=True)
class Tendency:
    """``probability`` that the text is forbidden wording, the likeliest category, and the n-grams that speak for it."""

    probability: float
    category: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Weights by n-gram. ``biases`` holds ``""`` for the whole and every category."""

    biases: Mapping[str, float]
    weights: Mapping[str, float]
    by_category: Mapping[str, Mapping[str, float]]


def grams(text: str) -> frozenset[str]:
    """The distinct n-grams of one to three characters; numbers count as one character, and both ends are marked."""
    return _grams(_marked(text))


def _marked(text: str) -> str:
    return f"^{_NUMBER.sub('0', tighten(fold(text)).text.lower())}$"


def _grams(marked: str) -> frozenset[str]:
    found, runs = set(marked), list(marked)
    for size in range(1, LONGEST_GRAM):
        runs = list(map(add, runs, marked[size:]))
        found.update(runs)
    return frozenset(found)


@remembered
def probability(text: str) -> float:
    """How likely one sentence or short message is forbidden wording."""
    return _probability_of(_marked(text))


@remembered
def _probability_of(marked: str) -> float:
    """Remembered once more: sentences that differ in their numbers only are the same here."""
    return _probability(_grams(marked))


@remembered
def tendency(text: str) -> Tendency:
    """Judge one sentence or short message."""
    model = table()
    found = grams(text)
    scale = 1 / math.sqrt(len(found))
    known = sorted(found & model.weights.keys(), key=lambda gram: (-model.weights[gram], gram))
    categories = {name: bias for name, bias in model.biases.items() if name}
    for gram in known:
        for name, weight in model.by_category[gram].items():
            categories[name] += scale * weight
    return Tendency(
        probability=_probability(found),
        category=max(categories, key=lambda name: round(categories[name], _DECIMALS)),
        because=tuple(gram for gram in known[:_REASONS] if model.weights[gram] > 0),
    )


def _probability(found: frozenset[str]) -> float:
    """``fsum``, so that the order of a set changes nothing."""
    model = table()
    leaning = math.fsum(map(model.weights.__getitem__, found & model.weights.keys()))
    log_odds = model.biases[""] + leaning / math.sqrt(len(found))
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, log_odds))))


@lru_cache(maxsize=1)
def table() -> Table:
    """The shipped table."""
    biases: dict[str, float] = {}
    weights: dict[str, float] = {}
    by_category: dict[str, dict[str, float]] = {}
    for gram, weight, categories in _lines():
        if gram:
            weights[gram] = weight
            by_category[gram] = categories
        else:
            biases = {"": weight, **categories}
    return Table(biases, weights, by_category)


def _lines() -> Iterator[tuple[str, float, dict[str, float]]]:
    """``gram TAB weight TAB category=weight …``; the line without a gram holds the biases."""
    for line in TABLE.read_text(encoding="utf-8").split("\n"):
        if not line:
            continue
        gram, weight, rest = line.split("\t")
        yield (
            gram,
            float(weight),
            {name: float(value) for name, _, value in (one.partition("=") for one in rest.split())},
        )
