"""What holds for any document that is imported, and for any version that is written as a library file."""

import string
from dataclasses import replace
from datetime import date

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from knowledge.documents.importing import Hints, propose
from knowledge.documents.importing.model import CautionCode, UnitKind
from knowledge.documents.loading import load_bytes
from knowledge.documents.model import (
    Audience,
    Kind,
    LoadedVersion,
    Period,
    Provision,
    ProvisionRef,
    Rendition,
    Verification,
    Version,
)
from knowledge.documents.structure import Item, paragraphs_of
from knowledge.documents.writing import to_markdown
from tests.support.documents import told, words

_DIGITS = "零一二三四五六七八九"
_WORD = st.text(alphabet="证券公司投资者适当性风险提示客户账户资产应当不得可以其它ABC12%", min_size=1, max_size=20)
_SENTENCE = st.lists(_WORD, min_size=1, max_size=4).map(lambda parts: "，".join(parts) + "。")
_MARKUP = st.sampled_from(
    [
        "> 问：这是正文吗",
        "> 核验：verified",
        "---",
        "\\# 已经转义",
        "\\\\---",
        "* 列表",
        "- 列表",
        "``代码``",
        "{#5}",
        "正文 {level=2}",
    ]
)
_LINE = st.one_of(_SENTENCE, _SENTENCE, _MARKUP)
_ROW = st.lists(_WORD, min_size=2, max_size=2).map(lambda cells: f"| {' | '.join(cells)} |")
_TABLE = st.lists(_ROW, min_size=2, max_size=4).map("\n".join)


