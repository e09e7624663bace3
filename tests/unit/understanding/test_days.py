from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.days import asked_day
from assistant.understanding.questions import understand

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026年6月30日主板ST涨跌幅", date(2026, 6, 30)),
        ("截至2026-06-30的规则", date(2026, 6, 30)),
        ("20260630的规则", date(2026, 6, 30)),
        ("二〇二五年十二月三十一日印花税", date(2025, 12, 31)),
        ("2026年7月6日之前ST涨跌幅是多少", date(2026, 7, 5)),
        ("2026年7月6日起ST涨跌幅是多少", date(2026, 7, 6)),
        ("去年三月融资保证金比例", date(2025, 3, 31)),
        ("2024年反洗钱资料保存多久", date(2024, 12, 31)),
        ("今年上半年的涨跌幅", date(2026, 6, 30)),
        ("去年底的印花税", date(2025, 12, 31)),
        ("前年印花税", date(2024, 12, 31)),
        ("6月30号ST涨跌幅", date(2026, 6, 30)),
        ("上个月的规定", date(2026, 10, 31)),
        ("三年前的印花税是多少", date(2023, 11, 22)),
        ("半年前的涨跌幅", date(2026, 5, 22)),
        ("昨天的规则", date(2026, 11, 21)),
    ],
)
def test_the_day_is_read(text: str, day: date) -> None:
    assert asked_day(text, today=TODAY).day == day


@pytest.mark.parametrize(
    "text",
    [
        "主板ST涨跌幅是多少",
        "我2019年开的户现在能开科创板吗",
        "测评是2024年3月做的还有效吗",
        "《上海证券交易所交易规则（2026年修订）》3.3.13",
        "证监会公告〔2020〕59号说了什么",
        "需要2年经历吗",
        "20个交易日日均50万元是什么意思",
        "2025年1月1日和2024年12月31日有什么不同",
        "2026年13月45日",
    ],
)
def test_no_day_is_made_up(text: str) -> None:
    assert asked_day(text, today=TODAY).day is None


def test_before_a_change_names_no_day() -> None:
    found = understand("新规之前涨跌幅是多少", today=TODAY, asker="advisor")
    assert (found.asked_day, found.before_change, found.as_of) == (None, True, TODAY)


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2049, 12, 31)))
def test_every_day_is_read_in_every_spelling(day: date) -> None:
    for text in (f"{day:%Y年%-m月%-d日}的规则", f"{day:%Y-%m-%d}的规则", f"截至{day:%Y/%m/%d}，规则"):
        assert asked_day(text, today=TODAY).day == day


@pytest.mark.parametrize(
    "text",
    [
        "新规之前涨跌幅是多少",
        "修订前的融资保证金比例",
        "融资保证金比例调整前是多少",
        "改之前是多少",
        "规则没改之前呢",
        "以前的规定怎么说",
        "旧规则里ST涨跌幅",
        "上一版的门槛",
    ],
)
def test_what_held_before_a_change_is_asked(text: str) -> None:
    assert asked_day(text, today=TODAY).before_change


@pytest.mark.parametrize(
    "text",
    [
        "持仓调整前要重新测评吗",
        "修改密码前要核验什么",
        "客户变更手机号之前",
        "更改之前要签字吗",
        "改前后有什么不同",
        "之前亏过钱",
    ],
)
def test_a_change_of_something_else_is_no_change_of_rules(text: str) -> None:
    assert not asked_day(text, today=TODAY).before_change


@pytest.mark.parametrize(
    ("text", "words", "since"),
    [
        ("去年三月的印花税", ("去年三月",), date(2025, 3, 1)),
        ("2023年8月印花税", ("2023年8月",), date(2023, 8, 1)),
        ("2023年8月28日印花税", ("2023年8月28日",), None),
        ("2023年和2024年", ("2023年", "2024年"), None),
        ("本月初的规则", ("本月初",), None),
        ("现在的规则", (), None),
    ],
)
def test_the_words_and_the_stretch_are_kept(text: str, words: tuple[str, ...], since: date | None) -> None:
    asked = asked_day(text, today=TODAY)
    assert (asked.words, asked.since) == (words, since)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026年2月30日主板ST涨跌幅", "2026年2月30日"),
        ("13月5日的涨跌幅", "13月5日"),
        ("二〇二六年十十月十十日的规则", "二〇二六年十十月十十日"),
        ("今年2月30日和2026年3月1日", None),
        ("2026年3月1日的规则", None),
    ],
)
def test_a_day_that_no_calendar_has_is_told(text: str, words: str | None) -> None:
    assert asked_day(text, today=TODAY).impossible == words


@given(st.text(alphabet="一二两三四五六七八九十半零〇0123456789", min_size=1, max_size=3))
def test_whatever_stands_for_a_number_is_read_or_left(number: str) -> None:
    for text in (
        f"{number}年前",
        f"{number}个月前",
        f"{number}月{number}日",
        f"2026年{number}月",
        f"{number}年{number}月",
    ):
        asked_day(text, today=TODAY)
