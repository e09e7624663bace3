"""Reads which articles a text of the library cites: 「SUIT:22」, 《适当性办法》第二十二条, 本办法第三条.

A published text is read strictly, for a link that is not there is worse than one that is missing. What people ask is
read by ``retrieval.references``, which forgives.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from knowledge.documents.model import Kind, Provision
from knowledge.documents.splitting import chinese_number

_NUMERAL = "[〇零一二两三四五六七八九十百千0-9]{1,12}"
_TOKEN = re.compile(
    r"《(?P<name>[^《》\n]{2,80})》(?:\([^()\n]{0,60}\))?"
    rf"|第(?P<article>{_NUMERAL})条(?:之(?P<sub>{_NUMERAL}))?"
    r"|(?<![0-9.])第?(?P<decimal>[0-9]{1,4}(?:\.[0-9]{1,4}){1,3})(?![0-9.]*[0-9%‰倍元个天年日万亿])(?P<tiao>条)?"
    r"|(?<![A-Za-z0-9:@/.-])(?P<document>[A-Za-z][A-Za-z0-9-]*):(?P<locator>[0-9A-Za-z][0-9A-Za-z.-]{0,79})(?![0-9A-Za-z.-])"
    r"(?:@[^\s@:,;()。]+)?"
)
_PART = rf"第?\(?{_NUMERAL}\)?[款项目]"
_JOINED = re.compile(rf"(?:{_PART}|[、,和与及或至到以者并\s]|规定|之一|的)*")
_FROM_NAME = re.compile(r"(?:\(以下简称[^()]{1,30}\)|中|的|之|规定|[,\s])*")
_TO = re.compile(rf"(?:{_PART})*(?:至|到)")
_THIS = re.compile(r"本(?:法|条例|办法|规定|规则|细则|解释|指引|准则|规范|通知|决定|意见|制度|守则|指南|公告|章程)$")
_OTHER = re.compile(
    r"(?:法|条例|办法|规定|规则|细则|解释|指引|准则|规范|通知|决定|意见|制度|守则|指南|公告|章程|公约|协议|合同)$"
)
_VERB = re.compile(r"(?:依法|违法|合法|非法|守法|执法|司法|立法|违反规定|按照规定|符合规定|根据规定|依照规定)$")
_BASIS = re.compile(r"依据:(?P<inside>[^)\n]*)")
_ALONE = re.compile(r"(?<![A-Za-z0-9:@/.-])[A-Z][A-Za-z0-9-]+(?![A-Za-z0-9:@-])")
_BRACKETED = re.compile(r"\([^()]*\)|〔[^〔〕]*〕|\[[^\[\]]*\]")
_STATE = "中华人民共和国"
_SHORTEST_NAME, _LONGEST_NAME = 3, 40
_LONGEST_RANGE = 50

WHOLE = ""
"""Stands for the locator where a document is cited as a whole."""


@dataclass(frozen=True, slots=True, order=True)
class CitedArticle:
    """An article that a text cites; the locator is :data:`WHOLE` where only the document is named."""

    document_id: str
    locator: str


@dataclass(slots=True)
class Names:
    """What documents are called: a name that two of them bear names neither."""

    ids: set[str] = field(default_factory=set)
    _owner: dict[str, str | None] = field(default_factory=dict)

    @classmethod
    def of(cls, named: Iterable[tuple[str, str]]) -> "Names":
        """From pairs of document id and name."""
        names = cls()
        for document_id, name in named:
            names.ids.add(document_id)
            for spelled in spellings(name):
                owner = names._owner.setdefault(spelled, document_id)
                names._owner[spelled] = document_id if owner == document_id else None
        return names

    def called(self, name: str) -> str | None:
        """The document of this name."""
        return next((owner for each in spellings(name) if (owner := self._owner.get(each))), None)

    def ending(self, text: str) -> str | None:
        """The document whose name, the longest one, stands at the end of a text."""
        for length in range(min(len(text), _LONGEST_NAME), _SHORTEST_NAME - 1, -1):
            if owner := self._owner.get(text[-length:]):
                return owner
        return None


def spellings(name: str) -> tuple[str, ...]:
    """A document's name as texts write it: with and without 中华人民共和国 and what stands in brackets."""
    whole = re.sub(r"\s", "", _plain(name))
    short = _BRACKETED.sub("", whole)
    forms = (whole, short, whole.removeprefix(_STATE), short.removeprefix(_STATE))
    return tuple(dict.fromkeys(form for form in forms if len(form) >= _SHORTEST_NAME))


