"""Imports of customer records: how far they have come, and what they left out."""

from datetime import datetime
from typing import Self

from pydantic import Field

from api.schemas.base import View
from knowledge.customers.importing.model import FileProgress, ImportRun, RunState
from knowledge.customers.importing.record_types import BY_NAME, RecordType

_STATE_LABELS = {
    RunState.WAITING: "等待导入",
    RunState.RUNNING: "正在导入",
    RunState.INTERRUPTED: "已中断",
    RunState.DONE: "已完成",
    RunState.FAILED: "失败",
}


class RejectionView(View):
    """Why rows were left out."""

    reason: str = Field(examples=["成交日期：没有这一天。"])
    count: int = Field(ge=1, description="多少处。", examples=[12])


class ImportFileView(View):
    """One file of an import."""

    record_type: str = Field(examples=["trades"])
    label: str = Field(examples=["交易"])
    name: str = Field(examples=["trades.csv"])
    lines: int = Field(ge=0, description="文件的行数，约等于记录数。", examples=[100000])
    rows: int = Field(ge=0, description="已读的行数。", examples=[40000])
    accepted: int = Field(ge=0, examples=[39998])
    rejected: int = Field(ge=0, examples=[2])
    finished: bool
    failed: str | None = Field(description="整个文件不能导入的原因。")
    notes: tuple[str, ...] = Field(description="已导入但需要人看一眼的事。")
    reasons: tuple[RejectionView, ...]

    @classmethod
    def of(cls, progress: FileProgress) -> Self:
        """As far as it has come."""
        return cls(
            record_type=progress.record_type,
            label=BY_NAME[progress.record_type].label,
            name=progress.name,
            lines=progress.lines,
            rows=progress.rows_done,
            accepted=progress.accepted,
            rejected=progress.rejected,
            finished=progress.finished,
            failed=progress.failed,
            notes=progress.notes,
            reasons=tuple(RejectionView(reason=reason, count=count) for reason, count in progress.reasons),
        )


class CustomerImportView(View):
    """One import."""

    id: str = Field(examples=["import-bcdfghjkmnprstyzbcdf"])
    state: RunState
    state_label: str = Field(examples=["正在导入"])
    dry_run: bool = Field(description="只检查，没有写入客户资料。")
    created_at: datetime
    finished_at: datetime | None
    seconds: float = Field(ge=0, examples=[9.7])
    rows: int = Field(ge=0)
    accepted: int = Field(ge=0)
    rejected: int = Field(ge=0)
    voided: int = Field(ge=0, description="因客户资料变化而退回的草稿数。")
    error: str | None
    files: tuple[ImportFileView, ...]

    @classmethod
    def of(cls, run: ImportRun) -> Self:
        """As it stands."""
        return cls(
            id=run.id,
            state=run.state,
            state_label=_STATE_LABELS[run.state],
            dry_run=run.dry_run,
            created_at=run.created_at,
            finished_at=run.finished_at,
            seconds=run.seconds,
            rows=run.rows,
            accepted=run.accepted,
            rejected=run.rejected,
            voided=run.voided,
            error=run.error,
            files=tuple(map(ImportFileView.of, run.files)),
        )


class RecordTypeView(View):
    """A kind of file that may be imported."""

    name: str = Field(examples=["trades"])
    label: str = Field(examples=["交易"])
    meaning: str
    columns: tuple[str, ...] = Field(examples=[["trade_id", "customer_id"]])

    @classmethod
    def of(cls, record_type: RecordType) -> Self:
        """With the names of its columns."""
        return cls(
            name=record_type.name,
            label=record_type.label,
            meaning=record_type.meaning,
            columns=tuple(column.name for column in record_type.columns),
        )
