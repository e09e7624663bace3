"""``yice customers …``: customer records in and out of the house."""

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from assistant.errors import Invalid
from assistant.identity.model import SYSTEM
from assistant.workflows.import_customers import ImportReport
from assistant.workflows.import_customers import Progress as Told
from cli import customers_demand
from cli.application import open_app, told_to_people
from knowledge.customers.importing.model import FileProgress
from knowledge.customers.importing.record_types import BY_NAME
from knowledge.customers.importing.templates import write_templates

app = typer.Typer(help="客户资料。", no_args_is_help=True)
customers_demand.register(app)

_REASONS_SHOWN = 5


@app.callback()
def customers() -> None:
    """客户资料。"""


@app.command("import")
def import_(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="放着 customers.csv、trades.parquet 等文件的文件夹。")
    ],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不写入客户资料。")] = False,
    errors: Annotated[Path | None, typer.Option("--errors", help="把没有导入的行另存为这个 CSV 文件。")] = None,
) -> None:
    """导入一个文件夹的客户资料：每种记录一个 CSV 或 Parquet 文件。

    有错的行不导入并逐行说明，不影响其他行；同一文件可以重复导入；中断后再次运行从中断处继续。
    """
    with open_app() as application, _progress() as tell:
        report = application.import_customers(folder, dry_run=dry_run, by=SYSTEM, progress=tell)
        with told_to_people():
            kept = _copied(report.errors, errors)
    _tell(report, kept)
    if report.run.accepted and not dry_run:
        typer.echo(
            "分群、需求分数和今日待办随之更新：由运行中的服务在一分钟内开始，没有运行时在下次启动（yice serve）时开始。"
        )
    if report.run.failures or (report.run.rows and not report.run.accepted):
        raise typer.Exit(1)


@app.command()
def template(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="把模板写到这个文件夹。")],
) -> None:
    """写出各种文件的模板（只有表头）和填写说明。"""
    with told_to_people():
        names = write_templates(folder)
    typer.echo(f"已在 {folder} 写出 {len(names) - 1} 个模板和 {names[-1]}。")


def _copied(report: Path, wanted: Path | None) -> Path:
    if wanted is None:
        return report
    try:
        shutil.copyfile(report, wanted)
    except OSError as error:
        raise Invalid(f"导入已完成，但写不了「{wanted.name}」（{error.strerror}）；报告在 {report}。") from None
    return wanted


@contextmanager
def _progress() -> Generator[Told, None, None]:
    """A bar a file on the error stream."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:,} 行"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        known: dict[str, TaskID] = {}

        def tell(progress: FileProgress) -> None:
            if progress.record_type not in known:
                label = BY_NAME[progress.record_type].label
                known[progress.record_type] = bars.add_task(label, total=max(progress.lines, 1))
            total = progress.rows_done if progress.finished else None
            bars.update(known[progress.record_type], completed=progress.rows_done, total=total)

        yield tell


def _tell(report: ImportReport, kept: Path) -> None:
    run = report.run
    if report.resumed:
        typer.echo("上一次导入同样的文件时中断了，这次从中断处继续。")
    for file in run.files:
        typer.echo(_line(file, dry_run=run.dry_run))
        for note in file.notes:
            typer.echo(f"  · {note}")
        for reason, number in file.reasons[:_REASONS_SHOWN]:
            typer.echo(f"  ✗ {reason}（{number:,} 处）")
    if run.ignored:
        typer.echo(f"没有读取：{'、'.join(run.ignored[:10])}{' 等' if len(run.ignored) > 10 else ''}。")  # noqa: PLR2004
    rate = f"，每秒 {run.rows / run.seconds:,.0f} 行" if run.seconds else ""
    typer.echo(f"共 {run.rows:,} 行，用时 {run.seconds:.1f} 秒{rate}。")
    if run.voided:
        typer.echo(f"因客户资料变化，{run.voided} 份未发出的草稿退回经办人。")
    if run.rejected or run.failures:
        typer.echo(f"没有导入的行见 {kept}。")


def _line(file: FileProgress, *, dry_run: bool) -> str:
    label = BY_NAME[file.record_type].label
    if file.failed is not None:
        return f"{label}（{file.name}）：没有导入。{file.failed}"
    verb = "可以导入" if dry_run else "导入"
    rejected = f"，{file.rejected:,} 行有错没有导入" if file.rejected else ""
    return f"{label}（{file.name}）：{verb} {file.accepted:,} 行{rejected}。"
