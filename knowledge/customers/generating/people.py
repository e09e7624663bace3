"""Who the fictional customers are, drawn a block at a time: one array an attribute.

Phone numbers start with 169, a prefix that no operator has; identity numbers have a region code that no place has.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

import numpy as np
from numpy.random import Generator

from knowledge.customers.generating import texts
from knowledge.customers.generating.cases import CASES, Case
from knowledge.customers.generating.instruments import Instrument
from knowledge.customers.generating.market import Flags, Floats, Integers

HORIZONS = ("short", "medium", "long")
STATUSES = ("ordinary", "qualified", "professional")
EXTRA_GOALS = (None, "liquidity", "preservation", "income")
CHANNELS = ("app", "wecom", "phone", "visit")
NEVER = 10**8
"""A day that does not come."""
_ADULT, _RETIRED, _ELDERLY = 18, 60, 65
_LONGEST_MEMBERSHIP = 9000
_REGION = "990000"
_CHECK_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_LEVELS = (0.07, 0.23, 0.37, 0.23, 0.10)
_LEVELS_OF_THE_OLD = (0.24, 0.40, 0.26, 0.08, 0.02)
_PROFESSIONAL, _QUALIFIED = 5_000_000, 3_000_000
"""Yuan that the status asks for (SUIT:8, PFREG:18)."""
_THRESHOLDS = (
    ("chinext", 100_000, 731, 3),
    ("convertible_bond", 100_000, 731, 3),
    ("star_market", 500_000, 731, 4),
    ("beijing", 500_000, 731, 4),
    ("hk_connect", 500_000, 183, 3),
    ("option", 500_000, 183, 5),
)
"""Permission, assets in yuan, days of experience, lowest level that asks for it."""
_MARGIN_ASSETS, _MARGIN_RANK = 500_000, 4

_Number = TypeVar("_Number", Floats, Integers)


@dataclass(slots=True, kw_only=True)
class People:
    """One block of customers. Days are ordinals, amounts yuan, rates in a quarter."""

    first: int
    """Number of the first of them."""
    cases: tuple[Case | None, ...]
    names: tuple[str, ...]
    guardians: tuple[str | None, ...]
    female: Flags
    born: tuple[date, ...]
    ages: Floats
    cities: tuple[str, ...]
    jobs: tuple[str, ...]
    incomes: Floats
    opened: Integers
    ranks: Integers
    """1 for C1 … 5 for C5: what the customer dares."""
    wealth: Floats
    """What is there to begin with."""
    statuses: Integers
    minors: Flags
    opted_out: Flags
    marketing: Flags
    channels: Integers
    hours: Floats
    """When visits are likeliest."""
    horizons: Integers
    extra_goals: Integers
    """Which of ``EXTRA_GOALS`` is wanted beside those of the level."""
    assessed: Flags
    lowest_class: Flags
    permissions: tuple[frozenset[str], ...]
    owes: Flags
    """Has had a margin account for long."""
    trades: Floats
    visits: Floats
    deposits: Floats
    cash_share: Floats
    positions: Integers
    """Different things held to begin with."""
    tastes: Floats
    """Liking of every instrument: customers × instruments."""
    commissions: Floats
    dormant_from: Integers
    """From here on next to nothing happens."""

    @property
    def size(self) -> int:
        """How many they are."""
        return len(self.names)

    @property
    def staged(self) -> Flags:
        """Whose situation is arranged."""
        return np.array([case is not None for case in self.cases], dtype=np.bool_)

    def ids(self) -> list[str]:
        """As the house calls them."""
        return [customer_id(self.first + place) for place in range(self.size)]


def draw_people(
    random: Generator,
    *,
    first: int,
    number: int,
    advisors: int,
    since: date,
    today: date,
    instruments: Sequence[Instrument],
) -> People:
    """``number`` customers from number ``first`` on, dealt to so many advisors in turn."""
    crowd = _Crowd(random, first, number, advisors, since, today)
    ages, minors = crowd.ages()
    ranks = crowd.arranged(crowd.ranks(ages, minors), lambda case: case.rank)
    jobs = [crowd.job(age) for age in ages]
    incomes = np.round(np.array([job.income for job in jobs]) * random.uniform(0.7, 1.6, number), -3)
    wealth = crowd.arranged(crowd.wealth(ages, incomes), lambda case: case.assets)
    opened = crowd.opened(ages, minors)
    female, names = crowd.names()
    held = crowd.permissions(wealth, ranks, opened, minors)
    owes = crowd.owes(wealth, ranks, opened)
    allowed = tuple(each | {"margin"} if debtor else each for each, debtor in zip(held, owes, strict=True))
    statuses = crowd.statuses(wealth, minors)
    return People(
        first=first,
        cases=crowd.cases,
        names=names,
        guardians=tuple(
            name[0] + crowd.given_name(female=bool(own)) if minor else None
            for name, own, minor in zip(names, random.random(number) < 0.5, minors, strict=True)  # noqa: PLR2004
        ),
        female=female,
        born=tuple(crowd.born(age, case) for age, case in zip(ages, crowd.cases, strict=True)),
        ages=ages,
        cities=crowd.cities(),
        jobs=tuple(job.name for job in jobs),
        incomes=incomes,
        opened=opened,
        ranks=ranks,
        wealth=wealth,
        statuses=statuses,
        minors=minors,
        opted_out=crowd.some(0.03, lambda case: case.opted_out),
        marketing=random.random(number) < 0.76,  # noqa: PLR2004
        channels=random.choice(len(CHANNELS), number, p=(0.40, 0.35, 0.18, 0.07)),
        hours=random.choice((10.0, 12.5, 14.5, 20.5, 22.0), number, p=(0.24, 0.14, 0.22, 0.30, 0.10)),
        horizons=crowd.arranged(
            random.choice(len(HORIZONS), number, p=(0.25, 0.5, 0.25)).astype(np.int64),
            lambda case: None if case.horizon is None else HORIZONS.index(case.horizon),
        ),
        extra_goals=random.choice(len(EXTRA_GOALS), number, p=(0.5, 0.18, 0.16, 0.16)),
        assessed=~crowd.some(0.02, lambda case: not case.assessed),
        lowest_class=(ranks == 1) & (minors | crowd.some(0.3, lambda case: case.lowest_class)),
        permissions=allowed,
        owes=owes,
        trades=crowd.arranged(np.minimum(np.exp(random.normal(0.6, 1.25, number)), 70.0), lambda case: case.trades),
        visits=crowd.arranged(np.minimum(np.exp(random.normal(1.3, 0.8, number)), 60.0), lambda case: case.visits),
        deposits=random.gamma(1.3, 0.8, number),
        cash_share=crowd.arranged(random.beta(1.4, 5, number), lambda case: case.cash_share),
        positions=crowd.arranged(
            random.choice(np.arange(1, 9), number, p=(0.12, 0.18, 0.2, 0.18, 0.13, 0.09, 0.06, 0.04)).astype(np.int64),
            lambda case: case.positions,
        ),
        tastes=_tastes(random, ages=ages, ranks=ranks, statuses=statuses, permissions=allowed, instruments=instruments),
        commissions=random.choice((0.00012, 0.00015, 0.0002, 0.00025, 0.0003), number, p=(0.15, 0.25, 0.3, 0.2, 0.1)),
        dormant_from=np.where(
            crowd.some(0.08, lambda _: False),
            random.integers(since.toordinal(), today.toordinal() - 60, number),
            NEVER,
        ),
    )


@dataclass(slots=True)
class _Crowd:
    """Draws attributes that hang together."""

    random: Generator
    first: int
    number: int
    advisors: int
    since: date
    today: date

    @property
    def cases(self) -> tuple[Case | None, ...]:
        """The first of every book."""
        places = ((self.first + place) // self.advisors for place in range(self.number))
        return tuple(CASES[place] if place < len(CASES) else None for place in places)

    @property
    def staged(self) -> Flags:
        return np.array([case is not None for case in self.cases], dtype=np.bool_)

    def arranged(self, drawn: _Number, wanted: Callable[[Case], float | None]) -> _Number:
        """What was drawn, with the cases' own values in their places."""
        for place, case in enumerate(self.cases):
            if case is not None and (value := wanted(case)) is not None:
                drawn[place] = value
        return drawn

    def some(self, share: float, wanted: Callable[[Case], bool]) -> Flags:
        """True for a share of people, and for cases that say so."""
        drawn = self.random.random(self.number) < share
        said = [case is not None and wanted(case) for case in self.cases]
        return np.where(self.staged, said, drawn)

    def ages(self) -> tuple[Floats, Flags]:
        drawn = np.floor(np.clip(self.random.normal(47.5, 14.5, self.number), 19, 90))
        minors = self.some(0.006, lambda case: case.minor)
        young = self.random.integers(6, 17, self.number)
        return self.arranged(np.where(minors, young, drawn), lambda case: case.age), minors

    def ranks(self, ages: Floats, minors: Flags) -> Integers:
        drawn = self.random.choice(5, self.number, p=_LEVELS)
        old = self.random.choice(5, self.number, p=_LEVELS_OF_THE_OLD)
        ranks = np.where(ages >= _ELDERLY, old, drawn) + 1
        return np.where(minors, 1, ranks).astype(np.int64)

    def job(self, age: float) -> texts.Job:
        if age < _ADULT:
            return texts.PUPIL
        if age >= _RETIRED:
            return texts.RETIRED
        return texts.JOBS[self.random.integers(len(texts.JOBS))]

    def wealth(self, ages: Floats, incomes: Floats) -> Floats:
        """Log-normal, more with age and income."""
        earning = np.log(np.maximum(incomes, 40_000) / 160_000)
        drawn = np.exp(
            self.random.normal(11.95, 1.25, self.number) + 0.4 * earning + 0.02 * (np.minimum(ages, 65) - 46)
        )
        return np.clip(np.round(drawn, 2), 2_000, 6e7)

    def opened(self, ages: Floats, minors: Flags) -> Integers:
        """Most came long ago; nobody before coming of age, except with a guardian."""
        today, since = self.today.toordinal(), self.since.toordinal()
        adult_days = (np.where(minors, ages - 2, ages - _ADULT) * 365).astype(np.int64)
        longest = np.clip(adult_days, 30, _LONGEST_MEMBERSHIP)
        drawn = today - np.maximum((longest * self.random.beta(1.3, 1.2, self.number)).astype(np.int64), 20)
        early = since - 30 - (self.random.random(self.number) * 2000).astype(np.int64)
        too_young = today - np.maximum(adult_days, 1300)
        return np.where(self.staged, np.maximum(early, np.where(minors, too_young, early)), drawn)

    def names(self) -> tuple[Flags, tuple[str, ...]]:
        female = self.random.random(self.number) < 0.49  # noqa: PLR2004
        hostile = np.array([case is not None and case.hostile for case in self.cases])
        female = female & ~hostile
        names = [
            texts.SURNAMES[self.random.integers(len(texts.SURNAMES))] + self.given_name(female=bool(each))
            for each in female
        ]
        return female, tuple(texts.HOSTILE_NAME if bad else name for name, bad in zip(names, hostile, strict=True))

    def given_name(self, *, female: bool) -> str:
        given = texts.FEMALE_NAMES if female else texts.MALE_NAMES
        return given[self.random.integers(len(given))]

    def cities(self) -> tuple[str, ...]:
        """The first are the biggest."""
        weights = 1 / np.arange(3, len(texts.CITIES) + 3)
        picks = self.random.choice(len(texts.CITIES), self.number, p=weights / weights.sum())
        return tuple(texts.CITIES[pick] for pick in picks)

    def born(self, age: float, case: Case | None) -> date:
        """A birthday that gives the age today, or falls on the wanted day."""
        if case is None:
            ahead = -int(self.random.integers(0, 365))
        else:
            ahead = case.birthday_in if case.birthday_in is not None else -int(self.random.integers(8, 350))
        day = self.today + timedelta(days=ahead)
        return birthday(day, day.year - int(age) - (1 if ahead > 0 else 0))

    def statuses(self, wealth: Floats, minors: Flags) -> Integers:
        """Only some of those who could ask for the status."""
        asks = self.random.random(self.number)
        statuses = np.where((wealth >= _QUALIFIED) & (asks < 0.6), 1, 0)  # noqa: PLR2004
        statuses = np.where((wealth >= _PROFESSIONAL) & (asks < 0.45), 2, statuses)  # noqa: PLR2004
        statuses = np.where(minors | self.staged, 0, statuses).astype(np.int64)
        return self.arranged(statuses, lambda case: STATUSES.index(case.status))

    def permissions(
        self, wealth: Floats, ranks: Integers, opened: Integers, minors: Flags
    ) -> tuple[frozenset[str], ...]:
        """Those whose thresholds are reached, as far as the customer cares for them."""
        experience = self.today.toordinal() - opened
        reached = [
            (wealth >= assets) & (experience >= days) & (ranks >= bold) & ~minors
            & (self.random.random(self.number) < 0.15 * ranks)
            for _, assets, days, bold in _THRESHOLDS
        ]  # fmt: skip
        return tuple(
            frozenset(name for (name, *_), has in zip(_THRESHOLDS, reached, strict=True) if has[place])
            for place in range(self.number)
        )

    def owes(self, wealth: Floats, ranks: Integers, opened: Integers) -> Flags:
        eligible = (wealth >= _MARGIN_ASSETS) & (ranks >= _MARGIN_RANK) & (opened < self.since.toordinal())
        return eligible & self.some(0.32, lambda _: False) | self.some(0.0, lambda case: case.margin_ratio is not None)


