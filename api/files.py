"""A file as the answer to a request: to be kept, never shown as one of our own pages."""

from typing import Any
from urllib.parse import quote

from fastapi import Response

from assistant.exporting.model import ExportedFile, ExportFormat

FILE_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "文件。",
        "content": {
            form.media_type.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}}
            for form in ExportFormat
        },
    }
}


def file_response(file: ExportedFile) -> Response:
    """Named in Chinese where the browser can, and not kept on the way."""
    named = f"attachment; filename=\"{file.plain_name}\"; filename*=UTF-8''{quote(file.name)}"
    headers = {
        "Content-Disposition": named,
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox",
    }
    return Response(file.content, media_type=file.media_type, headers=headers)
