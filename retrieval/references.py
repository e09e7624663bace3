"""Reads which article a question names: 「证券法第八十八条」, 「适当性办法22条」, 「SUIT:22」."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from knowledge.documents.splitting import chinese_number
from retrieval.segmentation import fold

_NUMERAL = r"[〇零一二两三四五六七八九十百千]+|[0-9]+"
_ARTICLE = re.compile(
    rf"第\s*(?P<article>{_NUMERAL})\s*条(?:之(?P<sub>{_NUMERAL}))?"
    rf"|(?P<bare>{_NUMERAL})\s*条(?:之(?P<bare_sub>{_NUMERAL}))?"
    r"|(?<![0-9.])(?P<decimal>[0-9]+(?:\.[0-9]+)+)(?![0-9.%])"
)
_IDENTIFIER = re.compile(r"(?P<document>[a-z][a-z0-9-]*)\s*:\s*(?P<locator>[0-9][0-9.-]*)")
_BRACKETED = re.compile(r"[(\[(【〔][^)\])】〕]*[)\])】〕]")
_NOISE = re.compile(r"[\s《》〈〉「」『』“”\"',,、:;.的]")
_STATE = "中华人民共和国"
_SHORTEST_NAME = 2


@dataclass(frozen=True, slots=True)
class Cited:
    """An article that a question names; ``document_ids`` is empty where the document is not known."""

    document_ids: frozenset[str]
    locator: str


def spellings(name: str) -> frozenset[str]:
    """How a document's name may be written: with and without 《》, a year in brackets, 中华人民共和国."""
    whole = _plain(fold(name))
    short = _plain(_BRACKETED.sub("", fold(name)))
    forms = {whole, short, whole.removeprefix(_STATE), short.removeprefix(_STATE)}
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
        before = folded[end : match.start()]
        documents = _named_at_the_end(before, names)
        last = documents or (last if _continues(before) else frozenset())
        end = match.end()
        if last or "》" in before[-3:]:
            found.append(Cited(last, _locator(match)))
    return tuple(dict.fromkeys(found))


def _plain(text: str) -> str:
    return _NOISE.sub("", text)


def _locator(match: re.Match[str]) -> str:
    if match["decimal"]:
        return match["decimal"]
    number, sub = match["article"] or match["bare"], match["sub"] or match["bare_sub"]
    return f"{chinese_number(number)}-{chinese_number(sub)}" if sub else str(chinese_number(number))


def _named_at_the_end(text: str, names: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The documents whose name, the longest one, stands right before an article number."""
    for candidate in (_plain(text), _plain(_BRACKETED.sub("", text))):
        for start in range(len(candidate) - _SHORTEST_NAME + 1):
            if documents := names.get(candidate[start:]):
                return documents
    return frozenset()


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
