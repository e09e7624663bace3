"""Finds provisions for a question, as of a day, for a reader, and says whether they are enough to answer from."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from knowledge.documents.model import Provision, ProvisionRef
from knowledge.errors import Invalid
from retrieval.context import ContextFinder, Siblings
from retrieval.enough import ENOUGH, shipped_model, signals_of
from retrieval.fusion import Fusion
from retrieval.model import Context, Filter, Hit, Query, Reading, SearchResult
from retrieval.ports import KeywordPassageIndex, VectorPassageIndex
from retrieval.ranking import Ranker
from retrieval.references import NamedDocuments, asks_nothing_else, named_documents, with_parts
from retrieval.sections import ordered_by_section
from retrieval.shortlist import Found, Shortlist, gather
from retrieval.spelling import Speller

_LONGEST = 4000
Provisions = Callable[[Iterable[ProvisionRef]], Mapping[ProvisionRef, Provision]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSettings:
    """How the rankings are joined and when evidence is enough."""

    candidates: int = 40
    """Passages taken from each index."""
    keyword_weight: float = 1.0
    vector_weight: float = 1.0
    """Where the embedding knows all the words; see :meth:`retrieval.ports.VectorPassageIndex.trust`."""
    contained_weight: float = 0.6
    """Of the share of the question that a text contains. These weights are the fusion's; what learned has its own."""
    enough_likely: float = ENOUGH
    """From this probability on there is enough to answer from."""


