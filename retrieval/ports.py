"""What search and indexing need of an index, an embedding and the library."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.documents.model import Provision, Version
from retrieval.model import Passage

Vectors = NDArray[np.float32]


class IndexBroken(Exception):  # noqa: N818 - a state of the files, not a mistake of a caller
    """The files of an index cannot be read, or are not of this format: build it again."""


class PassageIndex(Protocol):
    """Finds the ids (``str(ProvisionRef)``) of passages for a text."""

    def replace(self, documents: Mapping[str, Sequence[Passage]]) -> None:
        """Make these passages all that is known of each document, in one step; none forgets the document."""

    def search(
        self, text: str, *, as_of: date, audiences: frozenset[str], kinds: frozenset[str], limit: int
    ) -> list[tuple[str, float]]:
        """Best first, only passages in force on ``as_of`` that ``audiences`` may read; empty ``kinds`` means all."""

    def reload(self) -> None:
        """See what another process wrote."""


class Embedder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def name(self) -> str:
        """Identity of the model: a change of it means re-indexing."""

    @property
    def dimensions(self) -> int:
        """Length of a vector."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Shape ``(len(texts), dimensions)``, float32, rows of length 1 (or 0 for an empty text)."""


class Library(Protocol):
    """The records that indexes are derived from (``knowledge.documents.repository.DocumentRepository``)."""

    def publications(self, after: int, limit: int) -> tuple[tuple[int, str], ...]:
        """``(sequence, document_id)`` after a sequence number, in order."""

    def last_publication(self) -> int:
        """The last sequence number; 0 while nothing is published."""

    def publication_mark(self, sequence: int) -> str | None:
        """What tells this library from another that has as many publications."""

    def versions(self, document_id: str) -> tuple[Version, ...]:
        """Every version of a document."""

    def provisions_of_document(self, document_id: str) -> tuple[Provision, ...]:
        """The provisions of all versions."""
