"""What was found is enough where one hit says what is asked, in its words or in those of rules; a neighbour is not."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.documents.model import Provision
from retrieval.enough import ENOUGH, NAMES, Model, Signals, shipped_model, signals_of
from retrieval.segmentation import bigrams, content_words
from tests.support.library import a_provision

STAR = a_provision(
    text="个人开通科创板，前20个交易日日均资产不低于50万元，并且参与证券交易24个月以上。",
    questions=("科创板开通条件是什么？",),
    heading="6.2 科创板开通条件",
)
FINANCING = a_provision("MARGIN:1@x", text="融资保证金比例不得低于100%。", heading="1 融资保证金比例")


class FakeWords:
    def __init__(self, *provisions: Provision) -> None:
        texts = [f"{each.heading} {each.text} {' '.join(each.typical_questions)}" for each in provisions]
        self._texts = texts
        self._pairs = {pair for text in texts for pair in bigrams(text)}

    def rarity(self, word: str) -> float:
        held = sum(word in content_words(text) for text in self._texts)
        return math.log(1 + (1000 - held + 0.5) / (held + 0.5))

    def has_pair(self, pair: str) -> bool:
        return pair in self._pairs


WORDS = FakeWords(STAR, FINANCING)


def likely(question: str, *found: Provision) -> float:
    return shipped_model().probability(signals_of(question, found, WORDS))


@pytest.mark.parametrize("question", ["科创板开通条件是什么", "开通科创板要多少资产", "科创板日均资产不低于多少"])
def test_what_a_hit_says_is_enough(question: str) -> None:
    assert likely(question, FINANCING, STAR) >= ENOUGH


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("股指期货保证金比例是多少", FINANCING),
        ("番茄炒蛋怎么做", STAR),
        ("科创板上市的五套财务标准", FINANCING),
        ("？？", STAR),
    ],
)
def test_a_neighbour_is_not_enough(question: str, found: Provision) -> None:
    assert likely(question, found) < ENOUGH


def test_nothing_found_is_nothing_in_common() -> None:
    nothing = signals_of("科创板开通条件", (), WORDS)
    assert (nothing.coverage, nothing.mass, nothing.likeness, nothing.pairs) == (0.0, 0.0, 0.0, 0.0)
    assert shipped_model().probability(nothing) < ENOUGH


def test_words_spread_over_several_hits_do_not_add_up() -> None:
    one = replace(STAR, text="科创板。", typical_questions=(), heading="1")
    other = replace(STAR, text="期权。", typical_questions=(), heading="2")
    both = replace(STAR, text="科创板期权。", typical_questions=(), heading="3")
    assert signals_of("科创板期权", (one, other), WORDS).coverage < signals_of("科创板期权", (both,), WORDS).coverage


def test_the_shipped_model_knows_every_signal_and_each_pulls_the_right_way() -> None:
    weights = shipped_model().weights
    assert set(weights) == set(NAMES)
    assert (
        max(weights["strange"], weights["unfigured"])
        < 0
        < min(weights[name] for name in ("coverage", "mass", "likeness", "pairs"))
    )


@given(st.text(max_size=80))
def test_every_signal_stays_in_its_range(question: str) -> None:
    signals = signals_of(question, (STAR, FINANCING), WORDS)
    assert all(0 <= value <= 1 for value in signals.values())
    assert 0 < Model(shipped_model().weights, 0.0).probability(signals) < 1


def test_signals_are_in_the_order_of_their_names() -> None:
    values = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]
    signals = Signals(**dict(zip(NAMES, values, strict=True)))
    assert list(signals.values()) == values


@pytest.mark.parametrize(
    ("question", "found", "figured"),
    [
        ("科创板日均资产不低于多少钱", STAR, True),
        ("参与证券交易要几个月", STAR, True),
        ("融资保证金比例是多少", FINANCING, True),
        ("融资保证金要交多少钱", FINANCING, False),
        ("科创板日均资产的比例", STAR, False),
    ],
)
def test_a_figure_that_is_asked_for_must_be_there(question: str, found: Provision, *, figured: bool) -> None:
    assert (signals_of(question, (found,), WORDS).unfigured < 0.5) is figured


def test_where_no_figure_is_asked_for_none_is_missed() -> None:
    assert signals_of("科创板开通条件是什么", (FINANCING,), WORDS).unfigured == 0.0
