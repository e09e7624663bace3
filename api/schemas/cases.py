"""Review cases: the queue, one case with its proof, edits and decisions."""

from collections import Counter
from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, StringConstraints

from api.schemas.base import Identifier, Input, PageQuery, PageView, PlainText, View
from api.schemas.drafts import DraftView, FindingView
from api.schemas.inbox import InquiryView
from api.schemas.terms import (
    ACTION_LABELS,
    DISPATCH_STATE_LABELS,
    DRAFT_KIND_LABELS,
    ROLE_LABELS,
    STATE_LABELS,
    Channel,
    DispatchState,
    DraftKind,
    ReviewAction,
    ReviewState,
    Role,
    Severity,
)
from assistant.dispatch.model import Dispatch
from assistant.review.model import Decision, ReviewCase, Revision
from assistant.review.standing import Standing
from assistant.workflows.browse_cases import CasePage, CaseView

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256 of the text that was before the caller's eyes."""

_DIGEST_EXAMPLE = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
PROVEN = "全部语句来自已批准话术与已核实依据"
_NEEDS_REASON = frozenset({ReviewAction.RETURN, ReviewAction.REJECT})


class CasesQuery(PageQuery):
    """Which cases are listed."""

    state: tuple[ReviewState, ...] = Field(
        default=(), max_length=len(ReviewState), description="状态，可多选；空为全部。", examples=[["waiting"]]
    )
    kind: DraftKind | None = Field(default=None, description="只列这一类。", examples=["plan"])
    customer_id: Identifier | None = Field(default=None, description="只列这位客户的。", examples=[None])
    newest: bool = Field(default=False, description="true：最近动过的在前。", examples=[False])


class EditRequest(Input):
    """New words for some statements."""

    digest: Digest = Field(description="所看文本的 SHA-256。", examples=[_DIGEST_EXAMPLE])
    changes: dict[Identifier, Annotated[PlainText, StringConstraints(max_length=2000)]] = Field(
        min_length=1,
        max_length=200,
        description="语句编号 → 新的文字；空字符串表示删去这一句。",
        examples=[{"s3": "建议在评估到期前完成重新测评。"}],
    )


class DecisionRequest(Input):
    """What to do with the text that has this digest."""

    action: ReviewAction = Field(
        description="submit、withdraw、discard（投资顾问）；approve、return、reject（合规审核）。", examples=["approve"]
    )
    digest: Digest = Field(description="所看文本的 SHA-256。", examples=[_DIGEST_EXAMPLE])
    reason: Annotated[PlainText, StringConstraints(max_length=1000)] = Field(
        default="", description="退回和否决须写明理由。", examples=["业绩表述须附比较基准。"]
    )


class ActionView(View):
    """Something that the caller may do now."""

    action: ReviewAction
    label: str = Field(examples=["批准"])
    needs_reason: bool

    @classmethod
    def of(cls, action: ReviewAction) -> Self:
        """The action as a button shows it."""
        return cls(action=action, label=ACTION_LABELS[action], needs_reason=action in _NEEDS_REASON)


class RevisionView(View):
    """One wording of a case."""

    number: int = Field(examples=[1])
    digest: str = Field(examples=[_DIGEST_EXAMPLE])
    text: str = Field(description="客户将收到的原文。")
    draft: DraftView
    findings: tuple[FindingView, ...]
    blocked: bool = Field(description="有必须修改的问题。")
    author_id: str
    created_at: datetime

    @classmethod
    def of(cls, revision: Revision) -> Self:
        """The wording with what the checks said of it."""
        return cls(
            number=revision.number,
            digest=revision.digest,
            text=revision.text,
            draft=DraftView.of(revision.draft),
            findings=tuple(FindingView.of(finding) for finding in revision.findings),
            blocked=revision.blocked,
            author_id=revision.author_id,
            created_at=revision.created_at,
        )


class DecisionView(View):
    """What was decided, by whom, on which text."""

    action: ReviewAction
    label: str = Field(examples=["提交审核"])
    actor_id: str
    role: Role
    role_label: str
    digest: str
    reason: str
    at: datetime

    @classmethod
    def of(cls, decision: Decision) -> Self:
        """The decision with its labels."""
        return cls(
            action=decision.action,
            label=ACTION_LABELS[decision.action],
            actor_id=decision.actor_id,
            role=decision.role,
            role_label=ROLE_LABELS[decision.role],
            digest=decision.digest,
            reason=decision.reason,
            at=decision.at,
        )


class DispatchView(View):
    """Approved bytes on their way."""

    id: str
    channel: Channel
    state: DispatchState
    state_label: str = Field(examples=["已送达"])
    digest: str
    created_at: datetime
    delivered_at: datetime | None
    refusal: str | None

    @classmethod
    def of(cls, dispatch: Dispatch) -> Self:
        """The dispatch with its state."""
        return cls(
            id=dispatch.id,
            channel=dispatch.channel,
            state=dispatch.state,
            state_label=DISPATCH_STATE_LABELS[dispatch.state],
            digest=dispatch.digest,
            created_at=dispatch.created_at,
            delivered_at=dispatch.delivered_at,
            refusal=dispatch.refusal,
        )


