"""Each fault is found where it is, and a clean text has none."""

import pytest

from knowledge.documents.linting.model import Code, Gravity
from tests.support.linting import CASE, RULE, SCRIPT, a_case, a_guide, a_script, a_text, codes, found_in

CLEAN_GUIDE = """
## 开通科创板

开通科创板，前20个交易日日均资产不低于50万元（依据：适当性办法第二十三条，SUIT:23）。

> 问：怎么开科创板？
"""


def guide_with(sentence: str, *, questions: str = "> 问：某个问题？", **fields: str) -> list[Code]:
    return codes(a_guide(f"## 小节\n\n{sentence}\n\n{questions}\n", **fields))


def test_clean_texts_of_every_kind_have_no_finding() -> None:
    assert codes(a_text(), beside=()) == []
    assert codes(a_guide(CLEAN_GUIDE), a_script(), a_case()) == []


def test_a_finding_says_where_and_what_to_do() -> None:
    (finding,) = found_in(a_guide("## 小节\n\n客户必须本人办理。\n\n> 问：谁办？"))
    assert (finding.file, finding.locator, finding.code, finding.gravity) == (
        "GUIDE-X@2017-07-01.md",
        "1",
        Code.UNCITED,
        Gravity.ERROR,
    )
    assert "客户必须本人办理" in finding.message


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("客户必须本人办理。", Code.UNCITED),
        ("转账每笔上限为5万元。", Code.UNCITED),
        ("不得代办（依据：某办法第一条，NOSUCH:1）。", Code.DEAD_DOCUMENT),
        ("不得代办（依据：某办法，NOSUCH）。", Code.DEAD_DOCUMENT),
        ("不得代办（依据：适当性办法第九十九条，SUIT:99）。", Code.DEAD_ARTICLE),
        ("不得代办（依据：适当性办法第二十二条，SUIT:22@2001-01-01）。", Code.DEAD_ARTICLE),
        ("不得代办（依据：适当性办法第二十一条，SUIT:22）。", Code.WRONG_ARTICLE),
        ("某业务要日均资产60万元（依据：适当性办法第二十三条，SUIT:23）。", Code.NOT_IN_SOURCE),
        ("资料要留15年（依据：适当性办法第二十三条，SUIT:23）。", Code.NOT_IN_SOURCE),
        ("上述客户要本人到场。", Code.FIRST_SENTENCE),
        ("客户本人到场办理，" * 12 + "否则不办。", Code.LONG_SENTENCE),
        ("营业部在８号楼。", Code.FULL_WIDTH),
    ],
)
def test_a_fault_in_a_sentence_is_found(sentence: str, code: Code) -> None:
    assert guide_with(sentence) == [code]


@pytest.mark.parametrize(
    "sentence",
    [
        "客户本人到场办理。",
        "不得代办（依据：适当性办法第二十二条，SUIT:22）。",
        "转账每笔上限为5万元，以公司公告为准。",
        "转账上限为5万元，这一数字尚未核对原文。",
        "不得代办，见《中华人民共和国民法典》第一百六十一条。",
        "这一比例此前是5%，现在是50万元（依据：适当性办法第二十三条，SUIT:23）。",
        "其他材料由客户自备。",
    ],
)
def test_what_is_said_well_is_left_alone(sentence: str) -> None:
    assert guide_with(sentence) == []


def test_a_provision_without_a_question_is_told() -> None:
    assert guide_with("客户本人到场办理。", questions="") == [Code.NO_QUESTION]


def test_an_official_text_is_not_measured_by_our_style() -> None:
    body = "## 第一条\n\n上述机构，" + "应当按照规定履行义务，" * 20 + "并报告。\n"
    assert codes(a_text(body, id="LAW", rendition="original"), beside=()) == []
    assert Code.FIRST_SENTENCE in codes(a_text(body, id="LAW"), beside=())


