"""The report of rows that were left out, as a CSV that a spreadsheet opens without running anything in it."""

import csv
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from knowledge.customers.importing.model import Problem

MOST_LINES = 1_000_000
"""A spreadsheet opens no more; what is left out beyond that is counted."""
_HEADER = ("文件", "行号", "列", "问题", "值")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_MOST_REASONS = 20


class ErrorReport:
    """Written while the import goes on; a context manager."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lines = 0
        self._reasons: dict[str, Counter[str]] = {}

    def __enter__(self) -> Self:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(_HEADER)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, file: str, problems: Iterable[Problem]) -> None:
        """Tell of problems of a file."""
        reasons = self._reasons.setdefault(file, Counter())
        for problem in problems:
            reasons[_reason(problem)] += 1
            self._lines += 1
            if self._lines <= MOST_LINES:
                cells = (file, problem.row, problem.column, problem.message, problem.value)
                self._writer.writerow(harmless(cell) if isinstance(cell, str) else cell for cell in cells)
        self._file.flush()

    def fail(self, file: str, message: str) -> None:
        """Tell that nothing of a file could be taken."""
        self._writer.writerow((harmless(file), "", "", harmless(message), ""))

    def reasons(self, file: str) -> tuple[tuple[str, int], ...]:
        """Why rows of a file were left out, most frequent first."""
        return tuple(self._reasons.get(file, Counter()).most_common(_MOST_REASONS))


def harmless(cell: str) -> str:
    """A spreadsheet takes a cell that begins like a formula for one; an apostrophe makes it text."""
    return f"'{cell}" if cell.lstrip().startswith(_FORMULA) or cell.startswith(_FORMULA) else cell


def _reason(problem: Problem) -> str:
    """Without what differs from row to row, so that equal reasons count together."""
    message = problem.message
    if message.startswith("与第"):
        message = "与前面的行重复，以先出现的为准。"
    elif not problem.column:
        message = "列数不对，或引号没有成对。"
    return f"{problem.column}：{message}" if problem.column else message
