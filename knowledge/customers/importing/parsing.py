"""Values of a column: read as people write them, judged against the column's type, a stretch of rows at once.

Full-width digits, thousands separators, ``2026/1/5`` and Chinese labels are read; what could mean two things is not.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from unicodedata import normalize

import polars as pl

from knowledge.customers.importing.record_types import EARLIEST, LATEST, ColumnKind, ColumnType

_EMPTY = ["", "NULL", "null", "\\N"]
_INVISIBLE = r"[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
"""Characters without width or that turn the direction: they come with copied text, and are dropped."""
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]"
"""Control characters, and bytes that were no text."""
_BREAK = r"[\r\n]"
_NUMBER = r"^[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?(?:[eE][+-]?\d{1,2})?$"
_DATE = r"^(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$"
_DENSE_DATE = r"^(\d{4})(\d{2})(\d{2})$"
_SERIAL = r"^\d{5}(?:\.0*)?$"
_LARGEST_INTEGER = 2**53
"""Beyond every column's limit, and a number of its own also in a float: what is larger is told, not lost."""
_SEPARATORS = r"[;,、|/]"
_TRUE = ("true", "t", "1", "yes", "y", "是", "1.0")
_FALSE = ("false", "f", "0", "no", "n", "否", "0.0")


@dataclass(frozen=True, slots=True)
class Parsed:
    """Values of the right type, ``null`` where there is none or a wrong one, and what is wrong with which rows."""

    values: pl.Series
    faults: tuple[tuple[pl.Series, str], ...]
    """Which rows, and the message; a row is told of only once."""


def parse(cells: pl.Series, column: ColumnType, *, today: date) -> Parsed:
    """The column's cells, text or already typed, as values of its type."""
    text = _as_text(cells, column)
    if text is None:
        return _typed(cells, column, today)
    return _finish(*_READERS[column.kind](text, column), column, today, empty=text.is_null())


def _as_text(cells: pl.Series, column: ColumnType) -> pl.Series | None:
    """Plain text, nothing where the cell is empty; ``None`` for cells that have a type that needs no reading."""
    if cells.dtype == pl.List(pl.String) and column.kind is ColumnKind.CHOICES:
        cells = cells.list.join(";")
    elif cells.dtype in (pl.Categorical, pl.Enum, pl.Null) or (
        cells.dtype.is_integer() and column.kind in (ColumnKind.CODE, ColumnKind.FLAG)
    ):
        cells = cells.cast(pl.String)
    if cells.dtype != pl.String:
        return None
    plain = cells.str.strip_chars()
    if plain.str.contains(r"[^\x00-\x7f]").any():
        plain = plain.str.replace_all(_INVISIBLE, "")
        plain = plain if column.kind is ColumnKind.TEXT else plain.str.normalize("NFKC")
        plain = plain.str.strip_chars()
    return plain.set(plain.is_in(_EMPTY), None)


def _typed(cells: pl.Series, column: ColumnType, today: date) -> Parsed:
    """Cells of a Parquet file that hold a type of their own."""
    wanted, fits = _TYPES[column.kind]
    if not fits(cells.dtype):
        wrong = cells.is_not_null()
        values = pl.Series(cells.name, [None] * len(cells), dtype=wanted)
        return Parsed(values, ((wrong, f"类型是 {cells.dtype}，这一列应是{_KIND_NAMES[column.kind]}"),))
    cells = cells.fill_nan(None) if cells.dtype.is_float() else cells
    values = cells.cast(wanted, strict=False)
    wrong = cells.is_not_null() & values.is_null()
    if column.kind is ColumnKind.INTEGER and cells.dtype.is_float():
        wrong |= (cells != cells.round(0)).fill_null(value=False)
    return _finish(values, ((wrong, f"不是{_KIND_NAMES[column.kind]}"),), column, today, empty=cells.is_null())


def _finish(
    values: pl.Series,
    faults: tuple[tuple[pl.Series, str], ...],
    column: ColumnType,
    today: date,
    *,
    empty: pl.Series,
) -> Parsed:
    """Empty cells and limits on top of what reading found."""
    found = [(empty, "不能为空")] if column.required else []
    return Parsed(values, _first_only((*found, *faults, *_limits(values, column, today))))


