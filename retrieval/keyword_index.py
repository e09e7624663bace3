"""Keyword search: BM25 over words and character pairs in tantivy, filtered inside the query.

What is not in force on the day, not of the kind, or not for the reader is never ranked. Texts are segmented by us and
kept as terms between spaces; a question is looked up in every field with the weight that the field has earned.
"""

import math
import re
import shutil
from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tantivy

from knowledge.errors import Unavailable
from retrieval.model import Filter, Passage
from retrieval.ports import IndexBroken
from retrieval.references import cited_articles, merge
from retrieval.segmentation import bigrams, content_words, words
from retrieval.vocabulary import standard_words

_HEAP_BYTES = 64 * 2**20
_MOST_TERMS = 128
_DOCUMENT, _PASSAGE = "document", "passage"
_EVERY_BRANCH = "*"
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
    questions: float = 1.0
    pairs: float = 0.8
    meant: float = 0.6
    """What the standard words of a colloquial question count, beside its own."""

    def of(self, field: str) -> float:
        """The weight of an indexed field such as ``text_words``."""
        name, _, form = field.rpartition("_")
        return float(getattr(self, name)) * (self.pairs if form == "pairs" else 1.0)


_NAMES = ("text", "heading", "title", "questions")
_FORMS = {"words": words, "pairs": bigrams}
_FIELDS = tuple(f"{name}_{form}" for name in _NAMES for form in _FORMS)


