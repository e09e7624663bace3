"""The library's pages: hostile texts stay texts, the split is shown, and files pass through to the API."""

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import httpx
import pytest
from fastapi import FastAPI

from api.schemas.library import ProvisionView, VersionView
from api.schemas.library_changes import ChangesView
from api.schemas.library_imports import ImportPreviewView
from assistant.workflows.import_document import ImportPreview, Standing
from knowledge.documents.comparison import compare
from knowledge.documents.importing import Hints, propose
from knowledge.documents.model import Withdrawal
from tests.support.http_api import serving
from tests.support.library import a_loaded_version, a_provision
from tests.support.scripted_server import ScriptedServer, a_scripted_server
from tests.support.statute_files import FIRST, SECOND
from tests.support.views import DAY
from ui.client import ApiClient, open_http
from ui.gate import Gate
from ui.house import House
from ui.language import Language
from ui.library_outline import outline_of
from ui.pages import library_imports
from ui.panels import Kit
from ui.proof import badges_of
from ui.provision_text import marked_html, structured_html
from ui.rendering import render
from ui.visitors import SESSION_COOKIE, Visitors

HOSTILE = "</textarea><script>alert(1)</script><img src=x onerror=alert(2)>\"'{{ 7*7 }}"


def _preview(text: str, name: str = "办法.txt", hints: Hints | None = None) -> ImportPreviewView:
    proposal = propose(text.encode(), name, hints=hints)
    preview = ImportPreview(file_name=name, proposal=proposal, standing=Standing.NEW, message="将发布。")
    return ImportPreviewView.of(preview, None, None)


def test_a_preview_shows_the_split_and_the_warnings() -> None:
    html = library_imports.preview_html(_preview(FIRST), Language.CHINESE)
    for words in ("第一章 总则", "第三条–第五条", "（二）预计办结时间", 'data-code="gap"', "确认后发布"):
        assert words in html
    assert html.count('class="yc-para yc-depth-1"') == 3


@pytest.mark.parametrize("language", list(Language))
def test_nothing_in_an_uploaded_file_becomes_markup(language: Language) -> None:
    text = FIRST.replace("制定本办法", HOSTILE).replace("第一章 总则", f"第一章 {HOSTILE}")
    html = library_imports.preview_html(_preview(text, f"{HOSTILE}.txt", Hints(title=HOSTILE)), language)
    assert "<script" not in html
    assert "<img" not in html
    assert html.count("</textarea>") == html.count("<textarea")
    assert "{{ 7*7 }}" in html


def test_the_library_file_in_the_page_is_the_file() -> None:
    seen = _preview(FIRST)
    html = library_imports.preview_html(seen, Language.CHINESE)
    body = html.partition("<textarea")[2].partition(">\n")[2].partition("</textarea>")[0]
    assert body.replace("&#34;", '"').replace("&#39;", "'").replace("&gt;", ">") == seen.markdown


def test_marks_are_told_without_colour_and_escaped() -> None:
    segments = [("keep", "受理"), ("delete", "<b>三十"), ("insert", "十五"), ("keep", "分钟\n\n办结")]
    assert marked_html(segments) == "受理<del>&lt;b&gt;三十</del><ins>十五</ins>分钟\n办结"
    assert marked_html(segments, side="before") == "受理<del>&lt;b&gt;三十</del>分钟\n办结"
    assert marked_html(segments, side="after") == "受理<ins>十五</ins>分钟\n办结"


def test_paragraphs_are_numbered_where_there_are_several() -> None:
    text = "应当告知：\n（一）材料；\n（二）时间。\n另有规定的除外。"
    html = structured_html(text, ("1", "1.1", "1.2", "2"))
    assert html.count("yc-place") == 2
    assert html.count("yc-depth-1") == 2
    alone = structured_html("只有一款。", ("1",))
    assert "yc-place" not in alone
    assert "<script>" not in structured_html("<script>", ("1",))
    assert "表" in structured_html("| 表 | 二 |\n| --- | --- |\n| 1 | 2 |", ("1", "1", "1"))


def test_a_comparison_tells_what_was_renumbered() -> None:
    before, after = (propose(text.encode(), "a.txt").loaded for text in (FIRST, SECOND))
    assert before is not None
    assert after is not None
    changes = ChangesView.of(compare(before.provisions, after.provisions))
    page = render(
        "library/compare",
        compared=_Compared(VersionView.of(before.version), VersionView.of(after.version), changes),
        stages=(),
        unchanged=False,
        beside=True,
    )
    assert '<del>第三条</del> <span aria-hidden="true">→</span> <ins>第四条</ins>' in page
    assert 'data-change="added"' in page


