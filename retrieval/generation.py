"""One folder with everything that a search looks into, for one embedding, and how far in the log it got."""

import json
import os
import shutil
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
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

FORMAT = 4
"""Raised when the same records would be indexed differently: segmentation, fields, what a vector stands for."""
_PUBLICATIONS = 2000
_PASSAGES = 5000
_PASSAGES_OF_A_GENERAL_MODEL = 250
"""Indexed in one step: memory, the lost work of a kill and the wait for a stop are bounded by it."""
_STATE = "state.json"
_FOREVER = date.max.toordinal()

_Index = TypeVar("_Index")
VectorIndex = MatrixIndex | ChromaIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexState:
    """How far a generation got, and with what."""

    format: int
    embedder: str | None
    sequence: int = 0
    """Last publication that is indexed."""
    mark: str | None = None
    """That publication, as the library tells it: another library has another one."""
    passages: int = 0
    """How many passages each index has: another number means lost files."""
    under_way: bool = False
    """What follows is being indexed: some indexes may have it already, and it will be done again."""

    @classmethod
    def read(cls, file: Path) -> Self | None:
        """``None`` where there is none that can be read."""
        try:
            return cls(**json.loads(file.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    @classmethod
    def of(cls, folder: Path) -> Self | None:
        """The state of the generation in a folder."""
        return cls.read(folder / _STATE)

    def is_of(self, library: Library) -> bool:
        """Whether it was this library that was indexed, and with this software."""
        known = self.sequence == 0 or library.publication_mark(self.sequence) == self.mark
        return self.format == FORMAT and known


@dataclass(frozen=True, slots=True)
class Step:
    """What is told while a library is indexed."""

    sequence: int
    last: int
    """The last publication there is."""
    documents: int
    """How many were indexed in this step."""


class Generation:
    """The keyword index and the vector index over one library with one embedding. One thread writes at a time."""

    def __init__(
        self,
        folder: Path,
        embedder: Embedder | None,
        weights: FieldWeights | None = None,
        *,
        embedding: str | None = None,
    ) -> None:
        """Open the folder, or start empty indexes in it; what cannot be read is thrown away.

        An ``embedding`` that nobody has any more leaves the keywords, to be searched but not to be followed.

        Raises:
            Unavailable: the folder cannot be read or written.

        """
        self.folder = folder
        self.embedder = embedder
        self.embedding = embedder.name if embedder else embedding
        self.can_follow = embedder is not None or embedding is None
        self.keyword = _opened(folder / "keyword", lambda path: KeywordIndex(path, weights))
        self.vectors = _opened(folder / "vectors", lambda path: _vector_index(path, embedder)) if embedder else None
        self.sequence: int | None = None
        """How far this process has seen it get; ``None`` before the first look."""
        state = IndexState.of(folder)
        if state is None:
            self._save(self._start)
        self._read_at = state.sequence if state else None
        self._step = _PASSAGES_OF_A_GENERAL_MODEL if isinstance(self.vectors, ChromaIndex) else _PASSAGES

    def is_whole(self, library: Library) -> bool:
        """Whether what is on the disk is what the state says, of this library; sees what other processes wrote."""
        state = IndexState.of(self.folder)
        if state is None or state.embedder != self.embedding or not state.is_of(library):
            return False
        try:
            if state.sequence != self._read_at or state.under_way:
                for index in self._indexes:
                    index.reload()
        except IndexBroken:
            return False
        if not state.under_way and any(len(index) != state.passages for index in self._indexes):
            return False
        self._read_at = self.sequence = state.sequence
        return True

    def follow(self, library: Library) -> Iterator[Step]:
        """Index a page of what was published since, step by step; nothing where nothing was.

        A kill loses the step under way and nothing else.

        Raises:
            Unavailable: the folder cannot be written, or the embedding does not answer.

        """
        state = IndexState.of(self.folder) or self._start
        for last, documents in _steps(library, library.publications(state.sequence, _PUBLICATIONS), self._step):
            self._save(replace(state, under_way=True))
            self._replace(documents)
            state = replace(state, sequence=last, mark=library.publication_mark(last), passages=len(self.keyword))
            self._save(state)
            self._read_at = self.sequence = last
            yield Step(last, library.last_publication(), len(documents))

    def close(self) -> None:
        """Give the files back."""
        if self.vectors is not None:
            self.vectors.close()

    def _replace(self, documents: Mapping[str, Sequence[Passage]]) -> None:
        """All indexes at once: each leaves the interpreter for a good part of its time."""
        with ThreadPoolExecutor(max_workers=len(self._indexes)) as workers:
            for each in [workers.submit(index.replace, documents) for index in self._indexes]:
                each.result()

    def _save(self, state: IndexState) -> None:
        with on_disk(self.folder):
            write_whole(self.folder / _STATE, asdict(state))

    @property
    def _start(self) -> IndexState:
        return IndexState(format=FORMAT, embedder=self.embedding)

    @property
    def _indexes(self) -> tuple[KeywordIndex | VectorIndex, ...]:
        return (self.keyword, self.vectors) if self.vectors is not None else (self.keyword,)


def passages_of(library: Library, document_id: str) -> list[Passage]:
    """A document's provisions, of all versions but those that are withdrawn, as they are indexed."""
    versions = {version.label: version for version in library.versions(document_id)}
    provisions = library.provisions_of_document(document_id)
    return [_passage(each, versions[each.ref.version]) for each in provisions if not each.withdrawn]


def write_whole(file: Path, content: object) -> None:
    """Replace a JSON file in one step."""
    new = file.with_suffix(".new")
    with new.open("w", encoding="utf-8") as stream:
        json.dump(content, stream)
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(file)


@contextmanager
def on_disk(folder: Path) -> Generator[None, None, None]:
    """What the disk refuses, told to a person."""
    try:
        yield
    except OSError as error:
        raise Unavailable(f"检索索引写不进「{folder}」（{error.strerror}）。请检查磁盘空间和权限后再试。") from error


def _steps(
    library: Library, page: Sequence[tuple[int, str]], passages: int
) -> Iterator[tuple[int, dict[str, list[Passage]]]]:
    """The documents of a page of the publication log, some ``passages`` a step, and how far that step gets."""
    documents: dict[str, list[Passage]] = {}
    waiting = 0
    for sequence, document_id in page:
        if document_id not in documents:
            documents[document_id] = passages_of(library, document_id)
            waiting += len(documents[document_id])
        if waiting >= passages:
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
        with on_disk(folder):
            shutil.rmtree(folder)
        return open_index(folder)
