"""Import a folder of customer records: every sound row, no half of one, and the same result however often it is run."""

import hashlib
import shutil
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from assistant.analysis.suitability import SuitabilityPolicy
from assistant.audit.model import AuditEvent
from assistant.clock import Clock
from assistant.errors import Conflict, Invalid, NotPermitted
from assistant.identity.ids import new_id
from assistant.identity.model import Actor, Role
from assistant.presence import Presence
from assistant.storage import Storage, UnitOfWork
from assistant.workflows.refresh_tags import refresh_tags
from assistant.workflows.void_outdated import VoidOutdated
from knowledge.customers.importing.model import FileProgress, ImportRun, RunState
from knowledge.customers.importing.record_types import OWNED, PRICES, RecordType
from knowledge.customers.importing.reporting import ErrorReport
from knowledge.customers.importing.sources import Inspection, SourceFile, files_of, inspect, read, refuse_if_changed
from knowledge.customers.importing.validating import Judged, Known, Owners, Validator
from knowledge.customers.model import Scope

IMPORTERS = frozenset({Role.ADMINISTRATOR, Role.SYSTEM})
Progress = Callable[[FileProgress], None]
_DERIVED_AT_ONCE = 2_000
"""Customers that are brought up to date in one unit of work, so that others may write in between."""
_PROFILE = frozenset(
    {"customers", "assessments", "permissions", "accounts", "holdings", "margin_positions", "consents"}
)
"""Record types that checks of a draft rest on."""
_LONGEST_NAME = 200
_INTERRUPTED = "导入没有完成就中断了，已读的行保留。对同样的文件再次运行 yice customers import，会从中断处继续。"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What became of an import."""

    run: ImportRun
    errors: Path
    """Rows that were left out, as CSV."""
    resumed: bool
    """It went on where an earlier run of the same files was interrupted."""


@dataclass(frozen=True, slots=True)
class ImportCustomers:
    """Rows are written in stretches, each with its progress in one unit of work.

    A run that was killed goes on where it stopped: rows that are done are judged once more, for the report, and not
    written again. A run that came to its end is a new run the next time, because the records may have changed since.
    """

    storage: Storage
    void_outdated: VoidOutdated
    policy: SuitabilityPolicy
    folder: Path
    """Where uploads and reports are kept, by id of the run."""
    clock: Clock

    def __call__(
        self, folder: Path, *, dry_run: bool = False, by: Actor, progress: Progress | None = None
    ) -> ImportReport:
        """Import every file of ``folder`` that bears the name of a record type.

        Raises:
            NotPermitted: only administrators import.
            Invalid: there is nothing to import.
            Conflict: another process imports the same files now.

        """
        refuse_unless_importer(by)
        files, ignored = files_of(folder)
        inspected = [(file, _inspected(file)) for file in files]
        digest = _digest(*(f"{file.record_type.name}={_word(found)}" for file, found in inspected))
        with self.storage.reading() as work:
            interrupted = work.imports.interrupted(digest, dry_run=dry_run)
        run = interrupted or ImportRun(
            id=new_id("import"),
            requested_by=by.id,
            dry_run=dry_run,
            uploaded=False,
            digest=digest,
            state=RunState.RUNNING,
            created_at=self.clock.now(),
            ignored=ignored,
        )
        presence = Presence(self.folder / run.id)
        if not presence.announce():
            raise Conflict("同样的文件正由另一个进程导入，请等它结束。")
        try:
            if interrupted is None:
                with self.storage.unit_of_work() as work:
                    begin_run(work, run, by=by)
            return self._run(run, inspected, by=by, progress=progress, resumed=interrupted is not None)
        finally:
            presence.leave()

    def uploaded(self, import_id: str) -> None:
        """Do an upload, or go on with it; nothing to do where it is done. Whoever asked for it is the actor."""
        with self.storage.reading() as work:
            run = work.imports.get_run(import_id)
            if run.state not in (RunState.WAITING, RunState.RUNNING):
                return
            by = work.accounts.get(run.requested_by).actor
        folder = self.upload_of(import_id)
        try:
            files, ignored = files_of(folder)
        except Invalid as error:
            self._conclude(replace(run, state=RunState.FAILED, error=error.message), by=by)
            return
        inspected = [(file, _inspected(file)) for file in files]
        self._run(replace(run, ignored=ignored), inspected, by=by, progress=None, resumed=False)
        shutil.rmtree(folder, ignore_errors=True)  # nobody needs the names and numbers in it any more

    def due(self) -> tuple[str, ...]:
        """Ids of uploads that are still to be done; imports from folders whose process was killed are told as such."""
        with self.storage.reading() as work:
            running, uploads = work.imports.running_from_folders(), work.imports.unfinished_uploads()
        for run in running:
            if (self.folder / run.id).is_dir():
                self._interrupt_unless_alive(run)
        return uploads

    def _interrupt_unless_alive(self, run: ImportRun) -> None:
        presence = Presence(self.folder / run.id)
        if not presence.announce():
            return
        try:
            with self.storage.unit_of_work() as work:
                work.imports.interrupt(run.id, why=_INTERRUPTED, at=self.clock.now())
        finally:
            presence.leave()

    def upload_of(self, import_id: str) -> Path:
        """Where the files of an upload lie."""
        return self.folder / import_id / "files"

    def errors_of(self, import_id: str) -> Path:
        """Where the report of a run lies."""
        return self.folder / import_id / "errors.csv"

    def _run(
        self,
        run: ImportRun,
        inspected: Sequence[tuple[SourceFile, Inspection | str]],
        *,
        by: Actor,
        progress: Progress | None,
        resumed: bool,
    ) -> ImportReport:
        began = time.monotonic()
        known = {each.record_type: each for each in run.files}
        fresh = [_progress_of(file, found, known) for file, found in inspected]
        run = replace(run, state=RunState.RUNNING, files=tuple(fresh), error=None, finished_at=None)
        with self.storage.unit_of_work() as work:
            work.imports.save_run(run)
            work.imports.save_files(run)
        task = _Task(self, run, self._known(), progress or _silent)
        with ErrorReport(self.errors_of(run.id)) as report:
            for file, found in inspected:
                task.take(file, found, report)
        run = replace(run, files=tuple(task.files), state=RunState.DONE)
        voided = () if run.dry_run else self._follow_up(task)
        run = replace(run, voided=len(voided), seconds=round(time.monotonic() - began, 3))
        return ImportReport(run=self._conclude(run, by=by), errors=self.errors_of(run.id), resumed=resumed)

    def _known(self) -> Known:
        with self.storage.reading() as work:
            advisors = [each for each in work.accounts.of_role(Role.ADVISOR) if each.active]
            return Known(
                today=self.clock.today(),
                advisors={each.actor.id: each.actor.id for each in advisors}
                | {each.username: each.actor.id for each in advisors},
                customers=work.imports.customer_ids(scope=Scope.everyone()),
                products={each.code: each.risk_grade.value for each in work.products.all()},
                priced=work.prices.codes(),
            )

    def _follow_up(self, task: "_Task") -> tuple[str, ...]:
        """What is derived follows the records; what rests on a profile that changed does not leave.

        What was learned about somebody who withdrew consent is forgotten now, not at the next scoring.
        """
        ids = sorted(task.customers)
        for start in range(0, len(ids), _DERIVED_AT_ONCE):
            some = ids[start : start + _DERIVED_AT_ONCE]
            with self.storage.unit_of_work() as work:
                work.imports.derive(some)
                refresh_tags(work, as_of=self.clock.today(), policy=self.policy, customer_ids=some)
        with self.storage.unit_of_work() as work:
            work.demand.forget_unprofiled()
            work.segments.forget_unprofiled()
            work.next_actions.forget_personal()
        return self.void_outdated.of_customers(task.profiles)

    def _conclude(self, run: ImportRun, *, by: Actor) -> ImportRun:
        run = replace(run, finished_at=self.clock.now())
        with self.storage.unit_of_work() as work:
            work.imports.save_run(run)
            work.imports.save_files(run)
            work.audit.add(
                AuditEvent.CUSTOMERS_IMPORTED,
                actor=by,
                subject=f"import:{run.id}",
                detail={
                    "digest": run.digest,
                    "dry_run": run.dry_run,
                    "state": run.state.value,
                    "voided": run.voided,
                    "files": {
                        each.record_type: {"accepted": each.accepted, "rejected": each.rejected} for each in run.files
                    },
                },
                at=self.clock.now(),
            )
        return run


class _Task:
    """One run on its way through its files."""

    def __init__(self, workflow: ImportCustomers, run: ImportRun, known: Known, progress: Progress) -> None:
        self._storage = workflow.storage
        self._run = run
        self._known = known
        self._tell = progress
        self._earlier = {each.record_type: each for each in run.files}
        self.files: list[FileProgress] = []
        self.customers: set[str] = set()
        """Whose records were taken."""
        self.profiles: set[str] = set()
        """Whose drafts may no longer hold."""

    def take(self, file: SourceFile, found: Inspection | str, report: ErrorReport) -> None:
        """One file to its end; what stops it stops no other."""
        self._reached = self._earlier[file.record_type.name]
        if isinstance(found, str):
            self._fail(found, report)
            return
        try:
            self._read(file, found, report)
        except Invalid as error:
            self._fail(error.message, report)

    def _fail(self, message: str, report: ErrorReport) -> None:
        report.fail(self._reached.name, message)
        self.files.append(replace(self._reached, failed=message, finished=True))
        self._tell(self.files[-1])

    def _read(self, file: SourceFile, found: Inspection, report: ErrorReport) -> None:
        progress = self._reached
        judged_by = self._judged_by(found)
        done_before = progress.rows_done if progress.digest == judged_by else 0
        notes, chunks = read(file, found)
        validator = Validator(file.record_type, self._known, self._owners(file.record_type))
        progress = replace(progress, digest=judged_by, rows_done=0, accepted=0, rejected=0)
        for chunk in chunks:
            refuse_if_changed(file, found)
            judged = validator.judge(chunk)
            report.add(progress.name, judged.problems)
            progress = replace(
                progress,
                rows_done=progress.rows_done + chunk.rows,
                accepted=progress.accepted + judged.accepted.height,
                rejected=progress.rejected + judged.rejected,
            )
            if progress.rows_done > done_before:
                self._write(file.record_type, judged, progress)
            self._note(file.record_type, judged)
            self._reached = progress
            self._tell(progress)
        self._finish(
            replace(
                progress,
                finished=True,
                notes=(*found.notes, *notes, *validator.notes()),
                reasons=report.reasons(progress.name),
            )
        )

    def _finish(self, progress: FileProgress) -> None:
        with self._storage.unit_of_work() as work:
            work.imports.save_file(self._run.id, progress)
        self.files.append(progress)
        self._tell(progress)

    def _write(self, record_type: RecordType, judged: Judged, progress: FileProgress) -> None:
        """The rows and how far the file has come, together; in a dry run only how far."""
        with self._storage.unit_of_work() as work:
            if self._run.dry_run:
                pass
            elif record_type is PRICES:
                work.prices.upsert(judged.accepted.drop("row").to_dicts())
            else:
                work.imports.write(record_type, judged.accepted)
            work.imports.save_file(self._run.id, progress)

    def _note(self, record_type: RecordType, judged: Judged) -> None:
        if "customer_id" in judged.accepted.columns:
            changed = judged.accepted["customer_id"].unique().to_list()
            self.customers.update(changed)
            if record_type.name in _PROFILE:
                self.profiles.update(changed)

    def _owners(self, record_type: RecordType) -> Owners:
        """Asked in short reads: one over the whole file would keep the journal from being cleared."""
        if record_type.name not in OWNED:
            return lambda _: {}
        with self._storage.reading() as work:
            if not work.imports.holds_any(record_type):
                return lambda _: {}

        def find(identifiers: Sequence[str]) -> Mapping[str, str]:
            with self._storage.reading() as work:
                return work.imports.owners(record_type, identifiers)

        return find

    def _judged_by(self, found: Inspection) -> str:
        """What the rows are, and everything that they are judged by."""
        known = self._known
        return _digest(
            found.digest,
            known.today.isoformat(),
            *sorted(f"{name}={account}" for name, account in known.advisors.items()),
            *sorted(f"{code}={grade}" for code, grade in known.products.items()),
            *sorted(known.priced),
            f"{len(known.customers)}:{_fingerprint(known.customers)}",
        )


def refuse_unless_importer(by: Actor) -> None:
    """``NotPermitted`` for everybody who may not import customers."""
    if by.role not in IMPORTERS:
        raise NotPermitted("只有管理员可以导入客户资料。")


def begin_run(work: UnitOfWork, run: ImportRun, *, by: Actor) -> None:
    """Keep a new run, with its trace."""
    work.imports.add_run(run)
    work.audit.add(
        AuditEvent.CUSTOMERS_IMPORT_BEGUN,
        actor=by,
        subject=f"import:{run.id}",
        detail={"digest": run.digest, "dry_run": run.dry_run, "uploaded": run.uploaded},
        at=run.created_at,
    )


def _inspected(file: SourceFile) -> Inspection | str:
    """What its bytes tell, or why they cannot be read."""
    try:
        return inspect(file)
    except Invalid as error:
        return error.message


def _word(found: Inspection | str) -> str:
    return found.digest if isinstance(found, Inspection) else found


def _progress_of(file: SourceFile, found: Inspection | str, known: Mapping[str, FileProgress]) -> FileProgress:
    """Where the file stood when the run was interrupted, or its beginning."""
    earlier = known.get(file.record_type.name)
    fresh = FileProgress(
        record_type=file.record_type.name,
        name=file.path.name[-_LONGEST_NAME:],
        lines=found.lines if isinstance(found, Inspection) else 0,
    )
    return fresh if earlier is None else replace(fresh, digest=earlier.digest, rows_done=earlier.rows_done)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _fingerprint(ids: Collection[str]) -> int:
    """The same for the same ids in any order."""
    return int(pl.Series(list(ids), dtype=pl.String).hash(seed=0).sum())


def _silent(_progress: FileProgress) -> None:
    """Nobody watches."""
