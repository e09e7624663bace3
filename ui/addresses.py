"""What a page shows, as an address: reloading, going back and sending a link show the same again."""

from collections.abc import Mapping
from urllib.parse import urlencode

_MOST_DIGITS = 7


def address(path: str, told: Mapping[str, str | int]) -> str:
    """``path`` with what differs from how the page begins."""
    query = urlencode({name: value for name, value in told.items() if value})
    return f"{path}?{query}" if query else path


def number(text: str) -> int:
    """A place in a list; the beginning where it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else 0
