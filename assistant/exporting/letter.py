"""A letter read back from its exact text. Nothing is added, left out or moved: only how it is set is decided here."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from assistant.drafting.chart_text import CELL

_HEADING = re.compile(r"[一二三四五六七八九十]{1,3}、\S.{0,40}")
_SMALL_HEADING = re.compile(r"（[一二三四五六七八九十]{1,3}）\S.{0,40}")
_SENTENCE_END = re.compile(r"[。；？！：]$")
_FIGURE = re.compile(r"图([1-9]\d{0,2}) \S.*")
_LABEL = "【AI"
_ITEM = "· "
_OPINION = "（观点）"
_SOURCE = re.compile(r"\[(\d+)\] (.*)")
_MARKS = re.compile(r"(?:\[\d+\])+$")
_UNPRINTABLE = re.compile("[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, and with it DOCX; no font has a picture of it either."""
_LONGEST_TITLE = 60
_FEWEST_ROWS = 2


@dataclass(frozen=True, slots=True)
class Title:
    """The first line."""

    text: str


@dataclass(frozen=True, slots=True)
class Label:
    """The explicit label of what a machine helped to write (AILABEL:4)."""

    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """「一、风险揭示」 on level 1, 「（一）现状」 on level 2."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of prose; ``quoted`` where it repeats a question in brackets."""

    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A sentence, an opinion told apart, and the marks ``[1]`` of what it rests on."""

    opinion: str
    text: str
    marks: str


@dataclass(frozen=True, slots=True)
class Items:
    """Sentences one under the other."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Sources:
    """``(number, source)`` of what the marks lead to."""

    entries: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Cells by row; the first row is the head. All rows have the same number of cells."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figure: int | None = None
    """The number of the chart whose data this is."""


Block = Title | Label | Heading | Paragraph | Items | Sources | Table


@dataclass(frozen=True, slots=True)
class Letter:
    """The text as it was approved, and what stands in it in order."""

    text: str
    blocks: tuple[Block, ...]

    @property
    def title(self) -> str:
        """The first line, or nothing."""
        return next((block.text for block in self.blocks if isinstance(block, Title)), "")

    @property
    def headings(self) -> tuple[str, ...]:
        """Headings of level 1, in order."""
        return tuple(block.text for block in self.blocks if isinstance(block, Heading) and block.level == 1)

    def figure_text(self, number: int) -> str | None:
        """The lines that tell figure ``number``, as they stand in the text."""
        told = (part.strip("\n") for part in self.text.split("\n\n"))
        return next((part for part in told if _figure_number(part.split("\n")[0]) == number), None)


def read_letter(text: str) -> Letter:
    """Any text is a letter: what has no form of its own is a paragraph."""
    parts = [part for part in printable(text).split("\n\n") if part.strip()]
    blocks = [block for place, part in enumerate(parts) for block in _blocks(part.strip("\n"), first=place == 0)]
    return Letter(text, tuple(blocks))


def printable(text: str) -> str:
    """``text`` with a mark in the place of every character that a file cannot hold."""
    return _UNPRINTABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def _blocks(part: str, *, first: bool) -> Iterator[Block]:
    lines = [line for line in part.split("\n") if line.strip()]
    if first and len(lines) == 1 and len(part) <= _LONGEST_TITLE and not part.startswith(_LABEL):
        yield Title(part.strip())
    elif (table := _table(lines)) is not None:
        yield table
    elif len(lines) == 1 and (heading := _heading(part.strip())) is not None:
        yield heading
    else:
        for form, run in groupby(_continued(lines), key=_form):
            yield from _run(form, tuple(run))


def _heading(line: str) -> Heading | None:
    if _SENTENCE_END.search(line):
        return None
    if _HEADING.fullmatch(line):
        return Heading(1, line)
    return Heading(2, line) if _SMALL_HEADING.fullmatch(line) else None


def _table(lines: Sequence[str]) -> Table | None:
    """Rows of equal length, perhaps under a caption."""
    captioned = bool(lines) and CELL not in lines[0]
    caption, rows = (lines[0], lines[1:]) if captioned else ("", lines)
    cells = [tuple(cell.strip() for cell in row.split(CELL)) for row in rows]
    if len(cells) < _FEWEST_ROWS or len({len(row) for row in cells}) != 1 or len(cells[0]) == 1:
        return None
    if caption.startswith(_ITEM):
        return None
    return Table(caption.strip(), cells[0], tuple(cells[1:]), _figure_number(caption))


def _figure_number(line: str) -> int | None:
    found = _FIGURE.fullmatch(line)
    return int(found[1]) if found else None


def _continued(lines: Sequence[str]) -> Iterator[str]:
    """An item of several lines is one item."""
    held = ""
    for line in lines:
        if held and _form(held) is Items and _form(line) is Paragraph:
            held = f"{held}\n{line}"
            continue
        if held:
            yield held
        held = line
    if held:
        yield held


def _form(line: str) -> type[Items | Sources | Label | Paragraph]:
    if line.startswith(_ITEM):
        return Items
    if _SOURCE.fullmatch(line):
        return Sources
    return Label if line.startswith(_LABEL) else Paragraph


def _run(form: type[Block], lines: Sequence[str]) -> Iterator[Block]:
    if form is Items:
        yield Items(tuple(_item(line.removeprefix(_ITEM)) for line in lines))
    elif form is Sources:
        yield Sources(tuple((found[1], found[2]) for line in lines if (found := _SOURCE.fullmatch(line))))
    elif form is Label:
        yield from (Label(line) for line in lines)
    else:
        yield from (Paragraph(line.strip(), quoted=line.startswith("「") and line.endswith("」")) for line in lines)


def _item(words: str) -> Item:
    opinion = _OPINION if words.startswith(_OPINION) else ""
    marks = found.group() if (found := _MARKS.search(words)) else ""
    return Item(opinion, words[len(opinion) : len(words) - len(marks)], marks)
