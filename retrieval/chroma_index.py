"""Vector search in an embedded Chroma.

Dates are never filtered inside Chroma: a ``where`` on dates was measured at 0.36–1.1 s over 100,000 vectors, a plain
query at 4–7 ms. So more is fetched than asked for, filtered here, and the net is widened while too little is left.
"""

import json
import shutil
import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np

from knowledge.errors import Unavailable
from retrieval.model import Filter, Passage
from retrieval.ports import Embedder, IndexBroken
from retrieval.segmentation import fold
from retrieval.vectors import EmbeddingUnavailable, embedded, trusted

_COLLECTION = "passages"
_PAGE = 5000
_FIRST_NET = 3
_WIDER = 4
_COMPARED = 5000
"""So many vectors are compared one by one in a few tens of milliseconds."""
_TINY = 1e-6

Vector = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True, slots=True)
class _Terms:
    """What decides whether a passage may be shown."""

    document_id: str
    effective_from: int
    effective_to: int
    audience: str
    kind: str
    branches: str
    """As JSON: Chroma keeps no lists."""
    familiarity: float
    """How far the embedding knows the passage's words."""

    @classmethod
    def of(cls, passage: Passage, embedder: Embedder) -> Self:
        return cls(
            passage.ref.document_id,
            passage.effective_from,
            passage.effective_to,
            passage.audience,
            passage.kind,
            json.dumps(passage.branches, ensure_ascii=False),
            embedder.familiarity(embedded(passage)),
        )

    def are_allowed(self, only: Filter) -> bool:
        """:meth:`retrieval.model.Filter.allows`, on what the index keeps."""
        return (
            self.effective_from <= only.as_of.toordinal() < self.effective_to
            and self.audience in only.audiences
            and (not only.kinds or self.kind in only.kinds)
            and (only.branch is None or self.branches == "[]" or only.branch in json.loads(self.branches))
        )


