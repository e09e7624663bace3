"""How a letter's parts are laid out, the same for every format: kinds, column widths, what is a number."""

import re

from assistant.exporting.letter import Block, Heading, Items, Label, Letter, Paragraph, Sources, Table, Title

_NUMBER = re.compile(r"[-+−]?[\d,]+(?:\.\d+)?\s*(?:%|元|万元|亿元|天|年|只|笔|次)?|—|-|")
_WIDEST = 36
_NARROWEST = 4
_LETTER_POINTS = 5.2
_CELL_POINTS = 11.0
_NARROW_POINTS = 210.0
_LONG_ROWS = 8
_SHORT_LABEL = 12
_WHOLE_ROWS = 16
LINE_INCHES = 6.3
"""What A4 leaves between the margins."""
_GAP_INCHES = 0.18


def kind_of(block: Block) -> str:
    """The word by which templates know a part."""
    return _KINDS[type(block)]


_KINDS: dict[type[Block], str] = {
    Title: "title",
    Label: "label",
    Heading: "heading",
    Paragraph: "paragraph",
    Items: "items",
    Sources: "sources",
    Table: "table",
}


def numeric_columns(table: Table) -> tuple[bool, ...]:
    """Which columns hold numbers only, and are set to the right."""
    return tuple(
        bool(table.rows) and place > 0 and all(_NUMBER.fullmatch(row[place]) for row in table.rows)
        for place in range(len(table.head))
    )


def column_widths(table: Table) -> tuple[int, ...]:
    """Shares of the line: as wide as the longest cell, within bounds."""
    columns = zip(table.head, *table.rows, strict=True)
    return tuple(min(max(*map(_width, column), _NARROWEST), _WIDEST) for column in columns)


def table_points(table: Table) -> float | None:
    """Width in points of a table that wants less than the line; ``None``: the whole line."""
    points = sum(column_points(table))
    return points if table.figure is not None and points <= _NARROW_POINTS else None


def column_points(table: Table) -> tuple[float, ...]:
    """Width in points of each column as far as its words need it."""
    return tuple(width * _LETTER_POINTS + _CELL_POINTS for width in column_widths(table))


def stays_whole(table: Table) -> bool:
    """Whether a page can hold it with its chart."""
    return len(table.rows) <= _WHOLE_ROWS


def stands_beside(table: Table) -> bool:
    """Whether a long, narrow table stands beside its chart rather than beneath."""
    short = table_points(table) is not None and column_widths(table)[0] <= _SHORT_LABEL
    return short and _LONG_ROWS <= len(table.rows) <= _WHOLE_ROWS


def chart_inches(table: Table) -> float:
    """How wide the chart of this table is drawn."""
    points = table_points(table)
    if points is None or not stands_beside(table):
        return LINE_INCHES
    return LINE_INCHES - _GAP_INCHES - points / 72


def _width(words: str) -> int:
    """Chinese characters are twice as wide as others."""
    return sum(1 if character.isascii() else 2 for character in words)


def end_of_front(letter: Letter) -> int:
    """Place of the last part before the first heading: where a list of contents stands."""
    return next((place - 1 for place, block in enumerate(letter.blocks) if isinstance(block, Heading)), -1)
