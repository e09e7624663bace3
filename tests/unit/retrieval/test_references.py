"""Articles named in a question, however they are written."""

import pytest

from retrieval.references import Cited, cited_articles, merge, spellings

NAMES = merge(
    [
        ("中华人民共和国证券法", "SECLAW"),
        ("证券期货投资者适当性管理办法（2022年修正）", "SUIT"),
        ("适当性办法", "SUIT"),
        ("SUIT", "SUIT"),
        ("上海证券交易所交易规则", "SSE"),
        ("交易规则", "SSE"),
        ("交易规则", "SZSE"),
        ("基金法", "FUNDLAW"),
        ("证券投资基金法", "FUNDLAW"),
    ]
)
SUIT, SECLAW, FUNDLAW = frozenset({"SUIT"}), frozenset({"SECLAW"}), frozenset({"FUNDLAW"})


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("证券法第八十八条", [(SECLAW, "88")]),
        ("《证券法》第88条是什么", [(SECLAW, "88")]),
        ("中华人民共和国证券法 第八十八条", [(SECLAW, "88")]),
        ("《中华人民共和国证券法（2019年修订）》第八十八条", [(SECLAW, "88")]),
        ("適當性辦法第２２條", [(SUIT, "22")]),
        ("适当性办法22条", [(SUIT, "22")]),
        ("适当性办法的第二十二条之一", [(SUIT, "22-1")]),
        ("证券期货投资者适当性管理办法第22条", [(SUIT, "22")]),
        ("suit:22", [(SUIT, "22")]),
        ("SUIT：22和SUIT:23", [(SUIT, "22"), (SUIT, "23")]),
        ("SUIT第22条", [(SUIT, "22")]),
        ("证券法第44条和第88条", [(SECLAW, "44"), (SECLAW, "88")]),
        ("交易规则3.3.13怎么说", [(frozenset({"SSE", "SZSE"}), "3.3.13")]),
        ("证券投资基金法第九十八条", [(FUNDLAW, "98")]),
        ("《银行法》第三条", [(frozenset(), "3")]),
        ("证券法第一百九十一条，适当性办法第二十二条", [(SECLAW, "191"), (SUIT, "22")]),
    ],
)
def test_named_articles_are_read(text: str, cited: list[tuple[frozenset[str], str]]) -> None:
    assert cited_articles(text, NAMES) == tuple(Cited(documents, locator) for documents, locator in cited)


@pytest.mark.parametrize(
    "text",
    [
        "20个交易日",
        "满足3条即可",
        "年化3.5%",
        "证券法怎么规定",
        "第88条",
        "他说了22条理由",
        "比例是0.5和1.5",
        "OTHER:22",
    ],
)
def test_other_numbers_are_no_articles(text: str) -> None:
    assert cited_articles(text, NAMES) == ()


def test_a_name_is_written_in_several_ways() -> None:
    assert spellings("《中华人民共和国证券法（2019年修订）》") >= {"中华人民共和国证券法", "证券法"}
