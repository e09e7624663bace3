"""Features and outcomes of a day, read from the histories."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from assistant.demand.features import FeatureTable, features_on
from assistant.demand.learning import Sample
from assistant.demand.model import WINDOW_DAYS, Need
from assistant.demand.needs import eligible, happened
from assistant.demand.training import with_groups
from knowledge.customers.history.model import History, ProductTerms
from knowledge.customers.history.repository import HistoryRepository
from knowledge.customers.model import Scope
from knowledge.products.model import Product

Terms = Mapping[str, ProductTerms]


def terms_of(products: Iterable[Product], varieties: Mapping[str, str]) -> Terms:
    """What is known of products: those of the house, and whatever else anybody holds."""
    held = {code: ProductTerms(variety=variety) for code, variety in varieties.items()}
    house = {each.code: ProductTerms(variety=each.variety.value, lock_up_days=each.lock_up_days) for each in products}
    return held | house


def records_end(histories: HistoryRepository, today: date) -> date:
    """The day before which records are whole: today, or the day after the newest record where they stopped earlier.

    A window that reaches beyond it is not over: what is not told yet would count as not having happened.
    """
    return min(today, histories.last_day(today) + timedelta(days=1))


def table_on(histories: HistoryRepository, day: date, terms: Terms) -> tuple[History, FeatureTable]:
    """Everybody's features on a day."""
    history = histories.known(day, scope=Scope.everyone())
    return history, features_on(history, terms)


def sample_on(histories: HistoryRepository, day: date, terms: Terms) -> Sample:
    """Everybody's features on a day, and what happened in the window after it."""
    history, table = table_on(histories, day, terms)
    outcomes = histories.outcomes(day, day + timedelta(days=WINDOW_DAYS), scope=Scope.everyone())
    shown = happened(table.standing, outcomes, terms)
    possible = eligible(table.standing)
    grouped = with_groups(table.standing.select("customer_id"), history.people, day)
    return Sample(
        table=replace(table, standing=grouped),
        possible={need: possible[need.value].to_numpy() for need in Need},
        happened={need: shown[need.value].to_numpy() for need in Need},
    )
