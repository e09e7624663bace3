"""``yice serve``: API and UI on one port."""

from typing import Annotated

import typer

from assistant.bootstrap import Application
from assistant.settings import Mode
from assistant.workflows.load_demo import DEMO_PASSWORD, DEMO_STAFF
from cli.application import open_app


def serve(
    *,
    demo: Annotated[bool, typer.Option("--demo", help="先装载知识库和演示客户。")] = False,
) -> None:
    """启动服务：接口和页面在同一个端口。"""
    import uvicorn

    from api.app import create_app
    from ui.app import mount_ui

    with open_app(jobs=True) as application:
        if demo:
            typer.echo("正在装载知识库和演示客户……")
            report = application.load_demo()
            typer.echo(f"知识库：新发布 {len(report.published)} 个版本，{report.unchanged} 个没有变化。")
        server = application.settings.server
        address = f"http://{server.host}:{server.port}"
        served = create_app(application)
        mount_ui(served, address)
        _tell(application, address)
        uvicorn.run(served, host=server.host, port=server.port, log_level="warning", access_log=False)


def _tell(application: Application, address: str) -> None:
    typer.echo(f"\n一策已启动：{address}    接口文档：{address}/docs")
    if application.settings.mode is Mode.DEMO:
        typer.echo(f"演示账号（密码都是 {DEMO_PASSWORD}）：")
        for username, actor in DEMO_STAFF.items():
            typer.echo(f"  {username:<10}{actor.name}  {actor.role.value}")
        typer.echo("  customer  陈晓岚的第一位客户  customer")
