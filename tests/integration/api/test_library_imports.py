"""Importing over HTTP: look at a file, then publish what was confirmed; hostile uploads end in one clear problem."""

import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.schemas.library_imports import ImportPreviewView
from api.schemas.problems import Problem
from assistant.bootstrap import open_application
from assistant.settings import ImportingSettings
from assistant.workflows.load_demo import DEMO_PASSWORD
from tests.support.http_api import HttpApi, serving
from tests.support.statute_files import FIRST, SECOND, TITLE

PREVIEWS, PUBLICATIONS = "/api/library/imports/previews", "/api/library/imports/publications"
CORRECTIONS = "/api/library/imports/corrections"


def _preview(api: HttpApi, text: str, name: str = "办法.txt", **said: str) -> ImportPreviewView:
    answer = api.as_("keeper").post(PREVIEWS, files={"file": (name, text.encode())}, data=said)
    assert answer.status_code == 200, answer.text
    return ImportPreviewView.model_validate_json(answer.content)


def _publish(api: HttpApi, markdown: str, *, supersede: bool = True) -> httpx.Response:
    return api.as_("keeper").post(PUBLICATIONS, json={"markdown": markdown, "supersede": supersede})


def _problem(answer: httpx.Response, status: int) -> Problem:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    return Problem.model_validate_json(answer.content)


def test_a_preview_shows_the_split_the_warnings_and_what_would_happen(api: HttpApi) -> None:
    seen = _preview(api, FIRST, document_id="COUNTER-A")
    assert (seen.standing, seen.publishable, seen.version and seen.version.title) == ("new", True, TITLE)
    assert seen.version is not None
    assert str(seen.version.effective_from) == "2026-05-01"
    assert [child.title for child in seen.outline.children] == ["第一章 总则", "第二章 服务要求"]
    gap = next(warning for warning in seen.warnings if warning.code == "gap")
    assert gap.locator in {unit.locator for unit in seen.units}
    assert api.as_("keeper").get("/api/library/documents/COUNTER-A/versions").status_code == 404, "nothing is kept"


def test_what_the_keeper_says_goes_before_the_text(api: HttpApi) -> None:
    seen = _preview(api, FIRST, effective_from="2026-06-01", audience="advisor", topics="柜台、服务", title="")
    assert seen.version is not None
    assert (str(seen.version.effective_from), seen.version.audience) == ("2026-06-01", "advisor")
    assert seen.version.topics == ("柜台", "服务")


def test_the_confirmed_file_is_published_and_a_second_version_shows_what_it_changes(api: HttpApi) -> None:
    first = _preview(api, FIRST, document_id="COUNTER-B")
    done = _publish(api, first.markdown)
    assert done.status_code == 201
    assert done.json()["published"] == ["COUNTER-B@2026-05-01"]
    assert _publish(api, first.markdown).json()["published"] == []

    second = _preview(api, SECOND, document_id="COUNTER-B")
    assert second.standing == "next"
    assert second.comparison is not None
    counts = {count.change.value: count.articles for count in second.comparison.changes.counts}
    assert (counts["added"], counts["renumbered_and_amended"]) == (1, 1)
    assert second.closes is not None
    assert second.impact is not None
    assert str(second.impact.day) == "2026-12-01"

    _problem(_publish(api, second.markdown, supersede=False), 409)
    assert _publish(api, second.markdown).json()["superseded"] == ["COUNTER-B@2026-05-01"]
    states = {
        row["label"]: row["state"]
        for row in api.as_("keeper").get("/api/library/documents", params={"text": "COUNTER-B"}).json()["items"]
    }
    assert states == {"2026-05-01": "in_force", "2026-12-01": "upcoming"}


def test_a_correction_takes_the_place_of_the_wrong_version(api: HttpApi) -> None:
    _publish(api, _preview(api, FIRST, document_id="COUNTER-C").markdown)
    right = _preview(api, FIRST.replace("三十分钟", "二十分钟"), document_id="COUNTER-C", label="2026-05-01.2")
    assert (right.standing, right.publishable) == ("in_conflict", False)
    assert right.comparison is not None
    sent = {"markdown": right.markdown, "reason": "抄录有误。"}
    done = api.as_("keeper").post(CORRECTIONS, json=sent)
    assert done.status_code == 201, done.text
    assert done.json()["withdrawn"]["label"] == "2026-05-01"
    history = api.as_("keeper").get("/api/library/documents/COUNTER-C/history").json()["stages"]
    assert [stage["state"] for stage in history] == ["withdrawn", "in_force"]


