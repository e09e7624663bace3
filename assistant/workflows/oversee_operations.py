"""What headquarters sees of the work: counts, never persons."""

from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from assistant.audit.model import AuditEvent
from assistant.clock import Clock
from assistant.errors import NotPermitted
from assistant.identity.model import SYSTEM, Actor, Role
from assistant.review.model import ReviewState
from assistant.storage import Storage

_MAY = frozenset({Role.OPERATIONS, Role.ADMINISTRATOR, Role.REVIEWER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Counts over the whole firm. ``waiting_hours_p50`` is of the cases that wait now."""

    customers: int
    documents_in_force: int
    provisions_in_force: int
    cases: dict[ReviewState, int]
    events: dict[AuditEvent, int]
    """How often each kind of event happened."""
    waiting_hours_p50: float | None


@dataclass(frozen=True, slots=True)
class OverseeOperations:
    """Everything is counted, nothing is shown."""

    storage: Storage
    clock: Clock

    def __call__(self, by: Actor) -> Overview:
        if by.role not in _MAY:
            raise NotPermitted("您的角色不能查看运营总览。")
        with self.storage.reading() as work:
            since = work.cases.waiting_since()
            documents, provisions = work.documents.count_in_force(self.clock.today())
            return Overview(
                customers=work.customers.count(),
                documents_in_force=documents,
                provisions_in_force=provisions,
                cases=work.cases.counts(by=SYSTEM),
                events=work.audit.counts(),
                waiting_hours_p50=(
                    median((self.clock.now() - moment) / timedelta(hours=1) for moment in since) if since else None
                ),
            )
