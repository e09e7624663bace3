"""Keeps the indexes up with the library: they are derived from it, and can be built again at any time."""

import fcntl
import json
import os
import shutil
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Self, TypeVar

from knowledge.documents.model import Provision, Version
from knowledge.errors import Unavailable
from retrieval.chroma_index import ChromaIndex
from retrieval.embedding import StaticEmbedder
from retrieval.keyword_index import FieldWeights, KeywordIndex
from retrieval.matrix_index import MatrixIndex
from retrieval.model import Passage
from retrieval.ports import Embedder, IndexBroken, Library

_FORMAT = 3
"""Raised when the same records would be indexed differently: segmentation, fields, what a vector stands for."""
_PUBLICATIONS = 2000
_PASSAGES = 5000
"""Indexed in one step: the memory and the lost work of a kill are bounded by it."""
_FOREVER = date.max.toordinal()

_Index = TypeVar("_Index")
VectorIndex = MatrixIndex | ChromaIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexState:
    """How far an index folder got, and with what."""

    format: int
    embedder: str | None
    sequence: int = 0
    """Last publication that is indexed."""
    mark: str | None = None
    """That publication, as the library tells it: another library has another one."""
    passages: int = 0
    """How many passages each index has: another number means lost files."""

    @classmethod
    def read(cls, file: Path) -> Self | None:
        """``None`` where there is none that can be read."""
        try:
            return cls(**json.loads(file.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, file: Path) -> None:
        """Replace the file in one step."""
        new = file.with_suffix(".new")
        with new.open("w", encoding="utf-8") as stream:
            json.dump(asdict(self), stream)
            stream.flush()
            os.fsync(stream.fileno())
        new.replace(file)


class Indexer:
    """Owns an index folder: the keyword index, the vector index, and the state beside them.

    Many processes may share a folder: one writes at a time, the others see it at their next :meth:`catch_up`. What is
    broken, of another format, of another library or of another embedding is built again.
    """

    def __init__(
        self,
        folder: Path,
        *,
        reading: Callable[[], AbstractContextManager[Library]],
        embedder: Embedder | None,
        weights: FieldWeights | None = None,
    ) -> None:
        """Open the folder; ``reading`` opens a view of the library.

        Raises:
            Unavailable: the folder cannot be read or written.

        """
        self._folder = folder
        self._reading = reading
        self._embedder = embedder
        self._threads = threading.RLock()
        self._indexed: int | None = None
        with self._turn():
            self.keyword = _opened(folder / "keyword", lambda path: KeywordIndex(path, weights))
            self.vectors = _opened(folder / "vectors", lambda path: _vector_index(path, embedder)) if embedder else None

    def catch_up(self) -> int:
        """Index what was published since; one small query where nothing was.

        Returns:
            How many documents were indexed again.

        Raises:
            Unavailable: the folder cannot be written.

        """
        with self._reading() as library:
            if library.last_publication() == self._indexed:
                return 0
            with self._turn():
                return self._follow(library, self._usable_state(library))

    def rebuild(self) -> int:
        """Forget everything and index the whole library.

        Returns:
            How many documents were indexed.

        Raises:
            Unavailable: the folder cannot be written.

        """
        with self._reading() as library, self._turn():
            return self._follow(library, self._start_over())

    def version(self) -> str:
        """Names what was indexed, for replay."""
        return f"index={self._indexed} format={_FORMAT} embedding={self._embedder.name if self._embedder else 'none'}"

    def close(self) -> None:
        """Give the files back."""
        if self.vectors is not None:
            self.vectors.close()

    def _usable_state(self, library: Library) -> IndexState:
        """The state on disk where it fits this library and this software, otherwise a new start."""
        state = IndexState.read(self._state_file)
        expected = (_FORMAT, self._embedder.name if self._embedder else None)
        if state is None or (state.format, state.embedder) != expected:
            return self._start_over()
        if state.sequence and library.publication_mark(state.sequence) != state.mark:
            return self._start_over()
        try:
            if state.sequence != self._indexed:
                self._reload()
        except IndexBroken:
            return self._start_over()
        whole = all(len(index) == state.passages for index in self._indexes)
        return state if whole else self._start_over()

    def _follow(self, library: Library, state: IndexState) -> int:
        done: set[str] = set()
        while page := library.publications(state.sequence, _PUBLICATIONS):
            for last, documents in _steps(library, page):
                self._replace(documents)
                done.update(documents)
                state = replace(state, sequence=last, mark=library.publication_mark(last), passages=len(self.keyword))
                self._save(state)
        self._indexed = state.sequence
        return len(done)

    def _replace(self, documents: Mapping[str, Sequence[Passage]]) -> None:
        """All indexes at once: each leaves the interpreter for a good part of its time."""
        with ThreadPoolExecutor(max_workers=len(self._indexes)) as workers:
            for each in [workers.submit(index.replace, documents) for index in self._indexes]:
                each.result()

    def _start_over(self) -> IndexState:
        """Remove the state first: a start that is cut off is a start over again."""
        with _disk(self._folder):
            self._state_file.unlink(missing_ok=True)
        for index in self._indexes:
            index.clear()
        return IndexState(format=_FORMAT, embedder=self._embedder.name if self._embedder else None)

    def _reload(self) -> None:
        for index in self._indexes:
            index.reload()

    def _save(self, state: IndexState) -> None:
        with _disk(self._folder):
            state.write(self._state_file)

    @property
    def _indexes(self) -> tuple[KeywordIndex | VectorIndex, ...]:
        return (self.keyword, self.vectors) if self.vectors is not None else (self.keyword,)

    @property
    def _state_file(self) -> Path:
        return self._folder / "state.json"

    @contextmanager
    def _turn(self) -> Generator[None, None, None]:
        """One thread of one process at a time."""
        with self._threads:
            with _disk(self._folder):
                self._folder.mkdir(parents=True, exist_ok=True)
                lock = (self._folder / ".lock").open("w", encoding="utf-8")
            with lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield


def passages_of(library: Library, document_id: str) -> list[Passage]:
    """A document's provisions, of all versions but those that are withdrawn, as they are indexed."""
    versions = {version.label: version for version in library.versions(document_id)}
    provisions = library.provisions_of_document(document_id)
    return [_passage(each, versions[each.ref.version]) for each in provisions if not each.withdrawn]


def _steps(library: Library, page: Sequence[tuple[int, str]]) -> Iterator[tuple[int, dict[str, list[Passage]]]]:
    """The documents of a page of the publication log, a few thousand passages a step, and how far that step gets."""
    documents: dict[str, list[Passage]] = {}
    waiting = 0
    for sequence, document_id in page:
        if document_id not in documents:
            documents[document_id] = passages_of(library, document_id)
            waiting += len(documents[document_id])
        if waiting >= _PASSAGES:
            yield sequence, documents
            documents, waiting = {}, 0
    if documents:
        yield page[-1][0], documents


def _vector_index(folder: Path, embedder: Embedder) -> VectorIndex:
    """A model of our own makes vectors faster than a graph takes them in; a general one is slower than either."""
    return MatrixIndex(folder, embedder) if isinstance(embedder, StaticEmbedder) else ChromaIndex(folder, embedder)


def _passage(provision: Provision, version: Version) -> Passage:
    ends = provision.period.effective_to
    return Passage(
        ref=provision.ref,
        title=version.title,
        path=" ".join(provision.path),
        heading=provision.heading,
        text=provision.text,
        questions="\n".join(provision.typical_questions),
        kind=provision.kind.value,
        audience=provision.audience.value,
        branches=provision.branches,
        effective_from=provision.period.effective_from.toordinal(),
        effective_to=ends.toordinal() if ends else _FOREVER,
        names=(version.title, version.short_title, *_numbers(version)),
        topics=" ".join(version.topics),
    )


def _numbers(version: Version) -> tuple[str, ...]:
    """「证监会令第130号，根据第177号修正」 is looked up by its first number."""
    return ((version.document_number or "").split("，")[0],) if version.document_number else ()


def _opened(folder: Path, open_index: Callable[[Path], _Index]) -> _Index:
    """The index in a folder; what cannot be read there is thrown away, for it can be built again."""
    try:
        return open_index(folder)
    except IndexBroken:
        with _disk(folder):
            shutil.rmtree(folder)
        return open_index(folder)


@contextmanager
def _disk(folder: Path) -> Generator[None, None, None]:
    try:
        yield
    except OSError as error:
        raise Unavailable(f"检索索引写不进「{folder}」（{error.strerror}）。请检查磁盘空间和权限后再试。") from error
