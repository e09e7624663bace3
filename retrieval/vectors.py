"""What every vector index agrees on: what a vector stands for, and how far a ranking by vectors is trusted."""

from dataclasses import dataclass

from knowledge.errors import Unavailable
from retrieval.model import Passage
from retrieval.segmentation import fold


class EmbeddingUnavailable(Unavailable):
    """A model elsewhere does not answer, or not with vectors; the keywords still can be searched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where embeddings come from."""

    base_url: str
    """For example ``http://127.0.0.1:8000/v1``."""
    api_key: str = ""
    timeout_seconds: float = 30.0
    retries: int = 2
    """Tries after a 429, a 5xx or a lost connection."""
    dimensions: int | None = None
    """Asked of the server, where the model has vectors of several lengths."""


def embedded(passage: Passage) -> str:
    """The text that a passage's vector stands for, folded as questions are."""
    return "\n".join(map(fold, (passage.title, passage.heading, passage.text)))


def trusted(of_question: float, of_library: float) -> float:
    """The share of its weight that a ranking earns, 0 … 1, from what share of the words the embedding knows.

    Each unknown word cancels a known one, in the question and in the library. So an embedding trained on one library
    keeps its voice there and falls silent in another: at full weight it would lower nDCG@10 on STARD, half of whose
    words it does not know, from 0.35 to 0.27.
    """
    return max(0.0, 2 * of_question - 1) * max(0.0, 2 * of_library - 1)
