"""Requests for plans and their batches, kept."""

from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from assistant.errors import Conflict, NotFound
from assistant.plans.model import (
    OPEN,
    BatchAction,
    BatchBudget,
    BatchChoice,
    BatchProgress,
    BatchState,
    ChoiceKind,
    PlanBatch,
    PlanRequest,
    PlanState,
    moved,
)
from assistant.plans.tables import plan_batches, plan_requests

_OPEN = tuple(state.value for state in OPEN)
_STEPS = {
    PlanState.DONE: "完成",
    PlanState.UNCHANGED: "资料没有变化，沿用上一份方案",
    PlanState.FAILED: "未完成",
    PlanState.CANCELLED: "已取消",
}
_ROWS_AT_ONCE = 500


class PlanRequestRepository:
    """Requests by id, and those that are not finished."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, request: PlanRequest) -> None:
        """Keep a new request; ``Conflict`` as for several."""
        self.add_all([request])

    def add_all(self, requests: Iterable[PlanRequest]) -> None:
        """Keep new requests; ``Conflict`` where a customer has got an open one of the kind at this moment."""
        rows = [asdict(request) for request in requests]
        try:
            for start in range(0, len(rows), _ROWS_AT_ONCE):
                self._connection.execute(insert(plan_requests), rows[start : start + _ROWS_AT_ONCE])
        except IntegrityError:
            raise Conflict("选中的客户里，刚刚有人为其提出了同类任务，请再试一次。") from None

    def get(self, request_id: str, *, advisor_id: str | None = None) -> PlanRequest:
        """The request; with ``advisor_id`` only that advisor's."""
        query = select(plan_requests).where(plan_requests.c.id == request_id)
        if advisor_id is not None:
            query = query.where(plan_requests.c.advisor_id == advisor_id)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            raise NotFound("没有找到这项任务。")
        return _request_of(row)

    def open_for(self, customer_id: str, *, kind: str = "plan") -> PlanRequest | None:
        """The customer's request of this kind that is still being worked on."""
        row = self._connection.execute(
            select(plan_requests)
            .where(
                plan_requests.c.customer_id == customer_id,
                plan_requests.c.kind == kind,
                plan_requests.c.state.in_(_OPEN),
            )
            .limit(1)
        ).one_or_none()
        return _request_of(row) if row is not None else None

    def customers_waiting(self, *, kind: str = "plan") -> frozenset[str]:
        """Customers with a request of this kind that is still being worked on."""
        query = select(plan_requests.c.customer_id).where(
            plan_requests.c.kind == kind, plan_requests.c.state.in_(_OPEN)
        )
        return frozenset(self._connection.execute(query).scalars())

    def unfinished(self) -> tuple[str, ...]:
        """Ids of all that are still to be done and belong to no batch, oldest first."""
        query = select(plan_requests.c.id).where(plan_requests.c.state.in_(_OPEN), plan_requests.c.batch_id.is_(None))
        return tuple(self._connection.execute(query.order_by(plan_requests.c.requested_at)).scalars())

    def last_fingerprints(self, customer_ids: Collection[str], *, kind: str = "plan") -> dict[str, str | None]:
        """Of what each customer's newest draft of this kind was made from; without those who have none."""
        query = (
            select(plan_requests.c.customer_id, plan_requests.c.fingerprint)
            .where(
                plan_requests.c.customer_id.in_(customer_ids),
                plan_requests.c.kind == kind,
                plan_requests.c.state == PlanState.DONE.value,
            )
            .order_by(plan_requests.c.finished_at)
        )
        return {row.customer_id: row.fingerprint for row in self._connection.execute(query)}

    def progress(self, request_id: str, step: str) -> None:
        """Say what is being done now."""
        self._connection.execute(
            update(plan_requests)
            .where(plan_requests.c.id == request_id, plan_requests.c.state.in_(_OPEN))
            .values(state=PlanState.RUNNING.value, step=step)
        )

    def finish(
        self,
        request_id: str,
        state: PlanState,
        *,
        at: datetime,
        error: str | None = None,
        fingerprint: str | None = None,
        tokens: int = 0,
    ) -> bool:
        """Come to an end, once: ``False`` where it had come to one already."""
        changed = self._connection.execute(
            update(plan_requests)
            .where(plan_requests.c.id == request_id, plan_requests.c.state.in_(_OPEN))
            .values(
                state=state.value,
                step=_STEPS[state],
                error=error,
                finished_at=at,
                fingerprint=fingerprint,
                tokens=tokens,
            )
        )
        return changed.rowcount == 1