class ChromaIndex:
    """A folder of Chroma. Vectors are always ours; Chroma never embeds. Safe for threads of one process."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        """Open the folder, or start an empty index in it.

        Raises:
            IndexBroken: it cannot be read, or keeps vectors of another length.
            Unavailable: the folder cannot be written.

        """
        self._folder = folder
        self._embedder = embedder
        self._lock = threading.RLock()
        self._client: Any = None
        self._open()

    def replace(self, documents: Mapping[str, Sequence[Passage]]) -> None:
        """See :class:`retrieval.ports.PassageIndex`.

        Raises:
            Unavailable: the folder cannot be written.

        """
        passages = [passage for each in documents.values() for passage in each]
        with self._lock:
            kept = {str(passage.ref) for passage in passages}
            old = [id_ for id_, terms in self._terms.items() if terms.document_id in documents and id_ not in kept]
            try:
                for start in range(0, len(old), _PAGE):
                    self._collection.delete(ids=old[start : start + _PAGE])
                for start in range(0, len(passages), _PAGE):
                    self._upsert(passages[start : start + _PAGE])
            except _chroma_errors() as error:
                raise _unwritable(self._folder, error) from error
            for id_ in old:
                del self._terms[id_]
            self._familiarity = self._mean_familiarity()

    def search(self, text: str, only: Filter, *, limit: int) -> list[tuple[str, float]]:
        """See :class:`retrieval.ports.PassageIndex`. Scores are cosines."""
        vector = self._embed([fold(text)])[0]
        if not vector.any():
            return []
        with self._lock:
            net = min(len(self._terms), limit * _FIRST_NET)
            found = self._allowed_of(self._nearest(vector, net), only)
            if len(found) < limit:
                found = self._widened(vector, only, limit=limit, net=net)
        return found[:limit]

    def trust(self, text: str) -> float:
        """See :func:`retrieval.vectors.trusted`."""
        return trusted(self._embedder.familiarity(text), self._familiarity)

    def __len__(self) -> int:
        """How many passages there are, of all versions."""
        return len(self._terms)

    def clear(self) -> None:
        """Forget everything, also what cannot be read.

        Raises:
            Unavailable: the folder cannot be written.

        """
        with self._lock:
            try:
                self._client.delete_collection(_COLLECTION)
            except _chroma_errors():
                self.close()
                shutil.rmtree(self._folder, ignore_errors=True)
            try:
                self.close()
                self._open()
            except IndexBroken as error:
                raise _unwritable(self._folder, error) from error  # nothing is left that could be broken

    def reload(self) -> None:
        """See what another process wrote: Chroma keeps what it read, so it is opened again.

        Raises:
            IndexBroken: it cannot be read.

        """
        with self._lock:
            self.close()
            self._open()

    def close(self) -> None:
        """Give the files back."""
        with self._lock:
            client, self._client = self._client, None
            if client is not None:
                with suppress(*_chroma_errors()):
                    client.close()

    def _open(self) -> None:
        import chromadb
        from chromadb.config import Settings

        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(self._folder, error) from error
        try:
            self._client = chromadb.PersistentClient(
                path=str(self._folder), settings=Settings(anonymized_telemetry=False)
            )
            self._collection = self._client.get_or_create_collection(
                _COLLECTION,
                embedding_function=None,
                configuration={"hnsw": {"space": "cosine"}},
                metadata={"embedder": self._embedder.name},
            )
            self._terms = self._read_terms()
            kept = self._collection.get(limit=1, include=["embeddings"])["embeddings"]
            self._length = len(kept[0]) if len(kept) else 0
            self._familiarity = self._mean_familiarity()
        except _chroma_errors() as error:
            _forget_half_open(self._folder)
            raise IndexBroken(str(error)) from error

    def _embed(self, texts: Sequence[str]) -> Vector:
        vectors = self._embedder.embed(texts)
        self._length = self._length or vectors.shape[1]
        length = vectors.shape[1]
        if length not in (0, self._length):  # 0: nothing was asked of the model yet
            raise EmbeddingUnavailable(
                f"向量的长度变了：索引里是 {self._length}，模型现在给出 {length}。请用 yice knowledge reindex 重建。"
            )
        return vectors

    def _mean_familiarity(self) -> float:
        return sum(each.familiarity for each in self._terms.values()) / max(1, len(self._terms))

    def _read_terms(self) -> dict[str, _Terms]:
        terms: dict[str, _Terms] = {}
        for start in range(0, self._collection.count(), _PAGE):
            page = self._collection.get(include=["metadatas"], limit=_PAGE, offset=start)
            terms.update(
                (id_, _Terms(**metadata)) for id_, metadata in zip(page["ids"], page["metadatas"], strict=True)
            )
        return terms

    def _upsert(self, passages: Sequence[Passage]) -> None:
        terms = {str(passage.ref): _Terms.of(passage, self._embedder) for passage in passages}
        vectors = self._embed([embedded(passage) for passage in passages])
        vectors[~vectors.any(axis=1), 0] = _TINY  # no direction at all has no cosine
        self._collection.upsert(
            ids=list(terms),
            embeddings=vectors,
            metadatas=[{name: getattr(each, name) for name in _Terms.__slots__} for each in terms.values()],
        )
        self._terms.update(terms)

    def _widened(self, vector: Vector, only: Filter, *, limit: int, net: int) -> list[tuple[str, float]]:
        """Where little is allowed, all of that is compared: a graph of near copies does not lead everywhere."""
        allowed = [id_ for id_, terms in self._terms.items() if terms.are_allowed(only)]
        found: list[tuple[str, float]] = []
        while len(allowed) > _COMPARED and len(found) < limit and net < len(self._terms):
            net = min(len(self._terms), net * _WIDER)
            found = self._allowed_of(self._nearest(vector, net), only)
        return found if len(found) >= limit else self._compared(vector, allowed[:_COMPARED])

    def _allowed_of(self, found: list[tuple[str, float]], only: Filter) -> list[tuple[str, float]]:
        return [(id_, score) for id_, score in found if (terms := self._terms.get(id_)) and terms.are_allowed(only)]

    def _compared(self, vector: Vector, ids: list[str]) -> list[tuple[str, float]]:
        """Exact cosines, best first."""
        if not ids:
            return []
        with _readable():
            kept = self._collection.get(ids=ids, include=["embeddings"])
        vectors = np.asarray(kept["embeddings"], dtype=np.float32)
        scores = vectors @ vector / np.maximum(np.linalg.norm(vectors, axis=1), _TINY)
        return [(kept["ids"][row], float(scores[row])) for row in np.argsort(-scores, kind="stable")]

    def _nearest(self, vector: Vector, count: int) -> list[tuple[str, float]]:
        if not count:
            return []
        with _readable():
            found = self._collection.query(query_embeddings=vector[None, :], n_results=count, include=["distances"])
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        return [(id_, 1.0 - float(distance)) for id_, distance in pairs]


def _forget_half_open(folder: Path) -> None:
    """Chroma shares what it opened by path, and would hand out what failed to open again."""
    from chromadb.api.shared_system_client import SharedSystemClient

    SharedSystemClient._identifier_to_system.pop(str(folder), None)  # noqa: SLF001 - it has no public way
    SharedSystemClient._identifier_to_refcount.pop(str(folder), None)  # noqa: SLF001


def _chroma_errors() -> tuple[type[Exception], ...]:
    from chromadb.errors import ChromaError

    return ChromaError, OSError, ValueError, KeyError, TypeError, AttributeError  # its own clean-up raises the last


@contextmanager
def _readable() -> Generator[None, None, None]:
    try:
        yield
    except _chroma_errors() as error:
        raise Unavailable("向量索引读不出来，请管理员重建索引后再试。") from error


def _unwritable(folder: Path, error: Exception) -> Unavailable:
    return Unavailable(f"检索索引写不进「{folder}」（{error}）。请检查磁盘空间和权限后再试。")
