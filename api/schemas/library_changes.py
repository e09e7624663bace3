"""How texts change: comparison, history, what rests on a change, and withdrawal, repeal and correction."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import Field, StringConstraints

from api.schemas.base import Input, PlainText, View
from api.schemas.library import LinkView, ProvisionView, VersionView
from api.schemas.terms import (
    DRAFT_KIND_LABELS,
    STATE_LABELS,
    Change,
    DraftKind,
    Mark,
    ReviewState,
    VersionState,
)
from assistant.audit.model import AuditEvent
from assistant.workflows.compare_versions import VersionComparison
from assistant.workflows.repeal_version import RepealReport
from assistant.workflows.tell_history import (
    ArticleHistory,
    ArticleStage,
    DocumentHistory,
    VersionEvent,
    VersionStage,
)
from assistant.workflows.trace_impact import Impact, ImpactedCase, ImpactedText
from assistant.workflows.withdraw_version import LONGEST_REASON, WithdrawReport
from knowledge.documents.comparison import ArticleChange, Comparison, HeadingChange
from knowledge.documents.marking import Segment

VersionName = Annotated[
    PlainText, StringConstraints(max_length=129, pattern=r"^[A-Za-z][A-Za-z0-9-]{0,63}@[^@\s:/]{1,64}$")
]
"""``SUIT@2022-08-12``."""
Reason = Annotated[PlainText, StringConstraints(min_length=1, max_length=LONGEST_REASON)]

_EVENT_LABELS = {
    AuditEvent.VERSION_PUBLISHED: "发布",
    AuditEvent.VERSION_SUPERSEDED: "被替代",
    AuditEvent.VERSION_REPEALED: "写明失效日",
    AuditEvent.VERSION_REOPENED: "恢复有效",
    AuditEvent.VERSION_WITHDRAWN: "撤回",
    AuditEvent.VERSION_ANNOTATED: "更新问法或核验说明",
}


class ComparisonQuery(Input):
    """Which versions are compared."""

    before: VersionName = Field(description="较早的版本，写作 文件@版本。", examples=["SUIT@2020-10-30"])
    after: VersionName = Field(description="较晚的版本，写作 文件@版本。", examples=["SUIT@2022-08-12"])
    unchanged: bool = Field(default=False, description="是否也列出没有变化的条文。", examples=[False])


class HistoryQuery(Input):
    """On which day states are told."""

    on: date | None = Field(default=None, description="按哪一天说明状态；空为今天。", examples=["2026-06-30"])


class ImpactQuery(Input):
    """What is thought of."""

    ending_on: date | None = Field(
        default=None,
        description="假设这一版自这一天起失效（或今天撤回）；空为看它的发布、失效或撤回本身改变了什么。",
        examples=["2027-01-01"],
    )


class WithdrawRequest(Input):
    """Why a version is withdrawn."""

    reason: Reason = Field(description="撤回的理由，记入审计。", examples=["发布时漏了第十二条。"])
    reopen: bool = Field(default=False, description="是否让它所替代的版本恢复有效。", examples=[True])


class RepealRequest(Input):
    """From when on a version is repealed."""

    on: date = Field(description="失效日：这一天起不再有效。", examples=["2027-01-01"])
    reason: Reason = Field(description="废止的理由，记入审计。", examples=["由新办法替代，新办法尚未发布。"])


class ReopenRequest(Input):
    """Why an end that has not come yet is taken back."""

    reason: Reason = Field(description="取消失效日的理由，记入审计。", examples=["废止决定推迟。"])


class SegmentView(View):
    """A piece of text and what happened to it."""

    mark: Mark
    text: str

    @classmethod
    def of(cls, segment: Segment) -> Self:
        """The piece."""
        return cls(mark=segment.mark, text=segment.text)


class ArticleChangeView(View):
    """One article of the one version, of the other, or of both."""

    change: Change
    change_label: str = Field(examples=["修改"])
    before_ref: str | None = Field(examples=["SUIT:22@2020-10-30"])
    after_ref: str | None = Field(examples=["SUIT:22@2022-08-12"])
    before_heading: str | None
    after_heading: str | None
    path: tuple[str, ...] = Field(description="上级标题，由外到内；已删除的条文取旧版的。")
    heading_marks: tuple[SegmentView, ...]
    marks: tuple[SegmentView, ...] = Field(description="保留和删除的片段合为旧文，保留和新增的合为新文。")
    moved: bool = Field(description="移到了另一编、章或节。")

    @classmethod
    def of(cls, change: ArticleChange) -> Self:
        """The change with its marks."""
        standing = change.after or change.before
        return cls(
            change=change.change,
            change_label=change.change.label,
            before_ref=str(change.before.ref) if change.before else None,
            after_ref=str(change.after.ref) if change.after else None,
            before_heading=change.before.heading if change.before else None,
            after_heading=change.after.heading if change.after else None,
            path=standing.path if standing else (),
            heading_marks=tuple(map(SegmentView.of, change.heading_marks)),
            marks=tuple(map(SegmentView.of, change.marks)),
            moved=change.moved,
        )


class HeadingChangeView(View):
    """A 编, 章 or 节 that is new, gone or named otherwise."""

    before: tuple[str, ...] | None
    after: tuple[str, ...] | None

    @classmethod
    def of(cls, change: HeadingChange) -> Self:
        """Both names."""
        return cls(before=change.before, after=change.after)


class CountView(View):
    """How many articles changed like this."""

    change: Change
    change_label: str = Field(examples=["修改"])
    articles: int = Field(ge=0)


def counts_of(counts: dict[Change, int]) -> tuple[CountView, ...]:
    """In the order of the changes, all of them named."""
    return tuple(
        CountView(change=change, change_label=change.label, articles=counts.get(change, 0)) for change in Change
    )


class ChangesView(View):
    """What changed, article by article."""

    counts: tuple[CountView, ...]
    articles: tuple[ArticleChangeView, ...]
    headings: tuple[HeadingChangeView, ...]

    @classmethod
    def of(cls, comparison: Comparison, *, unchanged: bool = False) -> Self:
        """Changed articles in reading order, and the unchanged between them where they are wanted."""
        articles = comparison.articles if unchanged else comparison.changed
        return cls(
            counts=counts_of(comparison.counts),
            articles=tuple(map(ArticleChangeView.of, articles)),
            headings=tuple(map(HeadingChangeView.of, comparison.headings)),
        )


class ComparisonView(View):
    """Two versions beside each other."""

    before: VersionView
    after: VersionView
    changes: ChangesView

    @classmethod
    def of(cls, compared: VersionComparison, *, unchanged: bool = False) -> Self:
        """Both versions and what lies between."""
        return cls(
            before=VersionView.of(compared.before),
            after=VersionView.of(compared.after),
            changes=ChangesView.of(compared.comparison, unchanged=unchanged),
        )


class VersionEventView(View):
    """Something that was done to a version."""

    event: str = Field(examples=["library:version_published"])
    event_label: str = Field(examples=["发布"])
    at: datetime
    by: str = Field(description="谁做的。")
    reason: str | None
    effective_to: date | None = Field(description="因此定下的失效日。")

    @classmethod
    def of(cls, event: VersionEvent) -> Self:
        """The event with its name."""
        return cls(
            event=event.event.value,
            event_label=_EVENT_LABELS[event.event],
            at=event.at,
            by=event.by,
            reason=event.reason,
            effective_to=event.effective_to,
        )


class VersionStageView(View):
    """A version in the life of its document."""

    version: VersionView
    state: VersionState
    state_label: str = Field(examples=["现行有效"])
    articles: int
    events: tuple[VersionEventView, ...] = Field(description="由早到晚；客户看不到。")
    counts: tuple[CountView, ...] | None = Field(description="与前一版相比；最早的一版和已撤回的没有。")

    @classmethod
    def of(cls, stage: VersionStage) -> Self:
        """The version with what was done to it."""
        return cls(
            version=VersionView.of(stage.version),
            state=stage.state,
            state_label=stage.state.label,
            articles=stage.articles,
            events=tuple(map(VersionEventView.of, stage.events)),
            counts=counts_of(stage.counts) if stage.counts is not None else None,
        )


class DocumentHistoryView(View):
    """Every version that the reader may see, oldest first."""

    document_id: str
    on: date
    stages: tuple[VersionStageView, ...]

    @classmethod
    def of(cls, history: DocumentHistory) -> Self:
        """The life of a document."""
        return cls(
            document_id=history.document_id,
            on=history.on,
            stages=tuple(map(VersionStageView.of, history.stages)),
        )


class ArticleStageView(View):
    """An article in one version."""

    version: VersionView
    state: VersionState
    state_label: str = Field(examples=["现行有效"])
    provision: ProvisionView | None = Field(description="空：这一版删去了它。")
    change: ArticleChangeView | None = Field(description="与前一版相比；最早的一版没有。")

    @classmethod
    def of(cls, stage: ArticleStage) -> Self:
        """The article as this version has it."""
        return cls(
            version=VersionView.of(stage.version),
            state=stage.state,
            state_label=stage.state.label,
            provision=ProvisionView.of(stage.provision) if stage.provision else None,
            change=ArticleChangeView.of(stage.change) if stage.change else None,
        )


class ArticleHistoryView(View):
    """One article through all its numbers, oldest first; withdrawn versions left out."""

    document_id: str
    on: date
    stages: tuple[ArticleStageView, ...]

    @classmethod
    def of(cls, history: ArticleHistory) -> Self:
        """The life of an article."""
        return cls(
            document_id=history.document_id,
            on=history.on,
            stages=tuple(map(ArticleStageView.of, history.stages)),
        )


class ImpactedCaseView(View):
    """A text on its way to a customer that goes back to its author."""

    case_id: str
    kind: DraftKind
    kind_label: str = Field(examples=["客户答复"])
    state: ReviewState
    state_label: str = Field(examples=["待审核"])
    advisor_name: str
    references: tuple[str, ...] = Field(description="它引用的、会失效的条文。")
    words_changed: bool = Field(description="这些条文的文字会变；否则只是换了版本。")
    queued: int = Field(ge=0, description="等待发送的份数。")

    @classmethod
    def of(cls, case: ImpactedCase) -> Self:
        """The case without its customer."""
        return cls(
            case_id=case.case_id,
            kind=case.kind,
            kind_label=DRAFT_KIND_LABELS[case.kind],
            state=case.state,
            state_label=STATE_LABELS[case.state],
            advisor_name=case.advisor_name,
            references=case.references,
            words_changed=case.words_changed,
            queued=case.queued,
        )


class ImpactedTextView(View):
    """A text of the library that cites an article which changes."""

    text: LinkView
    cites: str = Field(description="它引用的条号；空为引用整个文件。", examples=["22"])

    @classmethod
    def of(cls, text: ImpactedText) -> Self:
        """The text and what it cites."""
        return cls(text=LinkView.of(text.provision), cites=text.cites)


class ImpactView(View):
    """What rests on articles that change or end."""

    document_id: str
    title: str
    day: date = Field(description="从这一天起，这些条文不再是原来的样子。")
    changes: tuple[ArticleChangeView, ...]
    cases: tuple[ImpactedCaseView, ...]
    texts: tuple[ImpactedTextView, ...]

    @classmethod
    def of(cls, impact: Impact) -> Self:
        """All of it."""
        return cls(
            document_id=impact.document_id,
            title=impact.title,
            day=impact.day,
            changes=tuple(map(ArticleChangeView.of, impact.changes)),
            cases=tuple(map(ImpactedCaseView.of, impact.cases)),
            texts=tuple(map(ImpactedTextView.of, impact.texts)),
        )


class WithdrawalView(View):
    """What a withdrawal changed."""

    withdrawn: VersionView
    reopened: VersionView | None = Field(description="恢复有效的前一版。")
    voided_cases: tuple[str, ...] = Field(description="因此退回经办人的未发送文稿。")

    @classmethod
    def of(cls, report: WithdrawReport) -> Self:
        """The report."""
        return cls(
            withdrawn=VersionView.of(report.withdrawn),
            reopened=VersionView.of(report.reopened) if report.reopened else None,
            voided_cases=report.voided_cases,
        )


class RepealView(View):
    """What a repeal, or taking it back, changed."""

    version: VersionView
    voided_cases: tuple[str, ...] = Field(description="因此退回经办人的未发送文稿。")

    @classmethod
    def of(cls, report: RepealReport) -> Self:
        """The report."""
        return cls(version=VersionView.of(report.version), voided_cases=report.voided_cases)
