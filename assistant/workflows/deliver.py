"""Deliver an approved text: the last gate, then the customer's inbox, once."""

from dataclasses import dataclass, replace

from assistant.audit.model import AuditEvent
from assistant.checks.model import Severity
from assistant.clock import Clock
from assistant.dispatch.model import Dispatch, DispatchState, Message
from assistant.drafting.model import DraftKind
from assistant.identity.ids import new_id
from assistant.identity.model import SYSTEM, Account, Actor
from assistant.review.model import ReviewAction, ReviewCase, ReviewState, digest_of
from assistant.storage import Storage, UnitOfWork
from assistant.workflows.decide_review import NOBODY_ANSWERS
from assistant.workflows.examine_draft import ExamineDraft

_TITLES = {
    DraftKind.PLAN: "您的一人一策服务方案",
    DraftKind.REPLY: "投资顾问回复了您的提问",
    DraftKind.DIAGNOSIS: "您的持仓诊断报告",
    DraftKind.QUARTERLY: "您的季度服务报告",
    DraftKind.MATURITY: "您的资金即将到期",
    DraftKind.REASSESSMENT: "请留意您的风险测评",
    DraftKind.EDUCATION: "给您的投资者教育材料",
    DraftKind.WARNING: "特别风险警示书，请您仔细阅读",
}


@dataclass(frozen=True, slots=True)
class Deliver:
    """Safe to call again: a dispatch that is no longer queued is left as it is.

    In-app delivery, the new states and the audit entry are one transaction, so a crash leaves either all of it or none.
    """

    storage: Storage
    examine: ExamineDraft
    clock: Clock

    def __call__(self, dispatch_id: str) -> None:
        with self.storage.reading() as work:
            dispatch = work.dispatches.get(dispatch_id)
            case = work.cases.get(dispatch.case_id, by=SYSTEM)
            maker = work.accounts.get(case.advisor_id)
        if dispatch.state is not DispatchState.QUEUED:
            return
        refusal = self._refusal(dispatch, case, maker)
        with self.storage.unit_of_work() as work:
            if work.dispatches.get(dispatch_id).state is not DispatchState.QUEUED:
                return
            if refusal is None:
                self._deliver(work, dispatch, case, maker.actor)
            else:
                self._refuse(work, dispatch, case, refusal)

    def _refusal(self, dispatch: Dispatch, case: ReviewCase, maker: Account) -> str | None:
        if case.state is not ReviewState.APPROVED:
            return "草稿已不在批准状态。"
        approved = {decision.digest for decision in case.approvals}
        if digest_of(case.revision.text) != dispatch.digest or dispatch.digest not in approved:
            return "待发文本与批准的文本不一致。"
        if not maker.active:
            return NOBODY_ANSWERS
        findings = self.examine(case.revision.draft, case.revision.text, maker=maker.actor)
        blocks = [finding.reason for finding in findings if finding.severity is Severity.BLOCK]
        return blocks[0] if blocks else None

    def _deliver(self, work: UnitOfWork, dispatch: Dispatch, case: ReviewCase, maker: Actor) -> None:
        now = self.clock.now()
        message = Message(
            id=new_id("message"),
            customer_id=case.customer_id,
            case_id=case.id,
            kind=case.kind.value,
            title=_TITLES[case.kind],
            text=case.revision.text,
            digest=dispatch.digest,
            advisor_name=maker.name,
            registration_number=maker.registration_number or "",
            delivered_at=now,
        )
        work.messages.add(message, idempotency_key=dispatch.idempotency_key)
        work.dispatches.save(replace(dispatch, state=DispatchState.DELIVERED, delivered_at=now))
        work.cases.save(case.after(ReviewAction.DELIVER, SYSTEM, digest=dispatch.digest, reason="", at=now))
        work.audit.add(
            AuditEvent.DISPATCH_DELIVERED,
            actor=SYSTEM,
            subject=f"case:{case.id}",
            detail={"dispatch": dispatch.id, "digest": dispatch.digest, "message": message.id},
            at=now,
        )

    def _refuse(self, work: UnitOfWork, dispatch: Dispatch, case: ReviewCase, refusal: str) -> None:
        now = self.clock.now()
        work.dispatches.save(replace(dispatch, state=DispatchState.REFUSED, refusal=refusal))
        if case.state is ReviewState.APPROVED:
            work.cases.save(
                case.after(
                    ReviewAction.VOID,
                    SYSTEM,
                    digest=case.revision.digest,
                    reason=f"发送前复核未通过：{refusal}",
                    at=now,
                )
            )
        work.audit.add(
            AuditEvent.DISPATCH_REFUSED,
            actor=SYSTEM,
            subject=f"case:{case.id}",
            detail={"dispatch": dispatch.id, "reason": refusal},
            at=now,
        )
