"""The table of contents of a version: its 编, 章 and 节 with the articles below them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from api.schemas.library import ProvisionView


@dataclass(slots=True)
class Division:
    """A heading of the text, and what stands below it."""

    title: str
    first: ProvisionView
    last: ProvisionView
    provisions: int
    children: list["Division"] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        """Where a press on it leads."""
        return anchor_of(self.first)

    @property
    def span(self) -> str:
        """「22–28」: the numbers of its first and last article."""
        first, last = (each.ref.partition(":")[2].partition("@")[0] for each in (self.first, self.last))
        return first if first == last else f"{first}–{last}"


def anchor_of(provision: ProvisionView) -> str:
    """The id of a provision's place in the page."""
    return f"provision-{provision.ref}"


def outline_of(provisions: Sequence[ProvisionView], depth: int = 0) -> tuple[Division, ...]:
    """The divisions of a text in their order; without any, empty."""
    found = []
    for title, group in groupby(provisions, key=lambda each: each.path[depth] if len(each.path) > depth else ""):
        below = list(group)
        if title:
            found.append(Division(title, below[0], below[-1], len(below), list(outline_of(below, depth + 1))))
    return tuple(found)