def _numeral(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十") + (_DIGITS[ones] if ones else "")


@st.composite
def _documents(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A rule in plain text, and the locators of its articles."""
    spaced = draw(st.sampled_from([" ", "　", "  "]))
    lines = ["证券公司客户服务管理办法"]
    lines += draw(st.lists(_SENTENCE.filter(lambda text: "第" not in text), max_size=2))
    locators, number = [], 0
    for chapter in range(1, draw(st.integers(1, 4)) + 1):
        lines.append(f"第{_numeral(chapter)}章{spaced}{draw(st.sampled_from(['总 则', '一般规定', '法律责任']))}")
        for section in range(1, draw(st.integers(0, 2)) + 1):
            lines.append(f"第{_numeral(section)}节{spaced}{draw(st.sampled_from(['账户管理', '投资者保护']))}")
        for _ in range(draw(st.integers(1, 4))):
            number += 1
            locators.append(str(number))
            lines.append(f"第{_numeral(number)}条{spaced}{draw(_SENTENCE)}")
            for item in range(1, draw(st.integers(0, 3)) + 1):
                lines.append(f"（{_numeral(item)}）{draw(_SENTENCE)}")
            lines += draw(st.lists(_LINE, max_size=3))
    gap = draw(st.sampled_from(["\n", "\n\n", "\n　　", "\r\n"]))
    return gap.join(lines), locators


@given(_documents())
def test_nothing_of_a_document_is_lost_or_told_twice(document: tuple[str, list[str]]) -> None:
    text, locators = document
    proposal = propose(text.encode(), "办法.txt", hints=Hints(effective_from=date(2026, 1, 1)))
    assert told(proposal) == words(text)
    assert [unit.locator for unit in proposal.units if unit.kind is UnitKind.ARTICLE] == locators
    assert not {CautionCode.GAP, CautionCode.DUPLICATE} & {warning.code for warning in proposal.warnings}


@given(_documents(), st.sampled_from(["gb18030", "utf-8-sig", "utf-16"]))
@settings(max_examples=30)
def test_any_encoding_gives_the_same_provisions(document: tuple[str, list[str]], encoding: str) -> None:
    hints = Hints(effective_from=date(2026, 1, 1))
    plain, other = (propose(document[0].encode(name), "办法.txt", hints=hints) for name in ("utf-8", encoding))
    assert plain.units == other.units


@given(_documents(), st.lists(_TABLE, min_size=1, max_size=2))
def test_a_table_stays_whole_in_one_article(document: tuple[str, list[str]], tables: list[str]) -> None:
    text = "\n\n".join([document[0].replace("\r\n", "\n").replace("\n", "\n\n"), *tables])
    proposal = propose(text.encode(), "办法.md", hints=Hints(effective_from=date(2026, 1, 1)))
    assert all(sum(table in unit.text for unit in proposal.units) >= 1 for table in tables)
    assert told(proposal) == words(text)


@given(_documents(), st.data())
def test_a_missing_article_is_told(document: tuple[str, list[str]], data: st.DataObject) -> None:
    text, locators = document
    assume(len(locators) > 2)
    gone = data.draw(st.sampled_from(locators[1:-1]))
    mark = f"第{_numeral(int(gone))}条"
    kept = [line for line in text.splitlines() if not line.strip().startswith(mark)]
    proposal = propose("\n".join(kept).encode(), "办法.txt", hints=Hints(effective_from=date(2026, 1, 1)))
    assert CautionCode.GAP in {warning.code for warning in proposal.warnings}


_PLAIN = "".join(sorted({*string.printable} - {*string.whitespace})) + "第一二三条章附则证券：「」（）　 "
_LINES = st.text(alphabet=_PLAIN, max_size=12).map(str.rstrip)
_HEADINGS = st.text(alphabet=_PLAIN, min_size=1, max_size=12).map(str.strip).filter(bool)
_LOCATORS = st.from_regex(r"[0-9A-Za-z.\-]{1,6}", fullmatch=True)
_FIELDS = st.text(alphabet=_PLAIN + "：#'\"", min_size=1, max_size=16).map(str.strip).filter(bool)


@st.composite
def _texts(draw: st.DrawFn) -> str:
    lines = draw(st.lists(_LINES, min_size=1, max_size=5))
    text = "\n".join(lines).strip("\n")
    assume(text.strip() and "\n\n\n" not in text)
    return text


@st.composite
def _versions(draw: st.DrawFn) -> LoadedVersion:
    period = Period(effective_from=date(2026, 1, 1), effective_to=draw(st.none() | st.just(date(2027, 1, 1))))
    version = Version(
        document_id="RULE",
        label=draw(st.sampled_from(["2026-01-01", "v1", "7", "null"])),
        kind=Kind.RULE,
        title=draw(_FIELDS),
        short_title=draw(_FIELDS),
        issuer=draw(_FIELDS),
        document_number=draw(st.none() | _FIELDS),
        issued_on=draw(st.none() | st.dates()),
        period=period,
        rendition=Rendition.ORIGINAL,
        verification=draw(st.sampled_from(Verification)),
        audience=draw(st.sampled_from(Audience)),
        source=draw(_FIELDS),
        topics=tuple(draw(st.lists(_FIELDS, max_size=2))),
        branches=tuple(draw(st.lists(_FIELDS, max_size=2))),
    )
    count = draw(st.integers(1, 5))
    locators = draw(st.lists(_LOCATORS, min_size=count, max_size=count, unique=True))
    paths = [tuple(draw(st.lists(_HEADINGS, max_size=3))) for _ in range(count)]
    provisions = tuple(
        Provision(
            ref=ProvisionRef(version.document_id, locators[at], version.label),
            kind=version.kind,
            document_title=version.title,
            path=paths[at],
            heading=draw(_HEADINGS),
            text=draw(_texts()),
            period=period,
            verification=draw(st.sampled_from(Verification)),
            rendition=version.rendition,
            audience=version.audience,
            position=at,
            typical_questions=tuple(draw(st.lists(_FIELDS, max_size=2))),
            branches=version.branches,
        )
        for at in range(count)
    )
    return LoadedVersion(version=version, provisions=provisions)


@given(_versions())
def test_what_is_written_reads_back_as_it_was(written: LoadedVersion) -> None:
    read = load_bytes(to_markdown(written))
    assert replace(read, version=replace(read.version, digest="")) == written
    assert load_bytes(to_markdown(read)) == read


@given(st.lists(_LINE | _TABLE, min_size=1, max_size=6).map("\n".join))
def test_every_line_of_an_article_is_in_one_paragraph_item_or_point(text: str) -> None:
    def told_items(items: tuple[Item, ...]) -> str:
        return "".join(each.label + each.text + told_items(each.items) for each in items)

    paragraphs = paragraphs_of(text)
    assert words("".join(each.text + told_items(each.items) for each in paragraphs)) == words(text)
    assert [each.number for each in paragraphs] == list(range(1, len(paragraphs) + 1))
