"""``yice customers import`` and ``template``."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.customers import app
from cli.demo import app as demo
from knowledge.customers.importing.record_types import RECORD_TYPES
from tests.support.customer_files import a_row, read_errors, write_rows


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YICE_STORAGE__FOLDER", str(tmp_path / "data"))
    monkeypatch.setenv("YICE_RETRIEVAL__EMBEDDING", "none")


def test_what_was_imported_and_what_was_not_is_told(tmp_path: Path) -> None:
    assert CliRunner().invoke(demo, ["load", "--customers", "3"]).exit_code == 0
    folder = tmp_path / "in"
    write_rows(folder, "customers", [a_row("customers", customer_id="X1")], encoding="gbk")
    write_rows(folder, "trades", [a_row("trades", customer_id="X1"), a_row("trades", customer_id="X2", trade_id="T2")])
    tried = CliRunner().invoke(app, ["import", str(folder), "--dry-run"])
    assert tried.exit_code == 0, tried.output
    assert "客户（customers.csv）：可以导入 1 行。" in tried.output
    errors = tmp_path / "errors.csv"
    done = CliRunner().invoke(app, ["import", str(folder), "--errors", str(errors)])
    assert done.exit_code == 0, done.output
    assert "已按 GBK（GB18030）读取" in done.output
    assert "交易（trades.csv）：导入 1 行，1 行有错没有导入。" in done.output
    assert "客户编号：没有这位客户。（1 处）" in done.output
    assert [each["行号"] for each in read_errors(errors)] == ["3"]


def test_nothing_imported_is_a_failure(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    write_rows(folder, "customers", [a_row("customers")])
    found = CliRunner().invoke(app, ["import", str(folder)])
    assert found.exit_code == 1
    assert "没有这个投资顾问账号" in found.output
    missing = CliRunner().invoke(app, ["import", str(tmp_path / "nowhere")])
    assert missing.exit_code == 1
    assert "读不出文件夹" in missing.output


def test_templates_can_be_imported_as_they_are_and_are_not_written_over(tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    assert CliRunner().invoke(app, ["template", str(folder)]).exit_code == 0
    assert len(list(folder.glob("*.csv"))) == len(RECORD_TYPES)
    assert "customer_id" in (folder / "填写说明.md").read_text(encoding="utf-8")
    again = CliRunner().invoke(app, ["template", str(folder)])
    assert again.exit_code == 1
    assert "没有写入任何模板" in again.output
    found = CliRunner().invoke(app, ["import", str(folder)])
    assert found.exit_code == 0, found.output
    assert "共 0 行" in found.output
