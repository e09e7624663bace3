"""Texts as HTML: a provision with its quoted spans marked, a customer's letter to the byte. Everything is escaped."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

_DIVIDER = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$")
_HEADING = re.compile(r"[一二三四五六七八九十]{1,3}、\S.{0,40}")
_FIGURE = re.compile(r"图\d+ ")
_CELL = "｜"
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
_BLANK_LINES = re.compile(r"\n\s*\n")
_BULLET = re.compile(r"^\s*(?:[-*]|\d+[.)])\s+")


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    text: str


def provision_html(text: str, quotes: Sequence[str] = ()) -> Markup:
    """``text`` with every occurrence of ``quotes`` in a ``<mark>``; a quote that is not found marks nothing."""
    spans = tuple(_spans(text, quotes))
    lines = [_Line(match.start(), match.group()) for match in re.finditer(r"[^\n]+", text)]
    parts: list[Markup] = []
    position = 0
    while position < len(lines):
        if lines[position].text.lstrip().startswith("|"):
            end = position
            while end < len(lines) and lines[end].text.lstrip().startswith("|"):
                end += 1
            parts.append(_table(lines[position:end], spans))
            position = end
            continue
        parts.append(_paragraph(lines[position], spans))
        position += 1
    return Markup("").join(parts)


def structured_html(text: str, places: Sequence[str]) -> Markup:
    """``text`` with its 款 numbered in the margin where there are several, its 项 and 目 set in; tables whole.

    ``places`` has one place a line that is not empty: ``2.1`` is the first 项 of the second 款.
    """
    lines = [_Line(match.start(), match.group()) for match in re.finditer(r"[^\n]*\S[^\n]*", text)]
    if len(places) != len(lines):
        return provision_html(text)
    several = len({place.partition(".")[0] for place in places}) > 1
    parts: list[Markup] = []
    position = 0
    before = ""
    while position < len(lines):
        if lines[position].text.lstrip().startswith("|"):
            end = position
            while end < len(lines) and lines[end].text.lstrip().startswith("|"):
                end += 1
            parts.append(_table(lines[position:end], ()))
            position = end
            continue
        place = places[position]
        number = place if several and "." not in place and place != before else ""
        parts.append(_placed(lines[position], depth=place.count("."), number=number))
        before = place
        position += 1
    return Markup('<div class="{}">{}</div>').format("yc-several" if several else "", Markup("").join(parts))


def marked_html(segments: Iterable[tuple[str, str]], *, side: str = "") -> Markup:
    """``(keep|insert|delete, text)`` pieces as one text; with ``side`` as it stood ``before`` or ``after``."""
    hidden = {"before": "insert", "after": "delete"}.get(side)
    return Markup("").join(
        _marked_piece(mark, _BLANK_LINES.sub("\n", text)) for mark, text in segments if mark != hidden
    )


def _marked_piece(mark: str, text: str) -> Markup:
    match mark:
        case "insert":
            return Markup("<ins>{}</ins>").format(text)
        case "delete":
            return Markup("<del>{}</del>").format(text)
    return escape(text)


_MARGIN = Markup('<span class="yc-place" title="第{0}款" aria-hidden="true">{0}</span>')


def _placed(line: _Line, *, depth: int, number: str) -> Markup:
    margin = _MARGIN.format(number) if number else ""
    return Markup('<p class="yc-para yc-depth-{}">{}{}</p>').format(depth, margin, line.text.strip())


def letter_headings(text: str) -> tuple[tuple[str, str], ...]:
    """``(id, heading)`` of each chapter, as ``letter_html`` marks them."""
    lines = text.split("\n")
    return tuple((_chapter(place), line) for place, line in enumerate(lines) if _HEADING.fullmatch(line))


def letter_html(text: str) -> Markup:
    """A customer's text with every character kept in its place; headings and tables are only drawn as such."""
    lines = text.split("\n")
    parts: list[Markup] = []
    position = 0
    while position < len(lines):
        end = position + 1
        if _FIGURE.match(lines[position]):
            while end < len(lines) and _CELL in lines[end]:
                end += 1
        rows = lines[position + 1 : end]
        parts.append(_figure(lines[position], rows) if rows else _letter_line(lines[position], position))
        position = end
    return Markup("\n").join(parts)


