"""A folder is read whole: every problem of every file is told, or everything is loaded."""

from pathlib import Path

import pytest

from knowledge.documents.loading import load_file, load_folder
from knowledge.errors import Invalid
from tests.support.library import a_file, write_library

SHIPPED = Path(__file__).parents[3] / "knowledge" / "library"


def test_versions_come_in_order_and_readmes_are_left_out(tmp_path: Path) -> None:
    folder = write_library(
        tmp_path / "rules",
        a_file(id="B"),
        a_file(id="A", version="two", effective_from="2020-01-01"),
        a_file(id="A", version="one", effective_to="2020-01-01"),
    )
    (folder / "README.md").write_text("# 说明", encoding="utf-8")
    loaded = load_folder(tmp_path)
    assert [(each.version.document_id, each.version.label) for each in loaded] == [
        ("A", "one"),
        ("A", "two"),
        ("B", "2017-07-01"),
    ]


def test_a_single_file_is_a_folder_of_one(tmp_path: Path) -> None:
    folder = write_library(tmp_path, a_file())
    assert load_folder(folder / "file-0.md") == load_folder(folder)


def test_every_problem_of_every_file_is_told(tmp_path: Path) -> None:
    write_library(
        tmp_path / "rules",
        a_file(effective_from="2026-02-30"),
        a_file("没有条文", kind="law"),
        a_file(id="GOOD"),
    )
    with pytest.raises(Invalid) as caught:
        load_folder(tmp_path)
    lines = caught.value.message.splitlines()
    assert [line.partition("：")[0] for line in lines] == ["rules/file-0.md", "rules/file-1.md", "rules/file-1.md"]
    assert "effective_from" in lines[0]


@pytest.mark.parametrize(
    ("second", "problem"),
    [
        ({"version": "later", "effective_from": "2019-12-31"}, "重叠"),
        ({"version": '"2017-07-01"', "effective_from": "2020-01-01"}, "相同"),
    ],
)
def test_files_that_contradict_each_other_are_refused(tmp_path: Path, second: dict[str, str], problem: str) -> None:
    write_library(tmp_path, a_file(effective_to="2020-01-01"), a_file(**second))
    with pytest.raises(Invalid, match=problem):
        load_folder(tmp_path)


def test_the_name_of_a_file_may_not_contradict_it(tmp_path: Path) -> None:
    (tmp_path / "SUIT@2018-01-01.md").write_text(a_file(), encoding="utf-8")
    with pytest.raises(Invalid, match=r"应为 SUIT@2017-07-01\.md"):
        load_file(tmp_path / "SUIT@2018-01-01.md")


def test_nothing_to_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"没有 \.md 文件"):
        load_folder(tmp_path)
    with pytest.raises(Invalid, match="找不到"):
        load_folder(tmp_path / "none")
    with pytest.raises(Invalid, match="读不出文件"):
        load_file(tmp_path / "none.md")


def test_the_shipped_library_loads() -> None:
    loaded = load_folder(SHIPPED)
    assert len({each.version.document_id for each in loaded if each.version.kind == "rule"}) >= 25
