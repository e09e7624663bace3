from dataclasses import astuple

from hypothesis import given
from hypothesis import strategies as st

from assistant.exporting.letter import Heading, Items, Label, Letter, Paragraph, Sources, Table, Title, read_letter
from tests.support.exports import a_letter, dense, some_charts


def words_of(letter: Letter) -> str:
    """Every word of every part, in order."""

    def flat(value: object) -> str:
        if isinstance(value, tuple | list):
            return "".join(flat(item) for item in value)
        return value if isinstance(value, str) else ""

    def part(block: object) -> str:
        if isinstance(block, Sources):
            return "".join(f"[{number}]{source}" for number, source in block.entries)
        return flat(astuple(block))  # type: ignore[call-overload]

    return "".join(part(block) for block in letter.blocks)


def test_a_plan_is_read_as_it_was_written() -> None:
    text = a_letter(charts=some_charts())
    letter = read_letter(text)
    assert letter.title == "一人一策服务方案"
    assert [type(block) for block in letter.blocks[:4]] == [Title, Label, Paragraph, Paragraph]
    assert letter.headings[:2] == ("一、您的情况", "二、我们的看法")
    assert [block.figure for block in letter.blocks if isinstance(block, Table)] == [1, 2, 3]
    assert isinstance(letter.blocks[-1], Label)
    assert letter.text == text


def test_an_opinion_and_the_marks_of_a_sentence_are_told_apart() -> None:
    items = [block for block in read_letter(a_letter()).blocks if isinstance(block, Items)]
    assert (items[1].items[0].opinion, items[1].items[0].marks) == ("（观点）", "[1]")
    assert items[1].items[0].text == "组合的波动会比较明显。"


def test_any_paragraph_of_equal_cells_is_a_table() -> None:
    (table,) = read_letter("表题\n甲｜乙\n一｜1\n二｜").blocks
    assert table == Table("表题", ("甲", "乙"), (("一", "1"), ("二", "")))


def test_uneven_cells_are_prose() -> None:
    blocks = read_letter("题\n\n甲｜乙\n一｜1｜多").blocks
    assert [type(block) for block in blocks] == [Title, Paragraph, Paragraph]


def test_a_sentence_is_no_heading() -> None:
    assert isinstance(read_letter("题\n\n一、这是一句话。").blocks[1], Paragraph)
    assert read_letter("题\n\n（一）现状").blocks[1] == Heading(2, "（一）现状")


def test_a_line_that_goes_on_stays_with_its_item() -> None:
    (_, items) = read_letter("题\n\n· 第一句\n还是第一句\n· 第二句").blocks
    assert isinstance(items, Items)
    assert [item.text for item in items.items] == ["第一句\n还是第一句", "第二句"]


def test_what_no_file_can_hold_is_shown_as_missing() -> None:
    assert read_letter("题\x00\x1b\ufffe").title == "题\ufffd\ufffd\ufffd"


def test_nothing_is_a_letter_too() -> None:
    assert read_letter("").blocks == ()
    assert read_letter("").title == ""


_LINE = st.one_of(
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]), max_size=30),
    st.sampled_from(
        ["· 句子[1]", "[1] 出处", "一、标题", "图1 题（单位：%）", "甲｜乙", "1｜2", "【AI】", "「问」", "", "· "]
    ),
)


@given(st.lists(_LINE, max_size=25))
def test_no_character_is_lost_added_or_moved(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert dense(words_of(read_letter(text))) == dense(text)
