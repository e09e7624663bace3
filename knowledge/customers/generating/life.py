"""Three years in the life of a block of customers: money day by day, everything else a window of ninety days at a time.

At the start of each window the probability of every need is computed from what a customer did and holds, and from the
latent leanings; the events are drawn from exactly these probabilities, and then they happen.
"""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.random import Generator

from knowledge.customers.generating.agenda import Agenda, Limits
from knowledge.customers.generating.cases import Case
from knowledge.customers.generating.dealing import Dealing
from knowledge.customers.generating.instruments import TRADED
from knowledge.customers.generating.journal import Journal
from knowledge.customers.generating.market import Flags, Floats, Integers, Market
from knowledge.customers.generating.meetings import Meetings
from knowledge.customers.generating.needs import (
    NEEDS,
    SUBSCRIBED,
    WINDOW,
    Need,
    Standing,
    first_leanings,
    next_leanings,
    probabilities,
)
from knowledge.customers.generating.people import NEVER, People
from knowledge.customers.generating.purse import Purse

WINDOWS = 13
ASSESSMENT_DAYS = 730
"""How long an assessment counts: the firm's policy."""
_UNTOLD = 1
"""Windows at the start whose truth is not told: there is no history before them."""
_ASLEEP = 0.04
"""What is left of the activity of somebody who sleeps."""
_VALID_FOR = 15
"""Days that an assessment must still count, so that there is a trading day before it ends."""
_LEAVE_FROM, _LEAVE_UNTIL = 6, 4
"""Trading days from the start and to the end of a window between which somebody leaves."""
_MARGIN_ASSETS, _MARGIN_RANK, _MARGIN_TENURE, _MARGIN_AGE = 500_000, 4, 183, 70
_FUND_RANK, _ADULT = 3, 18
_INDEX = next(place for place, each in enumerate(TRADED) if each.code == "XN0101")
"""What tells how the market went."""


