"""A hit brings what its text refers to: neighbours, other articles, definitions; never more than is bounded."""

from collections.abc import Sequence

import pytest

from knowledge.documents.model import Provision, ProvisionRef
from retrieval.context import ContextFinder
from retrieval.model import Hit, Tie
from tests.support.library import a_provision


def an_article(number: str, text: str) -> Provision:
    return a_provision(f"PFREG:{number}@2023", text=text, heading=f"第{number}条")


ARTICLES = (
    an_article("2", "本条例所称私募基金，是指以非公开方式募集的投资基金。"),
    an_article("17", "私募基金管理人不得公开宣传。"),
    an_article("18", "合格投资者应当符合前条规定，并达到第二十条的标准。"),
    an_article("19", "违反本条例第十七条至第十八条的，依照《证券法》第八十八条处理。"),
    an_article("20", "金融资产不低于三百万元。"),
    an_article("21", "销售应当遵守前款规定。"),
)


def siblings(ref: ProvisionRef) -> Sequence[Provision]:
    return ARTICLES if ref.document_id == "PFREG" else ()


def brought(number: str, question: str = "怎么认定", cited: Sequence[str] = ()) -> list[tuple[str, Tie]]:
    hit = Hit(provision=next(each for each in ARTICLES if each.ref.locator == number), score=1.0)
    found = ContextFinder(siblings).named_by(question, (hit,), lambda _text: cited)
    return [(str(tied.ref), tied.tie) for tied in found]


def test_the_article_before_and_the_article_named_come_along() -> None:
    assert brought("18") == [("PFREG:20@2023", Tie.REFERENCE), ("PFREG:17@2023", Tie.REFERENCE)]


def test_a_range_is_followed() -> None:
    assert [ref for ref, _ in brought("19")] == ["PFREG:17@2023", "PFREG:18@2023"]


def test_an_article_of_another_document_is_not_taken_for_one_of_this() -> None:
    assert "PFREG:88@2023" not in [ref for ref, _ in brought("19")]
    assert ("SECLAW:88@2020", Tie.REFERENCE) in brought("20", cited=("SECLAW:88@2020",))


def test_a_definition_comes_along_where_its_term_is_asked_about() -> None:
    assert brought("20", "私募基金的合格投资者") == [("PFREG:2@2023", Tie.DEFINITION)]
    assert brought("20", "要多少钱") == []


def test_the_paragraph_before_needs_nothing() -> None:
    assert brought("21") == []


def test_hits_are_not_brought_again_and_all_of_it_is_bounded() -> None:
    hits = [Hit(provision=each, score=1.0) for each in ARTICLES]
    refs = {hit.provision.ref for hit in hits}
    found = ContextFinder(siblings).named_by("私募基金", hits, lambda _text: [f"X:{n}@1" for n in range(50)])
    assert len(found) <= 4
    assert not refs.intersection(tied.ref for tied in found)


@pytest.mark.parametrize(
    "text", ["第" * 2000 + "条", "第一条" * 2000, "前条" * 2000, "所称" * 1500 + "是指", "（" * 3000]
)
def test_hostile_texts_are_read_quickly(text: str) -> None:
    hit = Hit(provision=an_article("99", text), score=1.0)
    assert len(ContextFinder(siblings).named_by("问", (hit,), lambda _text: ())) <= 4
