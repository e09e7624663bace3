"""Trains a ranker from typical questions that people asked.

Each known question is asked as if it were not known, and the ranker learns which candidates it was written for:
weights of features that maximise the likelihood of the right ones among all (a listwise softmax), found by Newton's
method. The loss is convex, so the same weights come out on every run.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from knowledge.documents.model import Audience
from retrieval.features import NAMES, Features, features_of
from retrieval.model import Query
from retrieval.ranking import LearnedRanker
from retrieval.search import Searcher

_RIDGE = 0.003
"""Of nearly no influence where there are hundreds of questions; holds the weights where there are few."""
_PARTS = 5
_STEPS = 50
_CLOSE = 1e-9
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Lesson:
    """A question that people asked and every provision that answers it (``SUIT:22``, in whichever version)."""

    question: str
    right: frozenset[str]


@dataclass(frozen=True, slots=True)
class Example:
    """A lesson's candidates as a ranker sees them, which of them are right, and how they are ranked today."""

    features: Features
    is_right: Features
    today: Features


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Mean reciprocal rank on questions that a ranker did not see, beside that of the ranker in use."""

    questions: int
    today: float
    learned: float

    @property
    def pays(self) -> bool:
        """Whether the learned ranker is better."""
        return self.learned > self.today


def lessons_of(pairs: Iterable[tuple[str, str]]) -> list[Lesson]:
    """Each question once, from pairs of a question and a provision that answers it."""
    right: dict[str, set[str]] = {}
    for question, provision in pairs:
        right.setdefault(question, set()).add(provision)
    return [Lesson(question, frozenset(provisions)) for question, provisions in right.items()]


def examples_of(lessons: Iterable[Lesson], searcher: Searcher, *, day: date) -> list[Example]:
    """Each question asked as if it were not known. Lessons whose answer is no candidate teach nothing."""
    examples = []
    for lesson in lessons:
        query = Query(text=lesson.question, as_of=day, reader=Audience.INTERNAL)
        found = searcher.shortlist(query, without=lesson.question)
        is_right = np.array([each.provision.ref.short in lesson.right for each in found.candidates], dtype=np.float64)
        if is_right.any() and not is_right.all():
            today = np.array(searcher.ranker.scores(found), dtype=np.float64)
            examples.append(Example(features_of(found), is_right, today))
    return examples


def try_out(examples: Sequence[Example]) -> Trial:
    """Five times fit to four fifths and tried on the fifth."""
    learned: list[float] = []
    for part in range(_PARTS):
        ranker = fit("trial", [each for number, each in enumerate(examples) if number % _PARTS != part])
        learned += [_reciprocal_rank(ranker.sums(each.features), each.is_right) for each in examples[part::_PARTS]]
    today = [_reciprocal_rank(each.today, each.is_right) for each in examples]
    count = max(1, len(examples))
    return Trial(questions=len(examples), today=sum(today) / count, learned=sum(learned) / count)


def fit(name: str, examples: Sequence[Example]) -> LearnedRanker:
    """The most likely weights; all 0 without examples."""
    if not examples:
        return LearnedRanker(name, (0.0,) * len(NAMES))
    spread = np.concatenate([each.features for each in examples]).std(axis=0)
    scale = np.where(spread > _TINY, 1 / np.maximum(spread, _TINY), 0.0)
    rows = [each.features * scale for each in examples]
    targets = [each.is_right / each.is_right.sum() for each in examples]
    weights = np.zeros(len(NAMES))
    for _ in range(_STEPS):
        loss, slope, curve = _loss(rows, targets, weights)
        step = np.linalg.solve(curve, slope)
        while np.abs(step).max() > _CLOSE and _loss(rows, targets, weights - step)[0] > loss:
            step /= 2
        if np.abs(step).max() <= _CLOSE:
            break
        weights -= step
    return LearnedRanker(name, tuple(float(each) for each in weights * scale))


def _loss(rows: Sequence[Features], targets: Sequence[Features], weights: Features) -> tuple[float, Features, Features]:
    """The mean loss with its ridge, its gradient and its Hessian."""
    loss, slope, curve = _RIDGE * float(weights @ weights), 2 * _RIDGE * weights, 2 * _RIDGE * np.eye(len(weights))
    for features, target in zip(rows, targets, strict=True):
        sums = features @ weights
        sums = sums - sums.max()
        total = np.exp(sums).sum()
        likely = np.exp(sums) / total
        mean = likely @ features
        loss += float(np.log(total) - target @ sums) / len(rows)
        slope = slope + (likely - target) @ features / len(rows)
        curve = curve + ((features * likely[:, None]).T @ features - np.outer(mean, mean)) / len(rows)
    return loss, slope, curve


def _reciprocal_rank(scores: Features, is_right: Features) -> float:
    """Of the best right one, which comes in the middle of those that score the same."""
    best = scores[is_right > 0].max()
    equals = np.sum((scores == best) & (is_right == 0))
    return float(1.0 / (1 + np.sum(scores > best) + equals / 2))
