"""Identifiers that cannot be guessed and sort by nothing."""

import secrets


def new_id(prefix: str) -> str:
    """``case-9f8e7d6c5b4a3f2e1d0c``: 80 random bits behind a word that says what it names."""
    return f"{prefix}-{secrets.token_hex(10)}"
