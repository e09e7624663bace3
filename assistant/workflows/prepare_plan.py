"""Prepare a plan or a report for one customer: facts, evidence in force, sections, checks, the case for its advisor."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from assistant.analysis.portrait import Background, portrait_of
from assistant.analysis.suitability import SuitabilityPolicy
from assistant.audit.model import AuditEvent
from assistant.checks.briefing import sound_briefing
from assistant.clock import SHANGHAI, Clock
from assistant.demand.model import DemandModel, NeedView
from assistant.demand.telling import likely_needs
from assistant.drafting.letter import PlanText
from assistant.drafting.letters import letter_of, wanted_texts
from assistant.drafting.model import Brief, Draft, DraftKind, Evidence, Section, WriterTrace
from assistant.drafting.model_writer import ModelWriter
from assistant.drafting.numbering import numbered
from assistant.drafting.plan_material import PlanMaterial, gathered
from assistant.drafting.rendering import render
from assistant.errors import Unavailable, YiceError
from assistant.identity.model import SYSTEM, Actor
from assistant.plans.fingerprint import fingerprint_of
from assistant.plans.model import OPEN, PlanRequest, PlanState
from assistant.review.model import ReviewCase, Revision
from assistant.segments.model import Segment
from assistant.settings import FirmSettings
from assistant.storage import Storage, UnitOfWork
from assistant.workflows.examine_draft import ExamineDraft, Surroundings, Texts
from assistant.workflows.gather_background import gather_background
from assistant.workflows.void_outdated import VoidOutdated
from knowledge.customers.model import CustomerRecord
from knowledge.customers.naming import KnownNames
from knowledge.documents.model import Audience

_log = structlog.get_logger(__name__)
_UNEXPECTED = "生成时出现意外错误，请稍后重试；如仍不成功，请联系管理员。"


_CHANGES = frozenset(
    {
        AuditEvent.VERSION_PUBLISHED,
        AuditEvent.VERSION_SUPERSEDED,
        AuditEvent.VERSION_WITHDRAWN,
        AuditEvent.VERSION_REPEALED,
        AuditEvent.VERSION_REOPENED,
        AuditEvent.SCRIPT_REVOKED,
    }
)
"""After any of these, what was drafted before may no longer hold."""


def _silently(_request: PlanRequest, _step: str) -> None:
    """Nobody is waiting for this one, or not long enough to read where it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAt:
    """The moment at which grounds were read."""

    entry: int
    """Number of the newest audit entry."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedPlan:
    """What was drafted for a request, before anything of it is kept."""

    request: PlanRequest
    maker: Actor
    revision: Revision | None
    """``None``: nothing changed since the customer's last plan, so that it still stands."""
    fingerprint: str
    read: ReadAt


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSource:
    """What a plan for one customer is made from, as it was read at one moment."""

    maker: Actor
    record: CustomerRecord
    background: Background
    surroundings: Surroundings
    read: ReadAt
    expected: tuple[NeedView, ...] = ()
    """At most two, from a trained model; for the briefing only."""
    segment: Segment | None = None
    last_fingerprint: str | None = None
    """Of the plan that may still stand; ``None`` where one is drafted in any case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shared:
    """What is the same for every customer at one moment."""

    read: ReadAt
    texts: Texts
    names: KnownNames
    scripts: frozenset[tuple[str, str]]
    demand: DemandModel | None
    """``None`` before any was trained."""


@dataclass(frozen=True, slots=True)
class PreparePlan:
    """The job behind ``request_plan``. Safe to call again: the id of its one case was fixed when it was asked for."""

    storage: Storage
    model: ModelWriter | None
    policy: SuitabilityPolicy
    examine: ExamineDraft
    firm: FirmSettings
    clock: Clock

    def __call__(self, request_id: str) -> None:
        with self.storage.reading() as work:
            request = work.plans.get(request_id)
        if request.state not in OPEN:
            return
        try:
            prepared = self.draft(request, tell=self._tell if self.model is not None else _silently)
            with self.storage.unit_of_work() as work:
                self.keep(work, prepared)
            self.follow_changes([prepared])
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - the edge of a job: whoever waits must learn that it failed
            with self.storage.unit_of_work() as work:
                self.fail(work, request, error)

    def sources(self, requests: Sequence[PlanRequest]) -> dict[str, PlanSource]:
        """By request, read for all of them at once; without those whose advisor or customer is not to be had."""
        makers = dict.fromkeys(request.advisor_id for request in requests)
        with self.storage.reading() as work:
            shared = self._shared(work)
            return {
                request_id: source
                for maker in makers
                for request_id, source in self._sources(
                    work, maker, [request for request in requests if request.advisor_id == maker], shared
                )
            }

    def draft(
        self,
        request: PlanRequest,
        source: PlanSource | None = None,
        *,
        tell: Callable[[PlanRequest, str], None] = _silently,
    ) -> PreparedPlan:
        """Everything up to the checks; reads, and writes nothing. ``tell`` learns what is being done.

        Without a ``source`` it is read now. In a batch, a customer whose last plan would be the same again gets no
        other.
        """
        tell(request, "正在读取客户资料")
        source = source or self._source(request)
        maker, material = source.maker, self._material(source, DraftKind(request.kind))
        plan = letter_of(material)
        # The briefing is left out, and with it needs and segment: a probability that drifts makes no new plan.
        statements = (statement for section in plan.sections for statement in section.statements)
        fingerprint = fingerprint_of(statements, plan.facts, maker=maker, writer=self._writer)
        if source.last_fingerprint == fingerprint:
            return PreparedPlan(request=request, maker=maker, revision=None, fingerprint=fingerprint, read=source.read)
        tell(request, "正在撰写方案")
        draft = self._draft(plan, material)
        tell(request, "正在逐句核对")
        customer = material.record.customer
        text = render(draft, customer=customer, advisor=maker, firm=self.firm, content_id=request.case_id)
        matches = {match.product_code: match for match in material.matches}
        findings = self.examine.against(source.surroundings, draft, text, maker=maker, matches=matches)
        revision = Revision.of(draft, text, findings, author_id=SYSTEM.id, at=self.clock.now())
        return PreparedPlan(request=request, maker=maker, revision=revision, fingerprint=fingerprint, read=source.read)

    def keep(self, work: UnitOfWork, prepared: PreparedPlan) -> None:
        """Case, request and audit entry in the caller's unit of work; nothing where the request is finished already.

        ``NotFound`` where the customer is no longer the advisor's.
        """
        request, revision = prepared.request, prepared.revision
        work.customers.advisor_of(request.customer_id, scope=prepared.maker.scope)
        if revision is None:
            work.plans.finish(request.id, PlanState.UNCHANGED, at=self.clock.now(), fingerprint=prepared.fingerprint)
            return
        trace = revision.draft.trace
        if not work.plans.finish(
            request.id,
            PlanState.DONE,
            at=revision.created_at,
            fingerprint=prepared.fingerprint,
            tokens=trace.prompt_tokens + trace.completion_tokens,
        ):
            return
        case = ReviewCase.opened(request.case_id, revision, customer_id=request.customer_id, maker=prepared.maker)
        work.cases.add(case)
        work.audit.add(
            AuditEvent.PLAN_DRAFTED,
            actor=SYSTEM,
            subject=f"case:{case.id}",
            detail={
                "request": request.id,
                "digest": revision.digest,
                "writer": trace.writer,
                "findings": len(revision.findings),
            },
            at=revision.created_at,
        )

    def follow_changes(self, kept: Sequence[PreparedPlan]) -> None:
        """Examine once more what was kept, where its grounds changed after they were read.

        Whatever changed them looked for cases that no longer hold, and may not have found these yet.
        """
        with self.storage.reading() as work:
            changed = any(self._changed_since(work, read) for read in {each.read for each in kept})
        if changed:
            VoidOutdated(self.storage, self.examine, self.clock).of_cases({each.request.case_id for each in kept})

    def fail(self, work: UnitOfWork, request: PlanRequest, error: Exception) -> None:
        """Tell whoever waits why there is no plan, in the caller's unit of work."""
        reason = _UNEXPECTED
        if isinstance(error, YiceError):
            reason = error.message
        else:
            _log.error("plan failed", request=request.id, exc_info=error)
        now = self.clock.now()
        if work.plans.finish(request.id, PlanState.FAILED, at=now, error=reason):
            work.audit.add(
                AuditEvent.PLAN_FAILED,
                actor=SYSTEM,
                subject=f"customer:{request.customer_id}",
                detail={"request": request.id, "reason": reason},
                at=now,
            )

    @property
    def _writer(self) -> str:
        return "extractive" if self.model is None else f"model:{self.model.name}"

    def _source(self, request: PlanRequest) -> PlanSource:
        """``NotFound`` where the advisor, or the customer in the advisor's scope, is not to be had."""
        with self.storage.reading() as work:
            maker = work.accounts.get(request.advisor_id).actor
            work.customers.advisor_of(request.customer_id, scope=maker.scope)
            return dict(self._sources(work, maker.id, [request], self._shared(work)))[request.id]

    def _changed_since(self, work: UnitOfWork, read: ReadAt) -> bool:
        another_day = read.at.astimezone(SHANGHAI).date() != self.clock.today()
        return another_day or work.audit.happened(_CHANGES, after=read.entry) or work.imports.followed_up_since(read.at)

    def _shared(self, work: UnitOfWork) -> _Shared:
        read = ReadAt(entry=work.audit.newest(), at=self.clock.now())
        today, trained = self.clock.today(), work.demand.active()
        return _Shared(
            read=read,
            texts=Texts(self.storage, today),
            names=work.customers.known_names(),
            scripts=work.script_approvals.usable(today),
            demand=None if trained is None else trained.model,
        )

    def _sources(
        self, work: UnitOfWork, advisor_id: str, requests: Sequence[PlanRequest], shared: _Shared
    ) -> Iterator[tuple[str, PlanSource]]:
        today = self.clock.today()
        try:
            maker = work.accounts.get(advisor_id).actor
            customers = [request.customer_id for request in requests]
            records = work.customers.records(customers, scope=maker.scope, as_of=today)
        except YiceError:
            return  # told where the plan of each of them is drafted
        background = gather_background(work, records, as_of=today)
        segments = work.segments.of(customers, scope=maker.scope)
        scores = {} if shared.demand is None else work.demand.of(customers, scope=maker.scope)
        last = dict(_may_stand(work, requests))
        by_customer = {record.customer.id: record for record in records}
        for request in requests:
            record = by_customer.get(request.customer_id)
            if record is None:
                continue
            surroundings = Surroundings(
                record=record,
                branch=work.branch_of(record.customer),
                products=background.products,
                scripts=shared.scripts,
                texts=shared.texts,
                names=shared.names,
            )
            yield (
                request.id,
                PlanSource(
                    maker=maker,
                    record=record,
                    background=background,
                    surroundings=surroundings,
                    read=shared.read,
                    expected=likely_needs(scores.get(record.customer.id, ()), shared.demand) if shared.demand else (),
                    segment=segments.get(record.customer.id),
                    last_fingerprint=last.get(request.id),
                ),
            )

    def _material(self, source: PlanSource, kind: DraftKind) -> PlanMaterial:
        today, around = self.clock.today(), source.surroundings
        portrait = portrait_of(source.record, as_of=today, policy=self.policy, background=source.background)
        bare = gathered(portrait, around.products, kind=kind)
        evidence = tuple(
            Evidence.of(provision)
            for provision in around.texts.in_force(wanted_texts(bare))
            if provision.audience is Audience.CUSTOMER and provision.readable_in(around.branch)
        )
        scripts = tuple(
            Evidence.of(provision)
            for provision in around.texts.in_force(bare.wanted_scripts)
            if (provision.ref.document_id, provision.ref.version) in around.scripts and source.maker.may_read(provision)
        )
        return replace(bare, evidence=evidence, scripts=scripts, expected=source.expected, segment=source.segment)

    def _draft(self, plan: PlanText, material: PlanMaterial) -> Draft:
        sections, trace = self._worded(plan, material)
        everything = (*sections, *plan.briefing)
        cited = {citation.source for section in everything for s in section.statements for citation in s.citations}
        draft = Draft(
            kind=material.kind,
            customer_id=material.record.customer.id,
            question=None,
            as_of=material.as_of,
            sections=sections,
            briefing=plan.briefing,
            charts=plan.charts,
            evidence=tuple(item for item in (*material.evidence, *material.scripts) if item.ref in cited),
            facts=plan.facts,
            matches=(*material.offered, *material.nearest),
            recommended_products=plan.recommended_products,
            trace=trace,
            retrieval="plan: provisions by reference, in force on the day",
            created_at=self.clock.now(),
        )
        return draft.model_copy(update={"briefing": sound_briefing(draft)})

    def _worded(self, plan: PlanText, material: PlanMaterial) -> tuple[tuple[Section, ...], WriterTrace]:
        """In the house's own sentences, or section by section in the model's, where one is configured."""
        if self.model is None:
            return plan.sections, WriterTrace(writer="extractive")
        sections, traces = [], []
        for section in plan.sections:
            cited = {citation.source for statement in section.statements for citation in statement.citations}
            brief = Brief(
                purpose=section.title,
                as_of=material.as_of,
                asker="customer",
                evidence=tuple(evidence for evidence in material.evidence if evidence.ref in cited),
                facts=tuple(fact for fact in plan.facts if fact.id in cited),
                max_statements=max(len(section.statements), 1),
            )
            worded, trace = self.model.reword(section, brief)
            sections.append((worded.key, worded.title, worded.statements))
            traces.append(trace)
        return numbered(sections), _together(traces)

    def _tell(self, request: PlanRequest, step: str) -> None:
        with self.storage.unit_of_work() as work:
            work.plans.progress(request.id, step)


def _may_stand(work: UnitOfWork, requests: Sequence[PlanRequest]) -> Iterator[tuple[str, str | None]]:
    """By request, the fingerprint of the customer's last plan; asked for one by one, or once more, one is drafted."""
    batches = {request.batch_id for request in requests if request.batch_id is not None}
    asked = [batch for batch in batches if not work.plan_batches.get(batch).chosen.again]
    for kind in sorted({request.kind for request in requests}):
        alike = [request for request in requests if request.kind == kind and request.batch_id in asked]
        last = work.plans.last_fingerprints([request.customer_id for request in alike], kind=kind)
        yield from ((request.id, last.get(request.customer_id)) for request in alike)


def _together(traces: list[WriterTrace]) -> WriterTrace:
    reasons = dict.fromkeys(trace.fallback_reason for trace in traces if trace.fallback_reason)
    worded = next((trace for trace in traces if trace.writer == "model"), traces[0])
    return worded.model_copy(
        update={
            "prompt_tokens": sum(trace.prompt_tokens for trace in traces),
            "completion_tokens": sum(trace.completion_tokens for trace in traces),
            "fallback_reason": "；".join(reasons) or None,
        }
    )
