"""A batch moves only as its table says, and its chunks hold every request once."""

import itertools
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import Conflict
from assistant.plans.model import (
    BATCH_ACTION_LABELS,
    BATCH_LABELS,
    BATCH_TRANSITIONS,
    PLAN_LABELS,
    BatchAction,
    BatchBudget,
    BatchChoice,
    BatchProgress,
    BatchState,
    ChoiceKind,
    PlanBatch,
    PlanState,
    moved,
)
from assistant.workflows.draft_batch import PLANS_OF_A_CHUNK, Chunk, chunks_of

ILLEGAL = set(itertools.product(BatchState, BatchAction)) - BATCH_TRANSITIONS.keys()


def a_batch(total: int = 120, turn: int = 1) -> PlanBatch:
    return PlanBatch(
        id="batch-x",
        requested_by="system",
        chosen=BatchChoice(kind=ChoiceKind.EVERYBODY),
        state=BatchState.RUNNING,
        total=total,
        budget=BatchBudget(),
        error=None,
        created_at=datetime(2026, 11, 22, tzinfo=UTC),
        round=turn,
    )


@pytest.mark.parametrize(("state", "action"), sorted(ILLEGAL))
def test_every_move_not_in_the_table_is_refused(state: BatchState, action: BatchAction) -> None:
    with pytest.raises(Conflict, match=BATCH_LABELS[state]):
        moved(state, action)


def test_an_end_is_an_end() -> None:
    ends = {BatchState.DONE, BatchState.CANCELLED}
    assert not [state for state, _ in BATCH_TRANSITIONS if state in ends]


def test_everything_has_a_label() -> None:
    assert set(BATCH_LABELS) == set(BatchState)
    assert set(BATCH_ACTION_LABELS) == set(BatchAction)
    assert set(PLAN_LABELS) == set(PlanState)


@given(places=st.sets(st.integers(0, 7000), max_size=60), turn=st.integers(1, 9))
def test_every_place_is_in_exactly_one_chunk(places: set[int], turn: int) -> None:
    chunks = chunks_of(a_batch(7001, turn), sorted(places))
    holders = {place: [each for each in chunks if each.first <= place < each.first + each.count] for place in places}
    assert all(len(held) == 1 for held in holders.values())
    assert [Chunk.of(each.key) for each in chunks] == list(chunks)
    assert {each.round for each in chunks} <= {turn}


def test_singles_are_the_same_requests_one_by_one() -> None:
    chunk = chunks_of(a_batch(), [PLANS_OF_A_CHUNK])[0]
    singles = chunk.singles
    assert [single.first for single in singles] == list(range(PLANS_OF_A_CHUNK, 2 * PLANS_OF_A_CHUNK))
    assert {single.count for single in singles} == {1}


def test_what_is_left_and_what_is_finished() -> None:
    counts = {PlanState.QUEUED: 3, PlanState.RUNNING: 1, PlanState.DONE: 5, PlanState.UNCHANGED: 2, PlanState.FAILED: 1}
    progress = BatchProgress(counts=counts, tokens=0, finished_lately=0)
    assert (progress.left, progress.finished) == (4, 8)
