"""What people call a rule beside its title, short title and number: ``names.tsv``, which people keep."""

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from importlib import resources


def usual_names(documents: Collection[str]) -> Iterator[tuple[str, str]]:
    """``(name, document id)`` of the documents at hand."""
    return ((name, each) for each, names in names_by_document().items() if each in documents for name in names)


@cache
def names_by_document() -> Mapping[str, tuple[str, ...]]:
    """All that is kept, whether a library has the document or not."""
    text = resources.files("retrieval").joinpath("names.tsv").read_text(encoding="utf-8")
    lines = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {document: tuple(names.split()) for document, names in lines}
