"""Is everything there that the house stands on?"""

from dataclasses import dataclass

from assistant.clock import Clock
from assistant.storage import Storage
from knowledge.documents.model import Audience
from retrieval.indexing import Indexer
from retrieval.model import Query
from retrieval.search import Searcher


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """``ready``: requests can be served."""

    ready: bool
    database: bool
    index: bool
    provisions: int
    language_model: str
    """``extractive`` or ``configured``; whether a model answers is not tried here."""
    reindexed_share: float | None = None
    """How much of a new index is built, 0 … 1, while the old one answers; ``None`` where none is being built."""
    embedding_trouble: str | None = None
    """Why searches use the keywords alone, or why the new index does not grow, as a sentence."""


@dataclass(frozen=True, slots=True)
class CheckHealth:
    """Asks the database and the index one small question each."""

    storage: Storage
    searcher: Searcher
    indexer: Indexer
    language_model_configured: bool
    clock: Clock

    def __call__(self) -> Health:
        provisions = self._provisions()
        index = provisions is not None and self._index_answers()
        renewal = self.indexer.renewal() if index else None
        return Health(
            ready=provisions is not None and index,
            database=provisions is not None,
            index=index,
            provisions=provisions or 0,
            language_model="configured" if self.language_model_configured else "extractive",
            reindexed_share=min(1.0, renewal.done / max(1, renewal.of)) if renewal else None,
            embedding_trouble=self.indexer.trouble or (renewal.trouble if renewal else None),
        )

    def _provisions(self) -> int | None:
        try:
            with self.storage.reading() as work:
                return work.documents.count_in_force(self.clock.today())[1]
        except Exception:  # noqa: BLE001 - whatever is wrong with the database, it is not healthy
            return None

    def _index_answers(self) -> bool:
        try:
            self.searcher.search(Query(text="适当性", as_of=self.clock.today(), reader=Audience.CUSTOMER, limit=1))
        except Exception:  # noqa: BLE001 - whatever is wrong with the index, it is not healthy
            return False
        return True
