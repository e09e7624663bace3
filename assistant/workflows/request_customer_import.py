"""Take customer files that somebody uploads, and let a worker import them; tell how far it has come."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.clock import Clock
from assistant.errors import Invalid, NotFound, Unavailable
from assistant.identity.ids import new_id
from assistant.identity.model import Actor
from assistant.storage import Storage
from assistant.workflows.import_customers import ImportCustomers, begin_run, refuse_unless_importer
from knowledge.customers.importing.model import ImportRun, RunState
from knowledge.customers.importing.record_types import RECORD_TYPES
from knowledge.customers.importing.sources import record_type_of

_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came."""

    name: str
    copy_to: Callable[[Path], None]


@dataclass(frozen=True, slots=True)
class RequestCustomerImport:
    """The files are kept under names of our own: a name that was sent never becomes a path."""

    storage: Storage
    imports: ImportCustomers
    enqueue: Callable[[str, str], None]
    clock: Clock

    def __call__(self, uploads: Sequence[Upload], *, dry_run: bool, by: Actor) -> ImportRun:
        """Raises ``Invalid`` where a name is none of ours or comes twice; then nothing is kept."""
        refuse_unless_importer(by)
        named = _named(uploads)
        run = ImportRun(
            id=new_id("import"),
            requested_by=by.id,
            dry_run=dry_run,
            uploaded=True,
            digest="",
            state=RunState.WAITING,
            created_at=self.clock.now(),
        )
        folder = self.imports.upload_of(run.id)
        try:
            folder.mkdir(parents=True)
            for name, upload in named.items():
                upload.copy_to(folder / name)
            with self.storage.unit_of_work() as work:
                begin_run(work, run, by=by)
        except BaseException as error:
            shutil.rmtree(folder.parent, ignore_errors=True)
            if isinstance(error, OSError):
                raise Unavailable(f"上传的文件存不下来（{error.strerror}），什么都没有导入。") from None
            raise
        self.enqueue("import", run.id)
        return run


@dataclass(frozen=True, slots=True)
class FollowCustomerImports:
    """What became of imports, and the rows that they left out."""

    storage: Storage
    imports: ImportCustomers

    def newest(self, *, by: Actor) -> tuple[ImportRun, ...]:
        """The newest first."""
        refuse_unless_importer(by)
        with self.storage.reading() as work:
            return work.imports.runs(limit=_SHOWN)

    def one(self, import_id: str, *, by: Actor) -> ImportRun:
        """One of them, or ``NotFound``."""
        refuse_unless_importer(by)
        with self.storage.reading() as work:
            return work.imports.get_run(import_id)

    def errors(self, import_id: str, *, by: Actor) -> Path:
        """The report of one that has come to its end, or ``NotFound``."""
        run = self.one(import_id, by=by)
        path = self.imports.errors_of(run.id)
        if run.state in (RunState.WAITING, RunState.RUNNING) or not path.is_file():
            raise NotFound("这次导入还没有错误报告，请在完成后再下载。")
        return path


def _named(uploads: Sequence[Upload]) -> dict[str, Upload]:
    found: dict[str, Upload] = {}
    seen: set[str] = set()
    for upload in uploads:
        record_type = record_type_of(upload.name)
        if record_type is None:
            names = "、".join(each.name for each in RECORD_TYPES)
            raise Invalid(f"有一个文件的名称不是任何一种记录。文件名须是下列之一，加上 .csv 或 .parquet：{names}。")
        if record_type.name in seen:
            raise Invalid(f"「{record_type.label}」有两个文件，请只上传一个。")
        seen.add(record_type.name)
        ending = upload.name.rpartition(".")[2].strip().lower()
        found[f"{record_type.name}.{ending}"] = upload
    if not found:
        raise Invalid("没有收到文件。")
    return found
