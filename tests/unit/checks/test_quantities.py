from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.checks.numbers import proves
from assistant.checks.quantities import Dimension, chinese_value, quantities

READ = [
    ("三十万元", Dimension.MONEY, "300000"),
    ("50万元", Dimension.MONEY, "500000"),
    ("1,234,567.89元", Dimension.MONEY, "1234567.89"),
    ("１２３．５元", Dimension.MONEY, "123.5"),
    ("1亿2000万元", Dimension.MONEY, "120000000"),
    ("5百万元", Dimension.MONEY, "5000000"),
    ("两成", Dimension.PERCENT, "20"),
    ("百分之五", Dimension.PERCENT, "5"),
    ("百分之三点五", Dimension.PERCENT, "3.5"),
    ("万分之五", Dimension.PERCENT, "0.05"),
    ("0.5‰", Dimension.PERCENT, "0.05"),
    ("50bp", Dimension.PERCENT, "0.5"),
    ("3个百分点", Dimension.PERCENT, "3"),
    ("８％", Dimension.PERCENT, "8"),
    ("一半", Dimension.PERCENT, "50"),
    ("半年", Dimension.MONTHS, "6"),
    ("一年半", Dimension.MONTHS, "18"),
    ("24个月", Dimension.MONTHS, "24"),
    ("二十四个月", Dimension.MONTHS, "24"),
    ("2年", Dimension.MONTHS, "24"),
    ("十五个交易日", Dimension.TRADING_DAYS, "15"),
    ("5个工作日", Dimension.WORKING_DAYS, "5"),
    ("7日", Dimension.DAYS, "7"),
    ("两周", Dimension.DAYS, "14"),
    ("72岁", Dimension.AGE, "72"),
    ("100股", Dimension.COUNT, "100"),
    ("六项", Dimension.COUNT, "6"),
    ("3倍", Dimension.TIMES, "3"),
    ("14:57", Dimension.CLOCK, "897"),
    ("下午三点半", Dimension.CLOCK, "930"),
]


@pytest.mark.parametrize(("text", "dimension", "value"), READ)
def test_a_number_is_read(text: str, dimension: Dimension, value: str) -> None:
    found = quantities(f"为{text}。")
    assert [(quantity.dimension, quantity.value) for quantity in found] == [(dimension, Decimal(value))]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("2026年7月6日", ["2026-07-06"]),
        ("二〇二六年七月六日", ["2026-07-06"]),
        ("20260706", ["2026-07-06"]),
        ("2026-07-06", ["2026-07-06"]),
        ("2026年7月", ["2026-07"]),
        ("7月6日", ["--07-06"]),
        ("2026年", ["2026"]),
        ("第二十二条第（五）项", ["条22", "项5"]),
        ("SUIT:22和3.3.13", ["SUIT:22", "条3.3.13"]),
        ("证监会令第130号", ["号130"]),
        ("C2客户与R4、YC1001、600519", ["C2", "R4", "YC1001", "600519"]),
    ],
)
def test_days_articles_and_codes_are_read(text: str, labels: list[str]) -> None:
    assert [quantity.label for quantity in quantities(text)] == labels


@pytest.mark.parametrize(
    "text",
    [
        "一策证券一般不这样做",
        "十分重要，一定注意，进一步说明",
        "三方存管、新三板、一对一、第三方",
        "其一，先看费用",
        "①开户",
        "（1）资料",
        "几十万元，数百名",
        "一个客户和一只产品",
        "千万别信",
    ],
)
def test_words_and_list_marks_are_no_numbers(text: str) -> None:
    assert quantities(text) == ()


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("3%-5%", ["3", "5"]),
        ("3-5%", ["3", "5"]),
        ("300—500万元", ["3000000", "5000000"]),
        ("1至5年", ["12", "60"]),
        ("30–50万", ["300000", "500000"]),
    ],
)
def test_both_ends_of_a_range_carry_the_unit(text: str, values: list[str]) -> None:
    assert [quantity.value for quantity in quantities(text)] == [Decimal(value) for value in values]


def test_hostile_text_is_read_quickly_and_without_error() -> None:
    for text in (
        "1" * 20_000,
        "一" * 20_000,
        "1," * 10_000,
        "9" * 500 + "%",
        "-" * 5_000,
        "百分之" * 3_000,
        "第" * 9_000,
    ):
        quantities(text)


CHINESE_DIGITS = "零一二三四五六七八九"


