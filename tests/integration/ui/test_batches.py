"""What the page of batches says of a batch that began, went on, and was cancelled."""

import re
from typing import cast

import pytest

from api.schemas.plan_batches import BatchView, BudgetInput, StateCount
from api.schemas.terms import BatchState, ChoiceKind, PlanState
from tests.support.views import NOW, an_actor
from ui.client import ApiClient
from ui.language import Language
from ui.pages.plans import batches_html
from ui.panels import Caller


def _told(state: BatchState, counts: dict[PlanState, int], *, finished: int) -> str:
    batch = BatchView(
        id="batch-1",
        chosen=ChoiceKind.EVERYBODY,
        value=None,
        state=state,
        state_label="",
        total=100,
        error=None,
        created_at=NOW,
        finished_at=None,
        budget=BudgetInput(),
        counts=tuple(StateCount(state=each, state_label=each.value, count=count) for each, count in counts.items()),
        finished=finished,
        tokens=0,
        plans_a_second=12.5,
        seconds_left=None,
        failed=(),
    )
    caller = Caller(
        client=cast("ApiClient", None), actor=an_actor(), language=Language.CHINESE, path="/plans", query={}
    )
    html = batches_html(caller, (), batch)
    return re.sub(r"<[^>]+>", "", html[html.index("yc-progress-line") : html.index("yc-progress-bar")])


@pytest.mark.parametrize(
    ("state", "counts", "finished", "said"),
    [
        (BatchState.RUNNING, {PlanState.QUEUED: 100}, 0, "0 / 100正在准备……"),
        (BatchState.RUNNING, {PlanState.QUEUED: 40, PlanState.DONE: 60}, 60, "60 / 10060% · 每秒 12.5 份"),
        (BatchState.CANCELLED, {PlanState.DONE: 7, PlanState.CANCELLED: 93}, 100, "7 / 1007%"),
        (BatchState.DONE, {PlanState.DONE: 98, PlanState.FAILED: 2}, 100, "100 / 100100%"),
    ],
)
def test_a_batch_says_how_many_were_made(
    state: BatchState, counts: dict[PlanState, int], finished: int, said: str
) -> None:
    assert said in _told(state, counts, finished=finished)
