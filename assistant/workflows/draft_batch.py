"""Draft plans for many customers: ask for a batch, and draft its requests a few at a time."""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import structlog

from assistant.audit.model import AuditEvent
from assistant.clock import Clock
from assistant.errors import Conflict, Invalid, NotFound, NotPermitted, Unavailable
from assistant.identity.ids import new_id
from assistant.identity.model import SYSTEM, Actor, Role
from assistant.plans.model import (
    BatchAction,
    BatchBudget,
    BatchChoice,
    BatchState,
    ChoiceKind,
    PlanBatch,
    PlanRequest,
)
from assistant.segments.model import Behaviour, LifeCycle, Value
from assistant.storage import Storage, UnitOfWork
from assistant.workflows.prepare_plan import PlanSource, PreparedPlan, PreparePlan
from knowledge.customers.model import Scope

PLANS_OF_A_CHUNK = 50
"""So many plans are kept at once; a kill loses no more than these, and they are drafted again."""
_MINUTE = timedelta(minutes=1)
_LOOKS_EVERY_SECONDS = 1.0
_HEADQUARTERS = frozenset({Role.OPERATIONS, Role.ADMINISTRATOR, Role.SYSTEM})
_Kind = TypeVar("_Kind", Value, LifeCycle, Behaviour)
_NAMES = tuple(each.value for sort in (Value, LifeCycle, Behaviour) for each in sort)
_LABELS = tuple(each.label for sort in (Value, LifeCycle, Behaviour) for each in sort)
_KINDS = frozenset((*_NAMES, *_LABELS))
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DraftBatch:
    """Ask for plans of one's own customers, or of everybody's at headquarters; each is its own advisor's to decide.

    Whoever has a plan on its way already is left out. Customers of one advisor follow each other, to be read at once.
    """

    storage: Storage
    enqueue: Callable[[str, str], None]
    clock: Clock

    def __call__(self, chosen: BatchChoice, *, by: Actor, budget: BatchBudget | None = None) -> PlanBatch:
        now = self.clock.now()
        budget = budget or BatchBudget()
        _refuse_senseless(budget)
        with self.storage.unit_of_work() as work:
            customers = _customers(work, chosen, by)
            waiting = work.plans.customers_waiting()
            wanted = sorted(
                ((customer, advisor) for customer, advisor in customers if customer not in waiting),
                key=lambda pair: (pair[1], pair[0]),
            )
            if not wanted:
                raise Invalid(
                    "选中的客户都已有方案正在生成，请稍后再看。" if customers else "没有符合条件的客户，请换一个范围。"
                )
            batch = PlanBatch(
                id=new_id("batch"),
                requested_by=by.id,
                chosen=chosen,
                state=BatchState.RUNNING,
                total=len(wanted),
                budget=budget,
                error=None,
                created_at=now,
            )
            work.plan_batches.add(batch)
            work.plans.add_all(
                PlanRequest.queued(customer, advisor_id=advisor, at=now, batch_id=batch.id, place=place)
                for place, (customer, advisor) in enumerate(wanted)
            )
            work.audit.add(
                AuditEvent.BATCH_REQUESTED,
                actor=by,
                subject=f"batch:{batch.id}",
                detail={"kind": chosen.kind.value, "value": chosen.value, "total": batch.total},
                at=now,
            )
        for chunk in chunks_of(batch, range(batch.total)):
            self.enqueue("plans", chunk.key)
        return batch


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Some requests of a batch that follow each other, in one round of it."""

    batch_id: str
    round: int
    first: int
    count: int

    @property
    def key(self) -> str:
        """What the job engine calls it."""
        return f"{self.batch_id}/{self.round}/{self.first}/{self.count}"

    @classmethod
    def of(cls, key: str) -> "Chunk":
        """Read a key."""
        batch_id, turn, first, count = key.split("/")
        return cls(batch_id=batch_id, round=int(turn), first=int(first), count=int(count))

    @property
    def singles(self) -> tuple["Chunk", ...]:
        """The same requests one by one."""
        return tuple(
            Chunk(batch_id=self.batch_id, round=self.round, first=self.first + place, count=1)
            for place in range(self.count)
        )


def chunks_of(batch: PlanBatch, places: Sequence[int]) -> tuple[Chunk, ...]:
    """The chunks that hold these places of the batch, in order."""
    firsts = sorted({place - place % PLANS_OF_A_CHUNK for place in places})
    return tuple(Chunk(batch_id=batch.id, round=batch.round, first=first, count=PLANS_OF_A_CHUNK) for first in firsts)


@dataclass(frozen=True, slots=True)
class _Drafted:
    """What came of one request: a plan, or why there is none."""

    request: PlanRequest
    prepared: PreparedPlan | None
    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class DraftPlans:
    """The job behind a chunk. Safe to call again: a request that is finished stays as it is.

    The extractive writer's plans are kept together at the end; one by one where each costs money or has to wait.
    """

    storage: Storage
    prepare: PreparePlan
    yuan_per_1000_tokens: float
    clock: Clock
    sleep: Callable[[float], None] = time.sleep

    def __call__(self, key: str) -> None:
        chunk = Chunk.of(key)
        with self.storage.reading() as work:
            requests = work.plan_batches.requests(chunk.batch_id, first=chunk.first, count=chunk.count)
            limited = work.plan_batches.get(chunk.batch_id).budget.plans_a_minute is not None
        at_once = self.prepare.model is None and not limited
        sources = self.prepare.sources(requests) if at_once else {}
        drafted: list[_Drafted] = []
        for request in requests:
            if not self._may_go_on(chunk):
                break
            drafted.append(self._attempt(request, sources.get(request.id)))
            if not at_once:
                self._keep(drafted)
                drafted = []
        self._keep(drafted)
        self._finish(chunk.batch_id)

    def unfinished(self) -> tuple[str, ...]:
        """Keys of the chunks that are still to be done."""
        with self.storage.reading() as work:
            running = work.plan_batches.running()
            places = {batch.id: work.plan_batches.open_places(batch.id) for batch in running}
        return tuple(chunk.key for batch in running for chunk in chunks_of(batch, places[batch.id] or range(1)))

    def idle(self) -> bool:
        """Whether no batch is being worked on."""
        with self.storage.reading() as work:
            return not work.plan_batches.running()

    def give_up(self, key: str) -> None:
        """Fail the requests of a chunk whose drafting ended its process."""
        chunk = Chunk.of(key)
        with self.storage.unit_of_work() as work:
            for request in work.plan_batches.requests(chunk.batch_id, first=chunk.first, count=chunk.count):
                self.prepare.fail(work, request, Unavailable("生成这份方案时进程意外中止，请联系管理员查看日志。"))
        self._finish(chunk.batch_id)

    def _attempt(self, request: PlanRequest, source: PlanSource | None) -> _Drafted:
        """One customer's trouble is nobody else's."""
        try:
            return _Drafted(request, self.prepare.draft(request, source))
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - the edge of one plan of many: it is told, and the rest go on
            return _Drafted(request, None, error)

    def _keep(self, drafted: Sequence[_Drafted]) -> None:
        if not drafted:
            return
        try:
            with self.storage.unit_of_work() as work:
                for each in drafted:
                    self._keep_one(work, each)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - one plan that cannot be kept must not take the others with it
            _log.warning("plans are kept one by one", reason=type(error).__name__)
            for each in drafted:
                self._keep_alone(each)
        self.prepare.follow_changes([each.prepared for each in drafted if each.prepared is not None])

    def _keep_alone(self, drafted: _Drafted) -> None:
        try:
            with self.storage.unit_of_work() as work:
                self._keep_one(work, drafted)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - as above
            with self.storage.unit_of_work() as work:
                self.prepare.fail(work, drafted.request, error)

    def _keep_one(self, work: UnitOfWork, drafted: _Drafted) -> None:
        if drafted.prepared is not None:
            self.prepare.keep(work, drafted.prepared)
        elif drafted.error is not None:
            self.prepare.fail(work, drafted.request, drafted.error)

    def _may_go_on(self, chunk: Chunk) -> bool:
        """Whether the batch still runs, within its budget; waits where it is too fast."""
        while True:
            with self.storage.reading() as work:
                batch = work.plan_batches.get(chunk.batch_id)
                spent = self._spent(work, batch)
                waits = self._too_fast(work, batch)
            if batch.state is not BatchState.RUNNING or batch.round != chunk.round:
                return False
            if spent is not None:
                self._pause(batch, spent)
                return False
            if not waits:
                return True
            self.sleep(_LOOKS_EVERY_SECONDS)

    def _spent(self, work: UnitOfWork, batch: PlanBatch) -> str | None:
        """Why the budget allows no more, in Chinese."""
        budget = batch.budget
        if self.prepare.model is None or (budget.tokens is None and budget.yuan is None):
            return None
        tokens = work.plan_batches.tokens(batch.id)
        if budget.tokens is not None and tokens >= budget.tokens:
            return f"已用 {tokens} 个 token，达到预算 {budget.tokens}。提高预算后可以继续。"
        yuan = tokens * self.yuan_per_1000_tokens / 1000
        if budget.yuan is not None and yuan >= budget.yuan:
            return f"已用约 {yuan:.2f} 元，达到预算 {budget.yuan:.2f} 元。提高预算后可以继续。"
        return None

    def _too_fast(self, work: UnitOfWork, batch: PlanBatch) -> bool:
        limit = batch.budget.plans_a_minute
        if limit is None:
            return False
        return work.plan_batches.finished_since(batch.id, self.clock.now() - _MINUTE) >= limit

    def _pause(self, batch: PlanBatch, reason: str) -> None:
        now = self.clock.now()
        try:
            with self.storage.unit_of_work() as work:
                work.plan_batches.move(batch, BatchAction.PAUSE, at=now, error=reason)
                work.audit.add(
                    AuditEvent.BATCH_PAUSED,
                    actor=SYSTEM,
                    subject=f"batch:{batch.id}",
                    detail={"reason": reason},
                    at=now,
                )
        except Conflict:
            return  # another worker was quicker

    def _finish(self, batch_id: str) -> None:
        """The batch comes to its end with its last request."""
        with self.storage.reading() as work:
            batch = work.plan_batches.get(batch_id)
            if batch.state not in (BatchState.RUNNING, BatchState.PAUSED) or work.plan_batches.open_places(batch_id):
                return
        now = self.clock.now()
        try:
            with self.storage.unit_of_work() as work:
                work.plan_batches.move(batch, BatchAction.FINISH, at=now)
                counts = work.plan_batches.progress(batch_id, since=now).counts
                work.audit.add(
                    AuditEvent.BATCH_FINISHED,
                    actor=SYSTEM,
                    subject=f"batch:{batch_id}",
                    detail={state.value: count for state, count in sorted(counts.items())},
                    at=now,
                )
        except Conflict:
            return  # another worker was quicker


def _refuse_senseless(budget: BatchBudget) -> None:
    for limit in (budget.tokens, budget.yuan, budget.plans_a_minute):
        if limit is not None and limit <= 0:
            raise Invalid("预算须大于零；不设上限时请留空。")


def _customers(work: UnitOfWork, chosen: BatchChoice, by: Actor) -> tuple[tuple[str, str], ...]:
    """Ids of the chosen customers with the ids of their advisors."""
    scope = _scope(work, chosen, by)
    assigned = work.customers.assignments(scope=scope)
    if chosen.kind is not ChoiceKind.SEGMENT:
        return assigned
    members = frozenset(_members(work, chosen.value or "", scope))
    return tuple(pair for pair in assigned if pair[0] in members)


def _members(work: UnitOfWork, segment: str, scope: Scope) -> tuple[str, ...]:
    """Customers of a segment: kinds by name or label, one of each sort at most, joined by 「·」 as a label is."""
    words = [word for part in re.split(r"[·.,，、/]", segment) if (word := part.strip())]
    unknown = [word for word in words if word not in _KINDS]
    if unknown or not words:
        known = "、".join(f"{label}（{name}）" for label, name in zip(_LABELS, _NAMES, strict=True))
        raise Invalid(f"没有「{'·'.join(unknown)}」这个客群。可用的有：{known}。")
    return work.segments.members(
        scope=scope, value=_one(Value, words), life_cycle=_one(LifeCycle, words), behaviour=_one(Behaviour, words)
    )


def _one(sort: type[_Kind], words: Sequence[str]) -> _Kind | None:
    found = [each for each in sort if each.value in words or each.label in words]
    if len(found) > 1:
        raise Invalid(f"{'、'.join(each.label for each in found)}是同类的客群，请只写一个。")
    return found[0] if found else None


def _scope(work: UnitOfWork, chosen: BatchChoice, by: Actor) -> Scope:
    if by.role is Role.ADVISOR:
        if chosen.kind is ChoiceKind.ADVISOR and chosen.value not in (None, by.id):
            raise NotPermitted("只能为自己服务的客户批量生成方案。")
        return by.scope
    if by.role not in _HEADQUARTERS:
        raise NotPermitted("您的角色不能批量生成一人一策。")
    if chosen.kind is not ChoiceKind.ADVISOR:
        return Scope.everyone()
    if chosen.value is None:
        raise Invalid("请写明是哪位投资顾问的客户。")
    advisor = work.accounts.by_username(chosen.value)
    actor = advisor.actor if advisor is not None else work.accounts.get(chosen.value).actor
    if actor.role is not Role.ADVISOR:
        raise NotFound("没有这位投资顾问。")
    return Scope.of_advisor(actor.id)
