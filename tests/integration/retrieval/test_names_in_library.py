"""The names that people keep for rules fit the shipped library."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from knowledge.documents.loading import load_folder
from knowledge.documents.model import Kind
from retrieval.names import names_by_document
from retrieval.references import cited_articles, merge

LIBRARY = Path(__file__).parents[3] / "knowledge" / "library"


@pytest.fixture(scope="module")
def own_names() -> Mapping[str, frozenset[str]]:
    """What the documents call themselves."""
    versions = [each.version for each in load_folder(LIBRARY)]
    return merge(
        (name, each.document_id) for each in versions for name in (each.document_id, each.title, each.short_title)
    )


def test_each_name_is_of_a_rule_that_is_there() -> None:
    rules = {each.version.document_id for each in load_folder(LIBRARY) if each.version.kind is Kind.RULE}
    assert set(names_by_document()) <= rules


def test_no_name_is_what_another_document_calls_itself(own_names: Mapping[str, frozenset[str]]) -> None:
    foreign = {
        name: own_names[name]
        for document, names in names_by_document().items()
        for name in names
        if own_names.get(name, frozenset({document})) != {document}
    }
    assert foreign == {}


def test_every_name_leads_to_its_rule(own_names: Mapping[str, frozenset[str]]) -> None:
    usual = merge((name, document) for document, names in names_by_document().items() for name in names)
    known = {name: own_names.get(name, frozenset()) | usual.get(name, frozenset()) for name in {*own_names, *usual}}
    lost = [
        name
        for document, names in names_by_document().items()
        for name in names
        if [each.document_ids for each in cited_articles(f"{name}第九条", known)] != [{document}]
    ]
    assert lost == []
