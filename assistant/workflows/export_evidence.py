"""Everything that a case rests on, in one file."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from assistant.audit.log import ChainReport
from assistant.audit.model import AuditEvent
from assistant.checks.model import Finding
from assistant.clock import Clock
from assistant.drafting.model import Draft
from assistant.errors import NotPermitted
from assistant.identity.model import Actor, Role
from assistant.storage import Storage

_MAY = frozenset({Role.ADVISOR, Role.REVIEWER, Role.SYSTEM})


class EvidenceFile(BaseModel):
    """One case, whole: texts, evidence, facts, findings, decisions, dispatches, messages and the audit trail."""

    model_config = ConfigDict(frozen=True)

    case_id: str
    kind: str
    customer_id: str
    advisor_id: str
    state: str
    text: str
    digest: str
    draft: Draft
    findings: tuple[Finding, ...]
    revisions: tuple[dict[str, Any], ...]
    decisions: tuple[dict[str, Any], ...]
    dispatches: tuple[dict[str, Any], ...]
    messages: tuple[dict[str, Any], ...]
    audit: tuple[dict[str, Any], ...]
    chain: dict[str, Any]
    exported_at: datetime
    exported_by: str


@dataclass(frozen=True, slots=True)
class ExportEvidence:
    """The export leaves a trace of its own."""

    storage: Storage
    clock: Clock

    def __call__(self, case_id: str, *, by: Actor) -> EvidenceFile:
        if by.role not in _MAY:
            raise NotPermitted("您的角色不能导出证据。")
        now = self.clock.now()
        with self.storage.unit_of_work() as work:
            case = work.cases.get(case_id, by=by)
            work.audit.add(AuditEvent.EVIDENCE_EXPORTED, actor=by, subject=f"case:{case_id}", at=now)
            revisions = [work.cases.revision(case_id, number, by=by) for number in range(1, case.revision.number + 1)]
            chain: ChainReport = work.audit.verify()
            return EvidenceFile(
                case_id=case.id,
                kind=case.kind.value,
                customer_id=case.customer_id,
                advisor_id=case.advisor_id,
                state=case.state.value,
                text=case.revision.text,
                digest=case.revision.digest,
                draft=case.revision.draft,
                findings=case.revision.findings,
                revisions=tuple(
                    {
                        "number": revision.number,
                        "digest": revision.digest,
                        "author_id": revision.author_id,
                        "created_at": revision.created_at,
                        "text": revision.text,
                    }
                    for revision in revisions
                ),
                decisions=tuple(asdict(decision) for decision in case.decisions),
                dispatches=tuple(asdict(dispatch) for dispatch in work.dispatches.of_case(case_id)),
                messages=tuple(asdict(message) for message in work.messages.of_case(case_id)),
                audit=tuple(asdict(entry) for entry in work.audit.entries(subject=f"case:{case_id}")),
                chain=asdict(chain),
                exported_at=now,
                exported_by=by.id,
            )
