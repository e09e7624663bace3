"""Splits the body of a library file into provisions. Every line ends up in exactly one of them, or is refused."""

import re
from dataclasses import dataclass, field
from typing import Self

from knowledge.documents.model import Verification
from knowledge.errors import Invalid

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
NUMERAL = r"[〇零一二两三四五六七八九十百千]+|[0-9０-９]+"
_ARTICLE = re.compile(rf"第(?P<number>{NUMERAL})条(?:之(?P<sub>{NUMERAL}))?")
_DECIMAL = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)+)(?=\s|$|[^0-9.A-Za-z%])")
_DIVISION = re.compile(rf"第(?:{NUMERAL})(?P<rank>分编|编|章|节)")
_RANKS = ("编", "分编", "章", "节")
_HEADING = re.compile(r"(?P<marks>#{1,2})\s+(?P<title>\S.*)")
_LOCATOR = re.compile(r"(?P<title>.*?)[ \t]*\{#(?P<locator>[0-9A-Za-z.-]+)\}")
_LEVEL = re.compile(r"(?P<title>.*?)[ \t]*\{level=(?P<level>[0-9])\}")
_ESCAPED = re.compile(r"\\+(?:#|>|---)")
_QUESTION = re.compile(r">\s*问[：:]\s*(?P<text>.*)")
_VERIFICATION = re.compile(r">\s*核验[：:]\s*(?P<text>.*)")

_LONGEST_LOCATOR = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One provision as written: where it stands, what it says, what it answers."""

    locator: str
    path: tuple[str, ...]
    heading: str
    text: str
    questions: tuple[str, ...] = ()
    verification: Verification | None = None


def chinese_number(text: str) -> int:
    """Read 「一百八十七」, 「187」 or 「１８７」.

    Raises:
        Invalid: the text is not such a number.

    """
    if len(text) > _LONGEST_LOCATOR:
        raise Invalid(f"「{text[:20]}…」太长，不是条文编号。")
    if text.isdecimal():
        return int(text)
    if not _UNITS.keys() & set(text) and _DIGITS.keys() >= set(text):
        return int("".join(str(_DIGITS[character]) for character in text))
    total = digit = 0
    for character in text:
        if character in _UNITS:
            total += (digit or 1) * _UNITS[character]
            digit = 0
        elif character in _DIGITS:
            digit = _DIGITS[character]
        else:
            raise Invalid(f"「{text}」不是数字。")
    return total + digit


def locator_of(heading: str) -> str | None:
    """``22``, ``22-1`` or ``3.3.13`` from a heading; ``None`` where it has no number."""
    if article := _ARTICLE.match(heading):
        number = str(chinese_number(article["number"]))
        return f"{number}-{chinese_number(article['sub'])}" if article["sub"] else number
    decimal = _DECIMAL.match(heading)
    return decimal["number"] if decimal else None


def below(path: tuple[str, ...], title: str) -> tuple[str, ...]:
    """The path after a new ``#`` heading without a level: 编 holds 章 holds 节; anything else starts anew."""
    rank = _rank(title)
    if rank is None:
        return (title,)
    return (*(above for above in path if (other := _rank(above)) is None or other < rank), title)


def split(body: str) -> tuple[Section, ...]:
    r"""Split at ``##`` headings; ``#`` headings are the path.

    ``## 序言 {#preamble}`` names its locator, ``# 一般规定 {level=2}`` its depth in the path (from 1; ``{level=0}``
    alone ends the path). A line that begins with ``\#``, ``\>`` or ``\---`` is text without that backslash.

    Raises:
        Invalid: text outside a provision, a provision without text, two with one locator, or none at all.

    """
    path: tuple[str, ...] = ()
    drafts: list[_Draft] = []
    open_draft = False
    for line in body.replace("\r\n", "\n").split("\n"):
        heading = _HEADING.fullmatch(line.rstrip())
        if heading and heading["marks"] == "#":
            path = _entered(path, heading["title"].strip())
            open_draft = False
        elif heading:
            drafts.append(_Draft.headed(path, heading["title"].strip()))
            open_draft = True
        elif open_draft:
            drafts[-1].lines.append(line.rstrip())
        elif line.strip():
            raise Invalid(f"「{line.strip()[:30]}」不在任何条文之内：正文必须写在「##」标题之下。")
    if not drafts:
        raise Invalid("没有条文：至少需要一个「##」标题。")
    sections = tuple(draft.section(position) for position, draft in enumerate(drafts, start=1))
    _refuse_duplicates(sections)
    return sections


@dataclass(slots=True)
class _Draft:
    path: tuple[str, ...]
    heading: str
    locator: str | None
    lines: list[str] = field(default_factory=list)

    @classmethod
    def headed(cls, path: tuple[str, ...], title: str) -> Self:
        """A draft under its heading, which may name the locator."""
        named = _LOCATOR.fullmatch(title)
        if named is None:
            return cls(path, title, None)
        if not named["title"]:
            raise Invalid(f"「## {title}」只有编号，没有标题。")
        return cls(path, named["title"], named["locator"])

    def section(self, position: int) -> Section:
        questions: list[str] = []
        text: list[str] = []
        verification: Verification | None = None
        for line in self.lines:
            if question := _QUESTION.fullmatch(line):
                questions.append(question["text"].strip())
            elif check := _VERIFICATION.fullmatch(line):
                verification = self._verification(check["text"].strip())
            else:
                text.append(line[1:] if _ESCAPED.match(line) else line)
        if not any(line.strip() for line in text):
            raise Invalid(f"条文「{self.heading}」没有正文。")
        if not all(questions):
            raise Invalid(f"条文「{self.heading}」有空的「> 问：」。")
        return Section(
            locator=self.locator or locator_of(self.heading) or str(position),
            path=self.path,
            heading=self.heading,
            text=_without_gaps(text),
            questions=tuple(questions),
            verification=verification,
        )

    def _verification(self, text: str) -> Verification:
        try:
            return Verification(text)
        except ValueError:
            allowed = "、".join(Verification)
            raise Invalid(f"条文「{self.heading}」的核验「{text}」不认识，可用：{allowed}。") from None


def _entered(path: tuple[str, ...], title: str) -> tuple[str, ...]:
    """The path after a ``#`` heading, by its level where it names one."""
    levelled = _LEVEL.fullmatch(title)
    if levelled is None:
        return below(path, title)
    level, name = int(levelled["level"]), levelled["title"]
    if (level == 0) != (not name) or level > len(path) + 1:
        raise Invalid(f"「# {title}」的层级不对：上面只有 {len(path)} 层标题。")
    return (*path[: level - 1], name) if level else ()


def _rank(title: str) -> int | None:
    division = _DIVISION.match(title)
    return _RANKS.index(division["rank"]) if division else None


def _without_gaps(lines: list[str]) -> str:
    """One blank line between paragraphs, none at the ends."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _refuse_duplicates(sections: tuple[Section, ...]) -> None:
    first: dict[str, str] = {}
    for section in sections:
        if len(section.locator) > _LONGEST_LOCATOR:
            raise Invalid(f"条文编号「{section.locator[:20]}…」太长，不能超过 {_LONGEST_LOCATOR} 个字符。")
        if section.locator in first:
            raise Invalid(f"条文编号 {section.locator} 重复：「{first[section.locator]}」与「{section.heading}」。")
        first[section.locator] = section.heading
