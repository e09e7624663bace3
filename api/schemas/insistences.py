"""Customers who insist on a product that does not suit: the wish, the steps, and what each has to put on record."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import Field, StringConstraints

from api.schemas.base import Identifier, Input, PlainText, View
from api.schemas.drafts import MatchView
from api.schemas.terms import STATE_LABELS, InsistenceState, InsistenceStep, ProofKind, ReviewState
from assistant.insistences.model import EXPLAINED, PROVEN, Proof, StepTaken
from assistant.workflows.insist import InsistenceView as Seen

_Words = Annotated[PlainText, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
_Note = Annotated[PlainText, StringConstraints(strip_whitespace=True, max_length=500)]
_Reference = Annotated[PlainText, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
_Channel = Annotated[str, StringConstraints(pattern=r"^(visit|phone|wecom|app|pc)$")]
_Amount = Annotated[float, Field(gt=0, le=1e12, allow_inf_nan=False)]


class InsistenceRequest(Input):
    """What the customer asked for, in the customer's own words."""

    product_code: Identifier = Field(description="产品代码。", examples=["YC1009"])
    asked_by_customer: bool = Field(description="是客户本人主动提出的；员工先提出的不能办理。", examples=[True])
    asked_on: date = Field(description="客户提出的日期，最近30天之内。", examples=["2026-11-20"])
    channel: _Channel = Field(description="客户从哪里提出：visit、phone、wecom、app 或 pc。", examples=["phone"])
    words: _Words = Field(description="客户的原话。", examples=["我就想买那只科技基金，亏了我自己认。"])


class ProofRequest(Input):
    """Where the record of a step with the customer is kept."""

    kind: ProofKind = Field(description="recording 是录音录像，electronic 是电子确认。")
    reference: _Reference = Field(description="录音录像或者电子确认的编号。", examples=["REC-20261120-0031"])


class StepRequest(Input):
    """The next step, with what it has to put on record."""

    step: InsistenceStep = Field(description="要办理的下一步。", examples=["withdraw"])
    proof: ProofRequest | None = Field(default=None, description="这一步的凭证；需要凭证的步骤必填。", examples=[None])
    note: _Note = Field(default="", description="追加了解到的情况，或者决定的理由。", examples=[""])
    amount: _Amount | None = Field(default=None, description="客户打算投入的金额（元）。", examples=[50000])

    @property
    def proven(self) -> Proof | None:
        """The proof, if one was sent."""
        return None if self.proof is None else Proof(kind=self.proof.kind, reference=self.proof.reference)


class DisclosureView(View):
    """What a step has to put on record."""

    text: str
    provision: str = Field(examples=["SUIT:24"])


class NextStepView(View):
    """A step that the caller may take now."""

    step: InsistenceStep
    label: str = Field(examples=["特别书面风险警示"])
    disclosures: tuple[DisclosureView, ...]
    needs_proof: bool
    needs_note: bool
    needs_amount: bool


class StepTakenView(View):
    """A step that was taken."""

    step: InsistenceStep
    label: str
    by: str = Field(description="办理人姓名。")
    at: datetime
    proof_kind: ProofKind | None
    proof_label: str | None = Field(examples=["录音录像"])
    reference: str | None
    note: str
    amount: float | None


class InsistenceView(View):
    """A procedure as the caller sees it today."""

    id: str
    customer_id: str
    customer_name: str
    product_code: str
    product_name: str
    risk_grade: str
    match: MatchView
    asked_on: date
    channel: str
    words: str = Field(description="客户的原话，未经核实。")
    written_by_customer: bool
    state: InsistenceState
    state_label: str = Field(examples=["考虑期"])
    steps: tuple[StepTakenView, ...]
    next_steps: tuple[NextStepView, ...]
    warning_case: str | None = Field(description="警示书的草稿编号。")
    warning_state: ReviewState | None
    warning_label: str | None = Field(examples=["已送达"])
    reflects_until: datetime | None = Field(description="考虑期到什么时候。")
    permitted_until: datetime | None = Field(description="最晚什么时候办理。")
    changed: str | None = Field(description="情况已经变化的，为什么不能继续。")
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, seen: Seen) -> Self:
        """The procedure, what was done, and what comes next."""
        one = seen.insistence
        return cls(
            id=one.id,
            customer_id=one.customer_id,
            customer_name=seen.customer_name,
            product_code=one.product_code,
            product_name=one.match.product_name,
            risk_grade=one.match.risk_grade,
            match=MatchView.of(one.match),
            asked_on=one.wish.asked_on,
            channel=one.wish.channel,
            words=one.wish.words,
            written_by_customer=one.wish.by_customer,
            state=one.state,
            state_label=one.state.label,
            steps=tuple(_taken(taken, seen.names[taken.by]) for taken in one.steps),
            next_steps=tuple(_next(step, seen) for step in seen.next_steps),
            warning_case=one.case_id,
            warning_state=seen.warning,
            warning_label=None if seen.warning is None else STATE_LABELS[seen.warning],
            reflects_until=seen.reflects_until,
            permitted_until=seen.permitted_until,
            changed=seen.changed,
            created_at=one.created_at,
            updated_at=one.updated_at,
        )


def _taken(taken: StepTaken, by: str) -> StepTakenView:
    proof = taken.proof
    return StepTakenView(
        step=taken.step,
        label=taken.step.label,
        by=by,
        at=taken.at,
        proof_kind=None if proof is None else proof.kind,
        proof_label=None if proof is None else proof.kind.label,
        reference=None if proof is None else proof.reference,
        note=taken.note,
        amount=taken.amount,
    )


def _next(step: InsistenceStep, seen: Seen) -> NextStepView:
    return NextStepView(
        step=step,
        label=step.label,
        disclosures=tuple(DisclosureView(text=each.text, provision=each.provision) for each in seen.disclosures[step]),
        needs_proof=step in PROVEN,
        needs_note=step in EXPLAINED,
        needs_amount=step is InsistenceStep.GIVE_TIME,
    )
