"""Identifiers that cannot be guessed and sort by nothing."""

import secrets

_LETTERS = "bcdfghjkmnprstyz"
_LENGTH = 20


def new_id(prefix: str) -> str:
    """``case-`` and 80 random bits in letters behind a word that says what it names.

    No digits, no vx, wx or qq: inside a message or a log they would look like somebody's account.
    """
    return f"{prefix}-{''.join(secrets.choice(_LETTERS) for _ in range(_LENGTH))}"