class KeywordIndex:
    """A folder of tantivy. One process writes at a time; each sees what others wrote after :meth:`reload`."""

    def __init__(self, folder: Path, weights: FieldWeights | None = None) -> None:
        """Open the folder, or start an empty index in it.

        Raises:
            IndexBroken: there is something else in the folder, or it cannot be read.
            Unavailable: the folder cannot be written.

        """
        self._folder = folder
        self._weights = weights or FieldWeights()
        self._schema = _schema()
        self._open()

    def replace(self, documents: Mapping[str, Sequence[Passage]]) -> None:
        """See :class:`retrieval.ports.PassageIndex`.

        Raises:
            Unavailable: the folder cannot be written, for example because the disk is full.

        """
        with _writing(self._folder):
            writer = self._index.writer(heap_size=_HEAP_BYTES, num_threads=1)
            try:
                for document_id, passages in documents.items():
                    writer.delete_documents_by_term("document_id", document_id)
                    for document in _documents(document_id, passages):
                        writer.add_document(document)
                writer.commit()
            finally:
                writer.wait_merging_threads()  # also gives the lock back
        self.reload()

    def search(self, text: str, only: Filter, *, limit: int) -> list[tuple[str, float]]:
        """See :class:`retrieval.ports.PassageIndex`. Scores are BM25 sums, comparable within one search only."""
        wanted = self._wanted(text)
        if not wanted:
            return []
        best = self._hits(tantivy.Query.boolean_query(wanted), limit * _NET)
        shown = [(id_, score) for id_, score, passage in best if _is_allowed(passage, only)][:limit]
        if len(shown) == limit or len(best) < limit * _NET:
            return shown
        return self._found(wanted, self._permitted(only), limit)

    def cited(self, text: str, only: Filter) -> tuple[bool, list[str]]:
        """See :class:`retrieval.ports.KeywordPassageIndex`."""
        cited = cited_articles(text, self._spellings)
        ids: list[str] = []
        for article in cited:
            for document_id in sorted(article.document_ids):
                term = self._term("document_id", document_id), self._term("locator", article.locator)
                named = [(tantivy.Occur.Must, each) for each in term]
                found = self._found(named, self._permitted(only), limit=10)
                ids += [each for each, _ in found if each not in ids]
        return bool(cited), ids

    def names(self) -> Mapping[str, frozenset[str]]:
        """See :class:`retrieval.ports.KeywordPassageIndex`."""
        return self._spellings

    def has_pair(self, pair: str) -> bool:
        """See :class:`retrieval.ports.KeywordPassageIndex`."""
        return any(self._searcher.doc_freq(f"{name}_pairs", pair) for name in _NAMES)

    def within(self, documents: Collection[str], text: str, only: Filter, *, limit: int) -> list[str]:
        """See :class:`retrieval.ports.KeywordPassageIndex`."""
        chosen = tantivy.Query.term_set_query(self._schema, "document_id", sorted(documents))
        permitted = [*self._permitted(only), chosen]
        wanted = self._wanted(text)
        best = [id_ for id_, _ in self._found(wanted, permitted, limit)] if wanted else []
        every = self._found([(tantivy.Occur.Must, self._term("entry", _PASSAGE))], permitted, _MOST_OF_A_DOCUMENT)
        return list(dict.fromkeys([*best, *sorted((id_ for id_, _ in every), key=_reading_order)]))[:limit]

    def rarity(self, word: str) -> float:
        """Inverse document frequency of a word over all passages; highest where no passage has it."""
        frequency = max(self._searcher.doc_freq(f"{name}_words", word) for name in _NAMES)
        return math.log(1 + (self._searcher.num_docs - frequency + 0.5) / (frequency + 0.5))

    def __len__(self) -> int:
        """How many passages there are, of all versions."""
        return int(self._searcher.search(self._term("entry", _PASSAGE), limit=1).count or 0)

    def clear(self) -> None:
        """Forget everything, also what cannot be read.

        Raises:
            Unavailable: the folder cannot be written.

        """
        with _writing(self._folder):
            shutil.rmtree(self._folder, ignore_errors=True)
            try:
                self._open()
            except IndexBroken as error:
                raise OSError(str(error)) from error  # nothing is left that could be broken

    def reload(self) -> None:
        """See what another process wrote.

        Raises:
            IndexBroken: it cannot be read.

        """
        with _reading():
            self._index.reload()
            self._refresh()

    def _open(self) -> None:
        with _writing(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
        with _reading():
            self._index = tantivy.Index(self._schema, path=str(self._folder), reuse=True)
            self._refresh()

    def _refresh(self) -> None:
        self._searcher = self._index.searcher()
        self._spellings = self._read_spellings()

    def _read_spellings(self) -> dict[str, frozenset[str]]:
        found = self._searcher.search(self._term("entry", _DOCUMENT), limit=max(1, self._searcher.num_docs))
        spelled: list[tuple[str, str]] = []
        for _, address in found.hits:
            entry = self._searcher.doc(address).to_dict()
            document_id = entry["document_id"][0]
            spelled += [(name, document_id) for name in entry["names"]]
        return merge(spelled)

    def _wanted(self, text: str) -> list[tuple[Any, Any]]:
        """One optional clause for each field and term of the question, and of what a rule would say for it."""
        asked = _terms(text)
        meant = _terms(" ".join(standard_words(text)))
        return [
            (tantivy.Occur.Should, tantivy.Query.boost_query(self._term(field, term), weight * share))
            for field in _FIELDS
            if (weight := self._weights.of(field))
            for form in (field.rpartition("_")[2],)
            for terms, share in ((asked[form], 1.0), (meant[form], self._weights.meant))
            for term in terms[:_MOST_TERMS]
        ]

    def _permitted(self, only: Filter) -> list[Any]:
        day = only.as_of.toordinal()
        integer = tantivy.FieldType.Integer
        permitted = [
            tantivy.Query.range_query(self._schema, "effective_from", integer, None, day),
            tantivy.Query.range_query(self._schema, "effective_to", integer, day + 1, None),
            tantivy.Query.term_set_query(self._schema, "audience", sorted(only.audiences)),
        ]
        if only.branch is not None:
            mine = [_EVERY_BRANCH, _branch(only.branch)]
            permitted.append(tantivy.Query.term_set_query(self._schema, "branches", mine))
        if only.kinds:
            permitted.append(tantivy.Query.term_set_query(self._schema, "kind", sorted(only.kinds)))
        return permitted

    def _found(self, wanted: list[tuple[Any, Any]], permitted: Iterable[Any], limit: int) -> list[tuple[str, float]]:
        filters = [(tantivy.Occur.Must, tantivy.Query.const_score_query(each, 0.0)) for each in permitted]
        query = tantivy.Query.boolean_query([(tantivy.Occur.Must, tantivy.Query.boolean_query(wanted)), *filters])
        return [(id_, score) for id_, score, _ in self._hits(query, limit)]

    def _hits(self, query: Any, limit: int) -> list[tuple[str, float, Any]]:  # noqa: ANN401 - typed loosely upstream
        """Id, score and stored fields of the best."""
        searcher = self._searcher
        try:
            with _reading():
                found = [
                    (float(score), searcher.doc(address))
                    for score, address in searcher.search(query, limit=limit, count=False).hits
                ]
                return [(kept.get_first("id"), score, kept) for score, kept in found]
        except IndexBroken as error:
            raise Unavailable("检索索引读不出来，请管理员重建索引后再试。") from error

    def _term(self, field: str, term: str) -> Any:  # noqa: ANN401 - typed loosely upstream
        return tantivy.Query.term_query(self._schema, field, term, index_option="freq" if field in _FIELDS else "basic")


def _reading_order(id_: str) -> tuple[str, list[tuple[int, str]]]:
    """Document, then 2 before 10 and 3.3.9 before 3.3.13."""
    document, _, rest = id_.partition(":")
    steps = re.split(r"[.-]", rest.partition("@")[0])
    return document, [(int(step), "") if step.isdecimal() else (-1, step) for step in steps]


def _branch(name: str) -> str:
    """A term that no name can make mean every branch."""
    return f"={name}"


def _is_allowed(kept: Any, only: Filter) -> bool:  # noqa: ANN401 - typed loosely upstream
    """:meth:`retrieval.model.Filter.allows`, on what is stored with a passage."""
    return (
        kept.get_first("effective_from") <= only.as_of.toordinal() < kept.get_first("effective_to")
        and kept.get_first("audience") in only.audiences
        and (only.branch is None or not {_EVERY_BRANCH, _branch(only.branch)}.isdisjoint(kept.get_all("branches")))
        and (not only.kinds or kept.get_first("kind") in only.kinds)
    )


def _terms(text: str) -> dict[str, list[str]]:
    return {"words": content_words(text), "pairs": list(dict.fromkeys(bigrams(text)))}


@contextmanager
def _reading() -> Generator[None, None, None]:
    """What cannot be read. tantivy raises ``ValueError`` for it, or panics, which is no ``Exception`` in Python."""
    try:
        yield
    except ValueError as error:
        raise IndexBroken(str(error)) from error
    except BaseException as error:
        if type(error).__module__ != "pyo3_runtime":
            raise
        raise IndexBroken(str(error)) from error


@contextmanager
def _writing(folder: Path) -> Generator[None, None, None]:
    """What the disk refuses, told to a person. tantivy raises ``ValueError`` for it."""
    try:
        yield
    except (OSError, ValueError) as error:
        raise Unavailable(f"检索索引写不进「{folder}」（{error}）。请检查磁盘空间和权限后再试。") from error


def _schema() -> Any:  # noqa: ANN401 - typed loosely upstream
    builder = tantivy.SchemaBuilder()
    for name in ("id", "document_id"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("names", stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("entry", "locator"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("kind", "audience", "branches"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("effective_from", "effective_to"):
        builder.add_integer_field(name, stored=True, indexed=True, fast=True)
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
    document.add_text("kind", passage.kind)
    document.add_text("audience", passage.audience)
    for branch in passage.branches:
        document.add_text("branches", _branch(branch))
    if not passage.branches:
        document.add_text("branches", _EVERY_BRANCH)
    document.add_integer("effective_from", passage.effective_from)
    document.add_integer("effective_to", passage.effective_to)
    parts = {
        "text": passage.text,
        "heading": passage.heading,
        "title": "\n".join(dict.fromkeys((passage.title, *passage.names, passage.topics, passage.path))),
        "questions": passage.questions,
    }
    for name, text in parts.items():
        for form, segment in _FORMS.items():
            document.add_text(f"{name}_{form}", " ".join(segment(text)))
    return document
