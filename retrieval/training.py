"""Trains the shipped static embedding from library texts alone: ``python -m retrieval.training LIBRARY FOLDER``.

Two steps, seconds on a CPU, the same on every run: token vectors from the singular vectors of the weighted
token–provision matrix (latent semantic analysis), then a contrastive pass that draws typical questions to the provision
that they are written for, against the other provisions of the batch.
"""

import json
import math
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from knowledge.documents.loading import load_folder
from knowledge.documents.model import Provision
from retrieval.ports import Vectors
from retrieval.segmentation import fold, words

_UNKNOWN = "[UNK]"
_SEED = 20260101
_SPARE, _ITERATIONS = 32, 8
"""Directions beside those that are kept, and rounds, of the singular value decomposition."""
_STATIC_MODULE = "sentence_transformers.sentence_transformer.modules.static_embedding.StaticEmbedding"
_UNIT_LENGTH = "sentence_transformers.base.modules.normalize.Normalize"
_MODULE_FILES: dict[str, object] = {
    "modules.json": [
        {"idx": 0, "name": "0", "path": "", "type": _STATIC_MODULE},
        {"idx": 1, "name": "1", "path": "1_Normalize", "type": _UNIT_LENGTH},
    ],
    "config_sentence_transformers.json": {"model_type": "SentenceTransformer", "similarity_fn_name": "cosine"},
    "1_Normalize/config.json": {
        "module_input_name": "sentence_embedding",
        "module_output_name": "sentence_embedding",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How the model is made. The defaults are the shipped one."""

    dimensions: int = 128
    vocabulary: int = 6000
    temperature: float = 0.05
    epochs: int = 20
    batch: int = 256
    rate: float = 0.05
    seed: int = _SEED


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and the text that answers it."""

    question: str
    passage: str


def texts_of(provisions: Sequence[Provision]) -> list[str]:
    """What each provision is to the model."""
    return [fold(f"{each.document_title}\n{each.heading}\n{each.text}") for each in provisions]


def pairs_of(provisions: Sequence[Provision]) -> list[Pair]:
    """Each typical question with its provision."""
    return [
        Pair(fold(question), text)
        for provision, text in zip(provisions, texts_of(provisions), strict=True)
        for question in provision.typical_questions
    ]


def train(texts: Sequence[str], pairs: Sequence[Pair], recipe: Recipe) -> tuple[Tokenizer, Vectors]:
    """A tokenizer and one vector a token, shape ``(vocabulary, dimensions)``."""
    corpus = [*texts, *(pair.question for pair in pairs)]
    tokenizer = build_tokenizer(corpus, recipe.vocabulary)
    vectors = _semantic_vectors(_ids(tokenizer, corpus), tokenizer.get_vocab_size(), recipe.dimensions)
    return tokenizer, _drawn_together(
        vectors,
        _ids(tokenizer, [pair.question for pair in pairs]),
        _ids(tokenizer, [pair.passage for pair in pairs]),
        recipe,
    )


def build_tokenizer(corpus: Sequence[str], size: int) -> Tokenizer:
    """Words by frequency with every character as a fallback, in a unigram model: no dictionary is needed to run it."""
    word_counts = Counter(word for text in corpus for word in words(text))
    characters = Counter(character for word in word_counts.elements() for character in word)
    kept = [word for word, _ in sorted(word_counts.items(), key=lambda each: (-each[1], each[0])) if len(word) > 1]
    pieces = dict.fromkeys((*sorted(characters), *kept[: max(0, size - len(characters) - 1)]))
    total = sum(word_counts.values())
    scored = [(piece, math.log((word_counts[piece] or 0.1) / total)) for piece in pieces]
    tokenizer = Tokenizer(models.Unigram([(_UNKNOWN, -20.0), *scored], unk_id=0, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"[^\p{L}\p{N}%.]+"), behavior="removed")
    return tokenizer


def save(tokenizer: Tokenizer, vectors: Vectors, folder: Path) -> None:
    """Write a folder that both :class:`retrieval.embedding.StaticEmbedder` and sentence-transformers load."""
    for name, text in _MODULE_FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(text, indent=2) + "\n", encoding="utf-8")
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    save_file({"embedding.weight": vectors.astype(np.float16)}, folder / "model.safetensors")


def _ids(tokenizer: Tokenizer, texts: Sequence[str]) -> list[np.ndarray[Any, np.dtype[np.int64]]]:
    encoded = tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
    return [np.asarray([id_ for id_ in each.ids if id_], dtype=np.int64) for each in encoded]


def _semantic_vectors(documents: Sequence[np.ndarray[Any, np.dtype[np.int64]]], size: int, dimensions: int) -> Vectors:
    """Latent semantic analysis; each token's vector carries its inverse document frequency as its length."""
    counts = np.zeros((len(documents), size), dtype=np.float32)
    for row, ids in enumerate(documents):
        np.add.at(counts[row], ids, 1.0)
    rarity = np.log((1 + len(documents)) / (1 + (counts > 0).sum(axis=0))).astype(np.float32)
    weighted = np.log1p(counts) * rarity
    weighted /= np.maximum(np.linalg.norm(weighted, axis=1, keepdims=True), 1e-9)
    vectors = _principal(weighted, dimensions)
    lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    result = np.zeros((size, dimensions), dtype=np.float32)
    result[:, : vectors.shape[1]] = vectors / lengths * rarity[:, None]
    return result


def _principal(weighted: Vectors, dimensions: int) -> Vectors:
    """The first right singular vectors, each times the root of its singular value, by subspace iteration.

    Exact decompositions take time with the cube of the library's size, this one with its size.
    """
    random = np.random.default_rng(_SEED)
    basis = random.standard_normal((weighted.shape[1], min(dimensions + _SPARE, *weighted.shape)))
    for _ in range(_ITERATIONS):
        basis = np.linalg.qr(weighted.T @ (weighted @ basis.astype(np.float32)))[0]
    _, values, directions = np.linalg.svd(weighted @ basis.astype(np.float32), full_matrices=False)
    kept = min(dimensions, len(values))
    result: Vectors = (basis @ directions[:kept].T * np.sqrt(values[:kept])).astype(np.float32)
    return result


def _drawn_together(
    vectors: Vectors,
    questions: Sequence[np.ndarray[Any, np.dtype[np.int64]]],
    passages: Sequence[np.ndarray[Any, np.dtype[np.int64]]],
    recipe: Recipe,
) -> Vectors:
    """Adagrad on the symmetric in-batch softmax loss over the cosines of question and passage."""
    random = np.random.default_rng(recipe.seed)
    usable = np.array([row for row, (q, p) in enumerate(zip(questions, passages, strict=True)) if q.size and p.size])
    squares = np.full_like(vectors, 1e-6)
    vectors = vectors.copy()
    for _ in range(recipe.epochs if usable.size > 1 else 0):
        order = random.permutation(usable)
        for start in range(0, len(order), recipe.batch):
            rows = order[start : start + recipe.batch]
            gradient = _gradient(vectors, [questions[row] for row in rows], [passages[row] for row in rows], recipe)
            squares += gradient**2
            vectors -= recipe.rate * gradient / np.sqrt(squares)
    return vectors


def _gradient(
    vectors: Vectors,
    questions: Sequence[np.ndarray[Any, np.dtype[np.int64]]],
    passages: Sequence[np.ndarray[Any, np.dtype[np.int64]]],
    recipe: Recipe,
) -> Vectors:
    asked, spread_asked = _encoded(vectors, questions)
    told, spread_told = _encoded(vectors, passages)
    logits = asked @ told.T / recipe.temperature
    # One passage may stand in a batch twice, with two of its questions: then both are right.
    passage = np.array([hash(each.tobytes()) for each in passages])
    same = (passage[:, None] == passage[None, :]).astype(np.float32)
    target = same / same.sum(axis=1, keepdims=True)
    error = (_softmax(logits) - target + (_softmax(logits.T) - target).T) / (2 * len(questions) * recipe.temperature)
    gradient = np.zeros_like(vectors)
    spread_asked(gradient, error @ told)
    spread_told(gradient, error.T @ asked)
    return gradient


def _encoded(
    vectors: Vectors, texts: Sequence[np.ndarray[Any, np.dtype[np.int64]]]
) -> tuple[Vectors, Callable[[Vectors, Vectors], None]]:
    """Unit vectors of texts, and how to add their gradient to that of the tokens."""
    flat = np.concatenate(texts)
    lengths = np.array([each.size for each in texts])
    starts = np.r_[0, np.cumsum(lengths)[:-1]]
    sums = np.add.reduceat(vectors[flat], starts, axis=0)
    norms = np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
    unit = sums / norms

    def spread(gradient: Vectors, of_unit: Vectors) -> None:
        of_sums = (of_unit - (of_unit * unit).sum(axis=1, keepdims=True) * unit) / norms
        np.add.at(gradient, flat, np.repeat(of_sums, lengths, axis=0))

    return unit, spread


def _softmax(logits: Vectors) -> Vectors:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    result: Vectors = powers / powers.sum(axis=1, keepdims=True)
    return result


def main(library: Path, folder: Path) -> None:
    """Train from a library folder and write the model folder."""
    provisions = [provision for loaded in load_folder(library) for provision in loaded.provisions]
    tokenizer, vectors = train(texts_of(provisions), pairs_of(provisions), Recipe())
    save(tokenizer, vectors, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
