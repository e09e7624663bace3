"""The life of a document at the command line: every command changes or shows what it says, and errors are sentences."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.knowledge import app
from tests.support.library import a_file


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YICE_STORAGE__FOLDER", str(tmp_path / "data"))
    monkeypatch.setenv("YICE_RETRIEVAL__EMBEDDING", "none")
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def run(*arguments: str, exit_code: int = 0) -> str:
    outcome = CliRunner().invoke(app, arguments)
    assert outcome.exit_code == exit_code, outcome.output
    return outcome.output


def a_rule(folder: Path, name: str, second: str, begins: str) -> str:
    body = f"## 第一条\n演示机构应当勤勉。\n## 第二条\n{second}\n"
    text = a_file(body, id="DEMO", title="演示办法", short_title="演示办法", version=f'"{name}"', effective_from=begins)
    (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return f"{name}.md"


@pytest.fixture
def two_versions(folder: Path) -> None:
    run("publish", a_rule(folder, "one", "门槛是5万元。", "2020-01-01"))
    script = a_file(
        "## 依据\n（依据：演示办法第二条，DEMO:2）", id="S", kind="script", title="演示话术", short_title="演示话术"
    )
    (folder / "script.md").write_text(script, encoding="utf-8")
    run("publish", "script.md")
    new = a_rule(folder, "two", "门槛是10万元。", "2024-01-01")
    assert "重叠" in run("publish", new, exit_code=1)
    shown = run("impact", new)
    assert "【修改】第二条" in shown
    assert "S:1@2017-07-01" in shown
    assert "被新版替代：DEMO@one" in run("publish", "--supersede", new)


@pytest.mark.usefixtures("two_versions")
def test_two_versions_are_compared_with_marks() -> None:
    shown = run("diff", "DEMO")
    assert "DEMO@one → DEMO@two" in shown
    assert "修改 1 条" in shown
    assert "门槛是[-5-]{+10+}万元。" in shown
    assert "门槛" not in run("diff", "DEMO@one", "DEMO@two", "--brief")
    assert "不是版本" in run("diff", "DEMO", "DEMO@two", exit_code=1)


@pytest.mark.usefixtures("two_versions")
def test_the_history_tells_versions_and_one_article() -> None:
    shown = run("history", "DEMO")
    for words in ("已被替代", "现行有效", "系统发布", "系统被替代", "修改1"):
        assert words in shown
    assert "待生效" in run("history", "DEMO", "--as-of", "2023-12-31")
    article = run("history", "DEMO:2")
    assert "门槛是5万元。" in article
    assert "门槛是[-5-]{+10+}万元。" in article
    assert "没有 DEMO:9" in run("history", "DEMO:9", exit_code=1)


@pytest.mark.usefixtures("two_versions")
def test_the_preview_of_an_import_tells_what_rests_on_what_changes(folder: Path) -> None:
    third = a_rule(folder, "three", "门槛是30万元。", "2028-01-01")
    shown = run("import", third)
    assert "2028-01-01 起：" in shown
    assert "【修改】第二条" in shown
    assert "S:1@2017-07-01" in shown
    assert "现行有效" in run("list", "--text", "演示办法", "--state", "in_force")


@pytest.mark.usefixtures("two_versions")
def test_the_list_and_one_article_tell_the_state_and_the_links() -> None:
    shown = run("list", "--text", "演示办法")
    assert "已被替代" in shown
    assert "现行有效" in shown
    assert "共 1 个版本。" in run("list", "--text", "演示办法", "--state", "superseded")
    assert "共 0 个版本。" in run("list", "--text", "演示办法", "--issuer", "没有这个机关")
    assert "已被替代" in run("show", "DEMO:2@one")
    links = run("show", "DEMO:2", "--links")
    assert "引用 0 条，被 1 条引用" in links
    assert "← S:1@2017-07-01" in links
    assert "→ DEMO:2@two" in run("show", "S:1", "--links")


@pytest.mark.usefixtures("two_versions")
def test_a_version_is_corrected_withdrawn_and_repealed(folder: Path) -> None:
    right = a_rule(folder, "two.2", "门槛是20万元。", "2024-01-01")
    assert "【修改】第二条" in run("impact", right, "--correct")
    assert "已撤回 DEMO@two，由 DEMO@two.2 更正。" in run("correct", right)
    assert "门槛是20万元。" in run("show", "DEMO:2")
    shown = run("withdraw", "DEMO@two.2", "--reason", "误发", "--reopen")
    assert "DEMO@one 恢复有效（2020-01-01 起）" in shown
    assert "门槛是5万元。" in run("show", "DEMO:2")
    assert "2030-01-01 止" in run("repeal", "DEMO@one", "--on", "2030-01-01", "--reason", "另行规定")
    assert "止" not in run("repeal", "DEMO@one", "--undo", "--reason", "写错")
    assert "二者选一" in run("repeal", "DEMO@one", "--reason", "都没写", exit_code=1)
    assert "应写作 SUIT@2022-08-12" in run("withdraw", "DEMO", "--reason", "误发", exit_code=1)
    assert "请写明理由" in run("withdraw", "DEMO@one", "--reason", " ", exit_code=1)
    assert "已撤回" in run("history", "DEMO")
