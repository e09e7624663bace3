"""Prices of a market that does not exist, in agreement with the results that the catalogue publishes."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.random import Generator, default_rng
from numpy.typing import NDArray

from knowledge.customers.generating.instruments import TERM_NOTE, Instrument

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

_YEAR = 244
"""Trading days a year."""
_NEW_YEARS = (
    "2020-01-25", "2021-02-12", "2022-02-01", "2023-01-22", "2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06",
    "2028-01-26", "2029-02-13", "2030-02-03", "2031-01-23", "2032-02-11", "2033-01-31", "2034-02-19", "2035-02-08",
)  # fmt: skip
"""First days of the lunar year; the exchanges rest for the week."""
_FIXED = ((1, 1), (4, 5), (5, 1), (5, 2), (5, 3), *((10, day) for day in range(1, 8)))
_TAIL = 5
"""Degrees of freedom: days of a market have fat tails."""
_DRIFT = -0.04
"""Of the market in a year that the catalogue does not tell of: losses are part of service."""
_LEAST_PUBLISHED = 3
"""So many equity results of a year tell how the market went."""


def stream(*words: object) -> Generator:
    """Random numbers of their own for whatever the words name: the same words, the same numbers."""
    return default_rng(list(hashlib.sha256(":".join(map(str, words)).encode()).digest()))


def trading_days(since: date, until: date) -> Integers:
    """Days from ``since`` to ``until``, both included, as ordinals: weekdays that are no holiday."""
    return np.array([day.toordinal() for day in _each(since, until) if _open(day)], dtype=np.int64)


def _each(since: date, until: date) -> list[date]:
    return [since + timedelta(days=ahead) for ahead in range((until - since).days + 1)]


_SPRING = {
    date.fromisoformat(first) + timedelta(days=ahead) for first in _NEW_YEARS for ahead in range(-1, 7)
}  # the eve, and six days more
_SATURDAY = 5


def _open(day: date) -> bool:
    return day.weekday() < _SATURDAY and (day.month, day.day) not in _FIXED and day not in _SPRING


@dataclass(frozen=True, slots=True)
class Market:
    """Closes by trading day and instrument; ``nan`` before an instrument began."""

    instruments: tuple[Instrument, ...]
    days: Integers
    """Ordinals of the trading days."""
    closes: Floats
    """Days × instruments."""

    def at(self, ordinal: int) -> int:
        """Number of the last trading day on or before the day."""
        return int(np.searchsorted(self.days, ordinal, side="right")) - 1


def simulate_market(instruments: Sequence[Instrument], *, since: date, until: date, seed: int, today: date) -> Market:
    """Closes of every trading day after ``since`` up to ``until``."""
    began = date(since.year, 1, 1)
    days = trading_days(began, until)
    random = stream(seed, today, "market")
    moves = _moves(instruments, days, random)
    closes = np.empty((len(days), len(instruments)))
    for column, instrument in enumerate(instruments):
        path = _published(instrument, days, moves[:, column])
        closes[:, column] = _closes(instrument, days, path, random)
    kept = days > since.toordinal()
    return Market(tuple(instruments), days[kept], closes[kept])


def _moves(instruments: Sequence[Instrument], days: Integers, random: Generator) -> Floats:
    """Daily log returns before they are brought into line with what is published."""
    market = _market(instruments, days, random)
    rates = random.standard_normal(len(days)) * 0.011 / np.sqrt(_YEAR)
    industries = {
        name: _fat(random, len(days)) * 0.13
        for name in sorted({each.industry for each in instruments if each.industry})
    }
    moves = np.empty((len(days), len(instruments)))
    for column, instrument in enumerate(instruments):
        beta, duration, own, drift = _nature(instrument)
        noise = _fat(random, len(days)) * own
        shared = industries[instrument.industry] if instrument.industry else 0.0
        moves[:, column] = drift / _YEAR + beta * market + duration * rates + shared + noise
    return moves


def _nature(instrument: Instrument) -> tuple[float, float, float, float]:
    """Share in the market's moves, in those of rates, own volatility, and drift, a year."""
    if instrument.variety == "cash" or instrument is TERM_NOTE:
        return 0.0, 0.0, 0.0, 0.026 if instrument is TERM_NOTE else 0.016
    if instrument.lots > 1 and instrument.industry:
        return (0.85, 0.0, 0.2, -0.06) if instrument.risk_grade == "R3" else (1.15, 0.0, 0.32, -0.14)
    return {
        "fixed_income": (
            0.06 * max(instrument.rank - 2, 0),
            0.35 * instrument.rank - 0.3,
            0.004 * instrument.rank,
            0.023,
        ),
        "mixed": (0.18 * instrument.rank - 0.1, 0.4, 0.03, 0.025),
        "equity": (0.95, 0.0, 0.07, 0.01),
        "alternative": (0.25, 0.2, 0.09, 0.03),
        "derivative": (0.35, 0.0, 0.06, 0.02),
    }[instrument.variety]


def _fat(random: Generator, number: int) -> Floats:
    """Daily moves of a yearly volatility of one."""
    drawn: Floats = random.standard_t(_TAIL, number) * np.sqrt((_TAIL - 2) / _TAIL / _YEAR)
    return drawn


def _market(instruments: Sequence[Instrument], days: Integers, random: Generator) -> Floats:
    """Calm and restless stretches; years that the catalogue tells of went as it tells."""
    restless = np.zeros(len(days))
    for number in range(1, len(days)):
        change = random.random() < (0.02 if restless[number - 1] else 0.008)
        restless[number] = restless[number - 1] if not change else 1 - restless[number - 1]
    moves = _fat(random, len(days)) * np.where(restless > 0, 0.28, 0.13)
    years = np.array([date.fromordinal(int(day)).year for day in days])
    for year in sorted(set(years.tolist())):
        told = [
            result.return_pct
            for each in instruments
            if each.variety == "equity"
            for result in each.results
            if result.since == date(year, 1, 1) and result.until == date(year, 12, 31)
        ]
        of_year = years == year
        published = len(told) >= _LEAST_PUBLISHED
        moves[of_year] += _missing(moves[of_year], float(np.median(told))) if published else _DRIFT / _YEAR
    return moves


def _published(instrument: Instrument, days: Integers, moves: Floats) -> Floats:
    path = moves.copy()
    for result in instrument.results:
        within = (days >= result.since.toordinal()) & (days <= result.until.toordinal())
        if within.any() and days[0] <= result.since.toordinal() + 14:  # the whole period, holidays apart
            path[within] += _missing(path[within], result.return_pct)
    return path


def _missing(moves: Floats, return_pct: float) -> float:
    """What each day lacks, so that the days together give the return."""
    return float((np.log1p(return_pct / 100) - moves.sum()) / len(moves))


def _closes(instrument: Instrument, days: Integers, moves: Floats, random: Generator) -> Floats:
    running = days >= instrument.inception_on.toordinal()
    path = np.cumsum(np.where(running, moves, 0.0))
    begun_before = instrument.inception_on < date.fromordinal(int(days[0]))
    level = random.uniform(6, 60) if instrument.share else random.uniform(0.95, 1.6) if begun_before else 1.0
    if instrument.variety == "cash" or instrument is TERM_NOTE:
        level = 1.0
    digits = 2 if instrument.share else 4
    return np.where(running, np.round(np.maximum(level * np.exp(path), 0.01), digits), np.nan)
