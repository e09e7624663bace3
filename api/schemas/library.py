"""Documents, versions, provisions and what a search finds."""

from datetime import date
from typing import Self

from pydantic import Field

from api.schemas.base import View
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
    hits: tuple[HitView, ...]

    @classmethod
    def of(cls, result: SearchResult) -> Self:
        """The result without the names of settings and indexes."""
        return cls(
            text=result.query.text,
            as_of=result.query.as_of,
            enough=result.enough,
            coverage=result.coverage,
            hits=tuple(HitView.of(hit) for hit in result.hits),
        )
