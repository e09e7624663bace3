"""Ruled tables on a page: from drawn lines to cells, and the characters that stand in them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from knowledge.documents.importing.joining import join_lines
from knowledge.documents.importing.pages import Grid, runs

_NEAR = 3.0
_FEWEST_CELLS = 2


@dataclass(frozen=True, slots=True)
class Ruling:
    """A drawn line, upright or flat, in points."""

    left: float
    bottom: float
    right: float
    top: float
    upright: bool

    def touches(self, other: "Ruling") -> bool:
        """Whether two lines meet."""
        return (
            self.left <= other.right + _NEAR
            and other.left <= self.right + _NEAR
            and self.bottom <= other.top + _NEAR
            and other.bottom <= self.top + _NEAR
        )


@dataclass(slots=True)
class Table:
    """A grid that is being filled with characters."""

    columns: list[float]
    rows: list[float]
    """Edges from the bottom up."""
    owners: dict[tuple[int, int], tuple[int, int]]
    """The cell (row from the bottom, column) that holds the text of each; merged cells share one."""
    texts: dict[tuple[int, int], list[tuple[float, float, str]]] = field(default_factory=dict)

    def holds(self, left: float, right: float, bottom: float) -> bool:
        """Whether a character stands inside."""
        middle = (left + right) / 2
        return self.columns[0] < middle < self.columns[-1] and self.rows[0] - 1 < bottom < self.rows[-1]

    def take(self, text: str, left: float, right: float, bottom: float, top: float) -> None:
        """Put a character into its cell."""
        column = _between(self.columns, (left + right) / 2)
        row = _between(self.rows, (bottom + top) / 2)
        self.texts.setdefault(self.owners[row, column], []).append((bottom, top, text))

    def grid(self) -> Grid | None:
        """The table with its texts, from the top down; ``None`` where too few cells have any."""
        if len(self.texts) < _FEWEST_CELLS:
            return None
        rows = tuple(
            tuple(_cell_text(self.texts.get((row, column), ())) for column in range(len(self.columns) - 1))
            for row in reversed(range(len(self.rows) - 1))
        )
        kept = tuple(row for row in rows if any(row))
        return Grid(kept, tuple(self.columns), self.rows[0], self.rows[-1])


def grids_of(rulings: Sequence[Ruling]) -> list[Table]:
    """Tables of a page: lines that meet, with at least two rows of columns."""
    return [table for group in _groups(rulings) if (table := _table(group)) is not None]


def _groups(rulings: Sequence[Ruling]) -> list[list[Ruling]]:
    groups: list[list[Ruling]] = []
    for ruling in rulings:
        met = [group for group in groups if any(ruling.touches(other) for other in group)]
        groups = [group for group in groups if group not in met]
        groups.append([ruling, *(other for group in met for other in group)])
    return groups


def _table(group: Sequence[Ruling]) -> Table | None:
    upright = [each for each in group if each.upright]
    flat = [each for each in group if not each.upright]
    if len(upright) < 2 or len(flat) < 2:  # noqa: PLR2004 - a grid has two lines either way
        return None
    columns = runs([*((each.left + each.right) / 2 for each in upright), *_ends(flat, upright, across=True)], _NEAR)
    rows = runs([*((each.bottom + each.top) / 2 for each in flat), *_ends(upright, flat, across=False)], _NEAR)
    if len(columns) < 3 or len(rows) < 2:  # noqa: PLR2004 - two columns have three edges, a row has two
        return None
    return Table(columns, rows, _owners(columns, rows, upright, flat))


def _ends(along: Iterable[Ruling], crossing: Sequence[Ruling], *, across: bool) -> list[float]:
    """Outer ends where no crossing line closes the grid, as at the foot of a page."""
    reach = [(each.left, each.right) if across else (each.bottom, each.top) for each in along]
    closed = [(each.left + each.right) / 2 if across else (each.bottom + each.top) / 2 for each in crossing]
    low, high = min(low for low, _ in reach), max(high for _, high in reach)
    return [end for end in (low, high) if all(abs(end - edge) > 2 * _NEAR for edge in closed)]


def _owners(
    columns: Sequence[float], rows: Sequence[float], upright: Sequence[Ruling], flat: Sequence[Ruling]
) -> dict[tuple[int, int], tuple[int, int]]:
    """Cells without a wall between them are one: its text stands in the upper left."""
    owners = {(row, column): (row, column) for row in range(len(rows) - 1) for column in range(len(columns) - 1)}

    def root(cell: tuple[int, int]) -> tuple[int, int]:
        while owners[cell] != cell:
            cell = owners[cell]
        return cell

    def merge(one: tuple[int, int], other: tuple[int, int]) -> None:
        kept, gone = sorted((root(one), root(other)), key=lambda cell: (-cell[0], cell[1]))
        owners[gone] = kept

    for row, column in list(owners):
        height, width = (rows[row] + rows[row + 1]) / 2, (columns[column] + columns[column + 1]) / 2
        between = columns[column + 1] if column + 2 < len(columns) else None
        if between is not None and not (
            _wall_upright(upright, between, height) or _parted(flat, rows[row], rows[row + 1], between)
        ):
            merge((row, column), (row, column + 1))
        if row + 2 < len(rows) and not _wall_flat(flat, rows[row + 1], width):
            merge((row, column), (row + 1, column))
    return {cell: root(cell) for cell in owners}


def _wall_upright(upright: Sequence[Ruling], at: float, height: float) -> bool:
    return any(
        abs((each.left + each.right) / 2 - at) <= _NEAR and each.bottom - _NEAR <= height <= each.top + _NEAR
        for each in upright
    )


def _parted(flat: Sequence[Ruling], bottom: float, top: float, at: float) -> bool:
    """Whether the borders above and below are drawn cell by cell, and both end here."""
    for height in (bottom, top):
        level = [each for each in flat if abs((each.bottom + each.top) / 2 - height) <= _NEAR]
        ends = any(abs(each.left - at) <= _NEAR or abs(each.right - at) <= _NEAR for each in level)
        if not ends or any(each.left + _NEAR < at < each.right - _NEAR for each in level):
            return False
    return True


def _wall_flat(flat: Sequence[Ruling], at: float, width: float) -> bool:
    return any(
        abs((each.bottom + each.top) / 2 - at) <= _NEAR and each.left - _NEAR <= width <= each.right + _NEAR
        for each in flat
    )


def _between(edges: Sequence[float], value: float) -> int:
    return next((at for at in range(len(edges) - 2, 0, -1) if edges[at] <= value), 0)


def _cell_text(characters: Sequence[tuple[float, float, str]]) -> str:
    """The lines of a cell, joined."""
    lines: list[list[str]] = []
    floor = ceiling = 0.0
    for bottom, top, text in characters:
        if not lines or (
            text.strip() and not bottom < (floor + ceiling) / 2 < top and not floor < (bottom + top) / 2 < ceiling
        ):
            lines.append([])
        if text.strip():
            floor, ceiling = bottom, top
        lines[-1].append(text)
    return join_lines("".join(line) for line in lines).strip()
