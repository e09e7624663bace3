"""Typical questions, each an entry of its own that leads to the passage that answers it.

In a field of the passage they were measured to be worth a tenth of this: how rare a word is among questions, and how
long a question usually is, must not be reckoned over the many passages that have none.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import tantivy

from retrieval.model import Filter, Passage, QuestionHit
from retrieval.permission import declare, describe, only_permitted
from retrieval.segmentation import bigrams, content_words
from retrieval.tantivy_folder import TantivyFolder
from retrieval.vocabulary import MEANT, standard_words

_FORMS = {"words": content_words, "pairs": bigrams}
_MOST_TERMS = 128


class QuestionIndex:
    """A folder of tantivy beside that of the passages."""

    def __init__(self, folder: Path) -> None:
        """Open the folder, or start an empty index in it; see :class:`retrieval.tantivy_folder.TantivyFolder`."""
        self._tantivy = TantivyFolder(folder, _schema())
        self._counts: dict[str, int] = {}

    def replace(self, documents: Mapping[str, Sequence[Passage]]) -> None:
        """Make the questions of these passages all that are known of each document."""
        entries = (each for passages in documents.values() for passage in passages for each in _entries(passage))
        self._tantivy.replace(documents, entries)
        self._counts = {}

    def search(self, text: str, only: Filter, *, limit: int) -> list[QuestionHit]:
        """Questions like ``text`` whose passage the filter allows, best first; scores are BM25 sums."""
        wanted = [
            (
                tantivy.Occur.Should,
                tantivy.Query.boost_query(self._tantivy.term(form, term, index_option="freq"), weight),
            )
            for said, weight in ((text, 1.0), (" ".join(standard_words(text)), MEANT))
            for form, split in _FORMS.items()
            for term in list(dict.fromkeys(split(said)))[:_MOST_TERMS]
        ]
        if not wanted:
            return []
        query = only_permitted(self._tantivy.schema, tantivy.Query.boolean_query(wanted), only)
        return [
            QuestionHit(kept.get_first("id"), kept.get_first("question"), score)
            for score, kept in self._tantivy.hits(query, limit)
        ]

    def count(self, document_id: str) -> int:
        """How many questions a document's provisions have, all versions together."""
        if document_id not in self._counts:
            self._counts[document_id] = self._tantivy.count(self._tantivy.term("document_id", document_id))
        return self._counts[document_id]

    def frequency(self, form: str, term: str) -> int:
        """How many questions have a term; ``form`` is ``words`` or ``pairs``."""
        return int(self._tantivy.searcher.doc_freq(form, term))

    def clear(self) -> None:
        """Forget everything, also what cannot be read."""
        self._tantivy.clear()
        self._counts = {}

    def reload(self) -> None:
        """See what another process wrote."""
        self._tantivy.reload()
        self._counts = {}

    def __len__(self) -> int:
        """How many questions there are."""
        return int(self._tantivy.searcher.num_docs)


def _schema() -> Any:  # noqa: ANN401 - typed loosely upstream
    builder = tantivy.SchemaBuilder()
    for name in ("id", "document_id", "question"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    declare(builder)
    for form in _FORMS:
        builder.add_text_field(form, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _entries(passage: Passage) -> Iterator[Any]:
    for question in filter(None, passage.questions.split("\n")):
        entry = tantivy.Document()
        entry.add_text("id", str(passage.ref))
        entry.add_text("document_id", passage.ref.document_id)
        entry.add_text("question", question)
        describe(entry, passage)
        for form, segment in _FORMS.items():
            entry.add_text(form, " ".join(segment(question)))
        yield entry
