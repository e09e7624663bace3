"""The marks tell exactly what changed: with them the old text gives the new one, and back."""

import time
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from knowledge.documents.marking import Mark, Segment, mark

_LIKE_A_RULE = st.text(st.sampled_from(list("应当经营机构投资者的十二3510%条款，。；（）|\n 第")), max_size=80)


def before_and_after(segments: tuple[Segment, ...]) -> tuple[str, str]:
    return (
        "".join(each.text for each in segments if each.mark is not Mark.INSERT),
        "".join(each.text for each in segments if each.mark is not Mark.DELETE),
    )


@given(_LIKE_A_RULE | st.text(max_size=40), _LIKE_A_RULE | st.text(max_size=40))
@example("", "")
@example("（一）甲；\n（二）乙。", "（一）甲；\n（二）丙；\n（三）乙。")
def test_the_marks_give_both_texts(before: str, after: str) -> None:
    segments = mark(before, after)
    assert before_and_after(segments) == (before, after)
    assert all(segment.text for segment in segments)
    assert all(one.mark is not other.mark for one, other in pairwise(segments))


@given(_LIKE_A_RULE.filter(bool))
def test_the_same_text_is_kept_whole(text: str) -> None:
    assert mark(text, text) == (Segment(Mark.KEEP, text),)


def shown(before: str, after: str) -> str:
    signs = {Mark.KEEP: "{}", Mark.INSERT: "[+{}]", Mark.DELETE: "[-{}]"}
    return "".join(signs[each.mark].format(each.text) for each in mark(before, after))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("涨跌幅限制是5%。", "涨跌幅限制是10%。", "涨跌幅限制是[-5%][+10%]。"),
        ("处二十万元罚款。", "处二百万元罚款。", "处[-二十万][+二百万]元罚款。"),
        ("依照本法第二十二条处理。", "依照本法第二十三条处理。", "依照本法[-第二十二条][+第二十三条]处理。"),
        ("经营机构应当告知客户。", "经营机构应当书面告知客户。", "经营机构应当[+书面]告知客户。"),
        ("个人或者单位均可。", "个人均可。", "个人[-或者单位]均可。"),
        ("甲乙丙丁。", "子丑寅卯。", "[-甲乙丙丁。][+子丑寅卯。]"),
    ],
)
def test_words_and_numbers_are_marked_whole(before: str, after: str, expected: str) -> None:
    assert shown(before, after) == expected


def test_a_row_that_comes_into_a_table_leaves_the_others_alone() -> None:
    before = "| 项目 | 费率 |\n|---|---|\n| 印花税 | 0.1% |\n| 过户费 | 0.001% |"
    after = "| 项目 | 费率 |\n|---|---|\n| 印花税 | 0.05% |\n| 经手费 | 0.00341% |\n| 过户费 | 0.001% |"
    assert shown(before, after).endswith("\n]| 过户费 | 0.001% |")
    assert "[-0.1%][+0.05%]" in shown(before, after)


def test_an_item_that_comes_in_between_shifts_the_numbers_only() -> None:
    before = "有下列情形之一的：\n（一）伪造材料的；\n（二）拒不说明的。"
    after = "有下列情形之一的：\n（一）伪造材料的；\n（二）隐瞒事实的；\n（三）拒不说明的。"
    assert shown(before, after).endswith("[+（二）隐瞒事实的；\n]（[-二][+三]）拒不说明的。")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("甲乙" * 200_000, "乙甲甲" * 150_000),
        ("一行\n" * 100_000, "两行\n" * 100_000),
        ("长句。" * 50_000, "长句！" * 60_000),
        ("|" * 100_000, "|-" * 60_000),
    ],
)
def test_a_huge_text_is_marked_within_seconds(before: str, after: str) -> None:
    started = time.process_time()
    assert before_and_after(mark(before, after)) == (before, after)
    assert time.process_time() - started < 10
