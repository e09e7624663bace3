"""Text as it comes: Markdown and plain text in the encodings that Chinese files are in."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

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
_NAMED_CONTROLS = 5
_USUAL = re.compile(r"[\t\n\r\x20-\x7e\u3000-\u3011\u4e00-\u9fff\uff00-\uff5e\u2014-\u2026]")
_USUAL_SHARE = 0.95
_UNKNOWN_ENCODING = "认不出文字编码：请把文件存为 UTF-8 或 GB18030。"


def decode(content: bytes) -> tuple[str, str]:
    """The text of a file and its encoding: by byte order mark, then UTF-8, then GB18030 (which holds GBK and GB2312).

    UTF-16 without a mark is known by zero bytes, which no text in GB18030 holds, and by reading like Chinese.

    Raises:
        Invalid: it is in none of these.

    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return _decoded(content, encoding), encoding
    unmarked = _unmarked(content) if 0 in content else None
    if unmarked is not None:
        return unmarked
    if content.count(0) * _NUL_SHARE > len(content):
        raise Invalid("不是文本文件：里面有大量空字节。")
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        if 0 in content:
            raise Invalid(_UNKNOWN_ENCODING) from None
        return _decoded(content, "gb18030"), "gb18030"


def clean(text: str) -> tuple[str, tuple[Caution, ...]]:
    """Without control characters and with one kind of line end; what was taken out is told."""
    text = _BREAKS.sub("\n", text)
    found = controls(text)
    if not found:
        return text, ()
    return _SURROGATES.sub("", _CONTROL.sub("", text)), (removed(Counter(found)),)


def controls(text: str) -> list[str]:
    """The control characters in a text, line ends apart."""
    return _CONTROL.findall(text) + _SURROGATES.findall(text)


def removed(characters: Counter[str]) -> Caution:
    """Tells which control characters were taken out, and how many."""
    names = "、".join(sorted(f"U+{ord(each):04X}" for each in characters)[:_NAMED_CONTROLS])
    return Caution(
        CautionCode.CONTROL_CHARACTERS, f"去掉了 {characters.total()} 个不可见的控制字符（{names}），请核对原文。"
    )


def read_markdown(text: str) -> Extracted:
    """Headings by their marks, tables whole; every other line is a paragraph, word for word."""
    text, cautions = clean(text)
    return Extracted(Format.MARKDOWN, tuple(_blocks(text.split("\n"), marks=True)), cautions)


def read_text(text: str) -> Extracted:
    """A line is a paragraph."""
    text, cautions = clean(text)
    return Extracted(Format.TEXT, tuple(_blocks(text.split("\n"), marks=False)), cautions)


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise Invalid(_UNKNOWN_ENCODING) from None


def _unmarked(content: bytes) -> tuple[str, str] | None:
    """UTF-16 without a byte order mark, where nearly all of it reads like Chinese or ASCII."""
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if len(_USUAL.findall(text)) >= _USUAL_SHARE * len(text):
            return text, encoding
    return None


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
