"""A statute's life as people see it: imported, amended, found as of its day, compared, and withdrawn."""

from datetime import date, timedelta

from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.support.browser import PHONE, Visit, a_visit
from tests.support.served_house import ServedHouse
from tests.support.statute_files import FIRST, SECOND, TITLE, in_force_from
from ui.rendering import today

QUESTION = "营业部能以未预约为由拒绝老年客户临柜吗"


def _upload(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "text/plain", "buffer": content}


def _open_import(keeper: Visit) -> Page:
    keeper.open("/library?view=import", "#yc-drop")
    return keeper.page


def _publish_first(keeper: Visit, begins: date) -> str:
    """Import with a wrong day in the text, correct it, and publish; the document's id."""
    page = _open_import(keeper)
    wrong = begins + timedelta(days=3)
    page.set_input_files("#yc-files", [_upload("办法.txt", in_force_from(FIRST, wrong)), _upload("空.txt", b" ")])
    seen = page.locator(".yc-preview")
    expect(seen).to_contain_text(TITLE)
    expect(page.locator("[data-state=failed]")).to_contain_text("空")
    expect(seen.locator(".yc-outline")).to_contain_text("第二章 服务要求")
    seen.locator("[data-code=gap] [data-unit]").click()
    expect(seen.locator("[data-locator='5']")).to_be_visible()
    expect(seen.locator("[name=effective_from]")).to_have_value(wrong.isoformat())
    seen.locator("[name=effective_from]").fill(begins.isoformat())
    seen.locator("[name=audience]").select_option("advisor")
    seen.locator("[data-update]").click()
    expect(page.locator(".yc-confirm")).to_contain_text(f"{begins} 版")
    document_id = seen.locator("[name=document_id]").input_value()
    page.locator("[data-publish]").click()
    expect(page.locator(".yc-published")).to_contain_text(f"{document_id}@{begins}")
    return document_id


def _publish_second(keeper: Visit, begins: date) -> None:
    page = _open_import(keeper)
    page.set_input_files("#yc-files", [_upload("办法（修订）.txt", in_force_from(SECOND, begins))])
    seen = page.locator(".yc-preview")
    expect(seen).to_have_attribute("data-standing", "next")
    seen.locator("[name=audience]").select_option("advisor")
    seen.locator("[data-update]").click()
    expect(page.locator("[data-state=ready]")).to_be_visible()
    expect(seen.locator("[data-change=renumbered_and_amended] del")).to_contain_text(["第三条", "三十"])
    expect(seen.locator("[data-change=renumbered_and_amended] ins")).to_contain_text(["第四条", "十五"])
    page.locator("[data-publish]").click()
    expect(page.locator(".yc-published")).to_contain_text("到新版生效为止")


def _look_at_comparison(page: Page) -> None:
    page.locator(".yc-published a", has_text="看对比").click()
    expect(page.locator("#yc-comparison-counts")).to_contain_text("条号变动并修改 1")
    expect(page.locator("#yc-comparison-counts")).to_contain_text("新增 1")
    expect(page.locator("#yc-changes article")).to_have_count(3)
    page.locator("[name=unchanged]").check()
    expect(page.locator("#yc-changes article")).not_to_have_count(3)


def _search(page: Page, day: date) -> str:
    page.fill("#yc-library-text", QUESTION)
    page.fill("#yc-library-day", day.isoformat())
    page.press("#yc-library-text", "Enter")
    expect(page.locator(".yc-results")).to_contain_text(f"按 {day} 有效的文本")
    return page.locator(".yc-results").inner_text()


def test_a_statute_is_imported_amended_found_and_withdrawn(house: ServedHouse, browser: Browser) -> None:
    begins, amended = today() - timedelta(days=30), today() + timedelta(days=10)
    with a_visit(browser, house.address) as keeper, a_visit(browser, house.address) as advisor:
        keeper.log_in("keeper")
        keeper.page.wait_for_selector("#yc-documents")
        document_id = _publish_first(keeper, begins)
        _publish_second(keeper, amended)
        _look_at_comparison(keeper.page)

        advisor.log_in("chen")
        advisor.open("/", ".yc-welcome")
        advisor.open("/library", "#yc-documents")
        found = f"《{TITLE}》第三条"
        assert "不得以未预约为由" not in _search(advisor.page, amended - timedelta(days=1))
        as_of_its_day = _search(advisor.page, amended)
        assert found in as_of_its_day
        assert "不得以未预约为由" in as_of_its_day

        keeper.open(f"/library?document={document_id}", "#yc-versions")
        states = keeper.page.locator("#yc-versions [data-state]")
        expect(states).to_have_text(["待生效", "现行有效"])
        keeper.page.locator("#yc-versions .yc-link", has_text=amended.isoformat()).click()
        expect(keeper.page.locator(".yc-banner-upcoming")).to_contain_text("此前请看现行版本")
        keeper.page.click("#yc-withdraw")
        keeper.page.click("#yc-change [data-confirm]")
        expect(keeper.page.locator("#yc-change [data-error]")).to_have_text("请写明理由。")
        keeper.page.fill("#yc-change textarea", "发布有误。")
        keeper.page.click("#yc-change [data-confirm]")
        expect(keeper.page.locator("#yc-said")).to_contain_text("已撤回")

        advisor.open(f"/library?document={document_id}&version={amended}", "#yc-versions")
        expect(advisor.page.locator(".yc-banner-bad")).to_contain_text("已撤回")
        expect(advisor.page.locator("#yc-versions [data-state]")).to_have_text(["已撤回", "现行有效"])
        assert advisor.page.locator("#yc-withdraw").count() == 0


