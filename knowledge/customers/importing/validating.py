"""Which rows of a file may be taken. A row is taken whole or left out whole, with everything that is wrong with it."""

from calendar import isleap
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from knowledge.customers.importing.model import Problem
from knowledge.customers.importing.parsing import parse
from knowledge.customers.importing.record_types import OWNED, ColumnType, RecordType
from knowledge.customers.importing.seen import SeenKeys
from knowledge.customers.importing.sources import Chunk

_LONGEST_VALUE = 60
_SHOWN_CODES = 10
_MOST_CODES = 10_000
"""Unlisted codes that are counted one by one."""
_OF_AGE_FOR_CAPACITY = 16
"""Whoever is younger has no full capacity (Civil Code, articles 18 to 20)."""
_A_FEN = 0.01


@dataclass(slots=True)
class Known:
    """What rows are judged by. Grows while the files of one import are read, also in a dry run."""

    today: date
    advisors: Mapping[str, str]
    """What the column may say → the account's id."""
    customers: set[str]
    products: Mapping[str, str]
    """Code → risk grade, of the catalogue."""
    priced: set[str] = field(default_factory=set)
    """Codes of which there are prices."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A stretch of rows, judged."""

    accepted: pl.DataFrame
    """By column name, with ``row``; every column of the record type is there."""
    problems: tuple[Problem, ...]
    rejected: int


Owners = Callable[[Sequence[str]], Mapping[str, str]]
"""Identifiers → the customers that they belong to already."""


class Validator:
    """Judges the rows of one file, stretch by stretch."""

    def __init__(self, record_type: RecordType, known: Known, owners: Owners) -> None:
        self._type = record_type
        self._known = known
        self._owners = owners
        self._seen = SeenKeys()
        self._account_owners: dict[str, str] = {}
        self._unlisted: dict[str, int] = {}
        self._regraded: set[str] = set()

    def judge(self, chunk: Chunk) -> Judged:
        """Values first, then rows as a whole, then what the house knows; doubles are looked for among sound rows."""
        findings = _Findings(chunk)
        frame = self._parsed(chunk.frame, findings)
        for rows, column, message in self._row_rules(frame):
            findings.add(rows, column, message)
        frame = self._advised(frame, findings)
        self._known_customers(frame, findings)
        self._known_products(frame, findings)
        self._one_owner(frame, findings)
        self._doubles(frame, findings)
        accepted = frame.filter(findings.sound)
        self._learn(accepted)
        return Judged(accepted, findings.told(), chunk.rows - accepted.height)

    def notes(self) -> tuple[str, ...]:
        """What a person should look at though the rows were taken."""
        found = []
        if self._unlisted:
            codes = sorted(self._unlisted, key=lambda code: (-self._unlisted[code], code))
            rows = sum(self._unlisted.values())
            found.append(
                f"有 {len(codes)} 个产品代码既不在产品目录里也没有行情（共 {rows} 行，已导入，但算不出风险和收益）："
                f"{_some(codes)}。"
            )
        if self._regraded:
            found.append(
                f"有 {len(self._regraded)} 个产品的风险等级与产品目录不同，适当性以产品目录为准："
                f"{_some(sorted(self._regraded))}。"
            )
        return tuple(found)

    def _parsed(self, frame: pl.DataFrame, findings: "_Findings") -> pl.DataFrame:
        columns = [frame["row"]]
        for column in self._type.columns:
            cells = frame[column.name] if column.name in frame.columns else _nothing(column.name, frame.height)
            parsed = parse(cells, column, today=self._known.today)
            for rows, message in parsed.faults:
                findings.add(rows, column, message)
            columns.append(parsed.values.alias(column.name))
        return pl.DataFrame(columns)

    def _row_rules(self, frame: pl.DataFrame) -> Iterator[tuple[pl.Series, ColumnType, str]]:
        for condition, column, message in _row_rules(self._type.name, self._known.today):
            yield frame.select(condition.fill_null(value=False)).to_series(), self._type.column(column), message

    def _advised(self, frame: pl.DataFrame, findings: "_Findings") -> pl.DataFrame:
        if self._type.name != "customers":
            return frame
        said = frame["advisor_id"]
        found = said.replace_strict(dict(self._known.advisors), default=None, return_dtype=pl.String)
        findings.add(
            said.is_not_null() & found.is_null(), self._type.column("advisor_id"), "没有这个投资顾问账号，或已停用"
        )
        return frame.with_columns(found.alias("advisor_id"))

    def _known_customers(self, frame: pl.DataFrame, findings: "_Findings") -> None:
        if self._type.of_customer:
            unknown = _outside(frame["customer_id"], self._known.customers)
            findings.add(unknown, self._type.column("customer_id"), "没有这位客户")

    def _known_products(self, frame: pl.DataFrame, findings: "_Findings") -> None:
        """The house sells what its catalogue holds; what is held or traded may come from anywhere."""
        if self._type.name not in ("subscriptions", "holdings", "trades"):
            return
        codes = frame["product_code"]
        unlisted = _outside(codes, self._known.products.keys() | self._known.priced)
        if self._type.name == "subscriptions":
            findings.add(unlisted, self._type.column("product_code"), "产品目录和行情里都没有这个产品代码")
            return
        for code, rows in codes.filter(unlisted & findings.sound).value_counts().iter_rows():
            if code in self._unlisted or len(self._unlisted) < _MOST_CODES:
                self._unlisted[code] = self._unlisted.get(code, 0) + rows
        if self._type.name == "holdings":
            listed = codes.replace_strict(dict(self._known.products), default=None, return_dtype=pl.String)
            other = (listed != frame["risk_grade"]).fill_null(value=False)
            self._regraded |= set(codes.filter(other & findings.sound).unique().to_list())

    def _one_owner(self, frame: pl.DataFrame, findings: "_Findings") -> None:
        """An identifier belongs to one customer, in the file and in what is there already."""
        if self._type.name not in OWNED:
            return
        name = self._type.key[0]
        sound = frame.filter(findings.sound)
        taken = dict(self._owners(sound[name].unique().to_list()))
        if name == "account_id":
            for account, owner in sound.select(name, "customer_id").iter_rows():
                self._account_owners.setdefault(account, taken.get(account, owner))
            taken |= {each: self._account_owners[each] for each in sound[name].unique().to_list()}
        if taken:
            owner = frame[name].replace_strict(taken, default=None, return_dtype=pl.String)
            foreign = (owner != frame["customer_id"]).fill_null(value=False)
            findings.add(foreign, self._type.column(name), "这个编号已属于另一位客户")

    def _doubles(self, frame: pl.DataFrame, findings: "_Findings") -> None:
        columns = [pl.col(name).cast(pl.String) for name in self._type.key]
        keys = frame.select("row", pl.concat_str(columns, separator="\x1f").alias("key")).filter(findings.sound)
        firsts = self._seen.doubles(keys["key"], keys["row"])
        label = self._type.column(self._type.key[0])
        for row, first in firsts.items():
            findings.add_row(row, label, f"与第 {first} 行重复，以先出现的为准")

    def _learn(self, accepted: pl.DataFrame) -> None:
        """Later files may lean on these rows."""
        if self._type.name == "customers":
            self._known.customers.update(accepted["customer_id"].to_list())
        elif self._type.name == "prices":
            self._known.priced.update(accepted["product_code"].unique().to_list())


