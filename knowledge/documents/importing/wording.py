"""How headings of Chinese rules are written, however they are spaced."""

import re
from dataclasses import dataclass

from knowledge.documents.splitting import NUMERAL, chinese_number

SPACE = r"[ \t\u3000\u00a0]"
_CHARACTERS = "〇零一二两三四五六七八九十百千0-9０-９"
_SPACED = rf"[{_CHARACTERS}](?:{SPACE}*[{_CHARACTERS}])*"
_ARTICLE = re.compile(
    rf"第{SPACE}*(?P<number>{_SPACED}){SPACE}*条(?:{SPACE}*之{SPACE}*(?P<sub>{NUMERAL}))?(?P<gap>{SPACE}*)(?P<rest>.*)"
)
_DIVISION = re.compile(
    rf"第{SPACE}*(?P<number>{_SPACED}){SPACE}*(?P<rank>分编|编|部分|篇|章|节)(?P<gap>{SPACE}*)(?P<rest>.*)"
)
_RANKS = {"编": 0, "部分": 0, "篇": 0, "分编": 1, "章": 2, "节": 3}
_CLOSING = re.compile(rf"附{SPACE}*则")
_ENUMERATED = re.compile(rf"(?P<number>[一二三四五六七八九十百]+){SPACE}*、{SPACE}*(?P<rest>.*)")
_BRACKETED = re.compile(rf"[（(](?P<number>[一二三四五六七八九十百]+)[)）]{SPACE}*(?P<rest>.*)")
_DECIMAL = re.compile(rf"(?P<number>[0-9]{{1,3}}(?:\.[0-9]{{1,3}})+)(?P<gap>{SPACE}+|(?=[\u4e00-\u9fff]))(?P<rest>.*)")
_ARABIC = re.compile(rf"(?P<number>[0-9]{{1,3}})[.．、](?![0-9]){SPACE}*(?P<rest>.*)")
_ANNEX = re.compile(
    rf"附{SPACE}*(?:件|录|表|图){SPACE}*(?P<number>{_SPACED}|[A-Z])?(?P<gap>{SPACE}*)(?P<colon>[:：]?){SPACE}*(?P<rest>.*)"
)
_CONTENTS = re.compile(rf"目{SPACE}*[录次]")
_LEADER = re.compile(rf"(?:{SPACE}|[.…·．])*[0-9０-９]*\Z")
_NOT_A_HEADING = re.compile(r"[。；！？]|[：，,;:]\Z")
_REFERS = re.compile(
    rf"规定|修改|改为|增加|删去|修正|[所的之至到，款项]|[、和及与或以]第|中[的规所]|第{SPACE}*(?:{NUMERAL}){SPACE}*[款项条]|[（(](?:{NUMERAL})[)）]"
)
_REFERS_APART = re.compile(
    rf"规定|修改为|改为|增加|删去|所[称列述]|的规定|[至到、和及与或]第|第{SPACE}*(?:{NUMERAL}){SPACE}*[款项条]|[（(](?:{NUMERAL})[)）]项"
)
_PART = re.compile(rf"第{SPACE}*(?:{NUMERAL}){SPACE}*[款项目]")
_TITLED = re.compile(r"(?P<title>【[^】]{1,40}】|〔[^〕]{1,40}〕)\s*(?P<rest>.*)")
_LONGEST_HEADING = 50
_LONGEST_CLOSE_HEADING = 20


@dataclass(frozen=True, slots=True)
class Article:
    """「第二十二条之一 …」 at the beginning of a line."""

    number: int
    sub: int
    heading: str
    """Without spaces: 第二十二条之一."""
    apart: bool
    """Something stands between the number and the words."""
    rest: str

    @property
    def locator(self) -> str:
        """``22`` or ``22-1``."""
        return f"{self.number}-{self.sub}" if self.sub else str(self.number)

    @property
    def refers(self) -> bool:
        """Reads like a sentence about that article: 第五条规定的…, 第五条 第二款所称…."""
        return bool((_REFERS_APART if self.apart else _REFERS).match(self.rest))

    @property
    def cites(self) -> bool:
        """Goes on to a paragraph or item of that article, as none begins: 第五条 第二款…."""
        return bool(_PART.match(self.rest))


@dataclass(frozen=True, slots=True)
class Numbered:
    """A numbered line: its number as written, and what follows."""

    number: str
    label: str
    rest: str


