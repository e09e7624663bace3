"""The only place where an error becomes a status: RFC 9457 problem details, in Chinese for people.

No internals, no input and no identifier ever get into a problem; ``request_id`` leads to the log.
"""

import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Scope

from api.schemas.problems import FieldProblem, Problem
from assistant.errors import (
    Conflict,
    Invalid,
    NotFound,
    NotPermitted,
    TooMany,
    Unauthenticated,
    Unavailable,
    YiceError,
)

MEDIA_TYPE = "application/problem+json"
_MAX_FIELD_PROBLEMS = 50
_MAX_FIELD_PATH = 120
_log = structlog.get_logger(__name__)


class BodyTooLarge(HTTPException):
    """The body has more bytes than the path takes."""

    def __init__(self, most: int) -> None:
        super().__init__(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"请求体过大，最多 {most // 2**20} MiB。")


@dataclass(frozen=True, slots=True)
class _Kind:
    status: HTTPStatus
    code: str
    title: str
    headers: tuple[tuple[str, str], ...] = ()


_INVALID = _Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", "输入有误")
_INTERNAL = _Kind(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", "服务出错")

_KINDS: dict[type[YiceError], _Kind] = {
    Unauthenticated: _Kind(
        HTTPStatus.UNAUTHORIZED, "unauthenticated", "请先登录", (("WWW-Authenticate", 'Bearer realm="yice"'),)
    ),
    NotPermitted: _Kind(HTTPStatus.FORBIDDEN, "not-permitted", "没有权限"),
    NotFound: _Kind(HTTPStatus.NOT_FOUND, "not-found", "没有找到"),
    Conflict: _Kind(HTTPStatus.CONFLICT, "conflict", "状态冲突"),
    Invalid: _INVALID,
    TooMany: _Kind(HTTPStatus.TOO_MANY_REQUESTS, "too-many", "尝试过于频繁", (("Retry-After", "900"),)),
    Unavailable: _Kind(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", "暂时不可用", (("Retry-After", "5"),)),
}

_PROTOCOL: dict[int, tuple[_Kind, str]] = {
    HTTPStatus.BAD_REQUEST: (
        _Kind(HTTPStatus.BAD_REQUEST, "malformed", "请求格式有误"),
        "请求体不是有效的 JSON（UTF-8）。",
    ),
    HTTPStatus.NOT_FOUND: (_Kind(HTTPStatus.NOT_FOUND, "no-such-address", "没有这个地址"), "没有这个地址。"),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        _Kind(HTTPStatus.METHOD_NOT_ALLOWED, "method-not-allowed", "不支持的方法"),
        "这个地址不支持这种请求方法。",
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        _Kind(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", "请求过大"),
        "请求体过大。",
    ),
}

_MESSAGES = {
    "missing": "缺少这一项。",
    "extra_forbidden": "没有这一项，请核对名称。",
    "string_type": "须是文字。",
    "string_unicode": "含有无效的字符。",
    "string_too_short": "至少 {min_length} 个字符。",
    "string_too_long": "最多 {max_length} 个字符。",
    "string_pattern_mismatch": "格式不对。",
    "too_short": "至少 {min_length} 项。",
    "too_long": "最多 {max_length} 项。",
    "int_type": "须是整数。",
    "int_parsing": "须是整数。",
    "int_parsing_size": "数字过大。",
    "int_from_float": "须是整数。",
    "greater_than_equal": "不能小于 {ge}。",
    "less_than_equal": "不能大于 {le}。",
    "float_type": "须是数字。",
    "float_parsing": "须是数字。",
    "finite_number": "须是有限的数字。",
    "bool_type": "须是 true 或 false。",
    "bool_parsing": "须是 true 或 false。",
    "date_type": "须是 YYYY-MM-DD 形式的日期。",
    "date_parsing": "须是 YYYY-MM-DD 形式的日期。",
    "date_from_datetime_parsing": "须是 YYYY-MM-DD 形式的日期。",
    "date_from_datetime_inexact": "须是 YYYY-MM-DD 形式的日期。",
    "enum": "只能是 {expected}。",
    "dict_type": "须是 JSON 对象。",
    "model_type": "须是 JSON 对象。",
    "model_attributes_type": "须是 JSON 对象，Content-Type 须是 application/json。",
    "tuple_type": "须是列表。",
    "value_error": "{error}",
}


def problem_of(error: Exception, *, instance: str, request_id: str) -> tuple[Problem, dict[str, str]]:
    """The problem that tells of ``error``, and the headers that go with it."""
    kind, detail, fields, headers = _explain(error)
    problem = Problem(
        type=f"urn:yice:problem:{kind.code}",
        title=kind.title,
        status=kind.status,
        detail=detail,
        instance=instance,
        code=kind.code,
        request_id=request_id,
        errors=fields,
    )
    return problem, dict(kind.headers) | headers


def problem_response(error: Exception, scope: Scope) -> Response:
    """``error`` as the answer to the request of ``scope``."""
    problem, headers = problem_of(error, instance=instance_of(scope), request_id=request_id_of(scope))
    return Response(problem.model_dump_json(), problem.status, headers, media_type=MEDIA_TYPE)


def instance_of(scope: Scope) -> str:
    """The path that was asked for, safe to send back."""
    return quote(scope["path"][:500], errors="replace")


def request_id_of(scope: Scope) -> str:
    """The number by which the log knows this request."""
    return str(scope.get("state", {}).get("request_id", ""))


def log_unexpected(event: str, error: Exception, **context: str) -> None:
    """Where it went wrong and how, without the words of the error and without values: those may identify somebody."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    _log.error(event, error=type(error).__qualname__, frames=frames, **context)


def handle_errors(app: FastAPI) -> None:
    """Turn every error of a route into a problem; what is not expected is left to the middleware."""

    def answer(request: Request, error: Exception) -> Response:
        return problem_response(error, request.scope)

    for expected in (YiceError, RequestValidationError, HTTPException):
        app.add_exception_handler(expected, answer)


def problem_responses() -> dict[int | str, dict[str, Any]]:
    """The problems that any route may answer with, for OpenAPI."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    kinds = [*_KINDS.values(), *(kind for kind, _ in _PROTOCOL.values()), _INTERNAL]
    described: dict[int, str] = {}
    for kind in kinds:
        described.setdefault(kind.status, kind.title)
    return {status: {"description": title, "content": content} for status, title in sorted(described.items())}


def _explain(error: Exception) -> tuple[_Kind, str, tuple[FieldProblem, ...], dict[str, str]]:
    if isinstance(error, YiceError):
        kind = next((_KINDS[parent] for parent in type(error).__mro__ if parent in _KINDS), _INTERNAL)
        return kind, error.message, (), {}
    if isinstance(error, RequestValidationError):
        return _explain_validation(error.errors())
    if isinstance(error, HTTPException) and error.status_code in _PROTOCOL:
        kind, detail = _PROTOCOL[error.status_code]
        return kind, error.detail if isinstance(error, BodyTooLarge) else detail, (), dict(error.headers or {})
    return _INTERNAL, "服务出现意外错误，请稍后再试；如仍不行，请把编号告诉管理员。", (), {}


def _explain_validation(
    errors: Sequence[Mapping[str, Any]],
) -> tuple[_Kind, str, tuple[FieldProblem, ...], dict[str, str]]:
    if any(error["type"] == "json_invalid" for error in errors):
        kind, detail = _PROTOCOL[HTTPStatus.BAD_REQUEST]
        return kind, detail, (), {}
    fields = tuple(
        FieldProblem(field=_path(error["loc"]), message=_message(error)) for error in errors[:_MAX_FIELD_PROBLEMS]
    )
    detail = "；".join(f"{problem.field}：{problem.message.rstrip('。')}" for problem in fields[:3])
    return _INVALID, f"{detail}。", fields, {}


def _path(location: Sequence[int | str]) -> str:
    path = ".".join(str(part) for part in location)
    return path.encode("utf-8", "replace").decode()[:_MAX_FIELD_PATH]


def _message(error: Mapping[str, Any]) -> str:
    return _MESSAGES.get(error["type"], "格式不对。").format_map(error.get("ctx", {}))