@dataclass(slots=True)
class Life:
    """One block: ``live`` once; then ``journal``, ``dealing`` and ``people`` tell everything."""

    random: Generator
    people: People
    market: Market
    today: date
    journal: Journal = field(default_factory=Journal)
    dealing: Dealing = field(init=False)
    meetings: Meetings = field(init=False)
    assessed_on: Integers = field(init=False)
    """The latest assessment; long ago for those who have none."""
    _gone: Flags = field(init=False)
    _still: Integers = field(init=False)
    """From this day on nothing moves: the situation is arranged."""
    _deals: Floats = field(init=False)
    _brought: Floats = field(init=False)
    _taken: Floats = field(init=False)

    def __post_init__(self) -> None:
        people, today = self.people, self.today.toordinal()
        purse = Purse(self.journal, self.market, people.commissions)
        self.dealing = Dealing(self.random, people, self.market, purse, today)
        self.meetings = Meetings(self.random, people, self.journal, today)
        self.assessed_on = np.full(people.size, -NEVER)
        self._gone = np.zeros(people.size, dtype=np.bool_)
        self._still = np.array([today if case is None else _still(case, today) for case in people.cases])
        self._deals, self._brought, self._taken = (np.zeros(people.size) for _ in range(3))

    def live(self) -> None:
        """From the first day to yesterday, and one look ahead."""
        self._assess_before()
        self.dealing.furnish(self.people.opened < self._start(0))
        leanings = first_leanings(self.random, self.people.size)
        for window in range(WINDOWS):
            drawn = self._draw(window, leanings)
            self._live_window(window, drawn, leanings)
            leanings = next_leanings(self.random, leanings)
        self._draw(WINDOWS, leanings)
        self.meetings.stage()

    def _start(self, window: int) -> int:
        """Its day: what is known at its close is known, the days after it are the window."""
        return self.today.toordinal() - WINDOW * (WINDOWS - window)

    def _live_window(self, window: int, drawn: dict[Need, Flags], leanings: Floats) -> None:
        as_of = self._start(window)
        first = self.market.at(as_of) + 1
        last = self.market.at(as_of + WINDOW) + 1
        agenda = self._plan(as_of, first, last, drawn)
        asleep = self._asleep(as_of)
        for number in range(first, last):
            self.dealing.live_day(number, agenda)
        purse = self.dealing.purse
        self._deals, self._brought, self._taken = purse.deals, purse.brought, purse.taken
        self.meetings.hold(
            as_of,
            self.market.days[first:last],
            leanings,
            joins=drawn[Need.EDUCATION],
            asleep=asleep,
            gain=self._gain(last - 1),
        )
        self._assess(as_of, drawn[Need.RE_ASSESSMENT])
        self._gone |= drawn[Need.RETENTION]

    # what stands at the start of a window, and what is drawn from it

    def _draw(self, window: int, leanings: Floats) -> dict[Need, Flags]:
        as_of = self._start(window)
        self.dealing.begin_window(max(self.market.at(as_of), 0))
        standing = self._standing(as_of)
        likely = probabilities(standing, leanings)
        drawn: dict[Need, Flags] = {}
        for number, need in enumerate(NEEDS):
            possible = self._possible(need, standing, as_of)
            drawn[need] = possible & (self.random.random(self.people.size) < likely[need])
            who = np.flatnonzero(possible & ~self.people.staged)
            if window >= _UNTOLD:
                self.journal.write(
                    "needs",
                    who,
                    as_of=as_of,
                    need=number,
                    probability=likely[need][who],
                    happened=drawn[need][who].astype(np.int64),
                )
        return drawn

    def _standing(self, as_of: int) -> Standing:
        dealing, meetings = self.dealing, self.meetings
        total = np.maximum(dealing.start, 1.0)
        number = max(self.market.at(as_of), 0)
        return Standing(
            cash=dealing.purse.cash.copy(),
            total=total,
            gain=self._gain(number),
            ranks=dealing.ranks,
            ages=self.people.ages - (self.today.toordinal() - as_of) / 365.25,
            tenure=as_of - self.people.opened,
            visits=meetings.visits,
            earlier_visits=meetings.earlier_visits,
            topics=meetings.topics,
            trades=self._deals,
            contacts=meetings.contacts,
            complaints=meetings.complaints,
            brought=self._brought / total,
            taken=self._taken / total,
            held={need: dealing.holds(need) for need in SUBSCRIBED},
            note_due=(dealing.note_due > as_of) & (dealing.note_due <= as_of + WINDOW),
            days_to_expiry=self.assessed_on + ASSESSMENT_DAYS - as_of,
            asleep=self._asleep(as_of),
            momentum=self._momentum(number),
        )

    def _possible(self, need: Need, at: Standing, as_of: int) -> Flags:
        """Whether the event can happen to the customer at all within the window."""
        here = (self.people.opened < as_of) & ~self._arranged(as_of)
        if need in SUBSCRIBED:
            bold = at.ranks >= (_FUND_RANK if need is Need.FUND_ADVISORY else 1)
            return here & bold & (at.days_to_expiry >= _VALID_FOR) & self.dealing.affordable(need).any(axis=1)
        if need is Need.MARGIN:
            fit = (at.ranks >= _MARGIN_RANK) & (at.tenure >= _MARGIN_TENURE) & (at.ages < _MARGIN_AGE)
            return (
                here
                & fit
                & (self.dealing.margin_since >= NEVER)
                & (at.total >= _MARGIN_ASSETS)
                & (at.days_to_expiry >= _VALID_FOR)
            )
        if need is Need.RETENTION:
            return here & ~self.people.staged & (self.dealing.margin_since >= NEVER) & (at.total >= 1_000)  # noqa: PLR2004 - else nothing to take
        if need is Need.RE_ASSESSMENT:
            return here & (at.ages >= _ADULT) & ~self.people.staged
        return here & (at.ages >= _ADULT)

    def _arranged(self, as_of: int) -> Flags:
        return self.people.staged & (self._still <= as_of + WINDOW)

    def _asleep(self, as_of: int) -> Flags:
        return (self.people.dormant_from <= as_of) | self._gone

    def _gain(self, number: int) -> Floats:
        cost = self.dealing.purse.cost.sum(axis=1)
        return np.where(cost > 0, self.dealing.purse.value(number).sum(axis=1) / np.maximum(cost, 1) - 1, 0.0)

    def _momentum(self, number: int) -> float:
        before = max(number - 60, 0)
        return float(np.log(self.market.closes[number, _INDEX] / self.market.closes[before, _INDEX]))

    # what follows from it

    def _plan(self, as_of: int, first: int, last: int, drawn: dict[Need, Flags]) -> Agenda:
        """Events on days of their own; habits around them; nothing any more on the day somebody leaves."""
        days = self.market.days[first:last]
        agenda = Agenda(self.random, self.market.days, first, last)
        size, leaves = self.people.size, drawn[Need.RETENTION]
        leaving = np.full(size, NEVER)
        leaving[leaves] = agenda.fix(
            "clear", leaves, Limits(np.full(size, days[_LEAVE_FROM]), np.full(size, days[-_LEAVE_UNTIL]))
        )
        agenda.follow("leave", "clear")
        since = np.maximum(self.people.opened + 1, int(days[0]))
        free = Limits(since, np.minimum(np.minimum(self._still, int(days[-1]) + 1), leaving))
        valid = Limits(since, np.minimum(free.until, self.assessed_on + ASSESSMENT_DAYS))
        for need in (*SUBSCRIBED, Need.MARGIN):
            agenda.fix(need, drawn[need], valid)
        self._plan_habits(agenda, as_of, drawn, free, valid)
        return agenda

    def _plan_habits(self, agenda: Agenda, as_of: int, drawn: dict[Need, Flags], free: Limits, valid: Limits) -> None:
        people = self.people
        active = np.where(self._asleep(as_of), _ASLEEP, 1.0)
        arriving = (people.opened >= as_of) & (people.opened < as_of + WINDOW)
        idle = self.dealing.purse.cash / np.maximum(self.dealing.start, 1.0)
        mood = 1 + np.clip(3 * self._momentum(max(self.market.at(as_of), 0)), -0.5, 0.8)
        for need in SUBSCRIBED:
            bold = self.dealing.ranks >= (_FUND_RANK if need is Need.FUND_ADVISORY else 1)
            agenda.spread(need, 0.6 * drawn[need] + 0.3 * (arriving & bold), valid)
        agenda.spread("deposit", people.deposits * active, free)
        agenda.spread("withdraw", 0.9 * active, free)
        agenda.spread(
            "buy", (0.5 * people.trades * mood + 2 * arriving + 2.5 * np.clip(idle - 0.15, 0, 0.5)) * active, free
        )
        agenda.spread("sell", 0.45 * people.trades * active, free)
        agenda.spread("borrow", 0.7 * active * (self.dealing.margin_since < NEVER), free)
        agenda.spread("redeem", 0.4 * active, free)
        agenda.spread("note", 0.12 * active, valid)

    # assessments

    def _assess_before(self) -> None:
        """The latest assessment before the history, the one before that, and those that come with a case."""
        people, start = self.people, self._start(0)
        size = people.size
        latest = np.maximum(start - self.random.integers(0, 780, size), people.opened)
        for place, case in enumerate(people.cases):
            if case is not None:
                latest[place] = self.today.toordinal() + case.expires_in - ASSESSMENT_DAYS
        has = people.assessed & (latest >= people.opened)
        self.assessed_on = np.where(has, latest, -NEVER)
        earlier = latest - ASSESSMENT_DAYS + self.random.integers(-40, 30, size)
        before = np.flatnonzero(has & (earlier >= people.opened))
        self._write_assessments(before, earlier[before])
        now = np.flatnonzero(has)
        self._write_assessments(now, latest[now])

    def _assess(self, as_of: int, drawn: Flags) -> None:
        """Around the day on which the last one ends, otherwise on any day; the level may move by one."""
        who = np.flatnonzero(drawn)
        last = min(as_of + WINDOW, self.today.toordinal() - 1)
        ends = self.assessed_on[who] + ASSESSMENT_DAYS
        near = np.round(ends + self.random.normal(-12, 16, len(who))).astype(np.int64)
        days = np.where((ends > as_of) & (ends <= last), near, self.random.integers(as_of + 1, last + 1, len(who)))
        steps = self.random.choice((-1, 0, 1), len(who), p=(0.12, 0.74, 0.14))
        ranks = np.where(self.people.lowest_class[who], 1, np.clip(self.dealing.ranks[who] + steps, 1, 5))
        self.dealing.ranks[who] = ranks
        self.assessed_on[who] = np.clip(days, as_of + 1, last)
        self._write_assessments(who, self.assessed_on[who])

    def _write_assessments(self, who: Integers, days: Integers) -> None:
        lowest = self.people.lowest_class[who].astype(np.int64)
        self.journal.write("assessments", who, day=days, rank=self.dealing.ranks[who], lowest=lowest)


def _still(case: Case, today: int) -> int:
    """From when on nothing moves."""
    return 0 if case.result is not None else today - case.quiet
