"""``yice demo …``: fill an empty house for a demonstration."""

from typing import Annotated

import typer

from assistant.workflows.load_demo import DEMO_CUSTOMERS, DEMO_PASSWORD, DEMO_SEED, DEMO_STAFF
from cli.application import open_app
from cli.publication import changes_of

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
