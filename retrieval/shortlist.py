"""What the indexes found for a question, before it is put in order."""

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import numpy as np
from numpy.typing import NDArray

from knowledge.documents.model import Provision
from retrieval.model import Filter, QuestionHit
from retrieval.ports import KeywordPassageIndex, VectorPassageIndex
from retrieval.segmentation import bigrams, content_words, fold
from retrieval.vocabulary import MEANT, standard_words

_KEPT = 8192
_K1, _B = 1.2, 0.75
"""The usual parameters of BM25, those of tantivy."""
_PAIRS = 0.8
"""What pairs count beside words."""

_Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Terms:
    """A question's words and pairs of characters, each with its rarity."""

    words: Mapping[str, float]
    pairs: Mapping[str, float]

    @classmethod
    def of(cls, text: str, rarity: Callable[[str, str], float]) -> Self:
        """Split a question, with the standard words for its colloquial ones."""
        meant = " ".join(standard_words(text))
        return cls(
            {word: MEANT * rarity(word, "words") for word in content_words(meant)}
            | {word: rarity(word, "words") for word in content_words(text)},
            {pair: MEANT * rarity(pair, "pairs") for pair in bigrams(meant)}
            | {pair: rarity(pair, "pairs") for pair in bigrams(text)},
        )

    def likeness(self, question: str) -> float:
        """How like this question another is, 0 … 1: the geometric mean of the shares of each that both have."""
        words, pairs = _terms(question)
        return (_alike(self.words, words) + _alike(self.pairs, pairs)) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A provision that may answer, with what each index and its own words say of it."""

    provision: Provision
    keyword: float = 0.0
    """BM25 of its names and text, words and pairs."""
    asked: float = 0.0
    """BM25 of its typical questions, on the same scale."""
    words: float = 0.0
    """Which share of the question's words its text contains, by rarity, 0 … 1."""
    pairs: float = 0.0
    words_known: float = 0.0
    """The same of its text and its typical questions together."""
    pairs_known: float = 0.0
    vector: float = 0.0
    """Cosine; 0 where the vectors did not find it."""
    likenesses: tuple[float, ...] = ()
    """Of those of its typical questions that are like this one, most first."""
    keyword_rank: int | None = None
    vector_rank: int | None = None
    questions: int = 0
    """How many typical questions it has, beside the one that is thought away."""
    questions_of_document: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortlist:
    """A question and its candidates; the records say that each is in force and permitted."""

    question: str
    candidates: tuple[Candidate, ...]
    trust: float = 0.0
    """What share of its weight the vector ranking earns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Ids with scores, best first, from each index."""

    terms: Terms
    keyword: Sequence[tuple[str, float]]
    vector: Sequence[tuple[str, float]]
    questions: Sequence[QuestionHit]
    trust: float

    @classmethod
    def by(
        cls,
        keyword: KeywordPassageIndex,
        vectors: VectorPassageIndex | None,
        text: str,
        only: Filter,
        *,
        limit: int,
        without: str | None = None,
    ) -> Self:
        """Ask each index; ``without`` is a typical question that is to be thought away.

        Vectors that are not trusted with this question are not asked: they would only add noise.
        """
        trust = vectors.trust(text) if vectors is not None else 0.0
        return cls(
            terms=Terms.of(text, lambda term, form: keyword.rarity(term, form=form)),
            keyword=keyword.search(text, only, limit=limit),
            vector=vectors.search(text, only, limit=limit) if vectors is not None and trust > 0 else (),
            questions=[each for each in keyword.like_questions(text, only, limit=limit) if each.question != without],
            trust=trust,
        )

    @property
    def ids(self) -> tuple[str, ...]:
        """Each id once."""
        ranked = (*self.keyword, *((each.id, each.score) for each in self.questions), *self.vector)
        return tuple(dict.fromkeys(id_ for id_, _ in ranked))


def gather(
    found: Found,
    provisions: Sequence[Provision],
    keyword: KeywordPassageIndex,
    text: str,
    *,
    without: str | None = None,
) -> Shortlist:
    """The candidates, with the keyword score also of those that another index found."""
    return Shortlist(
        question=text,
        trust=found.trust,
        candidates=tuple(_candidates(found, provisions, keyword, text, without=without)),
    )


