"""批量: plans for many customers at once, with live progress."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import gradio as gr

from api.schemas.plan_batches import BatchRow, BatchView
from api.schemas.terms import BatchState, ChoiceKind, PlanState, Role
from ui.client import ApiError
from ui.panels import Caller, Kit, Update, Wiring, frame, panel
from ui.segments import SEGMENT_CHOICES, SEGMENT_LABELS, chosen_segment

_POLL_SECONDS = 1.0
_POLLS = 600
_MOVES = frozenset({"pause", "resume", "cancel"})


@dataclass(frozen=True, slots=True)
class PlansState:
    """Which batch an open page shows."""

    batch_id: str = ""


def build(kit: Kit, pages: gr.Blocks) -> None:
    """Place the page's panels and wire them."""
    parts = frame()
    state = gr.State(PlansState())
    form = panel("yc-plans-form", classes="yc-main", overlapping=True)
    main = panel("yc-plans", classes="yc-main", busy=True, overlapping=True)
    view = _View(state, form, main)
    wiring = Wiring(kit=kit, page=pages, path="/plans", frame=parts, state=state, outputs=[state, form, main])
    wiring.load(view.open)
    wiring.act(form, main, acting=view.act)


@dataclass(frozen=True, slots=True)
class _View:
    state: gr.State
    form: gr.HTML
    """Stays as it is while the batch beneath it is followed."""
    main: gr.HTML

    def open(self, caller: Caller) -> Iterator[Update]:
        yield {self.form: caller.render("plans/form", own=_own(caller), segments=SEGMENT_CHOICES)}
        yield from self._followed(caller, caller.query.get("batch", ""))

    def act(self, caller: Caller, state: PlansState) -> Iterator[Update]:
        match caller.text("act"):
            case "draft":
                yield from self._followed(caller, caller.client.draft_batch(**_wish(caller)).id)
            case "show":
                yield from self._followed(caller, caller.text("batch"))
            case "refresh":
                yield from self._followed(caller, state.batch_id)
            case move if move in _MOVES:
                caller.client.control_batch(caller.text("batch"), move)
                yield from self._followed(caller, caller.text("batch"))

    def _followed(self, caller: Caller, batch_id: str) -> Iterator[Update]:
        """Look again every second while the batch runs."""
        for _ in range(_POLLS):
            rows = caller.client.batches()
            shown = batch_id or (rows[0].id if rows else "")
            batch = caller.client.batch(shown) if shown else None
            html = batches_html(caller, rows, batch)
            yield {self.state: PlansState(shown), self.main: html}
            if batch is None or batch.state is not BatchState.RUNNING:
                return
            time.sleep(_POLL_SECONDS)


def batches_html(caller: Caller, rows: Sequence[BatchRow], batch: BatchView | None) -> str:
    """The batch that is followed, and the newest ones."""
    made = _made(batch)
    return caller.render(
        "plans/batches",
        rows=rows,
        batch=batch,
        made=made,
        percent=100 * made // batch.total if batch is not None and batch.total else 0,
        own=_own(caller),
        labels=SEGMENT_LABELS,
    )


def _own(caller: Caller) -> bool:
    return caller.actor.role is Role.ADVISOR


def _wish(caller: Caller) -> dict[str, object]:
    """An account, or a segment, or everybody."""
    again, account, segment = caller.text("again") == "yes", caller.text("account"), chosen_segment(caller.texts)
    if account and segment:
        raise ApiError("投资顾问和客群只能选一种。")
    if account:
        return {"chosen": ChoiceKind.ADVISOR.value, "value": account, "again": again}
    if segment:
        return {"chosen": ChoiceKind.SEGMENT.value, "value": "·".join(segment.values()), "again": again}
    return {"chosen": ChoiceKind.EVERYBODY.value, "again": again}


def _made(batch: BatchView | None) -> int:
    """Customers that are done with; a customer whose turn was cancelled is not."""
    if batch is None:
        return 0
    return batch.finished - sum(each.count for each in batch.counts if each.state is PlanState.CANCELLED)
