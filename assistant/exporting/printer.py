"""Sets a document in the wanted format, with the fonts that this machine has."""

import hashlib
import re
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING

from assistant.exporting.model import ExportDocument, ExportedFile, ExportFormat

if TYPE_CHECKING:  # typst and its neighbours are imported when somebody exports
    from assistant.exporting.fonts import ChineseFonts

_NO_NAME = re.compile(r'[\s\x00-\x1f\ufffd/\\:*?"<>|.]+')
"""What some file system does not take."""


class Printer:
    """Finds the fonts when they are first wanted and keeps them; a machine that has none is asked again."""

    def __init__(self, find: "Callable[[], ChineseFonts] | None" = None) -> None:
        self._find = find or _on_this_machine
        self._found: ChineseFonts | None = None
        self._lock = Lock()

    def __call__(self, document: ExportDocument, form: ExportFormat) -> ExportedFile:
        """The file. ``Unavailable`` where Chinese letters are to be set or drawn, and there is no font for them."""
        content = self._written(document, form)
        plain = f"{document.content_id}-v{document.revision}"
        named = (document.letter.title, document.watermark, plain)
        return ExportedFile(
            name=f"{'-'.join(_NO_NAME.sub('', part) for part in named if part)}.{form}",
            plain_name=f"{plain}.{form}",
            media_type=form.media_type,
            content=content,
            sha256=hashlib.sha256(content).hexdigest(),
        )

    def _written(self, document: ExportDocument, form: ExportFormat) -> bytes:
        if form is ExportFormat.PDF:
            from assistant.exporting.pdf import write_pdf

            return write_pdf(document, self._fonts())
        font = self._fonts().sans_file if document.figures else None
        if form is ExportFormat.DOCX:
            from assistant.exporting.word import write_docx

            return write_docx(document, font)

        from assistant.exporting.web import write_html

        return write_html(document, font)

    def _fonts(self) -> "ChineseFonts":
        with self._lock:
            if self._found is None:
                self._found = self._find()
            return self._found


def _on_this_machine() -> "ChineseFonts":
    from assistant.exporting.fonts import find_chinese_fonts

    return find_chinese_fonts()
