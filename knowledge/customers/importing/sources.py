"""Files of a folder, and their rows in stretches. A row that cannot be split is told and left out; the file goes on.

CSV is split by Python's own reader, not by polars: that one gives up a whole file for one row with a field too many.
"""

import csv
import hashlib
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from stat import S_ISREG
from typing import TextIO
from unicodedata import normalize

import polars as pl

from knowledge.customers.importing.model import Problem
from knowledge.customers.importing.record_types import RECORD_TYPES, ColumnKind, ColumnType, RecordType
from knowledge.errors import Invalid

CHUNK = 20_000
"""Rows that are read, judged and written together."""
_BLOCK = 1 << 20
_HEAD = 1 << 16
_LONGEST_ROW = 1 << 20
"""Characters of a row of CSV; a longer one is told, and never held."""
_MOST_CHARACTERS = 1 << 25
"""Of rows of CSV that are held together, however few they are."""
_SPARE = 1_000
"""Bytes of a cell of Parquet beyond what its column takes; of longer ones a few on disk may unfold to gigabytes."""
_WIDEST = 4
"""Bytes of a character."""
_STRETCH = 3 * CHUNK
"""Rows of Parquet that are unfolded together, whatever the file says of its own stretches."""
_DELIMITERS = ",\t;|"
_SHOWN = 20
_UNREADABLE = "\N{REPLACEMENT CHARACTER}"
_TOLD_UTF_16 = "文件是 UTF-16 编码，已按此读取。"


