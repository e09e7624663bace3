"""``yice knowledge import`` from files to provisions."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from tests.support.documents import LAWS, a_docx, typeset, w_p
from tests.support.model_server import Calls, Fails, model_server

_RULE = "# 演示证券客户服务规定\n\n第一条 应当回访客户。\n\n第二条 本规定自2026年1月1日起施行。\n"


@pytest.fixture(autouse=True)
def _house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YICE_STORAGE__FOLDER", str(tmp_path / "data"))
    monkeypatch.setenv("YICE_RETRIEVAL__EMBEDDING", "none")


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["knowledge", *arguments])


def _write(name: str, content: bytes) -> str:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return name


def test_it_shows_first_and_publishes_only_when_confirmed() -> None:
    name = _write("规定.md", _RULE.encode())
    first = _run("import", name, "--id", "DEMORULE")
    assert first.exit_code == 0, first.output
    assert "DEMORULE@2026-01-01" in first.output
    assert "加 --yes 发布" in first.output
    assert _run("show", "DEMORULE:1").exit_code == 1
    second = _run("import", name, "--id", "DEMORULE", "--audience", "customer", "--yes")
    assert second.exit_code == 0, second.output
    assert "应当回访客户。" in _run("show", "DEMORULE:1").output
    third = _run("import", name, "--id", "DEMORULE", "--audience", "customer", "--yes")
    assert third.exit_code == 0, third.output
    assert "不会重复发布" in third.output


def test_the_keeper_s_words_go_before_the_text_s() -> None:
    name = _write("规定.md", _RULE.encode())
    options = ["--kind", "guide", "--title", "回访须知", "--issuer", "演示证券", "--number", "演发〔2026〕1号"]
    days = ["--effective-from", "2026-02-01", "--effective-to", "2027-01-01", "--issued-on", "2026-01-15"]
    outcome = _run("import", name, "--id", "X", *options, *days, "--topic", "回访", "--out", "files", "--yes")
    assert outcome.exit_code == 0, outcome.output
    written = Path("files/X@2026-02-01.md").read_text(encoding="utf-8")
    for line in ("kind: guide", "title: 回访须知", "issuer: 演示证券", "document_number: 演发〔2026〕1号"):
        assert line in written
    assert "effective_to: 2027-01-01" in written
    assert "- 回访" in written
    assert _run("publish", "files").exit_code == 0


def test_a_bad_file_of_many_is_told_and_the_others_are_taken() -> None:
    _write("docs/好.md", _RULE.encode())
    _write(
        "docs/表.docx",
        a_docx(w_p("演示证券开户规定") + w_p("第一条 总则。") + w_p("第二条 本规定自2026年3月1日起施行。")),
    )
    _write(
        "docs/子/印.pdf",
        typeset(["演示证券销户规定", "第一条 总则。", "第二条 本规定自2026年4月1日起施行，由公司解释。"]),
    )
    _write("docs/坏.pdf", b"%PDF-1.7 broken")
    _write("docs/~$锁.docx", b"")
    _write("docs/图.exe", b"MZ")
    Path("docs/链.md").symlink_to(Path("docs/好.md").resolve())
    outcome = _run("import", "docs", "--yes")
    assert outcome.exit_code == 1
    assert "新发布 3 个版本" in outcome.output
    assert "坏.pdf" in outcome.output
    assert "1 个文件没有导入，共 4 个" in outcome.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["没有.md"], "找不到"),
        (["空"], "没有可以导入的文件"),
        (["规定.md", "--effective-to", "2020-01-01"], "失效日"),
        (["规定.md", "--kind", "product"], "产品"),
        (["规定.md", "--id", "1 2"], "id"),
    ],
)
def test_a_mistake_is_one_chinese_sentence(arguments: list[str], told: str) -> None:
    _write("规定.md", _RULE.encode())
    Path("空").mkdir()
    outcome = _run("import", *arguments, "--yes")
    assert outcome.exit_code == 1
    assert told in outcome.output
    assert "Traceback" not in outcome.output


def test_a_file_above_the_limit_is_not_even_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YICE_IMPORTING__LARGEST_MEGABYTES", "1")
    with Path("大.pdf").open("wb") as sparse:
        sparse.truncate(200 * 2**20)
    outcome = _run("import", "大.pdf", "--yes")
    assert outcome.exit_code == 1
    assert "200 MB" in outcome.output
    assert "上限 1 MB" in outcome.output


@pytest.mark.skipif(not LAWS.is_dir(), reason="the real statutes are not beside this checkout")
@pytest.mark.parametrize("document_id", ["SECLAW-ORIG", "SECLAW"])
def test_a_statute_is_imported_and_an_article_shown_word_for_word(document_id: str) -> None:
    source = LAWS / "中华人民共和国证券法.md"
    outcome = _run("import", str(source), "--id", document_id, "--audience", "customer", "--yes")
    assert outcome.exit_code == 0, outcome.output
    shown = _run("show", f"{document_id}:88").output
    text = source.read_text(encoding="utf-8")
    article = text[text.index("第八十八条 ") : text.index("第八十九条 ")].strip()
    assert shown.strip().endswith(article.removeprefix("第八十八条 "))


def test_a_model_proposes_questions_for_what_was_published(monkeypatch: pytest.MonkeyPatch) -> None:
    name = _write("规定.md", _RULE.replace("2026年1月1日", "2099年1月1日").encode())
    asked = Calls("ProposedQuestions", {"questions": ["海鸥客户多久要回访一次？"]})
    with model_server(asked, Calls("ProposedQuestions", {"questions": []})) as server:
        monkeypatch.setenv("YICE_LANGUAGE_MODEL__BASE_URL", server.base_url)
        monkeypatch.setenv("YICE_LANGUAGE_MODEL__MODEL", "scripted-model")
        outcome = _run("import", name, "--id", "DEMORULE", "--yes", "--propose-questions")
    assert outcome.exit_code == 0, outcome.output
    assert "为 2 条提出 1 个典型问题" in outcome.output
    assert "海鸥客户" in _run("questions", "list").output


def test_without_a_model_or_without_confirmation_nothing_is_published() -> None:
    name = _write("规定.md", _RULE.encode())
    refused = _run("import", name, "--id", "DEMORULE", "--yes", "--propose-questions")
    assert (refused.exit_code, "没有配置模型" in refused.output) == (1, True)
    assert _run("import", name, "--id", "DEMORULE", "--propose-questions").exit_code == 2
    assert _run("show", "DEMORULE:1").exit_code == 1


def test_a_model_that_fails_leaves_what_was_published(monkeypatch: pytest.MonkeyPatch) -> None:
    name = _write("规定.md", _RULE.encode())
    with model_server(Fails(400)) as server:
        monkeypatch.setenv("YICE_LANGUAGE_MODEL__BASE_URL", server.base_url)
        monkeypatch.setenv("YICE_LANGUAGE_MODEL__MODEL", "scripted-model")
        outcome = _run("import", name, "--id", "DEMORULE", "--yes", "--propose-questions")
    assert "没有提出典型问题" in outcome.output
    assert _run("show", "DEMORULE:1").exit_code == 0
