"""An advisor's list of next best actions: look at it, and say what became of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from assistant.audit.model import AuditEvent
from assistant.clock import SHANGHAI, Clock
from assistant.errors import NotPermitted
from assistant.identity.model import Actor, Role
from assistant.next_actions.catalogue import KINDS
from assistant.next_actions.model import Action, ActionState, CustomerActions, Verdict
from assistant.storage import Storage
from assistant.storage.unit_of_work import UnitOfWork
from knowledge.customers.model import CustomerSummary

_SECTIONS = range(1, 5)
_WORDS_TO_SAY = "参考话术"
"""Heading of the section of a script that is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """An approved script for a conversation."""

    reference: str
    title: str
    text: str
    """The section with the words to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayEntry:
    """A customer on the list, with the actions and the scripts that help."""

    customer: CustomerSummary
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A stretch of the list."""

    as_of: date
    entries: tuple[DayEntry, ...]
    total: int
    """Customers with an action of the chosen state and kind."""
    counts: Mapping[str, int]
    """Open actions by kind."""
    decided_today: Mapping[ActionState, int]
    planned_at: datetime | None
    planning: bool
    scripts: Mapping[str, Script]
    """By kind of action, only those approved today."""


@dataclass(frozen=True, slots=True)
class BrowseDay:
    """Advisors only, their own book."""

    storage: Storage
    clock: Clock

    def __call__(
        self,
        by: Actor,
        *,
        kind: str | None = None,
        state: ActionState = ActionState.OPEN,
        limit: int = 50,
        offset: int = 0,
    ) -> Day:
        _must_be_advisor(by)
        today = self.clock.today()
        with self.storage.reading() as work:
            found, total = work.next_actions.page(by.id, on=today, kind=kind, state=state, limit=limit, offset=offset)
            summaries = work.customers.summaries([each.customer_id for each in found], scope=by.scope, as_of=today)
            return Day(
                as_of=today,
                entries=tuple(_entry(each, summaries) for each in found if each.customer_id in summaries),
                total=total,
                counts=work.next_actions.counts(by.id, on=today),
                decided_today=work.next_actions.decided_since(by.id, _midnight(today)),
                planned_at=work.next_actions.planned_at(by.id),
                planning=work.next_actions.is_planning(by.id),
                scripts=_scripts(work, found, today, by),
            )

    def of_customer(self, customer_id: str, by: Actor) -> tuple[Action, ...]:
        """Open actions for one customer of the own book, the best first."""
        _must_be_advisor(by)
        with self.storage.reading() as work:
            work.customers.advisor_of(customer_id, scope=by.scope)
            return work.next_actions.of_customer(customer_id, on=self.clock.today())


@dataclass(frozen=True, slots=True)
class DecideAction:
    """Done, not relevant, put off, or taken back; each verdict leaves a trace and teaches the order of later days."""

    storage: Storage
    clock: Clock

    def __call__(self, customer_id: str, key: str, verdict: Verdict, *, by: Actor, until: date | None = None) -> Action:
        _must_be_advisor(by)
        now = self.clock.now()
        with self.storage.unit_of_work() as work:
            work.customers.advisor_of(customer_id, scope=by.scope)
            action = work.next_actions.get(customer_id, key, advisor_id=by.id)
            decided = action.after(verdict, today=self.clock.today(), at=now, until=until)
            work.next_actions.save(decided, verdict=verdict, at=now)
            work.audit.add(
                AuditEvent.ACTION_DECIDED,
                actor=by,
                subject=f"customer:{customer_id}",
                detail={"key": key, "verdict": verdict.value, "until": until.isoformat() if until else None},
                at=now,
            )
        return decided


def _entry(found: CustomerActions, summaries: Mapping[str, CustomerSummary]) -> DayEntry:
    return DayEntry(customer=summaries[found.customer_id], actions=found.actions)


def _scripts(work: UnitOfWork, found: tuple[CustomerActions, ...], today: date, by: Actor) -> Mapping[str, Script]:
    kinds = {action.proposal.kind for each in found for action in each.actions}
    wanted = {kind: KINDS[kind].script or "" for kind in kinds if kind in KINDS and KINDS[kind].script}
    usable = work.script_approvals.usable(today)
    scripts: dict[str, Script] = {}
    sections = [f"{document}:{number}" for document in sorted(set(wanted.values())) for number in _SECTIONS]
    for provision in work.documents.provisions_on(sections, today):
        ref = provision.ref
        approved = (ref.document_id, ref.version) in usable
        if approved and by.may_read(provision) and provision.heading == _WORDS_TO_SAY:
            scripts[ref.document_id] = Script(reference=str(ref), title=provision.document_title, text=provision.text)
    return {kind: scripts[document] for kind, document in wanted.items() if document in scripts}


def _must_be_advisor(by: Actor) -> None:
    if by.role is not Role.ADVISOR:
        raise NotPermitted("今日待办只供投资顾问使用。")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=SHANGHAI)
