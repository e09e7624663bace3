"""Reads HTML as a reader sees it: no scripts, styles, navigation or hidden parts; tables and list numbers stay."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree, html

from knowledge.documents.importing.joining import table_rows
from knowledge.documents.importing.markup import local
from knowledge.documents.importing.model import Block, BlockKind, Caution, CautionCode, Extracted, Format, Limits
from knowledge.documents.importing.sources import clean, decode
from knowledge.errors import Invalid

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
_CODE = frozenset({
    "script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "canvas", "head", "audio",
    "video", "map", "applet", "frameset",
})  # fmt: skip
_CONTROLS = frozenset({"nav", "footer", "aside", "form", "button", "input", "select", "textarea", "dialog", "menu"})
_BLOCKS = frozenset({
    "p", "div", "section", "article", "main", "header", "body", "html", "ul", "ol", "li", "dl", "dt", "dd",
    "blockquote", "figure", "figcaption", "address", "center", "fieldset", "details", "summary", "hr", "pre",
    "tbody", "thead", "tfoot", "tr", "td", "th", "caption", "table",
})  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "menu", "menubar", "complementary"})
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|menu|breadcrumbs?|sidebar|footer|toolbar|share|copyright|crumbs?)(?:$|[\s_-])",
    re.IGNORECASE,
)
_UNSEEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt|em|%|;|\s|$)", re.IGNORECASE
)
_WIDE = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f"
_BROKEN_LINE = re.compile(rf"(?<=[{_WIDE}])[ \t]*\n\s*(?=[{_WIDE}])")
_BLANKS = re.compile(r"[ \t\n\u00a0]+")
_WHOLE = 0.5
_MOST_SPANNED = 64
_LONGEST_CELL = 2000
_DEEPEST = 200


def read_html(content: bytes, limits: Limits) -> Extracted:
    """The visible text of a page.

    Raises:
        Invalid: no text in it, or nested too deeply to be a page.

    """
    del limits
    text, told = clean(_decoded(content))
    try:
        root = html.document_fromstring(text, parser=html.HTMLParser(no_network=True, huge_tree=True, encoding=None))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise Invalid("网页读不出来：里面没有内容。") from None
    title = root.findtext(".//title")
    reader = _Reader()
    blocks = tuple(reader.read(_main(root)))
    named = " ".join(title.split()) if title else None
    return Extracted(Format.HTML, blocks, (*told, *reader.told()), named or None)


def _decoded(content: bytes) -> str:
    """By byte order mark, then by what the page says, then as any text."""
    declared = _CHARSET.search(content[:4096])
    if declared and not content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        name = declared[1].decode("ascii").lower()
        try:
            return content.decode("gb18030" if name in {"gb2312", "gbk"} else name)
        except (LookupError, UnicodeDecodeError):
            pass
    text, _ = decode(content)
    return text.removeprefix("\ufeff")


def _main(root: Any) -> Any:  # noqa: ANN401 - an lxml element
    """The part that holds most of the text, where the page names one."""
    whole = len("".join(root.itertext()))
    for name in ("main", "article"):
        found = root.findall(f".//{name}")
        if len(found) == 1 and len("".join(found[0].itertext())) > _WHOLE * whole:
            return found[0]
    body = root.find("body")
    return root if body is None else body


@dataclass(slots=True)
class _Reader:
    code: int = 0
    furniture: int = 0
    hidden: int = 0
    pictures: int = 0
    _line: list[str] = field(default_factory=list)
    _level: int = 0
    _tight: bool = False
    _prefix: str = ""
    """The number of a list item, which waits for its words."""

    def read(self, root: Any) -> Iterator[Block]:  # noqa: ANN401 - an lxml element
        """Blocks in their order."""
        yield from self._walk(root, 0)
        yield from self._flush()

    def told(self) -> Iterator[Caution]:
        """What was left out."""
        parts = [
            f"{count} 处{name}"
            for count, name in (
                (self.code, "脚本、样式等代码"),
                (self.furniture, "导航、页脚等网页部件"),
                (self.hidden, "隐藏内容"),
                (self.pictures, "图片"),
            )
            if count
        ]
        if parts:
            yield Caution(CautionCode.LEFT_OUT, f"去掉了网页里的{'、'.join(parts)}。")

    def _walk(self, element: Any, depth: int) -> Iterator[Block]:  # noqa: ANN401 - an lxml element
        if depth > _DEEPEST:
            raise Invalid(f"网页嵌套超过 {_DEEPEST} 层，不像正常的文件，不予导入。")
        self._say(element.text)
        for number, each in enumerate(element):
            if not self._is_left_out(each):
                yield from self._enter(each, element, number, depth)
            self._say(each.tail)

    def _enter(self, element: Any, parent: Any, number: int, depth: int) -> Iterator[Block]:  # noqa: ANN401
        name = local(element)
        if name == "br":
            yield from self._flush(tight=True)
        elif name == "img":
            self.pictures += 1
        elif name == "table" and (rows := self._data_rows(element)) is not None:
            yield from self._flush()
            yield Block(table_rows(rows), BlockKind.TABLE)
        elif name in _HEADINGS:
            yield from self._flush()
            self._level = _HEADINGS[name]
            yield from self._walk(element, depth + 1)
            yield from self._flush()
            self._level = 0
        elif name in _BLOCKS:
            yield from self._flush()
            if name == "li" and local(parent) == "ol":
                self._prefix = f"{_ordinal(parent, element, number)}. "
            yield from self._walk(element, depth + 1)
            yield from self._flush()
        else:
            yield from self._walk(element, depth + 1)

    def _say(self, text: str | None) -> None:
        if text:
            self._line.append(text)

    def _flush(self, *, tight: bool = False) -> Iterator[Block]:
        text = " ".join(_BLANKS.sub(" ", _BROKEN_LINE.sub("", "".join(self._line))).split())
        self._line = []
        if text:
            kind = BlockKind.HEADING if self._level else BlockKind.PARAGRAPH
            text, self._prefix = self._prefix + text, ""
            yield Block(text, kind, self._level, tight=self._tight)
            self._tight = tight
        elif not tight:
            self._tight = False

    def _is_left_out(self, element: Any) -> bool:  # noqa: ANN401 - an lxml element
        name = local(element)
        if not name:
            return True
        if name in _CODE:
            self.code += 1
        elif _is_unseen(element):
            self.hidden += 1
        elif name in _CONTROLS or element.get("role") in _ROLES or _is_furniture(element):
            self.furniture += 1
        else:
            return False
        return True

    def _data_rows(self, table: Any) -> list[list[str]] | None:  # noqa: ANN401 - an lxml element
        """The cells of a table of data; ``None`` where the table only lays out the page."""
        if table.find(".//table") is not None:
            return None
        rows = [[cell for cell in row if local(cell) in {"td", "th"}] for row in table.iter("tr")]
        if sum(len(row) > 1 for row in rows) < 2:  # noqa: PLR2004 - one row of cells is a layout
            return None
        if any(len("".join(cell.itertext())) > _LONGEST_CELL for row in rows for cell in row):
            return None
        return _spread(rows, self._cell)

    def _cell(self, cell: Any) -> str:  # noqa: ANN401 - an lxml element
        line, level, tight = self._line, self._level, self._tight
        self._line, self._level = [], 0
        text = " ".join(block.text for block in self.read(cell))
        self._line, self._level, self._tight = line, level, tight
        return text


def _spread(rows: list[list[Any]], text_of: Any) -> list[list[str]]:  # noqa: ANN401 - lxml elements
    """Cells by row and column; one that spans others leaves these empty."""
    taken: dict[tuple[int, int], str] = {}
    for at, row in enumerate(rows):
        column = 0
        for cell in row:
            while (at, column) in taken:
                column += 1
            wide, high = _span(cell, "colspan"), _span(cell, "rowspan")
            for down in range(min(high, len(rows) - at)):
                for across in range(wide):
                    taken.setdefault((at + down, column + across), "")
            taken[at, column] = text_of(cell)
            column += wide
    width = max((column for _, column in taken), default=-1) + 1
    return [[taken.get((at, column), "") for column in range(width)] for at in range(len(rows))]


def _span(cell: Any, name: str) -> int:  # noqa: ANN401 - an lxml element
    value = (cell.get(name) or "1").strip()
    return min(max(int(value), 1), _MOST_SPANNED) if value.isdecimal() and len(value) < 6 else 1  # noqa: PLR2004


def _is_unseen(element: Any) -> bool:  # noqa: ANN401 - an lxml element
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or bool(_UNSEEN.search(element.get("style") or ""))
    )


def _is_furniture(element: Any) -> bool:  # noqa: ANN401 - an lxml element
    named = f"{element.get('class') or ''} {element.get('id') or ''}"
    return bool(_FURNITURE.search(named)) and local(element) not in {"body", "main", "article"}


def _ordinal(parent: Any, item: Any, number: int) -> int:  # noqa: ANN401 - lxml elements
    """The number that a browser writes before an item of an ordered list."""
    value, start = item.get("value"), parent.get("start")
    if value is not None and value.isdecimal():
        return int(value)
    first = int(start) if start is not None and start.isdecimal() else 1
    return first + sum(local(each) == "li" for each in list(parent)[:number])
