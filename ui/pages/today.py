"""今日: what to do for whom, the most important first."""

import time
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import gradio as gr

from api.schemas.actions import DayView
from api.schemas.terms import ActionState, Verdict
from ui.addresses import address, number
from ui.panels import Caller, Kit, Update, Wiring, frame, panel
from ui.rendering import today

PAGE_SIZE = 20
_SNOOZES = (1, 3, 7, 30)
_POLL_SECONDS = 1.0
_POLLS = 60
_LONGEST_KIND = 40


@dataclass(frozen=True, slots=True)
class Decided:
    """The last verdict, so that it can be taken back."""

    customer_id: str
    key: str
    name: str
    verdict: str


@dataclass(frozen=True, slots=True)
class TodayState:
    """What one open page knows."""

    kind: str = ""
    state: str = ActionState.OPEN.value
    offset: int = 0
    decided: Decided | None = None

    @classmethod
    def at(cls, query: Mapping[str, str]) -> "TodayState":
        """As an address tells it; what is not a choice counts as none."""
        state = query.get("state", "")
        return cls(
            kind=query.get("kind", "")[:_LONGEST_KIND],
            state=state if state in {each.value for each in ActionState} else ActionState.OPEN.value,
            offset=number(query.get("offset", "")),
        )

    @property
    def address(self) -> str:
        """Where this stretch of the list is found again, also after a customer was opened."""
        told: dict[str, str | int] = {
            "state": "" if self.state == ActionState.OPEN.value else self.state,
            "kind": self.kind,
            "offset": self.offset,
        }
        return address("/today", told)


def build(kit: Kit, pages: gr.Blocks) -> None:
    """Place the page's panels and wire them."""
    parts = frame()
    state = gr.State(TodayState())
    main = panel("yc-today", classes="yc-main", busy=True)
    view = _View(state, main)
    wiring = Wiring(kit=kit, page=pages, path="/today", frame=parts, state=state, outputs=[state, main])
    wiring.load(view.open)
    wiring.act(main, acting=view.act)


@dataclass(frozen=True, slots=True)
class _View:
    state: gr.State
    main: gr.HTML

    def open(self, caller: Caller) -> Iterator[Update]:
        state = TodayState.at(caller.query)
        for _ in range(_POLLS):
            day = yield from self._list(caller, state)
            if day.planned_at is not None:
                return
            time.sleep(_POLL_SECONDS)

    def act(self, caller: Caller, state: TodayState) -> Iterator[Update]:
        match caller.text("act"):
            case "kind":
                yield from self._list(caller, TodayState(kind=caller.text("kind"), state=state.state))
            case "state" if caller.text("state") in {each.value for each in ActionState}:
                yield from self._list(caller, TodayState(state=caller.text("state")))
            case "page":
                yield from self._list(caller, replace(state, offset=number(caller.text("offset")), decided=None))
            case "decide":
                yield from self._decide(caller, state)
            case "undo" if state.decided is not None:
                undone = state.decided
                caller.client.decide_action(undone.customer_id, undone.key, Verdict.REOPEN.value)
                yield from self._list(caller, replace(state, decided=None))
            case "refresh":
                yield from self._refresh(caller, state)

    def _decide(self, caller: Caller, state: TodayState) -> Iterator[Update]:
        verdict, days = caller.text("verdict"), caller.text("days")
        until = today() + timedelta(days=int(days)) if days.isdecimal() else None
        caller.client.decide_action(caller.text("customer"), caller.text("item"), verdict, until=until)
        decided = Decided(caller.text("customer"), caller.text("item"), caller.text("name"), verdict)
        undoable = decided if verdict != Verdict.REOPEN.value else None
        yield from self._list(caller, replace(state, decided=undoable))

    def _refresh(self, caller: Caller, state: TodayState) -> Iterator[Update]:
        caller.client.refresh_actions()
        for _ in range(_POLLS):
            day = caller.client.actions(limit=1)
            if not day.planning:
                break
            yield from self._list(caller, replace(state, decided=None))
            time.sleep(_POLL_SECONDS)
        yield from self._list(caller, replace(state, decided=None))

    def _list(self, caller: Caller, state: TodayState) -> Generator[Update, None, DayView]:
        day = caller.client.actions(kind=state.kind or None, state=state.state, limit=PAGE_SIZE, offset=state.offset)
        last = max(day.total - 1, 0) // PAGE_SIZE * PAGE_SIZE
        if not day.items and last < state.offset:
            return (yield from self._list(caller, replace(state, offset=last)))
        snoozes = [(days, day.as_of + timedelta(days=days)) for days in _SNOOZES]
        html = caller.render("today/list", day=day, chosen=state, snoozes=snoozes)
        yield {self.state: state, self.main: html}
        return day
