"""What search needs of an index and of an embedding."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.model import Passage

Vectors = NDArray[np.float32]


class PassageIndex(Protocol):
    """Finds the ids (``str(ProvisionRef)``) of passages for a text."""

    def replace(self, document_id: str, passages: Sequence[Passage]) -> None:
        """Make ``passages`` all that is known of the document."""

    def search(
        self, text: str, *, as_of: date, audiences: frozenset[str], kinds: frozenset[str], limit: int
    ) -> list[tuple[str, float]]:
        """Best first, only passages in force on ``as_of`` that ``audiences`` may read; empty ``kinds`` means all."""

    def clear(self) -> None:
        """Forget everything."""


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