def test_what_the_library_did_meanwhile_is_shown_before_anything_is_published(
    house: ServedHouse, browser: Browser
) -> None:
    with a_visit(browser, house.address) as keeper:
        page = keeper.page
        keeper.log_in("keeper")
        page.wait_for_selector("#yc-documents")
        _open_import(keeper)
        texts = [text.replace(TITLE, "测试市预约服务办法") for text in (FIRST, SECOND)]
        page.set_input_files("#yc-files", [_upload(f"{at}.txt", text.encode()) for at, text in enumerate(texts)])
        expect(page.locator("[data-state=ready]")).to_have_count(2)
        expect(page.locator(".yc-preview[data-standing=new]")).to_have_count(2)
        page.click("#yc-publish-all")
        expect(page.locator("[data-state=published]")).to_have_count(1)
        second = page.locator(".yc-import-item").nth(1)
        expect(second.locator(".yc-confirm [data-error]")).to_contain_text("预览已更新")
        expect(second.locator(".yc-preview")).to_have_attribute("data-standing", "next")
        second.locator("[data-publish]").click()
        expect(second).to_contain_text("到新版生效为止")


def test_an_article_shows_its_links_history_and_questions(house: ServedHouse, browser: Browser) -> None:
    with a_visit(browser, house.address) as visit:
        page = visit.page
        visit.log_in("keeper")
        page.wait_for_selector("#yc-documents")
        visit.open("/library?ref=SUIT:22", "#yc-provisions")
        asked = page.locator(".yc-asked")
        expect(asked).to_be_in_viewport()
        asked.locator("[data-act=article]").click()
        card = page.locator("#yc-article")
        expect(card.locator("#yc-article-history .yc-stage")).to_have_count(3)
        expect(card.locator("#yc-article-cited-by")).to_contain_text("案例")
        page.fill("#yc-add-question [name=text]", "胆小的人能不能买很刺激的理财")
        page.press("#yc-add-question [name=text]", "Enter")
        added = card.locator("#yc-article-questions li", has_text="胆小的人能不能买很刺激的理财？")
        expect(added).to_contain_text("管理员添加")
        added.get_by_text("移除").click()
        expect(added).to_have_count(0)
        page.locator("#yc-article [data-act=close]").click()
        expect(card).to_have_count(0)


def test_a_reviewer_decides_on_a_script_and_an_advisor_sees_it_gone(house: ServedHouse, browser: Browser) -> None:
    with a_visit(browser, house.address) as visit, a_visit(browser, house.address, size=PHONE) as advisor:
        page = visit.page
        visit.log_in("shen")
        page.wait_for_selector("#yc-queue")
        visit.open("/library?view=scripts", "#yc-scripts")
        row = page.locator("#yc-scripts .yc-row").first
        script = str(row.get_attribute("data-script"))
        row.press("Enter")
        page.fill("#yc-script [name=reason]", "规则已改。")
        page.click("#yc-revoke-script")
        expect(page.locator("#yc-said")).to_contain_text("已撤销批准")
        expect(page.locator(f"[data-script='{script}']")).to_contain_text("已撤销")
        advisor.log_in("chen")
        advisor.open("/", ".yc-welcome")
        advisor.open("/library?view=scripts", "#yc-scripts")
        expect(advisor.page.locator(f"[data-script='{script}']")).to_have_count(0)
        assert advisor.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_back_button_leads_back_to_what_was_searched(house: ServedHouse, browser: Browser) -> None:
    with a_visit(browser, house.address) as visit:
        page = visit.page
        visit.log_in("keeper")
        page.wait_for_selector("#yc-documents")
        page.select_option("#yc-library-kind", "rule")
        page.wait_for_url("**/library?kind=rule")
        page.fill("#yc-library-text", "适当性")
        page.press("#yc-library-text", "Enter")
        page.locator("#yc-hits .yc-hit").first.click()
        page.wait_for_selector("#yc-provisions")
        page.go_back()
        page.wait_for_selector("#yc-hits")
        expect(page.locator("#yc-library-text")).to_have_value("适当性")
        expect(page.locator("#yc-library-kind")).to_have_value("rule")
        page.go_back()
        expect(page.locator("#yc-library-text")).to_have_value("")
