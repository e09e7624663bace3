"""Change voids: a case that has not left and no longer holds goes back to its author, with the reason."""

from dataclasses import dataclass, replace

from assistant.audit.model import AuditEvent
from assistant.checks.model import Severity
from assistant.clock import Clock
from assistant.dispatch.model import DispatchState
from assistant.errors import Conflict
from assistant.identity.model import SYSTEM
from assistant.review.model import ReviewAction, ReviewState
from assistant.storage import Storage
from assistant.workflows.examine_draft import ExamineDraft


@dataclass(frozen=True, slots=True)
class VoidOutdated:
    """Run after anything that drafts rest on has changed: a version, a product, a customer, or the day."""

    storage: Storage
    examine: ExamineDraft
    clock: Clock

    def __call__(self) -> tuple[str, ...]:
        """Ids of the cases that went back."""
        with self.storage.reading() as work:
            candidates = work.cases.unsent()
        return tuple(case_id for case_id in candidates if self._void(case_id))

    def _void(self, case_id: str) -> bool:
        with self.storage.reading() as work:
            case = work.cases.get(case_id, by=SYSTEM)
            maker = work.accounts.get(case.advisor_id).actor
        known = {finding.reason for finding in case.revision.findings if finding.severity is Severity.BLOCK}
        fresh = self.examine(case.revision.draft, case.revision.text, maker=maker)
        new = [f.reason for f in fresh if f.severity is Severity.BLOCK and f.reason not in known]
        if not new:
            return False
        now = self.clock.now()
        voided = case.after(
            ReviewAction.VOID, SYSTEM, digest=case.revision.digest, reason=f"依据已变化：{new[0]}", at=now
        )
        try:
            with self.storage.unit_of_work() as work:
                work.cases.save(voided)
                for dispatch in work.dispatches.of_case(case_id):
                    if dispatch.state is DispatchState.QUEUED:
                        work.dispatches.save(replace(dispatch, state=DispatchState.REFUSED, refusal=new[0]))
                work.audit.add(
                    AuditEvent.REVIEW_VOID,
                    actor=SYSTEM,
                    subject=f"case:{case_id}",
                    detail={"digest": case.revision.digest, "state": ReviewState.RETURNED.value, "reason": new[0]},
                    at=now,
                )
        except Conflict:
            return False  # somebody moved it meanwhile; approval and dispatch run the same checks
        return True
