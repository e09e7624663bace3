"""The pages, and how they are put on the API's port."""

import warnings
from functools import partial
from typing import TypeVar

import gradio as gr
import httpx
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from ui.client import ApiClient, open_http
from ui.gate import Gate
from ui.house import House
from ui.pages import (
    chat,
    customer_imports,
    customers,
    drafts,
    exports,
    inbox,
    library,
    library_imports,
    login,
    operations,
    plans,
    review,
    today,
)
from ui.panels import Kit
from ui.rendering import STATIC, static
from ui.visitors import PAGES, SESSION_COOKIE, Visitors

Application = TypeVar("Application", bound=Starlette)

_HEAD = (
    f'<link rel="icon" href="{static("mark.svg")}" type="image/svg+xml">'
    f'<link rel="stylesheet" href="{static("theme.css")}">'
    f'<script src="{static("page.js")}" defer></script>'
    f'<script src="{static("library.js")}" defer></script>'
    f'<script src="{static("day.js")}" defer></script>'
    f'<script src="{static("imports.js")}" defer></script>'
)
_FONTS = ("PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", "sans-serif")
_MONO = ("SFMono-Regular", "Consolas", "Noto Sans Mono CJK SC", "monospace")
_BUILDERS = {
    "/": chat.build,
    "/today": today.build,
    "/customers": customers.build,
    "/drafts": drafts.build,
    "/plans": plans.build,
    "/review": review.build,
    "/inbox": inbox.build,
    "/library": library.build,
    "/operations": operations.build,
    "/imports": customer_imports.build,
}
_CONCURRENT = 32


def mount_ui(app: Application, api_base_url: str, *, house: House | None = None) -> Application:
    """Put the pages at ``/`` of the API's own app, behind the gate. Call it last: it answers every other path."""
    kit = _kit(open_http(api_base_url), house)
    app.router.routes.extend(
        [
            *login.routes(kit),
            *exports.routes(kit, api_base_url),
            *library_imports.routes(kit, api_base_url),
            *customer_imports.routes(kit, api_base_url),
        ]
    )
    app.router.routes.append(Mount("/ui-static", StaticFiles(directory=STATIC)))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="SSR mode is not supported", category=UserWarning)  # it is off
        gr.mount_gradio_app(app, _build(kit), path="/", **mount_options())
    app.add_middleware(Gate, visitors=kit.visitors)
    return app


def mount_options() -> dict[str, object]:
    """What ``gr.mount_gradio_app`` is to be told: no server-side rendering, no footer, nothing from elsewhere."""
    return {
        "ssr_mode": False,
        "footer_links": [],
        "run_history": False,
        "show_error": False,
        "enable_monitoring": False,
        "mcp_server": False,
        "pwa": False,
        "max_file_size": "1kb",
        "theme": gr.themes.Base(font=list(_FONTS), font_mono=list(_MONO)),
        "head": _HEAD,
        "auth_dependency": lambda request: "visitor" if request.cookies.get(SESSION_COOKIE) else None,
    }


def _kit(http: httpx.Client, house: House | None) -> Kit:
    client = partial(ApiClient, http)
    return Kit(client=client, visitors=Visitors(client), house=house or House())


def _build(kit: Kit) -> gr.Blocks:
    with gr.Blocks(title="一策 Yice", analytics_enabled=False, fill_width=True) as pages:
        _BUILDERS["/"](kit, pages)
    for path, (name, _) in PAGES.items():
        if path != "/":
            with pages.route(name, path, show_in_navbar=False):
                _BUILDERS[path](kit, pages)
    pages.queue(default_concurrency_limit=_CONCURRENT)
    return pages
