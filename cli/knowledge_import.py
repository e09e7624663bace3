"""``yice knowledge import``: real documents become library files, and are published when confirmed."""

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from stat import S_ISREG
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.tree import Tree

from assistant.bootstrap import Application
from assistant.errors import Invalid, YiceError
from assistant.identity.model import SYSTEM
from assistant.workflows.import_document import FileReport, ImportReport, Source, Standing
from cli.application import open_app, told_to_people
from cli.knowledge_versions import tell_impact
from knowledge.documents.importing import Hints, Proposal
from knowledge.documents.importing.extracting import SUFFIXES
from knowledge.documents.importing.model import Outline
from knowledge.documents.model import Audience, Kind, Verification

_DAY = ["%Y-%m-%d"]
_SHOWN_WHOLE = 3
_WARNINGS = 20
_DEEPEST = 3
_STANDING = {
    Standing.NEW: "新文件",
    Standing.NEXT: "新版本",
    Standing.SAME: "没有变化",
    Standing.IN_CONFLICT: "有冲突",
    Standing.INCOMPLETE: "缺少日期",
}


def import_documents(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", help="文件或文件夹，可以写多个。")],
    *,
    document_id: Annotated[str | None, typer.Option("--id", help="文件编号；默认按名称认出或取拼音首字母。")] = None,
    kind: Annotated[Kind | None, typer.Option("--kind", help="类别。")] = None,
    title: Annotated[str | None, typer.Option("--title", help="名称。")] = None,
    short_title: Annotated[str | None, typer.Option("--short-title", help="简称。")] = None,
    issuer: Annotated[str | None, typer.Option("--issuer", help="发文机关。")] = None,
    document_number: Annotated[str | None, typer.Option("--number", help="文号。")] = None,
    issued_on: Annotated[datetime | None, typer.Option("--issued-on", formats=_DAY, help="公布日期。")] = None,
    effective_from: Annotated[
        datetime | None, typer.Option("--effective-from", formats=_DAY, help="生效日期（上海时间）。")
    ] = None,
    effective_to: Annotated[
        datetime | None, typer.Option("--effective-to", formats=_DAY, help="失效日期，即不再有效的第一天。")
    ] = None,
    label: Annotated[str | None, typer.Option("--version", help="版本号，默认为生效日期。")] = None,
    audience: Annotated[Audience | None, typer.Option("--audience", help="谁可以看，默认 internal。")] = None,
    verification: Annotated[
        Verification | None, typer.Option("--verification", help="核验状态，默认 secondary。")
    ] = None,
    source: Annotated[str | None, typer.Option("--source", help="来源说明，默认为文件名和摘要。")] = None,
    topics: Annotated[list[str] | None, typer.Option("--topic", help="主题，可重复。")] = None,
    branches: Annotated[list[str] | None, typer.Option("--branch", help="只给这家分支机构看，可重复。")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="把知识库文件写到这个文件夹，便于修改后用 publish 发布。")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="确认发布；不写则只预览。新版本会替代旧版本。")] = False,
    propose_questions: Annotated[
        bool, typer.Option("--propose-questions", help="发布后让配置的模型为新条文提出典型问题，待知识管理员确认。")
    ] = False,
) -> None:
    """导入文档：读取、分条、提示问题；加 --yes 才发布。

    可以导入 Markdown、纯文本、DOCX、PDF、HTML，以及扫描件（需要 OCR 组件）。读不出的文件不影响其他文件。
    """
    hints = Hints(
        document_id=document_id,
        kind=kind,
        title=title,
        short_title=short_title,
        issuer=issuer,
        document_number=document_number,
        issued_on=_day(issued_on),
        effective_from=_day(effective_from),
        effective_to=_day(effective_to),
        label=label,
        audience=audience,
        verification=verification,
        source=source,
        topics=tuple(topics or ()),
        branches=tuple(branches or ()),
    )
    with told_to_people():
        files = tuple(_files(paths))
    if propose_questions and not yes:
        raise typer.BadParameter(
            "要与 --yes 一起使用：条文发布之后才能为它提出典型问题。", param_hint="--propose-questions"
        )
    with open_app() as application:
        if propose_questions:
            application.propose_questions.must_have_a_model()
        largest = application.settings.importing.largest_megabytes * 2**20
        sources = [_source(path, name, largest) for path, name in files]
        with _progress(len(sources)) as begin:
            report = application.import_documents(sources, hints=hints, confirm=yes, by=SYSTEM, progress=begin)
        _show(report)
        if not yes:
            _tell_impact(application, report)
        if out is not None:
            _write(report, out)
        if propose_questions:
            _propose(application, report)
    _conclude(report, yes=yes)


