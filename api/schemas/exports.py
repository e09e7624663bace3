"""A letter as a file."""

from pydantic import Field

from api.schemas.base import Input
from assistant.exporting.model import ExportFormat


class ExportQuery(Input):
    """Which kind of file."""

    format: ExportFormat = Field(default=ExportFormat.PDF, description="pdf、docx 或 html，内容相同。")
    contents: bool = Field(default=False, description="是否在正文前列出目录。")
