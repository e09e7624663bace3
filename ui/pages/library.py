"""知识库: search and list, one document with its versions, two versions beside each other, and the keeper's work."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

import gradio as gr

from api.schemas.library_changes import DocumentHistoryView, VersionStageView
from api.schemas.terms import KIND_LABELS, Kind, Role, VersionState
from ui.client import ApiError
from ui.library_outline import anchor_of, outline_of
from ui.pages import library_article, library_keeping
from ui.panels import Caller, Kit, Update, Wiring, frame, panel
from ui.proof import badges_of
from ui.rendering import today

KEEPERS = frozenset({Role.KEEPER, Role.ADMINISTRATOR})
_PAGE = 50
_LONGEST_TEXT, _LONGEST_ISSUER = 400, 100
_STATES = {state.value: state.label for state in VersionState}
_LONG = 60
"""Articles from which a document gets a box to jump to one."""


@dataclass(frozen=True, slots=True)
class LibraryFilters:
    """What is looked for."""

    text: str = ""
    kind: str = ""
    issuer: str = ""
    state: str = VersionState.IN_FORCE.value
    """Empty: every state."""
    as_of: date = field(default_factory=today)

    @classmethod
    def of(cls, caller: Caller) -> "LibraryFilters":
        """As the form sent them."""
        return cls._read(caller.data)

    @classmethod
    def asked(cls, query: Mapping[str, str]) -> "LibraryFilters":
        """As the address names them."""
        return cls._read({"state": VersionState.IN_FORCE.value, **query})

    @classmethod
    def _read(cls, said: Mapping[str, Any]) -> "LibraryFilters":
        return cls(
            text=str(said.get("text", "")).strip()[:_LONGEST_TEXT],
            kind=_one_of(said.get("kind"), {item.value for item in Kind}),
            issuer=str(said.get("issuer", "")).strip()[:_LONGEST_ISSUER],
            state=_one_of(said.get("state"), _STATES.keys()),
            as_of=_day(str(said.get("as_of", ""))),
        )

    @property
    def address(self) -> str:
        """The page with these filters."""
        said = {"text": self.text, "kind": self.kind, "issuer": self.issuer}
        wanted = {name: value for name, value in said.items() if value}
        if self.state != VersionState.IN_FORCE.value:
            wanted["state"] = self.state
        if self.as_of != today():
            wanted["as_of"] = self.as_of.isoformat()
        return f"/library?{urlencode(wanted)}" if wanted else "/library"


@dataclass(frozen=True, slots=True)
class LibraryState:
    """What one open library page knows."""

    filters: LibraryFilters = field(default_factory=LibraryFilters)
    offset: int = 0
    document: str = ""
    label: str = ""


def build(kit: Kit, pages: gr.Blocks) -> None:
    """Place the page's panels and wire them."""
    parts = frame()
    state = gr.State(LibraryState())
    main = panel("yc-library", classes="yc-main", busy=True)
    drawer = panel("yc-proof", classes="yc-drawer")
    said = panel("yc-said-panel")
    view = _View(state, main, drawer, said)
    outputs = [state, main, drawer, said]
    wiring = Wiring(kit=kit, page=pages, path="/library", frame=parts, state=state, outputs=outputs)
    wiring.load(view.open)
    wiring.act(main, drawer, acting=view.act)