class _Compared:
    def __init__(self, before: VersionView, after: VersionView, changes: ChangesView) -> None:
        self.before, self.after, self.changes = before, after, changes


def test_the_contents_follow_the_divisions() -> None:
    loaded = propose(FIRST.encode(), "a.txt").loaded
    assert loaded is not None
    found = outline_of([ProvisionView.of(each) for each in loaded.provisions])
    assert [(each.title, each.span, each.provisions) for each in found] == [
        ("第一章 总则", "1–2", 2),
        ("第二章 服务要求", "3–5", 2),
    ]


def test_what_was_withdrawn_says_so_before_anything_else() -> None:
    loaded = a_loaded_version()
    withdrawn = replace(loaded.version, withdrawal=Withdrawal(on=DAY, reason="有误。"))
    assert badges_of(VersionView.of(withdrawn), as_of=DAY)[0].text == "已撤回"
    provision = ProvisionView.of(a_provision()).model_copy(update={"withdrawn": True})
    assert badges_of(provision, as_of=DAY)[0].text == "已撤回"


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
        app.router.routes.extend(library_imports.routes(kit, api.address))
        app.add_middleware(Gate, visitors=kit.visitors)
        with serving(app) as address, httpx.Client(base_url=address, cookies={SESSION_COOKIE: "tok"}) as page:
            yield page


def _problem(status: int, detail: str) -> dict[str, object]:
    base = {"type": "urn:yice:problem:x", "title": "问题", "instance": "/", "code": "x", "request_id": "req-1"}
    return base | {"status": status, "detail": detail, "errors": []}


def test_an_upload_passes_through_with_the_cookies_token(api: ScriptedServer, browser: httpx.Client) -> None:
    api.will_say(200, _preview(FIRST).model_dump_json().encode())
    answer = browser.post("/library/import/preview", files={"file": ("办法.txt", FIRST.encode())})
    assert answer.status_code == 200
    assert "第一章 总则" in answer.text
    assert "tok" not in answer.text
    (asked,) = api.asked
    assert (asked.path, asked.token) == ("/api/library/imports/previews", "Bearer tok")
    assert FIRST.encode() in asked.body


def test_what_the_api_says_no_to_is_told(api: ScriptedServer, browser: httpx.Client) -> None:
    api.will_say(422, _problem(422, "PDF 已损坏。"), "application/problem+json")
    answer = browser.post("/library/import/preview", files={"file": ("a.pdf", b"x")})
    assert (answer.status_code, answer.json()["detail"]) == (422, "PDF 已损坏。")
    api.will_say(200, {"surprise": 1})
    assert "无法识别" in browser.post("/library/import/preview", files={"file": ("a", b"x")}).json()["detail"]


@pytest.mark.parametrize("path", ["preview", "publish", "correct"])
@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_another_site_cannot_import(
    api: ScriptedServer, browser: httpx.Client, path: str, headers: dict[str, str]
) -> None:
    answer = browser.post(f"/library/import/{path}", json={"markdown": "x"}, headers=headers)
    assert answer.status_code == 400
    assert api.asked == []


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b'"x"'])
def test_what_is_no_publication_is_refused(api: ScriptedServer, browser: httpx.Client, body: bytes) -> None:
    assert browser.post("/library/import/publish", content=body).status_code == 400
    assert api.asked == []


def test_a_publication_is_told_with_its_links(api: ScriptedServer, browser: httpx.Client) -> None:
    done = {"published": ["A@2026-12-01"], "superseded": ["A@2026-05-01"], "unchanged": 0, "indexed_documents": 1}
    api.will_say(201, done | {"voided_cases": ["case-1"]})
    answer = browser.post("/library/import/publish", json={"markdown": "---", "supersede": True})
    assert 'href="/library?document=A&version=2026-12-01"' in answer.text
    assert "1 份未发送的文稿已退回经办人" in answer.text
    assert json.loads(api.asked[0].body) == {"markdown": "---", "supersede": True}


@pytest.mark.parametrize("query", ["", "document=SUIT", "document=..&version=.."])
def test_a_download_of_nothing_is_not_looked_for(api: ScriptedServer, browser: httpx.Client, query: str) -> None:
    assert browser.get(f"/library/file?{query}").status_code == 404
    assert api.asked == []
