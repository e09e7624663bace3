"""Makes ``retrieval/enough.json`` from the development questions, and measures it on questions that it never saw.

``python -m evals.enough.fit`` cross-validates, writes the coefficients, and prints what they are worth; with
``--check`` it writes nothing.
"""

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.clock import Clock
from evals.retrieval.corpora import Corpus, read_judged
from knowledge.documents.model import Audience
from retrieval.embedding import open_embedder
from retrieval.enough import ENOUGH, NAMES, Model, shipped_model
from retrieval.indexing import Indexer
from retrieval.model import Query
from retrieval.search import Searcher, SearchSettings

_HERE = Path(__file__).parent
_LIBRARY = _HERE.parents[1] / "knowledge" / "library"
_GOLD = _HERE.parent / "retrieval" / "gold"
_INDEPENDENT = _HERE.parent / "questions" / "independent.jsonl"
_TABLE = _HERE.parents[1] / "retrieval" / "enough.json"
_FOLDS, _RIDGE, _STEPS = 5, 1.0, 60
_LINES = (0.25, 0.3, 0.35, 0.4, 0.5)

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the day it is about, and whether the library answers it."""

    text: str
    answerable: bool
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """Signals of questions, a row each, and whether each is answerable."""

    signals: Vector
    answerable: NDArray[np.bool_]


def main(*, write: bool) -> None:
    """Fit, cross-validate, write, measure."""
    development = read(_HERE / "development.jsonl")
    with _library() as searcher:
        known = measured(development, searcher)
        others = {
            "blind": measured(read(_HERE / "blind.jsonl"), searcher),
            "gold": measured(list(_gold()), searcher),
            "independent, even lines": measured(list(_independent()), searcher),
        }
    blind = cross_validated(known)
    model = fitted(known) if write else shipped_model()
    _tell("development, cross-validated", blind, known.answerable)
    for name, each in others.items():
        _tell(name, probabilities(each.signals, model), each.answerable)
    if write:
        kept = {"weights": model.weights, "bias": model.bias, "questions": len(development)}
        _TABLE.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")


def read(file: Path) -> list[Asked]:
    """Lines of ``{"text", "answerable"}``."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [Asked(row["text"], row["answerable"]) for row in rows]


def measured(questions: Sequence[Asked], searcher: Searcher) -> Measured:
    """Search for each question and compare it with what was found."""
    today = Clock().today()
    rows = []
    for asked in questions:
        query = Query(text=asked.text, as_of=asked.as_of or today, reader=Audience.INTERNAL)
        rows.append(searcher.search(query).signals)
    return Measured(np.array(rows), np.array([asked.answerable for asked in questions]))


def fitted(known: Measured) -> Model:
    """Logistic regression with a ridge, by Newton's method."""
    inputs = np.column_stack((np.ones(len(known.signals)), known.signals))
    wanted = known.answerable.astype(float)
    weights = np.zeros(inputs.shape[1])
    penalty = _RIDGE * np.eye(len(weights))
    penalty[0, 0] = 0.0
    for _ in range(_STEPS):
        likely = 1 / (1 + np.exp(-inputs @ weights))
        slope = inputs.T @ (likely - wanted) + penalty @ weights
        curve = (inputs * (likely * (1 - likely))[:, None]).T @ inputs + penalty
        weights -= np.linalg.solve(curve, slope)
    rounded = [round(float(each), 4) for each in weights]
    return Model(dict(zip(NAMES, rounded[1:], strict=True)), rounded[0])


def probabilities(signals: Vector, model: Model) -> Vector:
    """The model's word on each row."""
    weights = np.array([model.weights[name] for name in NAMES])
    return np.asarray(1 / (1 + np.exp(-model.bias - signals @ weights)))


def cross_validated(known: Measured) -> Vector:
    """What a model says of each question that was fitted without it."""
    folds = np.random.default_rng(0).integers(0, _FOLDS, len(known.answerable))
    said = np.zeros(len(known.answerable))
    for fold in range(_FOLDS):
        inside, outside = folds == fold, folds != fold
        model = fitted(Measured(known.signals[outside], known.answerable[outside]))
        said[inside] = probabilities(known.signals[inside], model)
    return said


def area_under_curve(said: Vector, answerable: NDArray[np.bool_]) -> float:
    """How often an answerable question is thought likelier than an unanswerable one."""
    yes, no = said[answerable][:, None], said[~answerable][None, :]
    return float(((yes > no) + 0.5 * (yes == no)).mean())


def _tell(name: str, said: Vector, answerable: NDArray[np.bool_]) -> None:
    print(f"{name} ({answerable.sum()} answerable, {(~answerable).sum()} not)")
    if not answerable.all():
        print(f"  AUC {area_under_curve(said, answerable):.3f}")
    for line in sorted({*_LINES, ENOUGH}):
        refused = f", refused {(said[~answerable] < line).mean():.3f}" if not answerable.all() else ""
        print(f"  at {line:.2f}: kept {(said[answerable] >= line).mean():.3f}{refused}")


def _gold() -> Iterator[Asked]:
    judged = read_judged(_GOLD)
    yield from (Asked(each.text, answerable=True, as_of=each.as_of) for each in judged.questions)
    yield from (Asked(each.text, answerable=False, as_of=each.as_of) for each in judged.unanswerable)


def _independent() -> Iterator[Asked]:
    """Only what is to be answered: why a line is to be refused there is mostly not what the library holds."""
    for number, line in enumerate(_INDEPENDENT.read_text(encoding="utf-8").splitlines(), start=1):
        row: dict[str, Any] = json.loads(line)
        if number % 2 == 0 and row["expected_type"] == "answer":
            as_of = row.get("as_of")
            yield Asked(row["text"], answerable=True, as_of=date.fromisoformat(as_of) if as_of else None)


@contextmanager
def _library() -> Iterator[Searcher]:
    """The product's search over the shipped library."""
    corpus = Corpus.of_library(_LIBRARY)
    with tempfile.TemporaryDirectory() as scratch:
        indexer = Indexer(Path(scratch), reading=corpus.reading, embedder=open_embedder("static"))
        indexer.catch_up()
        yield Searcher(
            keyword=indexer.keyword, vectors=indexer.vectors, provisions=corpus.provisions, settings=SearchSettings()
        )
        indexer.close()


if __name__ == "__main__":
    main(write="--check" not in sys.argv)
