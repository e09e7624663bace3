"""知识库: search as of a day, the list of documents, and one document with its versions and provisions."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

import gradio as gr

from api.schemas.library import VersionView
from api.schemas.terms import KIND_LABELS, Kind
from ui.client import ApiError
from ui.panels import Caller, Kit, Update, Wiring, frame, panel
from ui.proof import badges_of
from ui.rendering import today


@dataclass(frozen=True, slots=True)
class LibraryFilters:
    """What is looked for."""

    text: str = ""
    kind: str = ""
    as_of: date = field(default_factory=today)
    everything: bool = False
    """Also documents that are not in force on the day."""

    @classmethod
    def of(cls, caller: Caller) -> "LibraryFilters":
        """As the form sent them."""
        return cls(
            text=caller.text("text"),
            kind=caller.text("kind") if caller.text("kind") in {item.value for item in Kind} else "",
            as_of=_day(caller.text("as_of")),
            everything=bool(caller.text("everything")),
        )


@dataclass(frozen=True, slots=True)
class LibraryState:
    """What one open library page knows."""

    filters: LibraryFilters = field(default_factory=LibraryFilters)


def build(kit: Kit, pages: gr.Blocks) -> None:
    """Place the page's panels and wire them."""
    parts = frame()
    state = gr.State(LibraryState())
    main = panel("yc-library", classes="yc-main", busy=True)
    view = _View(state, main)
    outputs = [state, main]
    wiring = Wiring(kit=kit, page=pages, path="/library", frame=parts, state=state, outputs=outputs)
    wiring.load(view.open)
    wiring.act(main, acting=view.act)


@dataclass(frozen=True, slots=True)
class _View:
    state: gr.State
    main: gr.HTML

    def open(self, caller: Caller) -> Iterator[Update]:
        reference, document = caller.query.get("ref", ""), caller.query.get("document", "")
        try:
            if ":" in reference:
                yield self._reference(caller, LibraryState(), reference)
            elif document:
                yield self._document(caller, LibraryState(), document, caller.query.get("version", ""))
            else:
                yield self._list(caller, LibraryState())
        except ApiError as error:
            if error.expired:
                raise
            yield {self.main: caller.render("parts/missing", error=error, back="/library")}

    def act(self, caller: Caller, state: LibraryState) -> Iterator[Update]:
        match caller.text("act"):
            case "filter":
                yield self._list(caller, LibraryState(LibraryFilters.of(caller)))
            case "back":
                yield self._list(caller, state)
            case "open":
                yield self._document(caller, state, caller.text("document"), caller.text("version"))
            case "reference":
                yield self._reference(caller, state, caller.text("reference"))
            case "all":
                yield self._list(caller, LibraryState(replace(state.filters, text="")))

    def _list(self, caller: Caller, state: LibraryState) -> Update:
        filters = state.filters
        result = None
        if filters.text:
            chosen = filters.as_of if filters.as_of != today() else None  # the question may name a day itself
            result = caller.client.search(filters.text, as_of=chosen, kind=filters.kind)
        documents = caller.client.documents(
            text=filters.text, kind=filters.kind, in_force_on=None if filters.everything else filters.as_of
        )
        html = caller.render(
            "library/list",
            filters=filters,
            result=result,
            documents=documents,
            kinds={kind.value: label for kind, label in KIND_LABELS.items()},
            badges_of=badges_of,
        )
        return {self.state: state, self.main: html}

    def _reference(self, caller: Caller, state: LibraryState, reference: str) -> Update:
        as_of = None if "@" in reference else state.filters.as_of
        provision = caller.client.provision(reference, as_of=as_of)
        return self._document(caller, state, provision.document_id, provision.version, provision.ref)

    def _document(
        self, caller: Caller, state: LibraryState, document_id: str, label: str, reference: str = ""
    ) -> Update:
        versions = caller.client.versions(document_id)
        chosen = _chosen(versions, label, state.filters.as_of)
        html = caller.render(
            "library/document",
            versions=versions,
            chosen=chosen,
            provisions=caller.client.provisions(document_id, chosen.label),
            reference=reference,
            as_of=state.filters.as_of,
            badges_of=badges_of,
        )
        return {self.state: state, self.main: html}


def _chosen(versions: tuple[VersionView, ...], label: str, day: date) -> VersionView:
    """The asked-for version, else the one in force on the day, else the newest."""
    if not versions:
        raise ApiError("没有找到这份文件。", status=404)
    for version in versions:
        if version.label == label:
            return version
    in_force = (
        version
        for version in versions
        if version.effective_from <= day and (version.effective_to is None or day < version.effective_to)
    )
    return next(in_force, max(versions, key=lambda version: version.effective_from))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today()