def _first_only(faults: tuple[tuple[pl.Series, str], ...]) -> tuple[tuple[pl.Series, str], ...]:
    """The first message of each row, and no message that is about none."""
    kept = []
    told: pl.Series | None = None
    for rows, message in faults:
        fresh = rows.fill_null(value=False)
        if told is not None:
            fresh = fresh & ~told
        if fresh.any():
            kept.append((fresh, message))
            told = fresh if told is None else told | fresh
    return tuple(kept)


def _limits(values: pl.Series, column: ColumnType, today: date) -> Iterator[tuple[pl.Series, str]]:
    if column.kind in (ColumnKind.NUMBER, ColumnKind.INTEGER):
        if column.least is not None:
            yield values < column.least, "须大于0" if 0 < column.least < 1 else f"不能小于 {_plain(column.least)}"
        if column.most is not None:
            yield values > column.most, f"不能大于 {_plain(column.most)}"
    elif column.kind is ColumnKind.DAY:
        yield values < EARLIEST, f"早于 {EARLIEST.year} 年"
        if column.future:
            yield values > LATEST, f"晚于 {LATEST.year} 年"
        else:
            yield values > today, "晚于今天"


def _plain(limit: float) -> str:
    return f"{limit:,.0f}" if limit == round(limit) else f"{limit:g}"


_Read = tuple[pl.Series, tuple[tuple[pl.Series, str], ...]]


def _code(text: pl.Series, column: ColumnType) -> _Read:
    longest = column.longest or 0
    return text, (
        (text.str.len_chars() > longest, f"超过 {longest} 个字符"),
        (~text.str.contains(f"^(?:{column.pattern})$"), "含有编号里不能有的字符，或不完整"),
    )


def _text(text: pl.Series, column: ColumnType) -> _Read:
    longest = column.longest or 0
    faults = [
        (text.str.len_chars() > longest, f"超过 {longest} 个字"),
        (text.str.contains(_CONTROL), "含有控制字符，或读不成文字的字节"),
    ]
    if not column.lines:
        faults.append((text.str.contains(_BREAK), "不能换行"))
    return text, tuple(faults)


def _number(text: pl.Series, column: ColumnType) -> _Read:
    """Most cells are numbers as they stand; the others are read once more."""
    values = text.cast(pl.Float64, strict=False)
    odd = text.is_not_null() & ~(values.is_finite() & text.str.contains(r"^[+-]?\.?\d")).fill_null(value=False)
    if not odd.any():
        return values, ()
    plain = text.str.strip_suffix("%").str.strip_chars() if column.percent else text
    plain = plain.set(~plain.str.contains(_NUMBER), None).str.replace_all(",", "", literal=True)
    values = values.set(odd, None).zip_with(~odd, plain.cast(pl.Float64, strict=False))
    wrong = text.is_not_null() & (values.is_null() | ~values.is_finite()).fill_null(value=True)
    message = "不是数字，不能写单位、货币符号或“万”“亿”"
    return values.set(wrong, None), ((wrong, message),)


def _integer(text: pl.Series, column: ColumnType) -> _Read:
    values, faults = _number(text, column)
    broken = values != values.round(0)
    whole = values.set(broken.fill_null(value=False), None).clip(-_LARGEST_INTEGER, _LARGEST_INTEGER)
    return whole.cast(pl.Int64, strict=False), (
        *faults,
        (broken, "须是整数"),
    )


def _day(text: pl.Series, _column: ColumnType) -> _Read:
    values = text.str.to_date("%Y-%m-%d", strict=False)
    odd = text.is_not_null() & values.is_null()
    if not odd.any():
        return values, ()
    parts = [_part(text, number) for number in (1, 2, 3)]
    iso = parts[0] + "-" + parts[1].str.zfill(2) + "-" + parts[2].str.zfill(2)
    values = values.zip_with(~odd, iso.str.to_date("%Y-%m-%d", strict=False))
    wrong = text.is_not_null() & values.is_null()
    return values, (
        (wrong & iso.is_not_null(), "没有这一天"),
        (wrong & text.str.contains(_SERIAL), "像是表格软件的日期序号，请把单元格设为日期格式后再导出"),
        (wrong, "不是日期，请写成 2026-01-05 的样子"),
    )


