"""``yice account …``: who may log in."""

from typing import Annotated

import typer

from assistant.identity.model import SYSTEM, Licence, Role
from cli.application import open_app

app = typer.Typer(help="账号。", no_args_is_help=True)


@app.callback()
def account() -> None:
    """账号。"""


@app.command()
def add(
    username: Annotated[str, typer.Argument(help="登录用的用户名。")],
    *,
    role: Annotated[Role, typer.Option("--role", help="角色。")],
    name: Annotated[str, typer.Option("--name", help="姓名。")],
    password: Annotated[
        str, typer.Option(prompt="密码", hide_input=True, confirmation_prompt=True, help="不写则提示输入。")
    ],
    registration: Annotated[str | None, typer.Option("--registration", help="投资顾问登记编码。")] = None,
    licence: Annotated[list[Licence] | None, typer.Option("--licence", help="执业资格，可重复。")] = None,
    customer: Annotated[str | None, typer.Option("--customer", help="客户账号所属的客户编号。")] = None,
    branch: Annotated[str | None, typer.Option("--branch", help="所属分支机构；只看全公司和本分支的文件。")] = None,
) -> None:
    """添加一个账号。"""
    with open_app() as application:
        actor = application.add_account(
            username,
            password,
            role=role,
            name=name,
            by=SYSTEM,
            registration_number=registration,
            licences=frozenset(licence or ()),
            customer_id=customer,
            branch=branch,
        )
    typer.echo(f"已添加{actor.role.label}账号 {username}（{actor.name}）。")
