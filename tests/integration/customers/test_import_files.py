"""Files as they come: encodings, delimiters, broken quotes, Parquet, bombs, names that lead elsewhere."""

import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from knowledge.customers.importing.model import Problem
from knowledge.customers.importing.sources import CHUNK, Chunk, Inspection, SourceFile, files_of, inspect, read
from knowledge.errors import Invalid
from tests.support.customer_files import a_row, write_rows


def only_file(folder: Path) -> SourceFile:
    (file,), _ = files_of(folder)
    return file


def read_all(folder: Path) -> tuple[pl.DataFrame, list[Problem], Inspection]:
    file = only_file(folder)
    inspection = inspect(file)
    chunks = list(read(file, inspection)[1])
    return pl.concat([chunk.frame for chunk in chunks]), [each for chunk in chunks for each in chunk.broken], inspection


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_chinese_is_read_in_every_encoding_that_is_common(tmp_path: Path, encoding: str) -> None:
    write_rows(tmp_path, "service_records", [a_row("service_records")], encoding=encoding)
    frame, broken, inspection = read_all(tmp_path)
    assert (frame["remark"].to_list(), broken) == (["客户询问债券基金的波动。"], [])
    assert bool(inspection.notes) == (encoding not in ("utf-8", "utf-8-sig")), "an encoding that was guessed is told"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_known_without_its_mark(tmp_path: Path, encoding: str) -> None:
    write_rows(tmp_path, "service_records", [a_row("service_records")], encoding=encoding)
    frame, _, inspection = read_all(tmp_path)
    assert (frame["remark"].to_list(), inspection.encoding) == (["客户询问债券基金的波动。"], encoding)


def test_bytes_that_are_no_text_are_told_and_do_not_change_the_encoding(tmp_path: Path) -> None:
    path = write_rows(tmp_path, "service_records", [a_row("service_records", record_id=f"N{n}") for n in range(50)])
    path.write_bytes(path.read_bytes().replace("波".encode(), b"\xff", 1))
    frame, _, inspection = read_all(tmp_path)
    assert inspection.encoding == "utf-8-sig"
    assert "1 处" in inspection.notes[0]
    assert frame["remark"].to_list().count("客户询问债券基金的波动。") == 49


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    write_rows(tmp_path, "trades", [a_row("trades")], delimiter=delimiter)
    assert read_all(tmp_path)[0]["trade_id"].to_list() == ["T00000001"]


def test_chinese_headers_and_file_names_are_known(tmp_path: Path) -> None:
    (tmp_path / "行情.csv").write_text("产品代码, 日期 ,收盘价,备注\nYC1001,2026-10-30,1.02,x\n", encoding="gbk")
    file = only_file(tmp_path)
    notes, chunks = read(file, inspect(file))
    assert notes == ("没有使用的列：备注。",)
    assert next(chunks).frame.columns == ["row", "product_code", "day", "close"]


def test_rows_with_too_many_or_too_few_cells_are_told_and_the_others_read(tmp_path: Path) -> None:
    (tmp_path / "prices.csv").write_text(
        'product_code,day,close\nA,2026-01-05,1\nB,2026-01-05\n\nC,2026-01-05,1,000\n"D",2026-01-05,2\n',
        encoding="utf-8",
    )
    frame, broken, _ = read_all(tmp_path)
    assert frame["product_code"].to_list() == ["A", "D"]
    assert frame["row"].to_list() == [2, 6]
    assert [(each.row, each.message) for each in broken] == [
        (3, "有 2 列，表头有 3 列。"),
        (5, "有 4 列，表头有 3 列。"),
    ]


def test_a_quote_that_is_never_closed_costs_what_it_swallows_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "prices.csv").write_text(
        'product_code,day,close\nA,2026-01-05,1\n"B,2026-01-05,1\nC,2026-01-05,1\n', encoding="utf-8"
    )
    frame, (broken,), _ = read_all(tmp_path)
    assert frame["product_code"].to_list() == ["A"]
    assert (broken.row, broken.message) == (3, "有 1 列，表头有 3 列（第 3 至 4 行）。")