class Format(StrEnum):
    """How a file is written, by its ending."""

    CSV = "csv"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of a known record type."""

    record_type: RecordType
    path: Path
    format: Format


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What one reading of all bytes tells."""

    digest: str
    lines: int
    stamp: tuple[int, int, int]
    """Which file it was, how long, and when it was last written."""
    encoding: str = "utf-8"
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Rows in the order of the file. Cells of CSV are text, those of Parquet have their types."""

    frame: pl.DataFrame
    """By column name; ``row`` is where each begins."""
    broken: tuple[Problem, ...]
    """Rows that could not be split."""

    @property
    def rows(self) -> int:
        """All of them, those that could not be split too."""
        return self.frame.height + len(self.broken)


def record_type_of(name: str) -> RecordType | None:
    """The record type that a file of this name holds: ``trades.csv``, ``Trades.CSV`` or ``交易.csv``."""
    stem, _, ending = normalize("NFKC", name).rpartition(".")
    if ending.lower() not in set(Format):
        return None
    return next((each for each in RECORD_TYPES if stem.strip().lower() in (each.name, each.label)), None)


def files_of(folder: Path) -> tuple[tuple[SourceFile, ...], tuple[str, ...]]:
    """Files in the order of import, and names of those that are none of ours. Folders within are not entered.

    Raises:
        Invalid: there is no such folder, nothing in it, or one record type twice.

    """
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise Invalid(f"读不出文件夹「{folder.name}」（{error.strerror}）。") from None
    found: dict[str, SourceFile] = {}
    ignored = []
    for path in entries:
        kind = record_type_of(path.name)
        if kind is None:
            ignored.append(path.name)
            continue
        if kind.name in found:
            raise Invalid(f"「{kind.label}」有两个文件：{found[kind.name].path.name} 和 {path.name}，请只留一个。")
        if path.is_symlink() or not S_ISREG(path.lstat().st_mode):
            raise Invalid(f"「{path.name}」不是普通文件，没有导入。")
        found[kind.name] = SourceFile(kind, path, Format(path.suffix[1:].lower()))
    if not found:
        names = "、".join(f"{each.name}.csv" for each in RECORD_TYPES)
        raise Invalid(f"文件夹里没有可以导入的文件。文件名须是：{names}，或同名的 .parquet。")
    return tuple(found[each.name] for each in RECORD_TYPES if each.name in found), tuple(ignored)


def inspect(file: SourceFile) -> Inspection:
    """Read all bytes once.

    Raises:
        Invalid: the file cannot be read.

    """
    try:
        return _inspect_csv(file.path) if file.format is Format.CSV else _inspect_parquet(file.path)
    except OSError as error:
        raise Invalid(f"读不出文件（{error.strerror}）。") from None


def refuse_if_changed(file: SourceFile, inspection: Inspection) -> None:
    """Raises ``Invalid`` where somebody has written to the file since: its last row may be half of one."""
    try:
        same = _stamp(file.path) == inspection.stamp
    except OSError:
        same = False
    if not same:
        raise Invalid("文件在导入过程中被改动，后面的行没有导入。请等文件写完后重新导入，已导入的行会按新文件更正。")


def _stamp(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


def _inspect_parquet(path: Path) -> Inspection:
    stamp = _stamp(path)
    with path.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    _types(path)
    try:
        lines = pl.scan_parquet(path, glob=False).select(pl.len()).collect().item()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        raise _not_parquet() from None
    return Inspection(digest=digest, lines=lines, stamp=stamp)


def _inspect_csv(path: Path) -> Inspection:
    """Digest, lines, and the encoding with the fewest characters that it cannot read."""
    stamp, digest, lines = _stamp(path), hashlib.sha256(), 0
    with path.open("rb") as opened:
        start = opened.read(4)
        opened.seek(0)
        while block := opened.read(_BLOCK):
            digest.update(block)
            lines += block.count(b"\n")
    encoding, notes = _encoding(path, start)
    return Inspection(digest=digest.hexdigest(), lines=lines, stamp=stamp, encoding=encoding, notes=notes)


def _encoding(path: Path, start: bytes) -> tuple[str, tuple[str, ...]]:
    if start.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return "utf-16", (_TOLD_UTF_16,)
    for unmarked, zeros in (("utf-16-le", start[1::2]), ("utf-16-be", start[::2])):
        if zeros == b"\0\0":
            return unmarked, (_TOLD_UTF_16,)
    wrong = _unreadable(path, "utf-8")
    if wrong == 0 or start.startswith(BOM_UTF8):
        return "utf-8-sig", _told_unreadable(wrong)
    as_gbk = _unreadable(path, "gb18030")
    if as_gbk < wrong:
        return "gb18030", ("文件不是 UTF-8，已按 GBK（GB18030）读取，请抽查几行中文。", *_told_unreadable(as_gbk))
    return "utf-8-sig", _told_unreadable(wrong)


def _told_unreadable(count: int) -> tuple[str, ...]:
    return (f"有 {count} 处字节读不成文字，所在的行不会导入。",) if count else ()


def _unreadable(path: Path, encoding: str) -> int:
    """How many places cannot be read; pure ASCII is right in both."""
    decoder, count = getincrementaldecoder(encoding)("replace"), 0
    with path.open("rb") as opened:
        while block := opened.read(_BLOCK):
            count += decoder.decode(block).count(_UNREADABLE)
    return count + decoder.decode(b"", final=True).count(_UNREADABLE)


def read(file: SourceFile, inspection: Inspection) -> tuple[tuple[str, ...], Iterator[Chunk]]:
    """Notes about the columns, and the rows.

    Raises:
        Invalid: a required column is missing, or nothing can be read.

    """
    if file.format is Format.PARQUET:
        return _read_parquet(file)
    return _read_csv(file, inspection)


def _read_csv(file: SourceFile, inspection: Inspection) -> tuple[tuple[str, ...], Iterator[Chunk]]:
    with file.path.open(encoding=inspection.encoding, errors="replace", newline="") as opened:
        head = opened.readline(_HEAD)
        if not head.strip():
            raise Invalid("文件是空的，连表头也没有。")
        delimiter = _delimiter(head, file.record_type)
        opened.seek(0)
        try:
            header = next(csv.reader(_Lines(opened), delimiter=delimiter))
        except csv.Error:
            raise Invalid("分不出表头的各列：引号没有成对，或表头太长。") from None
    places, notes = _columns(header, file.record_type)
    return notes, _csv_chunks(file.path, inspection.encoding, delimiter, places, len(header))


def _delimiter(head: str, record_type: RecordType) -> str:
    """The one that finds most of the columns."""

    def found(delimiter: str) -> int:
        return sum(_column(name, record_type) is not None for name in next(csv.reader([head], delimiter=delimiter)))

    return max(_DELIMITERS, key=found)


def _column(name: str, record_type: RecordType) -> ColumnType | None:
    plain = normalize("NFKC", name).strip().strip("\ufeff").lower()
    return next((each for each in record_type.columns if plain in (each.name, each.label)), None)


def _columns(header: Sequence[str], record_type: RecordType) -> tuple[dict[str, int], tuple[str, ...]]:
    """Places of our columns, and a note about the others."""
    places: dict[str, int] = {}
    unknown = []
    for place, name in enumerate(header):
        column = _column(name, record_type)
        if column is None:
            unknown.append(name.strip())
        elif column.name in places:
            raise Invalid(f"列「{column.name}」（{column.label}）出现了两次。")
        else:
            places[column.name] = place
    missing = [each for each in record_type.columns if each.required and each.name not in places]
    if missing:
        told = "、".join(f"{each.name}（{each.label}）" for each in missing)
        raise Invalid(f"缺少必需的列：{told}。模板可用 yice customers template 得到。")
    notes = (f"没有使用的列：{'、'.join(_shortened(each) for each in unknown[:_SHOWN])}。",) if unknown else ()
    return places, notes


def _shortened(name: str) -> str:
    printable = "".join(each for each in name[:_SHOWN] if each.isprintable())
    return printable or "（无名）"


class _TooLong(csv.Error):
    """A row that is longer than any that is ours."""


class _Lines(Iterator[str]):
    """Lines for a reader that joins those of a quoted cell; a row without end is given up, not held."""

    def __init__(self, opened: TextIO) -> None:
        self._opened = opened
        self.number = 0
        """Of the last line."""
        self.characters = 0
        """Of all lines."""
        self._row_began = 0

    def begin_row(self) -> int:
        """The number of the line with which the next row begins."""
        self._row_began = self.characters
        return self.number + 1

    def __next__(self) -> str:
        line = self._opened.readline(_LONGEST_ROW)
        if not line:
            raise StopIteration
        self.number += 1
        self.characters += len(line)
        if self.characters - self._row_began >= _LONGEST_ROW:
            while not line.endswith(("\n", "\r")) and (more := self._opened.readline(_LONGEST_ROW)):
                line = more
            raise _TooLong
        return line


def _csv_chunks(path: Path, encoding: str, delimiter: str, places: dict[str, int], width: int) -> Iterator[Chunk]:
    with path.open(encoding=encoding, errors="replace", newline="") as opened:
        lines = _Lines(opened)
        reader = csv.reader(lines, delimiter=delimiter)
        next(reader)
        rows: list[list[str]] = []
        starts: list[int] = []
        broken: list[Problem] = []
        held_from = lines.characters
        while True:
            begins = lines.begin_row()
            try:
                row = next(reader, None)
            except csv.Error as error:
                broken.append(_broken(begins, lines.number, _unsplit(error)))
                continue
            if row is None:
                break
            if len(row) == width:
                rows.append(row)
                starts.append(begins)
            elif any(cell.strip() for cell in row):
                broken.append(_broken(begins, lines.number, f"有 {len(row)} 列，表头有 {width} 列"))
            if len(rows) + len(broken) >= CHUNK or lines.characters - held_from >= _MOST_CHARACTERS:
                yield _chunk(rows, starts, broken, places)
                rows, starts, broken, held_from = [], [], [], lines.characters
        if rows or broken:
            yield _chunk(rows, starts, broken, places)


def _unsplit(error: csv.Error) -> str:
    if isinstance(error, _TooLong):
        return f"这一行超过 {_LONGEST_ROW:,} 个字符，没有读入"
    return "这里的引号没有成对，无法分出各列"


def _broken(first: int, last: int, message: str) -> Problem:
    lines = f"（第 {first} 至 {last} 行）" if last > first else ""
    return Problem(row=first, column="", message=f"{message}{lines}。")


def _chunk(rows: list[list[str]], starts: list[int], broken: list[Problem], places: dict[str, int]) -> Chunk:
    cells = list(zip(*rows, strict=True)) if rows else []
    frame = pl.DataFrame(
        [pl.Series("row", starts, dtype=pl.Int64)]
        + [pl.Series(name, cells[place] if cells else [], dtype=pl.String) for name, place in places.items()]
    )
    return Chunk(frame=frame, broken=tuple(broken))


def _read_parquet(file: SourceFile) -> tuple[tuple[str, ...], Iterator[Chunk]]:
    types = _types(file.path)
    header = list(types)
    places, notes = _columns(header, file.record_type)
    columns = {header[place]: file.record_type.column(name) for name, place in places.items()}
    for source, column in columns.items():
        _refuse_unless_plain(column, types[source])
    wanted = [_bounded(source, types[source], column) for source, column in columns.items()]
    return notes, _parquet_chunks(file.path, wanted)


def _types(path: Path) -> Mapping[str, pl.DataType]:
    try:
        return pl.read_parquet_schema(path)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError):
        raise _not_parquet() from None


def _refuse_unless_plain(column: ColumnType, dtype: pl.DataType) -> None:
    listed = column.kind is ColumnKind.CHOICES and dtype == pl.List(pl.String)
    if (dtype.is_nested() and not listed) or dtype in (pl.Binary, pl.Object):
        raise Invalid(
            f"列「{column.name}」（{column.label}）的类型是 {dtype.base_type()}，不是文字、数字或日期，不能导入。"
        )


def _parquet_chunks(path: Path, wanted: Sequence[pl.Expr]) -> Iterator[Chunk]:
    """In slices: a stretch that the file says is one may be a hundred million rows."""
    rows = pl.scan_parquet(path, glob=False).select(wanted)
    done = 0
    while True:
        try:
            stretch = rows.slice(done, _STRETCH).collect()
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
            raise _not_parquet() from None
        for frame in stretch.iter_slices(CHUNK):
            numbers = pl.int_range(done + 1, done + frame.height + 1, dtype=pl.Int64, eager=True).alias("row")
            yield Chunk(frame=frame.insert_column(0, numbers), broken=())
            done += frame.height
        if stretch.height < _STRETCH:
            return


def _bounded(source: str, dtype: pl.DataType, column: ColumnType) -> pl.Expr:
    """The column; in place of a cell that is too long for it, another that is and takes no more memory."""
    cells = pl.col(source)
    if dtype == pl.String:
        most = (column.longest or 0) * _WIDEST + _SPARE
        too_long = pl.lit(_UNREADABLE * ((column.longest or 0) + 1))
        cells = pl.when(cells.str.len_bytes() > most).then(too_long).otherwise(cells)
    return cells.alias(column.name)


def _not_parquet() -> Invalid:
    return Invalid("不是有效的 Parquet 文件，或已经损坏。")