class PlanBatchRepository:
    """Batches, their requests and how far they are."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, batch: PlanBatch) -> None:
        """Keep a new batch; its requests are added beside it."""
        self._connection.execute(insert(plan_batches).values(**asdict(batch)))

    def get(self, batch_id: str, *, requested_by: str | None = None) -> PlanBatch:
        """The batch; with ``requested_by`` only that person's."""
        query = _of(select(plan_batches).where(plan_batches.c.id == batch_id), requested_by)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            raise NotFound("没有找到这个批次。")
        return _batch_of(row)

    def find(self, *, requested_by: str | None = None, limit: int = 20) -> tuple[PlanBatch, ...]:
        """The newest first."""
        query = _of(select(plan_batches), requested_by).order_by(plan_batches.c.created_at.desc(), plan_batches.c.id)
        return tuple(_batch_of(row) for row in self._connection.execute(query.limit(limit)))

    def move(self, batch: PlanBatch, action: BatchAction, *, at: datetime, error: str | None = None) -> PlanBatch:
        """The batch after ``action``; ``Conflict`` where the table has none, or somebody else was quicker.

        Resumed, it starts another round. Cancelled, what is still to be done is cancelled with it.
        """
        state = moved(batch.state, action)
        over = state in (BatchState.CANCELLED, BatchState.DONE)
        changed = self._connection.execute(
            update(plan_batches)
            .where(plan_batches.c.id == batch.id, plan_batches.c.state == batch.state.value)
            .values(
                state=state.value,
                error=error,
                finished_at=at if over else None,
                round=batch.round + (action is BatchAction.RESUME),
            )
        )
        if changed.rowcount != 1:
            raise Conflict("这个批次刚刚被别人处理过，请刷新后再看。")
        if action is BatchAction.CANCEL:
            self._cancel_requests(batch.id, at)
        return self.get(batch.id)

    def requests(self, batch_id: str, *, first: int, count: int, open_only: bool = True) -> tuple[PlanRequest, ...]:
        """Those at the places ``first`` and following, in order."""
        query = select(plan_requests).where(
            plan_requests.c.batch_id == batch_id,
            plan_requests.c.place >= first,
            plan_requests.c.place < first + count,
        )
        if open_only:
            query = query.where(plan_requests.c.state.in_(_OPEN))
        return tuple(_request_of(row) for row in self._connection.execute(query.order_by(plan_requests.c.place)))

    def failed(self, batch_id: str, *, limit: int = 50) -> tuple[PlanRequest, ...]:
        """Those that did not come about, with the reason."""
        query = select(plan_requests).where(
            plan_requests.c.batch_id == batch_id, plan_requests.c.state == PlanState.FAILED.value
        )
        rows = self._connection.execute(query.order_by(plan_requests.c.place).limit(limit))
        return tuple(_request_of(row) for row in rows)

    def open_places(self, batch_id: str) -> tuple[int, ...]:
        """Places of those that are still to be done, in order."""
        query = select(plan_requests.c.place).where(
            plan_requests.c.batch_id == batch_id, plan_requests.c.state.in_(_OPEN)
        )
        return tuple(self._connection.execute(query.order_by(plan_requests.c.place)).scalars())

    def running(self) -> tuple[PlanBatch, ...]:
        """Those that are being worked on, oldest first."""
        query = select(plan_batches).where(plan_batches.c.state == BatchState.RUNNING.value)
        return tuple(_batch_of(row) for row in self._connection.execute(query.order_by(plan_batches.c.created_at)))

    def change_budget(self, batch_id: str, budget: BatchBudget) -> None:
        """Another budget in place of the old one."""
        self._connection.execute(
            update(plan_batches).where(plan_batches.c.id == batch_id).values(budget=asdict(budget))
        )

    def finished_since(self, batch_id: str, moment: datetime) -> int:
        """How many requests came to an end since then."""
        query = select(func.count()).where(plan_requests.c.batch_id == batch_id, plan_requests.c.finished_at >= moment)
        return self._connection.execute(query).scalar_one()

    def tokens(self, batch_id: str) -> int:
        """What a model read and wrote for the batch so far."""
        query = select(func.coalesce(func.sum(plan_requests.c.tokens), 0)).where(plan_requests.c.batch_id == batch_id)
        return int(self._connection.execute(query).scalar_one())

    def progress(self, batch_id: str, *, since: datetime) -> BatchProgress:
        """How far it is; ``since`` bounds what counts as lately."""
        of_batch = plan_requests.c.batch_id == batch_id
        counted = select(plan_requests.c.state, func.count(), func.sum(plan_requests.c.tokens)).where(of_batch)
        rows = self._connection.execute(counted.group_by(plan_requests.c.state)).all()
        return BatchProgress(
            counts={PlanState(state): count for state, count, _ in rows},
            tokens=sum(int(tokens or 0) for _, _, tokens in rows),
            finished_lately=self.finished_since(batch_id, since),
        )

    def _cancel_requests(self, batch_id: str, at: datetime) -> None:
        self._connection.execute(
            update(plan_requests)
            .where(plan_requests.c.batch_id == batch_id, plan_requests.c.state.in_(_OPEN))
            .values(state=PlanState.CANCELLED.value, step=_STEPS[PlanState.CANCELLED], finished_at=at)
        )


def _of(query: Select[Any], requested_by: str | None) -> Select[Any]:
    return query if requested_by is None else query.where(plan_batches.c.requested_by == requested_by)


def _batch_of(row: Row[Any]) -> PlanBatch:
    chosen: dict[str, Any] = row.chosen
    return PlanBatch(
        id=row.id,
        requested_by=row.requested_by,
        chosen=BatchChoice(kind=ChoiceKind(chosen["kind"]), value=chosen["value"], again=chosen["again"]),
        state=BatchState(row.state),
        total=row.total,
        budget=BatchBudget(**row.budget),
        error=row.error,
        created_at=row.created_at,
        finished_at=row.finished_at,
        round=row.round,
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
        place=row.place,
        fingerprint=row.fingerprint,
        tokens=row.tokens,
    )
