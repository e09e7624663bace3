"""The HTTP API over an opened application."""

from importlib.metadata import version
from threading import BoundedSemaphore
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.openapi.utils import get_openapi
from fastapi.staticfiles import StaticFiles
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import HTMLResponse

from api.errors import handle_errors, problem_responses
from api.middleware import RequestGuard
from api.routes import (
    actions,
    allocations,
    cases,
    chat,
    customer_imports,
    customers,
    demand,
    health,
    inbox,
    insistences,
    library,
    library_changes,
    library_imports,
    library_keeping,
    operations,
    plan_batches,
    plans,
    sessions,
)
from api.routes.unknown import answer_unknown
from api.schemas.problems import Problem
from assistant.bootstrap import Application
from assistant.settings import Settings

_DESCRIPTION = """
证券公司智能投顾助手。回答都有出处；发给客户的内容，一字一句都经持证人员批准。

先 `POST /api/sessions` 登录，之后每个请求带 `Authorization: Bearer …`。
出错时返回 `application/problem+json`（RFC 9457），`title` 与 `detail` 可直接给人看。
"""
_SUBJECTS = (
    sessions,
    chat,
    library,
    library_changes,
    library_imports,
    library_keeping,
    actions,
    customers,
    customer_imports,
    demand,
    plans,
    plan_batches,
    cases,
    allocations,
    insistences,
    inbox,
    operations,
)


_COMPONENT = "#/components/schemas/{model}"


class _Api(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """The document, with the schemas of what is read and answered beside the routes' own signatures."""
        if self.openapi_schema is None:
            document = get_openapi(
                title=self.title, version=self.version, description=self.description, routes=self.routes
            )
            for name, model in {**library_imports.BODIES, **customer_imports.BODIES}.items():
                _add_schema(document, name, model)
            _add_schema(document, "Problem", Problem.model_json_schema(ref_template=_COMPONENT))
            self.openapi_schema = document
        return self.openapi_schema


def _add_schema(document: dict[str, Any], name: str, schema: dict[str, Any]) -> None:
    parts = schema.pop("$defs", {})
    document["components"]["schemas"] |= parts | {name: schema}


def create_app(application: Application) -> FastAPI:
    """The API of ``application``, which is opened and closed elsewhere."""
    app = _Api(
        title="一策 Yice",
        version=version("yice"),
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
    )
    app.state.application = application
    handle_errors(app)
    app.state.import_slots = BoundedSemaphore(library_imports.READ_AT_ONCE)
    _guard(app, application.settings)
    api = APIRouter(prefix="/api", responses=problem_responses())
    for subject in _SUBJECTS:
        api.include_router(subject.router)
    app.include_router(health.router)
    app.include_router(api)
    answer_unknown(app)
    _serve_docs(app)
    return app


def _guard(app: FastAPI, settings: Settings) -> None:
    origins = settings.server.cors_origins
    if origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(origins),
            allow_methods=["GET", "POST", "PATCH"],
            allow_headers=["Authorization", "Content-Type", "X-Request-ID"],
            expose_headers=["Location", "Retry-After", "X-Request-ID"],
            max_age=600,
        )
    limits = settings.importing
    larger = library_imports.largest_bodies(limits.largest_megabytes * 2**20)
    app.add_middleware(RequestGuard, larger={**larger, **customer_imports.largest_bodies(limits.customer_megabytes)})


def _serve_docs(app: FastAPI) -> None:
    """Swagger UI from our own port: nothing is fetched from elsewhere."""

    def docs() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url="/openapi.json",
            title=app.title,
            swagger_js_url="/docs/files/swagger-ui-bundle.js",
            swagger_css_url="/docs/files/swagger-ui.css",
            swagger_favicon_url="/docs/files/favicon.png",
        )

    app.add_api_route("/docs", docs, include_in_schema=False)
    app.mount("/docs/files", StaticFiles(packages=[("fastapi_offline", "static")]))
