"""The scores are those of the literature."""

import math

import pytest

from evals.retrieval.scores import means, scores_of


def test_a_perfect_ranking_scores_one() -> None:
    scores = scores_of(["a", "b", "c"], frozenset({"a", "b"}))
    assert set(scores.values()) == {1.0}


def test_a_later_hit_scores_less() -> None:
    scores = scores_of(["x", "a", "y", "z", "w", "b"], frozenset({"a", "b"}))
    assert scores["recall_at_5"] == 0.5
    assert scores["recall_at_10"] == 1.0
    assert scores["mrr_at_10"] == 0.5
    gain = 1 / math.log2(3) + 1 / math.log2(7)
    assert scores["ndcg_at_10"] == pytest.approx(gain / (1 + 1 / math.log2(3)))


def test_hits_below_the_cut_do_not_count() -> None:
    scores = scores_of([*(str(number) for number in range(10)), "a"], frozenset({"a"}))
    assert (scores["recall_at_10"], scores["recall_at_20"], scores["mrr_at_10"], scores["ndcg_at_10"]) == (0, 1, 0, 0)


def test_nothing_found_scores_nothing() -> None:
    assert set(scores_of([], frozenset({"a"})).values()) == {0.0}


def test_means_are_by_name() -> None:
    assert means([{"a": 1.0, "b": 0.0}, {"a": 0.0, "b": 0.0}]) == {"a": 0.5, "b": 0.0}


@pytest.mark.parametrize(("place", "expected"), [(1, 1.0), (5, 1.0), (6, 0.0), (11, 0.0)])
def test_something_right_is_among_the_first_five_or_not(place: int, expected: float) -> None:
    ranking = [*(str(number) for number in range(1, place)), "a"]
    assert scores_of(ranking, frozenset({"a", "b"}))["hit_at_5"] == expected
