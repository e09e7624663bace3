"""Reads what a question names: an article (and its 款 or 项), a document by name, number or code."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from knowledge.documents.splitting import chinese_number
from knowledge.documents.structure import Item, Paragraph, find_item, paragraphs_of
from retrieval.model import Hit, Part
from retrieval.segmentation import fold

_NUMERAL = r"[〇零一二两三四五六七八九十百千]+|[0-9]+"
_PART = (
    rf"(?:\s*的?\s*第?\s*(?P<paragraph>{_NUMERAL})\s*款)?"
    rf"(?:\s*的?\s*第?\s*[(（]?\s*(?P<item>{_NUMERAL})\s*[)）]?\s*项)?"
    rf"(?:\s*的?\s*第?\s*(?P<point>{_NUMERAL})\s*目)?"
)
_ARTICLE = re.compile(
    rf"(?:第\s*(?P<article>{_NUMERAL})\s*条(?:之(?P<sub>{_NUMERAL}))?"
    rf"|(?P<bare>{_NUMERAL})\s*条(?:之(?P<bare_sub>{_NUMERAL}))?"
    r"|(?<![0-9.])(?P<decimal>[0-9]+(?:\.[0-9]+)+)(?![0-9.%])"
    r"|(?<![0-9a-z.])(?P<loose>[1-9][0-9]{0,2}|1[0-8][0-9]{2})(?=\s*(?:$|[?。,!、]|是什么|讲|说|规定|内容|怎么|的内容|原文)))"
    rf"{_PART}"
)
_NUMBER_OF_ORDER = re.compile(r"(?P<issuer>.*令)第(?P<number>[0-9]+)号")
_CODE = re.compile(r".+-(?P<code>[a-z]+[0-9]{3,})")
_ASIDE = re.compile(
    r"中华人民共和国|(?:交易|业务)规则|办法|条例|细则|解释一?下|讲了?些?什么|说了?些?什么|规定了?(?:些?什么|哪些(?:内容)?)?|是(?:个|一个)?什么|(?:主要|具体|全部)?内容|主要|有哪些|介绍|一下|请问|"
    r"什么时候|何时|哪天|哪年|哪一天|开始|施行|生效|实施|执行|发布|公布|出台|废止|失效|修订|现行|有效|全文|原文|目录|文件|文号|"
    r"关于|什么|哪些|想|要|我|你|您|查|看|找|问|了解|知道|告诉|给|帮|是|的|了|吗|呢|还|么|吧|有没有|有|这个|那个|这份|个|份|在|产品|基金|[0-9]{4}年?版?"
)
_ENACTED = re.compile(r"(?:法|办法|规定|规则|细则|条例|指引|通知|公告|意见|规范|解释)$")
"""A name that only a document has: the title of a guide or a script may also be what somebody wants to do."""
_ASKS_WHAT_IT_IS = re.compile(
    r"[讲说]了?些?什么|规定了?[些什哪]|内容|施行|生效|实施|发布|公布|废止|失效|全文|原文|目录|文号"
)
_READ = 400
"""Characters of a question in which documents are looked for."""
_IDENTIFIER = re.compile(r"(?P<document>[a-z][a-z0-9-]*)\s*:\s*(?P<locator>[0-9][0-9.-]*)")
_BRACKETED = re.compile(r"[(\[(【〔][^)\])】〕]*[)\])】〕]")
_NOISE = re.compile(r"[\s《》〈〉「」『』“”\"',,、:;.的]")
_STATE = "中华人民共和国"
_SHORTEST_NAME, _LONGEST_NAME = 2, 60
_SHORTEST_ENDING, _FEW, _MOST_CITED = 4, 4, 20
_CHINESE_NAME = re.compile(r"[\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Cited:
    """An article that a question names; ``document_ids`` is empty where the document is not known."""

    document_ids: frozenset[str]
    locator: str
    part: Part | None = None
    """Which 款, 项 or 目 of it."""


@dataclass(frozen=True, slots=True)
class NamedDocuments:
    """The documents that a question names, in any of their spellings."""

    document_ids: frozenset[str] = frozenset()
    alone: bool = False
    """Nothing else is asked than what the document is."""
    exact: bool = False
    """By its number, its code or in 《》: nothing else can be meant."""


def spellings(name: str) -> frozenset[str]:
    """How a document's name may be written: with and without 《》, a year in brackets, 中华人民共和国."""
    whole = _plain(fold(name))
    short = _plain(_BRACKETED.sub("", fold(name)))
    forms = {whole, short, whole.removeprefix(_STATE), short.removeprefix(_STATE)}
    if order := _NUMBER_OF_ORDER.fullmatch(whole):
        issuer, number = order["issuer"].removesuffix("令"), order["number"]
        forms |= {f"{issuer}令{number}号", f"{issuer}{number}号令", f"{issuer}第{number}号令"}
    if code := _CODE.fullmatch(whole):
        forms.add(code["code"])
    return frozenset(form for form in forms if len(form) >= _SHORTEST_NAME)


