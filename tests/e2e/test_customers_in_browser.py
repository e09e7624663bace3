"""Knowing customers as people see it: the day's list, a portrait, a report as a file, customer files, and a batch."""

import csv
import io
import re
from http import HTTPStatus
from pathlib import Path

import httpx
from playwright.sync_api import Browser, FilePayload, Page, expect

from api.schemas.terms import DRAFT_KIND_LABELS, DraftKind
from assistant.clock import Clock
from tests.support.browser import PASSWORD, PHONE, Visit, a_visit
from tests.support.customer_files import a_row
from tests.support.exports import dense, pdf_body, pdf_pages
from tests.support.served_house import ServedHouse

NEW_CUSTOMER = "BROWSER1"
WISH = "我就想买这只，亏了我自己认。"
NOTE = "客户情绪激动，多次打断说明。"


def test_an_advisor_begins_the_day_with_the_list_and_works_it_by_keyboard(house: ServedHouse, browser: Browser) -> None:
    with a_visit(browser, house.address) as chen:
        page = _the_days_list(chen)
        first = page.locator(".yc-day-item").first
        customer, name = first.get_attribute("data-customer"), first.locator(".yc-day-name").inner_text()
        item = _first_item(page)

        page.keyboard.press("d")
        expect(page.locator("#yc-undo")).to_contain_text(f"已完成：{name}")
        expect(page.locator("#yc-today-done")).to_have_text("今天已完成 1 项")
        assert _first_item(page) != item

        page.keyboard.press("z")
        expect(page.locator("#yc-undo")).to_have_count(0)
        expect(page.locator("#yc-today-done")).to_have_text("今天已完成 0 项")
        assert _first_item(page) == item

        page.keyboard.press("j")
        expect(page.locator(".yc-day-item").nth(1)).to_have_class(re.compile("yc-here"))
        page.keyboard.press("k")
        page.keyboard.press("Enter")
        expect(page.locator("#yc-customer-name")).to_have_text(name)
        assert page.url == f"{house.address}/customers?id={customer}"


def test_a_narrowed_list_stays_narrowed_after_a_customer_was_opened(house: ServedHouse, browser: Browser) -> None:
    with a_visit(browser, house.address) as chen:
        page = _the_days_list(chen)
        kind = page.locator("#yc-today-kinds [data-kind]:not([data-kind=''])").first.get_attribute("data-kind")
        page.click(f"#yc-today-kinds [data-kind='{kind}']")
        expect(page.locator(f"#yc-today-kinds [data-kind='{kind}']")).to_have_attribute("aria-pressed", "true")
        assert page.url == f"{house.address}/today?kind={kind}"
        page.locator(".yc-day-name").first.click()
        page.wait_for_selector("#yc-customer-name")
        page.go_back()
        expect(page.locator(f"#yc-today-kinds [data-kind='{kind}']")).to_have_attribute("aria-pressed", "true")

        chen.open("/customers", "#yc-customer-table")
        page.keyboard.press("/")
        expect(page.locator("#yc-customer-search")).to_be_focused()
        page.select_option("[name=risk_level]", "C3")
        expect(page).to_have_url(f"{house.address}/customers?risk_level=C3")
        page.wait_for_selector("#yc-customer-table .yc-level-C3")
        page.locator("h1").click()
        page.keyboard.press("j")
        second = page.locator("#yc-customer-table [data-row-open]").nth(1)
        expect(second).to_be_focused()
        name = second.inner_text()
        page.keyboard.press("Enter")
        expect(page.locator("#yc-customer-name")).to_have_text(name)
        page.go_back()
        expect(page.locator("[name=risk_level]")).to_have_value("C3")


def test_a_portrait_leads_to_a_report_and_the_report_to_a_file(
    house: ServedHouse, browser: Browser, tmp_path: Path
) -> None:
    with a_visit(browser, house.address) as chen:
        page = _the_days_list(chen)
        page.locator(".yc-day-name").first.click()
        name = page.locator("#yc-customer-name").inner_text()
        expect(page.locator("#yc-figures dd").first).to_have_text(re.compile(r"\d"))
        expect(page.locator("#yc-charts svg").first).to_be_visible()
        expect(page.locator("#yc-needs")).to_contain_text("%")

        page.select_option("#yc-make-report", DraftKind.DIAGNOSIS.value)
        page.wait_for_selector("#yc-edit-form")
        expect(page.locator("#yc-drafts h1")).to_have_text(f"{DRAFT_KIND_LABELS[DraftKind.DIAGNOSIS]} · {name}")
        letter = page.locator(".yc-letter").inner_text()
        with page.expect_download() as download:
            page.click("[data-export=pdf]")
        file = tmp_path / "report.pdf"
        download.value.save_as(file)

    assert download.value.suggested_filename.endswith(".pdf")
    content = file.read_bytes()
    assert all("未经审核" in dense(sheet) for sheet in pdf_pages(content))
    body = pdf_body(content)
    sentences = [dense(line) for line in letter.splitlines() if line.endswith("。")]
    assert len(sentences) > 5
    assert [line for line in sentences if line not in body] == []


