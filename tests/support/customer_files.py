"""Files of customer records: the examples of the templates make sound rows, a test says what differs."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from knowledge.customers.importing.record_types import BY_NAME


def a_row(record_type: str, **changes: str) -> dict[str, str]:
    """A sound row of the type."""
    row = {column.name: column.example for column in BY_NAME[record_type].columns}
    assert changes.keys() <= row.keys()
    return row | changes


def write_rows(
    folder: Path,
    record_type: str,
    rows: Iterable[Mapping[str, str]],
    *,
    encoding: str = "utf-8",
    name: str | None = None,
    delimiter: str = ",",
) -> Path:
    """A CSV of the rows, with their own columns; without rows, the header alone."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (name or f"{record_type}.csv")
    listed = list(rows)
    header = list(listed[0]) if listed else [column.name for column in BY_NAME[record_type].columns]
    with path.open("w", encoding=encoding, newline="") as opened:
        writer = csv.DictWriter(opened, header, delimiter=delimiter)
        writer.writeheader()
        writer.writerows(listed)
    return path


def read_errors(path: Path) -> list[dict[str, str]]:
    """The report of rows that were left out, as a spreadsheet reads it."""
    with path.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))