def test_words_of_several_lines_are_one_row_where_they_begin(tmp_path: Path) -> None:
    rows = [a_row("complaints", complaint_id="C1", text="一\n二"), a_row("complaints", complaint_id="C2")]
    write_rows(tmp_path, "complaints", rows)
    frame, _, _ = read_all(tmp_path)
    assert frame["row"].to_list() == [2, 4]


def test_long_files_come_in_stretches(tmp_path: Path) -> None:
    lines = "".join(f"P{n},2026-01-05,1\n" for n in range(CHUNK + 1))
    (tmp_path / "prices.csv").write_text(f"product_code,day,close\n{lines}", encoding="utf-8")
    file = only_file(tmp_path)
    assert [chunk.rows for chunk in read(file, inspect(file))[1]] == [CHUNK, 1]


def test_parquet_has_the_types_of_its_columns(tmp_path: Path) -> None:
    frame = pl.DataFrame({"收盘价": [1.5, 2.5], "product_code": ["A", "B"], "day": ["2026-01-05", "2026-01-06"]})
    frame.with_columns(pl.col("day").str.to_date()).write_parquet(tmp_path / "prices.parquet")
    found, _, inspection = read_all(tmp_path)
    assert set(found.columns) == {"row", "product_code", "day", "close"}
    assert found["close"].to_list() == [1.5, 2.5]
    assert found["row"].to_list() == [1, 2]
    assert inspection.lines == 2


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + bytes(200) + b"PAR1", b"product_code,day,close\n"])
def test_what_is_no_parquet_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "prices.parquet").write_bytes(content)
    with pytest.raises(Invalid, match="不是有效的 Parquet"):
        inspect(only_file(tmp_path))


def test_damage_in_the_middle_of_a_parquet_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "prices.parquet"
    pl.DataFrame({"product_code": ["A"] * 5000, "day": ["2026-01-05"] * 5000, "close": [1.0] * 5000}).write_parquet(
        path
    )
    damaged = bytearray(path.read_bytes())
    damaged[4:60] = b"\xff" * 56
    path.write_bytes(bytes(damaged))
    file = only_file(tmp_path)
    with pytest.raises(Invalid, match="不是有效的 Parquet"):
        list(read(file, inspect(file))[1])


@pytest.mark.parametrize("bomb", ["x" * 10_000_000, "x,y," * 2_000_000, '"x\ny",' * 2_000_000])
def test_a_row_without_end_is_told_and_the_next_is_read(tmp_path: Path, bomb: str) -> None:
    (tmp_path / "prices.csv").write_text(f"product_code,day,close\n{bomb}\nA,2026-01-05,1\n", encoding="utf-8")
    frame, broken, _ = read_all(tmp_path)
    assert frame["product_code"].to_list() == ["A"]
    assert {each.message[:17] for each in broken[:-1] or broken} == {"这一行超过 1,048,576 个"}


def test_a_header_without_end_is_told(tmp_path: Path) -> None:
    (tmp_path / "prices.csv").write_text(
        f'product_code,day,close,"{"x" * 200_000}"\nA,2026-01-05,1,\n', encoding="utf-8"
    )
    with pytest.raises(Invalid, match="分不出表头的各列"):
        read_all(tmp_path)


def test_ten_thousand_columns_that_are_not_ours_do_no_harm(tmp_path: Path) -> None:
    more = ",".join(f"column_{number}" for number in range(10_000))
    (tmp_path / "prices.csv").write_text(
        f"product_code,day,close,{more}\nA,2026-01-05,1{',' * 10_000}\n", encoding="utf-8"
    )
    frame, broken, _ = read_all(tmp_path)
    assert (frame["product_code"].to_list(), broken) == (["A"], [])


def test_few_rows_of_many_characters_come_in_stretches_too(tmp_path: Path) -> None:
    row = f"A,2026-01-05,1,{'x' * 100_000}\n"
    (tmp_path / "prices.csv").write_text("product_code,day,close,other\n" + row * 700, encoding="utf-8")
    file = only_file(tmp_path)
    assert [chunk.rows for chunk in read(file, inspect(file))[1]] == [336, 336, 28]


