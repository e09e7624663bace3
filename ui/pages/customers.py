"""客户: find somebody in the own book, see the whole picture, and have a plan drafted."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import gradio as gr

from api.schemas.actions import NextActionView
from api.schemas.cases import CaseRow
from api.schemas.customers import CustomerDetailView
from api.schemas.demand import DemandView
from api.schemas.plans import PlanRequestView
from api.schemas.terms import (
    DRAFT_KIND_LABELS,
    REPORTS,
    CustomerSort,
    DraftKind,
    PlanState,
    RiskLevel,
)
from ui.addresses import address, number
from ui.allocation import allocation_of
from ui.client import ApiError
from ui.pages import customer_insistences
from ui.panels import Caller, Kit, Update, Wiring, frame, panel
from ui.portrait import asset_chart, drawdown_chart, fact_groups, flow_chart, key_figures, line_of, targets
from ui.proof import proof_of_reference
from ui.rendering import today
from ui.segments import SEGMENT_CHOICES, chosen_segment

PAGE_SIZE = 20
_EXPIRING_DAYS = (30, 90, 180)
_EXPIRED = "expired"
_EXPIRING = frozenset({_EXPIRED, *(str(days) for days in _EXPIRING_DAYS)})
_SHOWN_CASES = 5
_LONGEST_TEXT = 60
_POLL_SECONDS = 0.7
_POLLS = 600

SORTS = {
    CustomerSort.NAME: "姓名",
    CustomerSort.ASSETS: "资产从高到低",
    CustomerSort.ASSESSMENT: "测评先到期在前",
    CustomerSort.LAST_CONTACT: "最久未联系在前",
    CustomerSort.MARGIN: "维持担保比例从低到高",
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to."""

    text: str = ""
    risk_level: str = ""
    expiring: str = ""
    tag: str = ""
    segment: Mapping[str, str] = field(default_factory=dict)
    """Of 「value」, 「life_cycle」 and 「behaviour」 those that are chosen."""
    sort: str = CustomerSort.ASSETS.value
    offset: int = 0

    @classmethod
    def of(cls, told: Mapping[str, str]) -> "Filters":
        """As the form or the address tells them; what is not a choice counts as none."""
        levels, sorts = {item.value for item in RiskLevel}, {item.value for item in SORTS}
        return cls(
            text=told.get("text", "")[:_LONGEST_TEXT],
            risk_level=told.get("risk_level", "") if told.get("risk_level") in levels else "",
            expiring=told.get("expiring", "") if told.get("expiring") in _EXPIRING else "",
            tag=told.get("tag", "")[:_LONGEST_TEXT],
            segment=chosen_segment(told),
            sort=told["sort"] if told.get("sort") in sorts else CustomerSort.ASSETS.value,
            offset=number(told.get("offset", "")),
        )

    @property
    def address(self) -> str:
        """Where this stretch of the list is found again."""
        told: dict[str, str | int] = {
            "text": self.text,
            "risk_level": self.risk_level,
            "expiring": self.expiring,
            "tag": self.tag,
            **self.segment,
            "sort": "" if self.sort == CustomerSort.ASSETS.value else self.sort,
            "offset": self.offset,
        }
        return address("/customers", told)

    @property
    def any(self) -> bool:
        """Whether something is left out."""
        return bool(self.text or self.risk_level or self.expiring or self.tag or self.segment)

    def query(self, day: date) -> dict[str, str | int | bool | date | None]:
        """As the API takes them."""
        soon = self.expiring and self.expiring != _EXPIRED
        return {
            "text": self.text,
            "risk_level": self.risk_level,
            "tag": self.tag,
            "expired": True if self.expiring == _EXPIRED else None,
            "expiring_before": day + timedelta(days=int(self.expiring)) if soon else None,
            "sort": self.sort,
            "limit": PAGE_SIZE,
            "offset": self.offset,
            **self.segment,
        }


@dataclass(frozen=True, slots=True)
class CustomersState:
    """What one open customers page knows."""

    filters: Filters = field(default_factory=Filters)
    customer_id: str | None = None


def build(kit: Kit, pages: gr.Blocks) -> None:
    """Place the page's panels and wire them."""
    parts = frame()
    state = gr.State(CustomersState())
    main = panel("yc-customers", classes="yc-main", busy=True, overlapping=True)
    insisting = panel("yc-insisting", classes="yc-main", overlapping=True)
    progress = panel("yc-progress", overlapping=True)
    proof = panel("yc-proof", classes="yc-drawer", overlapping=True)
    view = _View(state, main, insisting, progress, proof)
    outputs = [state, main, insisting, progress, proof]
    wiring = Wiring(kit=kit, page=pages, path="/customers", frame=parts, state=state, outputs=outputs)
    wiring.load(view.open)
    wiring.act(main, insisting, progress, proof, acting=view.act)


