"""Ask for a plan or a report, and follow how far it is; the job drafts it."""

from collections.abc import Callable
from dataclasses import dataclass

from assistant.audit.model import AuditEvent
from assistant.clock import Clock
from assistant.drafting.letters import LETTERS
from assistant.drafting.model import DraftKind
from assistant.errors import Conflict, Invalid, NotPermitted
from assistant.identity.model import Actor, Role
from assistant.plans.model import PlanRequest
from assistant.storage import Storage


@dataclass(frozen=True, slots=True)
class RequestPlan:
    """One open request a customer and kind: asking again while it is being drafted gives the same request."""

    storage: Storage
    enqueue: Callable[[str, str], None]
    clock: Clock

    def __call__(self, customer_id: str, *, kind: DraftKind = DraftKind.PLAN, by: Actor) -> PlanRequest:
        if by.role is not Role.ADVISOR:
            raise NotPermitted("只有投资顾问可以生成一人一策和客户报告。")
        if kind not in LETTERS:
            raise Invalid("这类文稿不能按客户生成，请选择一人一策或者一种报告。")
        try:
            request = self._opened(customer_id, kind, by)
        except Conflict:  # somebody was quicker by a moment
            request = self._opened(customer_id, kind, by)
        self.enqueue("plan", request.id)
        return request

    def _opened(self, customer_id: str, kind: DraftKind, by: Actor) -> PlanRequest:
        now = self.clock.now()
        with self.storage.unit_of_work() as work:
            work.customers.get(customer_id, scope=by.scope, as_of=self.clock.today())
            request = work.plans.open_for(customer_id, kind=kind.value)
            if request is None:
                request = PlanRequest.queued(customer_id, advisor_id=by.id, at=now, kind=kind.value)
                work.plans.add(request)
                work.audit.add(
                    AuditEvent.PLAN_REQUESTED,
                    actor=by,
                    subject=f"customer:{customer_id}",
                    detail={"request": request.id, "kind": kind.value},
                    at=now,
                )
        return request


@dataclass(frozen=True, slots=True)
class FollowPlan:
    """How far a request is."""

    storage: Storage

    def __call__(self, request_id: str, *, by: Actor) -> PlanRequest:
        with self.storage.reading() as work:
            return work.plans.get(request_id, advisor_id=by.id)
