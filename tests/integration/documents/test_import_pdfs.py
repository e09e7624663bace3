"""The 12 official PDFs in ``../shared/data/pdf``, where that folder is present."""

import re
from functools import cache
from pathlib import Path

import pytest

from knowledge.documents.importing import Proposal, propose
from knowledge.documents.importing.model import CautionCode, UnitKind
from tests.support.documents import LAWS, PDFS

_ARTICLES = {
    "中华人民共和国信托法": 74,
    "中华人民共和国反洗钱法": 65,
    "保险销售行为管理办法": 50,
    "商业银行资本管理办法": 206,
    "国家金融监督管理总局信访工作办法": 52,
    "消费金融公司管理办法": 79,
    "理财公司内部控制管理办法": 46,
    "融资担保公司监督管理条例": 49,
    "金融机构产品适当性管理办法": 49,
    "金融机构合规管理办法": 58,
    "银行保险机构消费者权益保护管理办法": 57,
    "防范和处置非法集资条例": 40,
}
_FURNITURE = re.compile(r"规章$|发布$|^[-\s]*[0-9]+[-\s]*$|扫一扫", re.MULTILINE)
_BROKEN = re.compile(r"[\u4e00-\u9fff，、] ?\n\n?[\u4e00-\u9fff]")

pytestmark = pytest.mark.skipif(not PDFS.is_dir(), reason="the official PDFs are not beside this checkout")


@cache
def _proposed(path: Path) -> Proposal:
    return propose(path.read_bytes(), path.name)


def _articles(proposal: Proposal) -> dict[str, str]:
    return {unit.locator: unit.text for unit in proposal.units if unit.kind is UnitKind.ARTICLE}


@pytest.mark.parametrize("name", sorted(_ARTICLES))
def test_articles_run_without_gaps_under_their_chapters(name: str) -> None:
    proposal = _proposed(PDFS / f"{name}.pdf")
    assert list(_articles(proposal)) == [str(number) for number in range(1, _ARTICLES[name] + 1)]
    assert proposal.outline.title == name
    assert {warning.code for warning in proposal.warnings} <= {CautionCode.LEFT_OUT}
    assert proposal.loaded is not None
    assert proposal.loaded.version.document_number or name == "中华人民共和国反洗钱法"


@pytest.mark.parametrize("name", sorted(_ARTICLES))
def test_no_running_head_or_page_number_is_left_and_no_line_is_broken(name: str) -> None:
    for locator, text in _articles(_proposed(PDFS / f"{name}.pdf")).items():
        assert not _FURNITURE.search(text), (locator, text)
        assert "=" in text or not _BROKEN.search(text), (locator, text)  # a formula ends without a mark
        assert not re.search(r"[\u4e00-\u9fff] [\u4e00-\u9fff]", text), (locator, text)


def test_a_table_over_two_pages_is_one_table() -> None:
    text = _articles(_proposed(PDFS / "商业银行资本管理办法.pdf"))["181"]
    rows = [line for line in text.split("\n") if line.startswith("|")]
    assert len(rows) == 22
    assert {row.count("|") for row in rows} == {5}
    assert rows[-1] == "|  | 7.625%—8.5%(含) | 4.375%—4.5%(含) | 40% |"


@pytest.mark.parametrize(
    ("name", "same"), [("中华人民共和国信托法", 73), ("中华人民共和国反洗钱法", 65), ("防范和处置非法集资条例", 40)]
)
def test_a_law_reads_the_same_from_pdf_as_from_markdown(name: str, same: int) -> None:
    """One mark differs between the two sources of 信托法 60 (a colon for a semicolon)."""
    markdown = _articles(propose((LAWS / f"{name}.md").read_bytes(), f"{name}.md"))
    pdf = _articles(_proposed(PDFS / f"{name}.pdf"))
    assert markdown.keys() == pdf.keys()
    assert sum(_folded(markdown[each]) == _folded(pdf[each]) for each in markdown) == same


def _folded(text: str) -> str:
    return "".join(text.split()).replace('"', "").translate(_MARKS_ONLY)


_MARKS_ONLY = {**str.maketrans(",;:()?!<>〈〉", "，；：（）？！《》《》"), **dict.fromkeys(map(ord, "“”"))}