@dataclass(frozen=True, slots=True)
class _View:
    state: gr.State
    main: gr.HTML
    insisting: gr.HTML
    progress: gr.HTML
    proof: gr.HTML

    def open(self, caller: Caller) -> Iterator[Update]:
        try:
            if customer_id := caller.query.get("id"):
                yield from self._portrait(caller, CustomersState(), customer_id)
            else:
                yield from self._list(caller, CustomersState(filters=Filters.of(caller.query)))
        except ApiError as error:
            if error.expired:
                raise
            yield {self.main: caller.render("parts/missing", error=error)}

    def act(self, caller: Caller, state: CustomersState) -> Iterator[Update]:
        match caller.text("act"):
            case "filter":
                yield from self._list(caller, CustomersState(filters=replace(Filters.of(caller.texts), offset=0)))
            case "page":
                filters = replace(state.filters, offset=number(caller.text("offset")))
                yield from self._list(caller, CustomersState(filters=filters))
            case "back":
                yield from self._list(caller, CustomersState(filters=state.filters))
            case "open":
                yield from self._portrait(caller, state, caller.text("customer"))
            case "plan" if state.customer_id:
                kind = caller.text("kind") or DraftKind.PLAN.value
                yield from self._follow(caller, caller.client.request_plan(state.customer_id, kind=kind))
            case act if act in customer_insistences.ACTS and state.customer_id:
                customer_insistences.done(caller, state.customer_id)
                yield self._insisting(caller, state.customer_id)
            case "cite":
                proof = proof_of_reference(caller.client, caller.text("source"))
                yield {self.proof: caller.render("parts/proof", proof=proof, closable=True)}
            case "close":
                yield {self.proof: ""}

    def _list(self, caller: Caller, state: CustomersState) -> Iterator[Update]:
        page = caller.client.customers(**state.filters.query(today()))
        last = max(page.total - 1, 0) // PAGE_SIZE * PAGE_SIZE
        if not page.items and last < state.filters.offset:
            yield from self._list(caller, replace(state, filters=replace(state.filters, offset=last)))
            return
        html = caller.render(
            "customers/list",
            page=page,
            filters=state.filters,
            levels=[item.value for item in RiskLevel],
            sorts={sort.value: label for sort, label in SORTS.items()},
            expiring_days=_EXPIRING_DAYS,
            tags=caller.client.tags(),
            segments=SEGMENT_CHOICES,
            soon=today() + timedelta(days=90),
        )
        yield {self.state: state, self.main: html, self.insisting: "", self.progress: "", self.proof: ""}

    def _portrait(self, caller: Caller, state: CustomersState, customer_id: str) -> Iterator[Update]:
        detail = caller.client.customer(customer_id)
        cases = caller.client.cases(customer_id=customer_id, newest=True, limit=_SHOWN_CASES)
        html = portrait_html(
            caller,
            detail,
            demand=caller.client.demand(customer_id),
            actions=caller.client.actions_of(customer_id),
            cases=cases.items,
        )
        yield {
            self.state: replace(state, customer_id=customer_id),
            self.main: html,
            self.progress: "",
            self.proof: "",
        }
        yield self._insisting(caller, customer_id)
        if detail.open_plan is not None:
            yield from self._follow(caller, detail.open_plan)

    def _insisting(self, caller: Caller, customer_id: str) -> Update:
        items = caller.client.insistences(customer_id)
        return {self.insisting: customer_insistences.customer_html(caller, items)}

    def _follow(self, caller: Caller, plan: PlanRequestView) -> Iterator[Update]:
        for _ in range(_POLLS):
            yield {self.progress: caller.render("customers/progress", plan=plan)}
            if plan.state in (PlanState.DONE, PlanState.FAILED):
                return
            time.sleep(_POLL_SECONDS)
            plan = caller.client.plan(plan.id)


def portrait_html(
    caller: Caller,
    detail: CustomerDetailView,
    *,
    demand: DemandView,
    actions: Sequence[NextActionView] = (),
    cases: Sequence[CaseRow] = (),
) -> str:
    """The whole picture of one customer."""
    return caller.render(
        "customers/portrait",
        detail=detail,
        demand=demand,
        actions=actions,
        cases=cases,
        shares=allocation_of(detail),
        figures=key_figures(detail.facts),
        groups=fact_groups(detail.facts),
        targets=targets(detail.facts),
        charts={
            "assets": asset_chart(detail),
            "drawdown": drawdown_chart(detail),
            "flows": flow_chart(detail),
        },
        told={"assets": line_of(detail.series.assets), "drawdown": line_of(detail.series.drawdown)},
        reports=[(kind.value, DRAFT_KIND_LABELS[kind]) for kind in DraftKind if kind in REPORTS],
        soon=today() + timedelta(days=90),
    )