def cited_articles(text: str, names: Mapping[str, frozenset[str]]) -> tuple[Cited, ...]:
    """The articles named in a text, in order; ``names`` gives the documents of each spelling."""
    folded = fold(text)
    found = [
        Cited(documents, match["locator"].rstrip(".-"))
        for match in _IDENTIFIER.finditer(folded)
        if (documents := names.get(match["document"]))
    ]
    last: frozenset[str] = frozenset()
    end = 0
    for match in _ARTICLE.finditer(folded):
        if len(found) >= _MOST_CITED:
            break
        before = folded[end : match.start()]
        documents = _named_at_the_end(before, names)
        if match["loose"] and not (documents and _stands_right_before(before)):
            continue
        last = documents or (last if _continues(before) else frozenset())
        end = match.end()
        if last or "》" in before[-3:]:
            found.append(Cited(last, _locator(match), _part(match)))
    return tuple(dict.fromkeys(found))


def named_documents(text: str, names: Mapping[str, frozenset[str]]) -> NamedDocuments:
    """The documents whose names stand in a text; where one name holds another, the longer one."""
    asked = fold(text[:_READ])
    found = _names_in(_plain(asked), names)
    if not found:
        return NamedDocuments()
    documents = frozenset(each for name in found for each in names[name])
    exact = any(_is_exact(name) for name in found) or any(_plain(each) in found for each in _QUOTED.findall(asked))
    looked_up = exact or _ASKS_WHAT_IT_IS.search(asked) or any(_ENACTED.search(name) for name in found)
    return NamedDocuments(documents, alone=bool(looked_up) and asks_nothing_else(text, names), exact=exact)


def asks_nothing_else(text: str, names: Mapping[str, frozenset[str]]) -> bool:
    """Whether a text only names documents and articles, and asks what they say or since when."""
    rest = _plain(_ARTICLE.sub(" ", _IDENTIFIER.sub(" ", fold(text))))
    for name in _names_in(rest, names):
        rest = rest.replace(name, " ")
    return not re.search(r"\w", _ASIDE.sub("", rest))


def with_parts(hits: Iterable[Hit], text: str, names: Mapping[str, frozenset[str]]) -> tuple[Hit, ...]:
    """The hits, those of named articles with the part that the text names."""
    parts = {(each, cited.locator): cited.part for cited in cited_articles(text, names) for each in cited.document_ids}
    return tuple(
        replace(hit, part=parts.get((hit.provision.ref.document_id, hit.provision.ref.locator))) for hit in hits
    )


def quoted(part: Part, text: str) -> str | None:
    """The words of a 款, 项 or 目 as they stand in an article's ``text``; ``None`` where it has no such part."""
    paragraphs = paragraphs_of(text)
    if part.item is not None:
        item = find_item(paragraphs, part.item, paragraph=part.paragraph, point=part.point)
        return _line_of(item, text) if item is not None else None
    paragraph = next((each for each in paragraphs if each.number == part.paragraph), None)
    return _block_of(paragraph, text) if paragraph is not None else None


_QUOTED = re.compile(r"《([^》]+)》")
_BRACKETS = str.maketrans("〔〕[]【】（）", "()()()()")


def _plain(text: str) -> str:
    return _NOISE.sub("", text.translate(_BRACKETS))


def _names_in(text: str, names: Mapping[str, frozenset[str]]) -> list[str]:
    """Names in ``text``, those that hold others first; a code only where no letter or digit touches it."""
    longest = _longest_by_opening(names)
    found: list[str] = []
    start = 0
    while start < len(text):
        stop = min(len(text), start + longest.get(text[start : start + _SHORTEST_NAME], 0))
        name = next((text[start:end] for end in range(stop, start + 1, -1) if text[start:end] in names), None)
        if name is not None and not _is_cut(text, start, name):
            found.append(name)
            start += len(name)
        else:
            start += 1
    return sorted(found, key=len, reverse=True)