class Searcher:
    """Candidates from every index, put in order. What is returned is in force and permitted as the records say."""

    def __init__(
        self,
        *,
        keyword: KeywordPassageIndex,
        vectors: VectorPassageIndex | None,
        provisions: Provisions,
        settings: SearchSettings,
        ranker: Ranker | None = None,
        refresh: Callable[[], object] = lambda: None,
        index_version: Callable[[], str] = lambda: "",
        siblings: Siblings = lambda _ref: (),
    ) -> None:
        """``refresh`` runs before each search and is cheap where nothing changed (``Indexer.catch_up``).

        Without a ``ranker`` the indexes are joined by the weights of ``settings``.
        """
        self._keyword = keyword
        self._vectors = vectors
        self._provisions = provisions
        self._settings = settings
        self._ranker = ranker or Fusion(
            keyword=settings.keyword_weight, vector=settings.vector_weight, contained=settings.contained_weight
        )
        self._refresh = refresh
        self._index_version = index_version
        self._speller = Speller(keyword)
        self._context = ContextFinder(siblings)

    @property
    def ranker(self) -> Ranker:
        """What puts candidates in order."""
        return self._ranker

    def read(self, text: str) -> Reading:
        """A question as it will be searched for: one spelling, slips corrected towards what the library knows."""
        self._refresh()
        return self._speller.read(text)

    def search(self, query: Query) -> SearchResult:
        """Articles named in the question first, then the best of the ranking.

        Raises:
            Invalid: the question is longer than 4,000 characters.
            Unavailable: an index cannot be read or brought up to date.

        """
        if len(query.text) > _LONGEST:
            raise Invalid(f"问题超过 {_LONGEST} 字，请缩短后再搜索。")
        self._refresh()
        reading = self._speller.read(query.text, may_name=self._may_name(query))
        asked = replace(query, text=reading.text)
        only = Filter.of(asked)
        names_articles, cited = self._keyword.cited(asked.text, only)
        document = NamedDocuments() if names_articles else named_documents(asked.text, self._keyword.names())
        first = cited or self._of_document(document, asked, only)
        ranked = self._ranked(self._shortlist(asked, only, first=first), first)
        hits = ordered_by_section(ranked, asked.text, first=first)[: query.limit]
        signals = signals_of(asked.text, [hit.provision for hit in ranked[: query.limit]], self._keyword)
        likely = shipped_model().probability(signals)
        named = {hit.provision.ref for hit in hits} & {ProvisionRef.parse(each) for each in first}
        alone = document.alone or (names_articles and asks_nothing_else(asked.text, self._keyword.names()))
        is_look_up = names_articles or document.alone
        return SearchResult(
            query=query,
            hits=with_parts(hits, asked.text, self._keyword.names()) if names_articles else hits,
            enough=bool(named) if is_look_up else bool(hits) and likely >= self._settings.enough_likely,
            coverage=signals.coverage,
            likely=likely,
            signals=signals.values(),
            version=self._version(),
            looked_up=tuple(hit.provision.ref for hit in hits if hit.provision.ref in named) if alone else (),
            named=tuple(hit.provision.ref for hit in hits if names_articles and hit.provision.ref in named),
            read_as=reading.text,
            corrections=reading.corrections,
        )

    def _may_name(self, query: Query) -> Callable[[str], bool]:
        """Whether a name is that of a document with a text that the asker may read."""
        only = replace(Filter.of(query), kinds=frozenset())

        def may_name(name: str) -> bool:
            called = self._keyword.names().get(name, frozenset())
            return bool(self._keyword.within(called, "", only, limit=1))

        return may_name

    def context_of(self, found: SearchResult) -> tuple[Context, ...]:
        """What the first hits refer to or rest on by definition, as far as it is in force and permitted as they are."""
        only = Filter.of(found.query)
        tied = self._context.named_by(found.query.text, found.hits, lambda text: self._keyword.cited(text, only)[1])
        known = self._provisions([each.ref for each in tied])
        looked_up = (each.with_text(known[each.ref]) for each in tied if each.ref in known)
        return tuple(each for each in looked_up if only.allows(each.provision))

    def _of_document(self, document: NamedDocuments, asked: Query, only: Filter) -> list[str]:
        """What comes first where a document is named: all of it where nothing else is asked, else what fits best."""
        if document.alone:
            return self._keyword.within(document.document_ids, "", only, limit=asked.limit)
        if document.exact:
            return self._keyword.within(document.document_ids, asked.text, only, limit=max(1, asked.limit // 2))
        return []

    def shortlist(self, query: Query, *, without: str | None = None) -> Shortlist:
        """What a ranker is given for a question; ``without`` is a typical question that is to be thought away."""
        self._refresh()
        return self._shortlist(query, Filter.of(query), without=without)

    def _shortlist(
        self, query: Query, only: Filter, *, first: Sequence[str] = (), without: str | None = None
    ) -> Shortlist:
        """Only what the records themselves say is in force and for this reader."""
        limit = max(self._settings.candidates, query.limit)
        found = Found.by(self._keyword, self._vectors, query.text, only, limit=limit, without=without)
        refs = [ProvisionRef.parse(id_) for id_ in dict.fromkeys((*first, *found.ids))]
        known = self._provisions(refs)
        permitted = [known[ref] for ref in refs if ref in known and only.allows(known[ref])]
        return gather(found, permitted, self._keyword, query.text, without=without)

    def _ranked(self, shortlist: Shortlist, first: Sequence[str]) -> tuple[Hit, ...]:
        """Named articles first, with the score of a perfect match, then the best."""
        hits = [
            Hit(
                provision=each.provision,
                score=score,
                keyword_rank=each.keyword_rank,
                vector_rank=each.vector_rank,
            )
            for each, score in zip(shortlist.candidates, self._ranker.scores(shortlist), strict=True)
        ]
        named = {id_: place for place, id_ in enumerate(first)}
        hits = [replace(hit, score=1.0) if str(hit.provision.ref) in named else hit for hit in hits]
        return tuple(sorted(hits, key=lambda hit: (named.get(str(hit.provision.ref), len(named)), -hit.score)))

    def _version(self) -> str:
        settings = self._settings
        return (
            f"ranker={self._ranker.name} candidates={settings.candidates} "
            f"enough={settings.enough_likely} {self._index_version()}"
        ).strip()