def _part(text: pl.Series, number: int) -> pl.Series:
    written, dense = text.str.extract(_DATE, number), text.str.extract(_DENSE_DATE, number)
    return written.zip_with(written.is_not_null(), dense)


def _flag(text: pl.Series, _column: ColumnType) -> _Read:
    known = dict.fromkeys(_TRUE, True) | dict.fromkeys(_FALSE, False)
    values = text.str.to_lowercase().replace_strict(known, default=None, return_dtype=pl.Boolean)
    return values, ((text.is_not_null() & values.is_null(), "须是 true 或 false，也可以写 是 或 否"),)


def _choice(text: pl.Series, column: ColumnType) -> _Read:
    values = text.str.to_lowercase().replace_strict(_spellings(column), default=None, return_dtype=pl.String)
    return values, ((text.is_not_null() & values.is_null(), f"只能是 {_allowed(column)}"),)


def _choices(text: pl.Series, column: ColumnType) -> _Read:
    spellings = _spellings(column)
    known = {each: _split(each, spellings) for each in text.unique().drop_nulls().to_list()}
    read = {each: ";".join(found) for each, found in known.items() if found is not None}
    values = text.replace_strict(read, default=None, return_dtype=pl.String)
    return values, ((text.is_not_null() & values.is_null(), f"只能是这几种，用分号分开：{_allowed(column)}"),)


def _split(text: str, spellings: dict[str, str]) -> list[str] | None:
    """The values in a fixed order; ``None`` where one is unknown or there is none."""
    written = [part.strip().lower() for part in re.split(_SEPARATORS, text)]
    found = [spellings.get(part) for part in written if part]
    if not found or None in found:
        return None
    return sorted({each for each in found if each is not None})


def _spellings(column: ColumnType) -> dict[str, str]:
    """Everything that a value may be written as, in lower case."""
    spelled: dict[str, str] = {}
    for value, label in column.choices.items():
        plain = normalize("NFKC", label).lower()
        spelled |= {value.lower(): value, plain: value, f"{value.lower()}({plain})": value}
    return spelled


def _allowed(column: ColumnType) -> str:
    return "、".join(f"{value}（{label}）" for value, label in column.choices.items())


_READERS: dict[ColumnKind, Callable[[pl.Series, ColumnType], _Read]] = {
    ColumnKind.CODE: _code,
    ColumnKind.TEXT: _text,
    ColumnKind.NUMBER: _number,
    ColumnKind.INTEGER: _integer,
    ColumnKind.DAY: _day,
    ColumnKind.FLAG: _flag,
    ColumnKind.CHOICE: _choice,
    ColumnKind.CHOICES: _choices,
}
_KIND_NAMES = {
    ColumnKind.CODE: "编号（文字）",
    ColumnKind.TEXT: "文字",
    ColumnKind.NUMBER: "数字",
    ColumnKind.INTEGER: "整数",
    ColumnKind.DAY: "日期",
    ColumnKind.FLAG: "是或否",
    ColumnKind.CHOICE: "文字",
    ColumnKind.CHOICES: "文字或文字的列表",
}
_Fits = Callable[[pl.DataType], bool]
_TYPES: dict[ColumnKind, tuple[type[pl.DataType], _Fits]] = {
    ColumnKind.CODE: (pl.String, lambda _: False),
    ColumnKind.TEXT: (pl.String, lambda _: False),
    ColumnKind.NUMBER: (pl.Float64, lambda kind: kind.is_numeric()),
    ColumnKind.INTEGER: (pl.Int64, lambda kind: kind.is_numeric()),
    ColumnKind.DAY: (pl.Date, lambda kind: kind == pl.Date or isinstance(kind, pl.Datetime)),
    ColumnKind.FLAG: (pl.Boolean, lambda kind: kind == pl.Boolean),
    ColumnKind.CHOICE: (pl.String, lambda _: False),
    ColumnKind.CHOICES: (pl.String, lambda _: False),
}
