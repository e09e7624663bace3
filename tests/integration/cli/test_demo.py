"""``yice demo load`` on an empty folder."""

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.customers import app as customers
from cli.demo import app
from knowledge.customers.importing.record_types import RECORD_TYPES
from knowledge.customers.model import Scope
from knowledge.customers.repository import CustomerRepository
from knowledge.database import Database


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YICE_STORAGE__FOLDER", str(tmp_path / "data"))
    monkeypatch.setenv("YICE_RETRIEVAL__EMBEDDING", "none")
    return tmp_path / "data"


def test_it_fills_an_empty_house_once(folder: Path) -> None:
    first = CliRunner().invoke(app, ["load", "--customers", "30"])
    assert first.exit_code == 0, first.output
    assert "演示账号：chen" in first.output
    again = CliRunner().invoke(app, ["load", "--customers", "60"])
    assert again.exit_code == 0, again.output
    database = Database(f"sqlite:///{folder / 'yice.db'}")
    with database.read() as connection:
        customers = CustomerRepository(connection)
        assert customers.count() == 30
        own = customers.find(scope=Scope.of_advisor("advisor-chen"), as_of=date.max)
    database.close()
    assert own.total == 10


@pytest.mark.parametrize("layout", ["csv", "parquet"])
def test_what_is_generated_is_imported_to_the_last_row(folder: Path, tmp_path: Path, layout: str) -> None:
    out = tmp_path / "book"
    made = CliRunner().invoke(
        app, ["generate", "--customers", "40", "--seed", "5", "--out", str(out), "--format", layout]
    )
    assert made.exit_code == 0, made.output
    assert sorted(path.name for path in out.iterdir() if path.is_file()) == sorted(
        f"{record_type.name}.{layout}" for record_type in RECORD_TYPES
    )
    assert (out / "truth" / "needs.parquet").is_file()
    assert CliRunner().invoke(app, ["load", "--customers", "3"]).exit_code == 0
    taken = CliRunner().invoke(customers, ["import", str(out), "--errors", str(tmp_path / "errors.csv")])
    assert taken.exit_code == 0, taken.output
    assert "拒绝" not in taken.output
    rejected = (
        (tmp_path / "errors.csv").read_text("utf-8-sig").splitlines() if (tmp_path / "errors.csv").exists() else []
    )
    assert len(rejected) <= 1
    database = Database(f"sqlite:///{folder / 'yice.db'}")
    with database.read() as connection:
        assert CustomerRepository(connection).count() == 40
    database.close()


def test_a_generated_folder_is_described_and_no_other(tmp_path: Path) -> None:
    out = tmp_path / "book"
    made = ["generate", "--customers", "80", "--out", str(out), "--today", "2026-11-22"]
    assert CliRunner().invoke(app, made).exit_code == 0
    told = CliRunner().invoke(app, ["describe", str(out)])
    assert told.exit_code == 0, told.output
    assert "客户数：80" in told.output
    assert "需求 retention" in told.output
    other = CliRunner().invoke(app, ["describe", str(tmp_path)])
    assert other.exit_code == 1
    assert "不是" in other.output
    again = CliRunner().invoke(app, made)
    assert again.exit_code == 1
    assert "空文件夹" in again.output


@pytest.mark.parametrize("customers", ["0", "-3", "50001", "many"])
def test_a_senseless_number_is_refused(folder: Path, customers: str) -> None:
    outcome = CliRunner().invoke(app, ["load", "--customers", customers])
    assert outcome.exit_code == 2
    assert not folder.exists()


def test_a_production_house_takes_no_demo_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YICE_MODE", "production")
    monkeypatch.setenv("YICE_SERVER__SECRET", "s" * 40)
    outcome = CliRunner().invoke(app, ["load"])
    assert outcome.exit_code == 1
    assert "演示模式" in outcome.output
