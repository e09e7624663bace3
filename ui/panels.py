"""Panels: regions of a page that show HTML of ours and send what people press back as one event."""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gradio as gr

from api.schemas.sessions import ActorView
from ui.client import ApiClient, ApiError
from ui.house import House
from ui.language import Language
from ui.rendering import render
from ui.visitors import LANGUAGE_COOKIE, SESSION_COOKIE, Visitors, pages_of

_LOG = logging.getLogger(__name__)
_PANEL_JS = (Path(__file__).parent / "panel.js").read_text(encoding="utf-8")
_OVERLAPPING = "yc-overlapping"

Update = dict[Any, Any]
"""Component → new value, as Gradio takes it."""


@dataclass(frozen=True, slots=True)
class Kit:
    """What every page is built with."""

    client: Callable[[str | None], ApiClient]
    visitors: Visitors
    house: House


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who opened a page or pressed something: who, in which language, and what was sent."""

    client: ApiClient
    actor: ActorView
    language: Language
    path: str
    query: Mapping[str, str]
    data: Mapping[str, Any] = field(default_factory=dict)

    def render(self, name: str, **values: object) -> str:
        """Fill a template in this person's language."""
        return render(name, self.language, **values)

    def text(self, name: str) -> str:
        """A sent field as text; empty where it was not sent."""
        value = self.data.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    @property
    def texts(self) -> dict[str, str]:
        """Every sent field that is text."""
        return {name: self.text(name) for name in self.data}


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands on every page: the bar at the top and the place for messages."""

    header: gr.HTML
    notice: gr.HTML


def panel(elem_id: str, *, classes: str = "", busy: bool = False, overlapping: bool = False) -> gr.HTML:
    """An empty region; ``busy`` shows that something is on its way.

    ``overlapping``: what is pressed is answered also while an earlier press is, where work is followed for minutes.
    """
    return gr.HTML(
        value=render("parts/loading") if busy else "",
        elem_id=elem_id,
        elem_classes=["yc-panel", *classes.split(), *([_OVERLAPPING] if overlapping else [])],
        js_on_load=_PANEL_JS,
        apply_default_css=False,
        container=False,
        padding=False,
    )


def frame() -> Frame:
    """Place the bar and the messages."""
    return Frame(header=panel("yc-header", classes="yc-header-panel"), notice=panel("yc-notice"))


Opening = Callable[[Caller], Iterator[Update]]
Acting = Callable[[Caller, Any], Iterator[Update]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """Ties a page's panels to the code that fills them; ``outputs`` are the state and every panel it may fill."""

    kit: Kit
    page: gr.Blocks
    path: str
    frame: Frame
    state: gr.State
    outputs: list[Any]

    def load(self, opening: Opening) -> None:
        """Fill the page for whoever opened it."""

        def load(request: gr.Request) -> Iterator[Update]:
            def work(caller: Caller) -> Iterator[Update]:
                yield {self.frame.header: header_html(self.kit, caller)}
                yield from opening(caller)

            yield from self._guarded(request, {}, work)

        outputs = [self.frame.header, self.frame.notice, *self.outputs]
        self.page.load(load, outputs=outputs, show_progress="hidden", api_visibility="private").then(
            fn=None, js=_released(""), show_progress="hidden"
        )

    def act(self, *sources: gr.HTML, acting: Acting) -> None:
        """Answer what is pressed in these panels; ``acting`` gets the page's state and may give a new one."""

        def act(current: Any, request: gr.Request, event: gr.EventData) -> Iterator[Update]:  # noqa: ANN401 - any page's state
            data = event._data if isinstance(event._data, dict) else {}  # noqa: SLF001 - the event's own payload
            yield from self._guarded(request, data, lambda caller: acting(caller, current))

        for source in sources:
            source.act(
                act,
                inputs=[self.state],
                outputs=[self.frame.notice, *self.outputs],
                show_progress="hidden",
                api_visibility="private",
                trigger_mode="multiple" if _OVERLAPPING in source.elem_classes else "once",
            ).then(fn=None, js=_released(str(source.elem_id)), show_progress="hidden")

    def _guarded(self, request: gr.Request, data: Mapping[str, Any], work: Opening) -> Iterator[Update]:
        language = Language.of(request.cookies.get(LANGUAGE_COOKIE))
        token = request.cookies.get(SESSION_COOKIE)
        notice = self.frame.notice
        try:
            visitor = self.kit.visitors.of(token)
            if visitor is None:
                yield {notice: render("parts/expired", language, path=self.path)}
                return
            caller = Caller(
                client=self.kit.client(visitor.token),
                actor=visitor.actor,
                language=language,
                path=self.path,
                query=dict(request.query_params),
                data=data,
            )
            yield {notice: ""}
            yield from work(caller)
        except ApiError as error:
            if error.expired and token:
                self.kit.visitors.forget(token)
                yield {notice: render("parts/expired", language, path=self.path)}
            else:
                yield {notice: render("parts/notice", language, error=error)}
        except Exception:  # noqa: BLE001 - the edge of a press: recorded here, and told in Chinese
            _LOG.exception("the page %s failed", self.path)
            yield {notice: render("parts/notice", language, error=ApiError("页面出错了，请刷新后再试。"))}


def _released(elem_id: str) -> str:
    """Tell the page that a press in this panel is answered; in none: that the page is filled."""
    return f"() => {{ document.dispatchEvent(new CustomEvent('yice:release', {{ detail: '{elem_id}' }})); }}"


def header_html(kit: Kit, caller: Caller) -> str:
    """The bar at the top for this person."""
    return caller.render(
        "parts/header", actor=caller.actor, pages=pages_of(caller.actor.role), path=caller.path, house=kit.house
    )
