"""A library in a database with its index folder, and embeddings to index it with."""

import json
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from knowledge.database import Database
from knowledge.documents.model import LoadedVersion
from knowledge.documents.repository import DocumentRepository
from retrieval.embedding import SHIPPED, StaticEmbedder
from retrieval.indexing import Indexer
from retrieval.ports import Embedder, Vectors
from retrieval.search import Searcher, SearchSettings

_AT = datetime(2026, 11, 22, tzinfo=UTC)


class GeneralEmbedder:
    """A model that is not ours, as far as the indexer knows: its vectors go into Chroma."""

    def __init__(
        self, name: str = "general", *, before: Callable[[Sequence[str]], object] = lambda _texts: None
    ) -> None:
        self.name = name
        self._before = before
        self._embed = StaticEmbedder(SHIPPED).embed
        self.dimensions = StaticEmbedder(SHIPPED).dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        self._before(texts)
        return self._embed(texts)

    def familiarity(self, text: str) -> float:
        return 1.0 if text else 0.0


@dataclass
class Shelf:
    """A library and its index folder."""

    database: Database
    folder: Path
    embedder: Embedder | None = field(default_factory=lambda: StaticEmbedder(SHIPPED))

    @property
    def current(self) -> Path:
        """The folder of the generation that answers."""
        pointer = json.loads((self.folder / "current.json").read_text(encoding="utf-8"))
        return self.folder / str(pointer["generation"])

    @contextmanager
    def reading(self) -> Generator[DocumentRepository, None, None]:
        with self.database.read() as connection:
            yield DocumentRepository(connection)

    def publish(self, *loaded: LoadedVersion) -> None:
        with self.database.begin() as connection:
            for each in loaded:
                DocumentRepository(connection).publish(each, at=_AT)

    @contextmanager
    def indexer(
        self, *, reopen: Callable[[str], Embedder | None] = lambda _name: None, in_background: bool = False
    ) -> Generator[Indexer, None, None]:
        opened = Indexer(
            self.folder, reading=self.reading, embedder=self.embedder, reopen=reopen, in_background=in_background
        )
        try:
            yield opened
        finally:
            opened.close()

    def searcher(self, indexer: Indexer, **weights: float) -> Searcher:
        """The product's search over this library."""

        def provisions(refs):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
            with self.reading() as documents:
                return documents.provisions(refs)

        return Searcher(
            keyword=indexer.keyword,
            vectors=indexer.vectors,
            provisions=provisions,
            settings=SearchSettings(**weights),  # type: ignore[arg-type]
            refresh=indexer.catch_up,
            index_version=indexer.version,
        )
