"""A question that leans on the one before it is read with what it takes from there."""

import pytest

from assistant.understanding.follow_up import completed, leans


@pytest.mark.parametrize(
    ("history", "text", "whole"),
    [
        (("科创板开通条件是什么",), "那北交所呢？", "北交所开通条件是什么"),
        (("C2能买R3吗",), "那C3呢", "C3能买R3吗"),
        (("融资保证金比例是多少",), "那融券呢", "融券保证金比例是多少"),
        (("科创板开通条件是什么", "那北交所呢？"), "那创业板呢", "创业板开通条件是什么"),
        (("风险测评过期了怎么办",), "多少天？", "风险测评过期了怎么办 多少天"),
        (("适当性资料要保存多久",), "依据是什么？", "适当性资料要保存多久 依据是什么"),
        (("C2能买R3吗",), "那C4买R5呢", "C4能买R5吗"),
        (("证券法第八十八条第一款",), "第二款呢", "证券法第八十八条第二款"),
        (("证券法第八十八条",), "第二款呢？", "证券法第八十八条第二款"),
        (("适当性办法第22条第三项说什么",), "那第四项呢", "适当性办法第22条第四项说什么"),
        (("适当性办法第22条第三项",), "第二十三条呢", "适当性办法第二十三条"),
        (("适当性办法讲什么",), "它什么时候施行的", "适当性办法什么时候施行的"),
        (("《证券法》第八十八条",), "这部法什么时候生效？", "《证券法》什么时候生效"),
        (("科创板开通条件",), "它什么时候开始的", "科创板开通条件 它什么时候开始的"),
        (("2026年8月主板ST涨跌幅",), "那2023年呢", "主板ST涨跌幅 2023年"),
        (("主板ST涨跌幅",), "去年三月呢？", "主板ST涨跌幅 去年三月"),
        (("科创板开通条件",), "那如果客户只有49万资产还能开吗", "科创板开通条件 客户只有49万资产还能开吗"),
    ],
)
def test_a_follow_up_takes_its_subject_from_before(history: tuple[str, ...], text: str, whole: str) -> None:
    assert completed(text, history) == whole


@pytest.mark.parametrize("text", ["科创板开通条件是什么", "客户把密码给我怎么处理比较好", "卖股票印花税多少"])
def test_a_whole_question_stands_by_itself(text: str) -> None:
    assert not leans(text)
    assert completed(text, ("融资保证金比例是多少",)) == text


def test_without_a_question_before_it_nothing_is_added() -> None:
    assert completed("那北交所呢？", ()) == "那北交所呢？"
