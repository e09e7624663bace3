"""Learn from history what customers come to need."""

from dataclasses import dataclass
from typing import Any

import structlog

from assistant.audit.model import AuditEvent
from assistant.clock import Clock
from assistant.demand.model import DemandModel, Need
from assistant.demand.sampling import records_end, sample_on, terms_of
from assistant.demand.training import MEMORY_DAYS, Trained, splits, train
from assistant.errors import Invalid, NotPermitted
from assistant.identity.ids import new_id
from assistant.identity.model import Actor, Role
from assistant.storage import Storage

MAY_TRAIN = frozenset({Role.ADMINISTRATOR, Role.SYSTEM})
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainReport:
    """What was learned. ``card`` is the model card, as JSON."""

    model: DemandModel
    card: dict[str, Any]


@dataclass(frozen=True, slots=True)
class TrainDemand:
    """Reads whole books on past days, and keeps a model with its card. Customers who opted out are never read."""

    storage: Storage
    clock: Clock

    def __call__(self, *, by: Actor) -> TrainReport:
        """Train, and score with the new model from the next scoring on.

        Raises:
            NotPermitted: this actor is no administrator.
            Invalid: the history is too short to learn anything from; rules go on.

        """
        if by.role not in MAY_TRAIN:
            raise NotPermitted("只有管理员可以训练需求模型。")
        trained = self._train()
        with self.storage.unit_of_work() as work:
            work.demand.activate(trained.model, trained.card)
            work.audit.add(
                AuditEvent.DEMAND_TRAINED,
                actor=by,
                subject=f"demand_model:{trained.model.id}",
                at=self.clock.now(),
                detail={need.value: _told(trained.card, need) for need in Need},
            )
        return TrainReport(model=trained.model, card=trained.card)

    def _train(self) -> Trained:
        with self.storage.reading() as work:
            as_of = records_end(work.histories, self.clock.today())
            chosen = splits(as_of, work.histories.first_day())
            if chosen is None:
                raise Invalid(
                    f"历史太短，无法训练需求模型：除去{MEMORY_DAYS}天的铺垫，还需要足够的观察窗口，总共约16个月。"
                    "在此之前按规则估计需求。"
                )
            measured, kept = chosen
            terms = terms_of(work.products.all(), work.histories.varieties())
            samples = {}
            for day in sorted({*measured.days, *kept.days}):
                samples[day] = sample_on(work.histories, day, terms)
                _log.info("demand sample read", day=day.isoformat(), customers=len(samples[day].table.values))
        return train(samples, measured, kept, model_id=new_id("demand"), as_of=as_of, at=self.clock.now())


def _told(card: dict[str, Any], need: Need) -> dict[str, Any]:
    figures = card["needs"][need.value]
    return {"method": figures["method"], "auc": figures["test"]["auc"], "ece": figures["test"]["ece"]}
