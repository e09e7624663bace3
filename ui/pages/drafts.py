"""草稿: the advisor's own plans and replies: read, edit sentence by sentence, save, submit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import gradio as gr

from api.schemas.cases import CaseDetailView
from api.schemas.terms import DRAFT_KIND_LABELS, STATE_LABELS, DraftKind, ReviewAction, ReviewState
from ui.addresses import address, number
from ui.case_view import board_of, proof_in
from ui.client import ApiError
from ui.panels import Caller, Kit, Update, Wiring, frame, panel

PAGE_SIZE = 20
_NOT_DRAFTED = frozenset({DraftKind.ANSWER})
_OPEN = (ReviewState.RETURNED, ReviewState.DRAFT, ReviewState.WAITING)
_CLOSED = (ReviewState.APPROVED, ReviewState.DELIVERED, ReviewState.REJECTED, ReviewState.DISCARDED)
"""Here the newest come first; of what is still to do, what has lain longest."""
_SHOWN = (*_OPEN, *_CLOSED)
_SAID = {
    ReviewAction.SUBMIT: ("已提交审核", "审核通过后才会发给客户；在那之前可以撤回。"),
    ReviewAction.WITHDRAW: ("已撤回", "草稿回到您这里，可以继续修改。"),
    ReviewAction.DISCARD: ("已废弃", "这份草稿不会发给客户。"),
}


@dataclass(frozen=True, slots=True)
class DraftsState:
    """What one open drafts page knows."""

    state: str = ""
    kind: str = ""
    offset: int = 0
    detail: CaseDetailView | None = None

    @classmethod
    def at(cls, query: Mapping[str, str]) -> "DraftsState":
        """As an address tells it; what is not a choice counts as none."""
        state, kind = query.get("state", ""), query.get("kind", "")
        return cls(
            state=state if state in _SHOWN else "",
            kind=kind if kind in DRAFT_KIND_LABELS else "",
            offset=number(query.get("offset", "")),
        )

    @property
    def address(self) -> str:
        """Where this stretch of the list is found again."""
        return address("/drafts", {"state": self.state, "kind": self.kind, "offset": self.offset})


def build(kit: Kit, pages: gr.Blocks) -> None:
    """Place the page's panels and wire them."""
    parts = frame()
    state = gr.State(DraftsState())
    main = panel("yc-drafts", classes="yc-main", busy=True)
    proof = panel("yc-proof", classes="yc-drawer")
    said = panel("yc-said-panel")
    view = _View(state, main, proof, said)
    outputs = [state, main, proof, said]
    wiring = Wiring(kit=kit, page=pages, path="/drafts", frame=parts, state=state, outputs=outputs)
    wiring.load(view.open)
    wiring.act(main, proof, acting=view.act)


@dataclass(frozen=True, slots=True)
class _View:
    state: gr.State
    main: gr.HTML
    proof: gr.HTML
    said: gr.HTML

    def open(self, caller: Caller) -> Iterator[Update]:
        try:
            if case_id := caller.query.get("case"):
                yield self._case(caller, DraftsState(), case_id)
            else:
                yield self._list(caller, DraftsState.at(caller.query))
        except ApiError as error:
            if error.expired:
                raise
            yield {self.main: caller.render("parts/missing", error=error, back="/drafts")}

    def act(self, caller: Caller, state: DraftsState) -> Iterator[Update]:
        yield {self.said: ""}
        match caller.text("act"):
            case "state":
                yield self._list(caller, DraftsState.at(caller.texts | {"kind": state.kind}))
            case "kind":
                yield self._list(caller, DraftsState.at(caller.texts | {"state": state.state}))
            case "page":
                yield self._list(caller, replace(state, detail=None, offset=number(caller.text("offset"))))
            case "back":
                yield self._list(caller, replace(state, detail=None))
            case "open":
                yield self._case(caller, state, caller.text("case"))
            case "save" if state.detail is not None:
                yield from self._save(caller, state, state.detail)
            case "decide" if state.detail is not None:
                yield from self._decide(caller, state, state.detail)
            case "cite" if state.detail is not None:
                proof = proof_in(state.detail, caller.client, caller)
                yield {self.proof: caller.render("parts/proof", proof=proof, closable=True)}
            case "close":
                yield {self.proof: ""}

    def _list(self, caller: Caller, state: DraftsState) -> Update:
        chosen = (state.state,) if state.state else tuple(each.value for each in _OPEN)
        page = caller.client.cases(
            states=chosen,
            kind=state.kind or None,
            newest=state.state in _CLOSED,
            limit=PAGE_SIZE,
            offset=state.offset,
        )
        last = max(page.total - 1, 0) // PAGE_SIZE * PAGE_SIZE
        if not page.items and last < state.offset:
            return self._list(caller, replace(state, offset=last))
        html = caller.render(
            "cases/drafts",
            page=page,
            chosen=state,
            states=[(item, STATE_LABELS[item]) for item in _SHOWN],
            kinds=[(kind.value, DRAFT_KIND_LABELS[kind]) for kind in DRAFT_KIND_LABELS if kind not in _NOT_DRAFTED],
        )
        return {self.state: state, self.main: html, self.proof: ""}

    def _case(self, caller: Caller, state: DraftsState, case_id: str) -> Update:
        detail = caller.client.case(case_id)
        return {
            self.state: replace(state, detail=detail),
            self.main: draft_html(caller, detail),
            self.proof: "",
        }

    def _save(self, caller: Caller, state: DraftsState, detail: CaseDetailView) -> Iterator[Update]:
        changes = _changes(caller)
        if not changes:
            yield {self.said: _said(caller, "没有改动", "文字和上次保存的一样。")}
            return
        saved = caller.client.edit(detail.case.id, digest=detail.case.revision.digest, changes=changes)
        text = "检查已重新进行，还有必须修改的问题。" if saved.revision.blocked else "检查已重新进行，可以提交审核。"
        yield self._case(caller, state, detail.case.id) | {self.said: _said(caller, "已保存", text)}

    def _decide(self, caller: Caller, state: DraftsState, detail: CaseDetailView) -> Iterator[Update]:
        if _changes(caller):
            yield {self.said: _said(caller, "还有没有保存的修改", "请先保存，看过检查结果再提交。")}
            return
        action = ReviewAction(caller.text("action"))
        caller.client.decide(
            detail.case.id, action=action.value, digest=detail.case.revision.digest, reason=caller.text("reason")
        )
        title, text = _SAID.get(action, ("已完成", ""))
        yield self._case(caller, state, detail.case.id) | {self.said: _said(caller, title, text)}


def draft_html(caller: Caller, detail: CaseDetailView) -> str:
    """The editor of one draft."""
    return caller.render("cases/draft", board=board_of(detail))


def _said(caller: Caller, title: str, text: str) -> str:
    return caller.render("parts/said", title=title, text=text)


def _changes(caller: Caller) -> dict[str, str]:
    changes = caller.data.get("changes")
    if not isinstance(changes, dict):
        return {}
    return {str(key): text for key, text in changes.items() if isinstance(text, str)}
