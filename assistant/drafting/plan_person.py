"""What of a customer decides how a plan speaks, and patterns that depend on it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from assistant.analysis.suitability import Standing
from knowledge.customers.model import Horizon, RiskLevel

_RETIRED_AGE = 60
_YOUNG_BELOW = 32
_ADULT_AGE = 18
_CAUTIOUS_GOALS = frozenset({"liquidity", "preservation"})
_BOLD_GOALS = frozenset({"growth", "aggressive_growth"})
_BOLD_LEVELS = frozenset({RiskLevel.C4, RiskLevel.C5})


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Traits on one day; ``horizon``, ``goals`` and ``varieties`` only of an assessment that counts."""

    age: int
    guarded: bool
    professional: bool
    lowest_class: bool
    elderly: bool
    level: RiskLevel | None
    horizon: Horizon | None
    goals: frozenset[str]
    varieties: frozenset[str]
    channel: str

    @classmethod
    def of(cls, standing: Standing) -> "Person":
        """The traits that the gate knows."""
        assessment = standing.assessment
        return cls(
            age=standing.age,
            guarded=standing.guarded,
            professional=standing.professional,
            lowest_class=standing.lowest_class,
            elderly=standing.age >= standing.policy.elderly_age,
            level=assessment.level if assessment else None,
            horizon=assessment.horizon if assessment else None,
            goals=assessment.goals if assessment else frozenset(),
            varieties=assessment.varieties if assessment else frozenset(),
            channel=standing.customer.preferred_channel,
        )

    @property
    def minor(self) -> bool:
        """Not of age yet."""
        return self.age < _ADULT_AGE

    @property
    def retired(self) -> bool:
        """Of an age at which most have left work; said of needs, never as a fact."""
        return self.age >= _RETIRED_AGE

    @property
    def earning(self) -> bool:
        """Of an age at which most work."""
        return not self.retired and not self.minor

    @property
    def young(self) -> bool:
        """At the start of earning."""
        return self.age < _YOUNG_BELOW

    @property
    def assessed(self) -> bool:
        """Whether an assessment counts."""
        return self.level is not None

    @property
    def short(self) -> bool:
        """The money is needed soon, or wanted at hand."""
        return self.horizon is Horizon.SHORT or "liquidity" in self.goals

    @property
    def long(self) -> bool:
        """The money may stay away for years."""
        return self.horizon is Horizon.LONG

    @property
    def cautious(self) -> bool:
        """Wants little movement."""
        return bool(self.goals & _CAUTIOUS_GOALS) and not self.goals & _BOLD_GOALS

    @property
    def bold(self) -> bool:
        """Accepts large movement."""
        return self.level in _BOLD_LEVELS


When = Callable[[Person], bool]
Choices = tuple[tuple[When, str], ...]


def anybody(_person: Person) -> bool:
    """The choice for everybody else."""
    return True


def fitting(choices: Iterable[tuple[When, str]], person: Person) -> Iterator[str]:
    """The patterns that are for ``person``, the most particular first."""
    return (pattern for when, pattern in choices if when(person))
