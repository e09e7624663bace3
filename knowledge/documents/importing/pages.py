"""From the characters and lines of printed pages to blocks: without running heads, with tables and footnotes."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from knowledge.documents.importing.joining import join_lines, table_rows
from knowledge.documents.importing.model import Block, BlockKind, Caution, CautionCode
from knowledge.documents.importing.wording import article_of, bracketed, decimal, division_of, enumerated

_MARGIN = 0.13
_OFTEN, _NEARLY_ALWAYS = 0.3, 0.6
_PAGE_NUMBER = re.compile(
    r"[-—–－·\s]*[0-9０-９]{1,5}[-—–－·\s]*(?:/\s*[0-9]{1,5})?|第?\s*[0-9]{1,5}\s*页(?:[，,/\s]*共\s*[0-9]{1,5}\s*页)?"
)
_NOTE = re.compile(
    r"(?P<mark>\[[0-9]{1,3}\]|[①-⑳]|[0-9]{1,2}(?![0-9.、年月日%])|\*{1,3}|注[0-9]{0,2}[:：])\s*(?P<text>.*)"
)
_REFERENCE = re.compile(r"\[注(?P<mark>[^\]]{1,4})\]")
_TERMINAL = ("。", "；", "：", ":", ";", "！", "？", "”", "）", ")")
_SMALL = 0.92
_INDENT, _WIDEST_INDENT = 1.2, 3.4
_APART, _WIDEST_LEADING = 1.45, 4
_ENTRY = re.compile(r"(?:[.…·．]\s*){3,}[0-9]{1,4}\Z")
_ADDRESS = re.compile(r"https?://\S*\Z")
_LISTED = re.compile(r"[0-9]{1,2}[.、]\s*[^0-9]")
_UNIT = re.compile(r"(?:[A-Za-z0-9.%-]+|.)[，。、；：！？）》”,;:!?)\]]*")
_FURNITURE = re.compile(r"手机扫|扫一扫|扫码|二维码|打印本页|责任编辑|下载附件|关闭窗口")
_LONGEST_FURNITURE = 30
_LONGEST_DIVISION = 30
_OPEN = re.compile(r"[（(《〈【]")
_CLOSED = re.compile(r"[）)》〉】]")


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line, in points from the left and bottom of its page."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    size: float
    base: float
    """Where its letters stand, which no descender moves."""

    def goes_on_in(self, other: "Line") -> bool:
        """Whether ``other`` stands right behind on the same height."""
        middle, own = (other.bottom + other.top) / 2, (self.bottom + self.top) / 2
        level = self.bottom < middle < self.top or other.bottom < own < other.top
        return level and -0.5 * self.size < other.left - self.right < 1.5 * self.size

    def with_more(self, other: "Line") -> "Line":
        """Both as one line."""
        return Line(
            self.text + other.text,
            self.left,
            other.right,
            min(self.bottom, other.bottom),
            max(self.top, other.top),
            max(self.size, other.size),
            self.base,
        )


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table on a page."""

    rows: tuple[tuple[str, ...], ...]
    edges: tuple[float, ...]
    """Where its columns begin and end."""
    bottom: float
    top: float


