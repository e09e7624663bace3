"""The demand model on the operations page: what it is, how good it was, and whether it still fits."""

from collections.abc import Sequence

from api.schemas.demand import CardNeedView, DriftView, ModelCardView
from api.schemas.terms import Role
from ui.panels import Caller

_MAY_CHECK = frozenset({Role.OPERATIONS, Role.ADMINISTRATOR})


def demand_html(caller: Caller, card: ModelCardView | None, drift: DriftView | None = None) -> str:
    """The card's figures, and the drift where it was asked for."""
    return caller.render(
        "operations/demand",
        card=card,
        drift=drift,
        told=() if card is None else headed(card.text),
        weaker=() if card is None else weaker(card.needs),
        may_check=caller.actor.role in _MAY_CHECK,
    )


def weaker(needs: Sequence[CardNeedView]) -> tuple[str, ...]:
    """Labels of trained needs that a plain rule ordered at least as well."""
    return tuple(
        need.label
        for need in needs
        if need.method == "trained"
        and need.auc is not None
        and need.rules_auc is not None
        and need.auc <= need.rules_auc
    )


def headed(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """A card's chapters without its tables: heading, and lines."""
    chapters: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("#"):
            chapters.append((line.lstrip("# "), []))
        elif line.strip() and not line.startswith("|") and chapters:
            chapters[-1][1].append(line.removeprefix("- "))
    return tuple((heading, tuple(lines)) for heading, lines in chapters if lines)
