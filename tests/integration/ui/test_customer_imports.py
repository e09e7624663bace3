"""The page of imports: files go on as they come, in the visitor's name, and only from our own pages."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import cast

import httpx
import pytest
from fastapi import FastAPI

from api.schemas.customer_imports import CustomerImportView, ImportFileView, RecordTypeView
from api.schemas.terms import Role
from knowledge.customers.importing.model import RunState
from knowledge.customers.importing.record_types import RECORD_TYPES
from tests.support.http_api import serving
from tests.support.scripted_server import ScriptedServer, a_scripted_server
from tests.support.views import an_actor
from ui.client import ApiClient, open_http
from ui.gate import Gate
from ui.house import House
from ui.language import Language
from ui.pages import customer_imports
from ui.pages.customer_imports import imports_html
from ui.panels import Caller, Kit
from ui.visitors import SESSION_COOKIE, Visitors

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def api() -> Iterator[ScriptedServer]:
    with a_scripted_server() as script:
        yield script


@pytest.fixture
def browser(api: ScriptedServer) -> Iterator[httpx.Client]:
    with open_http(api.address) as http:
        kit = Kit(client=partial(ApiClient, http), visitors=Visitors(partial(ApiClient, http)), house=House())
        app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
        app.router.routes.extend(customer_imports.routes(kit, api.address))
        app.add_middleware(Gate, visitors=kit.visitors)
        with serving(app) as address, httpx.Client(base_url=address, cookies={SESSION_COOKIE: "tok"}) as page:
            yield page


def test_files_go_on_in_the_visitors_name(api: ScriptedServer, browser: httpx.Client) -> None:
    api.will_say(202, {"id": "import-1"})
    answer = browser.post("/imports/upload", files={"files": ("prices.csv", b"a,b")}, data={"dry_run": "true"})
    assert answer.json() == {"id": "import-1"}
    (asked,) = api.asked
    assert (asked.path, asked.token) == ("/api/customer-imports", "Bearer tok")
    assert b'filename="prices.csv"' in asked.body


def test_another_site_uploads_nothing(api: ScriptedServer, browser: httpx.Client) -> None:
    elsewhere = {"Origin": "https://elsewhere.example"}
    answer = browser.post("/imports/upload", files={"files": ("prices.csv", b"x")}, headers=elsewhere)
    assert (answer.status_code, api.asked) == (400, [])


@pytest.mark.parametrize(
    ("link", "asked"),
    [
        ("/imports/errors?import=import-1", "/api/customer-imports/import-1/errors"),
        ("/imports/errors?import=..%2F..%2Fcases", "/api/customer-imports/..%2F..%2Fcases/errors"),
        ("/imports/template?kind=trades", "/api/customer-imports/templates/trades"),
    ],
)
def test_a_link_leads_to_its_file(api: ScriptedServer, browser: httpx.Client, link: str, asked: str) -> None:
    api.will_say(200, b"a,b\n", "text/csv; charset=utf-8")
    answer = browser.get(link)
    assert (answer.status_code, answer.content) == (200, b"a,b\n")
    assert [(one.path, one.token) for one in api.asked] == [(asked, "Bearer tok")]


def test_a_link_to_nothing_asks_nobody(api: ScriptedServer, browser: httpx.Client) -> None:
    assert browser.get("/imports/errors?import=..").status_code == 404
    assert api.asked == []


class _Kinds:
    def record_types(self) -> tuple[RecordTypeView, ...]:
        return tuple(map(RecordTypeView.of, RECORD_TYPES))


def an_import(state: RunState) -> CustomerImportView:
    file = ImportFileView(
        record_type="trades", label="交易", name=EVIL, lines=10, rows=5, accepted=4, rejected=1, finished=False,
        failed=EVIL, notes=(EVIL,), reasons=(),
    )  # fmt: skip
    return CustomerImportView(
        id="import-1",
        state=state,
        state_label="正在导入",
        dry_run=False,
        created_at=datetime(2026, 11, 22, tzinfo=UTC),
        finished_at=None,
        seconds=1,
        rows=5,
        accepted=4,
        rejected=1,
        voided=0,
        error=EVIL,
        files=(file,),
    )


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("state", [RunState.RUNNING, RunState.DONE])
def test_the_page_escapes_what_it_shows_and_offers_the_report_when_done(language: Language, state: RunState) -> None:
    client = cast("ApiClient", _Kinds())
    caller = Caller(client=client, actor=an_actor(Role.ADMINISTRATOR), language=language, path="/imports", query={})
    shown = an_import(state)
    html = imports_html(caller, (shown, shown), shown)
    assert EVIL not in html
    assert ("/imports/errors?import=import-1" in html) == (state is RunState.DONE)
    assert "trades.csv" in html
