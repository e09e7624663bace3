"""A review case: what may happen to it is one table; everything not in the table is refused."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from assistant.checks.model import Finding, Severity
from assistant.drafting.model import Draft, DraftKind
from assistant.errors import Conflict, Invalid, NotPermitted
from assistant.identity.model import Actor, Licence, Role


class ReviewState(StrEnum):
    """Where a case stands."""

    DRAFT = "draft"
    """With its author."""
    WAITING = "waiting"
    """In the review queue."""
    RETURNED = "returned"
    """Back with its author, with a reason."""
    APPROVED = "approved"
    """These exact bytes may leave; they have not yet."""
    REJECTED = "rejected"
    DISCARDED = "discarded"
    DELIVERED = "delivered"


class ReviewAction(StrEnum):
    """What may be done to a case."""

    EDIT = "edit"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    DISCARD = "discard"
    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"
    VOID = "void"
    """What it rests on has changed: back to its author."""
    DELIVER = "deliver"


TRANSITIONS: dict[tuple[ReviewState, ReviewAction], tuple[ReviewState, Role]] = {
    (ReviewState.DRAFT, ReviewAction.EDIT): (ReviewState.DRAFT, Role.ADVISOR),
    (ReviewState.DRAFT, ReviewAction.SUBMIT): (ReviewState.WAITING, Role.ADVISOR),
    (ReviewState.DRAFT, ReviewAction.DISCARD): (ReviewState.DISCARDED, Role.ADVISOR),
    (ReviewState.DRAFT, ReviewAction.VOID): (ReviewState.RETURNED, Role.SYSTEM),
    (ReviewState.RETURNED, ReviewAction.EDIT): (ReviewState.RETURNED, Role.ADVISOR),
    (ReviewState.RETURNED, ReviewAction.SUBMIT): (ReviewState.WAITING, Role.ADVISOR),
    (ReviewState.RETURNED, ReviewAction.DISCARD): (ReviewState.DISCARDED, Role.ADVISOR),
    (ReviewState.WAITING, ReviewAction.WITHDRAW): (ReviewState.DRAFT, Role.ADVISOR),
    (ReviewState.WAITING, ReviewAction.APPROVE): (ReviewState.APPROVED, Role.REVIEWER),
    (ReviewState.WAITING, ReviewAction.RETURN): (ReviewState.RETURNED, Role.REVIEWER),
    (ReviewState.WAITING, ReviewAction.REJECT): (ReviewState.REJECTED, Role.REVIEWER),
    (ReviewState.WAITING, ReviewAction.VOID): (ReviewState.RETURNED, Role.SYSTEM),
    (ReviewState.APPROVED, ReviewAction.VOID): (ReviewState.RETURNED, Role.SYSTEM),
    (ReviewState.APPROVED, ReviewAction.DELIVER): (ReviewState.DELIVERED, Role.SYSTEM),
}
"""(state, action) → (next state, who may). Approval stays in WAITING until the policy's number is reached."""

_WITH_REASON = frozenset({ReviewAction.RETURN, ReviewAction.REJECT, ReviewAction.VOID})


@dataclass(frozen=True, slots=True)
class ApprovalPolicy:
    """How many different approvers, under which licence."""

    approvals: int
    licence: Licence


POLICY: dict[DraftKind, ApprovalPolicy] = {
    DraftKind.REPLY: ApprovalPolicy(1, Licence.COMPLIANCE),
    DraftKind.PLAN: ApprovalPolicy(1, Licence.COMPLIANCE),
    DraftKind.DIAGNOSIS: ApprovalPolicy(1, Licence.COMPLIANCE),
    DraftKind.QUARTERLY: ApprovalPolicy(1, Licence.COMPLIANCE),
    DraftKind.MATURITY: ApprovalPolicy(1, Licence.COMPLIANCE),
    DraftKind.REASSESSMENT: ApprovalPolicy(1, Licence.COMPLIANCE),
    DraftKind.EDUCATION: ApprovalPolicy(1, Licence.COMPLIANCE),
    DraftKind.WARNING: ApprovalPolicy(1, Licence.COMPLIANCE),
}
"""What a kind of draft needs before it may leave. A kind that is not here never leaves."""

