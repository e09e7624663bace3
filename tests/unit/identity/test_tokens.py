"""A token says who is calling until it runs out, and nothing else can."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest

from assistant.errors import Unauthenticated
from assistant.identity.passwords import hash_password, password_matches
from assistant.identity.tokens import Tokens

_NOW = datetime(2026, 11, 22, tzinfo=UTC)
_SECRET = "a secret that is long enough for signing"
_TOKENS = Tokens(_SECRET, timedelta(minutes=30))


def test_a_token_names_its_account_until_it_runs_out() -> None:
    token, expires_at = _TOKENS.issue("advisor-1", now=_NOW)
    assert expires_at == _NOW + timedelta(minutes=30)
    assert _TOKENS.account_id(token, now=expires_at - timedelta(seconds=1)) == "advisor-1"
    with pytest.raises(Unauthenticated):
        _TOKENS.account_id(token, now=expires_at)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "not.a.token",
        jwt.encode({"sub": "advisor-1", "aud": "yice", "exp": 2**40}, "another secret of sufficient length!", "HS256"),
        jwt.encode({"sub": "advisor-1", "aud": "other", "exp": 2**40}, _SECRET, "HS256"),
        jwt.encode({"aud": "yice", "exp": 2**40}, _SECRET, "HS256"),
        jwt.encode({"sub": "advisor-1", "aud": "yice"}, _SECRET, "HS256"),
        jwt.encode({"sub": "advisor-1", "aud": "yice", "exp": 2**40}, "", "none"),
    ],
    ids=["empty", "garbage", "other secret", "other audience", "nobody", "for ever", "unsigned"],
)
def test_a_forged_token_is_nobody(token: str) -> None:
    with pytest.raises(Unauthenticated):
        _TOKENS.account_id(token, now=_NOW)


def test_a_password_matches_its_own_hash_only() -> None:
    kept = hash_password("正确的密码")
    assert password_matches("正确的密码", kept)
    assert not password_matches("错误的密码", kept)
    assert not password_matches("正确的密码", None)
    assert not password_matches("正确的密码", "not a hash")
