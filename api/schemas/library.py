"""Documents, versions, provisions and what a search finds."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field, StringConstraints

from api.schemas.base import FilterText, Input, PageQuery, PlainText, QuestionText, View
from api.schemas.terms import (
    KIND_LABELS,
    RENDITION_LABELS,
    VERIFICATION_LABELS,
    Audience,
    Kind,
    Rendition,
    Verification,
)
from knowledge.documents.model import Provision, Version
from retrieval.model import Hit, SearchResult

DocumentId = Annotated[str, StringConstraints(max_length=64, pattern=r"^[A-Za-z][A-Za-z0-9-]*$")]
VersionLabel = Annotated[PlainText, StringConstraints(min_length=1, max_length=64)]
Reference = Annotated[PlainText, StringConstraints(min_length=1, max_length=160)]


class DocumentsQuery(PageQuery):
    """Which documents are listed."""

    text: FilterText | None = Field(default=None, description="标题、文号等包含的文字。", examples=["适当性"])
    kind: tuple[Kind, ...] = Field(default=(), max_length=len(Kind), description="种类，可多选；空为全部。")
    in_force_on: date | None = Field(default=None, description="只列这一天有效的版本。", examples=["2026-06-30"])


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
    source: str
    topics: tuple[str, ...]

    @classmethod
    def of(cls, version: Version) -> Self:
        """The version with its labels."""
        return cls(
            document_id=version.document_id,
            label=version.label,
            kind=version.kind,
            kind_label=KIND_LABELS[version.kind],
            title=version.title,
            short_title=version.short_title,
            issuer=version.issuer,
            document_number=version.document_number,
            issued_on=version.issued_on,
            effective_from=version.period.effective_from,
            effective_to=version.period.effective_to,
            rendition=version.rendition,
            rendition_label=RENDITION_LABELS[version.rendition],
            verification=version.verification,
            verification_label=VERIFICATION_LABELS[version.verification],
            audience=version.audience,
            source=version.source,
            topics=version.topics,
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
    typical_questions: tuple[str, ...]

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
        )


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
