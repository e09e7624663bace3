"""Keyword search: BM25 over words and character pairs in tantivy, filtered inside the query.

What is not in force on the day, not of the kind, or not for the reader is never ranked. Texts are segmented by us and
kept as terms between spaces; a question is looked up in every field with the weight that the field has earned.
"""

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tantivy

from retrieval.model import Filter, Passage, QuestionHit
from retrieval.names import usual_names
from retrieval.permission import declare, describe, is_allowed, only_permitted
from retrieval.ports import IndexBroken
from retrieval.question_index import QuestionIndex
from retrieval.references import cited_articles, merge
from retrieval.segmentation import bigrams, content_words, words
from retrieval.tantivy_folder import TantivyFolder
from retrieval.vocabulary import MEANT, standard_words

_MOST_TERMS = 128
_DOCUMENT, _PASSAGE = "document", "passage"
_MOST_OF_A_DOCUMENT = 2000
_NET = 4
"""So many times the wanted passages are first ranked without the filter. Ranking skips most of the postings then, and
what is left after the filter is exactly what ranking with the filter would give; only where too little is left does the
index filter every posting: at 100,000 passages 6 ms instead of 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldWeights:
    """What a match is worth, by field; pairs count beside words at ``pairs`` times the weight of the field."""

    text: float = 1.0
    heading: float = 1.0
    title: float = 0.3
    words: float = 1.0
    pairs: float = 0.8
    meant: float = MEANT
    """What the standard words of a colloquial question count, beside its own."""

    def of(self, field: str) -> float:
        """The weight of an indexed field such as ``text_words``."""
        name, _, form = field.rpartition("_")
        return float(getattr(self, name)) * (self.pairs if form == "pairs" else self.words)


_NAMES = ("text", "heading", "title")
_FORMS = {"words": words, "pairs": bigrams}
_FIELDS = tuple(f"{name}_{form}" for name in _NAMES for form in _FORMS)


class KeywordIndex:
    """Passages, and beside them the typical questions that lead to them.

    One process writes at a time; each sees what others wrote after :meth:`reload`.
    """

    def __init__(self, folder: Path, weights: FieldWeights | None = None) -> None:
        """Open the folder, or start an empty index in it.

        Raises:
            IndexBroken: there is something else in the folder, or it cannot be read.
            Unavailable: the folder cannot be written.

        """
        self._weights = weights or FieldWeights()
        is_half = (folder / "passages" / "meta.json").exists() and not (folder / "questions" / "meta.json").exists()
        if is_half:
            raise IndexBroken(f"{folder / 'questions'} is gone")
        self._tantivy = TantivyFolder(folder / "passages", _schema())
        self._questions = QuestionIndex(folder / "questions")
        self._refresh()

    def replace(self, documents: Mapping[str, Sequence[Passage]]) -> None:
        """See :class:`retrieval.ports.PassageIndex`.

        Raises:
            Unavailable: the folder cannot be written, for example because the disk is full.

        """
        entries = (each for id_, passages in documents.items() for each in _documents(id_, passages))
        self._tantivy.replace(documents, entries)
        self._questions.replace(documents)
        self._refresh()

    def search(
        self, text: str, only: Filter, *, limit: int, weights: FieldWeights | None = None
    ) -> list[tuple[str, float]]:
        """See :class:`retrieval.ports.PassageIndex`. Scores are BM25 sums, comparable within one search only."""
        wanted = self._wanted(text, weights or self._weights)
        if not wanted:
            return []
        best = self._tantivy.hits(tantivy.Query.boolean_query(wanted), limit * _NET)
        shown = [(kept.get_first("id"), score) for score, kept in best if is_allowed(kept, only)][:limit]
        if len(shown) == limit or len(best) < limit * _NET:
            return shown
        return self._found(wanted, only, limit)

    def scores(self, text: str, ids: Collection[str]) -> dict[str, float]:
        """See :class:`retrieval.ports.KeywordPassageIndex`."""
        wanted = self._wanted(text, self._weights)
        if not wanted or not ids:
            return {}
        chosen = tantivy.Query.term_set_query(self._tantivy.schema, "id", sorted(ids))
        query = tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Must, tantivy.Query.boolean_query(wanted)),
                (tantivy.Occur.Must, tantivy.Query.const_score_query(chosen, 0.0)),
            ]
        )
        return {kept.get_first("id"): score for score, kept in self._tantivy.hits(query, len(ids))}

    def like_questions(self, text: str, only: Filter, *, limit: int) -> list[QuestionHit]:
        """See :class:`retrieval.ports.KeywordPassageIndex`."""
        return self._questions.search(text, only, limit=limit)

    def questions_of(self, document_id: str) -> int:
        """See :class:`retrieval.ports.KeywordPassageIndex`."""
        return self._questions.count(document_id)

    def cited(self, text: str, only: Filter) -> tuple[bool, list[str]]:
        """See :class:`retrieval.ports.KeywordPassageIndex`."""
        cited = cited_articles(text, self._spellings)
        ids: list[str] = []
        for article in cited:
            for document_id in sorted(article.document_ids):
                terms = (("document_id", document_id), ("locator", article.locator))
                named = [(tantivy.Occur.Must, self._tantivy.term(*each)) for each in terms]
                found = self._found(named, only, limit=10)
                ids += [each for each, _ in found if each not in ids]
        return bool(cited), ids

    def names(self) -> Mapping[str, frozenset[str]]:
        """See :class:`retrieval.ports.KeywordPassageIndex`."""
        return self._spellings

    def has_pair(self, pair: str) -> bool:
        """See :class:`retrieval.ports.KeywordPassageIndex`."""
        searcher = self._tantivy.searcher
        return any(searcher.doc_freq(f"{name}_pairs", pair) for name in _NAMES) or bool(
            self._questions.frequency("pairs", pair)
        )

    def within(self, documents: Collection[str], text: str, only: Filter, *, limit: int) -> list[str]:
        """See :class:`retrieval.ports.KeywordPassageIndex`."""
        chosen = tantivy.Query.term_set_query(self._tantivy.schema, "document_id", sorted(documents))
        wanted = self._wanted(text, self._weights)
        best = [id_ for id_, _ in self._found(wanted, only, limit, among=chosen)] if wanted else []
        every = self._found([(tantivy.Occur.Must, self._passage())], only, _MOST_OF_A_DOCUMENT, among=chosen)
        return list(dict.fromkeys([*best, *sorted((id_ for id_, _ in every), key=_reading_order)]))[:limit]

    def rarity(self, term: str, *, form: str = "words") -> float:
        """See :class:`retrieval.ports.KeywordPassageIndex`."""
        searcher = self._tantivy.searcher
        frequency = max(searcher.doc_freq(f"{name}_{form}", term) for name in _NAMES)
        frequency += self._questions.frequency(form, term)
        entries = max(searcher.num_docs + len(self._questions), frequency)
        return math.log(1 + (entries - frequency + 0.5) / (frequency + 0.5))

    def __len__(self) -> int:
        """How many passages there are, of all versions."""
        return self._tantivy.count(self._passage())

    def clear(self) -> None:
        """Forget everything, also what cannot be read.

        Raises:
            Unavailable: the folder cannot be written.

        """
        self._tantivy.clear()
        self._questions.clear()
        self._refresh()

    def reload(self) -> None:
        """See what another process wrote.

        Raises:
            IndexBroken: it cannot be read.

        """
        self._tantivy.reload()
        self._questions.reload()
        self._refresh()

    def _refresh(self) -> None:
        self._spellings = self._read_spellings()

    def _read_spellings(self) -> dict[str, frozenset[str]]:
        searcher = self._tantivy.searcher
        spelled: list[tuple[str, str]] = []
        for _, entry in self._tantivy.hits(self._tantivy.term("entry", _DOCUMENT), max(1, searcher.num_docs)):
            document_id = entry.get_first("document_id")
            spelled += [(name, document_id) for name in entry.get_all("names")]
        return merge([*spelled, *usual_names({document_id for _, document_id in spelled})])

    def _wanted(self, text: str, weights: FieldWeights) -> list[tuple[Any, Any]]:
        """One optional clause for each field and term of the question, and of what a rule would say for it."""
        asked = _terms(text)
        meant = _terms(" ".join(standard_words(text)))
        return [
            (tantivy.Occur.Should, self._boosted(field, term, weight * share))
            for field in _FIELDS
            if (weight := weights.of(field))
            for form in (field.rpartition("_")[2],)
            for terms, share in ((asked[form], 1.0), (meant[form], weights.meant))
            for term in terms[:_MOST_TERMS]
        ]

    def _boosted(self, field: str, term: str, weight: float) -> Any:  # noqa: ANN401 - typed loosely upstream
        return tantivy.Query.boost_query(self._tantivy.term(field, term, index_option="freq"), weight)

    def _passage(self) -> Any:  # noqa: ANN401 - typed loosely upstream
        return self._tantivy.term("entry", _PASSAGE)

    def _found(
        self,
        wanted: list[tuple[Any, Any]],
        only: Filter,
        limit: int,
        *,
        among: Any | None = None,  # noqa: ANN401 - typed loosely upstream
    ) -> list[tuple[str, float]]:
        query = only_permitted(self._tantivy.schema, tantivy.Query.boolean_query(wanted), only)
        if among is not None:
            chosen = tantivy.Query.const_score_query(among, 0.0)
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, chosen)])
        return [(kept.get_first("id"), score) for score, kept in self._tantivy.hits(query, limit)]


def _reading_order(id_: str) -> tuple[str, list[tuple[int, str]]]:
    """Document, then 2 before 10 and 3.3.9 before 3.3.13."""
    document, _, rest = id_.partition(":")
    steps = re.split(r"[.-]", rest.partition("@")[0])
    return document, [(int(step), "") if step.isdecimal() else (-1, step) for step in steps]


def _terms(text: str) -> dict[str, list[str]]:
    return {"words": content_words(text), "pairs": list(dict.fromkeys(bigrams(text)))}


def _schema() -> Any:  # noqa: ANN401 - typed loosely upstream
    builder = tantivy.SchemaBuilder()
    for name in ("id", "document_id"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("names", stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("entry", "locator"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    declare(builder)
    for name in _FIELDS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _documents(document_id: str, passages: Sequence[Passage]) -> Iterable[Any]:
    """The passages, and one entry that keeps the document's names."""
    if not passages:
        return
    names = dict.fromkeys(name for passage in passages for name in (document_id, *passage.names))
    entry = tantivy.Document()
    entry.add_text("entry", _DOCUMENT)
    entry.add_text("document_id", document_id)
    for name in names:
        entry.add_text("names", name)
    yield entry
    for passage in passages:
        yield _document(passage)


def _document(passage: Passage) -> Any:  # noqa: ANN401 - typed loosely upstream
    document = tantivy.Document()
    document.add_text("entry", _PASSAGE)
    document.add_text("id", str(passage.ref))
    document.add_text("document_id", passage.ref.document_id)
    document.add_text("locator", passage.ref.locator)
    describe(document, passage)
    parts = {
        "text": passage.text,
        "heading": passage.heading,
        "title": "\n".join(dict.fromkeys((passage.title, *passage.names, passage.topics, passage.path))),
    }
    for name, text in parts.items():
        for form, segment in _FORMS.items():
            document.add_text(f"{name}_{form}", " ".join(segment(text)))
    return document
