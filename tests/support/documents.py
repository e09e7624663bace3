"""Real documents for tests: what a proposal holds of its source, and files in the formats that are imported."""

import re
from pathlib import Path

from knowledge.documents.importing import Proposal

DATA = Path(__file__).parents[3] / "shared" / "data"
LAWS = DATA / "laws"
PDFS = DATA / "pdf"
_MARKS = re.compile(r"^#{1,6}[ \t\u3000]+", re.MULTILINE)


def words(text: str) -> str:
    """Every character that is no white space."""
    return "".join(text.split())


def markdown_words(text: str) -> str:
    """The same, without the marks of headings."""
    return words(_MARKS.sub("", text))


def told(proposal: Proposal, *, title: bool = True) -> str:
    """Everything that a proposal took from its source, in order: title, each path heading once, headings, texts."""
    parts = [proposal.outline.title] if title else []
    path: tuple[str, ...] = ()
    for unit in proposal.units:
        shared = next((at for at, pair in enumerate(zip(path, unit.path, strict=False)) if pair[0] != pair[1]), None)
        parts += unit.path[min(len(path), len(unit.path)) if shared is None else shared :]
        path = unit.path
        parts += [unit.heading] if unit.named else []
        parts += [] if unit.is_empty else [unit.text]
    return words("".join(parts))