def test_a_file_without_a_day_cannot_be_published(api: HttpApi) -> None:
    seen = _preview(api, "测试办法\n\n第一条 测试。\n", document_id="COUNTER-D")
    assert (seen.standing, seen.version, seen.missing) == ("incomplete", None, ("effective_from",))
    _problem(_publish(api, seen.markdown), 422)


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.txt", "空"),
        (b"\x00\x01\x02" * 500, "a.bin", ""),
        (b"%PDF-1.7\ngarbage", "a.pdf", ""),
        (b"PK\x03\x04garbage", "a.docx", ""),
    ],
)
def test_a_file_that_cannot_be_read_is_told_in_a_sentence(api: HttpApi, content: bytes, name: str, words: str) -> None:
    problem = _problem(api.as_("keeper").post(PREVIEWS, files={"file": (name, content)}), 422)
    assert words in problem.detail
    assert problem.detail.endswith(("。", "！"))


@pytest.mark.parametrize("name", ["../../etc/passwd.txt", "C:\\Users\\x\\办法.txt", "a\u202e.txt", "x" * 300 + ".txt"])
def test_a_file_name_is_only_a_name(api: HttpApi, name: str) -> None:
    shown = _preview(api, FIRST, name).file_name
    assert shown.endswith(".txt")
    assert len(shown) <= 200
    assert not set("/\\\u202e") & set(shown)


@pytest.mark.parametrize(
    "sent",
    [
        {"content": b"hello", "headers": {"Content-Type": "text/plain"}},
        {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}},
        {"content": b"--b\r\nbroken", "headers": {"Content-Type": "multipart/form-data; boundary=b"}},
        {"json": {"file": "x"}},
        {"files": {"other": ("a.txt", b"x")}},
        {"files": [("file", ("a.txt", b"x")), ("file", ("b.txt", b"y"))]},
        {"data": {"file": "text"}, "files": {"z": ("a.txt", b"x")}},
        {"files": {"file": ("a.txt", b"x")}, "data": {f"f{number}": "x" for number in range(40)}},
        {"files": {"file": ("a.txt", b"x")}, "data": {"title": "x" * 9000}},
        {"files": {"file": ("a.txt", b"x")}, "data": {"unknown": "x"}},
        {"files": {"file": ("a.txt", b"x")}, "data": {"effective_from": "someday"}},
        {"files": {"file": ("a.txt", b"x")}, "data": {"document_id": "../x"}},
    ],
)
def test_a_form_that_is_none_is_refused(api: HttpApi, sent: dict[str, Any]) -> None:
    _problem(api.as_("keeper").post(PREVIEWS, **sent), 422)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"markdown": 1}', b'{"markdown": "x", "more": 1}'])
@pytest.mark.parametrize("path", [PUBLICATIONS, CORRECTIONS])
def test_a_publication_that_is_none_is_refused(api: HttpApi, path: str, body: bytes) -> None:
    answer = api.as_("keeper").post(path, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.fixture
def small(api: HttpApi) -> Iterator[httpx.Client]:
    """The same house where one megabyte is the most."""
    settings = api.house.settings.model_copy(update={"importing": ImportingSettings(largest_megabytes=1)})
    with (
        open_application(settings, clock=api.house.time.clock) as application,
        serving(create_app(application)) as address,
    ):
        login = {"username": "keeper", "password": DEMO_PASSWORD}
        token = httpx.post(f"{address}/api/sessions", json=login).json()["token"]
        with httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=60) as client:
            yield client


def _endless(megabytes: int) -> Iterator[bytes]:
    yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
    for _ in range(megabytes):
        yield b"x" * 2**20


def test_an_upload_over_the_limit_ends_early(small: httpx.Client) -> None:
    declared = small.post(PREVIEWS, files={"file": ("a.txt", b"x" * (3 * 2**20))})
    assert "1 MiB" in _problem(declared, 413).detail
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    undeclared = small.post(PREVIEWS, content=_endless(64), headers=headers)
    assert "1 MiB" in _problem(undeclared, 413).detail
    over = small.post(PREVIEWS, files={"file": ("a.txt", b"x" * (2**20 + 10))})
    assert "1 MB" in _problem(over, 422).detail


def test_who_is_no_keeper_is_refused_before_the_file_is_read(api: HttpApi) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    sent = [api.as_(name).post(PREVIEWS, content=b"not a form", headers=headers) for name in ("chen", "nobody")]
    assert [answer.status_code for answer in sent] == [403, 401]


def test_many_files_at_once_are_all_read(api: HttpApi) -> None:
    client = api.as_("keeper")
    seen: list[int] = []

    def send(number: int) -> None:
        text = FIRST.replace("临柜", f"第{number}号柜台")
        seen.append(client.post(PREVIEWS, files={"file": (f"{number}.txt", text.encode())}).status_code)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [200] * 12
