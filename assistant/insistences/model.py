"""When a customer insists on a product that does not suit: what is allowed, step by step (SUIT:19, 20, 22–25, 32).

The house may draft the explanation, the warning and the questions. It never names the product first, never words a
reason to buy and never suggests another risk assessment to gain a higher level.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from assistant.analysis.model import Dimension, Match, MatchVerdict
from assistant.errors import Conflict, Invalid, NotPermitted
from assistant.identity.model import SYSTEM, Actor, Licence, Role


class InsistenceState(StrEnum):
    """How far the procedure has come."""

    REQUESTED = "requested"
    TOLD_UNSUITABLE = "told_unsuitable"
    WARNED = "warned"
    REFLECTING = "reflecting"
    INSISTED = "insisted"
    """The customer has confirmed after the time to think; compliance looks at the whole procedure."""
    PERMITTED = "permitted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    VOIDED = "voided"
    """The customer, the product or the match is no longer what the procedure was about."""

    @property
    def label(self) -> str:
        """The Chinese name that people read."""
        return _STATE_LABELS[self]


class InsistenceStep(StrEnum):
    """What is done next."""

    TELL_UNSUITABLE = "tell_unsuitable"
    WARN_IN_WRITING = "warn_in_writing"
    GIVE_TIME = "give_time"
    CONFIRM = "confirm"
    PERMIT = "permit"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    VOID = "void"

    @property
    def label(self) -> str:
        """The Chinese name that people read."""
        return _STEP_LABELS[self]


_STATE_LABELS = {
    InsistenceState.REQUESTED: "客户已提出",
    InsistenceState.TOLD_UNSUITABLE: "已告知不适合",
    InsistenceState.WARNED: "已书面警示",
    InsistenceState.REFLECTING: "考虑期",
    InsistenceState.INSISTED: "客户坚持，待合规复核",
    InsistenceState.PERMITTED: "可以办理",
    InsistenceState.REFUSED: "不予办理",
    InsistenceState.WITHDRAWN: "客户已放弃",
    InsistenceState.VOIDED: "已终止",
}

_STEP_LABELS = {
    InsistenceStep.TELL_UNSUITABLE: "告知不适合",
    InsistenceStep.WARN_IN_WRITING: "特别书面风险警示",
    InsistenceStep.GIVE_TIME: "追加了解，开始考虑期",
    InsistenceStep.CONFIRM: "客户仍然坚持",
    InsistenceStep.PERMIT: "同意办理",
    InsistenceStep.REFUSE: "不予办理",
    InsistenceStep.WITHDRAW: "客户放弃",
    InsistenceStep.VOID: "终止",
}

_REQUESTED, _TOLD, _WARNED = InsistenceState.REQUESTED, InsistenceState.TOLD_UNSUITABLE, InsistenceState.WARNED
_REFLECTING, _INSISTED = InsistenceState.REFLECTING, InsistenceState.INSISTED
OPEN = (_REQUESTED, _TOLD, _WARNED, _REFLECTING, _INSISTED)
"""States in which something can still be done."""

_ADVISOR, _REVIEWER, _SYSTEM = frozenset({Role.ADVISOR}), frozenset({Role.REVIEWER}), frozenset({Role.SYSTEM})
_EITHER = frozenset({Role.ADVISOR, Role.CUSTOMER})

TRANSITIONS: Mapping[tuple[InsistenceState, InsistenceStep], tuple[InsistenceState, frozenset[Role]]] = {
    (_REQUESTED, InsistenceStep.TELL_UNSUITABLE): (_TOLD, _ADVISOR),
    (_TOLD, InsistenceStep.WARN_IN_WRITING): (_WARNED, _ADVISOR),
    (_WARNED, InsistenceStep.GIVE_TIME): (_REFLECTING, _ADVISOR),
    (_REFLECTING, InsistenceStep.CONFIRM): (_INSISTED, _ADVISOR),
    (_INSISTED, InsistenceStep.PERMIT): (InsistenceState.PERMITTED, _REVIEWER),
    (_INSISTED, InsistenceStep.REFUSE): (InsistenceState.REFUSED, _REVIEWER),
    **{(state, InsistenceStep.WITHDRAW): (InsistenceState.WITHDRAWN, _EITHER) for state in OPEN},
    **{(state, InsistenceStep.VOID): (InsistenceState.VOIDED, _SYSTEM) for state in (*OPEN, InsistenceState.PERMITTED)},
}
"""Everything else is refused: no step may be skipped, and what is refused, withdrawn or voided is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """What the step has to put on record, and the provision that asks for it."""

    text: str
    provision: str


