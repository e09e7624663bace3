"""How likely each need is to show within ninety days: the truth behind the generated behaviour.

Every coefficient stands here. What a customer did and holds is half of it (``Standing``); the other half are latent
leanings, one a need, which drift from quarter to quarter and leave only faint traces. So the records tell a model
something, and never everything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.random import Generator

from knowledge.customers.generating.market import Flags, Floats, Integers

WINDOW = 90
"""Days that a probability looks ahead."""
_PERSISTENCE = 0.75
"""Correlation of a leaning with itself a window later."""
_NEW_DAYS, _OLD, _BOLDEST = 365, 62, 5
_NOTICEABLE, _PAINFUL = 0.1, 0.15
"""Shares of the assets that came or went, or were lost."""


class Need(StrEnum):
    """What a customer may come to need, and the event in the records that shows it."""

    CASH_MANAGEMENT = "cash_management"
    """Subscribes a product of variety cash."""
    FIXED_INCOME = "fixed_income"
    """Subscribes one of variety fixed income."""
    FUND_ADVISORY = "fund_advisory"
    """Subscribes one of variety mixed, equity or alternative."""
    MARGIN = "margin"
    """Opens a margin account."""
    EDUCATION = "education"
    """Takes part in investor education, as a service record of that kind tells."""
    RETENTION = "retention"
    """Takes at least half of the assets away, net of what is brought."""
    RE_ASSESSMENT = "re_assessment"
    """Does the risk assessment again."""


NEEDS = tuple(Need)
SUBSCRIBED: Mapping[Need, frozenset[str]] = {
    Need.CASH_MANAGEMENT: frozenset({"cash"}),
    Need.FIXED_INCOME: frozenset({"fixed_income"}),
    Need.FUND_ADVISORY: frozenset({"mixed", "equity", "alternative"}),
}
"""Needs that show in a subscription, and the varieties that count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the records tell of each customer at the start of a window. Counts are those of the window before."""

    cash: Floats
    total: Floats
    gain: Floats
    """Unrealised result over cost."""
    ranks: Integers
    ages: Floats
    tenure: Integers
    """Days since the account was opened."""
    visits: Floats
    earlier_visits: Floats
    """Two windows back."""
    topics: Mapping[Need, Floats]
    """Visits and talks that concern the need."""
    trades: Floats
    contacts: Floats
    complaints: Floats
    brought: Floats
    """Deposits over assets."""
    taken: Floats
    """Withdrawals over assets."""
    held: Mapping[Need, Flags]
    """Has a product of these varieties already."""
    note_due: Flags
    """A note matures within the window."""
    days_to_expiry: Integers
    """Of the assessment; negative: it has run out, or there never was one."""
    asleep: Flags
    momentum: float
    """Of the market, log return of the window before."""


def first_leanings(random: Generator, number: int) -> Floats:
    """Customers × needs, standard normal."""
    return random.standard_normal((number, len(NEEDS)))


def next_leanings(random: Generator, leanings: Floats) -> Floats:
    """A window later."""
    fresh = random.standard_normal(leanings.shape)
    later: Floats = _PERSISTENCE * leanings + np.sqrt(1 - _PERSISTENCE**2) * fresh
    return later


def probabilities(standing: Standing, leanings: Floats) -> dict[Need, Floats]:
    """Of the event within the next ``WINDOW`` days, need by need; whether it is possible at all is not asked here."""
    return {
        need: 1 / (1 + np.exp(-(_LOGITS[need](standing) + _WEIGHTS[need] * leanings[:, place])))
        for place, need in enumerate(NEEDS)
    }


def _logit(base: float, *terms: tuple[float, Floats | Flags]) -> Floats:
    """Base, and coefficients times what they weigh."""
    total = np.full(len(terms[0][1]), base)
    for coefficient, what in terms:
        total += coefficient * what
    return total


def _idle(at: Standing) -> Floats:
    """Share of cash: zero at fifteen in a hundred, one at thirty-five."""
    share: Floats = at.cash / np.maximum(at.total, 1)
    return np.clip((share - 0.15) / 0.2, -0.75, 3)


def _spare(at: Standing) -> Floats:
    """Zero at ten thousand yuan of cash, one at a hundred thousand."""
    tenfold: Floats = np.log10(at.cash + 1) - 4
    return np.clip(tenfold, -2, 2)


def _log(counts: Floats) -> Floats:
    """The first few count most."""
    logs: Floats = np.log1p(counts)
    return logs


def _interest(at: Standing, need: Need) -> Floats:
    return _log(at.topics[need])


def _lost(at: Standing, share: float) -> Flags:
    return at.gain < -share


def _new(at: Standing) -> Flags:
    return at.tenure < _NEW_DAYS


def _old(at: Standing) -> Flags:
    return at.ages >= _OLD


def _mood(at: Standing) -> Floats:
    return np.full(len(at.cash), np.clip(at.momentum, -0.2, 0.2))


def _years(at: Standing) -> Floats:
    """Of age, from forty-five."""
    return np.clip(at.ages - 45, -20, 30)


def _cash_management(at: Standing) -> Floats:
    return _logit(
        -3.4,
        (0.55, _idle(at)),
        (0.5, _spare(at)),
        (0.45, _interest(at, Need.CASH_MANAGEMENT)),
        (0.5, at.held[Need.CASH_MANAGEMENT]),
        (0.3, at.contacts > 0),
        (0.5, at.brought > _NOTICEABLE),
        (-2.2, at.asleep),
    )


def _fixed_income(at: Standing) -> Floats:
    return _logit(
        -3.35,
        (0.35, _idle(at)),
        (0.4, _spare(at)),
        (0.5, _interest(at, Need.FIXED_INCOME)),
        (1.2, at.note_due),
        (0.4, at.held[Need.FIXED_INCOME]),
        (0.4, _lost(at, _NOTICEABLE)),
        (0.02, _years(at)),
        (0.3, at.contacts > 0),
        (-2.2, at.asleep),
    )


def _fund_advisory(at: Standing) -> Floats:
    return _logit(
        -3.45,
        (0.25, _idle(at)),
        (0.4, _spare(at)),
        (0.5, _interest(at, Need.FUND_ADVISORY)),
        (0.5, at.held[Need.FUND_ADVISORY]),
        (0.35, (at.ranks - 3).astype(np.float64)),
        (2.0, _mood(at)),
        (-0.6, _lost(at, _PAINFUL)),
        (0.3, at.contacts > 0),
        (-2.2, at.asleep),
    )


def _margin(at: Standing) -> Floats:
    return _logit(
        -3.7,
        (1.0, _interest(at, Need.MARGIN)),
        (0.6, at.ranks >= _BOLDEST),
        (0.35, _log(at.trades)),
        (3.0, _mood(at)),
        (-0.03, _years(at)),
        (-2.2, at.asleep),
    )


def _education(at: Standing) -> Floats:
    return _logit(
        -3.5,
        (0.55, _interest(at, Need.EDUCATION)),
        (0.8, _new(at)),
        (0.5, _lost(at, _NOTICEABLE)),
        (0.4, _old(at)),
        (0.5, at.contacts > 0),
        (-2.2, at.asleep),
    )


def _retention(at: Standing) -> Floats:
    fewer = np.clip(_log(at.earlier_visits) - _log(at.visits), 0, 2)
    return _logit(
        -4.6,
        (0.75, _interest(at, Need.RETENTION)),
        (1.1, at.complaints > 0),
        (0.8, _lost(at, _PAINFUL)),
        (0.7, fewer),
        (0.9, at.taken > _NOTICEABLE),
        (0.5, _new(at)),
        (-0.5, at.contacts > 0),
        (-0.5, at.held[Need.FIXED_INCOME] | at.held[Need.FUND_ADVISORY]),
        (-0.7, at.asleep),
    )


def _re_assessment(at: Standing) -> Floats:
    lapsed = at.days_to_expiry < 0
    return _logit(
        -3.7,
        (4.3, ~lapsed & (at.days_to_expiry <= WINDOW)),
        (2.2, lapsed),
        (0.5, _interest(at, Need.RE_ASSESSMENT)),
        (0.25, _log(at.visits)),
        (0.4, at.contacts > 0),
        (-0.3, _old(at)),
        (-2.2, at.asleep),
    )


_LOGITS = {
    Need.CASH_MANAGEMENT: _cash_management,
    Need.FIXED_INCOME: _fixed_income,
    Need.FUND_ADVISORY: _fund_advisory,
    Need.MARGIN: _margin,
    Need.EDUCATION: _education,
    Need.RETENTION: _retention,
    Need.RE_ASSESSMENT: _re_assessment,
}
_WEIGHTS = {
    Need.CASH_MANAGEMENT: 0.8,
    Need.FIXED_INCOME: 0.85,
    Need.FUND_ADVISORY: 0.85,
    Need.MARGIN: 0.9,
    Need.EDUCATION: 0.8,
    Need.RETENTION: 0.85,
    Need.RE_ASSESSMENT: 0.5,
}
"""Of the latent leanings."""
