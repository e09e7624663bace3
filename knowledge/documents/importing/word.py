"""Reads DOCX as a reader sees it with all changes accepted: insertions stay, deletions go, numbers are written out."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

from lxml import etree

from knowledge.documents.importing.joining import table_rows
from knowledge.documents.importing.markup import attribute, child, children, local, parse_xml
from knowledge.documents.importing.model import Block, BlockKind, Caution, CautionCode, Extracted, Format, Limits
from knowledge.documents.importing.numbering import Numbering, numbering_of
from knowledge.documents.importing.sources import clean
from knowledge.errors import Invalid

_DOCUMENT = "word/document.xml"
_MOST_PARTS = 10_000
_WRAPPERS = frozenset({
    "ins", "moveTo", "hyperlink", "smartTag", "fldSimple", "sdt", "sdtContent", "customXml", "dir", "bdo", "ruby",
    "rubyBase", "oMath", "oMathPara", "r", "AlternateContent", "Choice", "drawing", "pict", "object",
})  # fmt: skip
_BLOCK_WRAPPERS = frozenset({"sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"})
_GONE = frozenset({"del", "moveFrom"})
_ENCRYPTED = 0x1
_SYMBOL_BASE = 0xF000
_OUTLINE_BELOW_TITLE = 2
_BODY_LEVEL = 9
_MOST_COLUMNS = 64
_MATHS = frozenset({"sSub", "sSup", "f", "num", "den", "e", "sub", "sup", "rad", "deg", "d", "nary", "func", "fName"})
_SHAPES = frozenset({
    "inline", "anchor", "shape", "rect", "roundrect", "textbox", "group", "wgp", "wsp", "graphic", "graphicData",
    "txbx",
})  # fmt: skip


def read_word(content: bytes, limits: Limits) -> Extracted:
    """The text of a DOCX.

    Raises:
        Invalid: damaged, locked, unpacks to too much, or declares entities.

    """
    parts = _Parts(content, limits.unpacked_bytes)
    body = child(parts.root(parts.main()), "body")
    if body is None:
        raise Invalid("Word 文档里没有正文。")
    reader = _Reader(
        numbering_of(parts.optional("word/numbering.xml")),
        _styles(parts.optional("word/styles.xml")),
        {**_notes(parts.optional("word/footnotes.xml"), "foot"), **_notes(parts.optional("word/endnotes.xml"), "end")},
    )
    blocks = []
    told: tuple[Caution, ...] = ()
    for block in reader.blocks(body):
        text, removed = clean(block.text)
        told = told or removed
        if text.strip():
            blocks.append(Block(text, block.kind, block.level, block.tight))
    return Extracted(Format.WORD, tuple(blocks), (*reader.told(), *told))


class _Parts:
    """The parts of the package, unpacked within a limit."""

    def __init__(self, content: bytes, most: int) -> None:
        self._left = self._most = most
        try:
            self._zip = zipfile.ZipFile(BytesIO(content))
            parts = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
            raise Invalid("Word 文档已损坏，读不出来。") from None
        if len(parts) > _MOST_PARTS:
            raise Invalid(f"Word 文档里有 {len(parts)} 个部件，像是压缩炸弹，不予导入。")
        if any(part.flag_bits & _ENCRYPTED for part in parts):
            raise Invalid("Word 文档加了密码，请去掉密码后再导入。")
        self._names = {part.filename for part in parts}

    def main(self) -> str:
        """The name of the part that is the document; some programs do not call it ``word/document.xml``."""
        relations = self.optional("_rels/.rels")
        for each in relations if relations is not None else ():
            if (attribute(each, "Type") or "").endswith("/officeDocument"):
                return (attribute(each, "Target") or "").lstrip("/")
        return _DOCUMENT

    def root(self, name: str) -> etree._Element:
        """A part that must be there."""
        found = self.optional(name)
        if found is None:
            raise Invalid("Word 文档已损坏：缺少正文部分。")
        return found

    def optional(self, name: str) -> etree._Element | None:
        """A part that may be there."""
        if name not in self._names:
            return None
        try:
            with self._zip.open(name) as part:
                content = part.read(self._left + 1)  # the size that an archive states may be a lie
        except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError):
            raise Invalid("Word 文档已损坏，读不出来。") from None
        except Exception as error:  # zlib.error has no public base
            if type(error).__module__ == "zlib":
                raise Invalid("Word 文档已损坏，读不出来。") from None
            raise
        self._left -= len(content)
        if self._left < 0:
            raise Invalid(f"Word 文档解压后超过 {self._most // 2**20} MB，像是压缩炸弹，不予导入。")
        return parse_xml(content, "Word 文档")


@dataclass(frozen=True, slots=True)
class _Style:
    name: str
    outline: int | None
    list_id: str | None
    depth: int | None
    based_on: str | None


@dataclass(slots=True)
class _Reader:
    numbering: Numbering
    styles: dict[str, _Style]
    notes: dict[str, etree._Element]
    inserted: int = 0
    deleted: int = 0
    hidden: int = 0
    pictures: int = 0
    boxes: int = 0
    _cited: list[str] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)
    _boxed: list[etree._Element] = field(default_factory=list)
    _carried: str = ""
    """Text of a paragraph whose end was deleted: it goes on in the next."""

    def blocks(self, body: etree._Element) -> Iterator[Block]:
        """Paragraphs and tables in their order, footnotes behind the paragraph that cites them."""
        for element in self._flat(body):
            if local(element) == "p":
                yield from self._paragraph(element)
            else:
                yield from self._table(element)
        if self._carried:
            yield Block(self._carried)

    def told(self) -> Iterator[Caution]:
        """What a keeper should know of what was read."""
        if self.inserted or self.deleted:
            told = f"文中有修订标记：按全部接受读取，保留 {self.inserted} 处插入，去掉 {self.deleted} 处删除，请核对。"
            yield Caution(CautionCode.TRACKED_CHANGES, told)
        if self.hidden:
            yield Caution(CautionCode.LEFT_OUT, f"去掉了 {self.hidden} 处隐藏文字。")
        if self.pictures:
            yield Caution(CautionCode.LEFT_OUT, f"有 {self.pictures} 张图片没有导入。")
        if self.boxes:
            yield Caution(CautionCode.OUTSIDE, f"有 {self.boxes} 个文本框，其中的文字放在所在段落之后，请核对。")

    def _flat(self, parent: etree._Element) -> Iterator[etree._Element]:
        for element in parent:
            name = local(element)
            if name in {"p", "tbl"}:
                yield element
            elif name in _BLOCK_WRAPPERS:
                yield from self._flat(element)
            elif name in _GONE:
                self.deleted += 1

    def _paragraph(self, element: etree._Element) -> Iterator[Block]:
        self._cited, self._boxed = [], []
        properties = child(element, "pPr")
        text = self._carried + self._label(properties) + self._text(element)
        self._carried = ""
        mark = child(properties, "rPr", "del") if properties is not None else None
        if mark is not None:
            self.deleted += 1
            self._carried = text
            return
        lines = [" ".join(line.split()) for line in text.split("\n")]
        level = self._level(properties)
        for at, line in enumerate(filter(None, lines)):
            kind = BlockKind.HEADING if level and len(lines) == 1 else BlockKind.PARAGRAPH
            yield Block(line, kind, level if kind is BlockKind.HEADING else 0, tight=at > 0)
        for mark_text in self._cited:
            yield Block(mark_text)
        boxed = self._boxed
        for box in boxed:
            self.boxes += 1
            yield from self.blocks(box)

    def _table(self, element: etree._Element) -> Iterator[Block]:
        rows = list(self._rows(element))
        cells = [cell for row in rows for cell in self._cells(row)]
        if len(cells) == 1:
            yield from self.blocks(cells[0])
        elif table := table_rows([self._row(row) for row in rows]):
            yield Block(table, BlockKind.TABLE)

    def _rows(self, element: etree._Element) -> Iterator[etree._Element]:
        for each in element:
            if local(each) in _BLOCK_WRAPPERS:
                yield from self._rows(each)
            elif local(each) == "tr":
                if child(each, "trPr", "del") is None:
                    yield each
                else:
                    self.deleted += 1

    def _cells(self, row: etree._Element) -> Iterator[etree._Element]:
        for each in row:
            if local(each) in _BLOCK_WRAPPERS:
                yield from self._cells(each)
            elif local(each) == "tc":
                if child(each, "tcPr", "cellDel") is None:
                    yield each
                else:
                    self.deleted += 1

    def _row(self, row: etree._Element) -> list[str]:
        """The texts of a row; a cell that spans others is followed by empty ones."""
        texts: list[str] = []
        for cell in self._cells(row):
            properties = child(cell, "tcPr")
            span = _number(attribute(child(properties, "gridSpan"), "val")) if properties is not None else None
            merged = child(properties, "vMerge") if properties is not None else None
            goes_on = merged is not None and attribute(merged, "val") in {None, "continue"}
            texts.append("" if goes_on else " ".join(block.text for block in self.blocks(cell)))
            texts += [""] * (min(span or 1, _MOST_COLUMNS) - 1)
        return texts

    def _label(self, properties: etree._Element | None) -> str:
        """The number that Word writes before a paragraph."""
        if properties is None or child(properties, "rPr", "del") is not None:
            return ""
        own = child(properties, "numPr")
        style_id = attribute(child(properties, "pStyle"), "val")
        inherited, inherited_depth = self._list_of_style(style_id)
        list_id = attribute(child(own, "numId"), "val") if own is not None else None
        depth = _number(attribute(child(own, "ilvl"), "val")) if own is not None else None
        list_id = list_id or inherited
        if list_id is None or list_id == "0":
            return ""
        if depth is None:
            depth = inherited_depth
        if depth is None:
            depth = self.numbering.depth_of_style(list_id, style_id or "")
        return self.numbering.label(list_id, depth)

    def _list_of_style(self, style_id: str | None) -> tuple[str | None, int | None]:
        for style in self._line_of(style_id):
            if style.list_id is not None:
                return style.list_id, style.depth
        return None, None

    def _level(self, properties: etree._Element | None) -> int:
        """Depth of a heading: 1 for a title, 2 and more for headings, 0 for text."""
        if properties is None:
            return 0
        own = _number(attribute(child(properties, "outlineLvl"), "val"))
        for style in self._line_of(attribute(child(properties, "pStyle"), "val")):
            if style.name in {"title", "标题"}:
                return 1
            own = style.outline if own is None else own
        return own + _OUTLINE_BELOW_TITLE if own is not None and own < _BODY_LEVEL else 0

    def _line_of(self, style_id: str | None) -> Iterator[_Style]:
        """A style and those that it is based on."""
        seen: set[str] = set()
        while style_id is not None and style_id not in seen and style_id in self.styles:
            seen.add(style_id)
            yield self.styles[style_id]
            style_id = self.styles[style_id].based_on

    def _text(self, parent: etree._Element) -> str:
        return "".join(self._pieces(parent))

    def _pieces(self, parent: etree._Element) -> Iterator[str]:
        for element in parent:
            name = local(element)
            if name in _GONE:
                self.deleted += 1
            elif (
                name == "r" and child(element, "rPr", "vanish") is not None and _is_on(child(element, "rPr", "vanish"))
            ):
                self.hidden += bool("".join(map(str, element.itertext())).strip())
            elif name in _WRAPPERS:
                self.inserted += name in {"ins", "moveTo"}
                yield from self._pieces(element)
            else:
                yield from self._leaf(name, element)

    def _leaf(self, name: str, element: etree._Element) -> Iterator[str]:
        if name == "t":
            yield element.text or ""
        elif name == "tab":
            yield " "
        elif name in {"br", "cr"}:
            yield "" if attribute(element, "type") in {"page", "column"} else "\n"
        elif name == "noBreakHyphen":
            yield "-"
        elif name == "sym":
            yield _symbol(element)
        elif name in {"footnoteReference", "endnoteReference"}:
            yield self._cite(name.removesuffix("noteReference"), attribute(element, "id") or "")
        elif name == "txbxContent":
            self._boxed.append(element)
        elif name in {"pic", "blip", "imagedata"}:
            self.pictures += 1
        elif name in _SHAPES or name in _MATHS:
            yield from self._pieces(element)

    def _cite(self, kind: str, note_id: str) -> str:
        note = self.notes.get(f"{kind}{note_id}")
        if note is None:
            return ""
        number = self._numbers.setdefault(f"{kind}{note_id}", len(self._numbers) + 1)
        cited, boxed = self._cited, self._boxed
        words = " ".join(" ".join(self._text(each).split()) for each in note.iter("{*}p"))
        self._cited, self._boxed = [*cited, f"[注{number}] {words.strip()}"], boxed
        return f"[注{number}]"


def _styles(root: etree._Element | None) -> dict[str, _Style]:
    if root is None:
        return {}
    found = {}
    for each in children(root, "style"):
        style_id = attribute(each, "styleId")
        if style_id is None or attribute(each, "type") not in {"paragraph", None}:
            continue
        properties = child(each, "pPr")
        listed = child(properties, "numPr") if properties is not None else None
        outline = attribute(child(properties, "outlineLvl"), "val") if properties is not None else None
        found[style_id] = _Style(
            (attribute(child(each, "name"), "val") or "").lower(),
            _number(outline),
            attribute(child(listed, "numId"), "val") if listed is not None else None,
            _number(attribute(child(listed, "ilvl"), "val")) if listed is not None else None,
            attribute(child(each, "basedOn"), "val"),
        )
    return found


def _notes(root: etree._Element | None, kind: str) -> dict[str, etree._Element]:
    """Footnotes or endnotes by id, without the lines that Word draws between them."""
    if root is None:
        return {}
    return {
        f"{kind}{attribute(each, 'id')}": each
        for each in root
        if local(each) in {"footnote", "endnote"} and attribute(each, "type") in {None, "normal"}
    }


def _symbol(element: etree._Element) -> str:
    try:
        code = int(attribute(element, "char") or "", 16)
    except ValueError:
        return ""
    return chr(code - _SYMBOL_BASE) if _SYMBOL_BASE <= code < _SYMBOL_BASE + 0x100 else chr(code)


def _is_on(element: etree._Element | None) -> bool:
    return element is not None and attribute(element, "val") not in {"0", "false", "off"}


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() else None
