"""Build the search index again, while the old one goes on answering."""

from collections.abc import Callable
from dataclasses import dataclass

from assistant.errors import NotPermitted
from assistant.identity.model import Actor, Role
from retrieval.generation import Step
from retrieval.indexing import Indexer

_KEEPERS = frozenset({Role.KEEPER, Role.ADMINISTRATOR, Role.SYSTEM})


@dataclass(frozen=True, slots=True)
class ReindexLibrary:
    """All of it, with the configured embedding; a build that was cut off goes on where it was."""

    indexer: Indexer

    def __call__(self, *, by: Actor, tell: Callable[[Step], object] = lambda _step: None) -> int:
        """How many documents were indexed; ``tell`` is called after each step.

        Raises:
            NotPermitted: this actor does not keep the library.
            Unavailable: the index folder cannot be written, or the embedding does not answer.

        """
        if by.role not in _KEEPERS:
            raise NotPermitted("只有知识管理员可以重建索引。")
        return self.indexer.rebuild(tell)
