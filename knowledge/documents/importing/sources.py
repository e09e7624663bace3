"""Text as it comes: Markdown and plain text in the encodings that Chinese files are in."""

import re
from collections.abc import Iterable, Iterator, Sequence

from knowledge.documents.importing.model import Block, BlockKind, Caution, CautionCode, Extracted, Format
from knowledge.errors import Invalid

_HEADING = re.compile(r"(?P<marks>#{1,6})[ \t\u3000]+(?P<title>.*?)(?:[ \t]+#+)?[ \t\u3000]*")
_BOLD_HEAD = re.compile(r"(\*\*|__)(?P<head>第[^*_]{1,24}[条章节编])(?P<rest>[^*_]*)\1[ \t\u3000]*")
_LIST_ITEM = re.compile(r" +(?:[-*+]|[0-9]+[.)]) ")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
_BREAKS = re.compile(r"\r\n?|[\x0c\x85\u2028\u2029]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_NUL_SHARE = 8


def decode(content: bytes) -> tuple[str, str]:
    """The text of a file and its encoding: by byte order mark, then UTF-8, then GB18030 (which holds GBK and GB2312).

    Raises:
        Invalid: it is in none of these.

    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return _decoded(content, encoding), encoding
    if content.count(0) * _NUL_SHARE > len(content):
        raise Invalid("不是文本文件：里面有大量空字节。")
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _decoded(content, "gb18030"), "gb18030"


def clean(text: str) -> tuple[str, tuple[Caution, ...]]:
    """Without control characters and with one kind of line end; what was taken out is told."""
    text = _BREAKS.sub("\n", text)
    removed = _CONTROL.findall(text) + _SURROGATES.findall(text)
    if not removed:
        return text, ()
    text = _SURROGATES.sub("", _CONTROL.sub("", text))
    names = "、".join(sorted({f"U+{ord(each):04X}" for each in removed})[:5])
    return text, (
        Caution(CautionCode.CONTROL_CHARACTERS, f"去掉了 {len(removed)} 个不可见的控制字符（{names}），请核对原文。"),
    )


def read_markdown(text: str) -> Extracted:
    """Headings by their marks, tables whole; every other line is a paragraph, word for word."""
    text, cautions = clean(text)
    return Extracted(Format.MARKDOWN, tuple(_blocks(text.split("\n"), marks=True)), cautions)


def read_text(text: str) -> Extracted:
    """A line is a paragraph."""
    text, cautions = clean(text)
    return Extracted(Format.TEXT, tuple(_blocks(text.split("\n"), marks=False)), cautions)


def blocks_of(lines: Iterable[str]) -> tuple[Block, ...]:
    """Paragraphs of clean lines, empty ones left out."""
    return tuple(Block(line.strip()) for line in lines if line.strip())


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise Invalid("认不出文字编码：请把文件存为 UTF-8 或 GB18030。") from None


def _blocks(lines: Sequence[str], *, marks: bool) -> Iterator[Block]:
    gap = True
    rows: list[str] = []
    tight_table = False
    for line in lines:
        text = _trimmed(line)
        if marks and text.startswith("|"):
            tight_table = tight_table if rows else not gap
            rows.append(text)
            gap = False
            continue
        if rows:
            yield Block("\n".join(rows), BlockKind.TABLE, tight=tight_table)
            rows = []
        if not text:
            gap = True
            continue
        yield _line(text, marks=marks, tight=not gap)
        gap = False
    if rows:
        yield Block("\n".join(rows), BlockKind.TABLE, tight=tight_table)


def _line(text: str, *, marks: bool, tight: bool) -> Block:
    if not marks:
        return Block(text, tight=tight)
    heading = _HEADING.fullmatch(text)
    if heading and heading["title"]:
        return Block(_without_bold(heading["title"]), BlockKind.HEADING, len(heading["marks"]))
    return Block(_without_bold(text), tight=tight)


def _without_bold(text: str) -> str:
    """「**第一条** 为了…」 without the marks around the number."""
    bold = _BOLD_HEAD.match(text)
    if bold is None:
        return text
    return f"{bold['head']}{bold['rest']} {text[bold.end() :]}".strip()


def _trimmed(line: str) -> str:
    """Without the indent of a paragraph; a nested list keeps its own."""
    text = line.rstrip()
    return text if _LIST_ITEM.match(text) else text.strip()
