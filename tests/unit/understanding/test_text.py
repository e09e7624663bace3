import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.text import clauses, fold, sentences, tighten


@pytest.mark.parametrize("text", ["保 本", "保·本", "保🔥本", "保\u200b本", "保*本", "保本", "保~本"])
def test_what_is_put_between_characters_is_taken_out(text: str) -> None:
    assert tighten(fold(text)).text == "保本"


def test_a_blank_beside_latin_or_digits_stays() -> None:
    assert tighten(fold("买 ETF 5 只")).text == "买 ETF 5 只"


def test_spans_lead_back_to_the_words_as_written() -> None:
    folded = tighten(fold("這款保🔥本，穩賺"))
    start = folded.text.index("保本")
    assert folded.original(start, start + 2) == "保🔥本"


@given(st.text(max_size=60))
def test_every_character_knows_where_it_came_from(text: str) -> None:
    folded = tighten(fold(text))
    assert len(folded.text) == len(folded.origin)
    assert list(folded.origin) == sorted(folded.origin)


@given(st.text(max_size=60))
def test_sentences_and_clauses_cover_the_words(text: str) -> None:
    folded = fold(text).text
    inside = {index for start, end in sentences(folded) for index in range(start, end)}
    assert all(index in inside or folded[index].isspace() for index in range(len(folded)))
    assert all(folded[clause.start : clause.start + len(clause.text)] == clause.text for clause in clauses(folded))
