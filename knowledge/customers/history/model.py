"""Rows of many customers at once, as the database sums them up for one day."""

from dataclasses import dataclass
from datetime import date

import polars as pl


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductTerms:
    """What is needed of a product to read a history."""

    variety: str
    lock_up_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What was known at the end of ``day``: no row tells of a later one. Amounts in yuan.

    Only customers who may be profiled: those who opted out (PIPL:24) and those for whom a guardian acts are not read.
    Whatever has no day of its own (occupation, income, tags, positions of today) is not here, because nobody could
    say whether it was known then.
    """

    day: date
    people: pl.DataFrame
    """``customer_id, advisor_id, gender, born_on, opened_on``; one row each."""
    assessments: pl.DataFrame
    """``customer_id, level, lowest_class, assessed_on, expires_on, horizon``."""
    balances: pl.DataFrame
    """``customer_id, back, as_of, cash, assets``: the close on or before the day so many days ``back``."""
    lowest_cash: pl.DataFrame
    """``customer_id, lowest_cash``: the lowest close of half a year."""
    accounts: pl.DataFrame
    """``customer_id, kind, opened_on``."""
    flows: pl.DataFrame
    """``customer_id, day, kind, amount, number``: of the last 500 days, summed by day."""
    trades: pl.DataFrame
    """``customer_id, product_code, side, number, number_90, number_365, amount, amount_90, amount_365, last_on``."""
    settled: pl.DataFrame
    """``customer_id, day, side, amount, fee``: trades of the last 130 days, summed by day."""
    subscriptions: pl.DataFrame
    """``customer_id, day, product_code, kind, amount, number``: summed by day."""
    visits: pl.DataFrame
    """``customer_id, channel, topic, number_30, number_90, number_365, last_on``: of the last two years."""
    notes: pl.DataFrame
    """``customer_id, day, kind, remark``: of the last two years; ``remark`` is untrusted text."""
    complaints: pl.DataFrame
    """``customer_id, received_on, closed_on, topic``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """What happened after ``since`` and up to the end of ``until``, to the customers whom a history may tell of."""

    since: date
    until: date
    subscribed: pl.DataFrame
    """``customer_id, product_code``: bought from the house."""
    opened: pl.DataFrame
    """``customer_id, kind``: accounts."""
    notes: pl.DataFrame
    """``customer_id, kind``: service records."""
    flows: pl.DataFrame
    """``customer_id, kind, amount``: summed."""
    assessed: pl.DataFrame
    """``customer_id``."""
