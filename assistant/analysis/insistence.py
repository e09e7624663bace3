"""When a customer insists on a product that does not suit: what is allowed, step by step (SUIT:19, 20, 22–25, 32).

The house may draft the explanation, the warning and the questions. It never names the product first, never words a
reason to buy and never suggests another risk assessment to gain a higher level.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from assistant.analysis.model import Dimension, Match, MatchVerdict
from assistant.errors import Conflict, NotPermitted


class InsistenceState(StrEnum):
    """How far the procedure has come."""

    REQUESTED = "requested"
    TOLD_UNSUITABLE = "told_unsuitable"
    WARNED = "warned"
    REFLECTING = "reflecting"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class InsistenceStep(StrEnum):
    """What is done next."""

    TELL_UNSUITABLE = "tell_unsuitable"
    WARN_IN_WRITING = "warn_in_writing"
    GIVE_TIME = "give_time"
    CONFIRM = "confirm"
    WITHDRAW = "withdraw"


_REQUESTED, _TOLD, _WARNED = InsistenceState.REQUESTED, InsistenceState.TOLD_UNSUITABLE, InsistenceState.WARNED
_REFLECTING, _CONFIRMED, _WITHDRAWN = InsistenceState.REFLECTING, InsistenceState.CONFIRMED, InsistenceState.WITHDRAWN

TRANSITIONS: Mapping[tuple[InsistenceState, InsistenceStep], InsistenceState] = {
    (_REQUESTED, InsistenceStep.TELL_UNSUITABLE): _TOLD,
    (_TOLD, InsistenceStep.WARN_IN_WRITING): _WARNED,
    (_WARNED, InsistenceStep.GIVE_TIME): _REFLECTING,
    (_REFLECTING, InsistenceStep.CONFIRM): _CONFIRMED,
    (_REQUESTED, InsistenceStep.WITHDRAW): _WITHDRAWN,
    (_TOLD, InsistenceStep.WITHDRAW): _WITHDRAWN,
    (_WARNED, InsistenceStep.WITHDRAW): _WITHDRAWN,
    (_REFLECTING, InsistenceStep.WITHDRAW): _WITHDRAWN,
}
"""Everything else is refused: no step may be skipped, and what is confirmed or withdrawn is over."""

_NEGOTIABLE = frozenset({Dimension.RISK, Dimension.TERM, Dimension.VARIETY_AND_GOAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """What the step has to put on record, and the provision that asks for it."""

    text: str
    provision: str


DISCLOSURES: Mapping[InsistenceStep, tuple[Disclosure, ...]] = {
    InsistenceStep.TELL_UNSUITABLE: (
        Disclosure(text="明确告知客户该产品与其不适合，并逐项说明理由。", provision="SUIT:19"),
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
        Disclosure(text="客户仍然坚持的方可办理，并增加回访频次。", provision="SUIT:19"),
        Disclosure(text="匹配意见、警示书、录音录像和时间记录至少保存20年。", provision="SUIT:32"),
    ),
    InsistenceStep.WITHDRAW: (),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Insistence:
    """One customer's wish for one product."""

    product_code: str
    state: InsistenceState = InsistenceState.REQUESTED

    @classmethod
    def begin(cls, match: Match, *, asked_by_customer: bool) -> "Insistence":
        """Open the procedure. ``NotPermitted`` where no signature helps, ``Conflict`` where it is not needed."""
        if not asked_by_customer:
            raise NotPermitted("只有客户本人主动提出时才能办理，员工不得先提出不匹配的产品。")
        if match.verdict is MatchVerdict.SUITABLE:
            raise Conflict("该产品与客户匹配，不需要特别警示程序。")
        if match.verdict is MatchVerdict.BARRED:
            raise NotPermitted(f"不能办理：{_bar(match)}")
        fixed = [reason for reason in match.against if reason.dimension not in _NEGOTIABLE]
        if fixed:
            raise NotPermitted(f"不能办理：{fixed[0].text}")
        return cls(product_code=match.product_code)

    def after(self, step: InsistenceStep) -> "Insistence":
        """The procedure after ``step``; ``Conflict`` for a step that is not next."""
        state = TRANSITIONS.get((self.state, step))
        if state is None:
            raise Conflict(f"目前的状态是 {self.state}，不能进行 {step}。")
        return Insistence(product_code=self.product_code, state=state)


def _bar(match: Match) -> str:
    """The reason that no signature overcomes: access, or else the lowest class."""
    reasons = {reason.dimension: reason.text for reason in match.against}
    return reasons.get(Dimension.ACCESS) or reasons[Dimension.RISK]
