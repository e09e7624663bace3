"""The review queue and an advisor's own drafts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from assistant.clock import Clock
from assistant.dispatch.model import Dispatch
from assistant.drafting.model import Draft, DraftKind
from assistant.identity.model import Actor
from assistant.inquiries.model import Inquiry
from assistant.review.model import ReviewAction, ReviewCase, ReviewState, Revision
from assistant.review.standing import Standing, sentences_of, standing_of
from assistant.storage import Storage, UnitOfWork
from assistant.workflows.approve_script import SPOKEN
from assistant.workflows.decide_review import allowed_actions


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """Some cases, with counts over all of the kind that the reader may see."""

    cases: tuple[ReviewCase, ...]
    total: int
    counts: dict[ReviewState, int]
    customer_names: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """One case with what a decider needs beside it. ``first`` is the wording that the writer gave."""

    case: ReviewCase
    first: Revision
    customer_name: str
    dispatches: tuple[Dispatch, ...]
    inquiry: Inquiry | None
    allowed: frozenset[ReviewAction]
    standing: Standing


@dataclass(frozen=True, slots=True)
class BrowseCases:
    """An advisor sees own cases, a reviewer all."""

    storage: Storage
    clock: Clock

    def page(
        self,
        by: Actor,
        *,
        states: Collection[ReviewState] = (),
        kind: DraftKind | None = None,
        customer_id: str | None = None,
        newest: bool = False,
        limit: int = 50,
        offset: int = 0,
    ) -> CasePage:
        """One page of the queue."""
        with self.storage.reading() as work:
            cases, total = work.cases.find(
                by=by, states=states, kind=kind, customer_id=customer_id, newest=newest, limit=limit, offset=offset
            )
            names = work.customers.names({case.customer_id for case in cases}, scope=by.scope)
            return CasePage(cases=cases, total=total, counts=work.cases.counts(by=by, kind=kind), customer_names=names)

    def view(self, case_id: str, *, by: Actor) -> CaseView:
        """One case, whole."""
        with self.storage.reading() as work:
            case = work.cases.get(case_id, by=by)
            names = work.customers.names({case.customer_id}, scope=by.scope)
            first = work.cases.revision(case_id, 1, by=by)
            return CaseView(
                case=case,
                first=first,
                customer_name=names.get(case.customer_id, case.customer_id),
                dispatches=work.dispatches.of_case(case_id),
                inquiry=work.inquiries.get(case.inquiry_id) if case.inquiry_id is not None else None,
                allowed=allowed_actions(case, by),
                standing=_standing(work, case.revision.draft, first.draft, self.clock.today()),
            )


def _standing(work: UnitOfWork, draft: Draft, first: Draft, today: date) -> Standing:
    """Scripts are read only where something does not stand without them."""
    without = standing_of(draft, first, ())
    return standing_of(draft, first, _approved_sentences(work, today)) if without.exceptions else without


def _approved_sentences(work: UnitOfWork, today: date) -> tuple[str, ...]:
    """What staff may say today, sentence by sentence."""
    return tuple(
        sentence
        for document_id, label in sorted(work.script_approvals.usable(today))
        for provision in work.documents.provisions_of(document_id, label)
        if provision.heading.strip() == SPOKEN and provision.in_force_on(today)
        for sentence in sentences_of(provision.text)
    )
