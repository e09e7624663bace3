"""Embeddings: the shipped static model in plain numpy, a sentence-transformers model, or one at an endpoint."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from knowledge.errors import Invalid
from retrieval.ports import Embedder, Vectors
from retrieval.segmentation import content_words
from retrieval.vectors import Endpoint

SHIPPED = Path(__file__).parent / "static_embedding"
"""The model that is trained from the shipped library; see the card in that folder."""
_BATCH = 1024
_AT_ENDPOINT = "openai:"
_OF_SENTENCE_TRANSFORMERS = "sentence-transformers-"


class StaticEmbedder:
    """One vector a token, averaged over the text: ``tokenizer.json`` and ``model.safetensors``, without torch.

    The folder is also a sentence-transformers model (``StaticEmbedding``, ``Normalize``) with the same vectors.
    """

    def __init__(self, folder: Path) -> None:
        """Load a folder.

        Raises:
            Invalid: it holds no such model.

        """
        model = folder / "model.safetensors"
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            tensors = load_file(model)
            self._weights: Vectors = next(iter(tensors.values())).astype(np.float32)
            digest = hashlib.sha256(model.read_bytes()).hexdigest()[:12]
        except (OSError, SafetensorError, StopIteration) as error:
            raise Invalid(f"「{folder}」里没有可用的静态向量模型（{error}）。") from error
        except Exception as error:  # tokenizers raises nothing narrower
            raise Invalid(f"「{folder}」的 tokenizer.json 读不出来（{error}）。") from error
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._vocabulary = frozenset(self._tokenizer.get_vocab())
        self._name = f"static-{digest}"

    @property
    def name(self) -> str:
        """Digest of the vectors."""
        return self._name

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self._weights.shape[1])

    def embed(self, texts: Sequence[str]) -> Vectors:
        """See :class:`retrieval.ports.Embedder`."""
        result = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            batch = list(texts[start : start + _BATCH])
            result[start : start + len(batch)] = self._sums(batch)
        return _unit(result)

    def familiarity(self, text: str) -> float:
        """See :class:`retrieval.ports.Embedder`."""
        asked = [word for word in content_words(text) if len(word) > 1]
        return sum(word in self._vocabulary for word in asked) / len(asked) if asked else 1.0

    def _sums(self, texts: list[str]) -> Vectors:
        """Sums instead of means: the length is taken out anyway."""
        tokens = [encoded.ids for encoded in self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)]
        ones = np.ones(max(map(len, tokens), default=0), dtype=np.float32)
        sums = np.zeros((len(tokens), self.dimensions), dtype=np.float32)
        for row, ids in enumerate(tokens):  # measured at a third of the time of one np.add.reduceat over all
            if ids:
                sums[row] = ones[: len(ids)] @ self._weights.take(ids, axis=0)
        return sums


class SentenceTransformerEmbedder:
    """Any sentence-transformers model. The import alone costs seconds and hundreds of megabytes."""

    def __init__(self, name_or_folder: str) -> None:
        """Load a model.

        Raises:
            Invalid: there is none of that name, neither as a folder nor to be downloaded.

        """
        from sentence_transformers import SentenceTransformer

        folder = Path(name_or_folder)
        try:
            self._model: Any = SentenceTransformer(
                name_or_folder, device="cpu", local_files_only=True if folder.is_dir() else None
            )
        except (OSError, ValueError, ImportError) as error:
            raise Invalid(f"载入不了向量模型「{name_or_folder}」（{error}）。") from error
        self._name = f"{_OF_SENTENCE_TRANSFORMERS}{folder.resolve() if folder.is_dir() else name_or_folder}"

    @property
    def name(self) -> str:
        """Folder or name of the model."""
        return self._name

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self._model.get_embedding_dimension())

    def embed(self, texts: Sequence[str]) -> Vectors:
        """See :class:`retrieval.ports.Embedder`."""
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        vectors = self._model.encode(list(texts), convert_to_numpy=True, show_progress_bar=False)
        return _unit(np.nan_to_num(np.asarray(vectors, dtype=np.float32)))  # some give NaN for an empty text

    def familiarity(self, text: str) -> float:  # noqa: ARG002 - the port asks per text
        """A general model knows every word."""
        return 1.0


def open_embedder(setting: str, endpoint: Endpoint | None = None) -> Embedder | None:
    """Open what a setting names.

    ``static`` is the shipped model, ``none`` is none, ``openai:MODEL`` is a model at ``endpoint``, anything else a
    sentence-transformers folder or name.

    Raises:
        Invalid: there is no such model, or no endpoint for it.

    """
    if setting == "none":
        return None
    if setting == "static":
        return StaticEmbedder(SHIPPED)
    if setting.startswith(_AT_ENDPOINT):
        if endpoint is None:
            raise Invalid(f"「{setting}」需要向量服务的地址，请设置 YICE_EMBEDDING__BASE_URL。")
        from retrieval.endpoint_embedding import EndpointEmbedder

        return EndpointEmbedder(setting.removeprefix(_AT_ENDPOINT), endpoint)
    return SentenceTransformerEmbedder(setting)


def reopen_embedder(name: str, endpoint: Endpoint | None = None) -> Embedder | None:
    """The embedding of an index of before, by its name; ``None`` where it is no longer there."""
    try:
        found = _reopened(name, endpoint)
    except Invalid:
        return None
    return found if found is not None and found.name == name else None


def _reopened(name: str, endpoint: Endpoint | None) -> Embedder | None:
    if name.startswith(_OF_SENTENCE_TRANSFORMERS):
        folder = Path(name.removeprefix(_OF_SENTENCE_TRANSFORMERS))
        gone = folder.is_absolute() and not folder.is_dir()  # otherwise it would be looked for on the network
        return None if gone else SentenceTransformerEmbedder(str(folder))
    kind, _, rest = name.partition("-")
    if kind == "openai" and endpoint is not None:
        model, _, dimensions = rest.partition("#")
        sized = replace(endpoint, dimensions=int(dimensions) if dimensions.isdecimal() else None)
        return open_embedder(f"{_AT_ENDPOINT}{model}", sized)
    return StaticEmbedder(SHIPPED) if kind == "static" else None


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = (vectors / np.where(lengths > 0, lengths, 1.0)).astype(np.float32)
    return unit
