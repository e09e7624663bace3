"""Identifiers that cannot be guessed and sort by nothing."""

import secrets

_LETTERS = "bcdfghjkmnpqrstvwxz"
_LENGTH = 19


def new_id(prefix: str) -> str:
    """``case-`` and 80 random bits in letters behind a word that says what it names.

    No digits: a run of them inside a message or a log would look like somebody's account number.
    """
    return f"{prefix}-{''.join(secrets.choice(_LETTERS) for _ in range(_LENGTH))}"
