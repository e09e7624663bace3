"""What a text says it rests on: 「SUIT:22」 and, inside 「依据」, a document alone."""

import re
from dataclasses import dataclass

from knowledge.documents.splitting import locator_of

_REFERENCE = re.compile(
    r"(?<![A-Za-z0-9:@/-])(?P<document>[A-Z][A-Za-z0-9-]*):(?P<locator>[0-9A-Za-z][0-9A-Za-z.-]*)"
    r"(?:@(?P<version>[0-9A-Za-z.-]+))?"
)
_DOCUMENT_ALONE = re.compile(r"[，,；;、]\s?(?P<document>[A-Z][A-Z0-9-]{2,})(?=\s?[）)；;，,])")
_BASIS = re.compile(r"依据[：:](?P<inside>[^）\n]*）?)")
_ARTICLE = re.compile(r"第(?:[〇零一二两三四五六七八九十百千]+|[0-9]+)条(?:之[〇零一二三四五六七八九十]+)?")
_DECIMAL = re.compile(r"第?\s?(?P<number>[0-9]+(?:\.[0-9]+)+)\s?条?")
CITED_IN_WORDS = re.compile(r"《[^》]{3,60}》(?:第[〇零一二两三四五六七八九十百千0-9]+条)?|依据[：:]\s?[^）。\s]{2,}")
"""A basis without a reference: a rule that the library does not hold."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A reference in a text; ``locator`` is ``None`` where only the document is named."""

    document_id: str
    locator: str | None
    version: str | None
    said: str | None
    """The locator of the article number written before it, where there is one."""
    text: str
    start: int


def citations(text: str) -> tuple[Citation, ...]:
    """The references of a text, in order."""
    found = []
    for match in _REFERENCE.finditer(text):
        locator = match["locator"].rstrip(".-")
        found.append(
            Citation(
                match["document"], locator, match["version"], _said_before(text, match.start()), match[0], match.start()
            )
        )
    for basis in _BASIS.finditer(text):
        for match in _DOCUMENT_ALONE.finditer(basis["inside"]):
            start = basis.start("inside") + match.start("document")
            found.append(Citation(match["document"], None, None, None, match["document"], start))
    return tuple(sorted(found, key=lambda each: each.start))


def _said_before(text: str, start: int) -> str | None:
    """「适当性办法第二十二条，」 right before a reference says 22."""
    before = re.split(r"[；;（(：:。\n]", text[:start])[-1]
    if _REFERENCE.search(before):
        return None
    articles = _ARTICLE.findall(before)
    if len(articles) == 1:
        return locator_of(articles[0])
    decimals = _DECIMAL.findall(before)
    return decimals[0] if not articles and len(decimals) == 1 else None
