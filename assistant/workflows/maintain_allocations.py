"""Maintain the firm's model allocation: what headquarters enter counts from a later day on, and history stays."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.allocations.model import AllocationEntry, AllocationState
from assistant.analysis.allocation import DEFAULT_ALLOCATION, ModelAllocation
from assistant.analysis.suitability import MATRIX
from assistant.audit.model import AuditEvent
from assistant.clock import Clock
from assistant.errors import Conflict, Invalid, NotFound, NotPermitted
from assistant.identity.model import Actor, Role
from assistant.storage import Storage, UnitOfWork
from knowledge.customers.model import RiskLevel
from knowledge.products.model import InvestorClass, Product, Variety

_FARTHEST_DAYS = 366
_READERS = frozenset({Role.OPERATIONS, Role.REVIEWER, Role.ADMINISTRATOR, Role.ADVISOR, Role.KEEPER})


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAllocation:
    """One entry as people see it."""

    allocation: ModelAllocation
    state: AllocationState
    effective_to: date | None
    entry: AllocationEntry | None
    """``None``: the default, which nobody entered."""
    set_by: str | None
    """Name of whoever entered it."""
    cautions: tuple[str, ...]
    """Shares for which nothing on sale could be offered at that level: whole Chinese sentences."""


@dataclass(frozen=True, slots=True)
class MaintainAllocations:
    """A day has one allocation from its first minute: an entry counts from tomorrow at the earliest."""

    storage: Storage
    clock: Clock

    def all(self, *, by: Actor) -> tuple[ShownAllocation, ...]:
        """Every entry and the default, the latest effect first. Staff only."""
        if by.role not in _READERS:
            raise NotPermitted("您的角色不能查看公司参考配置。")
        today = self.clock.today()
        with self.storage.reading() as work:
            entries = work.allocations.all()
            products = work.products.all()
            names = {entry.set_by: work.accounts.get(entry.set_by).actor.name for entry in entries}
        shown = [
            ShownAllocation(
                allocation=entry.allocation,
                state=entry.state(today),
                effective_to=entry.effective_to,
                entry=entry,
                set_by=names[entry.set_by],
                cautions=cautions_of(entry.allocation, products),
            )
            for entry in entries
        ]
        return (*shown, _default(entries, products, today))

    def set(
        self, shares: Mapping[RiskLevel, Mapping[Variety, int]], *, effective_from: date, by: Actor
    ) -> ShownAllocation:
        """Enter an allocation; one that has not taken effect yet is replaced.

        Raises:
            NotPermitted: ``by`` is not of headquarters.
            Invalid: a level does not add up to 100, or the day is not between tomorrow and a year ahead.

        """
        _must_be_headquarters(by)
        today = self.clock.today()
        if not today < effective_from <= today + timedelta(days=_FARTHEST_DAYS):
            raise Invalid("生效日最早是明天，最晚在一年之内：当天的方案已经按现行配置计算。")
        allocation = ModelAllocation(effective_from=effective_from, shares=shares)
        entry = AllocationEntry(allocation=allocation, set_by=by.id, set_at=self.clock.now())
        with self.storage.unit_of_work() as work:
            replaced = _entry_of(work, effective_from)
            work.allocations.save(entry)
            detail = {"shares": _told(allocation), "replaced": replaced is not None}
            self._trace(work, AuditEvent.ALLOCATION_SET, allocation, by, detail)
            products = work.products.all()
        return ShownAllocation(
            allocation=allocation,
            state=AllocationState.UPCOMING,
            effective_to=None,
            entry=entry,
            set_by=by.name,
            cautions=cautions_of(allocation, products),
        )

    def withdraw(self, effective_from: date, *, by: Actor) -> None:
        """Take back an entry that has not taken effect.

        Raises:
            NotPermitted: ``by`` is not of headquarters.
            NotFound: there is no entry of that day.
            Conflict: it is or was in force; history stays.

        """
        _must_be_headquarters(by)
        with self.storage.unit_of_work() as work:
            entry = _entry_of(work, effective_from)
            if entry is None:
                raise NotFound(f"没有自{effective_from}起生效的参考配置。")
            if entry.state(self.clock.today()) is not AllocationState.UPCOMING:
                raise Conflict(f"自{effective_from}起的参考配置已经生效，不能撤回；请录入新的一份。")
            work.allocations.remove(effective_from)
            self._trace(
                work, AuditEvent.ALLOCATION_WITHDRAWN, entry.allocation, by, {"shares": _told(entry.allocation)}
            )

    def _trace(
        self, work: UnitOfWork, event: AuditEvent, allocation: ModelAllocation, by: Actor, detail: dict[str, object]
    ) -> None:
        subject = f"allocation:{allocation.effective_from.isoformat()}"
        work.audit.add(event, actor=by, subject=subject, detail=detail, at=self.clock.now())


def cautions_of(allocation: ModelAllocation, products: tuple[Product, ...]) -> tuple[str, ...]:
    """Shares of a level for which nothing on sale to everyone is of a grade that matches the level."""
    offered = {
        (product.variety, product.risk_grade)
        for product in products
        if product.on_sale and product.investor_class is InvestorClass.EVERYONE
    }
    return tuple(
        f"{level.label}的{variety.label}占{allocation.share(level, variety)}%，"
        f"但在售的{variety.label}产品中没有{MATRIX[level][-1]}及以下的，配置建议落不到产品上。"
        for level in RiskLevel
        for variety in allocation.varieties(level)
        if not any((variety, grade) in offered for grade in MATRIX[level])
    )


def _default(entries: tuple[AllocationEntry, ...], products: tuple[Product, ...], today: date) -> ShownAllocation:
    until = entries[-1].allocation.effective_from if entries else None
    over = until is not None and until <= today
    return ShownAllocation(
        allocation=DEFAULT_ALLOCATION,
        state=AllocationState.PAST if over else AllocationState.IN_FORCE,
        effective_to=until,
        entry=None,
        set_by=None,
        cautions=cautions_of(DEFAULT_ALLOCATION, products),
    )


def _must_be_headquarters(by: Actor) -> None:
    if by.role is not Role.OPERATIONS:
        raise NotPermitted("只有总部运营可以维护公司参考配置。")


def _entry_of(work: UnitOfWork, effective_from: date) -> AllocationEntry | None:
    return next((one for one in work.allocations.all() if one.allocation.effective_from == effective_from), None)


def _told(allocation: ModelAllocation) -> dict[str, dict[str, int]]:
    return {
        level.value: {variety.value: allocation.share(level, variety) for variety in allocation.varieties(level)}
        for level in RiskLevel
    }
