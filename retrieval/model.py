"""What is asked of the library and what comes back."""

from dataclasses import dataclass
from datetime import date
from typing import Self

from knowledge.documents.model import Audience, Kind, Provision, ProvisionRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question put to the library."""

    text: str
    as_of: date
    reader: Audience
    kinds: frozenset[Kind] = frozenset()
    """Empty: every kind."""
    limit: int = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What may be shown at all. An index ranks nothing else."""

    as_of: date
    audiences: frozenset[Audience]
    kinds: frozenset[Kind] = frozenset()
    """Empty: every kind."""

    @classmethod
    def of(cls, query: Query) -> Self:
        """What the asker of a question may see."""
        return cls(as_of=query.as_of, audiences=query.reader.may_read, kinds=query.kinds)

    def allows(self, provision: Provision) -> bool:
        """Whether a provision is in force, for this reader, and of a kind that is asked for."""
        return (
            provision.in_force_on(self.as_of)
            and provision.audience in self.audiences
            and (not self.kinds or provision.kind in self.kinds)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A provision found, with how well it fits: 0 … 1, comparable within one result only."""

    provision: Provision
    score: float
    keyword_rank: int | None = None
    vector_rank: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """Hits, best first, all in force on ``as_of``."""

    query: Query
    hits: tuple[Hit, ...]
    enough: bool
    """Whether the best hits cover the question's own words well enough to answer from."""
    coverage: float
    """How well the best single hit answers the question's own words, 0 … 1 (``Searcher``)."""
    version: str
    """Names the settings and index that produced this, for replay."""


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
    names: tuple[str, ...] = ()
    """What people call the document, for look-ups by article; the same for all passages of a version."""
    topics: str = ""
