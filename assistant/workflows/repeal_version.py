"""Repeal a version from a day on without a successor, and take that back before the day has come."""

from dataclasses import dataclass
from datetime import date

from assistant.audit.model import AuditEvent
from assistant.clock import Clock
from assistant.errors import Conflict
from assistant.identity.model import Actor
from assistant.storage import Storage
from assistant.workflows.publish_library import follow, refuse_unless_keeper
from assistant.workflows.renew_products import renew
from assistant.workflows.void_outdated import VoidOutdated
from assistant.workflows.withdraw_version import a_reason
from knowledge.documents.model import Version
from retrieval.indexing import Indexer


@dataclass(frozen=True, slots=True, kw_only=True)
class RepealReport:
    """What changed."""

    version: Version
    """As it is now."""
    indexed_documents: int
    voided_cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RepealVersion:
    """An open version gets its end; until then it stays in force, and the end can be taken back."""

    storage: Storage
    indexer: Indexer
    void_outdated: VoidOutdated
    clock: Clock

    def __call__(self, document_id: str, label: str, *, on: date, reason: str, by: Actor) -> RepealReport:
        """Repeal: ``on`` is the first day on which it is no longer in force, perhaps one that is past.

        Raises:
            NotPermitted: this actor does not keep the library.
            Invalid: no reason, or the day is not after the version's first.
            NotFound: there is no such version.
            Conflict: it has an end already, or is withdrawn.
            Unavailable: it is repealed, but the index could not follow.

        """
        refuse_unless_keeper(by)
        reason = a_reason(reason)
        with self.storage.unit_of_work() as work:
            ends = work.documents.version(document_id, label).period.effective_to
            if ends is not None:
                raise Conflict(f"{document_id}@{label} 的失效日已定为 {ends}；要改日期，请先取消原来的失效日。")
            version = work.documents.end(document_id, label, on, at=self.clock.now())
            work.audit.add(
                AuditEvent.VERSION_REPEALED,
                actor=by,
                subject=version.subject,
                detail={"reason": reason, "effective_to": on.isoformat()},
                at=self.clock.now(),
            )
            products = renew(work, self.clock)
        return self._report(version, f"已写明 {version.name} 自 {on} 起失效", products=products)

    def undo(self, document_id: str, label: str, *, reason: str, by: Actor) -> RepealReport:
        """Take back an end that has not come yet.

        Raises:
            NotPermitted: this actor does not keep the library.
            Invalid: no reason.
            NotFound: there is no such version.
            Conflict: it has no end, its end has come, or a successor is published.
            Unavailable: it is open again, but the index could not follow.

        """
        refuse_unless_keeper(by)
        reason = a_reason(reason)
        with self.storage.unit_of_work() as work:
            self._refuse_unless_to_come(work.documents.versions(document_id), document_id, label)
            version = work.documents.end(document_id, label, None, at=self.clock.now())
            work.audit.add(
                AuditEvent.VERSION_REOPENED,
                actor=by,
                subject=version.subject,
                detail={"reason": reason, "effective_to": None},
                at=self.clock.now(),
            )
        return self._report(version, f"已取消 {version.name} 的失效日")

    def _refuse_unless_to_come(self, known: tuple[Version, ...], document_id: str, label: str) -> None:
        version = next((each for each in known if each.label == label), None)
        if version is None or version.withdrawal is not None:
            return  # told by the record itself
        ends = version.period.effective_to
        if ends is None:
            raise Conflict(f"{document_id}@{label} 没有失效日，不需要取消。")
        if ends <= self.clock.today():
            raise Conflict(f"{document_id}@{label} 已于 {ends} 失效，不能再取消；如果失效日写错了，请发布更正。")
        follows = [other.label for other in known if other.withdrawal is None and other.period.effective_from >= ends]
        if follows:
            raise Conflict(
                f"{document_id}@{label} 将由 {follows[0]} 版替代，不能单独取消失效日；"
                f"请撤回 {follows[0]} 版并恢复旧版。"
            )

    def _report(self, version: Version, done: str, *, products: int = 0) -> RepealReport:
        voided = self.void_outdated(None if products else {version.document_id})
        return RepealReport(version=version, indexed_documents=follow(self.indexer, done), voided_cases=voided)
