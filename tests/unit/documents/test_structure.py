"""Paragraphs, items and points of an article."""

import pytest

from knowledge.documents.structure import find_item, paragraphs_of

_TEXT = """经营机构不得有下列行为：

（一）向不符合准入要求的投资者销售产品；

（二）向普通投资者主动推介：

1. 风险等级高于其承受能力的产品；

2．不符合其投资目标的产品；

（三）其他行为。

| 等级 | 期限 |
| --- | --- |
| C1 | 1年 |

违反前款规定的，依法处理。

（一）第二款第一项。"""


def test_paragraphs_items_and_points_are_numbered() -> None:
    first, second = paragraphs_of(_TEXT)
    assert (first.number, first.text) == (1, "经营机构不得有下列行为：")
    assert [(item.number, item.label) for item in first.items] == [(1, "（一）"), (2, "（二）"), (3, "（三）")]
    assert [(point.number, point.text) for point in first.items[1].items] == [
        (1, "风险等级高于其承受能力的产品；"),
        (2, "不符合其投资目标的产品；"),
    ]
    assert second.text == "违反前款规定的，依法处理。"


def test_a_table_belongs_to_what_stands_before_it() -> None:
    assert paragraphs_of(_TEXT)[0].items[2].text == "其他行为。\n| 等级 | 期限 |\n| --- | --- |\n| C1 | 1年 |"


@pytest.mark.parametrize(
    ("paragraph", "item", "point", "text"),
    [
        (None, 3, None, "其他行为。\n| 等级 | 期限 |\n| --- | --- |\n| C1 | 1年 |"),
        (2, 1, None, "第二款第一项。"),
        (1, 2, 1, "风险等级高于其承受能力的产品；"),
    ],
)
def test_an_item_is_found_by_its_numbers(paragraph: int | None, item: int, point: int | None, text: str) -> None:
    found = find_item(paragraphs_of(_TEXT), item, paragraph=paragraph, point=point)
    assert found is not None
    assert found.text == text


def test_what_is_not_there_is_not_found() -> None:
    assert find_item(paragraphs_of(_TEXT), 9) is None
    assert find_item(paragraphs_of(_TEXT), 1, paragraph=7) is None
    assert find_item(paragraphs_of(_TEXT), 2, point=3) is None


def test_a_decimal_at_the_start_of_a_line_is_no_point() -> None:
    assert [each.text for each in paragraphs_of("费率如下：\n1.5%的费率。")] == ["费率如下：", "1.5%的费率。"]


def test_points_right_below_a_lead_in_are_items() -> None:
    (paragraph,) = paragraphs_of("应当提交：\n1. 申请书；\n2. 身份证明。")
    assert [item.label for item in paragraph.items] == ["1.", "2."]
