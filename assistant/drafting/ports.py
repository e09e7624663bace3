"""A writer turns a brief into statements."""

from typing import Protocol

from assistant.drafting.model import Brief, Writing


class Writer(Protocol):
    """Words what the brief holds, and nothing else. May only cite the brief's own evidence and facts."""

    def write(self, brief: Brief) -> Writing:
        """Statements in reading order, or an abstention with its reason."""
