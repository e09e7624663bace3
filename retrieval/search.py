"""Finds provisions for a question, as of a day, for a reader, and says whether they are enough to answer from."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from knowledge.documents.model import Provision, ProvisionRef
from knowledge.errors import Invalid
from retrieval.context import ContextFinder, Siblings
from retrieval.fusion import Fused, fuse
from retrieval.model import Context, Filter, Hit, Query, Reading, SearchResult
from retrieval.ports import KeywordPassageIndex, VectorPassageIndex
from retrieval.references import NamedDocuments, asks_nothing_else, named_documents, with_parts
from retrieval.segmentation import bigrams, content_words, fold
from retrieval.spelling import Speller
from retrieval.vocabulary import in_standard_words, names_all, subjects_of

_LONGEST = 4000
_COVERING = 3
"""Hits that are tried for coverage."""
_LIKENESS_SHARE = 0.3
"""Measured best of 0, 0.3 and 0.5 at telling answerable from unanswerable questions (evals/retrieval/README.md)."""

_OF_ASKING = frozenset(
    ("依据", "法律", "法律依据", "哪条", "规定", "违规", "违法", "合规", "规矩", "处罚", "行不行", "合适")
)
"""Words that ask for a rule and say nothing of what it is about: coverage leaves them out."""

Provisions = Callable[[Iterable[ProvisionRef]], Mapping[ProvisionRef, Provision]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSettings:
    """How the two rankings are joined and when evidence is enough."""

    candidates: int = 40
    """Passages taken from each index."""
    keyword_weight: float = 1.0
    vector_weight: float = 1.0
    """Where the embedding knows all the words; see :meth:`retrieval.ports.VectorPassageIndex.trust`."""
    enough_coverage: float = 0.31
    """From this coverage on there is enough to answer from."""


class Searcher:
    """Keyword and vector search, joined. What it returns is in force and permitted: each hit is checked again."""

    def __init__(
        self,
        *,
        keyword: KeywordPassageIndex,
        vectors: VectorPassageIndex | None,
        provisions: Provisions,
        settings: SearchSettings,
        refresh: Callable[[], object] = lambda: None,
        index_version: Callable[[], str] = lambda: "",
        siblings: Siblings = lambda _ref: (),
    ) -> None:
        """``refresh`` runs before each search and is cheap where nothing changed (``Indexer.catch_up``)."""
        self._keyword = keyword
        self._vectors = vectors
        self._provisions = provisions
        self._settings = settings
        self._refresh = refresh
        self._index_version = index_version
        self._speller = Speller(keyword)
        self._context = ContextFinder(siblings)

    def read(self, text: str) -> Reading:
        """A question as it will be searched for: one spelling, slips corrected towards what the library knows."""
        self._refresh()
        return self._speller.read(text)

    def search(self, query: Query) -> SearchResult:
        """Articles named in the question first, then the best of the fusion.

        Raises:
            Invalid: the question is longer than 4,000 characters.
            Unavailable: an index cannot be read or brought up to date.

        """
        if len(query.text) > _LONGEST:
            raise Invalid(f"问题超过 {_LONGEST} 字，请缩短后再搜索。")
        reading = self.read(query.text)
        asked = replace(query, text=reading.text)
        only = Filter.of(asked)
        names_articles, cited = self._keyword.cited(asked.text, only)
        document = NamedDocuments() if names_articles else named_documents(asked.text, self._keyword.names())
        first = cited or self._of_document(document, asked, only)
        ranked = self._ranked(asked, only)
        hits = self._permitted(only, [*_first(first, ranked), *ranked])[: query.limit]
        coverage = self._coverage(asked.text, hits)
        named = {hit.provision.ref for hit in hits} & {ProvisionRef.parse(each) for each in first}
        alone = document.alone or (names_articles and asks_nothing_else(asked.text, self._keyword.names()))
        is_look_up = names_articles or document.alone
        return SearchResult(
            query=query,
            hits=with_parts(hits, asked.text, self._keyword.names()) if names_articles else hits,
            enough=bool(named) if is_look_up else bool(hits) and coverage >= self._settings.enough_coverage,
            coverage=coverage,
            version=self._version(),
            looked_up=tuple(hit.provision.ref for hit in hits if hit.provision.ref in named) if alone else (),
            read_as=reading.text,
            corrections=reading.corrections,
        )

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

    def _ranked(self, query: Query, only: Filter) -> list[Fused]:
        limit = max(self._settings.candidates, query.limit)
        keyword = self._keyword.search(query.text, only, limit=limit)
        vector: list[tuple[str, float]] = []
        trust = 0.0
        if self._vectors is not None:
            vector = self._vectors.search(query.text, only, limit=limit)
            trust = self._vectors.trust(query.text)
        return fuse(
            keyword,
            vector,
            keyword_weight=self._settings.keyword_weight,
            vector_weight=self._settings.vector_weight * trust,
        )

    def _permitted(self, only: Filter, ranked: Sequence[Fused]) -> tuple[Hit, ...]:
        """Each once, in order, and only what the records themselves say is in force and for this reader."""
        by_id = {each.id: each for each in reversed(ranked)}
        refs = {id_: ProvisionRef.parse(id_) for id_ in dict.fromkeys(each.id for each in ranked)}
        known = self._provisions(refs.values())
        return tuple(
            Hit(
                provision=provision,
                score=by_id[id_].score,
                keyword_rank=by_id[id_].keyword_rank,
                vector_rank=by_id[id_].vector_rank,
            )
            for id_, ref in refs.items()
            if (provision := known.get(ref)) and only.allows(provision)
        )

    def _coverage(self, text: str, hits: Sequence[Hit]) -> float:
        """How well the best single hit answers, 0 … 1.

        Mostly the share of the question's content words, weighted by rarity, that the hit contains; partly the likeness
        of the question to a typical question of the hit. Words spread over several hits do not add up: they are what a
        question about something else looks like. A question in people's own words may be covered in the words of rules;
        a subject that it names must be named by the hit.
        """
        subjects = subjects_of(text)
        tried = [hit.provision for hit in hits[:_COVERING] if names_all(subjects, _folded(hit.provision))]
        spellings = dict.fromkeys((text, in_standard_words(text)))
        return max((self._covered(each, tried) for each in spellings), default=0.0)

    def _covered(self, text: str, provisions: Sequence[Provision]) -> float:
        asked = content_words(text)
        rarity = {word: self._keyword.rarity(word) for word in asked if word not in _OF_ASKING} or {
            word: self._keyword.rarity(word) for word in asked
        }
        total = sum(rarity.values())
        if not total:
            return 0.0
        pairs = frozenset(bigrams(text))
        return max((_fit(rarity, total, pairs, provision) for provision in provisions), default=0.0)

    def _version(self) -> str:
        settings = self._settings
        return (
            f"keyword={settings.keyword_weight} vector={settings.vector_weight} candidates={settings.candidates} "
            f"enough={settings.enough_coverage} {self._index_version()}"
        ).strip()


def _first(cited: Sequence[str], ranked: Sequence[Fused]) -> list[Fused]:
    """Named articles with the score of a perfect match, and the ranks they have anyway."""
    by_id = {each.id: each for each in ranked}
    return [
        Fused(
            id=id_,
            score=1.0,
            keyword_rank=by_id[id_].keyword_rank if id_ in by_id else None,
            vector_rank=by_id[id_].vector_rank if id_ in by_id else None,
        )
        for id_ in cited
    ]


def _fit(rarity: Mapping[str, float], total: float, pairs: frozenset[str], provision: Provision) -> float:
    found = _folded(provision)
    contained = sum(weight for word, weight in rarity.items() if word in found) / total
    likeness = max((_likeness(pairs, each) for each in provision.typical_questions), default=0.0)
    return (1 - _LIKENESS_SHARE) * contained + _LIKENESS_SHARE * likeness


@lru_cache(maxsize=4096)
def _folded(provision: Provision) -> str:
    parts = (provision.document_title, *provision.path, provision.heading, provision.text)
    return fold("\n".join((*parts, *provision.typical_questions)))


def _likeness(pairs: frozenset[str], question: str) -> float:
    """Dice coefficient of character pairs."""
    others = frozenset(bigrams(question))
    return 2 * len(pairs & others) / max(1, len(pairs) + len(others))
