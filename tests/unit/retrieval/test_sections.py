"""Of a script or a case, the section that can be used comes first, unless another one is asked for."""

import pytest

from knowledge.documents.model import Kind
from retrieval.model import Hit
from retrieval.sections import ordered_by_section
from tests.support.library import a_provision

SECTIONS = {
    Kind.SCRIPT: ("适用情境", "参考话术", "禁止说法", "依据"),
    Kind.CASE: ("情境", "应当做", "不应当做", "人工动作", "依据"),
}


def hits_of(kind: Kind, *, document: str = "DOC", first: float = 1.0) -> list[Hit]:
    """Sections in reading order, each half as good as the one before."""
    return [
        Hit(
            provision=a_provision(f"{document}:{number}@2026-10-08", kind=kind, heading=heading),
            score=first / 2**number,
            keyword_rank=None,
            vector_rank=None,
        )
        for number, heading in enumerate(SECTIONS[kind], start=1)
    ]


def headings(found: tuple[Hit, ...]) -> list[str]:
    return [hit.provision.heading for hit in found]


@pytest.mark.parametrize(
    ("kind", "question", "expected"),
    [
        (Kind.SCRIPT, "客户说亏太多了怎么说", "参考话术"),
        (Kind.SCRIPT, "行情大跌", "参考话术"),
        (Kind.CASE, "客户要保底怎么办", "应当做"),
        (Kind.CASE, "客户要保底", "应当做"),
    ],
)
def test_what_to_say_or_do_comes_first_and_the_situation_last(kind: Kind, question: str, expected: str) -> None:
    found = headings(ordered_by_section(hits_of(kind), question))
    assert found[0] == expected
    assert found[-1] == SECTIONS[kind][0]


@pytest.mark.parametrize(
    ("kind", "question", "expected"),
    [
        (Kind.SCRIPT, "大跌时哪些话禁止对客户说", "禁止说法"),
        (Kind.SCRIPT, "大跌的话术依据是什么", "依据"),
        (Kind.CASE, "这种情况不能承诺什么", "不应当做"),
        (Kind.CASE, "遇到保底要求要不要上报", "人工动作"),
        (Kind.CASE, "拒绝保底是哪条法律规定的", "依据"),
    ],
)
def test_what_is_asked_for_may_come_first(kind: Kind, question: str, expected: str) -> None:
    asked_for_best = sorted(hits_of(kind), key=lambda hit: hit.provision.heading != expected)
    scored = [
        Hit(provision=hit.provision, score=1 / place, keyword_rank=None, vector_rank=None)
        for place, hit in enumerate(asked_for_best, start=1)
    ]
    assert headings(ordered_by_section(scored, question))[0] == expected


def test_documents_keep_their_places_and_their_scores() -> None:
    hits = sorted(
        [*hits_of(Kind.SCRIPT, document="ONE"), *hits_of(Kind.CASE, document="TWO", first=0.9)],
        key=lambda hit: -hit.score,
    )
    found = ordered_by_section(hits, "亏了怎么办")
    assert [hit.provision.ref.document_id for hit in found] == [hit.provision.ref.document_id for hit in hits]
    assert [hit.score for hit in found] == [hit.score for hit in hits]
    assert {hit.provision.ref for hit in found} == {hit.provision.ref for hit in hits}


def test_rules_are_left_as_they_are() -> None:
    rules = [
        Hit(provision=a_provision(f"SUIT:{n}@x", heading=heading), score=1 / n, keyword_rank=None, vector_rank=None)
        for n, heading in enumerate(("情境", "应当做"), start=1)
    ]
    assert ordered_by_section(rules, "怎么办") == tuple(rules)


def test_a_score_of_nothing_is_no_error() -> None:
    found = ordered_by_section(hits_of(Kind.CASE, first=0.0), "怎么办")
    assert headings(found)[0] == "应当做"