DISCLOSURES: Mapping[InsistenceStep, tuple[Disclosure, ...]] = {
    InsistenceStep.TELL_UNSUITABLE: (
        Disclosure(text="明确告知客户该产品与其不适合，并逐项说明理由。", provision="SUIT:19"),
        Disclosure(text="不劝说客户购买，不建议客户为提高等级重新测评。", provision="SUIT:22"),
    ),
    InsistenceStep.WARN_IN_WRITING: (
        Disclosure(text="就产品风险高于客户承受能力作特别的书面风险警示，由客户确认。", provision="SUIT:24"),
        Disclosure(text="营业网点全过程录音或者录像，线上办理留痕并由客户电子确认。", provision="SUIT:25"),
        Disclosure(text="售前告知的六项信息逐项告知，缺一不可。", provision="SUIT:23"),
    ),
    InsistenceStep.GIVE_TIME: (
        Disclosure(text="告知特别风险点，追加了解客户情况，给予更多考虑时间。", provision="SUIT:20"),
    ),
    InsistenceStep.CONFIRM: (
        Disclosure(text="考虑期过后由客户本人再次确认，客户仍然坚持的方可继续。", provision="SUIT:19"),
        Disclosure(text="确认的过程录音、录像或者留痕。", provision="SUIT:25"),
    ),
    InsistenceStep.PERMIT: (
        Disclosure(text="核对告知、警示、考虑期和确认的记录齐全，方可同意办理，并增加回访频次。", provision="SUIT:20"),
        Disclosure(text="匹配意见、警示书、录音录像和时间记录至少保存20年。", provision="SUIT:32"),
    ),
    InsistenceStep.REFUSE: (Disclosure(text="向客户说明不予办理的理由。", provision="SUIT:33"),),
    InsistenceStep.WITHDRAW: (),
    InsistenceStep.VOID: (),
}

PROVEN = frozenset({InsistenceStep.TELL_UNSUITABLE, InsistenceStep.WARN_IN_WRITING, InsistenceStep.CONFIRM})
"""Steps with the customer, which ask for the number of a recording or of an electronic trace (SUIT:24, 25)."""
EXPLAINED = frozenset({InsistenceStep.GIVE_TIME, InsistenceStep.PERMIT, InsistenceStep.REFUSE})
"""Steps that ask for words: what was learned of the customer, or why compliance decided so."""
_SHORTEST_NOTE, _LONGEST_NOTE = 4, 500
_LONGEST_REFERENCE = 64
_NEGOTIABLE = frozenset({Dimension.RISK, Dimension.TERM, Dimension.VARIETY_AND_GOAL})