def _candidates(
    found: Found, provisions: Sequence[Provision], keyword: KeywordPassageIndex, text: str, *, without: str | None
) -> Iterator[Candidate]:
    scored, cosines = dict(found.keyword), dict(found.vector)
    ids = [str(each.ref) for each in provisions]
    scored |= keyword.scores(text, [id_ for id_ in ids if id_ not in scored])
    keyword_ranks, vector_ranks = _ranks(found.keyword), _ranks(found.vector)
    likenesses = _likenesses(found)
    questions = [[each for each in one.typical_questions if each != without] for one in provisions]
    matches = _Matches.of(found.terms, provisions, questions)
    for row, (id_, provision) in enumerate(zip(ids, provisions, strict=True)):
        thought_away = len(provision.typical_questions) - len(questions[row])
        yield Candidate(
            provision=provision,
            keyword=scored.get(id_, 0.0),
            asked=float(matches.asked[row]),
            words=float(matches.words[row]),
            pairs=float(matches.pairs[row]),
            words_known=float(matches.words_known[row]),
            pairs_known=float(matches.pairs_known[row]),
            vector=cosines.get(id_, 0.0),
            likenesses=tuple(sorted(likenesses.get(id_, ()), reverse=True)),
            keyword_rank=keyword_ranks.get(id_),
            vector_rank=vector_ranks.get(id_),
            questions=len(questions[row]),
            questions_of_document=keyword.questions_of(provision.ref.document_id) - thought_away,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Matches:
    """What the words of provisions say, one number for each."""

    asked: _Numbers
    words: _Numbers
    pairs: _Numbers
    words_known: _Numbers
    pairs_known: _Numbers

    @classmethod
    def of(cls, terms: Terms, provisions: Sequence[Provision], questions: Sequence[Sequence[str]]) -> Self:
        texts = [_folded_text(each) for each in provisions]
        known = ["\n".join(_folded(each) for each in mine) for mine in questions]
        usual = sum(map(len, known)) / max(1, sum(map(bool, known)))
        damping = np.array([_K1 * (1 - _B + _B * len(each) / max(1.0, usual)) for each in known])
        words, words_known, asked_words = _matched(terms.words, texts, known, damping)
        pairs, pairs_known, asked_pairs = _matched(terms.pairs, texts, known, damping)
        return cls(
            asked=asked_words + _PAIRS * asked_pairs,
            words=words,
            pairs=pairs,
            words_known=words_known,
            pairs_known=pairs_known,
        )


def _matched(
    terms: Mapping[str, float], texts: Sequence[str], known: Sequence[str], damping: _Numbers
) -> tuple[_Numbers, _Numbers, _Numbers]:
    """The share of the terms in each text; in each text with its questions; and the BM25 of the questions."""
    rarity = np.array(list(terms.values()))
    total = rarity.sum() or 1.0
    in_text = np.array([[term in text for term in terms] for text in texts], dtype=bool).reshape(len(texts), len(terms))
    counts = np.array([[text.count(term) for term in terms] if text else [0] * len(terms) for text in known])
    counts = counts.reshape(len(texts), len(terms))
    saturated = counts * (_K1 + 1) / (counts + damping[:, None])
    return in_text @ rarity / total, (in_text | (counts > 0)) @ rarity / total, saturated @ rarity


def _likenesses(found: Found) -> dict[str, list[float]]:
    result: dict[str, list[float]] = {}
    for each in found.questions:
        result.setdefault(each.id, []).append(found.terms.likeness(each.question))
    return result


def _ranks(ranked: Sequence[tuple[str, float]]) -> dict[str, int]:
    return {id_: rank for rank, (id_, _) in enumerate(ranked, start=1)}


@lru_cache(maxsize=_KEPT)
def _folded_text(provision: Provision) -> str:
    """Names, path, heading and text, as questions are folded."""
    return fold("\n".join((provision.document_title, *provision.path, provision.heading, provision.text)))


@lru_cache(maxsize=_KEPT)
def _folded(question: str) -> str:
    return fold(question)


@lru_cache(maxsize=_KEPT)
def _terms(text: str) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(content_words(text)), frozenset(bigrams(text))


def _alike(rarity: Mapping[str, float], others: Collection[str]) -> float:
    shared = [weight for term, weight in rarity.items() if term in others]
    total = sum(rarity.values())
    return math.sqrt(sum(shared) / total * len(shared) / len(others)) if total and others else 0.0
