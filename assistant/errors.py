"""Errors of acting, beside those of the records (``knowledge.errors``).

YiceError
├── Unauthenticated   nobody is logged in, or the login has run out
├── TooMany           too many tries; wait
└── (Invalid, NotFound, NotPermitted, Conflict, Unavailable: see knowledge.errors)
"""

from knowledge.errors import Conflict, Invalid, NotFound, NotPermitted, Unavailable, YiceError

__all__ = [
    "Conflict",
    "Invalid",
    "NotFound",
    "NotPermitted",
    "TooMany",
    "Unauthenticated",
    "Unavailable",
    "YiceError",
]


class Unauthenticated(YiceError):
    """Nobody is logged in, or the login has run out."""


class TooMany(YiceError):
    """Too many tries in a short time."""
