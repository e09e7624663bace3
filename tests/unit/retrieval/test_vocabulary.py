"""People's own words are read in the words of rules; a named subject must be named by what answers."""

import pytest

from retrieval.segmentation import fold
from retrieval.vocabulary import in_standard_words, names_all, standard_words, subjects_of


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("送客户京东卡行不行", "实物"),
        ("帮他下单行吗", "私下接受客户委托"),
        ("老鼠仓怎么罚", "未公开信息"),
        ("客户爆仓了", "强制平仓"),
        ("能用假名开户吗", "匿名"),
        ("融资的钱展期", "展期"),
    ],
)
def test_colloquial_words_are_read_as_a_rule_says_them(said: str, meant: str) -> None:
    assert meant in in_standard_words(said)


def test_only_what_the_question_does_not_say_already_is_added() -> None:
    assert "融资融券" in standard_words("两融开户")
    assert "展期" not in standard_words("融资合约展期")
    assert standard_words("科创板开通条件") == ()


def test_the_longest_expression_wins() -> None:
    assert in_standard_words("当天买当天卖") == fold("当日回转")


def test_a_named_subject_must_be_named() -> None:
    subjects = subjects_of("股指期货的保证金比例是多少")
    assert subjects
    assert not names_all(subjects, "融资保证金最低比例是100%。")
    assert names_all(subjects, "股指期货的保证金由交易所规定。")
    assert names_all(subjects_of("融资保证金比例"), "任何文本")
