"""Withdraw a version that was published in error: in force on no day any more, its references still resolve."""

from dataclasses import dataclass

from assistant.audit.model import AuditEvent
from assistant.clock import Clock
from assistant.errors import Conflict, Invalid
from assistant.identity.model import Actor
from assistant.storage import Storage, UnitOfWork
from assistant.workflows.publish_library import follow, refuse_unless_keeper, withdraw
from assistant.workflows.renew_products import renew
from assistant.workflows.void_outdated import VoidOutdated
from knowledge.documents.model import Version
from retrieval.indexing import Indexer

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawReport:
    """What changed."""

    withdrawn: Version
    reopened: Version | None
    """The predecessor, in force again for the days that the withdrawn version had."""
    indexed_documents: int
    voided_cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WithdrawVersion:
    """The record keeps the text, the reason and who did it; the label is used up."""

    storage: Storage
    indexer: Indexer
    void_outdated: VoidOutdated
    clock: Clock

    def __call__(self, document_id: str, label: str, *, reason: str, reopen: bool = False, by: Actor) -> WithdrawReport:
        """Withdraw, and with ``reopen`` let the version that it superseded go on.

        Raises:
            NotPermitted: this actor does not keep the library.
            Invalid: no reason.
            NotFound: there is no such version.
            Conflict: it is withdrawn already, or there is no version to open again.
            Unavailable: it is withdrawn, but the index could not follow.

        """
        refuse_unless_keeper(by)
        reason = a_reason(reason)
        with self.storage.unit_of_work() as work:
            version = work.documents.version(document_id, label)
            withdrawn = withdraw(work, version, reason=reason, by=by, clock=self.clock)
            reopened = self._reopen(work, withdrawn, by) if reopen else None
            products = renew(work, self.clock)
        voided = self.void_outdated(None if products else {document_id})
        return WithdrawReport(
            withdrawn=withdrawn,
            reopened=reopened,
            indexed_documents=follow(self.indexer, f"已撤回 {withdrawn.name}"),
            voided_cases=voided,
        )

    def _reopen(self, work: UnitOfWork, withdrawn: Version, by: Actor) -> Version:
        begins = withdrawn.period.effective_from
        ended = [
            version
            for version in work.documents.versions(withdrawn.document_id)
            if version.withdrawal is None and version.period.effective_to == begins
        ]
        if not ended:
            raise Conflict(f"没有在 {begins} 失效的版本可以恢复。")
        at = self.clock.now()
        reopened = work.documents.end(withdrawn.document_id, ended[0].label, withdrawn.period.effective_to, at=at)
        ends = reopened.period.effective_to
        work.audit.add(
            AuditEvent.VERSION_REOPENED,
            actor=by,
            subject=reopened.subject,
            detail={"reason": f"{withdrawn.label} 版已撤回", "effective_to": ends.isoformat() if ends else None},
            at=at,
        )
        return reopened


def a_reason(text: str) -> str:
    """The reason in one line; ``Invalid`` where there is none or it is a novel."""
    reason = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    if not reason:
        raise Invalid("请写明理由。")
    if len(reason) > LONGEST_REASON:
        raise Invalid(f"理由不能超过 {LONGEST_REASON} 个字。")
    return reason