def _propose(application: Application, report: ImportReport) -> None:
    """A version for which nothing could be proposed stays published, and stops no other."""
    for name in report.publication.published if report.publication is not None else ():
        try:
            done = application.propose_questions(name, by=SYSTEM)
        except YiceError as error:
            typer.echo(f"{name}：没有提出典型问题：{error.message}", err=True)
            continue
        typer.echo(f"{name}：为 {done.provisions} 条提出 {len(done.proposed)} 个典型问题，请知识管理员确认后才会使用。")


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _files(paths: list[Path]) -> Iterator[tuple[Path, str]]:
    """Files with the names to report them by; folders are walked without following links."""
    for path in paths:
        if path.is_dir():
            found = sorted(_within(path))
            if not found:
                raise Invalid(f"「{path}」里没有可以导入的文件。")
            yield from ((file, str(file.relative_to(path))) for file in found)
        elif path.exists():
            yield path, path.name
        else:
            raise Invalid(f"找不到「{path}」。")


def _within(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder):
        for name in names:
            file = Path(place) / name
            if file.suffix.lower() in SUFFIXES and not name.startswith((".", "~$")) and not file.is_symlink():
                yield file


def _source(path: Path, name: str, largest: int) -> Source:
    def read() -> bytes:
        try:
            status = path.stat()
            if not S_ISREG(status.st_mode):
                raise Invalid("不是普通文件。")
            if status.st_size > largest:
                megabytes = status.st_size / 2**20
                raise Invalid(
                    f"文件有 {megabytes:.0f} MB，超过上限 {largest // 2**20} MB；请拆分后导入，或在设置中调大上限。"
                )
            return path.read_bytes()
        except OSError as error:
            raise Invalid(f"读不出文件（{error.strerror}）。") from error

    return Source(name, read)