def cited_articles(provision: Provision, *, own: Collection[str], names: Names) -> frozenset[CitedArticle]:
    """The articles that a provision cites, itself left out.

    ``own`` are the locators of its version: 「第三条」 alone is an article of the rule that says so. Articles of a
    document that the library does not hold are left out.
    """
    text = _plain(provision.text)
    found = {
        cited
        for cited in chain(_Reader(provision, own, names).read(text), _named_alone(text, names))
        if cited != CitedArticle(provision.ref.document_id, provision.ref.locator)
    }
    by_article = {cited.document_id for cited in found if cited.locator != WHOLE} | {provision.ref.document_id}
    return frozenset(cited for cited in found if cited.locator != WHOLE or cited.document_id not in by_article)


class _Reader:
    """Walks through a text and remembers which document it speaks of."""

    def __init__(self, provision: Provision, own: Collection[str], names: Names) -> None:
        self._document = provision.ref.document_id
        self._is_rule = provision.kind is Kind.RULE
        self._own = own
        self._names = names
        self._speaks_of: str | None = None
        self._last: str | None = None
        self._by_name = False

    def read(self, text: str) -> Iterator[CitedArticle]:
        end = 0
        for match in _TOKEN.finditer(text):
            between = text[end : match.start()]
            if match["document"]:
                yield from self._reference(match["document"], match["locator"].rstrip(".-"))
            elif match["name"]:
                yield from self._name(match["name"])
            elif match["decimal"] and not self._is_article(match, between):
                continue
            else:
                yield from self._article(
                    _locator(match), between, text[max(0, match.start() - _LONGEST_NAME) : match.start()]
                )
            end = match.end()

    def _reference(self, document_id: str, locator: str) -> Iterator[CitedArticle]:
        self._last = None
        if document_id in self._names.ids:
            yield CitedArticle(document_id, locator)

    def _name(self, name: str) -> Iterator[CitedArticle]:
        self._speaks_of, self._last, self._by_name = self._names.called(name), None, True
        if self._speaks_of is not None:
            yield CitedArticle(self._speaks_of, WHOLE)

    def _is_article(self, match: re.Match[str], between: str) -> bool:
        """3.3.13 is one; 2.5 is a figure, unless it is called 条 or stands right behind a name."""
        return bool(match["tiao"]) or match["decimal"].count(".") > 1 or (self._by_name and not between)

    def _article(self, locator: str, between: str, before: str) -> Iterator[CitedArticle]:
        follows_name = self._by_name and _FROM_NAME.fullmatch(between)
        follows_article = self._last is not None and _JOINED.fullmatch(between)
        if not follows_name and not follows_article:
            self._speaks_of = self._document_before(before)
        first = self._last if follows_article and _TO.match(between) else None
        self._last, self._by_name = locator, False
        if self._speaks_of is None:
            return
        for each in (*_between(first, locator), locator):
            if self._speaks_of != self._document or each in self._own:
                yield CitedArticle(self._speaks_of, each)

    def _document_before(self, before: str) -> str | None:
        """Named right before the article, or this one; ``None`` for one that the library does not hold."""
        words = re.sub(r"[\s的]+$", "", before)
        if _THIS.search(words):
            return self._document
        if (named := self._names.ending(re.sub(r"\s", "", words))) is not None:
            return named
        of_another = _OTHER.search(words) and not _VERB.search(words)
        return self._document if self._is_rule and not of_another and not words.endswith("》") else None


def _named_alone(text: str, names: Names) -> Iterator[CitedArticle]:
    """「依据：股票期权适当性指引，OPTSUIT」 cites a document as a whole."""
    for basis in _BASIS.finditer(text):
        for match in _ALONE.finditer(basis["inside"]):
            if match[0] in names.ids:
                yield CitedArticle(match[0], WHOLE)


def _between(first: str | None, last: str) -> Iterator[str]:
    """第三条至第六条 cites 4 and 5 too."""
    if first is not None and first.isdecimal() and last.isdecimal() and int(last) - int(first) <= _LONGEST_RANGE:
        yield from (str(number) for number in range(int(first) + 1, int(last)))


def _locator(match: re.Match[str]) -> str:
    if match["decimal"]:
        return match["decimal"]
    number = str(chinese_number(match["article"]))
    return f"{number}-{chinese_number(match['sub'])}" if match["sub"] else number


def _plain(text: str) -> str:
    """Half width; 〔〕 and 《》 stay."""
    return unicodedata.normalize("NFKC", text)
