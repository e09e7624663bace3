"""The weighted sum of two rankings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.fusion import fuse

RANKING = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.floats(0, 100)), max_size=8, unique_by=lambda each: each[0]
).map(lambda found: sorted(found, key=lambda each: -each[1]))
WEIGHT = st.floats(0, 10)


@given(RANKING, RANKING, WEIGHT, WEIGHT)
def test_everything_found_is_there_once_and_in_order(
    keyword: list[tuple[str, float]], vector: list[tuple[str, float]], one: float, other: float
) -> None:
    fused = fuse(keyword, vector, keyword_weight=one, vector_weight=other)
    assert sorted(each.id for each in fused) == sorted({id_ for id_, _ in (*keyword, *vector)})
    assert [each.score for each in fused] == sorted((each.score for each in fused), reverse=True)
    assert all(-1e-9 <= each.score <= 1 + 1e-9 for each in fused)


def test_a_weight_of_nothing_changes_no_order() -> None:
    keyword = [("a", 9.0), ("b", 5.0), ("c", 1.0)]
    vector = [("c", 0.9), ("d", 0.8)]
    fused = fuse(keyword, vector, keyword_weight=1, vector_weight=0)
    assert [each.id for each in fused] == ["a", "b", "c", "d"]


def test_each_side_is_scaled_by_its_best() -> None:
    fused = {
        each.id: each
        for each in fuse([("a", 50.0), ("b", 25.0)], [("b", 0.4), ("c", 0.2)], keyword_weight=1, vector_weight=1)
    }
    assert {id_: each.score for id_, each in fused.items()} == pytest.approx({"a": 0.5, "b": 0.75, "c": 0.25})
    assert (fused["b"].keyword_rank, fused["b"].vector_rank) == (2, 1)
    assert (fused["c"].keyword_rank, fused["a"].vector_rank) == (None, None)


def test_scores_of_zero_and_below_add_nothing() -> None:
    assert [each.score for each in fuse([("a", 0.0)], [("b", -0.3)], keyword_weight=1, vector_weight=1)] == [0, 0]
