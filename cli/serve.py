"""``yice serve``: API and UI on one port."""

import fcntl
import gc
import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.analysis.returns import get_ready
from assistant.bootstrap import Application
from assistant.errors import Unavailable
from assistant.settings import Mode, ServerSettings
from assistant.workflows.load_demo import DEMO_PASSWORD, DEMO_STAFF
from cli.application import open_app, settings_with, told_to_people
from cli.publication import changes_of

if TYPE_CHECKING:
    from ui.house import House

_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - not bound here: the names of "all addresses"


def serve(
    *,
    demo: Annotated[bool, typer.Option("--demo", help="先装载知识库和演示客户。")] = False,
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, help="端口，默认按设置。")] = None,
    folder: Annotated[Path | None, typer.Option("--folder", help="数据文件夹，默认按设置。")] = None,
) -> None:
    """启动服务：接口和页面在同一个端口。"""
    with told_to_people():
        settings = settings_with(port=port, folder=folder)
        server = settings.server
        _must_be_free(server)

    import uvicorn

    from api.app import create_app
    from ui.app import mount_ui

    with _alone_in(settings.storage.folder), open_app(settings, jobs=True) as application:
        if demo:
            typer.echo("正在装载知识库和演示客户……")
            report = application.load_demo()
            typer.echo(f"知识库：新发布 {len(report.published)} 个版本，{report.unchanged} 个没有变化。")
            if told := changes_of(report):
                typer.echo(told)
        host = "127.0.0.1" if server.host in _EVERYWHERE else server.host
        address = f"http://{host}:{server.port}"
        served = create_app(application)
        mount_ui(served, address, house=_house(application))
        _tell(application, address)
        threading.Thread(target=_get_ready, name="get-ready", daemon=True).start()
        uvicorn.run(served, host=server.host, port=server.port, log_level="warning", access_log=False)


def _get_ready() -> None:
    """Load what the first portrait needs, and spare the garbage collector what stays: a full round took 0.2 s."""
    get_ready()
    gc.collect()
    gc.freeze()


def _house(application: Application) -> "House":
    """What the pages say about the firm; the accounts that everybody knows only in demo mode."""
    from ui.house import DemoAccount, House

    accounts = [(username, f"{actor.name} {actor.role.label}") for username, actor in DEMO_STAFF.items()]
    demo = application.settings.mode is Mode.DEMO
    return House(
        firm=application.settings.firm.name,
        complaint_phone=application.settings.firm.complaint_phone,
        demo_accounts=tuple(
            DemoAccount(username, DEMO_PASSWORD, label) for username, label in (*accounts, ("customer", "客户"))
        )
        if demo
        else (),
    )


@contextmanager
def _alone_in(folder: Path) -> Generator[None, None, None]:
    """One serving process a folder: its job engine takes up what the last one left, not what another is doing."""
    with told_to_people():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = (folder / ".serving").open("w")
        except OSError as error:
            raise Unavailable(f"数据文件夹 {folder} 不可用：{error.strerror}。") from None
    with lock:
        with told_to_people():
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise Unavailable(f"数据文件夹 {folder} 正由另一个服务使用。") from None
        yield


def _must_be_free(server: ServerSettings) -> None:
    with socket.socket(socket.AF_INET6 if ":" in server.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((server.host, server.port))
        except OSError:
            raise Unavailable(f"端口 {server.port} 不可用，可能已有程序在使用；请用 --port 换一个。") from None


def _tell(application: Application, address: str) -> None:
    typer.echo(f"\n一策已启动：{address}    接口文档：{address}/docs")
    if application.settings.mode is Mode.DEMO:
        typer.echo(f"演示账号（密码都是 {DEMO_PASSWORD}）：")
        for username, actor in DEMO_STAFF.items():
            typer.echo(f"  {username:<10}{actor.name}  {actor.role.label}")
        typer.echo(f"  {'customer':<10}陈晓岚的第一位客户")
