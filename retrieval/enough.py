"""Whether what was found answers the question: a logistic model over what question and best hits have in common.

It looks at texts only, not at ranks and scores, so that it stays calibrated when the ranking changes. Its coefficients
are ``enough.json``, fitted by ``python -m evals.enough.fit`` on questions that are in no gold set.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Protocol

from knowledge.documents.model import Kind, Provision
from retrieval.figures import figure_asked_for, sentences_with
from retrieval.segmentation import bigrams, content_words, fold
from retrieval.vocabulary import in_standard_words, names_all, subjects_of

ENOUGH = 0.40
"""The line of the shipped model; ``evals.enough.fit`` says what it keeps and refuses."""
LOOKED_AT = 3
"""Hits that are compared with the question."""
_NAMED_PRODUCT = 0.5
"""Share of the pairs of characters of a product's name by which a question names it."""
_READ = 400
"""Characters of the question that are compared."""
_MUCH, _LONG = 50.0, 10
"""Rarity, summed, and content words of a question that says a lot: where ``mass`` and ``length`` are 1."""

_OF_ASKING = frozenset(
    ("依据", "法律", "法律依据", "哪条", "规定", "违规", "违法", "合规", "规矩", "处罚", "行不行", "合适")
)
"""Words that ask for a rule and say nothing of what it is about."""


class KnownWords(Protocol):
    """What a library knows (:class:`retrieval.ports.KeywordPassageIndex`)."""

    def rarity(self, word: str) -> float:
        """Inverse document frequency of a word, at least 0."""

    def has_pair(self, pair: str) -> bool:
        """Whether some passage has these two characters side by side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What a question and its best hits have in common, 0 … 1.

    One hit must do it all: words spread over several hits are what a question about something else looks like. A
    question in people's own words may be met in the words of rules; a subject that it names must be named by the hit.
    """

    coverage: float
    """Share of the question's content words, by rarity, that a hit contains."""
    mass: float
    """How much that is, not as a share: a long question may be answered by less of it than a short one."""
    likeness: float
    """How like the question is to one typical question of a hit: shared pairs of characters."""
    pairs: float
    """Share of the question's pairs of characters that a hit contains."""
    strange: float
    """Share of the question's pairs of characters that no provision of the library contains."""
    length: float
    """Content words of the question."""
    unfigured: float
    """Where a figure is asked for: the share of the question's words, by rarity, that no sentence with one contains."""

    def values(self) -> tuple[float, ...]:
        """In the order of :data:`NAMES`."""
        return tuple(float(getattr(self, name)) for name in NAMES)


NAMES: tuple[str, ...] = ("coverage", "mass", "likeness", "pairs", "strange", "length", "unfigured")


@dataclass(frozen=True, slots=True)
class Model:
    """A weight for each signal, and the bias."""

    weights: Mapping[str, float]
    bias: float

    def probability(self, signals: Signals) -> float:
        """How likely the hits answer the question."""
        named = zip(NAMES, signals.values(), strict=True)
        return 1 / (1 + math.exp(-self.bias - sum(self.weights[name] * value for name, value in named)))


@cache
def shipped_model() -> Model:
    """The model that came with the package."""
    kept = json.loads(resources.files("retrieval").joinpath("enough.json").read_text(encoding="utf-8"))
    return Model(kept["weights"], kept["bias"])


def signals_of(question: str, provisions: Sequence[Provision], known: KnownWords) -> Signals:
    """Compare a question with its best hits, best first."""
    own = fold(question[:_READ])
    forms = tuple(dict.fromkeys((own, in_standard_words(own))))
    subjects = subjects_of(own)
    looked_at = [each for each in provisions if _may_answer(own, each)][:LOOKED_AT]
    heard = [each for each in looked_at if names_all(subjects, _folded(each))]
    told = [_folded(each) for each in heard]
    asked = [_Asked(form, known) for form in forms]
    pairs = frozenset(bigrams(own))
    return Signals(
        coverage=_best(form.share(text) for text in told for form in asked),
        mass=min(1.0, _best(form.weight(text) for text in told for form in asked) / _MUCH),
        likeness=_best(_likeness(pairs, typical) for each in heard for typical in each.typical_questions),
        pairs=_best(_contained(_telling(own), text) for text in told),
        strange=min(_strange(form, known) for form in forms),
        length=min(1.0, len(content_words(own)) / _LONG),
        unfigured=_unfigured(own, asked, heard),
    )


def _unfigured(question: str, asked: Sequence["_Asked"], provisions: Sequence[Provision]) -> float:
    figure = figure_asked_for(question)
    if figure is None:
        return 0.0
    sentences = (
        f"{_named(each)}\n{sentence}" for each in provisions for sentence in sentences_with(figure, fold(each.text))
    )
    return 1 - _best(form.share(sentence) for sentence in sentences for form in asked)


def _may_answer(question: str, provision: Provision) -> bool:
    """A product's note tells about that product only: not what its kind is, nor what the market is like."""
    if provision.kind is not Kind.PRODUCT:
        return True
    code = provision.ref.document_id.rpartition("-")[2].lower()
    return code in question or _contained(bigrams(fold(provision.document_title)), question) >= _NAMED_PRODUCT


class _Asked:
    """The content words of a question in one wording, with their rarity."""

    def __init__(self, text: str, known: KnownWords) -> None:
        words = content_words(text)
        self._rarity = {each: known.rarity(each) for each in words if each not in _OF_ASKING} or {
            each: known.rarity(each) for each in words
        }
        self._total = sum(self._rarity.values())

    def weight(self, text: str) -> float:
        return sum(rarity for word, rarity in self._rarity.items() if word in text)

    def share(self, text: str) -> float:
        return self.weight(text) / self._total if self._total else 0.0


_GRAMMAR = frozenset(
    "的了吗呢啊吧么是在有和与或及就都也还又被把将请问我你您他她它们这那哪些几个之于以为对从到向给让要想能会可不没多少怎什"
)


def _telling(text: str) -> tuple[str, ...]:
    """Its pairs of characters without grammar in them."""
    return tuple(pair for pair in dict.fromkeys(bigrams(text)) if not _GRAMMAR.intersection(pair))


def _contained(pairs: Sequence[str], text: str) -> float:
    return sum(1 for pair in pairs if pair in text) / max(1, len(pairs))


def _strange(text: str, known: KnownWords) -> float:
    pairs = bigrams(text)
    return sum(1 for pair in pairs if not known.has_pair(pair)) / max(1, len(pairs))


@lru_cache(maxsize=4096)
def _folded(provision: Provision) -> str:
    parts = (provision.document_title, *provision.path, provision.heading, provision.text)
    return fold("\n".join((*parts, *provision.typical_questions)))


def _named(provision: Provision) -> str:
    return fold("\n".join((provision.document_title, *provision.path, provision.heading)))


@lru_cache(maxsize=8192)
def _pairs_of(text: str) -> frozenset[str]:
    return frozenset(bigrams(text))


def _likeness(pairs: frozenset[str], typical: str) -> float:
    """Dice coefficient of character pairs."""
    others = _pairs_of(typical)
    return 2 * len(pairs & others) / max(1, len(pairs) + len(others))


def _best(values: Iterable[float]) -> float:
    return max(values, default=0.0)
