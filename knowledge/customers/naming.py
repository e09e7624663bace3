"""Which customers' names stand in a text: looked up by length, so that thousands of names cost a millisecond."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_TELLING_NAME = 3
_MANY = 100
_ADDRESS = r"\s*(?:先生|女士|小姐|老师|总|经理|客户)"


@dataclass(frozen=True, slots=True)
class KnownNames:
    """Names of customers, of whichever advisor: a gate for texts, nothing else is known here."""

    by_length: Mapping[int, frozenset[str]]

    @classmethod
    def of(cls, names: Iterable[str]) -> "KnownNames":
        """These names; empty ones are none."""
        found: defaultdict[int, set[str]] = defaultdict(set)
        for name in names:
            found[len(name)].add(name)
        found.pop(0, None)
        return cls({length: frozenset(same) for length, same in found.items()})

    def standing_in(self, text: str) -> tuple[str, ...]:
        """Those that ``text`` holds, in order.

        A name of two characters is often a word; it counts only before a form of address.
        """
        found = {name for length, names in self.by_length.items() for name in _standing(names, length, text)}
        return tuple(sorted(name for name in found if len(name) >= _TELLING_NAME or _addressed(name, text)))


def _standing(names: frozenset[str], length: int, text: str) -> Iterable[str]:
    """Of names of this length: a few are looked for one by one, many among all pieces of the text."""
    if len(names) < _MANY:
        return (name for name in names if name in text)
    return names.intersection(text[start : start + length] for start in range(len(text) - length + 1))


def _addressed(name: str, text: str) -> bool:
    return re.search(f"{re.escape(name)}{_ADDRESS}", text) is not None
