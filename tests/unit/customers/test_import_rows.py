"""Rows as a whole: taken or left out, never half; doubles, contradictions, and what the house does not know."""

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.customers.importing.record_types import BY_NAME
from knowledge.customers.importing.reporting import harmless
from knowledge.customers.importing.seen import SeenKeys
from knowledge.customers.importing.sources import Chunk, record_type_of
from knowledge.customers.importing.validating import Judged, Known, Validator
from tests.support.customer_files import a_row

TODAY = date(2026, 11, 22)


def known(*customers: str) -> Known:
    return Known(
        today=TODAY,
        advisors={"advisor-chen": "advisor-chen", "chen": "advisor-chen"},
        customers=set(customers),
        products={"YC1001": "R2"},
    )


def judge(
    record_type: str,
    rows: Sequence[Mapping[str, str]],
    *,
    by: Known | None = None,
    owned: Mapping[str, str] | None = None,
) -> Judged:
    return judge_all(record_type, [rows], by=by, owned=owned)[0][0]


def judge_all(
    record_type: str,
    stretches: Sequence[Sequence[Mapping[str, str]]],
    *,
    by: Known | None = None,
    owned: Mapping[str, str] | None = None,
) -> tuple[list[Judged], tuple[str, ...]]:
    validator = Validator(BY_NAME[record_type], by or known("K000001"), lambda _: owned or {})
    judged, line = [], 2
    for rows in stretches:
        numbers = pl.Series("row", range(line, line + len(rows)), dtype=pl.Int64)
        judged.append(validator.judge(Chunk(frame=pl.DataFrame(list(rows)).insert_column(0, numbers), broken=())))
        line += len(rows)
    return judged, validator.notes()


def told(judged: Judged) -> list[tuple[int, str, str]]:
    return [(problem.row, problem.column, problem.message) for problem in judged.problems]


def test_a_bad_row_is_left_out_whole_with_everything_that_is_wrong() -> None:
    judged = judge("trades", [a_row("trades"), a_row("trades", trade_id="T2", amount="-1", traded_on="2027-01-01")])
    assert judged.accepted["trade_id"].to_list() == ["T00000001"]
    assert judged.rejected == 1
    assert told(judged) == [(3, "成交日期", "晚于今天。"), (3, "金额", "须大于0。")]


def test_rows_of_unknown_customers_are_told() -> None:
    judged = judge("touchpoints", [a_row("touchpoints", customer_id="K999999")])
    assert told(judged) == [(2, "客户编号", "没有这位客户。")]


def test_an_advisor_is_known_by_id_and_by_username_and_must_exist() -> None:
    rows = [a_row("customers", customer_id=f"K{n}", advisor_id=said) for n, said in enumerate(("chen", "nobody"))]
    judged = judge("customers", rows)
    assert judged.accepted["advisor_id"].to_list() == ["advisor-chen"]
    assert told(judged) == [(3, "投资顾问", "没有这个投资顾问账号，或已停用。")]


def test_customers_of_this_file_are_known_to_the_next() -> None:
    by = known()
    judge("customers", [a_row("customers"), a_row("customers", customer_id="K2", born_on="bad")], by=by)
    assert by.customers == {"K000001"}


def test_the_first_of_a_double_counts_also_in_a_later_stretch() -> None:
    judged, _ = judge_all("trades", [[a_row("trades"), a_row("trades")], [a_row("trades", amount="7")]])
    assert [each.accepted.height for each in judged] == [1, 0]
    assert told(judged[0]) + told(judged[1]) == [
        (3, "交易编号", "与第 2 行重复，以先出现的为准。"),
        (4, "交易编号", "与第 2 行重复，以先出现的为准。"),
    ]


def test_a_row_that_was_left_out_is_no_first() -> None:
    judged = judge("trades", [a_row("trades", amount="0"), a_row("trades")])
    assert judged.accepted["row"].to_list() == [3]


def test_an_identifier_of_somebody_else_is_refused() -> None:
    judged = judge("trades", [a_row("trades")], owned={"T00000001": "K000777"})
    assert told(judged) == [(2, "交易编号", "这个编号已属于另一位客户。")]


def test_an_account_belongs_to_one_customer_also_within_a_file() -> None:
    rows = [a_row("accounts"), a_row("accounts", customer_id="K2", as_of="2026-09-30")]
    assert told(judge("accounts", rows, by=known("K000001", "K2"))) == [(3, "账户编号", "这个编号已属于另一位客户。")]


