"""Keeping the library: typical questions, approval of scripts, and faults in published texts."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import Field, StringConstraints

from api.schemas.base import Input, PageQuery, PlainText, View
from api.schemas.library import Reference, VersionView
from api.schemas.library_changes import Reason
from api.schemas.terms import (
    GRAVITY_LABELS,
    ORIGIN_LABELS,
    QUESTION_STATE_LABELS,
    SCRIPT_STATE_LABELS,
    Gravity,
    Origin,
    QuestionState,
    ScriptState,
)
from assistant.workflows.approve_script import Script
from assistant.workflows.keep_questions import KeptQuestion
from assistant.workflows.propose_questions import ProposalReport
from knowledge.documents.linting.model import LintFinding

QuestionId = Annotated[str, StringConstraints(pattern=r"^question-[0-9a-f]{32}$")]
Asked = Annotated[PlainText, StringConstraints(min_length=1, max_length=200)]


class QuestionsQuery(Input):
    """Whose questions."""

    of: Reference = Field(description="一条条文，或整个文件。", examples=["SUIT:22"])


class QuestionRequest(Input):
    """A question for a provision."""

    provision: Reference = Field(description="哪一条。", examples=["SUIT:22"])
    text: Asked = Field(description="人们会怎样问；一句话，不含个人信息。", examples=["C2客户能买R4产品吗？"])


class ProposalRequest(Input):
    """What the configured model should think up questions for."""

    of: Reference = Field(description="一条条文，或整个文件里还没有问法的条文。", examples=["SUIT:22"])


class ScriptsQuery(PageQuery):
    """Which scripts are listed."""

    state: tuple[ScriptState, ...] = Field(
        default=(), max_length=len(ScriptState), description="批准状态，可多选；空为全部。"
    )
    expiring_before: date | None = Field(
        default=None, description="只列这一天之前到期的已批准话术。", examples=["2026-12-31"]
    )


class ScriptApprovalRequest(Input):
    """Which script may be used until when."""

    script: Reference = Field(description="话术编号，可带版本。", examples=["SCRIPT-001@2026-10-08"])
    until: date = Field(description="到期日：这一天起不能再用，最多两年。", examples=["2027-06-30"])


class ScriptRevocationRequest(Input):
    """Why a script may no longer be used."""

    script: Reference = Field(description="话术编号，可带版本。", examples=["SCRIPT-001@2026-10-08"])
    reason: Reason = Field(description="撤销的理由，记入审计。", examples=["所依据的规则已经修改。"])


class LintQuery(PageQuery):
    """Which findings are listed."""

    gravity: Gravity | None = Field(default=None, description="只列这一级；空为全部。", examples=["error"])


class QuestionView(View):
    """A question as a keeper sees it: 常见问法, never law."""

    id: str | None = Field(description="空：随文写明的问法。")
    provision: str = Field(examples=["SUIT:22"])
    text: str
    origin: Origin
    origin_label: str = Field(examples=["管理员添加"])
    state: QuestionState
    state_label: str = Field(examples=["使用中"])
    in_use: bool = Field(description="今天检索时会用到它。")
    source: str | None

    @classmethod
    def of(cls, question: KeptQuestion) -> Self:
        """The question with its labels."""
        return cls(
            id=question.id,
            provision=question.provision,
            text=question.text,
            origin=question.origin,
            origin_label=ORIGIN_LABELS[question.origin],
            state=question.state,
            state_label=QUESTION_STATE_LABELS[question.state],
            in_use=question.in_use,
            source=question.source,
        )


class ProposalView(View):
    """What the model thought up."""

    provisions: int = Field(ge=0, description="看了几条。")
    proposed: int = Field(ge=0, description="待确认的有几个。")
    refused: int = Field(ge=0, description="不合要求或已有的有几个。")

    @classmethod
    def of(cls, report: ProposalReport) -> Self:
        """The counts."""
        return cls(provisions=report.provisions, proposed=len(report.proposed), refused=report.refused)


class ScriptView(View):
    """One version of a script and where its approval stands today."""

    version: VersionView
    state: ScriptState
    state_label: str = Field(examples=["已批准"])
    approved_at: datetime | None
    expires_on: date | None = Field(description="到期日：这一天起不能再用。")
    revoked_at: datetime | None
    revocation_reason: str | None

    @classmethod
    def of(cls, script: Script) -> Self:
        """The script."""
        approval = script.approval
        return cls(
            version=VersionView.of(script.version),
            state=script.state,
            state_label=SCRIPT_STATE_LABELS[script.state],
            approved_at=approval.approved_at if approval else None,
            expires_on=approval.expires_on if approval else None,
            revoked_at=approval.revoked_at if approval else None,
            revocation_reason=approval.revocation_reason if approval else None,
        )


class LintFindingView(View):
    """One fault at one place."""

    name: str = Field(description="文件@版本。", examples=["SUIT@2022-08-12"])
    locator: str | None = Field(description="哪一条；空为整个文件。")
    code: str = Field(examples=["dead-article"])
    gravity: Gravity
    gravity_label: str = Field(examples=["请留意"])
    message: str

    @classmethod
    def of(cls, finding: LintFinding) -> Self:
        """The finding."""
        return cls(
            name=finding.file,
            locator=finding.locator,
            code=finding.code.value,
            gravity=finding.gravity,
            gravity_label=GRAVITY_LABELS[finding.gravity],
            message=finding.message,
        )
