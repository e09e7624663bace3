"""Visits to app and web, talks with staff, education, complaints: what leaves the traces of a need."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.random import Generator

from knowledge.customers.generating import texts
from knowledge.customers.generating.journal import Journal
from knowledge.customers.generating.market import Flags, Floats, Integers
from knowledge.customers.generating.needs import NEEDS, WINDOW, Need
from knowledge.customers.generating.people import NEVER, People, birthday

TALKS = tuple(texts.REMARKS)
"""Kinds of service records, complaints apart."""
_TRACE = 0.55
"""How much a leaning shows in visits."""
_SAID = 0.9
"""How much it shows in what is talked about."""
_TALK_WEIGHT = 2.0
"""A talk about something counts as so many visits."""
_ASLEEP = 0.03
_RETENTION = NEEDS.index(Need.RETENTION)


@dataclass(slots=True)
class Meetings:
    """What happened in the window before, by customer; ``hold`` moves on by one."""

    random: Generator
    people: People
    journal: Journal
    today: int
    visits: Floats = field(init=False)
    earlier_visits: Floats = field(init=False)
    topics: Mapping[Need, Floats] = field(init=False)
    contacts: Floats = field(init=False)
    complaints: Floats = field(init=False)
    _away: Integers = field(init=False)
    """No visits from this day on."""
    _silent: Integers = field(init=False)
    """No talks from this day on."""

    def __post_init__(self) -> None:
        size, cases = self.people.size, self.people.cases
        self.visits, self.earlier_visits, self.contacts, self.complaints = (np.zeros(size) for _ in range(4))
        self.topics = {need: np.zeros(size) for need in NEEDS}
        self._away = np.array([self.today if case is None else self.today - case.away for case in cases])
        self._silent = np.array([self.today if case is None else self.today - case.silent for case in cases])

    def hold(
        self, as_of: int, trading_days: Integers, leanings: Floats, *, joins: Flags, asleep: Flags, gain: Floats
    ) -> None:
        """Everything of one window."""
        self.earlier_visits = self.visits
        self.topics = {need: np.zeros(self.people.size) for need in NEEDS}
        self.contacts = np.zeros(self.people.size)
        self._visit(as_of, leanings, asleep)
        self._talk(trading_days, leanings, asleep)
        self._teach(trading_days, joins)
        self._care(as_of)
        self._complain(trading_days, leanings, asleep, gain)

    def stage(self) -> None:
        """The last visit, talk and complaint of each case."""
        for place, case in enumerate(self.people.cases):
            if case is None:
                continue
            who = np.array([place])
            self._write_visits(who, self._away[who], np.zeros(1, dtype=np.int64))
            self._write_talks("follow_up", who, self._silent[who], np.zeros((1, len(NEEDS))))
            if case.hostile:
                for remark in range(len(texts.HOSTILE_REMARKS)):
                    self.journal.write("hostile", who, day=self._silent[who], remark=remark)
            if case.complaint is not None:
                self._write_complaints(who, np.array([self.today - case.complaint]))

    def _visit(self, as_of: int, leanings: Floats, asleep: Flags) -> None:
        """The more somebody leans to a need, the more pages of it; who leans to leaving comes less."""
        self.visits = np.zeros(self.people.size)
        usual = self.people.visits * np.where(asleep, _ASLEEP, 1.0) * np.exp(-0.25 * leanings[:, _RETENTION])
        for topic, visit in enumerate(texts.VISITS):
            need = None if visit.need is None else Need(visit.need)
            drawn = np.zeros(self.people.size) if need is None else leanings[:, NEEDS.index(need)]
            counts = self.random.poisson(usual * visit.weight * np.exp(_TRACE * drawn))
            who = np.repeat(np.arange(self.people.size), counts)
            days = as_of + 1 + self.random.integers(0, WINDOW, len(who))
            kept = (days > self.people.opened[who]) & (days < self._away[who])
            self._write_visits(who[kept], days[kept], np.full(int(kept.sum()), topic))
            seen = self._count(who[kept])
            self.visits += seen
            if need is not None:
                self.topics[need][:] += seen

    def _talk(self, trading_days: Integers, leanings: Floats, asleep: Flags) -> None:
        """Customers ask, and staff look after those with more assets more often."""
        awake = np.where(asleep, 0.25, 1.0)
        asks = 0.22 * np.exp(0.15 * np.maximum(leanings, 0).sum(axis=1)) * awake
        looked_after = np.clip(0.25 + 0.22 * np.log10(self.people.wealth / 1e5), 0.08, 1.2) * awake
        for kind, rates in (("consultation", asks), ("follow_up", looked_after)):
            who = np.repeat(np.arange(self.people.size), self.random.poisson(rates))
            days = trading_days[self.random.integers(0, len(trading_days), len(who))]
            self._meet(kind, who, days, leanings)

    def _teach(self, trading_days: Integers, joins: Flags) -> None:
        """Everybody who joins does, once or twice, whatever else is limited."""
        times = joins * (1 + (self.random.random(self.people.size) < 0.2))  # noqa: PLR2004
        who = np.repeat(np.arange(self.people.size), times)
        opened = np.searchsorted(trading_days, self.people.opened[who], side="right")
        places = opened + (self.random.random(len(who)) * (len(trading_days) - opened)).astype(np.int64)
        days = trading_days[np.minimum(places, len(trading_days) - 1)]
        self.contacts += self._count(who)
        self._write_talks("education", who, days, np.zeros((len(who), len(NEEDS))))

    def _care(self, as_of: int) -> None:
        """Good wishes, for some."""
        first = date.fromordinal(as_of + 1)
        ahead = np.array([_days_until(born, first) for born in self.people.born])
        wished = (ahead < WINDOW) & (self.random.random(self.people.size) < 0.3)  # noqa: PLR2004
        who = np.flatnonzero(wished)
        self._meet("care", who, as_of + 1 + ahead[who], np.zeros((self.people.size, len(NEEDS))))

    def _complain(self, trading_days: Integers, leanings: Floats, asleep: Flags, gain: Floats) -> None:
        rates = 0.006 * np.exp(0.6 * leanings[:, _RETENTION] + 0.9 * (gain < -0.15)) * np.where(asleep, 0.3, 1.0)  # noqa: PLR2004
        who = np.flatnonzero((self.random.random(self.people.size) < rates) & ~self.people.staged)
        days = trading_days[self.random.integers(0, len(trading_days), len(who))]
        kept = days > self.people.opened[who]
        self.complaints = self._count(who[kept])
        self._write_complaints(who[kept], days[kept])

    def _meet(self, kind: str, who: Integers, days: Integers, leanings: Floats) -> None:
        kept = (days > self.people.opened[who]) & (days < self._silent[who])
        who, days = who[kept], days[kept]
        self.contacts += self._count(who)
        self._write_talks(kind, who, days, leanings[who])

    def _write_visits(self, who: Integers, days: Integers, topics: Integers) -> None:
        hours = np.clip(np.round(self.random.normal(self.people.hours[who], 1.6)), 0, 23).astype(np.int64)
        on_pc = (self.random.random(len(who)) < 0.18).astype(np.int64)  # noqa: PLR2004
        self.journal.write("visits", who, day=days, topic=topics, hour=hours, pc=on_pc)

    def _write_talks(self, kind: str, who: Integers, days: Integers, leanings: Floats) -> None:
        """What is said leans the way the customer does."""
        remarks = texts.REMARKS[kind]
        needs = [None if remark.need is None else NEEDS.index(Need(remark.need)) for remark in remarks]
        weights = np.stack(
            [np.ones(len(who)) if need is None else 0.7 * np.exp(_SAID * leanings[:, need]) for need in needs], axis=1
        )
        sums = np.cumsum(weights, axis=1)
        draws = self.random.random(len(who)) * sums[:, -1]
        picks = (sums <= draws[:, None]).sum(axis=1)
        for number, need in enumerate(needs):
            if need is not None:
                self.topics[NEEDS[need]][:] += _TALK_WEIGHT * self._count(who[picks == number])
        self.journal.write(
            "talks",
            who,
            day=days,
            talk=TALKS.index(kind),
            remark=picks,
            hour=self.random.integers(9, 18, len(who)),
            topic=self.random.integers(0, 3, len(who)),
            staff=self.random.integers(0, len(texts.STAFF), len(who)),
        )

    def _write_complaints(self, who: Integers, days: Integers) -> None:
        closed = days + 2 + self.random.exponential(12, len(who)).astype(np.int64)
        self.journal.write(
            "complaints",
            who,
            day=days,
            grievance=self.random.integers(0, len(texts.GRIEVANCES), len(who)),
            closed=np.where(closed < self.today, closed, NEVER),
            hour=self.random.integers(9, 18, len(who)),
        )

    def _count(self, who: Integers) -> Floats:
        return np.bincount(who, minlength=self.people.size).astype(np.float64)


def _days_until(born_on: date, first: date) -> int:
    """To the next birthday, from ``first``."""
    ahead = birthday(born_on, first.year)
    return ((ahead if ahead >= first else birthday(born_on, first.year + 1)) - first).days
