"""Splitting loses nothing, numbers what is numbered, and refuses what it cannot place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.documents.model import Verification
from knowledge.documents.splitting import chinese_number, locator_of, split
from knowledge.errors import Invalid

LINE = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=30
).filter(lambda line: line.strip() and line == line.strip() and not line.startswith(("#", ">")))
SECTION = st.tuples(st.lists(LINE, min_size=1, max_size=5), st.lists(LINE, max_size=3), st.booleans(), st.booleans())


@pytest.mark.parametrize(
    ("heading", "locator"),
    [
        ("第二十二条 禁止行为", "22"),
        ("第二十二条之一 补充", "22-1"),
        ("第一百八十七条", "187"),
        ("第十条", "10"),
        ("第一百零三条", "103"),
        ("第22条 阿拉伯数字", "22"),
        ("３．３ 全角不是编号", None),
        ("3.3.13 涨跌幅限制", "3.3.13"),
        ("6.2 科创板开通条件", "6.2"),
        ("适用情境", None),
        ("2026年7月的变化", None),
        ("1.5% 的赎回费", None),
        ("二十二条 没有第字", None),
    ],
)
def test_the_number_is_read_from_the_heading(heading: str, locator: str | None) -> None:
    assert locator_of(heading) == locator


@given(st.integers(1, 9999))
def test_chinese_numbers_are_read_as_written(number: int) -> None:
    assert chinese_number(_spelled(number)) == number == chinese_number(str(number))


@given(st.lists(SECTION, min_size=1, max_size=6))
def test_every_line_is_in_exactly_one_provision(
    written: list[tuple[list[str], list[str], bool, bool]],
) -> None:
    body = ""
    for number, (lines, questions, gap, below) in enumerate(written):
        body += f"# 第{number + 1}章\n" if below else ""
        body += f"## 段落{number}\n\n" + ("\n\n" if gap else "\n").join(lines) + "\n"
        body += "".join(f"> 问：{question}\n" for question in questions)
    sections = split(body)
    assert [section.locator for section in sections] == [str(number + 1) for number in range(len(written))]
    for section, (lines, questions, _, _) in zip(sections, written, strict=True):
        assert [line for line in section.text.split("\n") if line] == lines
        assert list(section.questions) == questions


def test_tables_and_items_stay_whole() -> None:
    text = "（一）第一项；\n（二）第二项。\n\n| 等级 | 产品 |\n|---|---|\n| C1 | R1 |"
    assert split(f"## 对照\n\n{text}\n")[0].text == text


def test_the_path_follows_the_ranks() -> None:
    body = (
        "# 第一编 总则\n# 第一章 甲\n# 第一节 子\n## 一\n正文。\n# 第二节 丑\n## 二\n正文。\n"
        "# 第二章 乙\n## 三\n正文。\n# 附则\n## 四\n正文。\n"
    )
    assert [section.path for section in split(body)] == [
        ("第一编 总则", "第一章 甲", "第一节 子"),
        ("第一编 总则", "第一章 甲", "第二节 丑"),
        ("第一编 总则", "第二章 乙"),
        ("附则",),
    ]


def test_a_provision_may_have_its_own_verification() -> None:
    first, second = split("## 一\n正文。\n> 核验：secondary\n\n## 二\n正文。\n")
    assert (first.verification, second.verification) == (Verification.SECONDARY, None)
    assert first.text == "正文。"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "没有条文"),
        ("# 第一章\n", "没有条文"),
        ("前言。\n## 一\n正文。", "不在任何条文之内"),
        ("## 一\n正文。\n# 第二章\n散落的一句。\n## 二\n正文。", "不在任何条文之内"),
        ("## 一\n\n> 问：有正文吗？\n", "没有正文"),
        ("## 第一条 甲\n正文。\n## 第1条 乙\n正文。", "重复"),
        ("## 一\n正文。\n> 核验：看过\n", "不认识"),
        ("## 一\n正文。\n> 问：\n", "空的"),
    ],
)
def test_what_cannot_be_placed_is_refused(body: str, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        split(body)


def _spelled(number: int) -> str:
    """A number in Chinese numerals, by the book."""
    digits = "零一二三四五六七八九"
    spelled = ""
    for value, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // value % 10
        if digit:
            spelled += digits[digit] + unit
        elif spelled and not spelled.endswith("零") and number % value:
            spelled += "零"
    return spelled.replace("一十", "十", 1) if 10 <= number < 20 else spelled
