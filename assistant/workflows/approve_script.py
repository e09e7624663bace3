"""Let staff use a script, or take it back: a reviewer decides, never the one who published it, and for a time."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date

from assistant.audit.model import AuditEvent
from assistant.checks.model import Severity
from assistant.checks.wording import wording_findings
from assistant.clock import Clock
from assistant.errors import Conflict, Invalid, NotFound, NotPermitted
from assistant.identity.model import Actor, Licence, Role
from assistant.storage import Storage, UnitOfWork
from knowledge.documents.keeping.scripts import ScriptApproval, ScriptState, state_of
from knowledge.documents.model import Kind, Version

SPOKEN = "参考话术"
"""The section of a script that staff may say; the others are about it."""
LONGEST_DAYS = 2 * 366
"""Longer than this no approval holds: rules change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """One version of a script and where its approval stands today."""

    version: Version
    state: ScriptState
    approval: ScriptApproval | None
    voided_cases: tuple[str, ...] = ()
    """Unsent cases that used it when its approval was revoked, and went back to their authors."""


@dataclass(frozen=True, slots=True)
class ApproveScripts:
    """Approval is of one version: a new version starts as a draft.

    What uses a script goes back when its approval is revoked, and on the day it expires with everything else.
    """

    storage: Storage
    void_outdated: Callable[[Collection[str]], tuple[str, ...]]
    clock: Clock

    def scripts(self, *, by: Actor, states: Collection[ScriptState] = ()) -> tuple[Script, ...]:
        """The scripts that ``by`` may read, of versions that are or will be in force; none withdrawn or over.

        Advisors see what they may use: approved ones only.
        """
        today = self.clock.today()
        with self.storage.reading() as work:
            found = work.documents.documents(audiences=by.reads.may_read, kinds=(Kind.SCRIPT,))
            approvals = work.script_approvals.all()
        scripts = (
            Script(version=version, state=state_of(approval, today), approval=approval)
            for version in found
            if by.may_read(version) and version.withdrawal is None and not _is_over(version, today)
            for approval in (approvals.get((version.document_id, version.label)),)
        )
        wanted = {ScriptState.APPROVED} if by.role is Role.ADVISOR else set(states or ScriptState)
        return tuple(each for each in scripts if each.state in wanted)

    def approve(self, script: str, *, until: date, by: Actor) -> Script:
        """Approve ``SCRIPT-X@2026-10-08``, or ``SCRIPT-X`` as in force today, up to a day that is not included.

        Raises:
            NotPermitted: ``by`` is no compliance reviewer, or published this version.
            NotFound: there is no such script.
            Invalid: the day is past, or too far ahead.
            Conflict: it is withdrawn, approved already until that day, or says what nobody may say.

        """
        _must_review(by)
        today = self.clock.today()
        _must_be_near(until, today)
        with self.storage.unit_of_work() as work:
            version = _script(work, script, today)
            if version.withdrawal is not None:
                raise Conflict(f"{version.name} 已撤回，不能批准。")
            if by.id in _publishers(work, version):
                raise NotPermitted("发布这份话术的人不能批准它，请另一位合规审核人批准。")
            known = work.script_approvals.of(version.document_id, version.label)
            if known is not None and known.state(today) is ScriptState.APPROVED and known.expires_on == until:
                raise Conflict(f"{version.name} 已经批准，{until} 到期。")
            _must_be_sayable(work, version)
            approval = ScriptApproval(
                document_id=version.document_id,
                label=version.label,
                approved_by=by.id,
                approved_at=self.clock.now(),
                expires_on=until,
            )
            work.script_approvals.save(approval)
            self._trace(work, AuditEvent.SCRIPT_APPROVED, version, by, {"expires_on": until.isoformat()})
        return Script(version=version, state=ScriptState.APPROVED, approval=approval)

    def revoke(self, script: str, *, reason: str, by: Actor) -> Script:
        """Take an approval back, from now on.

        Raises:
            NotPermitted: ``by`` is no compliance reviewer.
            NotFound: there is no such script.
            Invalid: no reason is given.
            Conflict: it is not approved.

        """
        _must_review(by)
        if not reason.strip():
            raise Invalid("撤销批准须写明理由。")
        with self.storage.unit_of_work() as work:
            version = _script(work, script, self.clock.today())
            known = work.script_approvals.of(version.document_id, version.label)
            if known is None or known.revoked_at is not None:
                raise Conflict(f"{version.name} 没有可以撤销的批准。")
            revoked = replace(known, revoked_by=by.id, revoked_at=self.clock.now(), revocation_reason=reason.strip())
            work.script_approvals.save(revoked)
            self._trace(work, AuditEvent.SCRIPT_REVOKED, version, by, {"reason": reason.strip()})
        voided = self.void_outdated({version.document_id})
        return Script(version=version, state=ScriptState.REVOKED, approval=revoked, voided_cases=voided)

    def approve_unseen(self, *, documents: Collection[str], until: date, by: Actor, note: str) -> int:
        """Approve each version of these that nobody has decided on, as the demo house does; how many these were.

        The note goes into each audit entry. What was revoked or has expired stays so, also after a correction.
        """
        _must_review(by)
        today = self.clock.today()
        with self.storage.unit_of_work() as work:
            known = work.script_approvals.all()
            waiting = [
                version
                for version in work.documents.documents(audiences=by.reads.may_read, kinds=(Kind.SCRIPT,))
                if version.document_id in documents
                and (version.document_id, version.label) not in known
                and not _is_refused(known.get((version.document_id, version.replaces or "")), today)
                and version.withdrawal is None
                and not _is_over(version, today)
            ]
            for version in waiting:
                work.script_approvals.save(
                    ScriptApproval(
                        document_id=version.document_id,
                        label=version.label,
                        approved_by=by.id,
                        approved_at=self.clock.now(),
                        expires_on=until,
                    )
                )
                detail = {"expires_on": until.isoformat(), "note": note}
                self._trace(work, AuditEvent.SCRIPT_APPROVED, version, by, detail)
        return len(waiting)

    def _trace(self, work: UnitOfWork, event: AuditEvent, version: Version, by: Actor, detail: dict[str, str]) -> None:
        work.audit.add(event, actor=by, subject=version.subject, detail=detail, at=self.clock.now())