class ProofKind(StrEnum):
    """How a step with the customer is kept."""

    RECORDING = "recording"
    """Sound or picture of the whole conversation, at the branch or by remote video."""
    ELECTRONIC = "electronic"
    """The trace of an electronic confirmation by the customer."""

    @property
    def label(self) -> str:
        """The Chinese name that people read."""
        return {ProofKind.RECORDING: "录音录像", ProofKind.ELECTRONIC: "电子确认"}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Where the record of a step with the customer is kept."""

    kind: ProofKind
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the customer asked for, in the customer's own words. ``words`` is untrusted."""

    asked_on: date
    channel: str
    words: str
    by_customer: bool
    """The customer wrote it here in person; otherwise an advisor took it down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTaken:
    """One step, by whom and when, with what it had to put on record."""

    step: InsistenceStep
    by: str
    role: Role
    at: datetime
    proof: Proof | None = None
    note: str = ""
    amount: float | None = None
    """Yuan that the customer thinks of, asked before the time to think."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Insistence:
    """One customer's wish for one product, and how far it has come. ``match`` is the verdict that it is about."""

    id: str
    customer_id: str
    advisor_id: str
    wish: Wish
    match: Match
    created_at: datetime
    updated_at: datetime
    state: InsistenceState = InsistenceState.REQUESTED
    steps: tuple[StepTaken, ...] = ()
    case_id: str | None = None
    """The review case of the written warning."""
    version: int = 0

    @property
    def product_code(self) -> str:
        """What the customer wants."""
        return self.match.product_code

    @property
    def open(self) -> bool:
        """Whether something can still be done."""
        return self.state in OPEN

    def reflects_until(self, hours: int) -> datetime | None:
        """When the time to think is over; ``None`` before it began."""
        begun = [taken.at for taken in self.steps if taken.step is InsistenceStep.GIVE_TIME]
        return begun[-1] + timedelta(hours=hours) if begun else None

    def permitted_until(self, days: int) -> datetime | None:
        """Until when the permission may be used; ``None`` without one."""
        given = [taken.at for taken in self.steps if taken.step is InsistenceStep.PERMIT]
        return given[-1] + timedelta(days=days) if given and self.state is InsistenceState.PERMITTED else None

    def next_steps(self, role: Role) -> tuple[InsistenceStep, ...]:
        """What this role may do now."""
        return tuple(
            step for step in InsistenceStep if role in TRANSITIONS.get((self.state, step), (None, frozenset()))[1]
        )

    def readable_by(self, role: Role) -> "Insistence":
        """What this role may read: what employees noted is for the house, for nobody approved it for a customer."""
        if role is not Role.CUSTOMER:
            return self
        own = (Role.CUSTOMER, Role.SYSTEM)
        return replace(self, steps=tuple(each if each.role in own else replace(each, note="") for each in self.steps))

    def after(self, taken: StepTaken, by: Actor, *, reflection_hours: int) -> "Insistence":
        """The procedure after a step.

        Raises:
            Conflict: the step is not next, or the time to think is not over.
            NotPermitted: it is not for this role, or compliance without its licence.
            Invalid: something that has to be put on record is missing.

        """
        move = TRANSITIONS.get((self.state, taken.step))
        if move is None:
            raise Conflict(f"目前是「{self.state.label}」，不能进行「{taken.step.label}」。")
        state, roles = move
        if by.role not in roles:
            raise NotPermitted(f"您的角色不能进行「{taken.step.label}」。")
        if by.role is Role.REVIEWER and Licence.COMPLIANCE not in by.licences:
            raise NotPermitted("只有具备合规资格的审核人可以决定能否办理。")
        _must_be_on_record(taken)
        until = self.reflects_until(reflection_hours)
        if taken.step is InsistenceStep.CONFIRM and (until is None or taken.at < until):
            raise Conflict("考虑期还没有结束，请在考虑期过后再由客户确认。")
        return replace(self, state=state, steps=(*self.steps, taken), updated_at=taken.at)

    def voided(self, reason: str, at: datetime) -> "Insistence":
        """The procedure ended, because what it was about has changed."""
        taken = StepTaken(step=InsistenceStep.VOID, by=SYSTEM.id, role=SYSTEM.role, at=at, note=reason)
        return self.after(taken, SYSTEM, reflection_hours=0)


def must_be_open_to_insisting(match: Match) -> None:
    """Raise unless a customer may insist.

    Raises:
        Conflict: the product suits, so that nothing of this is needed.
        NotPermitted: no signature helps.

    """
    if match.verdict is MatchVerdict.SUITABLE:
        raise Conflict("该产品与客户匹配，不需要特别警示程序。")
    if match.verdict is MatchVerdict.BARRED:
        raise NotPermitted(f"不能办理：{'；'.join(reason.text.rstrip('。') for reason in match.against)}。")
    fixed = [reason for reason in match.against if reason.dimension not in _NEGOTIABLE]
    if fixed:
        raise NotPermitted(f"不能办理：{fixed[0].text}")


def change_since(then: Match, now: Match) -> str | None:
    """Why a procedure about ``then`` cannot go on when the verdict is ``now``: a whole Chinese sentence."""
    try:
        must_be_open_to_insisting(now)
    except (Conflict, NotPermitted) as error:
        return f"适当性匹配结果已经变化：{error.message}"
    before, after = ({reason.text for reason in one.against} for one in (then, now))
    if before != after:
        return "客户或者产品的情况已经变化，不匹配的理由与告知时不同，请重新开始。"
    return None


def _must_be_on_record(taken: StepTaken) -> None:
    note = taken.note.strip()
    if taken.step in PROVEN and (taken.proof is None or not any(map(str.isalnum, taken.proof.reference))):
        raise Invalid(f"「{taken.step.label}」须写明录音录像或者电子确认的编号。")
    if taken.proof is not None and len(taken.proof.reference) > _LONGEST_REFERENCE:
        raise Invalid(f"编号最多{_LONGEST_REFERENCE}个字符。")
    if taken.step in EXPLAINED and len(note) < _SHORTEST_NOTE:
        raise Invalid(f"「{taken.step.label}」须写明情况或者理由，至少{_SHORTEST_NOTE}个字。")
    if len(note) > _LONGEST_NOTE:
        raise Invalid(f"说明最多{_LONGEST_NOTE}个字。")
    if taken.step is InsistenceStep.GIVE_TIME and not (taken.amount and taken.amount > 0):
        raise Invalid("请写明客户打算投入的金额，须大于0。")
