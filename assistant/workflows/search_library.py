"""Search the library as of a day, as far as the reader may see it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from assistant.clock import Clock
from assistant.errors import Invalid
from assistant.identity.model import Actor
from assistant.understanding.chosen_day import chosen_day
from assistant.understanding.days import asked_day
from assistant.understanding.said import notes_on
from knowledge.documents.model import Kind, Provision
from retrieval.model import Query, SearchResult
from retrieval.search import Searcher

_MOST = 100


@dataclass(frozen=True, slots=True)
class SearchLibrary:
    """The library's search box."""

    searcher: Searcher
    clock: Clock

    def __call__(
        self, text: str, *, as_of: date | None = None, by: Actor, kinds: Collection[Kind] = (), limit: int = 8
    ) -> SearchResult:
        """Provisions in force on ``as_of``, else on the day that the text names, else today; best first.

        Raises:
            Invalid: nothing to search for, too long, or more than 100 hits wanted.

        """
        if not text.strip():
            raise Invalid("请输入要搜索的内容。")
        if not 1 <= limit <= _MOST:
            raise Invalid(f"一次最多返回 {_MOST} 条，最少 1 条。")
        query = Query(
            text=text,
            as_of=self.clock.today(),
            reader=by.reads,
            branch=by.reads_in,
            kinds=frozenset(kinds),
            limit=limit,
        )

        def search(wanted: str, day: date) -> list[Provision]:
            return [hit.provision for hit in self.searcher.search(replace(query, text=wanted, as_of=day)).hits]

        spelled = self.searcher.read(text).text
        asked = asked_day(spelled, today=query.as_of)
        chosen = chosen_day(spelled, asked, given=as_of, today=query.as_of, search=search)
        found = self.searcher.search(replace(query, as_of=chosen.day))
        return replace(found, notes=tuple(filter(None, (chosen.note, *notes_on(found)))))
