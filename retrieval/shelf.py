"""A library in memory, for training and trials (:class:`retrieval.ports.Library`)."""

import tempfile
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from knowledge.documents.model import LoadedVersion, Provision, ProvisionRef, Version
from retrieval.indexing import Indexer
from retrieval.ports import Embedder
from retrieval.search import Searcher, SearchSettings


class Shelf:
    """Versions as they were loaded, each published once."""

    def __init__(self, loaded: Sequence[LoadedVersion]) -> None:
        self._documents: dict[str, list[LoadedVersion]] = {}
        for each in loaded:
            self._documents.setdefault(each.version.document_id, []).append(each)
        self._by_ref = {each.ref: each for version in loaded for each in version.provisions}

    @contextmanager
    def reading(self) -> Generator["Shelf", None, None]:
        """A view, as the indexer asks for one."""
        yield self

    def provisions(self, refs: Iterable[ProvisionRef]) -> dict[ProvisionRef, Provision]:
        """Those that there are."""
        return {ref: self._by_ref[ref] for ref in refs if ref in self._by_ref}

    def in_force_on(self, day: date) -> Iterator[Provision]:
        """The provisions of a day."""
        return (each for each in self._by_ref.values() if each.in_force_on(day))

    def publications(self, after: int, limit: int) -> tuple[tuple[int, str], ...]:
        """See the port."""
        return tuple(enumerate(self._documents, start=1))[after : after + limit]

    def last_publication(self) -> int:
        """See the port."""
        return len(self._documents)

    def publication_mark(self, sequence: int) -> str | None:
        """See the port."""
        return str(sequence) if sequence <= len(self._documents) else None

    def versions(self, document_id: str) -> tuple[Version, ...]:
        """See the port."""
        return tuple(each.version for each in self._documents[document_id])

    def provisions_of_document(self, document_id: str) -> tuple[Provision, ...]:
        """See the port."""
        return tuple(provision for each in self._documents[document_id] for provision in each.provisions)


@contextmanager
def searching(shelf: Shelf, *, embedder: Embedder | None) -> Generator[Searcher, None, None]:
    """The product's search over a shelf, in a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        indexer = Indexer(Path(folder), reading=shelf.reading, embedder=embedder)
        try:
            indexer.catch_up()
            yield Searcher(
                keyword=indexer.keyword,
                vectors=indexer.vectors,
                provisions=shelf.provisions,
                settings=SearchSettings(),
            )
        finally:
            indexer.close()
