"""Sections get their statements' ids."""

from collections.abc import Iterable, Sequence

from assistant.drafting.model import Section, Statement


def numbered(sections: Iterable[tuple[str, str, Sequence[Statement]]], prefix: str = "s") -> tuple[Section, ...]:
    """Sections with statements ``s1``, ``s2`` … through the whole; empty sections and repeated sentences go."""
    found: list[Section] = []
    said: set[str] = set()
    for key, title, statements in sections:
        kept: list[Statement] = []
        for statement in statements:
            if statement.text not in said:
                said.add(statement.text)
                kept.append(statement.model_copy(update={"id": f"{prefix}{len(said)}"}))
        if kept:
            found.append(Section(key=key, title=title, statements=tuple(kept)))
    return tuple(found)
