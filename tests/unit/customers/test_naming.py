"""Names are found where they stand, and common words are no names."""

import pytest

from knowledge.customers.naming import KnownNames

NAMES = KnownNames.of(["欧阳小明", "张三丰", "高明", "<b>王</b>", "", "a.c"])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("请联系欧阳小明。", ("欧阳小明",)),
        ("张三丰和欧阳小明都来了", ("张三丰", "欧阳小明")),
        ("这个办法很高明。", ()),
        ("高明先生您好", ("高明",)),
        ("高明 女士", ("高明",)),
        ("<b>王</b>您好", ("<b>王</b>",)),
        ("abc", ()),
        ("", ()),
        ("张三", ()),
    ],
)
def test_names_in_a_text(text: str, found: tuple[str, ...]) -> None:
    assert NAMES.standing_in(text) == tuple(sorted(found))


def test_many_names_are_found_as_a_few_are() -> None:
    text = "请联系王第七十六和赵第一百九，不要联系王第。"
    numbers = ("七十六", "一百九", *(f"{number:03d}" for number in range(500)))
    everybody = [f"{family}第{number}" for family in "王李赵" for number in numbers]
    assert KnownNames.of(everybody).standing_in(text) == ("王第七十六", "赵第一百九")
    assert KnownNames.of(everybody[:3]).standing_in(text) == ("王第七十六",)


def test_nobody_is_known_to_an_empty_house() -> None:
    assert KnownNames.of([]).standing_in("欧阳小明") == ()
