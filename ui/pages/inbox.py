"""我的消息: what a customer reads, exactly as approved, and asks. Laid out for a phone."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import gradio as gr

from api.schemas.base import MAX_QUESTION
from api.schemas.inbox import MessageView
from api.schemas.terms import InsistenceStep
from ui.panels import Caller, Kit, Update, Wiring, frame, panel

_SAID: Final = ("问题已收到", "投资顾问会起草答复，审核通过后发到「消息」里。这里不会自动给出投资建议。")
_WITHDRAWN: Final = "已放弃，申请结束"
_SAID_URGENT: Final = ("问题已收到，会有人尽快处理", "如情况紧急，请直接拨打下方客服与投诉电话。")


@dataclass(frozen=True, slots=True)
class InboxState:
    """What one open customer page knows."""

    tab: str = "messages"


def build(kit: Kit, pages: gr.Blocks) -> None:
    """Place the page's panels and wire them."""
    parts = frame()
    state = gr.State(InboxState())
    main = panel("yc-inbox", classes="yc-phone", busy=True)
    said = panel("yc-said-panel", classes="yc-phone")
    foot = panel("yc-inbox-foot", classes="yc-phone")
    view = _View(kit, state, main, said, foot)
    outputs = [state, main, said, foot]
    wiring = Wiring(kit=kit, page=pages, path="/inbox", frame=parts, state=state, outputs=outputs)
    wiring.load(view.open)
    wiring.act(main, foot, acting=view.act)


@dataclass(frozen=True, slots=True)
class _View:
    kit: Kit
    state: gr.State
    main: gr.HTML
    said: gr.HTML
    foot: gr.HTML

    def open(self, caller: Caller) -> Iterator[Update]:
        foot = caller.render("inbox/foot", house=self.kit.house)
        yield self._messages(caller) | {self.foot: foot}

    def act(self, caller: Caller, state: InboxState) -> Iterator[Update]:
        yield {self.said: ""}
        match caller.text("act"):
            case "messages":
                yield self._messages(caller)
            case "questions":
                yield self._questions(caller)
            case "open":
                message = caller.client.message(caller.text("message"))
                yield {self.state: state, self.main: message_html(caller, message)}
            case "applications":
                yield self._applications(caller)
            case "withdraw":
                step = {"step": InsistenceStep.WITHDRAW.value}
                withdrawn = caller.client.take_insistence_step(caller.text("insistence"), step)
                said = caller.render("parts/said", title=_WITHDRAWN, text=withdrawn.product_name)
                yield self._applications(caller) | {self.said: said}
            case "ask":
                inquiry = caller.client.ask(caller.text("text"))
                title, text = _SAID_URGENT if inquiry.urgent else _SAID
                yield self._questions(caller) | {self.said: caller.render("parts/said", title=title, text=text)}

    def _messages(self, caller: Caller) -> Update:
        html = caller.render("inbox/messages", messages=caller.client.messages())
        return {self.state: InboxState("messages"), self.main: html}

    def _questions(self, caller: Caller) -> Update:
        html = caller.render("inbox/questions", inquiries=caller.client.inquiries(), limit=MAX_QUESTION)
        return {self.state: InboxState("questions"), self.main: html}

    def _applications(self, caller: Caller) -> Update:
        own = caller.actor.customer_id
        applications = caller.client.insistences(own) if own is not None else ()
        html = caller.render("inbox/applications", applications=applications)
        return {self.state: InboxState("applications"), self.main: html}


def message_html(caller: Caller, message: MessageView) -> str:
    """One message: its text is shown as it is, with nothing read into it."""
    return caller.render("inbox/message", message=message)
