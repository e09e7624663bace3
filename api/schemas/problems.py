"""Errors as callers get them: RFC 9457 problem details."""

from pydantic import Field

from api.schemas.base import View


class FieldProblem(View):
    """One wrong field of an input."""

    field: str = Field(description="字段路径。", examples=["body.text"])
    message: str = Field(description="哪里不对。", examples=["最多 4000 个字符。"])


class Problem(View):
    """``application/problem+json``."""

    type: str = Field(description="问题类型。", examples=["urn:yice:problem:not-found"])
    title: str = Field(description="问题的名称。", examples=["没有找到"])
    status: int = Field(description="HTTP 状态码。", examples=[404])
    detail: str = Field(description="可直接给人看的整句说明。", examples=["没有找到这位客户。"])
    instance: str = Field(description="出错的地址。", examples=["/api/customers/C00001"])
    code: str = Field(description="供程序判断的代码。", examples=["not-found"])
    request_id: str = Field(description="查日志用的编号。", examples=["req-qzkxwvtsrpnmhgfdbcj"])
    errors: tuple[FieldProblem, ...] = Field(default=(), description="逐个字段的问题。")
