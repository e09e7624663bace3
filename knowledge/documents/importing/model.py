"""What an import reads, what it proposes and what it warns of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from knowledge.documents.model import Audience, Kind, LoadedVersion, Verification


class Format(StrEnum):
    """What a file is, told from its content."""

    LIBRARY = "library"
    """A library file already."""
    MARKDOWN = "markdown"
    TEXT = "text"
    WORD = "word"
    PDF = "pdf"
    HTML = "html"
    SCAN = "scan"
    """A picture, or a PDF without a text layer."""


class BlockKind(StrEnum):
    """What a block of a source is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Block:
    """A heading or paragraph in one line, or a whole table as Markdown rows."""

    text: str
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    """Depth of a heading, from 1; 0 for other blocks."""
    tight: bool = False
    """Follows the block before it without a blank line."""


class CautionCode(StrEnum):
    """What a keeper should look at before publishing."""

    NO_DATE = "no_date"
    SEVERAL_DATES = "several_dates"
    DATE_GUESSED = "date_guessed"
    NO_ISSUER = "no_issuer"
    UNCLEAR_TITLE = "unclear_title"
    GAP = "gap"
    DUPLICATE = "duplicate"
    OUTSIDE = "outside"
    EMPTY = "empty"
    OVERLONG = "overlong"
    CONTROL_CHARACTERS = "control_characters"
    HIDDEN_CHARACTERS = "hidden_characters"
    INSTRUCTIONS = "instructions"
    REPEALED = "repealed"
    ENCODING = "encoding"
    EXTENSION = "extension"
    TRACKED_CHANGES = "tracked_changes"
    LEFT_OUT = "left_out"
    RECOGNISED = "recognised"
    SUPERSEDES = "supersedes"
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class Caution:
    """One warning: a whole Chinese sentence, and the provision that it is about."""

    code: CautionCode
    message: str
    locator: str | None = None


@dataclass(frozen=True, slots=True)
class Extracted:
    """The text of a source, in its order."""

    format: Format
    blocks: tuple[Block, ...]
    cautions: tuple[Caution, ...] = ()
    title: str | None = None
    """Where the format itself names a title."""


class EventKind(StrEnum):
    """A station in the life of a rule."""

    ADOPTED = "adopted"
    PUBLISHED = "published"
    AMENDED = "amended"
    REVISED = "revised"
    EFFECTIVE = "effective"


@dataclass(frozen=True, slots=True)
class Event:
    """What the text says happened on a day."""

    on: date
    kind: EventKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What the keeper says, which goes before what the text says; and what the library knows already."""

    document_id: str | None = None
    kind: Kind | None = None
    title: str | None = None
    short_title: str | None = None
    issuer: str | None = None
    document_number: str | None = None
    issued_on: date | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    label: str | None = None
    audience: Audience | None = None
    verification: Verification | None = None
    source: str | None = None
    topics: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    known: Mapping[str, str] = field(default_factory=dict)
    """Document id by title, of documents in the library."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one file may ask of this machine."""

    largest_bytes: int = 100 * 2**20
    pages: int = 2000
    seconds: float = 300
    """For a text PDF."""
    scan_seconds: float = 1800
    """For a scan: about ten seconds a page."""
    text_bytes: int = 32 * 2**20
    """For Markdown, plain text and HTML, which hold no pictures."""
    unpacked_bytes: int = 48 * 2**20
    """What the parts of a DOCX that are read may unpack to; its pictures are not unpacked."""
    memory_bytes: int = 4 * 2**30
    """Address space of the process that reads a PDF or a picture."""
    characters: int = 2_000_000


class UnitKind(StrEnum):
    """What a provision is within its document."""

    PREAMBLE = "preamble"
    CONTENTS = "contents"
    ARTICLE = "article"
    SECTION = "section"
    LOOSE = "loose"
    SIGNATURE = "signature"
    ANNEX = "annex"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A provision to be."""

    kind: UnitKind
    locator: str
    path: tuple[str, ...]
    heading: str
    text: str
    named: bool = True
    """Whether its heading stands in the source; 「序言」, 「正文」 and 「落款」 are ours."""

    @property
    def is_empty(self) -> bool:
        """Whether the source has no words below its heading."""
        return self.text == NO_TEXT


NO_TEXT = "（原文此处没有正文）"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A node of the tree of the split: a 编, 章 or 节, with what stands below it."""

    title: str
    provisions: int
    """In all below it."""
    first: str | None
    """Headings of the first and last provision below it."""
    last: str | None
    children: tuple["Outline", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A document ready to be looked at, changed and published."""

    format: Format
    markdown: bytes
    """The library file. What is missing is ``null`` there, so that it cannot be published as it is."""
    loaded: LoadedVersion | None
    """``None`` while something that every version must have is missing."""
    missing: tuple[str, ...]
    """Fields of the front matter that the text does not tell."""
    warnings: tuple[Caution, ...]
    outline: Outline
    units: tuple[Unit, ...]
    history: tuple[Event, ...]
