"""Typical questions of a provision: people's own words, never law, in their bounds whoever adds them."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from knowledge.documents.comparison import Change, Comparison
from knowledge.documents.model import Provision
from knowledge.errors import Invalid

SHORTEST, LONGEST = 4, 60
"""Characters of a typical question: fewer say nothing, more are a story."""
MOST_KEPT = 24
"""Questions of a provision beside those written with it."""
MOST_LEARNED = 8
"""Of these, learned ones: use may widen what a provision is found by, not take it over."""
ALIKE = 0.8
"""Share of character pairs from which two questions count as one."""

_PLAIN = re.compile(r"[^0-9a-z\u3400-\u4dbf\u4e00-\u9fff]+")
_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_MARKUP = re.compile(r"[<>{}\[\]`|#*_~^\\]|https?:|www\.|\$\{|://", re.IGNORECASE)
_TOKEN = re.compile(r"〔[^〕]*〕|（[^（）]*已隐去）")


class Origin(StrEnum):
    """Where a question comes from."""

    WRITTEN = "written"
    """With the text; kept here only once it was removed."""
    KEEPER = "keeper"
    """Added by a keeper."""
    PROPOSED = "proposed"
    """By the configured model; counts once a keeper confirms it."""
    LEARNED = "learned"
    """Asked by a customer, and answered by an approved reply that cites the provision."""


class QuestionState(StrEnum):
    """Whether a question counts."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class TypicalQuestion:
    """A question kept beside a provision."""

    document_id: str
    locator: str
    text: str
    article_digest: str
    """Of the provision's text: with another text the question does not count."""
    origin: Origin
    state: QuestionState
    source: str | None = None
    """``case:…`` of a learned one; prompt and model of a proposed one."""
    added_by: str
    added_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None

    @property
    def id(self) -> str:
        """One question of one provision is one record, however it is spelled."""
        key = f"{self.document_id}:{self.locator}\n{plain(self.text)}"
        return f"question-{hashlib.sha256(key.encode()).hexdigest()[:32]}"

    @property
    def counts(self) -> bool:
        """Whether it is indexed."""
        return self.state is QuestionState.CONFIRMED

    def belongs_to(self, provision: Provision) -> bool:
        """Whether it was kept for this very text, in whichever version."""
        return (
            provision.ref.document_id == self.document_id
            and provision.ref.locator == self.locator
            and article_digest(provision) == self.article_digest
        )


def article_digest(provision: Provision) -> str:
    """SHA-256 of what the article says, whichever version says it."""
    return hashlib.sha256(provision.text.encode()).hexdigest()


def plain(text: str) -> str:
    """What a question says: folded width and case, without marks."""
    return _PLAIN.sub("", unicodedata.normalize("NFKC", text).lower())


def tidy(text: str) -> str:
    """A question as it is kept: one line, half-width, with its question mark.

    Raises:
        Invalid: too short, too long, or markup, a link or a masked identifier in it.

    """
    if _TOKEN.search(text):
        raise Invalid("典型问题里不能有已隐去的个人信息。")
    said = "".join(character if character.isprintable() else " " for character in unicodedata.normalize("NFKC", text))
    said = " ".join(said.split()).rstrip("?？。.!！;；,， ")
    if len(said) < SHORTEST or len(_CHINESE.findall(said)) < SHORTEST - 2:
        raise Invalid(f"典型问题太短，至少要 {SHORTEST} 个字，并写明问的是什么。")
    if len(said) > LONGEST:
        raise Invalid(f"典型问题太长（{len(said)} 字），请控制在 {LONGEST} 字以内，一次只问一件事。")
    if _MARKUP.search(said):
        raise Invalid("典型问题里不能有标记、链接或代码。")
    return f"{said}？"


def alike(one: str, other: str) -> bool:
    """Whether two questions ask the same in nearly the same words."""
    left, right = _pairs(plain(one)), _pairs(plain(other))
    return plain(one) == plain(other) or 2 * len(left & right) >= ALIKE * (len(left) + len(right))


def room_for(text: str, origin: Origin, provision: Provision, kept: Iterable[TypicalQuestion]) -> None:
    """Whether a provision takes one more question.

    Raises:
        Invalid: it has one like it, one like it was removed, or it has as many as it may.

    """
    known = [each for each in kept if each.belongs_to(provision)]
    removed = [each for each in known if each.state is QuestionState.REMOVED]
    if origin is not Origin.KEEPER and any(alike(text, each.text) for each in removed):
        raise Invalid("相同的问题曾被知识管理员移除，不再自动加入。")
    present = [each for each in known if each.state is not QuestionState.REMOVED]
    gone = {plain(each.text) for each in removed}
    written = [each for each in provision.typical_questions if plain(each) not in gone]
    if any(alike(text, each) for each in (*written, *(each.text for each in present))):
        raise Invalid("这一条已经有几乎一样的典型问题。")
    if len(present) >= MOST_KEPT:
        raise Invalid(f"这一条已有 {MOST_KEPT} 个补充的典型问题，请先移除不用的。")
    if origin is Origin.LEARNED and sum(each.origin is Origin.LEARNED for each in present) >= MOST_LEARNED:
        raise Invalid(f"这一条从使用中学到的问题已有 {MOST_LEARNED} 个，不再增加。")


def counted(provision: Provision, kept: Iterable[TypicalQuestion]) -> tuple[str, ...]:
    """The questions that lead to ``provision``: those written with it, less the removed, and the confirmed."""
    mine = [each for each in kept if each.belongs_to(provision)]
    gone = {plain(each.text) for each in mine if each.state is QuestionState.REMOVED}
    written = [text for text in provision.typical_questions if plain(text) not in gone]
    return tuple(dict.fromkeys((*written, *(each.text for each in mine if each.counts))))


def carried(kept: Iterable[TypicalQuestion], comparison: Comparison) -> tuple[TypicalQuestion, ...]:
    """The questions of articles that the newer version only numbers otherwise, as questions of the new numbers.

    Where the words are others, or the new number has the question already, nothing is carried.
    """
    known = tuple(kept)
    taken = {each.id for each in known}
    moved = [
        replace(each, locator=change.after.ref.locator, article_digest=article_digest(change.after))
        for change in comparison.articles
        if change.change is Change.RENUMBERED and change.before is not None and change.after is not None
        for each in known
        if each.belongs_to(change.before)
    ]
    return tuple(each for each in moved if each.id not in taken)


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[start : start + 2] for start in range(len(text) - 1))
