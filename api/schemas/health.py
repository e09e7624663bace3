"""Whether the server works."""

from pydantic import Field

from api.schemas.base import View


class LiveView(View):
    """The process answers."""

    status: str = Field(default="ok", examples=["ok"])


class PartView(View):
    """One thing that the server depends on."""

    name: str = Field(examples=["database"])
    label: str = Field(examples=["数据库"])
    ok: bool
    detail: str = Field(examples=["可用"])


class ReadyView(View):
    """Whether requests can be served, and what does not work."""

    ready: bool
    parts: tuple[PartView, ...]