class _Findings:
    """What is wrong with which rows of a stretch."""

    def __init__(self, chunk: Chunk) -> None:
        self._chunk = chunk
        self._rows = chunk.frame["row"]
        self._problems = list(chunk.broken)
        self._told: dict[str, pl.Series] = {}
        self.sound = pl.Series("sound", [True] * chunk.frame.height, dtype=pl.Boolean)

    def add(self, rows: pl.Series, column: ColumnType, message: str) -> None:
        """Rows with a fault in a column; a cell is told of once."""
        wrong = rows.fill_null(value=False)
        fresh = wrong if column.name not in self._told else wrong & ~self._told[column.name]
        places = fresh.arg_true()
        if not len(places):
            return
        self._told[column.name] = fresh if column.name not in self._told else self._told[column.name] | fresh
        self.sound = self.sound & ~fresh
        values = self._values(column, places)
        self._problems += [
            Problem(row=row, column=column.label, message=f"{message}。", value=value)
            for row, value in zip(self._rows.gather(places).to_list(), values, strict=True)
        ]

    def add_row(self, row: int, column: ColumnType, message: str) -> None:
        """One row, by where it begins."""
        self.add(self._rows == row, column, message)

    def told(self) -> tuple[Problem, ...]:
        """In the order of the rows."""
        return tuple(sorted(self._problems, key=lambda problem: problem.row))

    def _values(self, column: ColumnType, places: pl.Series) -> list[str]:
        if not column.told or column.name not in self._chunk.frame.columns:
            return [""] * len(places)
        cells = self._chunk.frame[column.name].gather(places).to_list()
        return ["" if cell is None else _shortened(str(cell)) for cell in cells]


def _shortened(value: str) -> str:
    plain = "".join(each if each.isprintable() else " " for each in value[: _LONGEST_VALUE + 1])
    return plain if len(plain) <= _LONGEST_VALUE else f"{plain[:_LONGEST_VALUE]}…"


def _nothing(name: str, height: int) -> pl.Series:
    return pl.Series(name, [None] * height, dtype=pl.String)


def _outside(values: pl.Series, known: Collection[str]) -> pl.Series:
    """Which values are none of the known; an empty cell is another fault."""
    unique = values.drop_nulls().unique()
    strange = [each for each in unique.to_list() if each not in known]
    return values.is_in(strange).fill_null(value=False)


def _some(codes: Sequence[str]) -> str:
    more = f" 等 {len(codes)} 个" if len(codes) > _SHOWN_CODES else ""
    return "、".join(codes[:_SHOWN_CODES]) + more


def _row_rules(name: str, today: date) -> tuple[tuple[pl.Expr, str, str], ...]:
    """Which rows contradict themselves, at which column, and the message."""
    col = pl.col
    match name:
        case "customers":
            turning = _years_before(today, _OF_AGE_FOR_CAPACITY)
            return (
                (col("opened_on") < col("born_on"), "opened_on", "早于出生日期"),
                (
                    (col("born_on") > turning) & col("full_capacity"),
                    "full_capacity",
                    f"未满{_OF_AGE_FOR_CAPACITY}周岁的人没有完全民事行为能力",
                ),
            )
        case "assessments":
            return ((col("expires_on") <= col("assessed_on"), "expires_on", "须晚于测评日期"),)
        case "accounts":
            return (
                (col("as_of") < col("opened_on"), "as_of", "早于开立日期"),
                (col("total_assets") < col("cash") - _A_FEN, "total_assets", "小于现金"),
            )
        case "margin_positions":
            return ((col("warning_line_pct") < col("liquidation_line_pct"), "warning_line_pct", "低于平仓线"),)
        case "complaints":
            return ((col("closed_on") < col("received_on"), "closed_on", "早于收到日期"),)
        case _:
            return ()


def _years_before(day: date, years: int) -> date:
    """Whoever was born on it or earlier is as old on the day."""
    if (day.month, day.day) == (2, 29) and not isleap(day.year - years):
        return date(day.year - years, 2, 28)
    return day.replace(year=day.year - years)
