"""What matters for this customer, the most pressing first: the thread that runs through every section."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.analysis.model import Attention, Observation
from assistant.drafting.plan_figures import Bands
from assistant.drafting.plan_person import Person

_SEVERITIES = list(Attention)
_STAFF_ONLY = frozenset(
    {"assets_shrinking", "large_outflow", "birthday", "profiling_opt_out", "permissions_within_reach"}
)
"""Observations that guide staff and are no subject of a letter."""
BEFORE_MONEY = frozenset({"recent_complaint", "margin_below_warning", "margin_near_warning", "loss_beyond_tolerance"})
"""What is settled before anybody speaks of target bands or new products."""
_ABOUT_CONTACT = ("dormant", "no_recent_contact")
"""Between us rather than about the money: these come last."""
_COVERED_BY = {
    "concentrated_industry": "concentrated_holding",
    "drawdown_beyond_tolerance": "loss_beyond_tolerance",
    "idle_cash": "large_inflow",
    "no_recent_contact": "dormant",
    "margin_near_warning": "margin_below_warning",
}
"""Theme → the one that says the same thing better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """``key`` is that of its observation, or ``rebalance`` / ``steady``."""

    key: str
    observation: Observation | None = None

    @property
    def by(self) -> tuple[str, ...]:
        """Keys of the facts that it rests on."""
        return tuple(fact.removeprefix("fact:") for fact in self.observation.facts) if self.observation else ()

    @property
    def basis(self) -> tuple[str, ...]:
        """Short references that it rests on."""
        return self.observation.provisions if self.observation else ()

    @property
    def urgent(self) -> bool:
        """Whether it cannot wait."""
        return self.observation is not None and self.observation.severity is Attention.URGENT

    @property
    def subject(self) -> str | None:
        """``holding.CODE`` where it is about one."""
        held = (key for key in self.by if key.startswith("holding."))
        return next((key.rpartition(".")[0] for key in held), None)

    def about_it(self, pattern: str) -> str:
        """``{it.name}`` → ``{holding.CODE.name}``."""
        return pattern.replace("{it.", f"{{{self.subject}.") if self.subject else pattern


def themes_of(observations: Iterable[Observation], bands: Bands, person: Person) -> tuple[Theme, ...]:
    """One a key, though several holdings may mature; what another theme covers is left out."""
    ordered = sorted(observations, key=lambda one: _SEVERITIES.index(one.severity))
    seen = [Theme(key=one.key, observation=one) for one in ordered if one.key not in _STAFF_ONLY]
    keys = {theme.key for theme in seen}
    kept = [theme for theme in seen if _COVERED_BY.get(theme.key) not in keys and theme.key != "allocation_gap"]
    after = [] if keys & BEFORE_MONEY else _of_bands(bands, person, kept)
    contact = [theme for theme in kept if theme.key in _ABOUT_CONTACT]
    return tuple(_once([*(theme for theme in kept if theme not in contact), *after, *contact]))


def _of_bands(bands: Bands, person: Person, kept: Sequence[Theme]) -> Iterator[Theme]:
    if bands.over or bands.short:
        yield Theme(key="rebalance")
    elif not kept and person.assessed:
        yield Theme(key="steady")


def _once(themes: Iterable[Theme]) -> Iterator[Theme]:
    seen: set[str] = set()
    for theme in themes:
        if theme.key not in seen:
            seen.add(theme.key)
            yield theme
