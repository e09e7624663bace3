"""Who may open which page, over real HTTP: the gate and the login pages before a small API."""

import json
from collections.abc import Iterator
from functools import partial

import httpx
import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from api.schemas.terms import Role
from tests.support.http_api import serving
from tests.support.scripted_server import ScriptedServer, a_scripted_server
from tests.support.views import an_actor
from ui.client import ApiClient, open_http
from ui.gate import Gate
from ui.house import DemoAccount, House
from ui.pages import login
from ui.panels import Kit
from ui.visitors import PAGES, SESSION_COOKIE, Visitors


@pytest.fixture
def api() -> Iterator[ScriptedServer]:
    with a_scripted_server() as script:
        yield script


@pytest.fixture
def browser(api: ScriptedServer) -> Iterator[httpx.Client]:
    with open_http(api.address) as http:
        client = partial(ApiClient, http)
        house = House(demo_accounts=(DemoAccount("chen", "yice-demo", "陈晓岚 投资顾问"),))
        kit = Kit(client=client, visitors=Visitors(client), house=house)
        app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
        app.router.routes.extend([*login.routes(kit), Route("/{path:path}", _page, methods=["GET", "POST"])])
        app.add_middleware(Gate, visitors=kit.visitors)
        with serving(app) as address, httpx.Client(base_url=address) as page:
            yield page


def _page(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"page {request.url.path}")


def _logged_in(api: ScriptedServer, browser: httpx.Client, role: Role) -> None:
    actor = json.loads(an_actor(role).model_dump_json())
    session = {"token": "tok", "token_type": "Bearer", "expires_at": "2026-11-22T15:30:00Z", "actor": actor}
    api.will_say(201, session)
    browser.post("/login", data={"username": "chen", "password": "yice-demo"})
    api.will_say(200, actor)


@pytest.mark.parametrize("path", sorted(PAGES))
def test_without_a_login_every_page_leads_to_the_login_page(browser: httpx.Client, path: str) -> None:
    answer = browser.get(path)

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login?next=/")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
def test_each_role_opens_its_own_pages_only(api: ScriptedServer, browser: httpx.Client, role: Role) -> None:
    _logged_in(api, browser, role)

    opened = {path for path in PAGES if browser.get(path).status_code == 200}

    assert opened == {path for path, (_, roles) in PAGES.items() if role in roles}
    assert opened


def test_the_cookie_is_for_the_server_only(api: ScriptedServer, browser: httpx.Client) -> None:
    actor = json.loads(an_actor().model_dump_json())
    api.will_say(201, {"token": "tok", "expires_at": "2026-11-22T15:30:00Z", "actor": actor})

    answer = browser.post("/login", data={"username": "chen", "password": "yice-demo", "next": "/customers?id=K1"})

    cookie = answer.headers["set-cookie"].lower()
    assert answer.headers["location"] == "/customers?id=K1"
    assert cookie.startswith(f"{SESSION_COOKIE}=tok;")
    assert {"httponly", "samesite=strict", "path=/"} <= {part.strip() for part in cookie.split(";")}


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/api/customers", "javascript:alert(1)"])
def test_the_login_leads_to_own_pages_only(api: ScriptedServer, browser: httpx.Client, wanted: str) -> None:
    actor = json.loads(an_actor().model_dump_json())
    api.will_say(201, {"token": "tok", "expires_at": "2026-11-22T15:30:00Z", "actor": actor})

    answer = browser.post("/login", data={"username": "chen", "password": "x", "next": wanted})

    assert answer.headers["location"] == "/today"


def test_a_wrong_password_is_told_and_the_password_is_not_shown_again(
    api: ScriptedServer, browser: httpx.Client
) -> None:
    api.will_say(401, {"detail": "用户名或密码不正确。"})

    answer = browser.post("/login", data={"username": "chen", "password": "my-secret"})

    assert answer.status_code == 401
    assert "用户名或密码不正确。" in answer.text
    assert "my-secret" not in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
@pytest.mark.parametrize("path", ["/login", "/logout", "/language"])
def test_other_sites_cannot_post_here(browser: httpx.Client, path: str, headers: dict[str, str]) -> None:
    answer = browser.post(path, data={"username": "chen", "password": "x"}, headers=headers)

    assert answer.status_code == 400
    assert "set-cookie" not in answer.headers


def test_far_too_much_is_not_read(browser: httpx.Client) -> None:
    assert browser.post("/login", content=b"username=" + b"x" * 20_000).status_code == 400


def test_a_token_that_the_api_no_longer_takes_leads_to_the_login_page(
    api: ScriptedServer, browser: httpx.Client
) -> None:
    browser.cookies.set(SESSION_COOKIE, "old")
    api.will_say(401, {"detail": "登录凭证无效，请重新登录。"})

    assert browser.get("/customers").headers["location"] == "/login?next=/customers"


def test_logging_out_takes_the_cookie_away(api: ScriptedServer, browser: httpx.Client) -> None:
    _logged_in(api, browser, Role.ADVISOR)

    browser.post("/logout")

    assert browser.get("/").status_code == 303


def test_an_api_that_does_not_answer_is_told(api: ScriptedServer, browser: httpx.Client) -> None:
    browser.cookies.set(SESSION_COOKIE, "tok")
    api.will_say(500, b"boom", "text/plain")

    answer = browser.get("/")

    assert answer.status_code == 503
    assert "暂时不可用" in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/proxy=x",
        "/gradio_api/vibe-edit",
        "/monitoring",
    ],
)
def test_what_the_pages_do_not_need_is_closed(browser: httpx.Client, path: str) -> None:
    assert browser.get(path).status_code == 404


def test_what_the_pages_need_and_the_api_pass(browser: httpx.Client) -> None:
    for path in (
        "/gradio_api/queue/join",
        "/gradio_api/heartbeat/x",
        "/api/cases",
        "/docs",
        "/health/live",
        "/assets/x",
    ):
        assert browser.get(path).status_code == 200


def test_pages_may_load_from_their_own_address_only(browser: httpx.Client) -> None:
    headers = browser.get("/login").headers

    assert "default-src 'self'" in headers["content-security-policy"]
    assert "http" not in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"


def test_the_login_page_offers_the_demo_accounts_and_both_languages(browser: httpx.Client) -> None:
    assert 'data-login="chen"' in browser.get("/login").text

    browser.post("/language", data={"language": "en"})

    assert "Log in" in browser.get("/login").text
