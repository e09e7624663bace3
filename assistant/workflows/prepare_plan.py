"""Prepare one plan for one customer: facts, evidence in force, sections, checks, and the case for its advisor."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from assistant.analysis.portrait import portrait_of
from assistant.analysis.suitability import SuitabilityPolicy
from assistant.audit.model import AuditEvent
from assistant.checks.briefing import sound_briefing
from assistant.clock import Clock
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
from assistant.settings import FirmSettings
from assistant.storage import Storage, UnitOfWork
from assistant.workflows.examine_draft import ExamineDraft
from knowledge.documents.model import Audience

_log = structlog.get_logger(__name__)
_UNEXPECTED = "生成时出现意外错误，请稍后重试；如仍不成功，请联系管理员。"


def _silently(_request: PlanRequest, _step: str) -> None:
    """Nobody is waiting for this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedPlan:
    """What was drafted for a request, before anything of it is kept."""

    request: PlanRequest
    maker: Actor
    revision: Revision | None
    """``None``: nothing changed since the customer's last plan, so that it still stands."""
    fingerprint: str


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
            prepared = self.draft(request, tell=self._tell)
            with self.storage.unit_of_work() as work:
                self.keep(work, prepared)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - the edge of a job: whoever waits must learn that it failed
            with self.storage.unit_of_work() as work:
                self.fail(work, request, error)

    def draft(self, request: PlanRequest, *, tell: Callable[[PlanRequest, str], None] = _silently) -> PreparedPlan:
        """Everything up to the checks; reads, and writes nothing. ``tell`` learns what is being done.

        In a batch, a customer whose last plan would be the same again gets no other.
        """
        tell(request, "正在读取客户资料")
        maker, material = self._material(request)
        plan = letter_of(material)
        statements = (statement for section in plan.sections for statement in section.statements)
        fingerprint = fingerprint_of(statements, plan.facts, maker=maker, writer=self._writer)
        if self._still_stands(request, fingerprint):
            return PreparedPlan(request=request, maker=maker, revision=None, fingerprint=fingerprint)
        tell(request, "正在撰写方案")
        draft = self._draft(plan, material)
        tell(request, "正在逐句核对")
        customer = material.record.customer
        text = render(draft, customer=customer, advisor=maker, firm=self.firm, content_id=request.case_id)
        findings = self.examine(draft, text, maker=maker)
        revision = Revision.of(draft, text, findings, author_id=SYSTEM.id, at=self.clock.now())
        return PreparedPlan(request=request, maker=maker, revision=revision, fingerprint=fingerprint)

    def keep(self, work: UnitOfWork, prepared: PreparedPlan) -> None:
        """Case, request and audit entry in the caller's unit of work; nothing where the request is finished already."""
        request, revision = prepared.request, prepared.revision
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

    def _still_stands(self, request: PlanRequest, fingerprint: str) -> bool:
        """Whether the last plan would be the same again; asked for one by one, or once more, a plan is drafted."""
        if request.batch_id is None:
            return False
        with self.storage.reading() as work:
            if work.plan_batches.get(request.batch_id).chosen.again:
                return False
            return work.plans.last_fingerprint(request.customer_id, kind=request.kind) == fingerprint

    def _material(self, request: PlanRequest) -> tuple[Actor, PlanMaterial]:
        today = self.clock.today()
        with self.storage.reading() as work:
            maker = work.accounts.get(request.advisor_id).actor
            record = work.customers.get(request.customer_id, scope=maker.scope, as_of=today)
            branch = work.branch_of(record.customer)
            products = {product.code: product for product in work.products.all()}
        portrait = portrait_of(record, as_of=today, policy=self.policy)
        bare = gathered(portrait, products, kind=DraftKind(request.kind))
        with self.storage.reading() as work:
            evidence = tuple(
                Evidence.of(provision)
                for provision in work.documents.provisions_on(wanted_texts(bare), today)
                if provision.audience is Audience.CUSTOMER and provision.readable_in(branch)
            )
            usable = work.script_approvals.usable(today)
            scripts = tuple(
                Evidence.of(provision)
                for provision in work.documents.provisions_on(bare.wanted_scripts, today)
                if (provision.ref.document_id, provision.ref.version) in usable and maker.may_read(provision)
            )
        return maker, replace(bare, evidence=evidence, scripts=scripts)

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
