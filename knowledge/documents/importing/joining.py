"""Joins the lines of a printed page into paragraphs: no space between Chinese characters, one between Latin words."""

import re
from collections.abc import Iterable, Sequence

_WORD_END = re.compile(r"[A-Za-z0-9,.;:!?%)\]]\Z")
_WORD_START = re.compile(r"[A-Za-z0-9(\[]")
_BROKEN_WORD = re.compile(r"[A-Za-z]-\Z")
_ADDRESS = re.compile(r"https?://\S*\Z")


def join_lines(lines: Iterable[str]) -> str:
    """One paragraph from its lines."""
    text = ""
    for line in lines:
        text = _joined(text, line.strip())
    return text


def table_rows(rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; the first row is its head. Rows without any text are left out, short ones filled up."""
    full = [[_cell(cell) for cell in row] for row in rows if any(cell.strip() for cell in row)]
    if not full:
        return ""
    width = max(len(row) for row in full)
    lines = [_row([*row, *[""] * (width - len(row))]) for row in full]
    return "\n".join([lines[0], _row(["---"] * width), *lines[1:]])


def _joined(text: str, line: str) -> str:
    if not text or not line:
        return text + line
    if _ADDRESS.search(text):
        return text + line
    if _BROKEN_WORD.search(text) and line[0].islower():
        return text[:-1] + line
    between = " " if _WORD_END.search(text) and _WORD_START.match(line) and (text[-1] + line[0]).isascii() else ""
    return text + between + line


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
