"""Reads the 款, 项 and 目 of an article from its text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from knowledge.documents.splitting import NUMERAL, chinese_number

_ITEM = re.compile(rf"[（(](?P<number>{NUMERAL})[)）]\s*(?P<text>.*)")
_POINT = re.compile(r"(?P<number>[0-9０-９]{1,2})(?:[.．、](?![0-9])|[)）])\s*(?P<text>.*)")
_NOTE = re.compile(r"\[注[^\]]*\]")


@dataclass(frozen=True, slots=True)
class Item:
    """A 项, or a 目 within one."""

    number: int
    label: str
    """As written: 「（三）」 or 「1.」."""
    text: str
    """Without its label; the rows of a table that belongs to it follow on lines of their own."""
    items: tuple["Item", ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A 款: its words before any item, and its items."""

    number: int
    """From 1, in the order of the article."""
    text: str
    items: tuple[Item, ...] = ()


def paragraphs_of(text: str) -> tuple[Paragraph, ...]:
    """The paragraphs of an article's text, with its items and their points.

    A line begins a paragraph unless it is 「（一）…」, 「1.…」 below such an item or a lead-in that ends in a colon, a
    row of a table or a footnote. Every line stands in exactly one of them.
    """
    drafts: list[_Draft] = []
    for line in filter(None, (each.strip() for each in text.split("\n"))):
        _place(line, drafts)
    return tuple(draft.paragraph(number) for number, draft in enumerate(drafts, start=1))


def find_item(
    paragraphs: Iterable[Paragraph], item: int, *, paragraph: int | None = None, point: int | None = None
) -> Item | None:
    """「第三项」 or 「第二款第三项第1目」; without a paragraph the first one that has such an item."""
    for each in paragraphs:
        if paragraph is not None and each.number != paragraph:
            continue
        found = next((candidate for candidate in each.items if candidate.number == item), None)
        if found is not None and point is not None:
            return next((candidate for candidate in found.items if candidate.number == point), None)
        if found is not None:
            return found
    return None


@dataclass(slots=True)
class _DraftItem:
    number: int
    label: str
    lines: list[str]
    items: list["_DraftItem"] = field(default_factory=list)

    def item(self) -> Item:
        return Item(self.number, self.label, "\n".join(self.lines), tuple(each.item() for each in self.items))


@dataclass(slots=True)
class _Draft:
    lines: list[str]
    items: list[_DraftItem] = field(default_factory=list)

    @property
    def last(self) -> "_Draft | _DraftItem":
        """What a table or a footnote that comes now belongs to."""
        return (self.items[-1].items or self.items)[-1] if self.items else self

    def paragraph(self, number: int) -> Paragraph:
        return Paragraph(number, "\n".join(self.lines), tuple(each.item() for each in self.items))


def _place(line: str, drafts: list[_Draft]) -> None:
    item, point = _ITEM.match(line), _POINT.match(line)
    if drafts and (line.startswith("|") or _NOTE.match(line)):
        drafts[-1].last.lines.append(line)
    elif item is not None and drafts:
        drafts[-1].items.append(_item(item, line))
    elif point is not None and drafts and _leads(drafts[-1]):
        owner = drafts[-1]
        nested = bool(owner.items) and owner.items[-1].label[0] in "（("
        (owner.items[-1].items if nested else owner.items).append(_item(point, line))
    else:
        drafts.append(_Draft([line]))


def _leads(draft: _Draft) -> bool:
    """Whether a point belongs here: below an item, or after a lead-in."""
    return bool(draft.items) or draft.lines[-1].endswith(("：", ":"))


def _item(match: re.Match[str], line: str) -> _DraftItem:
    return _DraftItem(chinese_number(match["number"]), line[: match.start("text")].strip(), [match["text"]])
