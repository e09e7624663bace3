"""What a learned ranker looks at: one row of numbers for each candidate."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.shortlist import Candidate, Shortlist

Features = NDArray[np.float64]

NAMES = (
    "keyword",
    "keyword_rank",
    "asked",
    "sum",
    "sum_rank",
    "words",
    "pairs",
    "words_known",
    "pairs_known",
    "vector",
    "vector_rank",
    "likeness",
    "likeness_share",
    "likeness_votes",
    "is_asked",
    "questions",
    "document_questions",
    "length",
)
_SOFT = 5
"""The first ranks differ much, later ones little."""


def features_of(shortlist: Shortlist) -> Features:
    """Shape ``(candidates, len(NAMES))``."""
    found = shortlist.candidates
    sums = [each.keyword + each.asked for each in found]
    best = _Best(
        keyword=max((each.keyword for each in found), default=0.0) or 1.0,
        asked=max((each.asked for each in found), default=0.0) or 1.0,
        sum=max(sums, default=0.0) or 1.0,
        vector=max((max(0.0, each.vector) for each in found), default=0.0) or 1.0,
        likeness=max((each.likenesses[0] for each in found if each.likenesses), default=0.0) or 1.0,
    )
    ranks, sum_ranks = _ranks([each.keyword for each in found]), _ranks(sums)
    rows = [
        (
            each.keyword / best.keyword,
            1 / (_SOFT + ranks[row]),
            each.asked / best.asked,
            sums[row] / best.sum,
            1 / (_SOFT + sum_ranks[row]),
            each.words,
            each.pairs,
            each.words_known,
            each.pairs_known,
            shortlist.trust * max(0.0, each.vector) / best.vector,
            shortlist.trust / (_SOFT + each.vector_rank) if each.vector_rank else 0.0,
            *_likeness(each, best),
            *_use(each),
            math.log1p(len(each.provision.text)),
        )
        for row, each in enumerate(found)
    ]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(NAMES))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Best:
    """What the candidates are scaled by."""

    keyword: float
    asked: float
    sum: float
    vector: float
    likeness: float


def _ranks(scores: Sequence[float]) -> list[int]:
    ranks = [0] * len(scores)
    for rank, row in enumerate(sorted(range(len(scores)), key=lambda each: -scores[each])):
        ranks[row] = rank
    return ranks


def _likeness(candidate: Candidate, best: _Best) -> tuple[float, ...]:
    like = candidate.likenesses
    if not like:
        return (0.0, 0.0, 0.0)
    return (like[0], like[0] / best.likeness, math.sqrt(sum(each * each for each in like)))


def _use(candidate: Candidate) -> tuple[float, ...]:
    return (
        float(candidate.questions > 0),
        math.log1p(candidate.questions),
        math.log1p(candidate.questions_of_document),
    )
