"""What decides whether an entry of a tantivy index may be shown: its fields, and the filter over them.

Inside the query nothing else is ranked; on what is stored, the same is asked again of what was ranked without.
"""

from typing import Any

import tantivy

from retrieval.model import Filter, Passage

_EVERY_BRANCH = "*"


def declare(builder: Any) -> None:  # noqa: ANN401 - typed loosely upstream
    """Add the fields to a schema."""
    for name in ("kind", "audience", "branches"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("effective_from", "effective_to"):
        builder.add_integer_field(name, stored=True, indexed=True, fast=True)


def describe(entry: Any, passage: Passage) -> None:  # noqa: ANN401 - typed loosely upstream
    """Fill the fields of an entry."""
    entry.add_text("kind", passage.kind)
    entry.add_text("audience", passage.audience)
    for branch in passage.branches:
        entry.add_text("branches", _branch(branch))
    if not passage.branches:
        entry.add_text("branches", _EVERY_BRANCH)
    entry.add_integer("effective_from", passage.effective_from)
    entry.add_integer("effective_to", passage.effective_to)


def only_permitted(schema: Any, wanted: Any, only: Filter) -> Any:  # noqa: ANN401 - typed loosely upstream
    """``wanted`` among the entries that the filter allows; the filter adds nothing to the score."""
    filters = [(tantivy.Occur.Must, tantivy.Query.const_score_query(each, 0.0)) for each in _clauses(schema, only)]
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, wanted), *filters])


def is_allowed(kept: Any, only: Filter) -> bool:  # noqa: ANN401 - typed loosely upstream
    """:meth:`retrieval.model.Filter.allows`, on the stored fields."""
    return (
        kept.get_first("effective_from") <= only.as_of.toordinal() < kept.get_first("effective_to")
        and kept.get_first("audience") in only.audiences
        and (only.branch is None or not {_EVERY_BRANCH, _branch(only.branch)}.isdisjoint(kept.get_all("branches")))
        and (not only.kinds or kept.get_first("kind") in only.kinds)
    )


def _clauses(schema: Any, only: Filter) -> list[Any]:  # noqa: ANN401 - typed loosely upstream
    day = only.as_of.toordinal()
    integer = tantivy.FieldType.Integer
    clauses = [
        tantivy.Query.range_query(schema, "effective_from", integer, None, day),
        tantivy.Query.range_query(schema, "effective_to", integer, day + 1, None),
        tantivy.Query.term_set_query(schema, "audience", sorted(only.audiences)),
    ]
    if only.branch is not None:
        clauses.append(tantivy.Query.term_set_query(schema, "branches", [_EVERY_BRANCH, _branch(only.branch)]))
    if only.kinds:
        clauses.append(tantivy.Query.term_set_query(schema, "kind", sorted(only.kinds)))
    return clauses


def _branch(name: str) -> str:
    """A term that no name can make mean every branch."""
    return f"={name}"
