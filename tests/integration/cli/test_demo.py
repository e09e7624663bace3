"""``yice demo load`` on an empty folder."""

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.demo import app
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
