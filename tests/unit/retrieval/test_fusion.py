"""The weighted sum of what the indexes and the words of a candidate say."""

from hypothesis import given
from hypothesis import strategies as st

from retrieval.fusion import Fusion
from retrieval.shortlist import Candidate, Shortlist
from tests.support.library import a_provision

SHARE = st.floats(0, 1)
CANDIDATE = st.builds(
    Candidate,
    provision=st.just(a_provision()),
    keyword=st.floats(0, 100),
    asked=st.floats(0, 100),
    words_known=SHARE,
    pairs_known=SHARE,
    vector=st.floats(-1, 1),
)
WEIGHT = st.floats(0, 10)


def a_shortlist(*candidates: Candidate, trust: float = 1.0) -> Shortlist:
    return Shortlist(question="问", candidates=candidates, trust=trust)


def a_candidate(**said: float) -> Candidate:
    return Candidate(provision=a_provision(), **said)  # type: ignore[arg-type]


@given(st.lists(CANDIDATE, max_size=6), WEIGHT, WEIGHT, WEIGHT, SHARE)
def test_every_candidate_has_a_score_between_0_and_1(
    candidates: list[Candidate], keyword: float, vector: float, contained: float, trust: float
) -> None:
    fusion = Fusion(keyword=keyword, vector=vector, contained=contained)
    scores = fusion.scores(a_shortlist(*candidates, trust=trust))
    assert len(scores) == len(candidates)
    assert all(-1e-9 <= score <= 1 + 1e-9 for score in scores)


def test_text_and_typical_questions_count_together() -> None:
    one, two = Fusion(vector=0, contained=0).scores(
        a_shortlist(a_candidate(keyword=3, asked=1), a_candidate(keyword=1, asked=1))
    )
    assert (one, two) == (1.0, 0.5)


def test_a_ranking_that_is_not_trusted_changes_no_order() -> None:
    first, second = a_candidate(keyword=2, vector=0.1), a_candidate(keyword=1, vector=0.9)
    trusted = Fusion(contained=0).scores(a_shortlist(first, second))
    silent = Fusion(contained=0).scores(a_shortlist(first, second, trust=0.0))
    assert trusted[0] < trusted[1]
    assert silent[0] > silent[1]


def test_the_share_of_the_question_decides_between_equals() -> None:
    less, more = Fusion().scores(
        a_shortlist(a_candidate(keyword=1, words_known=0.2), a_candidate(keyword=1, words_known=0.8))
    )
    assert less < more