def birthday(born_on: date, year: int) -> date:
    """The same day of another year; 29 February is kept on the 28th."""
    day = 28 if (born_on.month, born_on.day) == (2, 29) else born_on.day
    return date(year, born_on.month, day)


def customer_id(number: int) -> str:
    """Of the customer of this number, counted from zero."""
    return f"K{number + 1:06d}"


def phone(number: int) -> str:
    """Nobody's."""
    return f"16900{number % 1_000_000:06d}"


def identity_number(born_on: date, number: int, *, female: bool) -> str:
    """Formally right (GB 11643), with a region that does not exist."""
    sequence = number % 500 * 2 + (0 if female else 1)
    digits = f"{_REGION}{born_on:%Y%m%d}{sequence:03d}"
    check = sum(int(digit) * weight for digit, weight in zip(digits, _CHECK_WEIGHTS, strict=True)) % 11
    return digits + _CHECK_DIGITS[check]


def _tastes(
    random: Generator,
    *,
    ages: Floats,
    ranks: Integers,
    statuses: Integers,
    permissions: Sequence[frozenset[str]],
    instruments: Sequence[Instrument],
) -> Floats:
    """Few things are liked much; nothing is liked that one may not have."""
    likings = np.exp(random.normal(0, 1.6, (len(ages), len(instruments)))) * [each.popularity for each in instruments]
    bold = np.clip(ranks - 1 - (ages - 45) / 40, 0.2, 4)
    for column, instrument in enumerate(instruments):
        if instrument.variety == "equity" and not instrument.house:
            likings[:, column] *= bold * 0.5
        elif instrument.variety in ("cash", "fixed_income"):
            likings[:, column] *= 2.5 / (0.5 + bold)
        if instrument.investor_class != "everyone":
            likings[:, column] *= statuses >= STATUSES.index(instrument.investor_class)
        if instrument.permission is not None:
            likings[:, column] *= [instrument.permission in held for held in permissions]
    return likings
