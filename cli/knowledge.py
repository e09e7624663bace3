"""``yice knowledge …`` and ``yice search``: the library at the command line."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from assistant.identity.model import SYSTEM
from assistant.workflows.browse_library import LibraryEntry
from assistant.workflows.show_provision import ShownProvision
from cli import knowledge_keeping, knowledge_versions
from cli.application import open_app, open_furnished_app
from cli.knowledge_import import import_documents
from cli.publication import changes_of
from knowledge.documents.model import Kind, Provision, Verification, VersionState

app = typer.Typer(help="知识库：发布、查看。", no_args_is_help=True)
app.command("import")(import_documents)
knowledge_keeping.register(app)
knowledge_versions.register(app)

AsOf = Annotated[datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="按哪一天有效的内容，默认今天。")]

_VERIFICATION = {
    Verification.VERIFIED: "已核对",
    Verification.SECONDARY: "二手来源",
    Verification.UNVERIFIED: "未核实",
}


@app.command()
def publish(
    path: Annotated[Path, typer.Argument(help="一个文件，或一个文件夹。")],
    *,
    supersede: Annotated[bool, typer.Option("--supersede", help="新版生效之日，旧版即告失效。")] = False,
    correct: Annotated[
        bool, typer.Option("--correct", help="版本号已发布、正文已改的文件，作为更正发布；例如升级自带的知识库。")
    ] = False,
) -> None:
    """发布知识库文件；全部正确才发布，重复发布不产生变化。"""
    with open_app() as application:
        report = application.publish_library(path, supersede=supersede, correct=correct, by=SYSTEM)
    typer.echo(
        f"新发布 {len(report.published)} 个版本，{report.unchanged} 个没有变化；"
        f"更新产品 {report.products} 个；重建索引的文档 {report.indexed_documents} 个。"
    )
    if told := changes_of(report):
        typer.echo(told)
    if report.superseded:
        typer.echo(f"被新版替代：{'、'.join(report.superseded)}。")
    if report.voided_cases:
        typer.echo(f"{len(report.voided_cases)} 份未发出的草稿因依据变化退回经办人：{'、'.join(report.voided_cases)}。")


@app.command()
def reindex() -> None:
    """重建检索索引；建成之前旧索引照常回答，中断后再次运行会接着做。"""
    with open_app() as application:
        documents = application.reindex_library(
            by=SYSTEM, tell=lambda step: typer.echo(f"  {step.sequence / max(1, step.last):.0%}", err=True)
        )
    typer.echo(f"已重建检索索引，共 {documents} 个文档。")


@app.command()
def train() -> None:
    """用使用中学到的问法训练检索排序；在没见过的问法上比现有排序好才启用。"""
    with open_app() as application:
        trial = application.train_ranker(by=SYSTEM)
    told = f"{trial.questions} 个问法：平均倒数排名 {trial.today:.3f} → {trial.learned:.3f}。"
    typer.echo(told + ("新的排序下次启动时启用。" if trial.pays else "没有变好，继续使用现有的排序。"))


@app.command("list")
def list_documents(
    *,
    kind: Annotated[list[Kind] | None, typer.Option("--kind", help="只看这一类，可重复。")] = None,
    text: Annotated[str | None, typer.Option("--text", help="名称、编号或主题里包含的文字。")] = None,
    issuer: Annotated[str | None, typer.Option("--issuer", help="只看这个发文机关的。")] = None,
    state: Annotated[list[VersionState] | None, typer.Option("--state", help="只看这种状态，可重复。")] = None,
    as_of: AsOf = None,
) -> None:
    """列出文档和版本，以及各自的状态和条数。"""
    with open_app() as application:
        entries = application.browse_library.entries(
            SYSTEM,
            text=text,
            kinds=kind or (),
            issuer=issuer,
            states=state or (),
            in_force_on=as_of.date() if as_of else None,
        )
    table = Table("编号", "版本", "名称", "生效", "失效", "状态", "条数", "核验")
    for entry in entries:
        table.add_row(*_row(entry))
    Console().print(table)
    typer.echo(f"共 {len(entries)} 个版本。")


@app.command()
def show(
    reference: Annotated[str, typer.Argument(help="SUIT:22、SUIT:22@2022-08-12 或 适当性办法第22条")],
    *,
    links: Annotated[bool, typer.Option("--links", help="同时列出它引用的和引用它的条文。")] = False,
    as_of: AsOf = None,
) -> None:
    """显示一条条文。"""
    with open_app() as application:
        shown = application.show_provision.shown(reference, as_of=as_of.date() if as_of else None, by=SYSTEM)
    typer.echo(_whole(shown))
    if links:
        typer.echo(f"\n引用 {len(shown.cites)} 条，被 {len(shown.cited_by)} 条引用（按 {shown.on}）。")
        for sign, provisions in (("→", shown.cites), ("←", shown.cited_by)):
            for each in provisions:
                typer.echo(f"{sign} {each.ref}  {each.citation}")


def search(
    text: Annotated[str, typer.Argument(help="要搜索的问题或关键词。")],
    *,
    as_of: AsOf = None,
    kind: Annotated[list[Kind] | None, typer.Option("--kind", help="只看这一类，可重复。")] = None,
    limit: Annotated[int, typer.Option("--limit", help="最多几条。")] = 8,
) -> None:
    """搜索知识库。"""
    with open_furnished_app() as application:
        day = as_of.date() if as_of else None
        result = application.search_library(text, as_of=day, by=SYSTEM, kinds=kind or (), limit=limit)
    for note in result.notes:
        typer.echo(note)
    for number, hit in enumerate(result.hits, start=1):
        typer.echo(
            f"{number}. [{hit.score:.2f}] {hit.provision.citation}（{hit.provision.ref}）{_title(hit.provision)}"
        )
        typer.echo(f"   {_first_sentence(hit.provision)}")
    verdict = "足以回答" if result.enough else "不足以回答"
    day, count = result.query.as_of, len(result.hits)
    typer.echo(f"按 {day} 有效的内容，找到 {count} 条；覆盖度 {result.coverage:.2f}，{verdict}。")


def _row(entry: LibraryEntry) -> tuple[str, ...]:
    version, period = entry.version, entry.version.period
    return (
        version.document_id,
        version.label,
        version.short_title,
        str(period.effective_from),
        str(period.effective_to or ""),
        entry.state.label,
        str(entry.articles),
        _VERIFICATION[version.verification],
    )


def _whole(shown: ShownProvision) -> str:
    provision, period = shown.provision, shown.provision.period
    until = f"，{period.effective_to} 失效" if period.effective_to else ""
    return "\n".join(
        (
            f"{provision.document_title}  {provision.ref}",
            " > ".join((*provision.path, provision.heading)),
            f"{period.effective_from} 生效{until}；{shown.state.label}；{_VERIFICATION[provision.verification]}",
            "",
            provision.text,
        )
    )


def _title(provision: Provision) -> str:
    return provision.heading.partition(" ")[2]


def _first_sentence(provision: Provision) -> str:
    return provision.text.partition("\n")[0]
