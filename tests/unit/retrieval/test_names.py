"""The names that people keep for rules."""

from collections import Counter

from retrieval.names import names_by_document, usual_names
from retrieval.references import cited_articles, merge


def test_a_name_belongs_to_one_document() -> None:
    meant = Counter(name for names in names_by_document().values() for name in names)
    assert [name for name, documents in meant.items() if documents > 1] == []


def test_only_documents_at_hand_are_named() -> None:
    assert {document for _, document in usual_names({"PIPL", "OTHER"})} == {"PIPL"}
    assert list(usual_names(set())) == []


def test_an_article_is_found_by_a_usual_name() -> None:
    names = merge(usual_names({"PIPL", "FUNDLAW"}))
    assert [(*each.document_ids, each.locator) for each in cited_articles("个保法29条和基金法第九条", names)] == [
        ("PIPL", "29"),
        ("FUNDLAW", "9"),
    ]
