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


def test_nobody_is_known_to_an_empty_house() -> None:
    assert KnownNames.of([]).standing_in("欧阳小明") == ()