def article_of(line: str) -> Article | None:
    """The article that this line may begin."""
    match = _ARTICLE.fullmatch(line)
    if match is None or not is_number(match["number"]):
        return None
    number, sub, rest = _closed(match["number"]), match["sub"], match["rest"].strip()
    heading = f"第{number}条" + (f"之{sub}" if sub else "")
    apart = bool(match["gap"]) or not rest or rest[0] in "【〔"
    return Article(chinese_number(number), chinese_number(sub) if sub else 0, heading, apart, rest)


def is_number(text: str) -> bool:
    """Whether digits are of one kind: 二十二, 22 or ２２, not 2十."""
    closed = _closed(text)
    return closed.isdecimal() or not any(character.isdecimal() for character in closed)


def titled(rest: str) -> tuple[str, str]:
    """「【立法目的】为了…」 as its title and its words; no title where there is none."""
    match = _TITLED.fullmatch(rest)
    return (match["title"], match["rest"].strip()) if match else ("", rest)


def division_of(line: str, *, heading: bool) -> tuple[int, str] | None:
    """Rank (编 0, 分编 1, 章 2, 节 3) and title of 「第一章 总 则」 or 「附 则」; ``None`` for other lines."""
    if _CLOSING.fullmatch(line):
        return _RANKS["编"], "附则"
    match = _DIVISION.fullmatch(line)
    if match is None or not is_number(match["number"]):
        return None
    rest = match["rest"].strip()
    close = not match["gap"] and bool(rest)
    longest = _LONGEST_CLOSE_HEADING if close else _LONGEST_HEADING
    if not heading and (
        len(rest) > longest or _NOT_A_HEADING.search(rest) or (_REFERS.match(rest) if close else "，" in rest)
    ):
        return None
    title = f"第{_closed(match['number'])}{match['rank']}"
    return _RANKS[match["rank"]], f"{title} {close_up(rest)}".strip()


def enumerated(line: str) -> Numbered | None:
    """「一、总体要求」."""
    return _numbered(_ENUMERATED.fullmatch(line))


def bracketed(line: str) -> Numbered | None:
    """「（一）基本原则」."""
    return _numbered(_BRACKETED.fullmatch(line))


def decimal(line: str) -> Numbered | None:
    """「3.3.13 …」."""
    return _numbered(_DECIMAL.fullmatch(line))


def arabic(line: str) -> Numbered | None:
    """「1. 目的」 or 「1、目的」, a number without parts."""
    return _numbered(_ARABIC.fullmatch(line))


def annex_of(line: str) -> re.Match[str] | None:
    """「附件1：…」 with the groups ``number``, ``colon`` and ``rest``; ``None`` where it reads like a sentence."""
    match = _ANNEX.fullmatch(line)
    if match is None or len(match["rest"]) > _LONGEST_HEADING or _NOT_A_HEADING.search(match["rest"]):
        return None
    numbered = bool(match["number"]) and (bool(match["gap"] or match["colon"]) or not match["rest"])
    return match if numbered or match["colon"] or not match["rest"] else None


def annex_number(match: re.Match[str]) -> str | None:
    """``1`` of 附件一, 附件1; ``A`` of 附录A."""
    number = match["number"]
    if not number:
        return None
    closed = _closed(number)
    if closed.isascii() and closed.isalpha():
        return closed
    return str(chinese_number(closed)) if is_number(closed) else None


def is_contents(line: str) -> bool:
    """「目 录」."""
    return bool(_CONTENTS.fullmatch(line))


def without_leader(line: str) -> str:
    """A line of a table of contents without its dots and page number, and without spaces."""
    return _closed(_LEADER.sub("", line))


def is_short(text: str) -> bool:
    """Whether a text could be a heading: short, and no sentence."""
    return 0 < len(text) <= _LONGEST_HEADING and not _NOT_A_HEADING.search(text)


def close_up(text: str) -> str:
    """「总 则」 without the space that only spreads it; other spaces as one."""
    words = re.split(rf"{SPACE}+", text.strip())
    if all(len(word) == 1 for word in words):
        return "".join(words)
    return " ".join(words)


def _closed(text: str) -> str:
    return re.sub(rf"{SPACE}+", "", text)


def _numbered(match: re.Match[str] | None) -> Numbered | None:
    if match is None:
        return None
    return Numbered(match["number"], match.string[: match.start("rest")].strip(), match["rest"].strip())
