"""Models of demand and scores in the database. Scores are read of customers in scope who may be profiled, only."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

import structlog
from pydantic import ValidationError
from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from assistant.demand.features import BY_NAME
from assistant.demand.model import Contribution, DemandModel, Need, Score
from assistant.demand.tables import demand_models, demand_scores
from knowledge.customers.history.repository import profiled
from knowledge.customers.model import Scope

_BATCH = 2_000
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptModel:
    """A model with its card."""

    model: DemandModel
    card: dict[str, Any]


class DemandRepository:
    """Reads within a scope, never commits."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def activate(self, model: DemandModel, card: dict[str, Any]) -> None:
        """Keep a model, and score with it from now on."""
        self._connection.execute(update(demand_models).values(active=False))
        self._connection.execute(
            insert(demand_models).values(
                id=model.id,
                as_of=model.as_of,
                trained_at=model.trained_at,
                active=True,
                content=model.model_dump(mode="json"),
                card=card,
            )
        )

    def active(self) -> KeptModel | None:
        """The model in use; ``None`` before any was trained, and where what is kept is unsound: then rules go on."""
        found = self._connection.execute(
            select(demand_models.c.content, demand_models.c.card)
            .where(demand_models.c.active)
            .order_by(demand_models.c.trained_at.desc())
            .limit(1)
        ).one_or_none()
        return None if found is None else _kept(found.content, found.card)

    def replace(self, scores: Iterable[Score]) -> int:
        """Forget all scores and keep these: whoever has none among them has none any more. How many were kept."""
        self._connection.execute(delete(demand_scores))
        number = 0
        remaining = iter(scores)
        while batch := [_row(score) for score in islice(remaining, _BATCH)]:
            self._connection.execute(insert(demand_scores), batch)
            number += len(batch)
        return number

    def forget(self, customer_ids: Collection[str]) -> int:
        """Delete the scores of these customers; how many there were."""
        return self._connection.execute(
            delete(demand_scores).where(demand_scores.c.customer_id.in_(customer_ids))
        ).rowcount

    def forget_unprofiled(self) -> int:
        """Delete the scores of everybody who may not be profiled (any more); how many there were."""
        allowed = profiled(Scope.everyone())
        return self._connection.execute(
            delete(demand_scores).where(demand_scores.c.customer_id.not_in(allowed))
        ).rowcount

    def of(self, customer_ids: Collection[str], *, scope: Scope) -> dict[str, tuple[Score, ...]]:
        """Scores by customer, the most likely need first."""
        rows = self._connection.execute(
            select(demand_scores)
            .where(demand_scores.c.customer_id.in_(customer_ids), demand_scores.c.customer_id.in_(profiled(scope)))
            .order_by(demand_scores.c.customer_id, demand_scores.c.probability.desc(), demand_scores.c.need)
        ).mappings()
        found: dict[str, tuple[Score, ...]] = {}
        for row in rows:
            found[row["customer_id"]] = (*found.get(row["customer_id"], ()), _score(row))
        return found

    def highest(self, need: Need, *, scope: Scope, limit: int) -> tuple[Score, ...]:
        """Whose need is most likely."""
        rows = self._connection.execute(
            select(demand_scores)
            .where(demand_scores.c.need == need.value, demand_scores.c.customer_id.in_(profiled(scope)))
            .order_by(demand_scores.c.probability.desc(), demand_scores.c.customer_id)
            .limit(limit)
        ).mappings()
        return tuple(_score(row) for row in rows)

    def scored_on(self) -> date | None:
        """Day of the scores; ``None`` without any."""
        return self._connection.execute(select(demand_scores.c.as_of).limit(1)).scalar()


def _kept(content: object, card: dict[str, Any]) -> KeptModel | None:
    try:
        model = DemandModel.model_validate(content)
    except ValidationError as error:
        _log.error("the kept demand model is unsound", faults=error.error_count())
        return None
    unknown = sorted({shape.feature for each in model.needs for shape in each.shapes} - BY_NAME.keys())
    if unknown or sorted(each.need for each in model.needs) != sorted(Need):
        _log.error("the kept demand model is not one of today's needs and features", unknown=unknown)
        return None
    return KeptModel(model=model, card=card)


def _row(score: Score) -> dict[str, object]:
    return {
        "customer_id": score.customer_id,
        "need": score.need.value,
        "as_of": score.as_of,
        "probability": score.probability,
        "reasons": [[each.feature, each.value, each.weight] for each in score.contributions],
        "model_id": score.model_id,
    }


def _score(row: RowMapping) -> Score:
    return Score(
        customer_id=row["customer_id"],
        need=Need(row["need"]),
        as_of=row["as_of"],
        probability=row["probability"],
        contributions=tuple(
            Contribution(feature=feature, value=value, weight=weight) for feature, value, weight in row["reasons"]
        ),
        model_id=row["model_id"],
    )
