"""Requests for plans, kept."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from assistant.errors import NotFound
from assistant.plans.model import PlanRequest, PlanState
from assistant.plans.tables import plan_requests

_OPEN = (PlanState.QUEUED, PlanState.RUNNING)


class PlanRequestRepository:
    """Requests by id, and those that are not finished."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, request: PlanRequest) -> None:
        """Keep a new request."""
        self._connection.execute(insert(plan_requests).values(**asdict(request)))

    def get(self, request_id: str, *, advisor_id: str | None = None) -> PlanRequest:
        """The request; with ``advisor_id`` only that advisor's."""
        query = select(plan_requests).where(plan_requests.c.id == request_id)
        if advisor_id is not None:
            query = query.where(plan_requests.c.advisor_id == advisor_id)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            raise NotFound("没有找到这项任务。")
        return _request_of(row)

    def open_for(self, customer_id: str) -> PlanRequest | None:
        """The customer's request that is still being worked on."""
        row = self._connection.execute(
            select(plan_requests)
            .where(
                plan_requests.c.customer_id == customer_id, plan_requests.c.state.in_([state.value for state in _OPEN])
            )
            .limit(1)
        ).one_or_none()
        return _request_of(row) if row is not None else None

    def unfinished(self) -> tuple[str, ...]:
        """Ids of all that are still to be done, oldest first."""
        query = select(plan_requests.c.id).where(plan_requests.c.state.in_([state.value for state in _OPEN]))
        return tuple(self._connection.execute(query.order_by(plan_requests.c.requested_at)).scalars())

    def progress(self, request_id: str, step: str) -> None:
        """Say what is being done now."""
        self._connection.execute(
            update(plan_requests)
            .where(plan_requests.c.id == request_id)
            .values(state=PlanState.RUNNING.value, step=step)
        )

    def finish(self, request_id: str, *, at: datetime, error: str | None = None) -> None:
        """Done, or failed with a reason for people."""
        state = PlanState.DONE if error is None else PlanState.FAILED
        self._connection.execute(
            update(plan_requests)
            .where(plan_requests.c.id == request_id)
            .values(state=state.value, step="完成" if error is None else "未完成", error=error, finished_at=at)
        )


def _request_of(row: Row[Any]) -> PlanRequest:
    return PlanRequest(
        id=row.id,
        customer_id=row.customer_id,
        advisor_id=row.advisor_id,
        case_id=row.case_id,
        state=PlanState(row.state),
        step=row.step,
        error=row.error,
        requested_at=row.requested_at,
        finished_at=row.finished_at,
        kind=row.kind,
        batch_id=row.batch_id,
        fingerprint=row.fingerprint,
    )