SUBMIT_LICENCE: dict[DraftKind, Licence] = {
    DraftKind.REPLY: Licence.INVESTMENT_ADVISOR,
    DraftKind.PLAN: Licence.INVESTMENT_ADVISOR,
    DraftKind.DIAGNOSIS: Licence.INVESTMENT_ADVISOR,
    DraftKind.QUARTERLY: Licence.INVESTMENT_ADVISOR,
    DraftKind.MATURITY: Licence.INVESTMENT_ADVISOR,
    DraftKind.REASSESSMENT: Licence.INVESTMENT_ADVISOR,
    DraftKind.EDUCATION: Licence.INVESTMENT_ADVISOR,
    DraftKind.WARNING: Licence.INVESTMENT_ADVISOR,
}
"""Advice comes from a registered investment adviser only (ADVISOR:7, CONSULT97:12)."""


def digest_of(text: str) -> str:
    """SHA-256 of the exact bytes that a customer would receive."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One wording of a case: the draft, the exact text for the customer, and what the checks said of it."""

    number: int
    draft: Draft
    text: str
    digest: str
    findings: tuple[Finding, ...]
    author_id: str
    created_at: datetime

    def __post_init__(self) -> None:
        if digest_of(self.text) != self.digest:
            raise Invalid("文本与其摘要不一致。")

    @classmethod
    def of(
        cls, draft: Draft, text: str, findings: tuple[Finding, ...], *, author_id: str, at: datetime, number: int = 1
    ) -> "Revision":
        """A wording with the digest of its text."""
        return cls(
            number=number,
            draft=draft,
            text=text,
            digest=digest_of(text),
            findings=findings,
            author_id=author_id,
            created_at=at,
        )

    @property
    def blocked(self) -> bool:
        """Whether a check forbids it to go on."""
        return any(finding.severity is Severity.BLOCK for finding in self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person, or the house, decided on a revision."""

    action: ReviewAction
    actor_id: str
    role: Role
    digest: str
    """Of the text that was before the decider's eyes."""
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewCase:
    """A draft on its way to a customer. ``revision`` is the newest; ``version`` counts saved changes."""

    id: str
    kind: DraftKind
    customer_id: str
    advisor_id: str
    """The maker: only this advisor edits and submits, and never approves."""
    advisor_name: str
    state: ReviewState
    revision: Revision
    decisions: tuple[Decision, ...]
    created_at: datetime
    updated_at: datetime
    inquiry_id: str | None = None
    """The customer's question that a reply answers."""
    version: int = 0

    @classmethod
    def opened(
        cls, case_id: str, revision: Revision, *, customer_id: str, maker: Actor, inquiry_id: str | None = None
    ) -> "ReviewCase":
        """A new case with its first revision, in its maker's hands."""
        return cls(
            id=case_id,
            kind=revision.draft.kind,
            customer_id=customer_id,
            advisor_id=maker.id,
            advisor_name=maker.name,
            state=ReviewState.DRAFT,
            revision=revision,
            decisions=(),
            created_at=revision.created_at,
            updated_at=revision.created_at,
            inquiry_id=inquiry_id,
        )

    @property
    def approvals(self) -> tuple[Decision, ...]:
        """Approvals of the newest revision since it was last submitted."""
        found: list[Decision] = []
        for decision in self.decisions:
            if decision.action in (ReviewAction.SUBMIT, ReviewAction.VOID, ReviewAction.RETURN):
                found.clear()
            elif decision.action is ReviewAction.APPROVE and decision.digest == self.revision.digest:
                found.append(decision)
        return tuple(found)

    def edited(self, revision: Revision, by: Actor, at: datetime) -> "ReviewCase":
        """The same case with a new wording."""
        return replace(self._after(ReviewAction.EDIT, by, digest=revision.digest, reason="", at=at), revision=revision)

    def after(
        self,
        action: ReviewAction,
        by: Actor,
        *,
        digest: str,
        reason: str,
        at: datetime,
        policies: dict[DraftKind, ApprovalPolicy] = POLICY,
    ) -> "ReviewCase":
        """The case after ``action`` on the text with ``digest``; raises where the table or the four eyes say no."""
        if action is ReviewAction.EDIT:
            raise Invalid("修改须附上新的文本。")
        if digest != self.revision.digest:
            raise Conflict("文本在您查看之后已被修改，请刷新后重新决定。")
        moved = self._after(action, by, digest=digest, reason=reason, at=at)
        if action is ReviewAction.SUBMIT:
            self._may_submit(by)
        if action is ReviewAction.APPROVE:
            policy = policies.get(self.kind)
            if policy is None:
                raise NotPermitted("此类草稿不能发给客户。")
            self._may_approve(by, policy)
            if len(moved.approvals) < policy.approvals:
                return replace(moved, state=ReviewState.WAITING)
        return moved

    def _may_submit(self, by: Actor) -> None:
        if SUBMIT_LICENCE.get(self.kind) not in by.licences or not by.registration_number:
            raise NotPermitted("提交对客内容须具备证券投资顾问资格和登记编码。")
        if self.revision.blocked:
            raise Conflict("还有必须修改的问题，处理后才能提交审核。")

    def _may_approve(self, by: Actor, policy: ApprovalPolicy) -> None:
        if policy.licence not in by.licences:
            raise NotPermitted("您没有审核此类内容的资格。")
        if by.id in (self.advisor_id, self.revision.author_id):
            raise NotPermitted("经办人不能审核自己的草稿。")
        if by.id in {decision.actor_id for decision in self.approvals}:
            raise Conflict("您已经批准过这一版本，须由另一位审核人复核。")
        if self.revision.blocked:
            raise Conflict("还有必须修改的问题，不能批准。")

    def _after(self, action: ReviewAction, by: Actor, *, digest: str, reason: str, at: datetime) -> "ReviewCase":
        move = TRANSITIONS.get((self.state, action))
        if move is None:
            raise Conflict(f"当前状态（{STATE_LABELS[self.state]}）不能{ACTION_LABELS[action]}。")
        state, role = move
        if by.role is not role:
            raise NotPermitted(f"您的角色不能{ACTION_LABELS[action]}。")
        if role is Role.ADVISOR and by.id != self.advisor_id:
            raise NotPermitted("只有经办投资顾问可以这样做。")
        if action in _WITH_REASON and not reason.strip():
            raise Invalid(f"{ACTION_LABELS[action]}须写明理由。")
        decision = Decision(action=action, actor_id=by.id, role=by.role, digest=digest, reason=reason.strip(), at=at)
        return replace(self, state=state, decisions=(*self.decisions, decision), updated_at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestingCase:
    """A case that may still leave, and the provisions that its newest wording cites."""

    case_id: str
    kind: DraftKind
    state: ReviewState
    advisor_id: str
    advisor_name: str
    references: frozenset[str]
    """``SUIT:22@2022-08-12``."""


STATE_LABELS = {
    ReviewState.DRAFT: "草稿",
    ReviewState.WAITING: "待审核",
    ReviewState.RETURNED: "已退回",
    ReviewState.APPROVED: "已批准",
    ReviewState.REJECTED: "已否决",
    ReviewState.DISCARDED: "已废弃",
    ReviewState.DELIVERED: "已送达",
}

ACTION_LABELS = {
    ReviewAction.EDIT: "修改",
    ReviewAction.SUBMIT: "提交审核",
    ReviewAction.WITHDRAW: "撤回",
    ReviewAction.DISCARD: "废弃",
    ReviewAction.APPROVE: "批准",
    ReviewAction.RETURN: "退回",
    ReviewAction.REJECT: "否决",
    ReviewAction.VOID: "作废",
    ReviewAction.DELIVER: "送达",
}
