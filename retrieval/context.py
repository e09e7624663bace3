"""What must be read along with a hit: the provisions that its text refers to, and the definitions of its terms.

「前款」 needs nothing, since a provision is kept whole. 「前条」, 「本办法第二十二条」, 「《证券法》第八十八条」 and
「本办法所称……是指」 do.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from knowledge.documents.model import Provision, ProvisionRef
from knowledge.documents.splitting import chinese_number
from retrieval.model import Context, Hit, Tie

_READ, _EACH, _ALL, _SPAN = 3, 2, 4, 3
"""Hits that are read, provisions that come along with one, and with all; longest range that is followed."""
_KEPT = 256

_NUMERAL = r"[〇零一二两三四五六七八九十百千]+|[0-9]+"
_THIS = r"(?:本(?:法|办法|规定|条例|细则|规则|指引|通知|公告|解释|意见|规范|指南|制度|章|节))"
_OWN = re.compile(
    rf"(?P<foreign>》\s*(?:（[^（）]*）)?\s*)?第(?P<first>{_NUMERAL})条(?:之(?P<sub>{_NUMERAL}))?"
    rf"(?:第?(?:{_NUMERAL})款)?(?:第?[（(]?(?:{_NUMERAL})[)）]?项)?(?:\s*(?:至|到|—|-)\s*第?(?P<last>{_NUMERAL})条)?"
    rf"|(?P<rule>{_THIS})?第?(?P<decimal>[0-9]+(?:\.[0-9]+)+)条"
)
_BEFORE = re.compile(r"(?:前|上)(?P<count>[一二两三]|[1-3])?条(?!件|例|码)")
_DEFINES = re.compile(
    rf"(?:{_THIS}|前款|本条)?所称的?(?P<terms>[^，。；：是]{{2,24}}?)[，,]?\s*(?:是?指|包括|分为)|[「“](?P<quoted>[^」”]{{2,20}})[」”]是指"
)
_SEVERAL = re.compile(r"[、和及与]|以及")
_COUNTS = {"一": 1, "二": 2, "两": 2, "三": 3}

Siblings = Callable[[ProvisionRef], Sequence[Provision]]
"""All provisions of the version that a provision is of, in reading order."""


@dataclass(frozen=True, slots=True)
class _Outline:
    """What is needed of a version: its locators in order, and which of them defines what."""

    locators: tuple[str, ...]
    definitions: Mapping[str, str]


class ContextFinder:
    """Says what hits refer to. What it names must still be looked up: it may not be there, in force, or permitted."""

    def __init__(self, siblings: Siblings) -> None:
        self._siblings = siblings
        self._outlines: dict[tuple[str, str], _Outline] = {}

    def named_by(self, question: str, hits: Iterable[Hit], cited: Callable[[str], Sequence[str]]) -> list["Tied"]:
        """What the first hits need, in order of need, none of it a hit itself.

        ``cited`` gives the ids of articles that a text names with their document.
        """
        hits = tuple(hits)
        known = {hit.provision.ref for hit in hits}
        found: list[Tied] = []
        for hit in hits[:_READ]:
            wanted = (each for each in self._of(question, hit.provision, cited) if each.ref not in known)
            for tied in list(dict.fromkeys(wanted))[:_EACH]:
                known.add(tied.ref)
                found.append(tied)
        return found[:_ALL]

    def _of(self, question: str, provision: Provision, cited: Callable[[str], Sequence[str]]) -> Iterator["Tied"]:
        outline = self._outline(provision.ref)
        for locator in _referred(provision, outline.locators):
            yield Tied(_beside(provision.ref, locator), provision.ref, Tie.REFERENCE)
        for id_ in cited(provision.text):
            yield Tied(ProvisionRef.parse(id_), provision.ref, Tie.REFERENCE)
        used = [term for term in outline.definitions if term in question or term in provision.heading]
        for term in sorted(used, key=lambda each: (-len(each), each)):
            yield Tied(_beside(provision.ref, outline.definitions[term]), provision.ref, Tie.DEFINITION)

    def _outline(self, ref: ProvisionRef) -> _Outline:
        """Kept for the versions read last: a published text never changes."""
        key = (ref.document_id, ref.version)
        outline = self._outlines.pop(key, None)
        if outline is None:
            provisions = self._siblings(ref)
            definitions = {term: each.ref.locator for each in reversed(provisions) for term in _defined(each.text)}
            outline = _Outline(tuple(each.ref.locator for each in provisions), definitions)
        self._outlines[key] = outline
        while len(self._outlines) > _KEPT:
            self._outlines.pop(next(iter(self._outlines)), None)
        return outline


@dataclass(frozen=True, slots=True)
class Tied:
    """A provision that a hit needs, not yet looked up."""

    ref: ProvisionRef
    of: ProvisionRef
    tie: Tie

    def with_text(self, provision: Provision) -> Context:
        """The same, looked up."""
        return Context(provision=provision, of=self.of, tie=self.tie)


def _beside(ref: ProvisionRef, locator: str) -> ProvisionRef:
    return ProvisionRef(ref.document_id, locator, ref.version)


def _referred(provision: Provision, locators: Sequence[str]) -> Iterator[str]:
    """Locators of the same version that a provision's text refers to, itself left out."""
    here = provision.ref.locator
    for match in _OWN.finditer(provision.text):
        if match["foreign"] or _follows_a_name(provision.text, match.start()):
            continue
        yield from (each for each in _named(match) if each in locators and each != here)
    if here in locators and (before := _BEFORE.search(provision.text)):
        at, count = locators.index(here), _count(before["count"])
        yield from reversed(locators[max(0, at - count) : at])


def _follows_a_name(text: str, at: int) -> bool:
    """「证券法第八十八条」 without 《》 is another document's article, unless it says 本法."""
    before = text[max(0, at - 8) : at]
    return re.search(r"(?:法|办法|条例|规定|规则|细则|指引)$", before) is not None and not re.search(
        rf"{_THIS}$", before
    )


def _named(match: re.Match[str]) -> list[str]:
    if match["decimal"]:
        return [match["decimal"]]
    first = chinese_number(match["first"])
    if match["sub"]:
        return [f"{first}-{chinese_number(match['sub'])}"]
    last = chinese_number(match["last"]) if match["last"] else first
    return [str(number) for number in range(first, min(last, first + _SPAN - 1) + 1)]


def _count(text: str | None) -> int:
    if text is None:
        return 1
    return _COUNTS.get(text) or int(text)


def _defined(text: str) -> Iterator[str]:
    """The terms that a text defines: 「本办法所称私募基金和私募产品，是指」 defines two."""
    for match in _DEFINES.finditer(text):
        for term in _SEVERAL.split(match["terms"] or match["quoted"]):
            if len(term.strip("「」“”")) > 1:
                yield term.strip("「」“”")