@pytest.mark.parametrize("section", ["参考话术", "依据"])
def test_a_script_without_a_section_is_told(section: str) -> None:
    (finding,) = found_in(a_script(SCRIPT.replace(f"## {section}", "## 别的")))[:1]
    assert finding.code in (Code.MISSING_SECTION, Code.UNCITED)
    assert Code.MISSING_SECTION in codes(a_script(SCRIPT.replace(f"## {section}", "## 别的")))


def test_a_case_without_a_section_is_told() -> None:
    assert Code.MISSING_SECTION in codes(a_case(CASE.replace("## 人工动作", "## 别的")))


def test_forbidden_wording_is_looked_for_in_what_staff_may_say_only() -> None:
    promise = "这款产品保证年化收益8%，稳赚不赔。"
    spoilt = SCRIPT.replace("科创板需要您申请前20个交易日日均资产不低于50万元。", promise)
    assert Code.FORBIDDEN_WORDING in codes(a_script(spoilt))
    assert Code.FORBIDDEN_WORDING not in codes(a_script(SCRIPT.replace("找人凑几天资产就够了。", promise)))


def test_an_unverified_provision_says_so() -> None:
    unsaid = "## 第一条 门槛\n\n开通某业务要50万元。\n\n> 问：要多少？\n\n> 核验：unverified\n"
    assert codes(a_text(unsaid, id="OTHER"), beside=()) == [Code.UNVERIFIED_UNSAID]
    assert (
        codes(a_text(unsaid.replace("50万元。", "50万元，尚未核对原文，以正式文本为准。"), id="OTHER"), beside=()) == []
    )


def test_an_unverified_number_is_not_quoted_as_certain() -> None:
    unverified = a_text(
        "## 第一条 门槛\n\n某业务要80万元，尚未核对原文，以正式文本为准。\n\n> 问：要多少？\n\n> 核验：unverified\n",
        id="OTHER",
        short_title="某办法",
    )
    body = "## 小节\n\n某业务要80万元{hedge}（依据：某办法第一条，OTHER:1）。\n\n> 问：要多少钱？\n"
    assert codes(a_guide(body.format(hedge="")), beside=(unverified,)) == [Code.UNVERIFIED_CERTAIN]
    assert codes(a_guide(body.format(hedge="，这一数字尚未核对原文")), beside=(unverified,)) == []


def test_dates_that_are_missing_or_reversed_are_told() -> None:
    assert codes(a_text(issued_on="null"), beside=()) == [Code.NO_ISSUE_DATE]
    assert codes(a_text(issued_on="null", verification="secondary"), beside=()) == []
    assert codes(a_text(issued_on="2018-01-01"), beside=()) == [Code.DATES_REVERSED]


def test_a_product_without_its_terms_is_told() -> None:
    body = "## 介绍\n\n演示产品，并非真实产品。\n\n> 问：这是什么？\n"
    product = a_text(body, id="PROD-X", kind="product", product="{code: YC1}")
    assert codes(product, beside=()) == [Code.PRODUCT_TERMS]


def test_the_rule_is_not_blamed_for_a_number_in_its_own_words() -> None:
    assert codes(a_text(RULE.replace("50万元", "60万元")), beside=()) == []


def test_a_number_is_looked_for_in_the_whole_document_where_no_article_is_named() -> None:
    cited = "某业务要日均资产{amount}（依据：适当性办法，SUIT）。"
    assert guide_with(cited.format(amount="50万元")) == []
    assert guide_with(cited.format(amount="60万元")) == [Code.NOT_IN_SOURCE]


def test_what_the_firm_decided_for_itself_needs_no_basis_and_covers_no_other_claim() -> None:
    own = "本公司做法：产品到期前10个工作日必须提醒一次。"
    assert Code.UNCITED not in codes(a_guide(f"## 提醒\n\n{own}\n"))
    assert Code.UNCITED in codes(a_guide(f"## 提醒\n\n{own}客户签署之前不得下单，冷静期为24小时。\n"))
