"""Importing documents: what a file was read as, what publishing it would mean, and what publishing it changed."""

from datetime import date
from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints, field_validator

from api.schemas.base import Input, PlainText, View
from api.schemas.library import DocumentId, VersionLabel, VersionView, places_of
from api.schemas.library_changes import ComparisonView, ImpactView, Reason
from api.schemas.terms import (
    FORMAT_LABELS,
    STANDING_LABELS,
    Audience,
    Format,
    Kind,
    Standing,
    Verification,
)
from assistant.workflows.compare_versions import VersionComparison
from assistant.workflows.correct_version import CorrectReport
from assistant.workflows.import_document import ImportPreview
from assistant.workflows.publish_library import PublishReport
from assistant.workflows.trace_impact import Impact
from knowledge.documents.importing.model import Caution, Event, EventKind, Hints, Outline, Unit

LIBRARY_FILE_BYTES = 16 * 2**20
"""Largest library file."""

LibraryFile = Annotated[PlainText, StringConstraints(min_length=1, max_length=LIBRARY_FILE_BYTES)]
"""Markdown with front matter."""
Name = Annotated[PlainText, StringConstraints(max_length=200)]

_EVENT_LABELS = {
    EventKind.ADOPTED: "通过",
    EventKind.PUBLISHED: "公布",
    EventKind.AMENDED: "修正",
    EventKind.REVISED: "修订",
    EventKind.EFFECTIVE: "施行",
}


class ImportHints(Input):
    """What the keeper says of a document; it goes before what the text says. Empty means: as the text says."""

    document_id: DocumentId | None = Field(default=None, description="文件编号。", examples=["SUIT"])
    kind: Kind | None = Field(default=None, description="种类；产品说明不能从文档导入。", examples=["rule"])
    title: Name | None = Field(default=None, description="名称。", examples=["证券期货投资者适当性管理办法"])
    short_title: Name | None = Field(default=None, description="简称。", examples=["适当性办法"])
    issuer: Name | None = Field(default=None, description="发布机构。", examples=["中国证监会"])
    document_number: Name | None = Field(default=None, description="文号。", examples=["证监会令第202号"])
    issued_on: date | None = Field(default=None, description="发布日。", examples=["2022-08-12"])
    effective_from: date | None = Field(default=None, description="生效日。", examples=["2022-08-12"])
    effective_to: date | None = Field(default=None, description="失效日（不含）。", examples=["2027-01-01"])
    label: VersionLabel | None = Field(default=None, description="版本号；空为生效日。", examples=["2022-08-12"])
    audience: Audience | None = Field(default=None, description="谁可以读。", examples=["advisor"])
    verification: Verification | None = Field(default=None, description="核对程度。", examples=["secondary"])
    source: Annotated[PlainText, StringConstraints(max_length=500)] | None = Field(
        default=None, description="来源。", examples=["官方网站 2022-08-12"]
    )
    topics: Name = Field(default="", description="主题，以顿号或逗号分开。", examples=["适当性、开户"])
    branches: Name = Field(
        default="", description="只对哪些营业部开放，以顿号或逗号分开；空为全部。", examples=["上海"]
    )

    @field_validator("*", mode="before")
    @classmethod
    def _empty_is_unsaid(cls, value: Any) -> Any:  # noqa: ANN401 - a field of a form, before it is read
        return value.strip() or None if isinstance(value, str) and not value.strip() else value

    @field_validator("topics", "branches", mode="before")
    @classmethod
    def _nothing_is_empty(cls, value: Any) -> Any:  # noqa: ANN401 - a field of a form, before it is read
        return "" if value is None else value

    @property
    def hints(self) -> Hints:
        """As the importer takes them."""
        said = self.model_dump(exclude={"topics", "branches"})
        return Hints(**said, topics=_listed(self.topics), branches=_listed(self.branches))


class PublicationRequest(Input):
    """A library file as the keeper confirmed it."""

    markdown: LibraryFile = Field(description="确认后的知识库文件。", examples=["---\nid: SUIT\n…"])
    supersede: bool = Field(
        default=False, description="是否让现行版本到它的生效日为止；否则期间重叠时拒绝。", examples=[True]
    )


class CorrectionRequest(Input):
    """A library file that takes the place of a wrong version."""

    markdown: LibraryFile = Field(description="更正后的知识库文件，版本号须是新的。", examples=["---\nid: SUIT\n…"])
    replaces: VersionLabel | None = Field(
        default=None, description="被更正的版本号；空为同一天生效的那一版。", examples=["2022-08-12"]
    )
    reason: Reason | None = Field(default=None, description="更正的理由，记入审计。", examples=["第十二条抄录有误。"])


class ImportLimitsView(View):
    """How much may be uploaded."""

    largest_bytes: int = Field(description="一个文件最多多少字节。", examples=[104857600])
    pages: int = Field(description="一份 PDF 或扫描件最多多少页。", examples=[2000])
    extensions: tuple[str, ...] = Field(examples=[[".docx", ".pdf"]])