class ReviewCaseView(View):
    """A case with its newest wording; what an edit or a decision gives back."""

    id: str = Field(examples=["case-qzkxwvtsrpnmhgfdbcj"])
    kind: DraftKind
    kind_label: str
    state: ReviewState
    state_label: str = Field(examples=["待审核"])
    customer_id: str
    advisor_id: str
    advisor_name: str
    inquiry_id: str | None
    revision: RevisionView
    decisions: tuple[DecisionView, ...]
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, case: ReviewCase) -> Self:
        """The case, whole."""
        return cls(
            id=case.id,
            kind=case.kind,
            kind_label=DRAFT_KIND_LABELS[case.kind],
            state=case.state,
            state_label=STATE_LABELS[case.state],
            customer_id=case.customer_id,
            advisor_id=case.advisor_id,
            advisor_name=case.advisor_name,
            inquiry_id=case.inquiry_id,
            revision=RevisionView.of(case.revision),
            decisions=tuple(DecisionView.of(decision) for decision in case.decisions),
            created_at=case.created_at,
            updated_at=case.updated_at,
        )


class StandingView(View):
    """Whether every sentence stands on approved scripts or on verified provisions and computed facts."""

    proven: bool = Field(description="全部语句来自已批准话术与已核实依据，且未经改写。")
    label: str = Field(examples=["全部语句来自已批准话术与已核实依据"])
    exceptions: tuple[str, ...] = Field(description="其余语句的编号。")

    @classmethod
    def of(cls, standing: Standing) -> Self:
        """The standing in words."""
        left = len(standing.exceptions)
        label = PROVEN if standing.proven else f"{left} 句不是来自已批准话术或已核实依据的原句"
        return cls(proven=standing.proven, label=label, exceptions=standing.exceptions)


class CaseDetailView(View):
    """A case with what a decider needs beside it."""

    case: ReviewCaseView
    customer_name: str
    first_text: str = Field(description="最初生成的文字，供对照。")
    dispatches: tuple[DispatchView, ...]
    inquiry: InquiryView | None = Field(description="所答复的客户提问。")
    allowed: tuple[ActionView, ...] = Field(description="您现在可以做的。")
    standing: StandingView

    @classmethod
    def of(cls, view: CaseView) -> Self:
        """The case as this caller may see it."""
        return cls(
            case=ReviewCaseView.of(view.case),
            customer_name=view.customer_name,
            first_text=view.first.text,
            dispatches=tuple(DispatchView.of(dispatch) for dispatch in view.dispatches),
            inquiry=InquiryView.of(view.inquiry) if view.inquiry is not None else None,
            allowed=tuple(ActionView.of(action) for action in ReviewAction if action in view.allowed),
            standing=StandingView.of(view.standing),
        )


class CaseRow(View):
    """A case in the queue."""

    id: str
    kind: DraftKind
    kind_label: str
    state: ReviewState
    state_label: str
    customer_id: str
    customer_name: str
    advisor_id: str
    advisor_name: str
    question: str | None = Field(description="所答复的问题。")
    revision_number: int
    blocked: bool
    finding_counts: dict[Severity, int] = Field(description="各级问题的数量。", examples=[{"block": 0, "warn": 2}])
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, case: ReviewCase, customer_name: str) -> Self:
        """The case without its text."""
        return cls(
            id=case.id,
            kind=case.kind,
            kind_label=DRAFT_KIND_LABELS[case.kind],
            state=case.state,
            state_label=STATE_LABELS[case.state],
            customer_id=case.customer_id,
            customer_name=customer_name,
            advisor_id=case.advisor_id,
            advisor_name=case.advisor_name,
            question=case.revision.draft.question,
            revision_number=case.revision.number,
            blocked=case.revision.blocked,
            finding_counts=Counter(finding.severity for finding in case.revision.findings),
            created_at=case.created_at,
            updated_at=case.updated_at,
        )


class CasePageView(PageView[CaseRow]):
    """A page of the queue, longest untouched first, with counts over all that the caller may see."""

    counts: dict[ReviewState, int] = Field(description="各状态的数量，不受筛选影响。")

    @classmethod
    def of(cls, page: CasePage, *, limit: int, offset: int) -> Self:
        """The page with the customers' names."""
        return cls(
            items=tuple(
                CaseRow.of(case, page.customer_names.get(case.customer_id, case.customer_id)) for case in page.cases
            ),
            total=page.total,
            limit=limit,
            offset=offset,
            counts=page.counts,
        )
