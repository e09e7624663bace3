"""Makes ``assistant/checks/tendency.tsv`` from the development set and the library; never sees the gold set.

``python -m evals.compliance.fit`` cross-validates, prints what it found, and writes the table.
"""

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.checks.tendency import TABLE, grams
from evals.compliance.run import Line, read

_HERE = Path(__file__).parent
_LIBRARY = _HERE.parents[1] / "knowledge" / "library"
_DEVELOPMENT = _HERE / "development.jsonl"
_SOUND_SENTENCES = 400
"""Sentences of the library beside the development set: more would teach that formal language is sound."""
_RARE = 2
_RIDGE = 1e-4
_RIDGE_BY_CATEGORY = 3e-4
_STEPS = 400
_FOLDS = 5
_NEGLIGIBLE = 0.05
_SHORTEST = 7

Matrix = NDArray[np.float32]


def main() -> None:
    """Fit, cross-validate, write."""
    lines = read(_DEVELOPMENT)
    texts = [grams(line.text) for line in lines] + [grams(text) for text in sound_sentences(_LIBRARY)]
    bad = np.array([line.label == "violate" for line in lines] + [False] * (len(texts) - len(lines)))
    scores = cross_validated(texts, bad)[: len(lines)]
    for threshold in (0.5, 0.6, 0.7):
        told = scores > threshold
        labels = bad[: len(lines)]
        print(f"> {threshold}: recall {told[labels].mean():.3f}, false alarms {told[~labels].mean():.3f}")
    vocabulary = vocabulary_of(texts)
    matrix = matrix_of(texts, vocabulary)
    weights, bias = fitted(matrix, bad.astype(np.float32)[:, None], ridge=_RIDGE)
    names, by_category, biases = _categories(lines, matrix[: len(lines)])
    TABLE.write_text(
        "\n".join(_table(vocabulary, weights[:, 0], float(bias[0]), names, by_category, biases)) + "\n",
        encoding="utf-8",
    )


def sound_sentences(library: Path) -> list[str]:
    """Sentences of the library that may be said, a fixed sample of them."""
    found: set[str] = set()
    for file in sorted(library.rglob("*@*.md")):
        heading = ""
        for line in file.read_text(encoding="utf-8").split("\n---\n", 1)[1].splitlines():
            if line.startswith("#"):
                heading = line
            elif line and line[0] not in ">|" and "禁止" not in heading and "不应当" not in heading:
                found |= {part for part in re.findall(r"[^。！？]+[。！？]?", line) if len(part) >= _SHORTEST}
    return random.Random(0).sample(sorted(found), min(_SOUND_SENTENCES, len(found)))


def vocabulary_of(texts: Sequence[frozenset[str]]) -> dict[str, int]:
    """N-grams that stand in more than one text, and their columns."""
    counts = Counter(gram for text in texts for gram in text)
    return {
        gram: column
        for column, gram in enumerate(
            sorted(g for g, n in counts.items() if n >= _RARE and "\n" not in g and "\t" not in g)
        )
    }


def matrix_of(texts: Sequence[frozenset[str]], vocabulary: dict[str, int]) -> Matrix:
    """Shape ``(texts, n-grams)``: 1/√(distinct n-grams of the text) where it has the n-gram."""
    matrix = np.zeros((len(texts), len(vocabulary)), dtype=np.float32)
    for row, text in enumerate(texts):
        columns = [vocabulary[gram] for gram in text if gram in vocabulary]
        matrix[row, columns] = 1 / np.sqrt(len(text))
    return matrix


def fitted(matrix: Matrix, wanted: Matrix, *, ridge: float) -> tuple[Matrix, Matrix]:
    """Ridge logistic regression by accelerated gradient descent; one column is a sigmoid, several are a softmax."""
    rows, columns = matrix.shape
    step = 1 / (0.5 * np.linalg.norm(matrix, 2) ** 2 / rows + 0.5 + ridge)
    now, before = (
        np.zeros((columns + 1, wanted.shape[1]), np.float32),
        np.zeros((columns + 1, wanted.shape[1]), np.float32),
    )
    for turn in range(_STEPS):
        ahead = now + turn / (turn + 3) * (now - before)
        error = (_probabilities(matrix @ ahead[:-1] + ahead[-1]) - wanted) / rows
        gradient = np.vstack([matrix.T @ error + ridge * ahead[:-1], error.sum(axis=0, keepdims=True)])
        before, now = now, (ahead - step * gradient).astype(np.float32)
    return now[:-1], now[-1]


def _probabilities(scores: Matrix) -> Matrix:
    if scores.shape[1] == 1:
        return np.asarray(1 / (1 + np.exp(-scores)), dtype=np.float32)
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


def cross_validated(texts: Sequence[frozenset[str]], bad: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The probability of each text from a table that was made without its fold."""
    order = list(range(len(texts)))
    random.Random(1).shuffle(order)
    scores = np.zeros(len(texts))
    for fold in range(_FOLDS):
        held = order[fold::_FOLDS]
        kept = sorted(set(order) - set(held))
        vocabulary = vocabulary_of([texts[i] for i in kept])
        weights, bias = fitted(
            matrix_of([texts[i] for i in kept], vocabulary), bad[kept].astype(np.float32)[:, None], ridge=_RIDGE
        )
        scores[held] = _probabilities(matrix_of([texts[i] for i in held], vocabulary) @ weights + bias)[:, 0]
    return scores


def _categories(lines: Sequence[Line], matrix: Matrix) -> tuple[list[str], Matrix, Matrix]:
    rows = [index for index, line in enumerate(lines) if line.label == "violate"]
    names = sorted({lines[index].categories[0] for index in rows})
    wanted = np.zeros((len(rows), len(names)), np.float32)
    for row, index in enumerate(rows):
        wanted[row, names.index(lines[index].categories[0])] = 1
    weights, biases = fitted(matrix[rows], wanted, ridge=_RIDGE_BY_CATEGORY)
    return names, weights, biases


def _table(  # noqa: PLR0917 - the parts of one file
    vocabulary: dict[str, int], weights: Matrix, bias: float, names: list[str], by_category: Matrix, biases: Matrix
) -> Iterator[str]:
    yield f"\t{bias:.3f}\t" + " ".join(f"{name}={value:.2f}" for name, value in zip(names, biases, strict=True))
    for gram, column in vocabulary.items():
        told = " ".join(
            f"{name}={value:.2f}"
            for name, value in zip(names, by_category[column], strict=True)
            if value > 10 * _NEGLIGIBLE
        )
        if abs(weights[column]) >= _NEGLIGIBLE or told:
            yield f"{gram}\t{weights[column]:.2f}\t{told}"


if __name__ == "__main__":
    main()
