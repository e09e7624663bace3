"""Addresses under /api that do not exist: told as problems, also when pages are mounted behind the API."""

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.routing import Match

router = APIRouter()

_METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")


@router.api_route("/api/{path:path}", methods=list(_METHODS), include_in_schema=False)
def unknown(path: str, request: Request) -> None:
    allowed = [method for method in _METHODS if _somebody_answers(request, method)]
    if allowed:
        raise HTTPException(405, headers={"Allow": ", ".join(allowed)})
    raise HTTPException(404, detail=path)


def _somebody_answers(request: Request, method: str) -> bool:
    scope = dict(request.scope, method=method)
    others = (route for route in request.app.router.routes if route is not request.scope["route"])
    return any(route.matches(scope)[0] is Match.FULL for route in others)
