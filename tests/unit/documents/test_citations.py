"""A text is read strictly: every article that it names is found, and none that it does not."""

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.documents.citations import WHOLE, CitedArticle, Names, cited_articles, spellings
from knowledge.documents.model import Kind
from tests.support.library import a_provision
from tests.support.statutes import LAWS, read_law

NAMES = Names.of(
    [
        ("SUIT", "证券期货投资者适当性管理办法"),
        ("SUIT", "适当性办法"),
        ("SECLAW", "中华人民共和国证券法"),
        ("CIVIL", "中华人民共和国民法典"),
        ("SSE-TRADE-2026", "上海证券交易所交易规则（2026年修订）"),
        ("OPTSUIT", "股票期权适当性指引"),
        ("ONE", "关于调整保证金比例的通知"),
        ("OTHER", "关于调整保证金比例的通知"),
    ]
)
OWN = {"1", "2", "3", "4", "5", "22", "3.3.13"}


def cited(text: str, *, kind: Kind = Kind.RULE, document_id: str = "DEMO") -> list[str]:
    provision = a_provision(f"{document_id}:99@v1", text=text, kind=kind)
    found = cited_articles(provision, own=OWN, names=NAMES)
    return [f"{each.document_id}:{each.locator}".rstrip(":") for each in sorted(found)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("（依据：适当性办法第二十二条，SUIT:22）", ["SUIT:22"]),
        ("见 SUIT:22、SECLAW:88-1 和 SSE-TRADE-2026:3.3.13。", ["SECLAW:88-1", "SSE-TRADE-2026:3.3.13", "SUIT:22"]),
        ("见 SUIT:22@2022-08-12。", ["SUIT:22"]),
        ("根据《适当性办法》第二十二条第三项的规定。", ["SUIT:22"]),
        ("根据《中华人民共和国证券法》第八十八条、第八十九条第一款。", ["SECLAW:88", "SECLAW:89"]),
        ("《证券法》（2019年修订）第88条。", ["SECLAW:88"]),
        ("证券法第八十八条至第九十条。", ["SECLAW:88", "SECLAW:89", "SECLAW:90"]),
        ("符合民法典第一千一百六十八条、第一千一百六十九条第一款的。", ["CIVIL:1168", "CIVIL:1169"]),
        ("《上海证券交易所交易规则》3.3.13条。", ["SSE-TRADE-2026:3.3.13"]),
        ("《证券法》和《民法典》。", ["CIVIL", "SECLAW"]),
        ("《证券法》以及证券法第三条。", ["SECLAW:3"]),
        ("（依据：股票期权适当性指引，OPTSUIT）", ["OPTSUIT"]),
        ("违反本办法第三条、第五条规定的。", ["DEMO:3", "DEMO:5"]),
        ("依照第二条至第四条处理。", ["DEMO:2", "DEMO:3", "DEMO:4"]),
        ("证券法第二十二条之一。", ["SECLAW:22-1"]),
        ("《证券法》第８８条。", ["SECLAW:88"]),
    ],
)
def test_what_a_rule_names_is_found(text: str, expected: list[str]) -> None:
    assert cited(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "依照刑法第三条、第五条的规定处罚。",
        "《未知办法》第三条、第四条。",
        "本办法第九十九条。",
        "本办法第八百条。",
        "费率为3.3%，期限2.5年，比例1.5倍。",
        "见 https://example.com:80/a 和 HTTP:80。",
        "UNKNOWN:3 不在库里。",
        "关于调整保证金比例的通知第三条。",
        "没有提到任何条文。",
        "",
    ],
)
def test_what_the_library_does_not_hold_or_two_documents_are_called_is_left_out(text: str) -> None:
    assert cited(text) == []


def test_a_number_alone_is_an_article_of_a_rule_but_of_no_guide() -> None:
    assert cited("按第三条办理。") == ["DEMO:3"]
    assert cited("按第三条办理。", kind=Kind.GUIDE) == []
    assert cited("本办法第三条。", kind=Kind.GUIDE) == ["DEMO:3"]
    assert cited("适当性办法第三条。", kind=Kind.GUIDE) == ["SUIT:3"]


def test_a_document_does_not_cite_itself_as_a_whole() -> None:
    assert cited("《适当性办法》施行之日起，本办法第三条同时适用。", document_id="SUIT") == ["SUIT:3"]


def test_a_name_is_spelled_with_and_without_its_ornaments() -> None:
    assert spellings("中华人民共和国证券法（2019年修订）") == (
        "中华人民共和国证券法(2019年修订)",
        "中华人民共和国证券法",
        "证券法(2019年修订)",
        "证券法",
    )


_WORDS = st.text(
    st.sampled_from(list("第三十二条至款项、，《》（）证券法适当性办本的和SUIT:22@.3-依据：")), max_size=60
)


@given(_WORDS | st.text(max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    for kind in (Kind.RULE, Kind.CASE):
        for each in cited_articles(a_provision("DEMO:99@v1", text=text, kind=kind), own=OWN, names=NAMES):
            assert each.document_id in NAMES.ids | {"DEMO"}
            assert each != CitedArticle("DEMO", WHOLE)


@pytest.mark.parametrize(
    "text",
    [
        f"第{'9' * 9000}条和SUIT:{'9' * 9000}。",
        "《" * 300_000,
        "第一" * 300_000,
        "1.1." * 200_000,
        "SUIT:" * 200_000,
        "第一条、" * 100_000,
        "依据：" * 200_000,
        "(" * 300_000,
    ],
)
def test_a_hostile_text_is_read_in_seconds_and_cites_nothing_that_a_record_cannot_hold(text: str) -> None:
    started = time.process_time()
    found = cited_articles(a_provision("DEMO:99@v1", text=text), own=OWN, names=NAMES)
    assert time.process_time() - started < 5
    assert all(len(each.locator) <= 80 for each in found)


@pytest.mark.skipif(not LAWS.is_dir(), reason="the real statutes lie beside the repository")
def test_the_securities_law_refers_to_its_own_articles_and_to_the_company_law() -> None:
    names = Names.of([("LAW", "中华人民共和国证券法"), ("COMPANY", "中华人民共和国公司法")])
    law = [replace(each, ref=replace(each.ref, document_id="LAW")) for each in read_law("中华人民共和国证券法")]
    own = {each.ref.locator for each in law}
    of = {each.ref.locator: cited_articles(each, own=own, names=names) for each in law}
    assert CitedArticle("LAW", "55") in of["192"]
    assert CitedArticle("COMPANY", "146") in of["124"]
    assert {CitedArticle("LAW", str(number)) for number in range(66, 71)} < of["73"]
    assert {each.locator for found in of.values() for each in found if each.document_id == "LAW"} <= own
