"""Findings about library texts, and the texts as they are looked at."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from knowledge.documents.model import LoadedVersion, Period, Provision, Version


class Gravity(StrEnum):
    """``error``: the text must not be published like this. ``warning``: a keeper should look."""

    ERROR = "error"
    WARNING = "warning"


class Code(StrEnum):
    """What is wrong."""

    UNREADABLE = "unreadable"
    NO_ISSUE_DATE = "no-issue-date"
    DATES_REVERSED = "dates-reversed"
    UNCITED = "uncited-claim"
    DEAD_DOCUMENT = "dead-document"
    DEAD_ARTICLE = "dead-article"
    NOT_IN_FORCE = "not-in-force"
    PARTLY_IN_FORCE = "partly-in-force"
    WRONG_ARTICLE = "reference-mismatch"
    UNVERIFIED_UNSAID = "unverified-unsaid"
    UNVERIFIED_CERTAIN = "unverified-as-certain"
    NOT_IN_SOURCE = "number-not-in-source"
    CONTRADICTION = "contradiction"
    FORBIDDEN_WORDING = "forbidden-wording"
    MISSING_SECTION = "missing-section"
    PRODUCT_TERMS = "product-terms"
    OVERLAP = "period-overlap"
    GAP = "period-gap"
    FIRST_SENTENCE = "first-sentence"
    LONG_SENTENCE = "long-sentence"
    FULL_WIDTH = "full-width"
    NO_QUESTION = "no-typical-question"
    SHARED_QUESTION = "shared-question"
    NEAR_DUPLICATE = "near-duplicate"


@dataclass(frozen=True, slots=True, kw_only=True)
class LintFinding:
    """One fault at one place."""

    file: str
    locator: str | None
    """``None``: about the whole text."""
    code: Code
    gravity: Gravity
    message: str
    """A whole Chinese sentence that says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryText:
    """One version as a file or a record gives it."""

    name: str
    """The file it came from, or ``SUIT@2022-08-12`` for a published one."""
    loaded: LoadedVersion

    @property
    def version(self) -> Version:
        """The document's own facts."""
        return self.loaded.version

    @property
    def provisions(self) -> tuple[Provision, ...]:
        """What can be cited in it."""
        return self.loaded.provisions

    @property
    def key(self) -> tuple[str, str]:
        """Document and label."""
        return self.version.document_id, self.version.label

    def finding(self, code: Code, gravity: Gravity, message: str, *, at: Provision | None = None) -> LintFinding:
        """A finding about this text, or one provision of it."""
        return LintFinding(
            file=self.name, locator=at.ref.locator if at else None, code=code, gravity=gravity, message=message
        )


@dataclass(slots=True)
class Shelf:
    """Texts by document: where references are looked up."""

    documents: dict[str, list[LibraryText]] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: Iterable[LibraryText]) -> "Shelf":
        """The shelf with these texts; of two with one document and label the later one stands."""
        shelf = cls()
        for text in {each.key: each for each in texts}.values():
            shelf.documents.setdefault(text.version.document_id, []).append(text)
        return shelf

    def provisions(self, document_id: str, locator: str) -> tuple[Provision, ...]:
        """The provision in each version that has it."""
        return tuple(
            provision
            for text in self.documents.get(document_id, ())
            for provision in text.provisions
            if provision.ref.locator == locator
        )

    def whole(self, document_id: str) -> tuple[Provision, ...]:
        """Every provision of every version."""
        return tuple(provision for text in self.documents.get(document_id, ()) for provision in text.provisions)


def uncovered(period: Period, by: Iterable[Period]) -> Period | None:
    """The first stretch of ``period`` on whose days none of ``by`` is in force; ``None`` where there is none."""
    day = period.effective_from
    last = period.effective_to or date.max
    for other in sorted(by, key=lambda each: each.effective_from):
        if other.effective_from > day:
            break
        day = max(day, other.effective_to or date.max)
        if day >= last:
            return None
    later = min((each.effective_from for each in by if each.effective_from > day), default=None)
    ends = min(later, last) if later else period.effective_to
    return Period(effective_from=day, effective_to=ends)
