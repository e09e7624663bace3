"""Articles named in a question, however they are written."""

import time

import pytest

from retrieval.model import Part
from retrieval.references import Cited, cited_articles, merge, named_documents, quoted, spellings

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


OFFICIAL = merge(
    [
        ("证券期货投资者适当性管理办法（2022年修正）", "SUIT"),
        ("适当性办法", "SUIT"),
        ("证监会令第130号", "SUIT"),
        ("上证发〔2026〕41号", "SSE"),
        ("上交所交易规则", "SSE"),
        ("深交所交易规则", "SZSE"),
        ("PROD-YC1001", "PROD-YC1001"),
        ("一策稳安现金添利", "PROD-YC1001"),
        ("撤回授权", "SCRIPT-WITHDRAW"),
        ("证券法", "SECLAW"),
    ]
)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("证券法第八十八条第二款", Part(paragraph=2)),
        ("适当性办法第22条第三项", Part(item=3)),
        ("适当性办法第22条第（三）项", Part(item=3)),
        ("适当性办法第二十二条第一款第（三）项", Part(paragraph=1, item=3)),
        ("证券法88条2款", Part(paragraph=2)),
        ("证券法第八十八条的第二款说什么", Part(paragraph=2)),
        ("证券法第八十八条", None),
    ],
)
def test_the_part_of_an_article_is_read(text: str, part: Part | None) -> None:
    (cited,) = cited_articles(text, OFFICIAL)
    assert cited.part == part


def test_a_part_is_told_in_chinese_numerals() -> None:
    assert str(Part(paragraph=2, item=11, point=20)) == "第二款第十一项第二十目"


@pytest.mark.parametrize(
    ("text", "locator"), [("证券法88", "88"), ("证券法 88 讲什么", "88"), ("适当性办法22？", "22")]
)
def test_a_bare_number_right_after_a_name_is_an_article(text: str, locator: str) -> None:
    assert [cited.locator for cited in cited_articles(text, OFFICIAL)] == [locator]


@pytest.mark.parametrize("text", ["证券法2019", "证券法的88", "证券法88元", "证券法 88个字", "证券法5年"])
def test_other_numbers_after_a_name_are_not(text: str) -> None:
    assert cited_articles(text, OFFICIAL) == ()


def test_what_several_documents_are_called_by_names_them_all() -> None:
    (cited,) = cited_articles("交易规则3.3.13", OFFICIAL)
    assert cited.document_ids == {"SSE", "SZSE"}


@pytest.mark.parametrize(
    ("text", "documents", "alone", "exact"),
    [
        ("证监会令第130号", {"SUIT"}, True, True),
        ("证监会130号令是什么", {"SUIT"}, True, True),
        ("上证发[2026]41号什么时候施行", {"SSE"}, True, True),
        ("YC1001", {"PROD-YC1001"}, True, True),
        ("yc1001的赎回费是多少", {"PROD-YC1001"}, False, True),
        ("适当性办法讲什么", {"SUIT"}, True, False),
        ("《适当性办法》对老年人有什么要求", {"SUIT"}, False, True),
        ("适当性办法里老人怎么办", {"SUIT"}, False, False),
        ("我想撤回授权", {"SCRIPT-WITHDRAW"}, False, False),
        ("YC10012的费率", set(), False, False),
        ("科创板开通条件", set(), False, False),
        ("", set(), False, False),
    ],
)
def test_named_documents_are_found(text: str, documents: set[str], alone: bool, exact: bool) -> None:
    named = named_documents(text, OFFICIAL)
    assert (set(named.document_ids), named.alone, named.exact) == (documents, alone, exact)


ARTICLE = "经营机构不得有下列行为：\n（一）甲；\n（二）乙。\n\n违反前款规定的，依法处理。"


@pytest.mark.parametrize(
    ("part", "quote"),
    [
        (Part(paragraph=2), "违反前款规定的，依法处理。"),
        (Part(item=2), "（二）乙。"),
        (Part(paragraph=1, item=1), "（一）甲；"),
        (Part(paragraph=1), "经营机构不得有下列行为：\n（一）甲；\n（二）乙。"),
        (Part(paragraph=3), None),
        (Part(item=9), None),
        (Part(paragraph=2, item=1), None),
    ],
)
def test_a_part_is_quoted_as_it_stands(part: Part, quote: str | None) -> None:
    assert quoted(part, ARTICLE) == quote
    assert quote is None or quote in ARTICLE


@pytest.mark.parametrize("text", ["证券法第八十八条" * 500, "第" * 4000, "证监会令第1号" * 400, "（（（" * 1300])
def test_a_question_full_of_references_is_read_quickly(text: str) -> None:
    started = time.process_time()
    cited_articles(text, OFFICIAL)
    named_documents(text, OFFICIAL)
    assert time.process_time() - started < 1.0
