"""What is learned from questions that people asked, and what it is learned from."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.features import NAMES, features_of
from retrieval.fusion import Fusion
from retrieval.ranking import LearnedRanker
from retrieval.ranking_training import Example, fit, lessons_of, try_out
from retrieval.shortlist import Candidate, Shortlist, Terms
from tests.support.library import a_provision

PLAIN = Candidate(provision=a_provision(), keyword=4.0, words=0.2, words_known=0.2)
ASKED = Candidate(
    provision=a_provision("SUIT:23@2017-07-01"),
    keyword=2.0,
    asked=3.0,
    words=0.2,
    words_known=0.9,
    likenesses=(0.8, 0.3),
    questions=2,
    questions_of_document=5,
)


def a_shortlist(*candidates: Candidate) -> Shortlist:
    return Shortlist(question="问", candidates=candidates)


def a_ranker(**weights: float) -> LearnedRanker:
    return LearnedRanker("test", tuple(weights.get(name, 0.0) for name in NAMES))


def examples(count: int, *, telling: str, noise: float = 0.5) -> list[Example]:
    """Ten candidates each, the first of them right, which only one feature tells."""
    random = np.random.default_rng(7)
    made = []
    for _ in range(count):
        features = random.random((10, len(NAMES))) * noise
        features[0, NAMES.index(telling)] += 1.0
        is_right = np.zeros(10)
        is_right[0] = 1.0
        made.append(Example(features, is_right, random.random(10)))
    return made


def test_a_row_for_each_candidate_and_a_column_for_each_name() -> None:
    assert features_of(a_shortlist(PLAIN, ASKED)).shape == (2, len(NAMES))
    assert features_of(a_shortlist()).shape == (0, len(NAMES))


def test_features_tell_the_best_of_each_side() -> None:
    rows = features_of(a_shortlist(PLAIN, ASKED))
    assert rows[:, NAMES.index("keyword")].tolist() == [1.0, 0.5]
    assert rows[:, NAMES.index("asked")].tolist() == [0.0, 1.0]
    assert rows[:, NAMES.index("sum")].tolist() == [0.8, 1.0]
    assert rows[:, NAMES.index("likeness")].tolist() == [0.0, 0.8]
    assert rows[:, NAMES.index("is_asked")].tolist() == [0.0, 1.0]


def test_a_vector_that_is_not_trusted_tells_nothing() -> None:
    near = replace(PLAIN, vector=0.9, vector_rank=1)
    silent = features_of(a_shortlist(near))
    heard = features_of(replace(a_shortlist(near), trust=1.0))
    column = NAMES.index("vector")
    assert (silent[0, column], heard[0, column]) == (0.0, 1.0)
    far = features_of(replace(a_shortlist(replace(PLAIN, vector=-0.5, vector_rank=1)), trust=1.0))
    assert far[0, column] == 0.0


def test_weights_decide_and_the_best_has_1() -> None:
    scores = a_ranker(words_known=5.0).scores(a_shortlist(PLAIN, ASKED))
    assert scores[1] == 1.0
    assert 0 < scores[0] < 0.1


def test_where_no_question_is_known_the_fusion_ranks() -> None:
    shortlist = a_shortlist(PLAIN, replace(PLAIN, keyword=8.0))
    ranker = a_ranker(keyword=-9.0)
    assert ranker.scores(shortlist) == Fusion().scores(shortlist)
    assert ranker.scores(a_shortlist()) == []


@given(st.sampled_from(NAMES))
def test_what_tells_the_right_one_is_learned(telling: str) -> None:
    learned = fit("test", examples(40, telling=telling))
    assert max(zip(learned.weights, NAMES, strict=True))[1] == telling


def test_learning_again_gives_the_same() -> None:
    assert fit("test", examples(30, telling="words")) == fit("test", examples(30, telling="words"))


def test_nothing_is_learned_from_nothing() -> None:
    assert not any(fit("test", []).weights)


def test_a_trial_says_whether_it_pays() -> None:
    telling = try_out(examples(50, telling="likeness"))
    assert telling.questions == 50
    assert telling.learned == 1.0
    assert telling.pays
    guessing = [replace(each, today=each.is_right) for each in examples(50, telling="likeness", noise=50.0)]
    assert try_out(guessing).today == 1.0
    assert not try_out(guessing).pays


def test_a_question_of_several_provisions_is_one_lesson() -> None:
    lessons = lessons_of([("问一", "SUIT:22"), ("问二", "SUIT:22"), ("问一", "SUIT:23")])
    assert {each.question: each.right for each in lessons} == {"问一": {"SUIT:22", "SUIT:23"}, "问二": {"SUIT:22"}}


@pytest.mark.parametrize(
    ("other", "low", "high"),
    [("科创板的开通条件是什么", 0.99, 1.0), ("科创板怎么开通", 0.2, 0.9), ("火锅底料", 0.0, 0.0), ("？", 0.0, 0.0)],
)
def test_likeness_of_questions(other: str, low: float, high: float) -> None:
    terms = Terms.of("科创板的开通条件是什么", lambda term, form: 1.0 + len(term + form) / 10)
    assert low <= terms.likeness(other) <= high + 1e-9


def test_a_question_of_no_words_is_like_nothing() -> None:
    assert Terms.of("？？", lambda _term, _form: 1.0).likeness("科创板") == 0.0