def _must_review(by: Actor) -> None:
    if by.role is not Role.REVIEWER or Licence.COMPLIANCE not in by.licences:
        raise NotPermitted("只有具备合规资格的审核人可以批准或撤销话术。")


def _must_be_near(until: date, today: date) -> None:
    if until <= today:
        raise Invalid(f"到期日 {until} 必须晚于今天（{today}）。")
    if (until - today).days > LONGEST_DAYS:
        raise Invalid("话术最多批准两年，请选更近的到期日。")


def _script(work: UnitOfWork, script: str, today: date) -> Version:
    document_id, _, label = script.strip().partition("@")
    versions = [each for each in work.documents.versions(document_id) if each.kind is Kind.SCRIPT]
    chosen = [each for each in versions if (each.label == label if label else each.in_force_on(today))]
    if not chosen:
        raise NotFound(f"知识库里没有话术「{script.strip()[:80]}」。")
    return chosen[0]


def _publishers(work: UnitOfWork, version: Version) -> set[str]:
    return {
        entry.record.actor_id
        for entry in work.audit.entries(subject=version.subject)
        if entry.record.event is AuditEvent.VERSION_PUBLISHED
    }


def _must_be_sayable(work: UnitOfWork, version: Version) -> None:
    for provision in work.documents.provisions_of(version.document_id, version.label):
        if provision.heading.strip() != SPOKEN:
            continue
        for finding in wording_findings(provision.text):
            if finding.severity is Severity.BLOCK:
                raise Conflict(f"参考话术里的「{finding.span[:40]}」没有通过用语检查：{finding.reason}")


def _is_refused(corrected: ScriptApproval | None, today: date) -> bool:
    """Whether the version that a correction stands for is no longer approved: the correction waits for a person."""
    return corrected is not None and corrected.state(today) is not ScriptState.APPROVED


def _is_over(version: Version, today: date) -> bool:
    return version.period.effective_to is not None and version.period.effective_to <= today
