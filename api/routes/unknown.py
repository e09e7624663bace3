"""Addresses under /api that do not exist: told as problems, also when pages are mounted behind the API."""

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.routing import Match

_METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")


def answer_unknown(app: FastAPI) -> None:
    """Answer for every address under /api that ``app`` does not know so far: 405 with ``Allow``, or 404."""
    known = tuple(app.router.routes)

    def unknown(request: Request) -> None:
        scopes = {method: dict(request.scope, method=method) for method in _METHODS}
        allowed = [
            method for method, scope in scopes.items() if any(route.matches(scope)[0] is Match.FULL for route in known)
        ]
        if allowed:
            raise HTTPException(405, headers={"Allow": ", ".join(allowed)})
        raise HTTPException(404)

    for path in ("/api", "/api/{path:path}"):
        app.add_api_route(path, unknown, methods=list(_METHODS), include_in_schema=False)