def test_an_administrator_uploads_a_folder_and_fetches_what_was_left_out(house: ServedHouse, browser: Browser) -> None:
    customer = a_row("customers", customer_id=NEW_CUSTOMER, name="林新来")
    trades = [
        a_row("trades", customer_id=NEW_CUSTOMER, trade_id="BT1"),
        a_row("trades", customer_id=NEW_CUSTOMER, trade_id="BT2", traded_on="2026-02-30"),
    ]
    with a_visit(browser, house.address) as admin, a_visit(browser, house.address) as chen:
        page = admin.page
        admin.log_in("admin")
        admin.open("/imports", "#yc-customer-import")
        page.click("#yc-customer-send")
        expect(page.locator("[data-problem]")).to_have_text("请先选择文件。")

        page.set_input_files("#yc-customer-files", [_a_file("customers", customer), _a_file("trades", *trades)])
        page.click("#yc-customer-send")
        shown = page.locator("#yc-import-shown")
        expect(shown).to_have_attribute("data-state", "done")
        expect(shown).to_contain_text("已读 3 行，导入 2 行，没有导入 1 行")
        with page.expect_download() as download:
            page.click("#yc-import-errors")
        (left_out,) = csv.DictReader(io.StringIO(download.value.path().read_text(encoding="utf-8-sig")))
        assert "2026-02-30" in left_out.values()

        chen.log_in("chen")
        chen.open(f"/customers?id={NEW_CUSTOMER}", "#yc-customer-name")
        expect(chen.page.locator("#yc-customer-name")).to_have_text("林新来")


def test_an_advisor_drafts_plans_for_a_segment(house: ServedHouse, browser: Browser) -> None:
    with a_visit(browser, house.address) as chen:
        page = _the_days_list(chen)
        page.locator(".yc-day-name").first.click()
        customer = page.locator(".yc-head .yc-count").inner_text()
        segment = page.locator("#yc-segment .yc-badge").all_inner_texts()

        chen.open("/plans", "#yc-batch-form")
        for name, label in zip(("value", "life_cycle", "behaviour"), segment, strict=True):
            page.select_option(f"#yc-batch-form [name={name}]", label=label)
        page.click("#yc-batch-form [type=submit]")
        batch = page.locator("#yc-batch")
        expect(batch).to_have_attribute("data-state", "done", timeout=180_000)
        expect(batch.locator("h2")).to_have_text(f"客群：{'·'.join(segment)}")
        done, total = page.locator("#yc-batch-finished").inner_text().split(" / ")
        assert done == total != "0"

        chen.open(f"/customers?id={customer}", "#yc-customer-name")
        expect(page.locator("#yc-customers a[href^='/drafts?case=']", has_text="一人一策")).to_have_count(1)


def _the_days_list(visit: Visit) -> Page:
    """Log in; an advisor lands on the list, which is made anew when the house is opened."""
    visit.log_in("chen")
    assert visit.page.url == f"{visit.address}/today"
    for _ in range(120):
        visit.page.wait_for_selector("#yc-today .yc-head")
        if visit.page.locator("#yc-day").count() and visit.page.locator("[data-act=refresh]").is_enabled():
            return visit.page
        visit.page.wait_for_timeout(1000)
        visit.page.reload()
    raise AssertionError("there is no list of the day")


def _first_item(page: Page) -> tuple[str | None, str | None]:
    """Whose item is first in the list, and which."""
    item = page.locator("#yc-day [data-item]").first
    return item.get_attribute("data-customer"), item.get_attribute("data-item")


def _a_file(record_type: str, *rows: dict[str, str]) -> FilePayload:
    written = io.StringIO()
    writer = csv.DictWriter(written, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return {"name": f"{record_type}.csv", "mimeType": "text/csv", "buffer": written.getvalue().encode()}


def test_a_customer_sees_the_own_application_and_gives_it_up(house: ServedHouse, browser: Browser) -> None:
    with a_visit(browser, house.address, size=PHONE) as customer:
        customer.log_in("customer")
        customer.page.click("#yc-tab-applications")
        expect(customer.page.locator("#yc-no-applications")).to_be_visible()

        product = _an_application(house)
        customer.page.click("#yc-tab-messages")
        customer.page.click("#yc-tab-applications")
        application = customer.page.locator(".yc-insist")
        for shown in (product, "已告知不适合", WISH):
            expect(application).to_contain_text(shown)
        expect(application).not_to_contain_text(NOTE)

        application.locator("summary").click()
        application.get_by_role("button", name="确认放弃").click()
        expect(application).to_have_attribute("data-state", "withdrawn")
        expect(customer.page.locator("#yc-said")).to_contain_text("已放弃")
        expect(application.locator("details")).to_have_count(0)


def _an_application(house: ServedHouse) -> str:
    """The demo customer insists on a product, and was told that it does not suit; the product's name."""
    with httpx.Client(base_url=f"{house.address}/api", timeout=60) as http:
        customer_id = _log_in(http, "customer")["customer_id"]
        _log_in(http, "chen")
        match = next(
            each
            for each in http.get(f"/customers/{customer_id}").json()["matches"]
            if each["verdict"] == "unsuitable"
            and {"risk"} == {r["dimension"] for r in each["reasons"] if not r["fits"]}
        )
        wish = {
            "product_code": match["product_code"],
            "asked_by_customer": True,
            "asked_on": Clock().today().isoformat(),
            "channel": "phone",
            "words": WISH,
        }
        begun = http.post(f"/customers/{customer_id}/insistences", json=wish)
        assert begun.status_code == HTTPStatus.CREATED, begun.text
        step = {"step": "tell_unsuitable", "proof": {"kind": "recording", "reference": "REC-1"}, "note": NOTE}
        told = http.post(f"/insistences/{begun.json()['id']}/steps", json=step)
        assert told.status_code == HTTPStatus.OK, told.text
        return str(match["product_name"])


def _log_in(http: httpx.Client, username: str) -> dict[str, str]:
    session = http.post("/sessions", json={"username": username, "password": PASSWORD}).json()
    http.headers["Authorization"] = f"Bearer {session['token']}"
    actor: dict[str, str] = session["actor"]
    return actor
