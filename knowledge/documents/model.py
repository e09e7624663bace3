"""Documents, versions and provisions: what is in force on which day, and how it is referred to."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

from knowledge.errors import Invalid

_REFERENCE = re.compile(r"(?P<document>[A-Za-z][A-Za-z0-9-]*):(?P<locator>[^@\s:]+)(?:@(?P<version>[^@\s:]+))?")


class Kind(StrEnum):
    """What a document is."""

    RULE = "rule"
    GUIDE = "guide"
    CASE = "case"
    SCRIPT = "script"
    PRODUCT = "product"


class Verification(StrEnum):
    """How far a text was checked against its official source."""

    VERIFIED = "verified"
    SECONDARY = "secondary"
    UNVERIFIED = "unverified"


class VersionState(StrEnum):
    """Where a version stands on a day; computed, never stored."""

    UPCOMING = "upcoming"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    """No longer in force; a later version took its place."""
    REPEALED = "repealed"
    """No longer in force, and nothing took its place."""
    WITHDRAWN = "withdrawn"
    """Taken back as published in error: in force on no day, its references still resolve."""

    @property
    def label(self) -> str:
        """The Chinese name that people read."""
        return _STATE_LABELS[self]


_STATE_LABELS = {
    VersionState.UPCOMING: "待生效",
    VersionState.IN_FORCE: "现行有效",
    VersionState.SUPERSEDED: "已被替代",
    VersionState.REPEALED: "已废止",
    VersionState.WITHDRAWN: "已撤回",
}


class Rendition(StrEnum):
    """Whether the words are the issuer's or ours."""

    ORIGINAL = "original"
    SUMMARY = "summary"


class Audience(StrEnum):
    """Who may read a document; each includes those before it."""

    CUSTOMER = "customer"
    ADVISOR = "advisor"
    INTERNAL = "internal"

    @property
    def may_read(self) -> frozenset["Audience"]:
        """The audiences whose documents this reader may see."""
        order = list(Audience)
        return frozenset(order[: order.index(self) + 1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days in force: ``[effective_from, effective_to)`` in Shanghai time."""

    effective_from: date
    effective_to: date | None = None

    def __post_init__(self) -> None:
        if self.effective_to is not None and self.effective_to <= self.effective_from:
            raise Invalid(f"失效日 {self.effective_to} 必须晚于生效日 {self.effective_from}。")

    def in_force_on(self, day: date) -> bool:
        """Whether ``day`` lies in the period. The one predicate of the whole product."""
        return self.effective_from <= day and (self.effective_to is None or day < self.effective_to)

    def overlaps(self, other: "Period") -> bool:
        """Whether some day lies in both periods."""
        return (self.effective_to is None or other.effective_from < self.effective_to) and (
            other.effective_to is None or self.effective_from < other.effective_to
        )


@dataclass(frozen=True, slots=True, order=True)
class ProvisionRef:
    """``SUIT:22@2022-08-12``: a provision of one version. It never changes and always resolves."""

    document_id: str
    locator: str
    version: str

    def __str__(self) -> str:
        return f"{self.document_id}:{self.locator}@{self.version}"

    @property
    def short(self) -> str:
        """``SUIT:22``, whichever version."""
        return f"{self.document_id}:{self.locator}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``SUIT:22@2022-08-12``; the version is required here."""
        match = _REFERENCE.fullmatch(text.strip())
        if match is None or match["version"] is None:
            raise Invalid(f"「{text[:80]}」不是条文引用，应写作 SUIT:22@2022-08-12。")
        return cls(match["document"], match["locator"], match["version"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """A version was published in error."""

    on: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a document, and the document's own facts as this version states them."""

    document_id: str
    label: str
    kind: Kind
    title: str
    short_title: str
    issuer: str
    document_number: str | None
    issued_on: date | None
    period: Period
    rendition: Rendition
    verification: Verification
    audience: Audience
    source: str
    topics: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    """Only these branches may read it; empty: every branch."""
    digest: str = ""
    """SHA-256 of the file that it was published from: the same bytes are published once."""
    replaces: str | None = None
    """Label of the withdrawn version that this one corrects."""
    withdrawal: Withdrawal | None = None

    @property
    def name(self) -> str:
        """``SUIT@2022-08-12``."""
        return f"{self.document_id}@{self.label}"

    @property
    def subject(self) -> str:
        """What its audit entries are filed under."""
        return f"document:{self.name}"

    def in_force_on(self, day: date) -> bool:
        """Whether it is in force: its period holds the day, and it is not withdrawn."""
        return self.withdrawal is None and self.period.in_force_on(day)

    def state(self, on: date, *, others: Iterable["Version"] = ()) -> VersionState:
        """Where it stands on a day, among the ``others`` of its document: they tell superseded from repealed."""
        if self.withdrawal is not None:
            return VersionState.WITHDRAWN
        if on < self.period.effective_from:
            return VersionState.UPCOMING
        ends = self.period.effective_to
        if ends is None or on < ends:
            return VersionState.IN_FORCE
        followed = any(
            other.withdrawal is None and other.label != self.label and ends <= other.period.effective_from <= on
            for other in others
        )
        return VersionState.SUPERSEDED if followed else VersionState.REPEALED

    def readable_in(self, branch: str | None) -> bool:
        """Whether readers of ``branch`` may see it; ``None`` stands for headquarters, which sees all."""
        return branch is None or not self.branches or branch in self.branches


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """The unit that is cited: an article, a section of a guide, a case or a script."""

    ref: ProvisionRef
    kind: Kind
    document_title: str
    path: tuple[str, ...]
    """Headings above it, outermost first."""
    heading: str
    text: str
    period: Period
    verification: Verification
    rendition: Rendition
    audience: Audience
    position: int
    """Order within its version, from 0."""
    typical_questions: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    """Only these branches may read it; empty: every branch."""
    withdrawn: bool = False
    """Its version was withdrawn."""

    def in_force_on(self, day: date) -> bool:
        """Whether its version is in force: the period holds the day, and it is not withdrawn."""
        return not self.withdrawn and self.period.in_force_on(day)

    def readable_in(self, branch: str | None) -> bool:
        """Whether readers of ``branch`` may see it; ``None`` stands for headquarters, which sees all."""
        return branch is None or not self.branches or branch in self.branches

    @property
    def citation(self) -> str:
        """How a person cites it: 《证券期货投资者适当性管理办法》第二十二条."""
        number = self.heading.split()[0] if self.heading else ""
        return f"《{self.document_title}》{number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedVersion:
    """A file read and split, not yet published."""

    version: Version
    provisions: tuple[Provision, ...]
    product: dict[str, object] | None = None
    """The ``product:`` part of the front matter, for documents of kind product."""
