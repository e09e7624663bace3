"""Score every customer's needs and assign every segment, for the whole firm at once."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.audit.model import AuditEvent
from assistant.clock import Clock
from assistant.demand.additive import scores_of
from assistant.demand.model import Need
from assistant.demand.rules import rules_alone
from assistant.demand.sampling import table_on, terms_of
from assistant.errors import NotPermitted
from assistant.identity.model import SYSTEM, Actor
from assistant.segments.assigning import assign
from assistant.storage import Storage
from assistant.workflows.train_demand import MAY_TRAIN
from knowledge.customers.model import Scope

_IMPORT_TAKES = timedelta(hours=1)
"""An import that began earlier and is not finished was killed; scores do not wait for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreReport:
    """What was written."""

    as_of: date
    model_id: str
    """``rules`` before any model was trained."""
    customers: int
    scores: Mapping[Need, int]
    moved: int
    """Customers whose segment is another than before."""


@dataclass(frozen=True, slots=True)
class ScoreCustomers:
    """Replaces all scores and segments: whoever may no longer be profiled has none afterwards."""

    storage: Storage
    clock: Clock

    def due(self) -> tuple[str, ...]:
        """What to score for: a newer day than was scored, or an import by command; nothing during an import.

        An import by command is named again and again: the same job twice is one job.
        """
        with self.storage.reading() as work:
            lately = self.clock.now() - _IMPORT_TAKES
            importing = any(run.finished_at is None and run.created_at > lately for run in work.imports.runs(limit=1))
            if importing or not work.customers.count():
                return ()
            newest, scored = work.histories.last_day(self.clock.today()), work.demand.scored_on()
            last = work.imports.last_done()
        if last is not None and not last.uploaded:
            return (f"{newest.isoformat()}:{last.id}",)
        return (newest.isoformat(),) if scored is None or scored < newest else ()

    def __call__(self, *, by: Actor = SYSTEM) -> ScoreReport:
        """Score as of the newest day that records tell of: a day without records looks like customers gone quiet.

        Raises:
            NotPermitted: this actor is no administrator.

        """
        if by.role not in MAY_TRAIN:
            raise NotPermitted("只有管理员可以为全体客户评分。")
        today = self.clock.today()
        with self.storage.reading() as work:
            kept = work.demand.active()
            terms = terms_of(work.products.all(), work.histories.varieties())
            as_of = work.histories.last_day(today)
            history, table = table_on(work.histories, as_of, terms)
            before = work.segments.all(scope=Scope.everyone())
        model = rules_alone(as_of, self.clock.now()) if kept is None else kept.model
        scores = list(scores_of(model, table))
        segments = list(assign(history, table.standing, before))
        with self.storage.unit_of_work() as work:
            work.demand.replace(scores)
            work.segments.replace(segments)
            work.demand.forget_unprofiled()
            work.segments.forget_unprofiled()
            report = ScoreReport(
                as_of=as_of,
                model_id=model.id,
                customers=len(segments),
                scores=Counter(score.need for score in scores),
                moved=sum(
                    each.customer_id in before and before[each.customer_id].label != each.label for each in segments
                ),
            )
            work.audit.add(
                AuditEvent.CUSTOMERS_SCORED,
                actor=by,
                subject=f"demand_model:{model.id}",
                at=self.clock.now(),
                detail={"as_of": as_of.isoformat(), "customers": report.customers, "moved": report.moved},
            )
        return report
