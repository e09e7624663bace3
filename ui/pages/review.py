"""审核: the queue, and one case with everything that a decision needs."""

from collections.abc import Iterator
from dataclasses import dataclass

import gradio as gr

from api.schemas.cases import CaseDetailView, CasePageView
from api.schemas.terms import STATE_LABELS, ReviewAction, ReviewState
from ui.case_view import board_of, proof_in
from ui.client import ApiError
from ui.pages import customer_insistences
from ui.panels import Caller, Kit, Update, Wiring, frame, panel
from ui.proof import proof_of_reference

PAGE_SIZE = 50
_SHOWN = (
    ReviewState.WAITING,
    ReviewState.APPROVED,
    ReviewState.DELIVERED,
    ReviewState.RETURNED,
    ReviewState.REJECTED,
)
_SAID = {
    ReviewAction.APPROVE: "已批准",
    ReviewAction.RETURN: "已退回经办人",
    ReviewAction.REJECT: "已否决",
}


@dataclass(frozen=True, slots=True)
class ReviewPageState:
    """What one open review page knows."""

    state: str = ReviewState.WAITING.value
    detail: CaseDetailView | None = None


def build(kit: Kit, pages: gr.Blocks) -> None:
    """Place the page's panels and wire them."""
    parts = frame()
    state = gr.State(ReviewPageState())
    insisting = panel("yc-insist-queue")
    with gr.Row(elem_classes="yc-review"):
        queue = panel("yc-queue", classes="yc-side", busy=True)
        case = panel("yc-case", classes="yc-case")
    proof = panel("yc-proof", classes="yc-drawer")
    said = panel("yc-said-panel")
    view = _View(state, queue, case, insisting, proof, said)
    outputs = [state, queue, case, insisting, proof, said]
    wiring = Wiring(kit=kit, page=pages, path="/review", frame=parts, state=state, outputs=outputs)
    wiring.load(view.open)
    wiring.act(queue, case, insisting, proof, acting=view.act)


@dataclass(frozen=True, slots=True)
class _View:
    state: gr.State
    queue: gr.HTML
    case: gr.HTML
    insisting: gr.HTML
    proof: gr.HTML
    said: gr.HTML

    def open(self, caller: Caller) -> Iterator[Update]:
        yield {self.insisting: customer_insistences.waiting_html(caller)}
        state = ReviewPageState()
        if case_id := caller.query.get("case"):
            yield from self._shown(caller, state, case_id)
        else:
            yield from self._first(caller, state)

    def act(self, caller: Caller, state: ReviewPageState) -> Iterator[Update]:
        yield {self.said: ""}
        match caller.text("act"):
            case "state":
                chosen = caller.text("state")
                known = chosen if chosen in {item.value for item in _SHOWN} else ReviewState.WAITING.value
                yield from self._first(caller, ReviewPageState(state=known))
            case "refresh":
                yield from self._first(caller, ReviewPageState(state=state.state))
            case "open":
                yield from self._shown(caller, state, caller.text("case"))
            case "decide" if state.detail is not None:
                yield from self._decide(caller, state, state.detail)
            case "cite" if state.detail is not None:
                proof = proof_in(state.detail, caller.client, caller)
                yield {self.proof: caller.render("parts/proof", proof=proof, closable=True)}
            case "cite":
                proof = proof_of_reference(caller.client, caller.text("source"))
                yield {self.proof: caller.render("parts/proof", proof=proof, closable=True)}
            case "insist-step":
                customer_insistences.done(caller, None)
                yield {self.insisting: customer_insistences.waiting_html(caller)}
            case "close":
                yield {self.proof: ""}

    def _first(self, caller: Caller, state: ReviewPageState, said: str = "") -> Iterator[Update]:
        page = _page(caller, state)
        if page.items and state.state == ReviewState.WAITING.value:
            yield from self._shown(caller, state, page.items[0].id, said)
            return
        empty = caller.render("cases/nothing", page=page, waiting=state.state == ReviewState.WAITING.value)
        yield {
            self.state: ReviewPageState(state=state.state),
            self.queue: queue_html(caller, page, state.state, None),
            self.case: empty,
            self.proof: "",
            self.said: said,
        }

    def _shown(self, caller: Caller, state: ReviewPageState, case_id: str, said: str = "") -> Iterator[Update]:
        try:
            detail = caller.client.case(case_id)
        except ApiError as error:
            if error.expired:
                raise
            yield {
                self.queue: queue_html(caller, _page(caller, state), state.state, None),
                self.case: caller.render("parts/missing", error=error, back="/review"),
            }
            return
        yield {
            self.state: ReviewPageState(state=state.state, detail=detail),
            self.queue: queue_html(caller, _page(caller, state), state.state, case_id),
            self.case: case_html(caller, detail),
            self.proof: "",
            self.said: said,
        }

    def _decide(self, caller: Caller, state: ReviewPageState, detail: CaseDetailView) -> Iterator[Update]:
        action = ReviewAction(caller.text("action"))
        try:
            done = caller.client.decide(
                detail.case.id, action=action.value, digest=detail.case.revision.digest, reason=caller.text("reason")
            )
        except ApiError as error:
            if error.conflict:
                yield from self._shown(caller, state, detail.case.id)
            raise
        text = f"{detail.customer_name} · {detail.case.kind_label}"
        waits = action is ReviewAction.APPROVE and done.state is ReviewState.WAITING
        title = "已批准，还须另一位审核人" if waits else _SAID.get(action, "已完成")
        yield from self._first(caller, state, caller.render("parts/said", title=title, text=text))


def queue_html(caller: Caller, page: CasePageView, chosen: str, current: str | None) -> str:
    """The list at the side."""
    return caller.render(
        "cases/queue",
        page=page,
        chosen=chosen,
        current=current,
        states=[(item, STATE_LABELS[item]) for item in _SHOWN],
    )


def case_html(caller: Caller, detail: CaseDetailView) -> str:
    """One case, whole."""
    return caller.render("cases/case", board=board_of(detail))


def _page(caller: Caller, state: ReviewPageState) -> CasePageView:
    return caller.client.cases(states=(state.state,), limit=PAGE_SIZE)
