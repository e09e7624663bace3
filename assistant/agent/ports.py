"""An agent works on a brief with tools; whoever calls it needs nothing of the framework behind it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from assistant.agent.toolbox import Privacy, Toolbox
from assistant.analysis.model import Fact
from assistant.drafting.model import Brief, Evidence, Writing


@dataclass(frozen=True, slots=True)
class Step:
    """Something the agent does, as a person may read it while waiting."""

    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The end of a run: the writing, and everything that it was allowed to cite."""

    writing: Writing
    evidence: tuple[Evidence, ...]
    facts: tuple[Fact, ...]


class Agent(Protocol):
    """Answers a brief with the tools of a toolbox."""

    def run(self, brief: Brief, toolbox: Toolbox, *, privacy: Privacy) -> Iterator[Step | Finished]:
        """Steps while it works; the last thing is ``Finished``."""
