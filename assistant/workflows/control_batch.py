"""Follow a batch of plans, pause it, let it go on, or cancel it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.audit.model import AuditEvent
from assistant.clock import Clock
from assistant.errors import NotPermitted
from assistant.identity.model import Actor, Role
from assistant.plans.model import (
    BatchAction,
    BatchBudget,
    BatchProgress,
    BatchState,
    PlanBatch,
    PlanRequest,
)
from assistant.storage import Storage
from assistant.workflows.draft_batch import chunks_of

_MINUTE = timedelta(minutes=1)
_EVENTS = {
    BatchAction.PAUSE: AuditEvent.BATCH_PAUSED,
    BatchAction.RESUME: AuditEvent.BATCH_RESUMED,
    BatchAction.CANCEL: AuditEvent.BATCH_CANCELLED,
}
_SEES_CUSTOMERS = frozenset({Role.ADVISOR, Role.SYSTEM})
_HEADQUARTERS = frozenset({Role.OPERATIONS, Role.ADMINISTRATOR, Role.SYSTEM})


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedBatch:
    """A batch, how far it is, and what did not come about (to the advisor who asked for it)."""

    batch: PlanBatch
    progress: BatchProgress
    failed: tuple[PlanRequest, ...]
    plans_a_second: float
    """Over the last minute, or since the beginning where that is shorter."""

    @property
    def seconds_left(self) -> float | None:
        """At the present speed; ``None`` while nothing moves."""
        if self.batch.state is not BatchState.RUNNING or not self.plans_a_second:
            return None
        return self.progress.left / self.plans_a_second


@dataclass(frozen=True, slots=True)
class FollowBatches:
    """One's own batches; headquarters sees all, without the customers behind them."""

    storage: Storage
    clock: Clock

    def __call__(self, batch_id: str, *, by: Actor) -> FollowedBatch:
        now = self.clock.now()
        with self.storage.reading() as work:
            batch = work.plan_batches.get(batch_id, requested_by=own_only(by))
            progress = work.plan_batches.progress(batch_id, since=now - _MINUTE)
            failed = work.plan_batches.failed(batch_id) if by.role in _SEES_CUSTOMERS else ()
        return FollowedBatch(batch=batch, progress=progress, failed=failed, plans_a_second=_speed(batch, progress, now))

    def newest(self, *, by: Actor) -> tuple[PlanBatch, ...]:
        """The newest first."""
        with self.storage.reading() as work:
            return work.plan_batches.find(requested_by=own_only(by))


@dataclass(frozen=True, slots=True)
class ControlBatch:
    """What the table of a batch allows; by whoever asked for it, or by headquarters."""

    storage: Storage
    enqueue: Callable[[str, str], None]
    clock: Clock

    def __call__(
        self, batch_id: str, action: BatchAction, *, by: Actor, budget: BatchBudget | None = None
    ) -> PlanBatch:
        """``budget`` takes the place of the old one when the batch goes on."""
        if action not in _EVENTS:
            raise NotPermitted("批次在全部处理之后自行完成。")
        now = self.clock.now()
        with self.storage.unit_of_work() as work:
            batch = work.plan_batches.get(batch_id, requested_by=own_only(by))
            if budget is not None:
                work.plan_batches.change_budget(batch_id, budget)
            batch = work.plan_batches.move(batch, action, at=now)
            work.audit.add(_EVENTS[action], actor=by, subject=f"batch:{batch_id}", detail={}, at=now)
            places = work.plan_batches.open_places(batch_id) if action is BatchAction.RESUME else ()
        for chunk in chunks_of(batch, places):
            self.enqueue("plans", chunk.key)
        return batch


def own_only(by: Actor) -> str | None:
    """Whose batches this actor may see; ``None``: everybody's."""
    if by.role is Role.ADVISOR:
        return by.id
    if by.role in _HEADQUARTERS:
        return None
    raise NotPermitted("您的角色不能查看批量生成的进度。")


def _speed(batch: PlanBatch, progress: BatchProgress, now: datetime) -> float:
    seconds = min(_MINUTE, max(now - batch.created_at, timedelta(seconds=1))).total_seconds()
    return progress.finished_lately / seconds
