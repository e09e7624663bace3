"""Change voids: a case that has not left and no longer holds goes back to its author, with the reason."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from assistant.audit.model import AuditEvent
from assistant.checks.model import Finding, Severity
from assistant.clock import Clock
from assistant.dispatch.model import DispatchState
from assistant.drafting.model import Draft
from assistant.errors import Conflict
from assistant.identity.model import SYSTEM
from assistant.review.model import ReviewAction, ReviewState
from assistant.storage import Storage
from assistant.workflows.examine_draft import ExamineDraft
from knowledge.documents.comparison import same_words
from knowledge.documents.model import ProvisionRef


@dataclass(frozen=True, slots=True)
class VoidOutdated:
    """Run after anything that drafts rest on has changed: a version, a product, a customer, or the day.

    What is no longer in force goes back also where the next version says the same: the text that was approved names a
    version that no longer holds, and a citation is never moved to another one by itself (docs/decisions/0011).
    """

    storage: Storage
    examine: ExamineDraft
    clock: Clock

    def __call__(self, documents: Collection[str] | None = None) -> tuple[str, ...]:
        """Ids of the cases that went back.

        ``documents`` names those of which versions changed: only what cites them is examined again. ``None`` examines
        every case that may still leave.
        """
        with self.storage.reading() as work:
            if documents is None:
                candidates = work.cases.unsent()
            else:
                candidates = tuple(each.case_id for each in work.cases.resting_on(documents))
        return tuple(case_id for case_id in candidates if self._void(case_id))

    def of_customers(self, customer_ids: Collection[str]) -> tuple[str, ...]:
        """Ids of the cases of these customers that went back."""
        with self.storage.reading() as work:
            candidates = work.cases.unsent(customers=customer_ids)
        return tuple(case_id for case_id in candidates if self._void(case_id))

    def of_cases(self, case_ids: Collection[str]) -> tuple[str, ...]:
        """Ids of those of these cases that went back."""
        with self.storage.reading() as work:
            candidates = [case_id for case_id in work.cases.unsent() if case_id in case_ids]
        return tuple(case_id for case_id in candidates if self._void(case_id))

    def _void(self, case_id: str) -> bool:
        with self.storage.reading() as work:
            case = work.cases.get(case_id, by=SYSTEM)
            maker = work.accounts.get(case.advisor_id).actor
        known = {finding.reason for finding in case.revision.findings if finding.severity is Severity.BLOCK}
        fresh = self.examine(case.revision.draft, case.revision.text, maker=maker)
        new = [f for f in fresh if f.severity is Severity.BLOCK and f.reason not in known]
        if not new:
            return False
        reason = self._reason(new[0], case.revision.draft)
        now = self.clock.now()
        try:
            voided = case.after(
                ReviewAction.VOID, SYSTEM, digest=case.revision.digest, reason=f"依据已变化：{reason}", at=now
            )
            with self.storage.unit_of_work() as work:
                work.cases.save(voided)
                for dispatch in work.dispatches.of_case(case_id):
                    if dispatch.state is DispatchState.QUEUED:
                        work.dispatches.save(replace(dispatch, state=DispatchState.REFUSED, refusal=reason))
                work.audit.add(
                    AuditEvent.REVIEW_VOID,
                    actor=SYSTEM,
                    subject=f"case:{case_id}",
                    detail={"digest": case.revision.digest, "state": ReviewState.RETURNED.value, "reason": reason},
                    at=now,
                )
        except Conflict:
            return False  # somebody moved it meanwhile; approval and dispatch run the same checks
        return True

    def _reason(self, finding: Finding, draft: Draft) -> str:
        """What the author must know; also that nothing but the version is new, where that is so."""
        if finding.provision is None:
            return finding.reason
        cited = {
            ProvisionRef.parse(citation.source)
            for statement in draft.statements
            for citation in statement.citations
            if citation.source.startswith(f"{finding.provision}@")
        }
        with self.storage.reading() as work:
            before = work.documents.provisions(cited).values()
            now = work.documents.provisions_on([finding.provision], self.clock.today())
        if now and before and all(each.ref != now[0].ref and same_words(each, now[0]) for each in before):
            return f"{finding.reason}现行版本的这一条文字没有变化，重新生成草稿即可。"
        return finding.reason