def in_chinese(number: int) -> str:
    """The usual spelling of 1 … 99,999,999."""
    if number >= 10_000:
        rest = number % 10_000
        return in_chinese(number // 10_000) + "万" + (("零" if rest < 1_000 else "") + in_chinese(rest) if rest else "")
    text, gap = "", False
    for scale, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // scale % 10
        if digit:
            text += ("零" if gap and text else "") + CHINESE_DIGITS[digit] + word
            gap = False
        else:
            gap = True
    return text


NUMBERS = st.integers(min_value=2, max_value=99_999_999)


def spellings(number: int) -> list[str]:
    wide = str(number).translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    found = [f"{number}元", f"{number:,}元", f"{wide}元", f"{number} 元", f"{in_chinese(number)}元"]
    if number % 10_000 == 0:
        found.append(f"{number // 10_000}万元")
    return found


@given(NUMBERS)
def test_chinese_numerals_are_read(number: int) -> None:
    assert chinese_value(in_chinese(number)) == number


@given(NUMBERS)
def test_every_spelling_of_a_number_proves_every_other(number: int) -> None:
    read = [quantities(f"不低于{text}。") for text in spellings(number)]
    assert all(len(found) == 1 for found in read)
    assert all(proves(one[0], other[0]) for one in read for other in read)


@given(NUMBERS, NUMBERS)
def test_another_number_proves_nothing(number: int, other: int) -> None:
    if number == other:
        return
    for source in spellings(number):
        for claim in spellings(other):
            assert not proves(quantities(f"为{source}。")[0], quantities(f"为{claim}。")[0])


@given(st.integers(min_value=1, max_value=999))
def test_a_number_of_another_dimension_proves_nothing(number: int) -> None:
    read = [quantities(f"为{number}{unit}。")[0] for unit in ("%", "元", "个月", "天", "个交易日", "岁", "倍", "股")]
    for first, source in enumerate(read):
        for second, claim in enumerate(read):
            assert proves(source, claim) is (first == second)


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2059, 12, 31)))
def test_every_spelling_of_a_day_proves_every_other(day: date) -> None:
    read = [
        quantities(text)[0] for text in (f"{day:%Y-%m-%d}", f"{day:%Y年%-m月%-d日}", f"{day:%Y/%m/%d}", f"{day:%Y%m%d}")
    ]
    assert all(proves(one, other) for one in read for other in read)


def test_a_day_proves_its_month_and_year_and_never_the_other_way_round() -> None:
    day, month, year = (quantities(text)[0] for text in ("2026年7月6日", "2026年7月", "2026年"))
    assert proves(day, month)
    assert proves(day, year)
    assert not proves(month, day)
    assert not proves(year, month)


def test_a_loss_may_be_told_without_its_sign_and_a_gain_may_not() -> None:
    source, claim = quantities("为-3.2%")[0], quantities("为3.2%")[0]
    assert proves(source, claim, loss=True)
    assert not proves(source, claim)


@pytest.mark.parametrize(
    ("text", "dimension", "value"),
    [
        ("四分之三", Dimension.PERCENT, "75"),
        ("⅕", Dimension.PERCENT, "20"),
        ("½", Dimension.PERCENT, "50"),
        ("翻倍", Dimension.TIMES, "2"),
        ("翻一番", Dimension.TIMES, "2"),
        ("翻两番", Dimension.TIMES, "4"),
        ("翻三倍", Dimension.TIMES, "3"),
        ("双倍", Dimension.TIMES, "2"),
        ("（12）%", Dimension.PLAIN, "12"),
        ("预期年化：12、每年都有", Dimension.PLAIN, "12"),
        ("年化（8）", Dimension.PLAIN, "8"),
        ("12，000元", Dimension.MONEY, "12000"),
        ("300万美元", Dimension.FOREIGN, "3000000"),
        ("$500", Dimension.FOREIGN, "500"),
        ("港币100万", Dimension.FOREIGN, "1000000"),
        ("三五年", Dimension.VAGUE, "0"),
        ("三四成", Dimension.VAGUE, "0"),
        ("一两倍", Dimension.VAGUE, "0"),
        ("五五开", Dimension.VAGUE, "0"),
    ],
)
def test_numbers_in_disguise_are_read(text: str, dimension: Dimension, value: str) -> None:
    (quantity,) = quantities(text)
    assert (quantity.dimension, quantity.value) == (dimension, Decimal(value))


@pytest.mark.parametrize(
    "text", ["1、年化利率的含义", "（1）适用范围", "（一）总则", "包括：（一）身份；（二）收入", "12、每日开放"]
)
def test_the_numbers_of_a_list_are_none(text: str) -> None:
    assert quantities(text) == ()


@pytest.mark.parametrize(
    ("said", "known", "proven"),
    [
        ("300万美元", "300万美元", True),
        ("300万美元", "USD 300万", True),
        ("300万美元", "300万元", False),
        ("300万美元", "300万", False),
        ("300万美元", "300万港元", False),
        ("三五年", "三五年", True),
        ("三五年", "35年", False),
        ("三五年", "三五成", False),
        ("⅓", "三分之一", True),
        ("三分之一", "三分之二", False),
    ],
)
def test_a_number_in_disguise_is_proven_by_its_like_only(said: str, known: str, *, proven: bool) -> None:
    (claim,), (source,) = quantities(said), quantities(known)
    assert proves(source, claim) is proven
