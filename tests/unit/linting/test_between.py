"""Faults that only show beside other texts: validity, periods, twins and contradictions."""

import pytest

from knowledge.documents.linting.model import Code, Gravity
from tests.support.linting import RULE, a_guide, a_text, codes, found_in

CITING = "## 小节\n\n不得代办（依据：适当性办法第二十二条，SUIT:22）。\n\n> 问：能代办吗？\n"


def test_a_reference_to_what_was_repealed_before_is_dead() -> None:
    repealed = a_text(effective_to="2020-01-01")
    assert codes(a_guide(CITING, effective_from="2020-01-01", issued_on="2020-01-01"), beside=(repealed,)) == [
        Code.NOT_IN_FORCE
    ]


def test_a_reference_that_dies_while_the_text_lives_is_told_with_the_day() -> None:
    repealed = a_text(effective_to="2020-01-01")
    (finding,) = found_in(a_guide(CITING), beside=(repealed,))
    assert (finding.code, finding.gravity) == (Code.PARTLY_IN_FORCE, Gravity.WARNING)
    assert "2020-01-01" in finding.message
    followed = a_text(version='"2020-01-01"', effective_from="2020-01-01")
    assert codes(a_guide(CITING), beside=(repealed, followed)) == []


def test_a_reference_before_its_rule_begins_is_told() -> None:
    later = a_text(effective_from="2018-01-01", version='"2018-01-01"')
    assert codes(a_guide(CITING), beside=(later,)) == [Code.PARTLY_IN_FORCE]


@pytest.mark.parametrize(
    ("ends", "begins", "expected"),
    [
        ("2020-01-01", "2020-01-01", []),
        ("2020-01-01", "2020-01-02", [Code.GAP]),
        ("2020-01-02", "2020-01-01", [Code.OVERLAP]),
        ("null", "2020-01-01", [Code.OVERLAP]),
    ],
)
def test_periods_abut(ends: str, begins: str, expected: list[Code]) -> None:
    before = a_text(effective_to=ends)
    after = a_text(version='"2"', effective_from=begins)
    assert codes(before, after, beside=()) == expected


def test_one_question_on_two_provisions_is_told_once() -> None:
    one = a_guide("## 小节\n\n客户本人到场办理。\n\n> 问：谁来办？\n")
    other = a_guide("## 小节\n\n营业部每天开门。\n\n> 问：谁来办\n", id="GUIDE-Y")
    (finding,) = found_in(one, other)
    assert (finding.code, finding.file) == (Code.SHARED_QUESTION, "GUIDE-Y@2017-07-01.md")


def test_versions_of_one_provision_may_share_their_question() -> None:
    before, after = a_text(effective_to="2020-01-01"), a_text(version='"2020-01-01"', effective_from="2020-01-01")
    assert codes(before, after, beside=()) == []


SAME = "客户可以在营业部或者手机上查询自己的持仓、资金和对账单，遇到问题可以联系服务热线或者到现场咨询工作人员。"


def test_near_duplicates_are_told_but_not_of_two_exchanges() -> None:
    one = a_guide(f"## 查询\n\n{SAME}\n\n> 问：怎么查？\n")
    other = a_guide(f"## 查询\n\n{SAME}\n\n> 问：到哪里查？\n", id="GUIDE-Y")
    assert codes(one, other) == [Code.NEAR_DUPLICATE]
    rules = [
        a_text(f"## 第一条 查询\n\n{SAME}\n\n> 问：{issuer}怎么查？\n", id=id_, issuer=issuer, short_title=id_)
        for id_, issuer in (("SSE", "上海证券交易所"), ("SZSE", "深圳证券交易所"))
    ]
    assert codes(*rules, beside=()) == []


def contradictions(sentence: str, *, heading: str = "小节", **fields: str) -> list[Code]:
    body = f"## {heading}\n\n{sentence}\n\n> 问：某个问题？\n"
    return [code for code in codes(a_guide(body, **fields)) if code is Code.CONTRADICTION]


@pytest.mark.parametrize(
    "sentence",
    [
        "个人投资者开通科创板，申请前20个交易日的日均资产应不少于60万元。",
        "开通科创板需要20万元资产。",
        "开科创板权限，资产要在30个交易日里日均达到50万元。",
    ],
)
def test_another_number_for_the_same_threshold_is_a_contradiction(sentence: str) -> None:
    assert contradictions(sentence) == [Code.CONTRADICTION]


@pytest.mark.parametrize(
    "sentence",
    [
        "开通科创板，前20个交易日日均资产不低于50万元。",
        "开通创业板，前20个交易日日均资产不低于10万元。",
        "科创板此前要求日均资产60万元。",
        "科创板股票单笔申报不超过10万股，成交金额不低于200万元。",
        "违反科创板日均资产规定的，处60万元罚款。",
    ],
)
def test_another_thing_or_another_time_is_none(sentence: str) -> None:
    assert contradictions(sentence) == []


def test_texts_that_are_never_in_force_together_do_not_contradict() -> None:
    sentence = "开通科创板，前20个交易日日均资产不低于60万元。"
    assert contradictions(sentence) == [Code.CONTRADICTION]
    assert contradictions(sentence, effective_from="2010-01-01", effective_to="2017-07-01") == []


def test_two_rules_that_differ_are_only_asked_about() -> None:
    other = a_text(RULE.replace("50万元", "60万元"), id="OTHER", short_title="另一办法")
    (finding,) = [each for each in found_in(other) if each.code is Code.CONTRADICTION]
    assert finding.gravity is Gravity.WARNING