@dataclass(frozen=True, slots=True)
class Page:
    """What is printed on one page, in reading order."""

    width: float
    height: float
    content: tuple[Line | Grid, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """Without tables."""
        return tuple(each for each in self.content if isinstance(each, Line))


def blocks_of_pages(pages: Sequence[Page]) -> tuple[tuple[Block, ...], tuple[Caution, ...]]:
    """Paragraphs, tables and footnotes of a document, and what was left out."""
    pages, running = _without_running(pages)
    layouts = _layouts(pages)
    flow = _Flow()
    for number, page in enumerate(pages):
        flow.page(page, layouts[number % 2])
    names = "、".join(f"「{text}」" for text in running[:3])
    told = Caution(CautionCode.LEFT_OUT, f"去掉了页眉、页脚和页码（如{names}）。")
    return flow.finish(), (told,) if running else ()


def _without_running(pages: Sequence[Page]) -> tuple[list[Page], list[str]]:
    """Pages without running heads, feet and page numbers; which they were."""
    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({_shape(line.text) for line in page.lines if _in_margin(line, page)})
    often = {shape for shape, count in seen.items() if count >= max(2, len(pages) * _OFTEN)}
    stamped = _stamped(pages)
    dropped: Counter[str] = Counter()
    kept = []
    for page in pages:
        content = []
        for each in page.content:
            if isinstance(each, Line) and (
                _is_furniture(each) or _place(each) in stamped or (_in_margin(each, page) and _runs(each, often))
            ):
                dropped[each.text.strip()] += 1
            else:
                content.append(each)
        kept.append(Page(page.width, page.height, tuple(content)))
    return kept, [text for text, _ in dropped.most_common()]


def _stamped(pages: Sequence[Page]) -> set[tuple[str, int, int]]:
    """Lines that stand in one place on nearly every page, as watermarks do."""
    places = Counter(_place(line) for page in pages for line in page.lines)
    return {place for place, count in places.items() if count >= max(3, len(pages) * _NEARLY_ALWAYS)}


def _place(line: Line) -> tuple[str, int, int]:
    return line.text, round(line.left), round(line.base)


def _in_margin(line: Line, page: Page) -> bool:
    return line.top < page.height * _MARGIN or line.bottom > page.height * (1 - _MARGIN)


def _is_furniture(line: Line) -> bool:
    return len(line.text) <= _LONGEST_FURNITURE and bool(_FURNITURE.search(line.text))


def _runs(line: Line, often: set[str]) -> bool:
    return bool(_PAGE_NUMBER.fullmatch(line.text.strip())) or _shape(line.text) in often


def _shape(text: str) -> str:
    return re.sub(r"[0-9]+", "#", "".join(text.split()))


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the text of the odd or even pages stands."""

    left: float
    right: float
    em: float
    indents: bool
    """Paragraphs begin with an indent."""
    leading: float
    """From one line of a paragraph to the next."""

    def indent(self, line: Line) -> float:
        return (line.left - self.left) / self.em

    def is_apart(self, before: Line, line: Line) -> bool:
        """Whether more than the space between two lines of a paragraph parts them on their page."""
        return before.base - line.base > _APART * self.leading

    def is_short(self, line: Line) -> bool:
        return line.right < self.right - 2.5 * self.em

    def is_centred(self, line: Line) -> bool:
        before, after = line.left - self.left, self.right - line.right
        return before > 3.5 * self.em and after > 2 * self.em and abs(before - after) < max(3 * self.em, 0.2 * before)


def _layouts(pages: Sequence[Page]) -> tuple[_Layout, _Layout]:
    every = [line for page in pages for line in page.lines]
    em = median([line.size for line in every]) if every else 12.0
    return _layout(pages[0::2], every, em), _layout(pages[1::2], every, em)


def _layout(pages: Sequence[Page], every: Sequence[Line], em: float) -> _Layout:
    lines = [line for page in pages for line in page.lines] or list(every)
    if not lines:
        return _Layout(0, 0, em, indents=False, leading=em)
    starts = Counter(round(line.left / em * 2) for line in lines)
    common = [start for start, count in starts.items() if count >= max(2, len(lines) * 0.08)] or list(starts)
    left = min(line.left for line in lines if round(line.left / em * 2) >= min(common))
    right = sorted(line.right for line in lines)[int(len(lines) * 0.95)]
    indented = sum(_INDENT <= (line.left - left) / em <= _WIDEST_INDENT for line in lines)
    steps = [above.base - below.base for page in pages for above, below in pairwise(page.lines)]
    usual = [step for step in steps if 0 < step < _WIDEST_LEADING * em]
    leading = sorted(usual)[len(usual) // 4] if usual else 2 * em
    return _Layout(left, right, em, indents=indented >= max(2, len(lines) * 0.12), leading=leading)


@dataclass(slots=True)
class _Paragraph:
    lines: list[Line]
    centred: bool
    notes: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return join_lines(line.text for line in self.lines)


class _Flow:
    """Text that runs over pages."""

    def __init__(self) -> None:
        self._done: list[_Paragraph | Grid] = []

    def page(self, page: Page, layout: _Layout) -> None:
        """The next page."""
        first = len(self._done) - 1
        body, notes = _split_notes(page, layout)
        for each in body:
            if isinstance(each, Grid):
                self._table(each)
            else:
                self._line(each, layout)
        for note in notes:
            self._note(note, max(first, 0))

    def finish(self) -> tuple[Block, ...]:
        """All blocks."""
        return tuple(block for each in self._done for block in _blocks(each))

    def _line(self, line: Line, layout: _Layout) -> None:
        last = self._done[-1] if self._done else None
        centred = layout.is_centred(line)
        if isinstance(last, _Paragraph) and not _begins(last, line, layout, centred=centred):
            last.lines.append(line)
        else:
            self._done.append(_Paragraph([line], centred))

    def _table(self, grid: Grid) -> None:
        last = self._done[-1] if self._done else None
        if isinstance(last, Grid) and _continues(last, grid):
            rows = grid.rows[1:] if grid.rows[:1] == last.rows[:1] else grid.rows
            self._done[-1] = Grid((*last.rows, *rows), last.edges, grid.bottom, last.top)
        else:
            self._done.append(grid)

    def _note(self, note: tuple[str, str], first: int) -> None:
        """Put a footnote behind the paragraph that refers to it, else behind the last one of its page."""
        mark, text = note
        paragraphs = [each for each in self._done[first:] if isinstance(each, _Paragraph)]
        if not paragraphs:
            self._done.append(_Paragraph([], centred=False, notes=[f"[注{mark}] {text}"]))
            return
        owner = next((each for each in paragraphs if f"[注{mark}]" in each.text), paragraphs[-1])
        owner.notes.append(f"[注{mark}] {text}")


def _begins(last: _Paragraph, line: Line, layout: _Layout, *, centred: bool) -> bool:
    """Whether a line begins a paragraph."""
    before = last.lines[-1] if last.lines else None
    if before is None:
        return True
    if centred and not _is_marked(line.text) and (_is_open(last) or _wraps(last, line, layout)):
        return False
    if centred or last.centred or abs(before.size - line.size) > 0.15 * layout.em:
        return True
    if (
        layout.is_apart(before, line)
        or _ENTRY.search(before.text)
        or _is_division(last.text)
        or _is_division(line.text)
    ):
        return True
    return _begins_by_place(last, line, layout)


def _is_division(text: str) -> bool:
    """A 章 or 节 on a line of its own, also one in a table of contents."""
    found = division_of(text.rstrip("0123456789 .…·．"), heading=False)
    return found is not None and len(text) <= _LONGEST_DIVISION


def _is_open(paragraph: _Paragraph) -> bool:
    """Whether a bracket waits for its end on the next line."""
    text = paragraph.text
    return len(_OPEN.findall(text)) > len(_CLOSED.findall(text))


def _wraps(last: _Paragraph, line: Line, layout: _Layout) -> bool:
    """Whether a centred line goes on with the heading of a 章 above it."""
    return (
        last.centred
        and division_of(last.text, heading=True) is not None
        and abs(last.lines[-1].size - line.size) < 0.05 * layout.em
        and 0 <= last.lines[-1].bottom - line.top < 1.5 * layout.em
    )


def _begins_by_place(last: _Paragraph, line: Line, layout: _Layout) -> bool:
    before = last.lines[-1]
    ended = before.text.rstrip().endswith(_TERMINAL)
    listed = _LISTED.match(line.text) is not None and _ADDRESS.search(last.text) is not None
    if layout.indents:
        return listed or layout.indent(line) >= _INDENT or (layout.is_short(before) and ended)
    if listed or layout.is_short(before):
        return True
    if ended and layout.right - before.right > layout.em * (_first_unit(line.text) + 0.3):
        return True
    return ended and (_is_marked(line.text) or layout.indent(line) >= _INDENT)


def _first_unit(text: str) -> float:
    """How many ems the first piece of a line takes that cannot be parted: a character with its marks, or a word."""
    unit = _UNIT.match(text)
    return sum(0.6 if character.isascii() else 1.0 for character in unit[0]) if unit else 1.0


def _is_marked(text: str) -> bool:
    article = article_of(text)
    return (
        (article is not None and not article.refers)
        or division_of(text, heading=False) is not None
        or bracketed(text) is not None
        or enumerated(text) is not None
        or decimal(text) is not None
    )


def _split_notes(page: Page, layout: _Layout) -> tuple[list[Line | Grid], list[tuple[str, str]]]:
    """The page without the footnotes at its end, and those."""
    at = len(page.content)
    while at > 0:
        each = page.content[at - 1]
        if isinstance(each, Grid) or each.size > layout.em * _SMALL:
            break
        at -= 1
    tail = [each for each in page.content[at:] if isinstance(each, Line)]
    marks = {match["mark"] for line in page.lines for match in _REFERENCE.finditer(line.text)}
    notes: list[tuple[str, list[str]]] = []
    for line in tail:
        match = _NOTE.fullmatch(line.text.strip())
        if match and (_bare(match["mark"]) in marks or not match["mark"].isdecimal()):
            notes.append((_bare(match["mark"]), [match["text"]]))
        elif notes:
            notes[-1][1].append(line.text)
        else:
            at += 1
    if not notes:
        return list(page.content), []
    return list(page.content[:at]), [(mark, join_lines(lines)) for mark, lines in notes]


def _bare(mark: str) -> str:
    return mark.strip("[]注:：") or "*"


def _continues(before: Grid, after: Grid) -> bool:
    return len(before.edges) == len(after.edges) and len(before.rows[0]) == len(after.rows[0])


def _blocks(each: _Paragraph | Grid) -> Iterator[Block]:
    if isinstance(each, Grid):
        if rows := table_rows(each.rows):
            yield Block(rows, BlockKind.TABLE)
        return
    if text := each.text.strip():
        yield Block(text)
    yield from (Block(note) for note in each.notes)


def runs(values: Sequence[float], tolerance: float) -> list[float]:
    """Distinct positions among near ones: the mean of each group."""
    groups: list[list[float]] = []
    for value in sorted(values):
        if groups and value - groups[-1][-1] <= tolerance:
            groups[-1].append(value)
        else:
            groups.append([value])
    return [sum(group) / len(group) for group in groups]
