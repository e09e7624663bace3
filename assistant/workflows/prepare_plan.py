"""Prepare one plan for one customer: facts, evidence in force, sections, checks, and the case for its advisor."""

from dataclasses import dataclass

import structlog

from assistant.analysis.diagnosis import diagnose
from assistant.analysis.matching import match_products
from assistant.analysis.portrait import facts_of
from assistant.analysis.suitability import SuitabilityPolicy
from assistant.audit.model import AuditEvent
from assistant.clock import Clock
from assistant.drafting.model import Brief, Draft, DraftKind, Evidence, Section, WriterTrace
from assistant.drafting.model_writer import ModelWriter
from assistant.drafting.plan import PlanText, numbered, plan_of
from assistant.drafting.plan_material import PlanMaterial, wanted_provisions
from assistant.drafting.rendering import render
from assistant.errors import Unavailable, YiceError
from assistant.identity.model import SYSTEM, Actor
from assistant.plans.model import PlanRequest, PlanState
from assistant.review.model import ReviewCase, Revision
from assistant.settings import FirmSettings
from assistant.storage import Storage
from assistant.workflows.examine_draft import ExamineDraft
from knowledge.documents.model import Audience

_log = structlog.get_logger(__name__)


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
        if request.state in (PlanState.DONE, PlanState.FAILED):
            return
        try:
            self._prepare(request)
        except Unavailable:
            raise
        except YiceError as error:
            self._fail(request, error.message)
        except Exception:  # noqa: BLE001 - the edge of a job: whoever waits must learn that it failed
            _log.exception("plan failed", request=request_id)
            self._fail(request, "生成时出现意外错误，请稍后重试；如仍不成功，请联系管理员。")

    def _prepare(self, request: PlanRequest) -> None:
        self._tell(request, "正在读取客户资料")
        maker, material = self._material(request)
        self._tell(request, "正在撰写方案")
        draft = self._draft(material)
        self._tell(request, "正在逐句核对")
        customer = material.record.customer
        text = render(draft, customer=customer, advisor=maker, firm=self.firm, content_id=request.case_id)
        findings = self.examine(draft, text, maker=maker)
        revision = Revision.of(draft, text, findings, author_id=SYSTEM.id, at=self.clock.now())
        self._keep(request, maker, revision)

    def _material(self, request: PlanRequest) -> tuple[Actor, PlanMaterial]:
        today = self.clock.today()
        with self.storage.reading() as work:
            maker = work.accounts.get(request.advisor_id).actor
            record = work.customers.get(request.customer_id, scope=maker.scope, as_of=today)
            branch = work.branch_of(record.customer)
            products = {product.code: product for product in work.products.all()}
        observations = diagnose(record, as_of=today, policy=self.policy)
        matches = match_products(record, tuple(products.values()), as_of=today, policy=self.policy)
        with self.storage.reading() as work:
            evidence = tuple(
                Evidence.of(provision)
                for provision in work.documents.provisions_on(wanted_provisions(matches, observations, products), today)
                if provision.audience is Audience.CUSTOMER and provision.readable_in(branch)
            )
        return maker, PlanMaterial(
            record=record,
            as_of=today,
            facts=facts_of(record, as_of=today, policy=self.policy),
            observations=observations,
            matches=matches,
            products=products,
            evidence=evidence,
        )

    def _draft(self, material: PlanMaterial) -> Draft:
        plan = plan_of(material)
        sections, trace = self._worded(plan, material)
        cited = {citation.source for section in sections for s in section.statements for citation in s.citations}
        return Draft(
            kind=DraftKind.PLAN,
            customer_id=material.record.customer.id,
            question=None,
            as_of=material.as_of,
            sections=sections,
            evidence=tuple(evidence for evidence in material.evidence if evidence.ref in cited),
            facts=plan.facts,
            matches=(*material.offered, *material.nearest),
            recommended_products=plan.recommended_products,
            trace=trace,
            retrieval="plan: provisions by reference, in force on the day",
            created_at=self.clock.now(),
        )

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

    def _keep(self, request: PlanRequest, maker: Actor, revision: Revision) -> None:
        now = revision.created_at
        case = ReviewCase.opened(request.case_id, revision, customer_id=request.customer_id, maker=maker)
        with self.storage.unit_of_work() as work:
            if work.plans.get(request.id).state is PlanState.DONE:
                return
            work.cases.add(case)
            work.plans.finish(request.id, at=now)
            work.audit.add(
                AuditEvent.PLAN_DRAFTED,
                actor=SYSTEM,
                subject=f"case:{case.id}",
                detail={
                    "request": request.id,
                    "digest": revision.digest,
                    "writer": revision.draft.trace.writer,
                    "findings": len(revision.findings),
                },
                at=now,
            )

    def _tell(self, request: PlanRequest, step: str) -> None:
        with self.storage.unit_of_work() as work:
            work.plans.progress(request.id, step)

    def _fail(self, request: PlanRequest, reason: str) -> None:
        now = self.clock.now()
        with self.storage.unit_of_work() as work:
            work.plans.finish(request.id, at=now, error=reason)
            work.audit.add(
                AuditEvent.PLAN_FAILED,
                actor=SYSTEM,
                subject=f"customer:{request.customer_id}",
                detail={"request": request.id, "reason": reason},
                at=now,
            )


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
