"""An advisor's book, and the portrait of one customer."""

from dataclasses import dataclass
from typing import Unpack

from assistant.analysis.diagnosis import observations_of
from assistant.analysis.matching import match_products
from assistant.analysis.model import Match, Observation
from assistant.analysis.portrait import Portrait, portrait_of
from assistant.analysis.suitability import SuitabilityPolicy
from assistant.audit.model import AuditEvent
from assistant.clock import Clock
from assistant.errors import NotPermitted
from assistant.identity.model import Actor, Role
from assistant.plans.model import PlanRequest
from assistant.segments.model import ANY_SEGMENT, Segment, SegmentChoice
from assistant.segments.repository import membership
from assistant.storage import Storage
from assistant.workflows.gather_background import gather_background
from knowledge.customers.model import CustomerFilter, CustomerSort, CustomerSummary, Page

_MAY = frozenset({Role.ADVISOR, Role.REVIEWER})


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerView:
    """One customer with everything that is computed about one today."""

    portrait: Portrait
    observations: tuple[Observation, ...]
    matches: tuple[Match, ...]
    open_plan: PlanRequest | None
    segment: Segment | None
    """``None`` before the first run, and for whoever opted out of profiling."""


@dataclass(frozen=True, slots=True)
class BrowseCustomers:
    """Staff only, within the reader's scope: a portrait holds internal notes. Opening a customer leaves a trace."""

    storage: Storage
    policy: SuitabilityPolicy
    clock: Clock

    def page(
        self,
        by: Actor,
        *,
        sort: CustomerSort = CustomerSort.ASSETS,
        limit: int = 50,
        offset: int = 0,
        segment: SegmentChoice = ANY_SEGMENT,
        **where: Unpack[CustomerFilter],
    ) -> Page[CustomerSummary]:
        """A page of the book. A chosen segment leaves out whoever is not profiled."""
        _must_be_staff(by)
        with self.storage.reading() as work:
            return work.customers.find(
                scope=by.scope,
                as_of=self.clock.today(),
                sort=sort,
                limit=limit,
                offset=offset,
                among=None if segment == ANY_SEGMENT else membership(by.scope, segment),
                **where,
            )

    def tags(self, by: Actor) -> dict[str, int]:
        """Tags in use in the book, most used first."""
        _must_be_staff(by)
        with self.storage.reading() as work:
            return work.customers.tags(scope=by.scope)

    def view(self, customer_id: str, *, by: Actor) -> CustomerView:
        """The portrait."""
        _must_be_staff(by)
        today = self.clock.today()
        with self.storage.reading() as work:
            record = work.customers.get(customer_id, scope=by.scope, as_of=today)
            background = gather_background(work, [record], as_of=today)
            open_plan = work.plans.open_for(customer_id)
            segments = work.segments.of([customer_id], scope=by.scope)
        with self.storage.unit_of_work() as work:
            work.audit.add(AuditEvent.CUSTOMER_VIEWED, actor=by, subject=f"customer:{customer_id}", at=self.clock.now())
        portrait = portrait_of(record, as_of=today, policy=self.policy, background=background)
        return CustomerView(
            portrait=portrait,
            observations=observations_of(portrait),
            matches=match_products(
                record,
                background.products.values(),
                as_of=today,
                policy=self.policy,
                allocation=background.allocation,
            ),
            open_plan=open_plan,
            segment=segments.get(customer_id) if record.customer.profiling_consent else None,
        )


def _must_be_staff(by: Actor) -> None:
    if by.role not in _MAY:
        raise NotPermitted("您的角色不能查看客户资料。")