class CautionView(View):
    """What a keeper should look at."""

    code: str = Field(examples=["gap"])
    message: str = Field(examples=["第五条之后是第七条，缺第六条。"])
    locator: str | None = Field(description="关于哪一条；空为关于整个文件。")

    @classmethod
    def of(cls, caution: Caution) -> Self:
        """The warning."""
        return cls(code=caution.code.value, message=caution.message, locator=caution.locator)


class OutlineView(View):
    """A node of the tree of the split."""

    title: str = Field(examples=["第一章 总则"])
    provisions: int = Field(ge=0, description="其下条文数。")
    first: str | None = Field(examples=["第一条"])
    last: str | None = Field(examples=["第九条"])
    children: tuple["OutlineView", ...]

    @classmethod
    def of(cls, outline: Outline) -> Self:
        """The node with what stands below it."""
        return cls(
            title=outline.title,
            provisions=outline.provisions,
            first=outline.first,
            last=outline.last,
            children=tuple(map(OutlineView.of, outline.children)),
        )


class UnitView(View):
    """A provision to be."""

    locator: str = Field(examples=["22"])
    path: tuple[str, ...]
    heading: str
    text: str
    places: tuple[str, ...] = Field(
        description="每个非空行属于第几款、第几项、第几目。", examples=[["1", "1.1", "1.2"]]
    )

    @classmethod
    def of(cls, unit: Unit) -> Self:
        """As it was split."""
        return cls(
            locator=unit.locator,
            path=unit.path,
            heading=unit.heading,
            text=unit.text,
            places=places_of(unit.text),
        )


class HistoryEventView(View):
    """What the text says happened on a day."""

    on: date
    kind_label: str = Field(examples=["修正"])
    text: str

    @classmethod
    def of(cls, event: Event) -> Self:
        """The event with its name."""
        return cls(on=event.on, kind_label=_EVENT_LABELS[event.kind], text=event.text)


class ImportPreviewView(View):
    """What a file was read as, and what publishing it would mean. Nothing is kept on the server."""

    file_name: str
    format: Format
    format_label: str = Field(examples=["PDF"])
    standing: Standing
    standing_label: str = Field(examples=["新版本"])
    message: str = Field(description="发布它会怎样，或为什么不能发布。")
    publishable: bool
    version: VersionView | None = Field(description="空：还缺少每个版本都要有的内容。")
    closes: VersionView | None = Field(description="会到此为止的现行版本。")
    missing: tuple[str, ...] = Field(description="还缺少的字段。", examples=[["effective_from"]])
    warnings: tuple[CautionView, ...]
    outline: OutlineView
    units: tuple[UnitView, ...]
    history: tuple[HistoryEventView, ...]
    markdown: str = Field(description="知识库文件；可以修改，发布的就是它。")
    comparison: ComparisonView | None = Field(description="与前一版相比；第一个版本没有。")
    impact: ImpactView | None = Field(description="有哪些内容以会变化的条文为依据。")

    @classmethod
    def of(cls, preview: ImportPreview, comparison: VersionComparison | None, impact: Impact | None) -> Self:
        """The proposal beside what the library holds."""
        proposal = preview.proposal
        return cls(
            file_name=preview.file_name,
            format=proposal.format,
            format_label=FORMAT_LABELS[proposal.format],
            standing=preview.standing,
            standing_label=STANDING_LABELS[preview.standing],
            message=preview.message,
            publishable=preview.publishable,
            version=VersionView.of(proposal.loaded.version) if proposal.loaded else None,
            closes=VersionView.of(preview.closes) if preview.closes else None,
            missing=proposal.missing,
            warnings=tuple(map(CautionView.of, preview.warnings)),
            outline=OutlineView.of(proposal.outline),
            units=tuple(map(UnitView.of, proposal.units)),
            history=tuple(map(HistoryEventView.of, proposal.history)),
            markdown=proposal.markdown.decode(),
            comparison=ComparisonView.of(comparison) if comparison else None,
            impact=ImpactView.of(impact) if impact else None,
        )


class PublicationView(View):
    """What a publication changed."""

    published: tuple[str, ...] = Field(description="新发布的版本。", examples=[["SUIT@2022-08-12"]])
    superseded: tuple[str, ...] = Field(description="到它生效日为止的版本。", examples=[["SUIT@2020-10-30"]])
    unchanged: int = Field(ge=0, description="早已发布、没有变化的版本数。")
    indexed_documents: int = Field(ge=0)
    voided_cases: tuple[str, ...] = Field(description="因依据变化退回经办人的未发送文稿。")

    @classmethod
    def of(cls, report: PublishReport) -> Self:
        """The report."""
        return cls(
            published=report.published,
            superseded=report.superseded,
            unchanged=report.unchanged,
            indexed_documents=report.indexed_documents,
            voided_cases=report.voided_cases,
        )


class CorrectionView(View):
    """What a correction changed."""

    withdrawn: VersionView
    publication: PublicationView

    @classmethod
    def of(cls, report: CorrectReport) -> Self:
        """The wrong version and what took its place."""
        return cls(withdrawn=VersionView.of(report.withdrawn), publication=PublicationView.of(report.published))


def _listed(text: str) -> tuple[str, ...]:
    for separator in ("，", ",", "；", ";"):
        text = text.replace(separator, "、")
    return tuple(part for each in text.split("、") if (part := each.strip()))
