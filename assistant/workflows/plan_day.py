"""Plan an advisor's day: the next best actions across the whole book, found in the background and kept."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from assistant.analysis.diagnosis import observations_of
from assistant.analysis.portrait import Background, portrait_of
from assistant.analysis.suitability import SuitabilityPolicy
from assistant.clock import Clock
from assistant.demand.model import NeedView
from assistant.demand.telling import need_views
from assistant.errors import NotPermitted
from assistant.identity.model import SYSTEM, Actor, Role
from assistant.insistences.model import InsistenceState
from assistant.next_actions.model import Feedback, Proposal
from assistant.next_actions.proposing import Wanted, propose
from assistant.storage import Storage, UnitOfWork
from assistant.workflows.gather_background import gather_background
from assistant.workflows.refresh_tags import refresh_tags
from knowledge.customers.model import CustomerRecord, Scope

_NEXT: Mapping[InsistenceState, str] = {
    InsistenceState.REQUESTED: "客户主动提出要买「{product}」，与其不匹配：须告知不适合并逐项说明理由，不得劝说购买。",
    InsistenceState.TOLD_UNSUITABLE: "已告知客户「{product}」不适合；客户仍然要买的，须作特别书面风险警示。",
    InsistenceState.WARNED: "客户已确认「{product}」的书面风险警示：须追加了解情况，给予考虑时间。",
    InsistenceState.REFLECTING: "客户正在考虑「{product}」：考虑期过后由客户本人确认，不得催促。",
    InsistenceState.PERMITTED: "合规已同意客户坚持购买「{product}」：须增加回访，了解客户的情况有没有变化。",
}
"""What the advisor owes the customer in each state (SUIT:19, 20, 24); in others it is compliance's turn, or over."""
_CHUNK = 200
"""Customers of one unit of work."""


@dataclass(frozen=True, slots=True)
class PlanDay:
    """The job behind a run. Safe to call again: what it finds takes the place of what was there.

    Tags follow the day here too: a book is gone through once a day.
    """

    storage: Storage
    policy: SuitabilityPolicy
    clock: Clock

    def __call__(self, run_id: str) -> None:
        with self.storage.reading() as work:
            advisor_id = work.next_actions.advisor_of(run_id)
            if advisor_id is None:
                return
            ids = work.customers.ids(scope=Scope.of_advisor(advisor_id))
            feedback = work.next_actions.feedback(advisor_id)
        with self.storage.unit_of_work() as work:
            work.next_actions.begin(run_id, customers=len(ids))
        found = sum(self._plan(advisor_id, chunk, feedback) for chunk in _chunks(ids))
        with self.storage.unit_of_work() as work:
            work.next_actions.forget_but(advisor_id, ids)
            work.next_actions.finish(run_id, customers=len(ids), actions=found, at=self.clock.now())

    def due(self) -> tuple[str, ...]:
        """Ids of the runs that are to be done, with one for every advisor who has none today."""
        today = self.clock.today()
        with self.storage.reading() as work:
            missing = sorted(work.customers.advisors(scope=SYSTEM.scope) - work.next_actions.planned(today))
            unfinished = work.next_actions.unfinished()
        if not missing:
            return unfinished
        with self.storage.unit_of_work() as work:
            return (*unfinished, *work.next_actions.request(missing, as_of=today, at=self.clock.now()))

    def _plan(self, advisor_id: str, ids: Sequence[str], feedback: Mapping[str, Feedback]) -> int:
        today, scope = self.clock.today(), Scope.of_advisor(advisor_id)
        with self.storage.reading() as work:
            records = work.customers.records(ids, scope=scope, as_of=today)
            background = gather_background(work, records, as_of=today)
            needs = _needs(work, ids, scope)
            wishes = _wishes(work, ids)
        proposals = {
            record.customer.id: self._proposals(
                record,
                background,
                needs.get(record.customer.id, ()),
                wishes.get(record.customer.id, ()),
                feedback,
                as_of=today,
            )
            for record in records
        }
        with self.storage.unit_of_work() as work:
            refresh_tags(work, as_of=today, policy=self.policy, customer_ids=ids)
            return work.next_actions.keep(advisor_id, proposals, as_of=today, at=self.clock.now())

    def _proposals(
        self,
        record: CustomerRecord,
        background: Background,
        needs: Sequence[NeedView],
        wishes: Sequence[Wanted],
        feedback: Mapping[str, Feedback],
        *,
        as_of: date,
    ) -> tuple[Proposal, ...]:
        portrait = portrait_of(record, as_of=as_of, policy=self.policy, background=background)
        return propose(
            record,
            facts=portrait.facts,
            observations=observations_of(portrait),
            needs=needs,
            wishes=wishes,
            feedback=feedback,
            as_of=portrait.as_of,
        )


@dataclass(frozen=True, slots=True)
class RequestDay:
    """Ask that days be planned anew, because records changed: the advisors' own wish, or after an import."""

    storage: Storage
    enqueue: Callable[[str, str], None]
    clock: Clock

    def __call__(self, advisor_ids: Iterable[str]) -> None:
        with self.storage.unit_of_work() as work:
            waiting = {each for each in advisor_ids if not work.next_actions.is_waiting(each)}
            runs = work.next_actions.request(sorted(waiting), as_of=self.clock.today(), at=self.clock.now())
        for run in runs:
            self.enqueue("day", run)

    def everybody(self) -> None:
        """Every advisor with customers, because scores are new."""
        with self.storage.reading() as work:
            advisors = work.customers.advisors(scope=SYSTEM.scope)
        self(advisors)

    def own(self, by: Actor) -> bool:
        """The advisor's own day; whether it is being planned now."""
        if by.role is not Role.ADVISOR:
            raise NotPermitted("今日待办只供投资顾问使用。")
        self([by.id])
        with self.storage.reading() as work:
            return work.next_actions.is_planning(by.id)


def _needs(work: UnitOfWork, ids: Sequence[str], scope: Scope) -> Mapping[str, tuple[NeedView, ...]]:
    """What a trained model expects; rules alone repeat what observations say."""
    kept = work.demand.active()
    if kept is None:
        return {}
    return {each: need_views(scores, kept.model) for each, scores in work.demand.of(ids, scope=scope).items()}


def _wishes(work: UnitOfWork, ids: Sequence[str]) -> Mapping[str, tuple[Wanted, ...]]:
    """What customers asked for that does not suit, and who insist; see ``Wanted``."""
    found: dict[str, tuple[Wanted, ...]] = {}
    for one in work.insistences.to_attend(ids):
        wanted = Wanted(
            key=f"{one.id}:{one.state}",
            reason=_NEXT[one.state].format(product=one.match.product_name),
        )
        found[one.customer_id] = (*found.get(one.customer_id, ()), wanted)
    return found


def _chunks(ids: Sequence[str]) -> Iterator[list[str]]:
    remaining = iter(ids)
    while chunk := list(islice(remaining, _CHUNK)):
        yield chunk
