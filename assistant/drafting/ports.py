"""A writer turns a brief into statements; a fault finder says what is wrong with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.analysis.model import Fact
from assistant.drafting.model import Brief, Evidence, Statement, Writing


class Writer(Protocol):
    """Words what the brief holds, and nothing else. May only cite the brief's own evidence and facts."""

    def write(self, brief: Brief) -> Writing:
        """Statements in reading order, or an abstention with its reason."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a statement, or (``None``) with the whole. ``reason`` is told to the model."""

    statement_id: str | None
    reason: str


class FaultFinder(Protocol):
    """The checks, as far as they concern statements that a model worded: what must be repaired or dropped."""

    def __call__(
        self, statements: Sequence[Statement], evidence: Sequence[Evidence], facts: Sequence[Fact]
    ) -> Sequence[Fault]:
        """Faults of ``statements``, which may cite ``evidence`` and ``facts`` only."""


def no_faults(
    statements: Sequence[Statement],  # noqa: ARG001 - the shape of FaultFinder
    evidence: Sequence[Evidence],  # noqa: ARG001
    facts: Sequence[Fact],  # noqa: ARG001
) -> Sequence[Fault]:
    """Where nothing is checked beyond citations."""
    return ()
