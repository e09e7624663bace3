"""``yice customers train|score|explain|drift`` on a demo house."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.customers import app


@pytest.fixture(autouse=True)
def folder(furnished_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(furnished_folder, tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YICE_STORAGE__FOLDER", str(tmp_path / "data"))
    return tmp_path


def _run(*words: str) -> tuple[int, str]:
    outcome = CliRunner().invoke(app, list(words))
    return outcome.exit_code, outcome.output


def test_train_score_explain(folder: Path) -> None:
    code, told = _run("train", "--card", str(folder / "card.md"))
    assert code == 0, told
    assert "现金管理：规则" in told
    assert (folder / "card.md").read_text(encoding="utf-8").startswith("# 客户需求模型说明")
    code, told = _run("score")
    assert code == 0, told
    assert "位客户已分群" in told
    code, told = _run("explain", "K000001")
    assert code == 0, told
    assert "分群：" in told
    assert "的可能性约为" in told


def test_drift_without_a_model_is_a_sentence() -> None:
    code, told = _run("drift")
    assert code == 1
    assert "还没有训练过可用的需求模型" in told


@pytest.mark.parametrize("customer", ["K999999", "", "<script>", "'; DROP TABLE customers"])
def test_an_unknown_customer_is_a_sentence(customer: str) -> None:
    code, told = _run("explain", customer)
    assert code == 1
    assert "没有找到" in told