def test_a_small_parquet_file_that_unfolds_to_gigabytes_takes_little_memory(tmp_path: Path) -> None:
    rows = 8_000_000
    names = a_row("service_records")
    columns = {name: pl.repeat(None, rows, dtype=pl.String, eager=True) for name in names}
    pl.DataFrame(columns).write_parquet(tmp_path / "service_records.parquet", row_group_size=rows)
    del columns
    found = subprocess.run([sys.executable, "-c", _MEMORY, tmp_path], capture_output=True, text=True, check=True)
    read_rows, megabytes = map(int, found.stdout.split())
    assert read_rows == rows
    assert megabytes < 300, "a stretch at a time"


_MEMORY = """
import resource, sys
from pathlib import Path
from knowledge.customers.importing.sources import files_of, inspect, read
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
(file,), _ = files_of(Path(sys.argv[1]))
rows = sum(chunk.rows for chunk in read(file, inspect(file))[1])
print(rows, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) >> 10)
"""


def test_a_cell_of_parquet_that_no_column_takes_is_not_carried_along(tmp_path: Path) -> None:
    cells = {name: [value] for name, value in a_row("service_records").items()}
    pl.DataFrame(cells | {"remark": ["长" * 1_000_000]}).write_parquet(tmp_path / "service_records.parquet")
    frame, _, _ = read_all(tmp_path)
    assert frame["remark"].str.len_chars().item() == 4_001, "still too long for its column"


@pytest.mark.parametrize("cell", [{"a": 1}, ["a"], b"a"])
def test_a_column_of_parquet_that_holds_no_plain_values_is_told(tmp_path: Path, cell: object) -> None:
    cells = {name: [value] for name, value in a_row("service_records").items()}
    pl.DataFrame(cells | {"remark": [cell]}).write_parquet(tmp_path / "service_records.parquet")
    with pytest.raises(Invalid, match="列「remark」（内容）的类型是"):
        read_all(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "文件是空的"),
        ("\n", "文件是空的"),
        ("product_code,day\nA,2026-01-05\n", "缺少必需的列：close（收盘价）"),
        ("product_code,day,close,收盘价\n", "列「close」（收盘价）出现了两次"),
        ("\x00\x01\x02", "缺少必需的列"),
    ],
)
def test_a_file_without_its_columns_is_told(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "prices.csv").write_text(content, encoding="utf-8")
    file = only_file(tmp_path)
    with pytest.raises(Invalid, match=message):
        read(file, inspect(file))


def test_two_files_of_one_type_are_refused(tmp_path: Path) -> None:
    write_rows(tmp_path, "prices", [a_row("prices")])
    write_rows(tmp_path, "prices", [a_row("prices")], name="行情.CSV")
    with pytest.raises(Invalid, match="「行情」有两个文件"):
        files_of(tmp_path)


def test_other_files_and_folders_are_named_and_left(tmp_path: Path) -> None:
    write_rows(tmp_path, "prices", [a_row("prices")])
    write_rows(tmp_path / "truth", "trades", [a_row("trades")])
    (tmp_path / "prices.csv.bak").touch()
    files, ignored = files_of(tmp_path)
    assert [file.path.name for file in files] == ["prices.csv"]
    assert ignored == ("prices.csv.bak", "truth")


def test_a_link_is_no_file_of_the_folder(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("product_code,day,close\n", encoding="utf-8")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "prices.csv").symlink_to(secret)
    with pytest.raises(Invalid, match="不是普通文件"):
        files_of(folder)


def test_a_pipe_is_no_file_of_the_folder(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "prices.csv")
    with pytest.raises(Invalid, match="不是普通文件"):
        files_of(tmp_path)


@pytest.mark.parametrize("folder", ["nothing-there", "prices.csv", "."])
def test_a_folder_that_is_none_or_holds_nothing_is_told(tmp_path: Path, folder: str) -> None:
    if folder == "prices.csv":
        (tmp_path / folder).touch()
    with pytest.raises(Invalid, match="文件夹"):
        files_of(tmp_path / folder)


def test_a_chunk_counts_rows_that_could_not_be_split() -> None:
    broken = (Problem(row=2, column="", message=""),)
    assert Chunk(frame=pl.DataFrame({"row": [3]}), broken=broken).rows == 2