def _figure(caption: str, rows: Sequence[str]) -> Markup:
    """A chart's caption and table, each number with a bar as long as it is large beside the others."""
    numbers = [abs(value) for row in rows[1:] for cell in row.split(_CELL)[1:] if (value := _number(cell)) is not None]
    largest = max(numbers, default=0.0) or 1.0
    body = Markup("\n").join(_figure_row(row.split(_CELL), largest) for row in rows)
    return Markup('<span class="yc-letter-caption">{}</span>\n<span class="yc-letter-figure">{}</span>').format(
        caption, body
    )


def _figure_row(cells: Sequence[str], largest: float) -> Markup:
    separator = Markup('<span class="yc-letter-cell-end">{}</span>').format(_CELL)
    drawn = separator.join(_figure_cell(cell, largest) for cell in cells)
    return Markup('<span class="yc-letter-row">{}</span>').format(drawn)


def _figure_cell(cell: str, largest: float) -> Markup:
    value = _number(cell)
    if value is None:
        return Markup('<span class="yc-letter-cell">{}</span>').format(cell)
    kind = "yc-letter-bar yc-letter-below" if value < 0 else "yc-letter-bar"
    share = f"{100 * abs(value) / largest:.1f}%"
    return Markup('<span class="yc-letter-cell {}" style="--part: {}">{}</span>').format(kind, share, cell)


def _number(cell: str) -> float | None:
    return float(cell.replace(",", "")) if _NUMBER.fullmatch(cell) else None


def _letter_line(line: str, place: int) -> Markup:
    if _HEADING.fullmatch(line) is None:
        return escape(line)
    return Markup('<span class="yc-letter-heading" id="{}">{}</span>').format(_chapter(place), line)


def _chapter(place: int) -> str:
    return f"yc-chapter-{place}"


def _spans(text: str, quotes: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the quotes are, whatever the white space between their characters."""
    positions = [index for index, character in enumerate(text) if not character.isspace()]
    dense = "".join(text[index] for index in positions)
    for quote in quotes:
        wanted = "".join(quote.split())
        start = dense.find(wanted) if wanted else -1
        while start >= 0:
            yield positions[start], positions[start + len(wanted) - 1] + 1
            start = dense.find(wanted, start + len(wanted))


def _paragraph(line: _Line, spans: Sequence[tuple[int, int]]) -> Markup:
    bullet = _BULLET.match(line.text)
    skipped = bullet.end() if bullet and line.text.lstrip()[0] in "-*" else 0
    cut = _Line(line.start + skipped, line.text[skipped:])
    return Markup('<p class="{}">{}</p>').format("yc-bullet" if skipped else "yc-para", _marked(cut, spans))


def _table(lines: Sequence[_Line], spans: Sequence[tuple[int, int]]) -> Markup:
    has_head = len(lines) > 1 and _DIVIDER.match(lines[1].text) is not None
    rows = [line for line in lines if not _DIVIDER.match(line.text)]
    body = Markup("").join(
        _row(line, spans, "th" if has_head and index == 0 else "td") for index, line in enumerate(rows)
    )
    return Markup('<table class="yc-proof-table">{}</table>').format(body)


def _row(line: _Line, spans: Sequence[tuple[int, int]], tag: str) -> Markup:
    cells = [
        Markup("<{0}>{1}</{0}>").format(tag, _marked(_trimmed(line, cell), spans))
        for cell in re.finditer(r"[^|]+", line.text.rstrip())
        if cell.group().strip()
    ]
    return Markup("<tr>{}</tr>").format(Markup("").join(cells))


def _trimmed(line: _Line, cell: re.Match[str]) -> _Line:
    text = cell.group()
    return _Line(line.start + cell.start() + len(text) - len(text.lstrip()), text.strip())


def _marked(line: _Line, spans: Sequence[tuple[int, int]]) -> Markup:
    end = line.start + len(line.text)
    hit = [False] * len(line.text)
    for start, stop in spans:
        for index in range(max(start, line.start), min(stop, end)):
            hit[index - line.start] = True
    parts: list[Markup] = []
    begin = 0
    for index in range(1, len(hit) + 1):
        if index == len(hit) or hit[index] != hit[begin]:
            piece = escape(line.text[begin:index])
            parts.append(Markup("<mark>{}</mark>").format(piece) if hit[begin] else piece)
            begin = index
    return Markup("").join(parts)
