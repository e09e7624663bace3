"""What one customer is expected to need, with the reasons; and what the model behind it is."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from assistant.analysis.model import Fact
from assistant.audit.model import AuditEvent
from assistant.clock import Clock
from assistant.demand.card import CardFigures, card_text, figures_of
from assistant.demand.drifting import DriftReport, drift_of
from assistant.demand.model import WINDOW_DAYS, DemandModel, NeedView
from assistant.demand.rules import rules_alone
from assistant.demand.sampling import records_end, sample_on, table_on, terms_of
from assistant.demand.telling import need_views
from assistant.demand.training import window_before
from assistant.errors import NotFound, NotPermitted
from assistant.identity.model import Actor, Role
from assistant.segments.model import Segment
from assistant.segments.telling import segment_facts
from assistant.storage import Storage

_MAY_SEE = frozenset({Role.ADVISOR, Role.REVIEWER, Role.SYSTEM})
_MAY_READ_CARD = _MAY_SEE | {Role.OPERATIONS, Role.ADMINISTRATOR}
_MAY_CHECK = frozenset({Role.OPERATIONS, Role.ADMINISTRATOR, Role.SYSTEM})
_NOT_PROFILED = (
    "该客户不同意个性化推荐，或由监护人代为办理：不做需求预测和分群，只办理到期、担保比例、投诉等依法必须的事项。"
)
_NOT_SCORED = "尚未为该客户评分：评分每天进行一次，新客户次日可见。"
_USE = (
    f"可能性由账户和服务记录算出，说的是未来{WINDOW_DAYS}天，供员工安排服务，不是给客户的结论，也不替代适当性匹配；"
    "不使用性别和年龄。客户要求时应说明理由，并可以随时选择不再被分析。"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentView:
    """Which kind of customer, and the figures that decided."""

    segment: Segment
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandView:
    """What the house expects one customer to need. Not profiled: nothing but the note that says so."""

    customer_id: str
    profiled: bool
    note: str
    """Whole Chinese sentences: how this came to be and what it may be used for, or why there is nothing."""
    as_of: date | None = None
    model_id: str | None = None
    needs: tuple[NeedView, ...] = field(default=())
    """Largest lift first."""
    segment: SegmentView | None = None


@dataclass(frozen=True, slots=True)
class ExplainDemand:
    """Staff only, within the reader's scope; looking at one customer leaves a trace."""

    storage: Storage
    clock: Clock

    def __call__(self, customer_id: str, *, by: Actor) -> DemandView:
        """One customer's needs and segment, as of the last scoring.

        Raises:
            NotPermitted: this actor is no staff with customers.
            NotFound: no such customer in the reader's scope.

        """
        if by.role not in _MAY_SEE:
            raise NotPermitted("您的角色不能查看客户的需求预测。")
        with self.storage.reading() as work:
            work.customers.advisor_of(customer_id, scope=by.scope)
            profiled = work.histories.may_profile(customer_id, scope=by.scope)
            scores = work.demand.of([customer_id], scope=by.scope).get(customer_id, ())
            segment = work.segments.of([customer_id], scope=by.scope).get(customer_id)
            kept = work.demand.active()
        with self.storage.unit_of_work() as work:
            work.audit.add(AuditEvent.CUSTOMER_VIEWED, actor=by, subject=f"customer:{customer_id}", at=self.clock.now())
        if not profiled:
            return DemandView(customer_id=customer_id, profiled=False, note=_NOT_PROFILED)
        if segment is None:
            return DemandView(customer_id=customer_id, profiled=True, note=_NOT_SCORED)
        model = self._rules() if kept is None else kept.model
        return DemandView(
            customer_id=customer_id,
            profiled=True,
            note=_USE,
            as_of=segment.as_of,
            model_id=model.id,
            needs=need_views(scores, model),
            segment=SegmentView(segment=segment, facts=segment_facts(segment)),
        )

    def card(self, *, by: Actor) -> str:
        """The model card, as Markdown in Chinese.

        Raises:
            NotPermitted: this actor is no staff.
            NotFound: no model was trained.

        """
        return card_text(self._card(by))

    def figures(self, *, by: Actor) -> CardFigures:
        """What a card says first, for a table.

        Raises:
            NotPermitted: this actor is no staff.
            NotFound: no model was trained.

        """
        return figures_of(self._card(by))

    def drift(self, *, by: Actor) -> DriftReport:
        """Today's customers, and the newest window that is over, against the model.

        Raises:
            NotPermitted: this actor neither runs the house nor its operations.
            NotFound: no model was trained.

        """
        if by.role not in _MAY_CHECK:
            raise NotPermitted("您的角色不能查看模型漂移。")
        card, today = self._card(by), self.clock.today()
        with self.storage.reading() as work:
            kept = work.demand.active()
            if kept is None:
                raise _no_model()
            terms = terms_of(work.products.all(), work.histories.varieties())
            _, table = table_on(work.histories, work.histories.last_day(today), terms)
            past = window_before(records_end(work.histories, today), work.histories.first_day())
            sample = None if past is None else sample_on(work.histories, past, terms)
        return drift_of(kept.model, card, table, sample)

    def _card(self, by: Actor) -> dict[str, Any]:
        if by.role not in _MAY_READ_CARD:
            raise NotPermitted("您的角色不能查看模型说明。")
        with self.storage.reading() as work:
            kept = work.demand.active()
        if kept is None:
            raise _no_model()
        return kept.card

    def _rules(self) -> DemandModel:
        return rules_alone(self.clock.today(), self.clock.now())


def _no_model() -> NotFound:
    return NotFound("还没有训练过可用的需求模型，正在按规则估计。请先运行 yice customers train。")