@contextmanager
def _progress(total: int) -> Generator[Callable[[str], None], None, None]:
    """A bar on the error stream while there is more than one file; called with each name when its turn comes."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=total < 2) as bar:  # noqa: PLR2004 - one is no many
        task = bar.add_task("读取", total=total)
        begun = False

        def begin(name: str) -> None:
            nonlocal begun
            bar.update(task, advance=1 if begun else 0, description=escape(name[-30:]))
            begun = True

        yield begin
        bar.update(task, completed=total)


def _show(report: ImportReport) -> None:
    console = Console()
    if len(report.files) <= _SHOWN_WHOLE:
        for each in report.files:
            _show_whole(console, each)
        return
    table = Table("文件", "编号", "名称", "生效", "条文", "提示", "结果")
    for each in report.files:
        table.add_row(*(escape(cell) for cell in _row(each)))
    console.print(table)
    for each in report.files:
        for told in _told(each):
            console.print(f"{escape(each.file_name)}：{escape(told)}", highlight=False, soft_wrap=True)


def _row(report: FileReport) -> tuple[str, ...]:
    preview = report.preview
    if preview is None:
        return report.file_name, "", "", "", "", "", "读不出"
    proposal = preview.proposal
    result = "已发布" if report.published else _STANDING[preview.standing]
    version = proposal.loaded.version if proposal.loaded else None
    return (
        report.file_name,
        version.name if version else "",
        version.short_title if version else proposal.outline.title,
        str(version.period.effective_from) if version else "",
        str(len(proposal.units)),
        str(len(proposal.warnings)),
        result,
    )


def _told(report: FileReport) -> Iterator[str]:
    if report.error is not None:
        yield report.error
    if report.preview is not None:
        yield from (warning.message for warning in report.preview.warnings[:_WARNINGS])
        if (more := len(report.preview.warnings) - _WARNINGS) > 0:
            yield f"另有 {more} 条提示。"


def _show_whole(console: Console, report: FileReport) -> None:
    def say(text: str) -> None:
        console.print(text, markup=False, highlight=False, soft_wrap=True)

    if report.preview is None:
        say(f"{report.file_name}：{report.error}")
        return
    proposal = report.preview.proposal
    say(f"{report.file_name}（{proposal.format.value}）")
    for name, value in _facts(proposal):
        say(f"  {name}：{value}")
    console.print(_tree(proposal.outline))
    for told in _told(report):
        say(f"  ! {told}")
    if report.error is None:
        say("已发布。" if report.published else report.preview.message)


def _facts(proposal: Proposal) -> Iterator[tuple[str, str]]:
    from api.schemas.terms import AUDIENCE_LABELS, KIND_LABELS

    if proposal.loaded is None:
        yield "名称", proposal.outline.title
        return
    version = proposal.loaded.version
    ends = f"，{version.period.effective_to} 失效" if version.period.effective_to else ""
    yield "名称", version.title
    yield "编号", version.name
    yield "类别", KIND_LABELS[version.kind]
    yield "发文机关", version.issuer
    yield "文号", version.document_number or "未写明"
    yield "公布", str(version.issued_on or "未写明")
    yield "生效", f"{version.period.effective_from}{ends}"
    yield "可见范围", AUDIENCE_LABELS[version.audience]
    if len(proposal.history) > 1:
        yield "沿革", "；".join(event.text for event in proposal.history)


def _tree(outline: Outline) -> Tree:
    tree = Tree(f"{escape(outline.title)}（{outline.provisions} 条）")
    _grow(tree, outline, 1)
    return tree


def _grow(tree: Tree, outline: Outline, depth: int) -> None:
    for child in outline.children:
        span = f"{child.first} 至 {child.last}" if child.provisions > 1 else child.first or ""
        branch = tree.add(f"{escape(child.title)}（{child.provisions} 条，{escape(span)}）")
        if depth < _DEEPEST:
            _grow(branch, child, depth + 1)


def _tell_impact(application: Application, report: ImportReport) -> None:
    """What rests on the articles that would change, before anything is published."""
    for each in report.files:
        preview = each.preview
        if preview is not None and preview.closes is not None and preview.proposal.loaded is not None:
            tell_impact(application.trace_impact.of_loaded(preview.proposal.loaded, by=SYSTEM))


def _write(report: ImportReport, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for each in report.files:
        if each.preview is None:
            continue
        loaded = each.preview.proposal.loaded
        name = loaded.version.name if loaded else f"{Path(each.file_name).stem}"
        target = folder / f"{name}.md"
        target.write_bytes(each.preview.proposal.markdown)
        typer.echo(f"已写入 {target}。")


def _conclude(report: ImportReport, *, yes: bool) -> None:
    done = report.publication
    if done is not None:
        told = f"新发布 {len(done.published)} 个版本，共 {_provisions(report)} 条"
        typer.echo(f"{told}；重建索引的文档 {done.indexed_documents} 个。")
        if done.superseded:
            typer.echo(f"被替代的旧版本：{'、'.join(done.superseded)}。")
        if done.voided_cases:
            typer.echo(f"{len(done.voided_cases)} 份未发出的草稿因依据变化退回经办人：{'、'.join(done.voided_cases)}。")
    elif not yes and any(each.preview and each.preview.publishable for each in report.files):
        typer.echo("还没有发布。核对无误后加 --yes 发布。")
    if report.failed:
        typer.echo(f"{len(report.failed)} 个文件没有导入，共 {len(report.files)} 个。", err=True)
        raise typer.Exit(1)


def _provisions(report: ImportReport) -> int:
    return sum(len(each.preview.proposal.units) for each in report.files if each.published and each.preview)
