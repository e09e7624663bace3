"""Documents, versions, provisions and what a search finds."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints

from api.schemas.base import FilterText, Input, PageQuery, PlainText, QuestionText, View
from api.schemas.terms import (
    AUDIENCE_LABELS,
    KIND_LABELS,
    RENDITION_LABELS,
    VERIFICATION_LABELS,
    Audience,
    Kind,
    Rendition,
    Verification,
    VersionState,
)
from assistant.workflows.browse_library import LibraryEntry
from assistant.workflows.show_provision import ShownProvision
from knowledge.documents.citations import CitedArticle
from knowledge.documents.model import Provision, Version
from knowledge.documents.structure import Item, Paragraph, paragraphs_of
from retrieval.model import Hit, SearchResult

DocumentId = Annotated[str, StringConstraints(max_length=64, pattern=r"^[A-Za-z][A-Za-z0-9-]*$")]
VersionLabel = Annotated[PlainText, StringConstraints(min_length=1, max_length=64)]
Reference = Annotated[PlainText, StringConstraints(min_length=1, max_length=160)]


class DocumentsQuery(PageQuery):
    """Which documents are listed."""

    text: FilterText | None = Field(default=None, description="标题、文号等包含的文字。", examples=["适当性"])
    kind: tuple[Kind, ...] = Field(default=(), max_length=len(Kind), description="种类，可多选；空为全部。")
    issuer: FilterText | None = Field(
        default=None, description="发布机构，须与 /api/library/issuers 所列一致。", examples=["中国证监会"]
    )
    state: tuple[VersionState, ...] = Field(
        default=(), max_length=len(VersionState), description="状态，可多选；空为全部。"
    )
    in_force_on: date | None = Field(default=None, description="只列这一天有效的版本。", examples=["2026-06-30"])
    on: date | None = Field(
        default=None, description="按哪一天说明状态；空为 in_force_on，再空为今天。", examples=["2026-06-30"]
    )


class ProvisionQuery(Input):
    """On which day."""

    as_of: date | None = Field(
        default=None, description="不带版本的引用按哪一天解析；空为今天。", examples=["2026-06-30"]
    )


class SearchQuery(Input):
    """What is looked for in the library."""

    text: Annotated[QuestionText, StringConstraints(max_length=1000)] = Field(
        description="要找的内容。", examples=["科创板开通条件"]
    )
    as_of: date | None = Field(
        default=None, description="按哪一天有效的条文；空为问题里说的那一天，没有说就是今天。", examples=["2026-06-30"]
    )
    kind: tuple[Kind, ...] = Field(default=(), max_length=len(Kind), description="种类，可多选；空为全部。")
    limit: int = Field(default=8, ge=1, le=50, description="最多几条。", examples=[8])


class VersionView(View):
    """One version of a document."""

    document_id: str = Field(examples=["SUIT"])
    label: str = Field(description="版本号。", examples=["2022-08-12"])
    kind: Kind
    kind_label: str = Field(examples=["法规"])
    title: str = Field(examples=["证券期货投资者适当性管理办法"])
    short_title: str
    issuer: str
    document_number: str | None
    issued_on: date | None
    effective_from: date
    effective_to: date | None = Field(description="失效日（不含），空为现行有效。")
    rendition: Rendition
    rendition_label: str
    verification: Verification
    verification_label: str
    audience: Audience
    audience_label: str = Field(examples=["客户可读"])
    source: str
    topics: tuple[str, ...]
    branches: tuple[str, ...] = Field(description="只对这些营业部开放；空为全部。")
    replaces: str | None = Field(description="它更正的、已撤回的版本号。")
    withdrawn_on: date | None = Field(description="撤回日，空为没有撤回。")

    @classmethod
    def of(cls, version: Version) -> Self:
        """The version with its labels."""
        return cls(**cls._facts(version))

    @classmethod
    def _facts(cls, version: Version) -> dict[str, Any]:
        return {
            "document_id": version.document_id,
            "label": version.label,
            "kind": version.kind,
            "kind_label": KIND_LABELS[version.kind],
            "title": version.title,
            "short_title": version.short_title,
            "issuer": version.issuer,
            "document_number": version.document_number,
            "issued_on": version.issued_on,
            "effective_from": version.period.effective_from,
            "effective_to": version.period.effective_to,
            "rendition": version.rendition,
            "rendition_label": RENDITION_LABELS[version.rendition],
            "verification": version.verification,
            "verification_label": VERIFICATION_LABELS[version.verification],
            "audience": version.audience,
            "audience_label": AUDIENCE_LABELS[version.audience],
            "source": version.source,
            "topics": version.topics,
            "branches": version.branches,
            "replaces": version.replaces,
            "withdrawn_on": version.withdrawal.on if version.withdrawal else None,
        }


class EntryView(VersionView):
    """A version as it stands in a list."""

    state: VersionState
    state_label: str = Field(examples=["现行有效"])
    articles: int = Field(ge=0, description="条文数。")

    @classmethod
    def of_entry(cls, entry: LibraryEntry) -> Self:
        """The version, its state on the day, and its size."""
        return cls(
            **cls._facts(entry.version),
            state=entry.state,
            state_label=entry.state.label,
            articles=entry.articles,
        )


class ProvisionView(View):
    """The unit that is cited."""

    ref: str = Field(examples=["SUIT:22@2022-08-12"])
    document_id: str = Field(examples=["SUIT"])
    version: str = Field(examples=["2022-08-12"])
    citation: str = Field(examples=["《证券期货投资者适当性管理办法》第二十二条"])
    kind: Kind
    kind_label: str
    document_title: str
    path: tuple[str, ...] = Field(description="上级标题，由外到内。")
    heading: str
    text: str
    effective_from: date
    effective_to: date | None = Field(description="失效日（不含），空为现行有效。")
    verification: Verification
    verification_label: str
    rendition: Rendition
    rendition_label: str
    typical_questions: tuple[str, ...] = Field(description="常见问法，只用于检索，不是条文。")
    withdrawn: bool = Field(default=False, description="所在版本已撤回。")
    places: tuple[str, ...] = Field(
        default=(),
        description="每个非空行的位置：`2` 为第二款，`2.1` 为第二款第一项，`2.1.3` 为其第三目。",
        examples=[["1", "1.1", "1.2", "2"]],
    )

    @classmethod
    def of(cls, provision: Provision) -> Self:
        """The provision with its labels."""
        return cls(
            ref=str(provision.ref),
            document_id=provision.ref.document_id,
            version=provision.ref.version,
            citation=provision.citation,
            kind=provision.kind,
            kind_label=KIND_LABELS[provision.kind],
            document_title=provision.document_title,
            path=provision.path,
            heading=provision.heading,
            text=provision.text,
            effective_from=provision.period.effective_from,
            effective_to=provision.period.effective_to,
            verification=provision.verification,
            verification_label=VERIFICATION_LABELS[provision.verification],
            rendition=provision.rendition,
            rendition_label=RENDITION_LABELS[provision.rendition],
            typical_questions=provision.typical_questions,
            withdrawn=provision.withdrawn,
            places=places_of(provision.text),
        )


class CitedView(View):
    """An article that a text cites, which is not in force, not there, or cited as a whole document."""

    document_id: str = Field(examples=["SUIT"])
    locator: str = Field(description="条号；空为引用整个文件。", examples=["22"])

    @classmethod
    def of(cls, cited: CitedArticle) -> Self:
        """What is cited."""
        return cls(document_id=cited.document_id, locator=cited.locator)


class LinkView(View):
    """The other end of a link between two texts."""

    ref: str = Field(examples=["SUIT:22@2022-08-12"])
    citation: str = Field(examples=["《证券期货投资者适当性管理办法》第二十二条"])
    heading: str
    document_title: str
    kind: Kind
    kind_label: str = Field(examples=["案例"])

    @classmethod
    def of(cls, provision: Provision) -> Self:
        """Where it leads, without the text."""
        return cls(
            ref=str(provision.ref),
            citation=provision.citation,
            heading=provision.heading,
            document_title=provision.document_title,
            kind=provision.kind,
            kind_label=KIND_LABELS[provision.kind],
        )


class ShownProvisionView(View):
    """A provision with its state and its links in both directions."""

    provision: ProvisionView
    version: VersionView
    state: VersionState
    state_label: str = Field(examples=["现行有效"])
    on: date = Field(description="状态和引用按这一天。")
    cites: tuple[LinkView, ...] = Field(description="它引用的、当天有效的条文。")
    unresolved: tuple[CitedView, ...] = Field(description="它引用的、当天没有对应条文的部分，和整个文件。")
    cited_by: tuple[LinkView, ...] = Field(description="引用它的、当天有效的条文。")

    @classmethod
    def of(cls, shown: ShownProvision) -> Self:
        """As far as the reader may see."""
        return cls(
            provision=ProvisionView.of(shown.provision),
            version=VersionView.of(shown.version),
            state=shown.state,
            state_label=shown.state.label,
            on=shown.on,
            cites=tuple(map(LinkView.of, shown.cites)),
            unresolved=tuple(map(CitedView.of, shown.unresolved)),
            cited_by=tuple(map(LinkView.of, shown.cited_by)),
        )


def places_of(text: str) -> tuple[str, ...]:
    """The place of each line that is not empty: ``2.1`` is the first 项 of the second 款."""
    return tuple(_places(paragraphs_of(text)))


def _places(paragraphs: Sequence[Paragraph]) -> Iterator[str]:
    for paragraph in paragraphs:
        yield from [str(paragraph.number)] * (paragraph.text.count("\n") + 1)
        yield from _item_places(paragraph.items, str(paragraph.number))


def _item_places(items: Sequence[Item], above: str) -> Iterator[str]:
    for number, item in enumerate(items, start=1):
        place = f"{above}.{number}"
        yield from [place] * (item.text.count("\n") + 1)
        yield from _item_places(item.items, place)


class HitView(View):
    """A provision found."""

    provision: ProvisionView
    score: float = Field(description="只在同一次检索内可比。")

    @classmethod
    def of(cls, hit: Hit) -> Self:
        """The provision and how well it fits."""
        return cls(provision=ProvisionView.of(hit.provision), score=hit.score)


class SearchResultView(View):
    """Hits, best first, all in force on ``as_of``."""

    text: str
    as_of: date
    enough: bool = Field(description="是否足以据此回答。")
    coverage: float = Field(ge=0, le=1, description="问题中的实词被覆盖的比例。")
    notes: tuple[str, ...] = Field(default=(), description="怎样理解了问题：用的是哪一天、纠正了哪个字。")
    hits: tuple[HitView, ...]

    @classmethod
    def of(cls, result: SearchResult) -> Self:
        """The result without the names of settings and indexes."""
        return cls(
            text=result.query.text,
            as_of=result.query.as_of,
            enough=result.enough,
            coverage=result.coverage,
            notes=result.notes,
            hits=tuple(HitView.of(hit) for hit in result.hits),
        )
