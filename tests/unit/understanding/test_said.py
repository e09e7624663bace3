"""The reader is told how a question was read."""

from datetime import date

from assistant.understanding.said import asked_part, notes_on
from knowledge.documents.model import Audience
from retrieval.model import Correction, Hit, Part, Query, SearchResult
from tests.support.library import a_provision

ARTICLE = a_provision(text="甲不得为之。\n\n乙依法处理。")


def found(part: Part | None = None, *corrections: Correction) -> SearchResult:
    return SearchResult(
        query=Query(text="问", as_of=date(2026, 11, 22), reader=Audience.CUSTOMER),
        hits=(Hit(provision=ARTICLE, score=1.0, part=part),),
        enough=True,
        coverage=1.0,
        version="test",
        corrections=corrections,
    )


def test_a_slip_is_told_with_both_words() -> None:
    (note,) = notes_on(found(None, Correction("科创版", "科创板")))
    assert note == "已按「科创板」理解（您写的是「科创版」）。"


def test_a_part_that_is_there_is_quoted_without_a_word() -> None:
    result = found(Part(paragraph=2))
    assert list(notes_on(result)) == []
    assert asked_part(result.hits[0]) == "乙依法处理。"


def test_a_part_that_is_not_there_is_told() -> None:
    (note,) = notes_on(found(Part(paragraph=3)))
    assert "没有第三款" in note


def test_where_nothing_was_changed_nothing_is_told() -> None:
    assert list(notes_on(found())) == []
