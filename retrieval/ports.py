"""What search and indexing need of an index, an embedding and the library."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.documents.model import Provision, Version
from retrieval.model import Filter, Passage, QuestionHit

Vectors = NDArray[np.float32]


class IndexBroken(Exception):
    """The files of an index cannot be read, or are not of this format: build it again."""


class PassageIndex(Protocol):
    """Finds the ids (``str(ProvisionRef)``) of passages for a text."""

    def replace(self, documents: Mapping[str, Sequence[Passage]]) -> None:
        """Make these passages all that is known of each document, in one step; none forgets the document."""

    def search(self, text: str, only: Filter, *, limit: int) -> list[tuple[str, float]]:
        """Ids and scores, best first, of passages that the filter allows."""

    def clear(self) -> None:
        """Forget everything, also what cannot be read."""

    def reload(self) -> None:
        """See what another process wrote.

        Raises:
            IndexBroken: it cannot be read.

        """

    def __len__(self) -> int:
        """How many passages there are, of all versions."""


class KeywordPassageIndex(PassageIndex, Protocol):
    """A passage index that also knows articles by name and how rare a word is."""

    def cited(self, text: str, only: Filter) -> tuple[bool, list[str]]:
        """Whether the text names articles, and the ids of those that are there and allowed."""

    def rarity(self, term: str, *, form: str = "words") -> float:
        """Inverse document frequency over passages and questions, at least 0; ``form`` is ``words`` or ``pairs``."""

    def scores(self, text: str, ids: Collection[str]) -> dict[str, float]:
        """What :meth:`search` would give these passages; those that match nothing are left out."""

    def like_questions(self, text: str, only: Filter, *, limit: int) -> list[QuestionHit]:
        """Typical questions like the text whose passage is allowed, best first."""

    def questions_of(self, document_id: str) -> int:
        """How many typical questions a document has, all versions together."""

    def names(self) -> Mapping[str, frozenset[str]]:
        """Spelling of a document's name → documents; another object after every change."""

    def has_pair(self, pair: str) -> bool:
        """Whether some passage has these two characters side by side."""

    def within(self, documents: Collection[str], text: str, only: Filter, *, limit: int) -> list[str]:
        """Ids of allowed passages of these documents: best for the text first, then in reading order."""


class VectorPassageIndex(PassageIndex, Protocol):
    """A passage index over vectors, which knows how far its embedding understands a question."""

    def trust(self, text: str) -> float:
        """What share of its weight this ranking earns for a question, 0 … 1."""


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

    def familiarity(self, text: str) -> float:
        """Share of the text's content words that the model was trained on, 0 … 1; 1 for a general model."""


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
