"""Letters as files over HTTP: types, names, and what a browser may do with them."""

import io
from urllib.parse import unquote

import docx
import pytest

from tests.support.http_api import HttpApi


@pytest.fixture(scope="module")
def case_id(api: HttpApi) -> str:
    api.as_("customer").post("/api/inbox/inquiries", json={"text": "科创板开通需要什么条件？"}).raise_for_status()
    api.house.do_jobs()
    return str(api.as_("chen").get("/api/cases").json()["items"][0]["id"])


@pytest.mark.parametrize(
    ("form", "media_type", "start"),
    [
        ("pdf", "application/pdf", b"%PDF-"),
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK"),
        ("html", "text/html; charset=utf-8", b"<!DOCTYPE html>"),
    ],
)
def test_a_letter_is_sent_as_a_file(api: HttpApi, case_id: str, form: str, media_type: str, start: bytes) -> None:
    answer = api.as_("chen").get(f"/api/cases/{case_id}/export", params={"format": form, "contents": True})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media_type
    assert answer.content.startswith(start)
    named = answer.headers["content-disposition"]
    assert named.startswith(f'attachment; filename="{case_id}-v1.{form}"')
    assert "未经审核" in unquote(named.split("''")[1])
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-security-policy"] == "sandbox"


def test_pdf_is_what_is_sent_when_nothing_is_said(api: HttpApi, case_id: str) -> None:
    assert api.as_("chen").get(f"/api/cases/{case_id}/export").headers["content-type"] == "application/pdf"


@pytest.mark.parametrize("query", [{"format": "exe"}, {"format": ""}, {"contents": "perhaps"}, {"watermark": "no"}])
def test_what_is_not_offered_is_refused(api: HttpApi, case_id: str, query: dict[str, str]) -> None:
    answer = api.as_("chen").get(f"/api/cases/{case_id}/export", params=query)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_reviewer_gets_the_same_bytes(api: HttpApi, case_id: str) -> None:
    files = [api.as_(who).get(f"/api/cases/{case_id}/export", params={"format": "docx"}) for who in ("chen", "shen")]
    assert files[0].content == files[1].content
    assert docx.Document(io.BytesIO(files[0].content)).core_properties.identifier == case_id