@dataclass(frozen=True, slots=True)
class _View:
    state: gr.State
    main: gr.HTML
    drawer: gr.HTML
    said: gr.HTML

    def open(self, caller: Caller) -> Iterator[Update]:
        query = caller.query
        reference, document = query.get("ref", ""), query.get("document", "")
        try:
            if ":" in reference:
                yield self._reference(caller, LibraryState(), reference)
            elif query.get("before") and query.get("after"):
                yield self._compare(caller, LibraryState(), query["before"], query["after"])
            elif document:
                yield self._document(caller, LibraryState(), document, query.get("version", ""))
            else:
                yield self._place(caller, LibraryState(LibraryFilters.asked(query)), query.get("view", ""))
        except ApiError as error:
            if error.expired:
                raise
            yield {self.main: caller.render("parts/missing", error=error, back="/library")}

    def act(self, caller: Caller, state: LibraryState) -> Iterator[Update]:
        yield {self.said: ""}
        match caller.text("act"):
            case "filter":
                yield self._list(caller, LibraryState(LibraryFilters.of(caller)))
            case "page":
                yield self._list(caller, replace(state, offset=_number(caller.text("offset"))))
            case "back":
                yield self._list(caller, replace(state, document="", label=""))
            case "view":
                yield self._place(caller, state, caller.text("view"))
            case "open":
                yield self._document(caller, state, caller.text("document"), caller.text("version"))
            case "reference":
                yield self._reference(caller, state, caller.text("reference"))
            case "compare":
                yield self._compare(caller, state, caller.text("before"), caller.text("after"))
            case "close":
                yield {self.drawer: ""}
            case _:
                yield from self._beside(caller, state)

    def _beside(self, caller: Caller, state: LibraryState) -> Iterator[Update]:
        """What happens in the drawer, and what that changes in the page."""
        match caller.text("act"):
            case "article":
                yield {self.drawer: library_article.article_html(caller, caller.text("reference"), state.filters.as_of)}
            case "add-question" | "decide-question" | "remove-written" | "propose":
                title = library_article.keep_question(caller)
                yield from self._said(caller, title)
                yield self._after_question(caller, state)
            case "ask-change":
                yield {self.drawer: library_article.change_html(caller)}
            case "change":
                title, text = library_article.change(caller)
                yield {self.drawer: ""} | self._document(caller, state, caller.text("document"), caller.text("version"))
                yield from self._said(caller, title, text)
            case "findings":
                yield {self.main: library_keeping.keeping_html(caller, findings=True)}
            case "scripts":
                yield {self.main: library_keeping.scripts_html(caller, caller.text("state"))}
            case "script":
                yield {self.drawer: library_keeping.script_html(caller, caller.text("script"))}
            case "approve" | "revoke":
                title = library_keeping.decide_script(caller)
                main = library_keeping.scripts_html(caller, caller.text("shown"))
                yield {self.drawer: "", self.main: main}
                yield from self._said(caller, title)

    def _after_question(self, caller: Caller, state: LibraryState) -> Update:
        if caller.text("from") == "keeping":
            return {self.main: library_keeping.keeping_html(caller)}
        return {self.drawer: library_article.article_html(caller, caller.text("provision"), state.filters.as_of)}

    def _said(self, caller: Caller, title: str, text: str = "") -> Iterator[Update]:
        yield {self.said: caller.render("parts/said", title=title, text=text)}

    def _place(self, caller: Caller, state: LibraryState, view: str) -> Update:
        keeps = caller.actor.role in KEEPERS
        if view == "import" and keeps:
            limits = caller.client.import_limits()
            html = caller.render("library/import", limits=limits, **_tabs(caller, "import"))
            return {self.main: html, self.drawer: ""}
        if view == "keeping" and keeps:
            return {self.main: library_keeping.keeping_html(caller), self.drawer: ""}
        if view == "scripts":
            return {self.main: library_keeping.scripts_html(caller, caller.query.get("state", "")), self.drawer: ""}
        return self._list(caller, state)

    def _list(self, caller: Caller, state: LibraryState) -> Update:
        filters = state.filters
        result = None
        if filters.text:
            result = caller.client.search(filters.text, as_of=filters.as_of, kind=filters.kind)
        documents = caller.client.documents(
            text=filters.text[:_LONGEST_ISSUER],
            kind=filters.kind,
            issuer=filters.issuer,
            state=filters.state,
            on=filters.as_of,
            limit=_PAGE,
            offset=state.offset,
        )
        html = caller.render(
            "library/list",
            filters=filters,
            result=result,
            documents=documents,
            kinds={kind.value: label for kind, label in KIND_LABELS.items()},
            states=_STATES,
            issuers=caller.client.issuers(),
            badges_of=badges_of,
            **_tabs(caller, "list"),
        )
        return {self.state: state, self.main: html, self.drawer: ""}

    def _reference(self, caller: Caller, state: LibraryState, reference: str) -> Update:
        as_of = None if "@" in reference else state.filters.as_of
        provision = caller.client.provision(reference, as_of=as_of)
        return self._document(caller, state, provision.document_id, provision.version, provision.ref)

    def _document(
        self, caller: Caller, state: LibraryState, document_id: str, label: str, reference: str = ""
    ) -> Update:
        history = caller.client.history(document_id, on=state.filters.as_of)
        chosen = _chosen(history, label)
        version = chosen.version
        provisions = caller.client.provisions(document_id, version.label)
        html = caller.render(
            "library/document",
            history=history,
            chosen=chosen,
            provisions=provisions,
            outline=outline_of(provisions),
            anchor_of=anchor_of,
            long=len(provisions) >= _LONG,
            before=_before(history, chosen),
            reference=reference,
            as_of=state.filters.as_of,
            keeps=caller.actor.role in KEEPERS,
            badges_of=badges_of,
        )
        state = replace(state, document=document_id, label=version.label)
        return {self.state: state, self.main: html, self.drawer: ""}

    def _compare(self, caller: Caller, state: LibraryState, before: str, after: str) -> Update:
        unchanged, beside = bool(caller.text("unchanged")), caller.text("mode") != "inline"
        compared = caller.client.compare(before, after, unchanged=unchanged)
        history = caller.client.history(compared.after.document_id)
        html = caller.render(
            "library/compare",
            compared=compared,
            stages=history.stages,
            unchanged=unchanged,
            beside=beside,
        )
        return {self.state: state, self.main: html, self.drawer: ""}


def _tabs(caller: Caller, here: str) -> dict[str, object]:
    return {"tabs": library_keeping.tabs_of(caller.actor.role), "here": here}


def _chosen(history: DocumentHistoryView, label: str) -> VersionStageView:
    """The asked-for version, else the one in force on the day, else the newest that stands."""
    if not history.stages:
        raise ApiError("没有找到这份文件。", status=404)
    for stage in history.stages:
        if stage.version.label == label:
            return stage
    in_force = [stage for stage in history.stages if stage.state is VersionState.IN_FORCE]
    standing = [stage for stage in history.stages if stage.state is not VersionState.WITHDRAWN]
    return (in_force or standing or list(history.stages))[-1]


def _before(history: DocumentHistoryView, chosen: VersionStageView) -> VersionStageView | None:
    """The version before the chosen one, with which it is compared."""
    standing: Sequence[VersionStageView] = [
        stage for stage in history.stages if stage is chosen or stage.state is not VersionState.WITHDRAWN
    ]
    at = next(index for index, stage in enumerate(standing) if stage is chosen)
    return standing[at - 1] if at else None


def _one_of(text: object, known: Collection[str]) -> str:
    return text if isinstance(text, str) and text in known else ""


def _number(text: str) -> int:
    return min(int(text), 1_000_000) if text.isdecimal() else 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today()