def _is_cut(text: str, start: int, name: str) -> bool:
    """Whether a name of letters is a piece of a longer word."""
    before, after = text[start - 1 : start], text[start + len(name) : start + len(name) + 1]
    return (name[0].isascii() and name[0].isalnum() and before.isascii() and before.isalnum()) or (
        name[-1].isascii() and name[-1].isalnum() and after.isascii() and after.isalnum()
    )


def _longest_by_opening(names: Mapping[str, frozenset[str]]) -> Mapping[str, int]:
    return _openings(_Identity(names))


@dataclass(frozen=True, slots=True, eq=False)
class _Identity:
    """A mapping that is told from others by being itself: an index hands out a new one when it changes."""

    names: Mapping[str, frozenset[str]]

    def __hash__(self) -> int:
        return id(self.names)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and other.names is self.names


@lru_cache(maxsize=4)
def _openings(of: _Identity) -> Mapping[str, int]:
    longest: dict[str, int] = {}
    for name in of.names:
        opening = name[:_SHORTEST_NAME]
        longest[opening] = max(longest.get(opening, 0), len(name))
    return longest


def _is_exact(name: str) -> bool:
    return re.fullmatch(r".*[0-9]+号令?|[a-z-]+[0-9]{3,}|[a-z]+/.*[0-9]{4}", name) is not None


def _line_of(item: Item, text: str) -> str | None:
    """The whole line, or lines, of an item, with the points below it."""
    last = item.items[-1] if item.items else item
    return _between(text, item.text, last.text)


def _block_of(paragraph: Paragraph, text: str) -> str | None:
    last: Item | None = paragraph.items[-1] if paragraph.items else None
    if last is not None and last.items:
        last = last.items[-1]
    return _between(text, paragraph.text, last.text if last else paragraph.text)


def _between(text: str, first: str, last: str) -> str | None:
    """From the line that holds the beginning of ``first`` to the end of ``last``, as written."""
    opening, closing = first.split("\n", maxsplit=1)[0], last.rsplit("\n", maxsplit=1)[-1]
    start = text.find(opening)
    end = text.find(closing, start)
    if start < 0 or end < 0:
        return None
    return text[text.rfind("\n", 0, start) + 1 : end + len(closing)].strip()


def _part(match: re.Match[str]) -> Part | None:
    numbers = {name: chinese_number(match[name]) if match[name] else None for name in ("paragraph", "item", "point")}
    return Part(**numbers) if any(numbers.values()) else None


def _stands_right_before(before: str) -> bool:
    return before.rstrip()[-1:] not in "的,，"


def _locator(match: re.Match[str]) -> str:
    if match["decimal"]:
        return match["decimal"]
    number, sub = match["article"] or match["bare"] or match["loose"], match["sub"] or match["bare_sub"]
    return f"{chinese_number(number)}-{chinese_number(sub)}" if sub else str(chinese_number(number))


def _named_at_the_end(text: str, names: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The documents whose name, the longest one, stands right before an article number.

    What is called by the end of its name (「交易规则」 for 「上交所交易规则」) counts where few documents are.
    """
    for candidate in (_plain(text), _plain(_BRACKETED.sub("", text))):
        for start in range(max(0, len(candidate) - _LONGEST_NAME), len(candidate) - _SHORTEST_NAME + 1):
            if documents := names.get(candidate[start:]):
                return documents
    ending = _plain(text)[-_SHORTEST_ENDING:]
    if len(ending) < _SHORTEST_ENDING:
        return frozenset()
    called = _endings(_Identity(names)).get(ending, frozenset())
    return called if len(called) <= _FEW else frozenset()


@lru_cache(maxsize=4)
def _endings(of: "_Identity") -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for name, documents in of.names.items():
        if len(name) > _SHORTEST_ENDING and _CHINESE_NAME.fullmatch(name):
            ending = name[-_SHORTEST_ENDING:]
            found[ending] = found.get(ending, frozenset()) | documents
    return found


def _continues(between: str) -> bool:
    """Whether only a joining word stands between two article numbers: 第44条和第88条."""
    return _plain(between) in {"", "和", "与", "及", "以及", "或", "或者", "跟", "到", "至"}


def merge(spelled: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """``(name, document id)`` pairs as the map that :func:`cited_articles` reads."""
    merged: dict[str, frozenset[str]] = {}
    for name, document_id in spelled:
        for form in spellings(name):
            merged[form] = merged.get(form, frozenset()) | {document_id}
    return merged
