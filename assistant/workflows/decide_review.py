"""Submit, withdraw, discard, approve, return or reject a case; an approval puts the exact bytes into the outbox."""

from collections.abc import Callable
from dataclasses import dataclass

from assistant.audit.model import AuditEvent
from assistant.checks.model import Severity
from assistant.clock import Clock
from assistant.dispatch.model import Channel, Dispatch, DispatchState, idempotency_key
from assistant.errors import Conflict, NotPermitted
from assistant.identity.ids import new_id
from assistant.identity.model import Actor, Role
from assistant.review.model import TRANSITIONS, ReviewAction, ReviewCase, ReviewState
from assistant.storage import Storage, UnitOfWork
from assistant.workflows.examine_draft import ExamineDraft
from assistant.workflows.learn_questions import LearnQuestions

PEOPLES_ACTIONS = frozenset(
    {
        ReviewAction.SUBMIT,
        ReviewAction.WITHDRAW,
        ReviewAction.DISCARD,
        ReviewAction.APPROVE,
        ReviewAction.RETURN,
        ReviewAction.REJECT,
    }
)
NOBODY_ANSWERS = "出具这份内容的员工账号已停用，不能再以其名义发送；请由现在的投资顾问重新生成。"


@dataclass(frozen=True, slots=True)
class DecideReview:
    """One decision of one person on the text with ``digest``. Submitting and approving run every check again."""

    storage: Storage
    examine: ExamineDraft
    enqueue: Callable[[str, str], None]
    learn: LearnQuestions
    clock: Clock

    def __call__(self, case_id: str, action: ReviewAction, *, digest: str, by: Actor, reason: str = "") -> ReviewCase:
        if action not in PEOPLES_ACTIONS:
            raise NotPermitted("这一步由系统执行。")
        if action in (ReviewAction.SUBMIT, ReviewAction.APPROVE):
            self._must_still_hold(case_id, by)
        with self.storage.unit_of_work() as work:
            case = work.cases.get(case_id, by=by)
            decided = work.cases.save(case.after(action, by, digest=digest, reason=reason, at=self.clock.now()))
            work.audit.add(
                AuditEvent(f"review:{action}"),
                actor=by,
                subject=f"case:{case_id}",
                detail={"digest": digest, "state": decided.state.value, "reason_given": bool(reason.strip())},
                at=self.clock.now(),
            )
            approved = decided.state is ReviewState.APPROVED
            dispatch = self._queue(work, decided, by) if approved else None
            if approved:
                self.learn(work, decided, by=by)
        if dispatch is not None:
            self.enqueue("deliver", dispatch.id)
        return decided

    def _must_still_hold(self, case_id: str, by: Actor) -> None:
        with self.storage.reading() as work:
            case = work.cases.get(case_id, by=by)
            maker = work.accounts.get(case.advisor_id)
        if not maker.active:
            raise Conflict(NOBODY_ANSWERS)
        findings = self.examine(case.revision.draft, case.revision.text, maker=maker.actor)
        blocks = [finding for finding in findings if finding.severity is Severity.BLOCK]
        if blocks:
            raise Conflict(f"还有 {len(blocks)} 处必须先处理：{blocks[0].reason}")

    def _queue(self, work: UnitOfWork, case: ReviewCase, by: Actor) -> Dispatch:
        dispatch = Dispatch(
            id=new_id("dispatch"),
            case_id=case.id,
            customer_id=case.customer_id,
            channel=Channel.IN_APP,
            digest=case.revision.digest,
            idempotency_key=idempotency_key(case.id, case.revision.digest, Channel.IN_APP),
            state=DispatchState.QUEUED,
            created_at=self.clock.now(),
        )
        work.dispatches.add(dispatch)
        work.audit.add(
            AuditEvent.DISPATCH_QUEUED,
            actor=by,
            subject=f"case:{case.id}",
            detail={"dispatch": dispatch.id, "digest": dispatch.digest, "channel": dispatch.channel.value},
            at=dispatch.created_at,
        )
        return dispatch


def allowed_actions(case: ReviewCase, by: Actor) -> frozenset[ReviewAction]:
    """What ``by`` may do with the case now, as far as role and state say; for buttons."""
    return frozenset(
        action
        for (state, action), (_, role) in TRANSITIONS.items()
        if state is case.state and role is by.role and (role is not Role.ADVISOR or by.id == case.advisor_id)
    )
