"""Finds out what a file is, from its content, and has it read."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from knowledge.documents.importing.isolation import is_pdf, read_isolated
from knowledge.documents.importing.model import Caution, CautionCode, Extracted, Format, Limits
from knowledge.documents.importing.sources import clean, controls, decode, read_markdown, read_text, removed
from knowledge.errors import Invalid

_MEGABYTE = 2**20
_EXTENSIONS = {
    "md": Format.MARKDOWN,
    "markdown": Format.MARKDOWN,
    "txt": Format.TEXT,
    "text": Format.TEXT,
    "docx": Format.WORD,
    "docm": Format.WORD,
    "pdf": Format.PDF,
    "html": Format.HTML,
    "htm": Format.HTML,
    "xhtml": Format.HTML,
    "png": Format.SCAN,
    "jpg": Format.SCAN,
    "jpeg": Format.SCAN,
    "tif": Format.SCAN,
    "tiff": Format.SCAN,
    "bmp": Format.SCAN,
    "webp": Format.SCAN,
}
_NAMES = {
    Format.MARKDOWN: "Markdown",
    Format.TEXT: "纯文本",
    Format.WORD: "Word（DOCX）",
    Format.PDF: "PDF",
    Format.HTML: "HTML",
    Format.SCAN: "图片",
}
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"BM")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_FOREIGN = (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"\x7fELF", b"MZ\x90", b"{\\rtf")
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|meta|div|table|p|h[1-6])\b",
    re.IGNORECASE | re.DOTALL,
)
_LIBRARY = re.compile(
    rb"(?:\xef\xbb\xbf)?---[ \t]*\r?\n(?=(?:.*\r?\n)*?id:)(?=(?:.*\r?\n)*?rendition:)(?=(?:.*\r?\n)*?---[ \t]*\r?\n)"
)
_HEADING = re.compile(r"^#{1,6}[ \t]+\S", re.MULTILINE)
_PROBE = 4096
_UNPACKED = frozenset({Format.MARKDOWN, Format.TEXT, Format.HTML})
_TEXTS = frozenset({Format.MARKDOWN, Format.TEXT})

SUFFIXES = frozenset(f".{name}" for name in _EXTENSIONS)
"""File names that an import of a folder takes up."""


def extract(content: bytes, file_name: str, limits: Limits) -> Extracted:
    """The text of a file, in its order.

    Raises:
        Invalid: empty, too large, of a kind that is not understood, damaged, or locked.

    """
    if not content.strip(b"\x00 \t\r\n"):
        raise Invalid("文件是空的。")
    if len(content) > limits.largest_bytes:
        raise Invalid(
            f"文件有 {len(content) / _MEGABYTE:.0f} MB，超过上限 {limits.largest_bytes / _MEGABYTE:.0f} MB；"
            "请拆分后导入，或在设置中调大上限。"
        )
    named = _EXTENSIONS.get(file_name.rpartition(".")[2].lower())
    found = format_of(content, named)
    if found in _UNPACKED and len(content) > limits.text_bytes:
        raise Invalid(f"{_NAMES[found]}文件超过 {limits.text_bytes // _MEGABYTE} MB，请拆分后导入。")
    extracted = _READERS[found](content, limits)
    _refuse_too_long(extracted, limits)
    told = _mismatch(named, found)
    return Extracted(extracted.format, extracted.blocks, (*told, *extracted.cautions), extracted.title)


def format_of(content: bytes, named: Format | None = None) -> Format:
    """What the bytes are; the extension only decides between Markdown and plain text.

    Raises:
        Invalid: something known that cannot be imported, such as an old Word file or an archive.

    """
    head = content[:_PROBE]
    if head.startswith(_OLD_OFFICE):
        raise Invalid("这是旧版 Office 文件（或加了密码的 Office 文件），请用 Word 另存为不加密的 DOCX 后导入。")
    if head.startswith(_FOREIGN):
        raise Invalid("不支持这种文件。可以导入 Markdown、纯文本、DOCX、PDF、HTML 和扫描图片。")
    return _binary(content, head) or _marked(head, named) or _plain(content, named)


def _binary(content: bytes, head: bytes) -> Format | None:
    if is_pdf(head):
        return Format.PDF
    if head.startswith(b"PK\x03\x04"):
        return _zipped(content)
    picture = head.startswith(_PICTURES) or (head.startswith(b"RIFF") and head[8:12] == b"WEBP")
    return Format.SCAN if picture else None


def _marked(head: bytes, named: Format | None) -> Format | None:
    if _LIBRARY.match(head) and named in {None, *_TEXTS}:
        return Format.LIBRARY
    if _HTML.match(head.removeprefix(b"\xef\xbb\xbf")):
        return Format.HTML
    return named if named in {Format.HTML, *_TEXTS} else None


def _plain(content: bytes, named: Format | None) -> Format:
    try:
        text, _ = decode(content)
    except Invalid:
        if named is None or named in _TEXTS:
            raise
        raise Invalid(f"扩展名是 {_NAMES[named]}，内容却不是：文件可能已损坏，请重新取得后导入。") from None
    return Format.MARKDOWN if _HEADING.search(text) else Format.TEXT


def _zipped(content: bytes) -> Format:
    if b"word/" in content:
        return Format.WORD
    raise Invalid("这是压缩包或其他 Office 文件，不是 Word 文档；请解压后导入其中的文档。")


def _mismatch(named: Format | None, found: Format) -> tuple[Caution, ...]:
    if named is None or named is found or found is Format.LIBRARY or {named, found} <= _TEXTS:
        return ()
    told = f"扩展名是 {_NAMES[named]}，内容其实是 {_NAMES[found]}，已按内容读取。"
    return (Caution(CautionCode.EXTENSION, told),)


def _refuse_too_long(extracted: Extracted, limits: Limits) -> None:
    characters = sum(len(block.text) for block in extracted.blocks)
    if characters > limits.characters:
        raise Invalid(f"文件有 {characters} 个字，超过上限 {limits.characters} 个字，请拆分后导入。")


def _text(read: Callable[[str], Extracted]) -> Callable[[bytes, Limits], Extracted]:
    def reader(content: bytes, _limits: Limits) -> Extracted:
        text, encoding = decode(content)
        extracted = read(text)
        if encoding != "gb18030":
            return extracted
        told = Caution(CautionCode.ENCODING, "文件不是 UTF-8，按 GB18030 读取；如有乱码请转换编码后再导入。")
        return Extracted(extracted.format, extracted.blocks, (told, *extracted.cautions))

    return reader


def _library(_content: bytes, _limits: Limits) -> Extracted:
    return Extracted(Format.LIBRARY, ())


def _word(content: bytes, limits: Limits) -> Extracted:
    from knowledge.documents.importing.word import read_word

    return _cleaned(read_word(content, limits))


def _html(content: bytes, limits: Limits) -> Extracted:
    from knowledge.documents.importing.html import read_html

    return _cleaned(read_html(content, limits))


def _isolated(kind: Format) -> Callable[[bytes, Limits], Extracted]:
    return lambda content, limits: _cleaned(read_isolated(kind, content, limits))


def _cleaned(extracted: Extracted) -> Extracted:
    """Without control characters, whatever brought them in: an entity of HTML, a run of Word, a font of PDF."""
    characters = Counter(found for block in extracted.blocks for found in controls(block.text))
    if not characters:
        return extracted
    blocks = tuple(replace(block, text=clean(block.text)[0]) for block in extracted.blocks)
    return replace(extracted, blocks=blocks, cautions=(*extracted.cautions, removed(characters)))


_READERS: dict[Format, Callable[[bytes, Limits], Extracted]] = {
    Format.LIBRARY: _library,
    Format.MARKDOWN: _text(read_markdown),
    Format.TEXT: _text(read_text),
    Format.WORD: _word,
    Format.HTML: _html,
    Format.PDF: _isolated(Format.PDF),
    Format.SCAN: _isolated(Format.SCAN),
}
