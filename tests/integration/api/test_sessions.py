"""Logging in, and tokens that do not count."""

from dataclasses import replace
from datetime import timedelta

import httpx
import jwt
import pytest

from assistant.identity.tokens import Tokens
from tests.support.house import CHEN, ZHOU
from tests.support.http_api import HttpApi

SECRET = "another-secret-of-at-least-32-characters"


def _log_in(api: HttpApi, username: str, password: str) -> httpx.Response:
    return api.as_("nobody").post("/api/sessions", json={"username": username, "password": password})


def _with_header(api: HttpApi, header: str) -> httpx.Response:
    return api.as_("nobody").get("/api/sessions/current", headers={"Authorization": header})


def _secret(api: HttpApi) -> str:
    return api.house.settings.server.secret.get_secret_value()


def test_a_login_says_who_and_until_when(api: HttpApi) -> None:
    answer = _log_in(api, "chen", "yice-demo")
    assert answer.status_code == 201
    session = answer.json()
    assert session["expires_at"] == "2026-11-22T02:30:00Z"
    assert session["actor"]["registration_number"] == "S0000000000001"
    assert _with_header(api, f"Bearer {session['token']}").json() == session["actor"]


def test_a_wrong_password_and_an_unknown_name_are_told_alike(api: HttpApi) -> None:
    wrong, unknown = _log_in(api, "lin", "wrong"), _log_in(api, "nobody-by-that-name", "wrong")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json()["detail"] == unknown.json()["detail"] == "用户名或密码不正确。"
    assert wrong.headers["WWW-Authenticate"] == 'Bearer realm="yice"'


def test_five_failures_lock_a_name_for_a_while(api: HttpApi) -> None:
    failures = [_log_in(api, "zhou", "wrong").status_code for _ in range(5)]
    locked = _log_in(api, "zhou", "yice-demo")
    assert failures == [401] * 5
    assert (locked.status_code, locked.json()["code"], locked.headers["Retry-After"]) == (429, "too-many", "900")
    api.house.time.advance(minutes=16)
    assert _log_in(api, "zhou", "yice-demo").status_code == 201


def test_a_password_is_never_sent_back(api: HttpApi) -> None:
    answer = api.as_("nobody").post("/api/sessions", json={"username": 1, "password": "my-own-password"})
    assert answer.status_code == 422
    assert "my-own-password" not in answer.text


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x.y.z", "Basic Y2hlbjp5aWNlLWRlbW8=", "chen"])
def test_what_is_no_token_does_not_count(api: HttpApi, header: str) -> None:
    answer = _with_header(api, header)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


def test_a_token_signed_with_another_secret_does_not_count(api: HttpApi) -> None:
    forged, _ = Tokens(SECRET, timedelta(hours=1)).issue(CHEN.id, now=api.house.time.moment)
    assert _with_header(api, f"Bearer {forged}").status_code == 401


def test_a_token_without_a_signature_does_not_count(api: HttpApi) -> None:
    claims = {"sub": CHEN.id, "aud": "yice", "exp": 4_000_000_000}
    unsigned = jwt.encode(claims, None, algorithm="none")
    assert _with_header(api, f"Bearer {unsigned}").status_code == 401


def test_a_token_for_something_else_does_not_count(api: HttpApi) -> None:
    claims = {"sub": CHEN.id, "aud": "elsewhere", "exp": 4_000_000_000}
    foreign = jwt.encode(claims, _secret(api), algorithm="HS256")
    assert _with_header(api, f"Bearer {foreign}").status_code == 401


def test_a_changed_token_does_not_count(api: HttpApi) -> None:
    token = _log_in(api, "chen", "yice-demo").json()["token"]
    header, claims, signature = token.split(".")
    zhou = Tokens(SECRET, timedelta(hours=1)).issue(ZHOU.id, now=api.house.time.moment)[0].split(".")[1]
    assert _with_header(api, f"Bearer {header}.{zhou}.{signature}").status_code == 401
    assert _with_header(api, f"Bearer {header}.{claims}.{signature[::-1]}").status_code == 401


def test_a_token_runs_out(api: HttpApi) -> None:
    token = _log_in(api, "shen", "yice-demo").json()["token"]
    api.house.time.advance(minutes=29, seconds=59)
    assert _with_header(api, f"Bearer {token}").status_code == 200
    api.house.time.advance(seconds=1)
    expired = _with_header(api, f"Bearer {token}")
    assert (expired.status_code, expired.json()["detail"]) == (401, "登录已过期，请重新登录。")


def test_the_token_of_an_account_that_was_closed_does_not_count(api: HttpApi) -> None:
    token = _log_in(api, "keeper", "yice-demo").json()["token"]
    with api.house.application.identify.storage.unit_of_work() as work:
        account = work.accounts.by_username("keeper")
        assert account is not None
        work.accounts.save(replace(account, active=False))
    assert _with_header(api, f"Bearer {token}").status_code == 401
    assert _log_in(api, "keeper", "yice-demo").status_code == 401
