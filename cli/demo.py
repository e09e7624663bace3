"""``yice demo …``: fill an empty house for a demonstration, or write the files of a fictional book."""

import time
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from assistant.bootstrap import SHIPPED_LIBRARY
from assistant.clock import Clock
from assistant.workflows.generate_customers import GenerateCustomers
from assistant.workflows.load_demo import DEMO_CUSTOMERS, DEMO_PASSWORD, DEMO_SEED, DEMO_STAFF
from cli.application import open_app, told_to_people
from cli.publication import changes_of
from knowledge.customers.generating.describe import describe as describe_folder
from knowledge.customers.generating.write import TRUTH, Layout
from knowledge.customers.importing.record_types import BY_NAME

app = typer.Typer(help="演示数据。", no_args_is_help=True)


@app.callback()
def demo() -> None:
    """演示数据。"""


@app.command()
def load(
    *,
    customers: Annotated[int, typer.Option("--customers", min=1, max=50_000, help="虚构客户的人数。")] = DEMO_CUSTOMERS,
    seed: Annotated[int, typer.Option("--seed", help="随机种子；同一种子同一天得到同样的数据。")] = DEMO_SEED,
) -> None:
    """装载知识库、演示账号和虚构客户；已有的客户和账号不会改动，知识库以自带的文件为准。"""
    with open_app() as application:
        report = application.load_demo(customers=customers, seed=seed)
    typer.echo(f"知识库新发布 {len(report.published)} 个版本，{report.unchanged} 个没有变化；演示客户已就绪。")
    if told := changes_of(report):
        typer.echo(told)
    typer.echo(f"演示账号：{'、'.join((*DEMO_STAFF, 'customer'))}，密码均为 {DEMO_PASSWORD}。")


@app.command()
def generate(
    *,
    out: Annotated[Path, typer.Option("--out", help="写到哪个文件夹；须不存在或为空。")],
    customers: Annotated[int, typer.Option("--customers", min=1, max=200_000, help="虚构客户的人数。")] = 5_000,
    seed: Annotated[int, typer.Option("--seed", help="随机种子；同一种子同一天得到同样的文件。")] = DEMO_SEED,
    today: Annotated[
        datetime | None, typer.Option("--today", formats=["%Y-%m-%d"], help="历史到哪一天的前一天为止，默认今天。")
    ] = None,
    layout: Annotated[Layout, typer.Option("--format", help="文件格式。")] = Layout.CSV,
) -> None:
    """写出一批虚构客户三年多的记录，可用 yice customers import 导入；真实需求另存，导入时不读。"""
    began = time.monotonic()
    with told_to_people():
        rows = GenerateCustomers(SHIPPED_LIBRARY, Clock())(
            out, customers=customers, seed=seed, today=today.date() if today else None, layout=layout
        )
    for name, number in sorted(rows.items(), key=lambda each: -each[1]):
        label = BY_NAME[name].label if name in BY_NAME else f"真实需求（{TRUTH}）"
        typer.echo(f"{label} {number:,} 行")
    typer.echo(f"已写到 {out}，用时 {time.monotonic() - began:.1f} 秒。")


@app.command()
def describe(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="yice demo generate 写出的文件夹。")],
) -> None:
    """看一批虚构客户的分布，以及真实需求有多大比例可以预知。"""
    with told_to_people():
        for figure in describe_folder(folder):
            typer.echo(f"{figure.label}：{figure.value}")
