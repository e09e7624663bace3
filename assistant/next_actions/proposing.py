"""From observations, needs and the calendar to a day's actions, each with value, urgency and a reason."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from assistant.analysis.model import Attention, Fact, Observation
from assistant.demand.model import Need, NeedView
from assistant.next_actions.catalogue import KINDS, NEED_PREFIX, ActionKind
from assistant.next_actions.model import Feedback, Proposal
from knowledge.customers.model import HUMAN_CHANNELS, ConsentKind, CustomerRecord

_URGENCY = {Attention.URGENT: 0.85, Attention.IMPORTANT: 0.55, Attention.NORMAL: 0.3}
_SOON_DAYS = 14
"""A day that is so near adds most of what is left to the urgency; the effect fades exponentially."""
_SMALLEST_STAKE, _LARGEST_STAKE = 1e4, 1e8
"""Yuan at which the value of an action is 0 and 1; in between it grows with the logarithm."""
_PRIOR_DONE, _PRIOR_IRRELEVANT = 6.0, 2.0
"""A kind starts as if it had been called done six times and not relevant twice."""
_LOWEST_LEARNED, _HIGHEST_LEARNED = 0.4, 1.25
_LEAST_LIKELY, _LEAST_LIFT = Decimal(5), 1.5
"""Percent, and times the average customer's: a need less likely than either asks for no contact."""
_LEAST_URGENCY, _MOST_URGENCY = 0.2, 0.8
"""Of a need: it is a guess, so it never comes before what is known."""
_INSISTENCE = "insistence"
_DUE_FACTS = ("days_to_maturity", "days_left", "days_to_birthday")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A product that the customer insists on though it does not suit, and what is owed to the customer next."""

    key: str
    reason: str
    """A whole Chinese sentence."""


def propose(
    record: CustomerRecord,
    *,
    facts: Sequence[Fact],
    observations: Sequence[Observation],
    needs: Sequence[NeedView] = (),
    wishes: Sequence[Wanted] = (),
    feedback: Mapping[str, Feedback],
    as_of: date,
) -> tuple[Proposal, ...]:
    """The actions that a customer's day speaks for, the best first.

    Without consent to profiling (PIPL:24) or to marketing, and while a complaint is handled, only duties are proposed.
    """
    by_id = {fact.id: fact for fact in facts}
    found = [*_observed(record, by_id, observations, feedback, as_of), *(_owed(record, wish) for wish in wishes)]
    if record.customer.profiling_consent:
        found += _needed(record, by_id, needs, feedback, {each.kind for each in found})
    open_to_more = _may_be_approached(record) and all(each.kind != "recent_complaint" for each in found)
    chosen = [each for each in found if KINDS[each.kind].duty or open_to_more]
    return tuple(sorted(chosen, key=lambda each: (-each.score, each.key)))


def learned(kind: ActionKind, feedback: Feedback | None) -> float:
    """What verdicts add to or take from a kind: the mean of a Beta posterior over the prior's mean, within bounds.

    Beta–Bernoulli as in Russo et al. 2018, A Tutorial on Thompson Sampling, §3. 1 for a duty or without verdicts.
    """
    if kind.duty or feedback is None:
        return 1.0
    done, irrelevant = _PRIOR_DONE + feedback.done, _PRIOR_IRRELEVANT + feedback.irrelevant
    prior = _PRIOR_DONE / (_PRIOR_DONE + _PRIOR_IRRELEVANT)
    return round(min(max(done / (done + irrelevant) / prior, _LOWEST_LEARNED), _HIGHEST_LEARNED), 3)


def worth(amount: Decimal) -> float:
    """0 … 1 for yuan at stake."""
    if amount <= 0:
        return 0.0
    span = math.log(_LARGEST_STAKE / _SMALLEST_STAKE)
    return round(min(max(math.log(float(amount) / _SMALLEST_STAKE) / span, 0.0), 1.0), 4)


def urgency(base: float, days_left: int | None) -> float:
    """``base``, raised towards 1 as the day comes near."""
    if days_left is None:
        return base
    return round(base + (1 - base) * math.exp(-max(days_left, 0) / _SOON_DAYS), 4)


def _may_be_approached(record: CustomerRecord) -> bool:
    marketing = next((each for each in record.consents if each.kind is ConsentKind.MARKETING), None)
    return record.customer.profiling_consent and (marketing is None or marketing.granted)


def _observed(
    record: CustomerRecord,
    facts: Mapping[str, Fact],
    observations: Sequence[Observation],
    feedback: Mapping[str, Feedback],
    as_of: date,
) -> Iterator[Proposal]:
    seen: set[str] = set()
    for observation in observations:
        kind = KINDS.get(observation.key)
        if kind is None:
            continue
        key = _cause(observation)
        if key in seen:
            continue
        seen.add(key)
        told = {fact_id: facts[fact_id].text for fact_id in observation.facts if fact_id in facts}
        days = _days_left(observation, facts)
        yield Proposal(
            customer_id=record.customer.id,
            key=key,
            kind=observation.key,
            reason=observation.text,
            advice=observation.action,
            facts=told,
            channel=_channel(kind, record),
            value=max(worth(_stake(kind, observation, facts)), kind.least_value),
            urgency=urgency(_URGENCY[observation.severity], days),
            learned=learned(kind, feedback.get(observation.key)),
            due_on=date.fromordinal(as_of.toordinal() + days) if days is not None else None,
        )


def _owed(record: CustomerRecord, wish: Wanted) -> Proposal:
    kind = KINDS[_INSISTENCE]
    return Proposal(
        customer_id=record.customer.id,
        key=f"{_INSISTENCE}:{wish.key}",
        kind=_INSISTENCE,
        reason=wish.reason,
        advice=None,
        facts={},
        channel=_channel(kind, record),
        value=kind.least_value,
        urgency=_URGENCY[Attention.URGENT],
        learned=1.0,
        due_on=None,
    )


def _needed(
    record: CustomerRecord,
    facts: Mapping[str, Fact],
    needs: Sequence[NeedView],
    feedback: Mapping[str, Feedback],
    beside: set[str],
) -> Iterator[Proposal]:
    for need in needs:
        kind_name = f"{NEED_PREFIX}{need.need.value}"
        kind = KINDS.get(kind_name)
        likely = Decimal(str(need.probability.value))
        weak = likely < _LEAST_LIKELY or need.lift < _LEAST_LIFT
        if kind is None or weak or _ALREADY.get(need.need, frozenset()) & beside:
            continue
        told = (need.probability, need.base_rate, *(reason.fact for reason in need.reasons))
        yield Proposal(
            customer_id=record.customer.id,
            key=kind_name,
            kind=kind_name,
            reason=need.summary,
            advice=None,
            facts={fact.id: fact.text for fact in told},
            channel=_channel(kind, record),
            value=worth(_stake(kind, None, facts)),
            urgency=round(min(_LEAST_URGENCY + float(likely) / 100, _MOST_URGENCY), 4),
            learned=learned(kind, feedback.get(kind_name)),
            due_on=None,
        )


_ALREADY: Mapping[Need, frozenset[str]] = {
    Need.CASH_MANAGEMENT: frozenset({"idle_cash", "large_inflow"}),
    Need.RETENTION: frozenset({"assets_shrinking", "dormant", "large_outflow"}),
    Need.RE_ASSESSMENT: frozenset({"assessment_missing", "assessment_expired", "assessment_expiring"}),
}
"""Need → observations that ask for the same conversation."""


def _cause(observation: Observation) -> str:
    """The observation, and the holding that it is about where it is about one."""
    first = observation.facts[0].removeprefix("fact:") if observation.facts else ""
    if first.startswith("holding."):
        return f"{observation.key}:{first.removeprefix('holding.').rpartition('.')[0]}"
    return observation.key


def _days_left(observation: Observation, facts: Mapping[str, Fact]) -> int | None:
    for fact_id in observation.facts:
        fact = facts.get(fact_id)
        if fact is not None and fact_id.rpartition(".")[2] in _DUE_FACTS and isinstance(fact.value, int):
            return fact.value
    return None


def _stake(kind: ActionKind, observation: Observation | None, facts: Mapping[str, Fact]) -> Decimal:
    own = (
        [facts.get(fact_id) for fact_id in observation.facts if fact_id.endswith(".market_value")]
        if observation
        else []
    )
    chosen = next((fact for fact in own if fact is not None), None)
    chosen = chosen or facts.get(f"fact:{kind.stake}") or facts.get("fact:portfolio.total_assets")
    return Decimal(str(chosen.value)) if chosen is not None else Decimal(0)


def _channel(kind: ActionKind, record: CustomerRecord) -> str:
    """What the action asks for, else what the customer prefers, else the quiet one."""
    if kind.channel is not None:
        return kind.channel
    preferred = record.customer.preferred_channel
    return preferred if preferred in HUMAN_CHANNELS | {"app"} else "wecom"
