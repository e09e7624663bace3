"""The editor of the firm's model allocation on the operations page."""

from collections import defaultdict
from datetime import date, timedelta

from api.schemas.allocations import AllocationView
from api.schemas.terms import AllocationState, RiskLevel, Role, Variety
from ui.client import ApiError
from ui.panels import Caller
from ui.rendering import today

_FARTHEST = timedelta(days=366)


def allocations_html(caller: Caller, *, opened: bool = False) -> str:
    """What is compared with today, what is to come, the history, and for headquarters the editor."""
    entries = caller.client.allocations()
    (current,) = [entry for entry in entries if entry.state is AllocationState.IN_FORCE]
    return caller.render(
        "operations/allocations",
        current=current,
        upcoming=[entry for entry in entries if entry.state is AllocationState.UPCOMING],
        past=[entry for entry in entries if entry.state is AllocationState.PAST],
        draft=entries[0],
        editable=caller.actor.role is Role.OPERATIONS,
        opened=opened,
        earliest=(today() + timedelta(days=1)).isoformat(),
        latest=(today() + _FARTHEST).isoformat(),
    )


def saved(caller: Caller) -> AllocationView:
    """Send the form; a field that is no whole number is told before anything is sent."""
    shares: dict[str, dict[str, int]] = defaultdict(dict)
    for level in RiskLevel:
        for variety in Variety:
            text = caller.text(f"{level.value}.{variety.value}") or "0"
            if not text.isascii() or not text.isdecimal():
                raise ApiError(f"{level.value}的{variety.label}应当是0至100之间的整数。")
            if int(text[:9]):
                shares[level.value][variety.value] = int(text[:9])
    return caller.client.set_allocation(day_of(caller, "effective_from"), shares)


def day_of(caller: Caller, name: str) -> date:
    """A day that was sent."""
    try:
        return date.fromisoformat(caller.text(name))
    except ValueError:
        raise ApiError("请选择日期。") from None
