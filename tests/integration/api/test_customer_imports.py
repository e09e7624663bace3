"""Customer files over HTTP: uploaded, imported by a worker, reported; hostile names and forms end in one problem."""

import csv
from io import StringIO
from pathlib import Path

import httpx
import pytest

from api.schemas.customer_imports import CustomerImportView
from tests.support.customer_files import a_row
from tests.support.http_api import HttpApi

IMPORTS = "/api/customer-imports"


def content(*rows: dict[str, str]) -> bytes:
    written = StringIO()
    writer = csv.DictWriter(written, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode()


def upload(api: HttpApi, *files: tuple[str, bytes], by: str = "admin", **said: str) -> httpx.Response:
    parts = [("files", (name, body, "text/csv")) for name, body in files]
    return api.as_(by).post(IMPORTS, files=parts, data=said)


def work(api: HttpApi) -> None:
    """What the job engine would do."""
    importing = api.house.application.import_customers
    with importing.storage.reading() as unit:
        waiting = unit.imports.unfinished_uploads()
    for import_id in waiting:
        importing.uploaded(import_id)


def done(api: HttpApi, answer: httpx.Response) -> CustomerImportView:
    assert answer.status_code == 202, answer.text
    work(api)
    seen = api.as_("admin").get(f"{IMPORTS}/{answer.json()['id']}")
    return CustomerImportView.model_validate_json(seen.content)


def folders(api: HttpApi) -> set[Path]:
    kept = api.house.application.import_customers.folder
    return set(kept.iterdir()) if kept.exists() else set()


def test_an_upload_is_imported_and_its_files_are_not_kept(api: HttpApi) -> None:
    customer = a_row("customers", customer_id="API1")
    trades = [a_row("trades", customer_id="API1", trade_id="AT1"), a_row("trades", customer_id="=1+1", trade_id="AT2")]
    answer = upload(api, ("交易.csv", content(*trades)), ("customers.CSV", content(customer)))
    assert answer.json()["state"] == "waiting"
    assert api.as_("admin").get(f"{IMPORTS}/{answer.json()['id']}/errors").status_code == 404
    seen = done(api, answer)
    assert (seen.state, seen.accepted, seen.rejected, seen.dry_run) == ("done", 2, 1, False)
    assert [file.name for file in seen.files] == ["customers.csv", "trades.csv"]
    report = api.as_("admin").get(f"{IMPORTS}/{seen.id}/errors")
    assert report.headers["content-type"] == "text/csv; charset=utf-8"
    assert report.text.splitlines()[1] == "trades.csv,3,客户编号,含有编号里不能有的字符，或不完整。,'=1+1"
    assert not api.house.application.import_customers.upload_of(seen.id).exists()
    listed = api.as_("admin").get(IMPORTS).json()["items"]
    assert seen.id in [each["id"] for each in listed]


def test_a_dry_run_writes_no_customer(api: HttpApi) -> None:
    answer = upload(api, ("customers.csv", content(a_row("customers", customer_id="API2"))), dry_run="true")
    seen = done(api, answer)
    assert (seen.dry_run, seen.accepted) == (True, 1)
    assert api.as_("chen").get("/api/customers/API2").status_code == 404


def test_done_is_done_only_once(api: HttpApi) -> None:
    seen = done(api, upload(api, ("prices.csv", content(a_row("prices")))))
    api.house.application.import_customers.uploaded(seen.id)
    again = api.as_("admin").get(f"{IMPORTS}/{seen.id}").json()
    assert again["finished_at"] == seen.model_dump(mode="json")["finished_at"]


@pytest.mark.parametrize(
    "name",
    [
        "../../customers.exe",
        "..%2fcustomers",
        "/etc/passwd",
        "customers.csv/../../x",
        "客户.xlsx",
        "=cmd.csv",
        "\x00.csv",
        "a" * 5000,
    ],
)
def test_a_name_that_is_none_of_ours_is_refused_and_nothing_kept(api: HttpApi, name: str) -> None:
    before = folders(api)
    answer = upload(api, (name, b"x"))
    assert answer.status_code == 422, answer.text
    assert folders(api) == before


def test_folders_in_front_of_a_name_lead_nowhere(api: HttpApi) -> None:
    answer = upload(api, ("..\\..\\windows\\prices.csv", content(a_row("prices"))))
    seen = done(api, answer)
    assert [file.name for file in seen.files] == ["prices.csv"]


def test_the_same_kind_twice_is_refused(api: HttpApi) -> None:
    body = content(a_row("prices"))
    answer = upload(api, ("prices.csv", body), ("行情.csv", body))
    assert answer.status_code == 422
    assert "两个文件" in answer.json()["detail"]


@pytest.mark.parametrize("said", ["maybe", "2"])
def test_a_flag_that_is_none_is_refused(api: HttpApi, said: str) -> None:
    assert upload(api, ("prices.csv", b"x"), dry_run=said).status_code == 422


def test_what_is_no_form_is_refused(api: HttpApi) -> None:
    client = api.as_("admin")
    assert client.post(IMPORTS, json={}).status_code == 422
    assert client.post(IMPORTS, content=b"x", headers={"Content-Type": "multipart/form-data"}).status_code == 422
    many = [("files", (f"{n}.csv", b"x")) for n in range(20)]
    assert client.post(IMPORTS, files=many).status_code == 422


def test_a_body_is_read_only_for_administrators(api: HttpApi) -> None:
    for somebody, status in (("chen", 403), ("customer", 403), ("keeper", 403), ("nobody", 401)):
        assert upload(api, ("prices.csv", b"x"), by=somebody).status_code == status


def test_a_file_that_cannot_be_read_is_told_and_the_import_is_done(api: HttpApi) -> None:
    seen = done(api, upload(api, ("prices.parquet", b"nonsense")))
    assert seen.state == "done"
    assert seen.files[0].failed == "不是有效的 Parquet 文件，或已经损坏。"


def test_templates_are_files_that_can_be_filled_in(api: HttpApi) -> None:
    client = api.as_("admin")
    kinds = client.get(f"{IMPORTS}/record-types").json()["items"]
    assert len(kinds) == 14
    for kind in kinds:
        answer = client.get(f"{IMPORTS}/templates/{kind['name']}")
        assert answer.content.decode("utf-8-sig").strip().split(",") == kind["columns"]
    assert client.get(f"{IMPORTS}/templates/nothing").status_code == 404
