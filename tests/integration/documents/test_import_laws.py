"""The 38 statutes in ``../shared/data/laws``, where that folder is present."""

import re
from datetime import date
from pathlib import Path

import pytest

from knowledge.documents.importing import Proposal, propose
from knowledge.documents.importing.model import CautionCode, UnitKind
from knowledge.documents.loading import load_bytes
from knowledge.documents.splitting import chinese_number
from knowledge.documents.writing import to_markdown
from tests.support.documents import LAWS, markdown_words, told

_FILES = sorted(LAWS.glob("*.md")) if LAWS.is_dir() else []
_ARTICLE = re.compile(r"^第([零一二三四五六七八九十百千]+)条 ", re.MULTILINE)

pytestmark = pytest.mark.skipif(not _FILES, reason="the real statutes are not beside this checkout")


def _proposed(path: Path) -> Proposal:
    return propose(path.read_bytes(), path.name)


def _articles(proposal: Proposal) -> list[str]:
    return [unit.locator for unit in proposal.units if unit.kind is UnitKind.ARTICLE]


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.stem[:40])
def test_every_character_is_in_one_place_and_in_order(path: Path) -> None:
    proposal, source = _proposed(path), markdown_words(path.read_text(encoding="utf-8"))
    assert told(proposal, title=source.startswith(proposal.outline.title.replace(" ", ""))) == source


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.stem[:40])
def test_articles_run_from_the_first_to_the_last(path: Path) -> None:
    proposal = _proposed(path)
    source = path.read_text(encoding="utf-8")
    assert _articles(proposal) == [str(chinese_number(number)) for number in _ARTICLE.findall(source)]
    assert not {CautionCode.GAP, CautionCode.DUPLICATE, CautionCode.OUTSIDE, CautionCode.EMPTY} & {
        warning.code for warning in proposal.warnings
    }


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.stem[:40])
def test_the_library_file_reads_back_as_it_was(path: Path) -> None:
    proposal = _proposed(path)
    assert proposal.loaded is not None
    assert load_bytes(to_markdown(proposal.loaded)) == proposal.loaded
    assert [each.text for each in proposal.loaded.provisions] == [unit.text for unit in proposal.units]


def test_there_are_as_many_articles_as_the_folder_says() -> None:
    assert sum(len(_articles(_proposed(path))) for path in _FILES) == 3532


def test_each_article_is_what_stands_between_its_number_and_the_next_heading() -> None:
    source = (LAWS / "中华人民共和国证券法.md").read_text(encoding="utf-8")
    proposal = _proposed(LAWS / "中华人民共和国证券法.md")
    pieces = re.split(r"^(?=第[零一二三四五六七八九十百]+条 |#)", source, flags=re.MULTILINE)
    expected = [piece.strip() for piece in pieces if _ARTICLE.match(piece)]
    assert [f"{unit.heading} {unit.text}" for unit in proposal.units if unit.kind is UnitKind.ARTICLE] == expected


@pytest.mark.parametrize(
    ("name", "issuer", "issued_on", "effective_from"),
    [
        ("中华人民共和国证券法.md", "全国人民代表大会常务委员会", date(2019, 12, 28), date(2020, 3, 1)),
        ("防范和处置非法集资条例.md", "国务院", date(2021, 1, 26), date(2021, 5, 1)),
        ("互联网信息服务算法推荐管理规定.md", "国家互联网信息办公室", date(2021, 11, 16), date(2022, 3, 1)),
        (
            "最高人民法院最高人民检察院关于办理操纵证券、期货市场刑事案件适用法律若干问题的解释(2019-06-27).md",
            "最高人民法院、最高人民检察院",
            date(2018, 12, 12),
            date(2019, 7, 1),
        ),
    ],
)
def test_it_reads_who_issued_it_and_when(name: str, issuer: str, issued_on: date, effective_from: date) -> None:
    loaded = _proposed(LAWS / name).loaded
    assert loaded is not None
    version = loaded.version
    assert (version.issuer, version.issued_on, version.period.effective_from) == (issuer, issued_on, effective_from)


def test_an_amended_wording_does_not_count_from_the_first_day_of_the_law() -> None:
    proposal = _proposed(LAWS / "中华人民共和国网络安全法.md")
    assert proposal.loaded is not None
    assert proposal.loaded.version.period.effective_from == date(2025, 10, 28)
    assert CautionCode.DATE_GUESSED in {warning.code for warning in proposal.warnings}


def test_parts_chapters_and_sections_nest() -> None:
    units = {unit.locator: unit for unit in _proposed(LAWS / "中华人民共和国民法典.md").units}
    assert units["205"].path == ("第二编 物权", "第一分编 通则", "第一章 一般规定")
    assert units["1260"].path == ("附则",)
