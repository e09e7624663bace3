"""``yice plans export``, as it is typed."""

import os
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from tests.support.house import CHEN, a_house, furnished_folder

__all__ = ["furnished_folder"]


@pytest.fixture
def case_id(furnished_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    folder = tmp_path / "data"
    shutil.copytree(furnished_folder, folder)
    with a_house(folder) as house:
        house.application.ask_advisor("科创板开通需要什么条件？", by=house.customer)
        house.do_jobs()
        (case,) = house.application.browse_cases.page(CHEN).cases
    for name in [name for name in os.environ if name.startswith("YICE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("YICE_STORAGE__FOLDER", str(folder))
    monkeypatch.chdir(tmp_path)
    return case.id


def test_a_case_is_written_beside_the_others(case_id: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["plans", "export", case_id, "--format", "html", "--contents"])
    assert done.exit_code == 0, done.output
    (written,) = tmp_path.glob("*.html")
    assert written.name in done.output
    assert "未经审核" in written.name
    assert "目录" in written.read_text(encoding="utf-8")


def test_a_file_may_be_named(case_id: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["plans", "export", case_id, "--out", "plan.pdf"])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "plan.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["case-unknown"], "没有找到这份草稿。"),
        (["{case}", "--out", "no/such/plan.pdf"], "没有这个文件夹"),
        (["{case}", "--format", "exe"], "exe"),
    ],
)
def test_what_cannot_be_done_is_told(case_id: str, arguments: list[str], said: str) -> None:
    done = CliRunner().invoke(app, ["plans", "export", *(word.format(case=case_id) for word in arguments)])
    assert done.exit_code != 0
    assert said in done.output
