"""Width, case, script and spelling of numbers make no difference; codes stay whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.segmentation import bigrams, content_words, fold, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("證券公司適當性", "证券公司适当性"),
        ("Ｃ２客户买Ｒ４", "c2客户买r4"),
        ("第八十八条", "第88条"),
        ("五十万元", "50万元"),
        ("二十四个月", "24个月"),
        ("百分之五", "5%"),
        ("一百八十七条", "187条"),
        ("二〇二六年", "2026年"),
    ],
)
def test_one_meaning_has_one_form(one: str, other: str) -> None:
    assert fold(one) == fold(other)
    assert words(one) == words(other)


@pytest.mark.parametrize("text", ["统一", "一策", "十分重要", "三方存管"])
def test_numerals_inside_words_are_left_alone(text: str) -> None:
    assert fold(text) == text


@pytest.mark.parametrize("code", ["c2", "3.3.13", "10%", "t+1", "2026-07-06", "suit-22", "0.05‰"])
def test_codes_and_figures_stay_whole(code: str) -> None:
    assert code in words(f"关于{code}的说明")
    assert code in bigrams(f"关于{code}的说明")


def test_pairs_overlap_and_do_not_cross_gaps() -> None:
    assert bigrams("科创板，ST股") == ["科创", "创板", "st", "股"]


def test_grammar_and_courtesy_carry_no_question() -> None:
    assert content_words("请问科创板的开通条件是什么？") == ["科创板", "开通", "条件"]
    assert content_words("你好，可以吗？") == ["你好"]


@given(st.text(max_size=200))
def test_any_text_can_be_segmented(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert all(term and not term.isspace() for term in (*words(text), *bigrams(text)))
    assert set(content_words(text)) <= set(words(text))


@given(st.text("科创板开通条件适当性", min_size=2, max_size=30))
def test_pairs_give_the_text_back(text: str) -> None:
    pairs = bigrams(text)
    assert pairs[0] + "".join(pair[-1] for pair in pairs[1:]) == text
