"""Trains a ranker from typical questions: ``python -m retrieval.ranking_training LIBRARY FILE DAY``.

Each known question is asked as if it were not known, and the ranker learns which candidates it was written for:
weights of features that maximise the likelihood of the right ones among all (a listwise softmax), found by Newton's
method. The loss is convex, so the same weights come out on every run.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from knowledge.documents.loading import load_folder
from knowledge.documents.model import Audience, Provision, ProvisionRef
from retrieval.embedding import open_embedder
from retrieval.features import NAMES, OF_USE, Features, features_of
from retrieval.model import Query
from retrieval.ranking import LearnedRanker
from retrieval.search import Searcher
from retrieval.shelf import Shelf, searching
from retrieval.shortlist import Shortlist

_RIDGE = 0.003
"""Of nearly no influence where there are hundreds of questions; holds the weights where there are few."""
_STEPS = 50
_CLOSE = 1e-9
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Lesson:
    """A known question and every provision that answers it."""

    question: str
    right: frozenset[ProvisionRef]


@dataclass(frozen=True, slots=True)
class Example:
    """A lesson's candidates as a ranker sees them, and which of them are right."""

    features: Features
    is_right: Features


def lessons_of(provisions: Iterable[Provision]) -> list[Lesson]:
    """Each typical question once, with all the provisions that have it."""
    right: dict[str, set[ProvisionRef]] = {}
    for provision in provisions:
        for question in provision.typical_questions:
            right.setdefault(question, set()).add(provision.ref)
    return [Lesson(question, frozenset(refs)) for question, refs in right.items()]


def examples_of(lessons: Iterable[Lesson], shortlist: Callable[[str], Shortlist]) -> Iterator[Example]:
    """``shortlist`` must think the question away. Lessons whose answer is no candidate teach nothing."""
    for lesson in lessons:
        found = shortlist(lesson.question)
        is_right = np.array([each.provision.ref in lesson.right for each in found.candidates], dtype=np.float64)
        if is_right.any() and not is_right.all():
            yield Example(features_of(found), is_right)


def fit(name: str, examples: Sequence[Example], *, from_use: bool) -> LearnedRanker:
    """The most likely weights; all 0 without examples.

    Args:
        name: names the model, for replay.
        examples: what to learn from.
        from_use: whether the questions are a sample of what people ask, so that their number tells something.

    """
    if not examples:
        return LearnedRanker(name, (0.0,) * len(NAMES))
    spread = np.concatenate([each.features for each in examples]).std(axis=0)
    if not from_use:
        spread[[NAMES.index(each) for each in OF_USE]] = 0.0
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


def train(
    name: str, provisions: Iterable[Provision], searcher: Searcher, *, day: date, from_use: bool
) -> LearnedRanker:
    """Learn from every typical question of provisions that are in force on ``day``; see :func:`fit`."""

    def thought_away(question: str) -> Shortlist:
        return searcher.shortlist(Query(text=question, as_of=day, reader=Audience.INTERNAL), without=question)

    return fit(name, list(examples_of(lessons_of(provisions), thought_away)), from_use=from_use)


def main(library: Path, file: Path, day: date) -> None:
    """Train from a library folder and write the model."""
    shelf = Shelf(load_folder(library))
    with searching(shelf, embedder=open_embedder("static")) as searcher:
        train("library", shelf.in_force_on(day), searcher, day=day, from_use=False).write(file)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), date.fromisoformat(sys.argv[3]))
