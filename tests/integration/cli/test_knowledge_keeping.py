"""A keeper's commands: questions and approvals at the command line."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from assistant.workflows.load_demo import DEMO_STAFF
from cli.main import app
from tests.support.house import KEEPER, SHEN, a_house
from tests.support.library import a_file, write_library
from tests.support.linting import SCRIPT

RULE = "## 第一条 备案\n\n甲类机构应当向乙机构报送材料。\n\n> 问：材料交给谁？\n"
PASSWORD = "a-long-password"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    folder = tmp_path / "data"
    script = a_file(
        SCRIPT, id="SCRIPT-SEA", kind="script", title="海棠话术", short_title="海棠话术", audience="advisor"
    )
    library = write_library(tmp_path / "files", a_file(RULE, id="SEA", short_title="海法"), script)
    with a_house(folder) as house:
        house.application.publish_library(library, by=KEEPER)
        house.application.add_account(
            "reviewer",
            PASSWORD,
            role=SHEN.role,
            name="审核",
            by=DEMO_STAFF["admin"],
            licences=SHEN.licences,
        )
    monkeypatch.setenv("YICE_STORAGE__FOLDER", str(folder))
    monkeypatch.setenv("YICE_RETRIEVAL__EMBEDDING", "static")
    return lambda *arguments: CliRunner().invoke(app, ["knowledge", *arguments])


def test_questions_are_added_listed_and_removed(run: Run) -> None:
    added = run("questions", "add", "SEA:1", "海鸥几点打烊呢")
    assert added.exit_code == 0
    (id_,) = re.findall(r"question-[0-9a-f]{32}", added.stdout)
    listed = run("questions", "list", "SEA:1").stdout
    assert "共 2 个" in listed
    assert run("questions", "remove", id_).exit_code == 0
    assert run("questions", "remove", "SEA:1", "材料交给谁").exit_code == 0
    assert "使用中" not in run("questions", "list", "SEA:1").stdout
    assert run("questions", "remove", id_).exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("questions", "add", "SEA:9", "海鸥几点打烊呢"), "SEA:9"),
        (("questions", "add", "SEA:1", "短"), "太短"),
        (("questions", "confirm", "question-none"), "没有这个典型问题"),
        (("questions", "propose", "SEA"), "没有配置模型"),
    ],
)
def test_a_mistake_is_one_sentence(run: Run, arguments: tuple[str, ...], said: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr


def test_a_script_is_approved_and_revoked_by_a_reviewer_who_logs_in(run: Run) -> None:
    reviewer = ("--as", "reviewer", "--password", PASSWORD)
    assert "未批准" in run("scripts").stdout
    assert (
        run("approve", "SCRIPT-SEA", "--until", "2027-06-30", "--as", "reviewer", "--password", "wrong").exit_code == 1
    )
    approved = run("approve", "SCRIPT-SEA", "--until", "2027-06-30", *reviewer)
    assert "已批准，2027-06-30 到期" in approved.stdout
    assert "共 1 个" in run("scripts", "--state", "approved").stdout
    assert "已撤销" in run("revoke", "SCRIPT-SEA", "--reason", "停用", *reviewer).stdout
    assert "共 0 个" in run("scripts", "--state", "approved").stdout
