"""What is asked of the library and what comes back."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

from knowledge.documents.model import Audience, Kind, Provision, ProvisionRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question put to the library."""

    text: str
    as_of: date
    reader: Audience
    branch: str | None = None
    """Where the reader belongs, ``""`` for nowhere; ``None`` is headquarters and reads of every branch."""
    kinds: frozenset[Kind] = frozenset()
    """Empty: every kind."""
    limit: int = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What may be shown at all. An index ranks nothing else."""

    as_of: date
    audiences: frozenset[Audience]
    branch: str | None = None
    """As in :class:`Query`."""
    kinds: frozenset[Kind] = frozenset()
    """Empty: every kind."""

    @classmethod
    def of(cls, query: Query) -> Self:
        """What the asker of a question may see."""
        return cls(as_of=query.as_of, audiences=query.reader.may_read, branch=query.branch, kinds=query.kinds)

    def allows(self, provision: Provision) -> bool:
        """Whether a provision is in force, for this reader, and of a kind that is asked for."""
        return (
            provision.in_force_on(self.as_of)
            and provision.audience in self.audiences
            and provision.readable_in(self.branch)
            and (not self.kinds or provision.kind in self.kinds)
        )


@dataclass(frozen=True, slots=True)
class Correction:
    """What was written in a question, and the term that it is read as."""

    written: str
    meant: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as it is read; without corrections it is what was written, in one spelling."""

    text: str
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of an article that a question names by its numbers: 第二款第三项第1目."""

    paragraph: int | None = None
    item: int | None = None
    point: int | None = None

    def __str__(self) -> str:
        named = ((self.paragraph, "款"), (self.item, "项"), (self.point, "目"))
        return "".join(f"第{_in_chinese(number)}{rank}" for number, rank in named if number is not None)


def _in_chinese(number: int) -> str:
    """Up to 九十九; larger ones stay digits."""
    tens, ones = divmod(number, 10)
    if tens > 9:  # noqa: PLR2004 - no article has a hundred parts
        return str(number)
    digits = "零一二三四五六七八九"
    return f"{digits[tens] if tens > 1 else ''}{'十' if tens else ''}{digits[ones] if ones or not tens else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A provision found, with how well it fits: 0 … 1, comparable within one result only."""

    provision: Provision
    score: float
    keyword_rank: int | None = None
    vector_rank: int | None = None
    part: Part | None = None
    """The part of it that the question names, whether or not it has such a part."""


class Tie(StrEnum):
    """Why a provision comes along with a hit."""

    REFERENCE = "reference"
    """The hit's text refers to it."""
    DEFINITION = "definition"
    """It defines a term that the hit's text uses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """A provision that is needed to read a hit: in force on the same day and for the same reader."""

    provision: Provision
    of: ProvisionRef
    """The hit that it comes along with."""
    tie: Tie


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """Hits, best first, all in force on ``as_of``."""

    query: Query
    hits: tuple[Hit, ...]
    enough: bool
    """Whether the hits are likely enough to answer the question, or are what it names."""
    coverage: float
    """Share of the question's content words, by rarity, that the best single hit contains, 0 … 1."""
    version: str
    """Names the settings and index that produced this, for replay."""
    likely: float = 0.0
    """How likely the hits answer the question, 0 … 1, calibrated (``retrieval.enough``)."""
    signals: tuple[float, ...] = ()
    """What that was reckoned from, in the order of ``retrieval.enough.NAMES``."""
    looked_up: tuple[ProvisionRef, ...] = ()
    """The hits that the question names, by article or by document, where it asks for nothing else."""
    named: tuple[ProvisionRef, ...] = ()
    """The hits that the question names by article, whatever else it asks."""
    read_as: str = ""
    """The question as it was searched for: in one spelling, slips corrected."""
    corrections: tuple[Correction, ...] = ()
    """Slips of the question that were read as terms of the library."""
    notes: tuple[str, ...] = ()
    """What to tell the reader of how the question was read: which day, which slip; whole sentences."""


@dataclass(frozen=True, slots=True)
class QuestionHit:
    """A typical question like the one asked, and the passage that answers it."""

    id: str
    question: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A provision as an index keeps it. Days are proleptic ordinals (``date.toordinal``)."""

    ref: ProvisionRef
    title: str
    path: str
    heading: str
    text: str
    questions: str
    kind: str
    audience: str
    effective_from: int
    effective_to: int
    """First ordinal no longer in force; ``date.max.toordinal()`` while open."""
    branches: tuple[str, ...] = ()
    """Only readers of these branches; empty: all."""
    names: tuple[str, ...] = ()
    """What people call the document, for look-ups by article; the same for all passages of a version."""
    topics: str = ""
