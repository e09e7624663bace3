"""A slip is read as the term that was meant; words, names, numbers and codes stay what they are."""

import time
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.model import Correction
from retrieval.references import merge
from retrieval.segmentation import bigrams
from retrieval.spelling import Speller, maintained_terms, plain

LIBRARY = (
    "融资融券 融资保证金比例 维持担保比例 强制平仓 追加担保物 科创板开通条件 创业板 北交所 港股通 可转债 "
    "佣金 打新 两融 风险测评 风险承受能力 证券投资顾问 投资者适当性管理 反洗钱资料保存 个人信息泄露 退市整理期 "
    "集合竞价 新股申购 开户 权限"
)


class FakeLibrary:
    def __init__(self, text: str = LIBRARY) -> None:
        self._pairs = frozenset(bigrams(text))
        self._names = merge([("证券期货投资者适当性管理办法", "SUIT"), ("适当性办法", "SUIT"), ("证券法", "SECLAW")])

    def call(self, name: str, document_id: str) -> None:
        self._names = {**self._names, name: frozenset({document_id})}

    def names(self) -> Mapping[str, frozenset[str]]:
        return self._names

    def has_pair(self, pair: str) -> bool:
        return pair in self._pairs


SPELLER = Speller(FakeLibrary())


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("融资融卷怎么开", "融资融券怎么开"),
        ("适当行办法讲什么", "适当性办法讲什么"),
        ("科创版开通条件", "科创板开通条件"),
        ("科板创开通条件", "科创板开通条件"),
        ("北郊所要多少钱", "北交所要多少钱"),
        ("港股桶怎么开", "港股通怎么开"),
        ("证劵法第八十八条", "证券法第八十八条"),
        ("证卷法第八十八条", "证券法第八十八条"),
        ("风险侧评过期了", "风险测评过期了"),
        ("投资故问资格", "投资顾问资格"),
        ("个人信西泄露", "个人信息泄露"),
        ("强制平苍线", "强制平仓线"),
        ("佣今怎么算", "佣金怎么算"),
        ("两容账户", "两融账户"),
        ("科創版開通條件", "科创板开通条件"),
        ("rongzirongquan", "融资融券"),
        ("rong zi rong quan要什么条件", "融资融券要什么条件"),
        ("rongzirongqaun", "融资融券"),
        ("kechuangban 开户", "科创板 开户"),
        ("da xin zenme kai", "打新怎么开"),
        ("dada xin", "打新"),
        ("融zi融券开户", "融资融券开户"),
        ("科chuang板", "科创板"),
        ("融资融融券开户", "融资融券开户"),
        ("强制平平仓线", "强制平仓线"),
        ("维持担比例", "维持担保比例"),
    ],
)
def test_a_slip_is_read_as_the_term_that_was_meant(written: str, meant: str) -> None:
    reading = SPELLER.read(written)
    assert reading.text == meant
    assert reading.corrections


@pytest.mark.parametrize(
    "text",
    [
        "科创板开通条件是什么",
        "客户王达新想问怎么开户",
        "他叫李融卷",
        "达新先生来了",
        "科创版本怎么升级",
        "早盘集合竞价几点",
        "ETF期权权限",
        "app在哪下载",
        "YC1001和YC1002",
        "what is margin trading",
        "3.3.13说了什么",
        "第二十二条第三款",
        "未成年患病",
        "投资者的适当性管理",
        "",
    ],
)
def test_what_may_be_meant_as_written_stays(text: str) -> None:
    assert SPELLER.read(text).corrections == ()


def test_nothing_is_corrected_to_what_the_library_does_not_hold() -> None:
    assert Speller(FakeLibrary("民法典 合同")).read("科创版开通条件").corrections == ()


def test_each_correction_is_told_once_in_order() -> None:
    reading = SPELLER.read("科创版和创业版，还有科创版")
    assert reading.corrections == (Correction("科创版", "科创板"), Correction("创业版", "创业板"))


@pytest.mark.parametrize(
    ("written", "spelled"),
    [
        ("科\u200b创\ufeff板", "科创板"),
        ("Ｃ２客户", "C2客户"),
        ("С2客户", "C2客户"),
        ("適當性", "适当性"),
        ("科\u0301创板", "科创板"),
    ],
)
def test_hidden_and_look_alike_characters_make_no_difference(written: str, spelled: str) -> None:
    assert plain(written) == spelled


@pytest.mark.parametrize(
    "text", ["融卷" * 2000, "科创版" * 1300, "rong zi " * 500, "第八十八条" * 800, "戎资戎劵侧平" * 600]
)
def test_a_hostile_question_is_read_quickly(text: str) -> None:
    SPELLER.read("科创版")
    started = time.process_time()
    SPELLER.read(text)
    assert time.process_time() - started < 1.0


@given(st.text(max_size=60))
def test_anything_can_be_read_and_reading_again_changes_nothing_more(text: str) -> None:
    reading = SPELLER.read(text)
    if not reading.corrections:
        assert SPELLER.read(reading.text).text == reading.text


def test_terms_are_chinese_words() -> None:
    assert len(maintained_terms()) > 300
    assert all("\u4e00" <= character <= "\u9fff" for term in maintained_terms() for character in term)


def test_nothing_is_corrected_towards_a_name_that_the_reader_may_not_know() -> None:
    known = FakeLibrary(LIBRARY + " 白鲸裁员方案")
    known.call("白鲸裁员方案", "SECRET")
    for written in ("白鲸载员方案", "baijing裁员方案"):
        assert Speller(known).read(written).corrections
        assert not Speller(known).read(written, may_name=lambda name: name != "白鲸裁员方案").corrections
    assert Speller(known).read("融资融卷怎么开", may_name=lambda _name: False).text == "融资融券怎么开"
