"""``yice knowledge lint`` over real files, and the shipped library."""

import json
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.bootstrap import SHIPPED_LIBRARY
from assistant.errors import Invalid
from assistant.workflows.lint_library import LintLibrary
from cli.main import app
from knowledge.documents.linting.model import Code, Gravity
from tests.support.library import a_file, write_library

UNCITED = a_file("## 小节\n\n客户必须本人办理。\n\n> 问：谁办？\n", id="GUIDE-X", kind="guide")
CLEAN = a_file("## 小节\n\n客户本人到场办理。\n\n> 问：谁办？\n", id="GUIDE-Y", kind="guide")


def test_the_shipped_library_has_no_error_and_is_read_in_seconds() -> None:
    started = time.process_time()
    report = LintLibrary(SHIPPED_LIBRARY)()
    assert time.process_time() - started < 10
    assert report.texts > 200
    errors = [each for each in report.findings if each.gravity is Gravity.ERROR]
    assert errors == []


def test_a_file_may_cite_the_shipped_library(tmp_path: Path) -> None:
    body = "## 小节\n\n不得代办（依据：适当性办法第二十二条，SUIT:22；某法第九条，NOSUCH:9）。\n\n> 问：能代办？\n"
    folder = write_library(tmp_path, a_file(body, id="GUIDE-X", kind="guide", effective_from="2022-08-12"))
    report = LintLibrary(SHIPPED_LIBRARY)(folder)
    assert [each.code for each in report.findings] == [Code.DEAD_DOCUMENT]
    assert report.texts == 1


def test_a_file_that_cannot_be_read_is_a_finding_beside_the_others(tmp_path: Path) -> None:
    folder = write_library(tmp_path, UNCITED, a_file(without=("issuer", "effective_from")))
    found = {(each.file, each.code) for each in LintLibrary(SHIPPED_LIBRARY)(folder).findings}
    assert found == {("file-0.md", Code.UNCITED), ("file-1.md", Code.UNREADABLE)}


@pytest.mark.parametrize("name", ["missing", "empty"])
def test_nothing_to_read_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(Invalid, match=r"找不到|没有 \.md"):
        LintLibrary(SHIPPED_LIBRARY)(tmp_path / name)


def test_the_command_ends_with_one_where_there_is_an_error(tmp_path: Path) -> None:
    bad = write_library(tmp_path / "bad", UNCITED)
    result = CliRunner().invoke(app, ["knowledge", "lint", str(bad)])
    assert result.exit_code == 1
    assert "客户必须本人办理" in result.stdout
    assert "1 个错误" in result.stdout
    good = write_library(tmp_path / "good", CLEAN)
    assert CliRunner().invoke(app, ["knowledge", "lint", str(good)]).exit_code == 0


def test_the_command_speaks_json(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["knowledge", "lint", "--json", str(write_library(tmp_path, UNCITED))])
    told = json.loads(result.stdout)
    assert (told["texts"], told["errors"]) == (1, 1)
    assert told["findings"][0] | {"message": ""} == {
        "file": "file-0.md",
        "locator": "1",
        "code": "uncited-claim",
        "gravity": "error",
        "message": "",
    }


def test_a_wrong_path_is_one_sentence(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["knowledge", "lint", str(tmp_path / "missing")])
    assert (result.exit_code, result.stdout) == (1, "")
    assert "找不到" in result.stderr
