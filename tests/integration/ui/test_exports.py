"""The links beside a letter: whose they are is told to the API, and what it says comes back as it is."""

from collections.abc import Iterator
from functools import partial
from typing import cast

import httpx
import pytest
from fastapi import FastAPI

from api.schemas.terms import ReviewState, Role
from tests.support.http_api import serving
from tests.support.scripted_server import ScriptedServer, a_scripted_server
from tests.support.views import a_case, a_message, an_actor
from ui.client import ApiClient, open_http
from ui.gate import Gate
from ui.house import House
from ui.language import Language
from ui.pages import exports
from ui.pages.drafts import draft_html
from ui.pages.inbox import message_html
from ui.pages.review import case_html
from ui.panels import Caller, Kit
from ui.visitors import SESSION_COOKIE, Visitors

_PROBLEM = {
    "type": "urn:yice:problem:unavailable",
    "title": "暂时不可用",
    "status": 503,
    "detail": "请安装 fonts-noto-cjk。",
    "instance": "/api/cases/case-1/export",
    "code": "unavailable",
    "request_id": "req-1",
    "errors": [],
}


@pytest.fixture
def api() -> Iterator[ScriptedServer]:
    with a_scripted_server() as script:
        yield script


@pytest.fixture
def browser(api: ScriptedServer) -> Iterator[httpx.Client]:
    with open_http(api.address) as http:
        client = partial(ApiClient, http)
        kit = Kit(client=client, visitors=Visitors(client), house=House())
        app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
        app.router.routes.extend(exports.routes(kit, api.address))
        app.add_middleware(Gate, visitors=kit.visitors)
        with serving(app) as address, httpx.Client(base_url=address, cookies={SESSION_COOKIE: "tok"}) as page:
            yield page


@pytest.mark.parametrize(
    ("link", "asked"),
    [
        ("/cases/file?case=case-1&format=docx", "/api/cases/case-1/export?format=docx"),
        ("/inbox/file?message=m-1&format=pdf&contents=true", "/api/inbox/messages/m-1/export?format=pdf&contents=true"),
        ("/cases/file?case=case-1&watermark=no", "/api/cases/case-1/export"),
        ("/cases/file?case=..%2F..%2Fcustomers", "/api/cases/..%2F..%2Fcustomers/export"),
    ],
)
def test_a_link_is_asked_of_the_api_in_the_visitor_s_name(
    api: ScriptedServer, browser: httpx.Client, link: str, asked: str
) -> None:
    api.will_say(200, b"%PDF-1.7 \x00\xff", "application/pdf")
    answer = browser.get(link)
    assert (answer.status_code, answer.content) == (200, b"%PDF-1.7 \x00\xff")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    assert [(one.path, one.token) for one in api.asked] == [(asked, "Bearer tok")]


def test_why_there_is_no_file_is_told_as_a_sentence(api: ScriptedServer, browser: httpx.Client) -> None:
    api.will_say(503, _PROBLEM, "application/problem+json")
    answer = browser.get("/cases/file?case=case-1")
    assert (answer.status_code, answer.text) == (503, "请安装 fonts-noto-cjk。")


@pytest.mark.parametrize("link", ["/cases/file", "/cases/file?case=", "/cases/file?case=..", "/inbox/file?case=case-1"])
def test_a_link_to_nothing_is_not_asked(api: ScriptedServer, browser: httpx.Client, link: str) -> None:
    assert browser.get(link).status_code == 404
    assert api.asked == []


def _caller(role: Role) -> Caller:
    nobody = cast("ApiClient", None)
    return Caller(client=nobody, actor=an_actor(role), language=Language.CHINESE, path="/", query={})


@pytest.mark.parametrize("form", ["pdf", "docx", "html"])
def test_every_letter_can_be_taken_out_beside_its_text(form: str) -> None:
    link = f'href="/cases/file?case=case-1&amp;format={form}"'
    assert link in draft_html(_caller(Role.ADVISOR), a_case())
    assert link in case_html(_caller(Role.REVIEWER), a_case())
    message = a_message()
    assert f'href="/inbox/file?message={message.id}&amp;format={form}"' in message_html(_caller(Role.CUSTOMER), message)


@pytest.mark.parametrize(("state", "marked"), [(ReviewState.DRAFT, True), (ReviewState.DELIVERED, False)])
def test_it_is_told_before_whether_the_file_is_marked(state: ReviewState, *, marked: bool) -> None:
    assert ("带「未经审核」水印" in draft_html(_caller(Role.ADVISOR), a_case(state=state))) is marked
