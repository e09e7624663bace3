"""Search the library as of a day, as far as the reader may see it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from assistant.errors import Invalid
from assistant.identity.model import Actor
from knowledge.documents.model import Kind
from retrieval.model import Query, SearchResult
from retrieval.search import Searcher

_MOST = 100


@dataclass(frozen=True, slots=True)
class SearchLibrary:
    """The library's search box."""

    searcher: Searcher

    def __call__(
        self, text: str, *, as_of: date, by: Actor, kinds: Collection[Kind] = (), limit: int = 8
    ) -> SearchResult:
        """Provisions in force on ``as_of``, best first.

        Raises:
            Invalid: nothing to search for, too long, or more than 100 hits wanted.

        """
        if not text.strip():
            raise Invalid("请输入要搜索的内容。")
        if not 1 <= limit <= _MOST:
            raise Invalid(f"一次最多返回 {_MOST} 条，最少 1 条。")
        return self.searcher.search(
            Query(text=text, as_of=as_of, reader=by.reads, branch=by.reads_in, kinds=frozenset(kinds), limit=limit)
        )