@pytest.mark.parametrize(
    ("record_type", "changes", "column", "message"),
    [
        ("customers", {"opened_on": "1970-01-01"}, "开户日期", "早于出生日期。"),
        (
            "customers",
            {"born_on": "2012-05-01", "opened_on": "2020-01-01"},
            "完全民事行为能力",
            "未满16周岁的人没有完全民事行为能力。",
        ),
        ("assessments", {"expires_on": "2026-01-05"}, "失效日期", "须晚于测评日期。"),
        ("accounts", {"opened_on": "2026-11-01"}, "日期", "早于开立日期。"),
        ("accounts", {"total_assets": "1"}, "总资产", "小于现金。"),
        ("accounts", {"cash": "-1"}, "现金", "不能小于 0。"),
        ("holdings", {"quantity": "-100"}, "数量", "不能小于 0。"),
        ("holdings", {"market_value": "-0.01"}, "市值", "不能小于 0。"),
        ("margin_positions", {"warning_line_pct": "120"}, "警戒线", "低于平仓线。"),
        ("complaints", {"closed_on": "2026-10-01"}, "办结日期", "早于收到日期。"),
        ("subscriptions", {"product_code": "NOPE"}, "产品代码", "产品目录和行情里都没有这个产品代码。"),
        ("prices", {"close": "0"}, "收盘价", "须大于0。"),
        ("permissions", {"permission": "margni"}, "权限", "只能是"),
    ],
)
def test_a_row_that_contradicts_itself_or_the_house_is_left_out(
    record_type: str, changes: dict[str, str], column: str, message: str
) -> None:
    assert judge(record_type, [a_row(record_type)]).rejected == 0
    ((row, at, said),) = told(judge(record_type, [a_row(record_type, **changes)]))
    assert (row, at) == (2, column)
    assert said.startswith(message)


@pytest.mark.parametrize(("today", "sound"), [(date(2028, 2, 28), 0), (date(2028, 2, 29), 1), (date(2028, 3, 1), 1)])
def test_who_was_born_on_29_february_is_16_on_that_day(today: date, sound: int) -> None:
    by = known()
    by.today = today
    row = a_row("customers", born_on="2012-02-29", opened_on="2020-01-01")
    assert judge("customers", [row], by=by).accepted.height == sound


def test_codes_without_product_or_price_are_taken_and_told() -> None:
    by = known("K000001")
    judge("prices", [a_row("prices", product_code="XN0001")], by=by)
    rows = [a_row("trades", trade_id=f"T{n}", product_code=code) for n, code in enumerate(("XN0001", "YC1001", "NOPE"))]
    (judged,), (note,) = judge_all("trades", [rows], by=by)
    assert judged.rejected == 0
    assert "1 个产品代码" in note
    assert "NOPE" in note


def test_another_grade_than_the_catalogue_says_is_told() -> None:
    _, (note,) = judge_all("holdings", [[a_row("holdings", risk_grade="R4")]])
    assert "YC1001" in note


def test_what_identifies_a_person_is_not_repeated_in_the_report() -> None:
    row = a_row("customers", name="王\x00小明", phone="call me", identity_number="!", city="上" * 60)
    judged = judge("customers", [row])
    assert {problem.column: problem.value for problem in judged.problems} == {
        "姓名": "",
        "手机号": "",
        "证件号码": "",
        "城市": "上" * 60,
    }


def test_a_value_in_the_report_is_short_and_has_one_line() -> None:
    judged = judge("trades", [a_row("trades", amount="a\n" * 100)])
    (problem,) = judged.problems
    assert len(problem.value) == 61
    assert problem.value.isprintable()


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =cmd|' /C calc'!A0", "＝1+1"])
def test_no_cell_of_the_report_is_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


def test_other_cells_stay_as_they_are() -> None:
    assert harmless("K1-2=3") == "K1-2=3"


@pytest.mark.parametrize(
    ("name", "record_type"),
    [
        ("trades.csv", "trades"),
        ("Trades.CSV", "trades"),
        ("交易.parquet", "trades"),
        ("trades.xlsx", None),
        ("../trades.csv", None),
        ("trades.csv.exe", None),
        ("trades", None),
        ("", None),
    ],
)
def test_a_file_is_known_by_its_whole_name(name: str, record_type: str | None) -> None:
    found = record_type_of(name)
    assert (found.name if found else None) == record_type


@given(st.lists(st.lists(st.integers(0, 30).map(str), max_size=12), max_size=8))
def test_doubles_are_those_that_a_plain_table_finds(stretches: list[list[str]]) -> None:
    seen, row = SeenKeys(), 1
    firsts: dict[str, int] = {}
    for keys in stretches:
        rows = list(range(row, row + len(keys)))
        row += len(keys)
        expected = {}
        for number, key in zip(rows, keys, strict=True):
            if key in firsts:
                expected[number] = firsts[key]
            firsts.setdefault(key, number)
        assert seen.doubles(pl.Series(keys, dtype=pl.String), pl.Series(rows, dtype=pl.Int64)) == expected
