"""The main job as people see it: advisor, reviewer and customer in real Chromium against a real server."""

import hashlib

from playwright.sync_api import Browser, Page, expect

from tests.support.browser import PHONE, Visit, a_visit
from tests.support.served_house import ServedHouse
from ui.visitors import SESSION_COOKIE

WORDS = "请您抽空与我联系，一起看看账户。"
REASON = "请再核对一次。"
QUESTION = "科创板开通需要什么条件？"
_REMEMBER_STEPS = """() => {
  window.steps = new Set();
  const look = () => document.querySelectorAll(".yc-steps li").forEach((node) => window.steps.add(node.textContent));
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true });
}"""


def _ask(page: Page, question: str, *, as_of: str | None = None) -> str:
    """Ask in the chat; what the new answer says."""
    before = page.locator(".yc-turn[data-type]").count()
    if as_of:
        page.fill("#yc-as-of", as_of)
    page.fill("#yc-question", question)
    page.press("#yc-question", "Enter")
    turn = page.locator(".yc-turn[data-type]").nth(before)
    turn.wait_for()
    expect(turn.locator(".yc-question")).to_be_in_viewport()
    expect(page.locator("#yc-question")).to_have_value("")
    return turn.inner_text()


def _customer_id(house: ServedHouse, browser: Browser) -> str:
    """Whose messages the demo customer reads; the page of the API says so."""
    with a_visit(browser, house.address) as visit:
        session = visit.context.request.post(
            f"{house.address}/api/sessions", data={"username": "customer", "password": "yice-demo"}
        ).json()
        return str(session["actor"]["customer_id"])


def test_the_advisor_asks_and_opens_the_proof(house: ServedHouse, browser: Browser) -> None:
    with a_visit(browser, house.address) as visit:
        page = visit.page
        visit.log_in("chen")
        visit.open("/", ".yc-welcome")

        page.evaluate(_REMEMBER_STEPS)
        _ask(page, "C2客户能买R4产品吗？")
        steps = "".join(page.evaluate("[...window.steps]"))
        assert all(words in steps for words in ("理解", "检索", "核对"))

        assert "10%" in _ask(page, "主板ST股票涨跌幅是多少？")
        assert "50万" in _ask(page, "科创板开通条件")
        chip = page.locator(".yc-turn").last.locator(".yc-chip:not(.yc-chip-fact)").first
        chip.click()
        proof = page.locator("#yc-proof .yc-proof-card")
        expect(proof).to_contain_text("现行有效")
        expect(proof).to_contain_text("生效期间")
        expect(proof.locator("mark").first).to_be_visible()
        assert proof.get_attribute("data-reference") == chip.get_attribute("data-source")

        assert "5%" in _ask(page, "主板ST股票涨跌幅是多少？", as_of="2026-06-30")
        refused = _ask(page, "明天买哪只股票能涨停")
        assert "这个问题不能回答" in refused
        assert "可以这样做" in refused


def test_a_question_sent_while_another_is_answered_waits_its_turn(house: ServedHouse, browser: Browser) -> None:
    with a_visit(browser, house.address) as visit:
        page = visit.page
        visit.log_in("chen")
        visit.open("/", ".yc-welcome")

        for question in ("科创板开通条件", "主板ST股票涨跌幅是多少？"):
            page.fill("#yc-question", question)
            page.press("#yc-question", "Enter")
        expect(page.locator("#yc-question")).to_have_value("")
        turns = page.locator(".yc-turn[data-type]")
        expect(turns).to_have_count(2)
        expect(turns.nth(0)).to_contain_text("50万")
        expect(turns.nth(1)).to_contain_text("10%")


def test_of_several_presses_in_a_row_the_last_one_counts(house: ServedHouse, browser: Browser) -> None:
    with a_visit(browser, house.address, size=PHONE) as visit:
        visit.log_in("customer")
        for last in ("applications", "questions", "messages", "questions", "applications"):
            visit.page.evaluate(
                "last => ['messages', 'questions', 'applications', last]"
                ".forEach(tab => document.getElementById(`yc-tab-${tab}`).click())",
                last,
            )
            expect(visit.page.locator(f"#yc-tab-{last}")).to_have_attribute("aria-selected", "true")


def test_what_cannot_be_asked_is_said_at_once(house: ServedHouse, browser: Browser) -> None:
    with a_visit(browser, house.address) as visit:
        page = visit.page
        visit.log_in("chen")
        visit.open("/", ".yc-welcome")

        page.press("#yc-question", "Enter")
        expect(page.locator("#yc-question-error")).to_have_text("请先写下您的问题。")

        page.fill("#yc-question", "问" * 20_000)
        page.press("#yc-question", "Enter")
        expect(page.locator("#yc-question-error")).to_contain_text("最多 4000 个字")
        expect(page.locator("#yc-question")).to_have_value("问" * 20_000)
        assert page.locator(".yc-turn").count() == 0


def test_a_plan_goes_from_draft_to_the_customers_phone(house: ServedHouse, browser: Browser) -> None:
    customer_id = _customer_id(house, browser)
    with (
        a_visit(browser, house.address) as advisor,
        a_visit(browser, house.address) as reviewer,
        a_visit(browser, house.address, size=PHONE) as customer,
    ):
        _draft_a_plan(advisor, customer_id)
        _edit_and_submit(advisor.page)
        _return_it(reviewer)

        advisor.page.reload()
        expect(advisor.page.locator("#yc-returned")).to_contain_text(REASON)
        _submit(advisor.page)

        digest = _approve_it(reviewer.page)
        customer.log_in("customer")
        text = _read_newest(customer.page)
        assert WORDS in text
        assert hashlib.sha256(text.encode()).hexdigest() == digest


def test_a_customers_question_becomes_an_approved_answer(house: ServedHouse, browser: Browser) -> None:
    with (
        a_visit(browser, house.address, size=PHONE) as customer,
        a_visit(browser, house.address) as advisor,
        a_visit(browser, house.address) as reviewer,
    ):
        customer.log_in("customer")
        page = customer.page
        page.click("#yc-tab-questions")
        page.fill("#yc-ask-text", QUESTION)
        page.click("#yc-ask-send")
        expect(page.locator("#yc-said")).to_contain_text("问题已收到")
        expect(page.locator("#yc-inquiries")).to_contain_text(QUESTION)
        expect(page.locator("#yc-complaint")).to_be_visible()

        advisor.log_in("chen")
        advisor.open("/", ".yc-welcome")
        _open_the_reply(advisor)
        expect(advisor.page.locator(".yc-inquiry")).to_contain_text(QUESTION)
        _submit(advisor.page)

        reviewer.log_in("shen")
        _approve_it(reviewer.page)
        page.click("#yc-tab-messages")
        assert "50万" in _read_newest(page)


def test_a_login_holds_over_pages_and_belongs_to_the_server_only(house: ServedHouse, browser: Browser) -> None:
    with a_visit(browser, house.address) as visit:
        page = visit.page
        page.goto(f"{house.address}/customers")
        assert page.url.endswith("/login?next=/customers")
        page.fill("#yc-username", "chen")
        page.fill("#yc-password", "yice-demo")
        page.click("#yc-login-button")
        page.wait_for_selector("#yc-customer-table")

        for link, until in (
            ("草稿", "#yc-no-drafts, #yc-draft-table"),
            ("知识库", "#yc-documents"),
            ("智能问答", ".yc-welcome"),
        ):
            page.locator(".yc-nav").get_by_text(link, exact=True).click()
            page.wait_for_selector(until)

        (cookie,) = [item for item in visit.context.cookies() if item.get("name") == SESSION_COOKIE]
        assert (cookie.get("httpOnly"), cookie.get("sameSite")) == (True, "Strict")
        token = str(cookie.get("value"))
        kept = page.evaluate(
            "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, document.body.outerHTML])"
        )
        assert token not in kept
        assert not any(token in address for address in visit.asked)

        page.goto(f"{house.address}/review")
        assert page.url == f"{house.address}/today"
        page.click("#yc-logout")
        page.wait_for_selector("#yc-login-form")
        page.goto(f"{house.address}/customers")
        assert "/login" in page.url


def test_who_logged_out_elsewhere_is_led_to_the_login(house: ServedHouse, browser: Browser) -> None:
    with a_visit(browser, house.address, size=PHONE) as visit:
        visit.log_in("customer")
        visit.context.clear_cookies()
        visit.page.click("#yc-tab-questions")
        expect(visit.page.locator("#yc-login-button")).to_be_visible()
        assert visit.page.url == f"{house.address}/login?next=/inbox"


def test_an_expired_login_can_be_renewed_without_losing_the_page(house: ServedHouse, browser: Browser) -> None:
    with a_visit(browser, house.address) as visit:
        page = visit.page
        visit.log_in("chen")
        visit.open("/", ".yc-welcome")
        visit.context.add_cookies([{"name": SESSION_COOKIE, "value": "expired", "url": house.address}])

        page.fill("#yc-question", "科创板开通条件")
        page.press("#yc-question", "Enter")
        page.click("[data-login-again]")
        page.fill("#yc-again [name=username]", "chen")
        page.fill("#yc-again [name=password]", "yice-demo")
        page.click("#yc-again [type=submit]")
        expect(page.locator("#yc-again")).to_be_hidden()

        assert "50万" in _ask(page, "科创板开通条件")


def test_operations_see_counts_and_a_whole_chain(house: ServedHouse, browser: Browser) -> None:
    with a_visit(browser, house.address) as visit:
        visit.log_in("ops")
        visit.page.click("#yc-verify")
        expect(visit.page.locator("#yc-chain")).to_contain_text("审计链完整")
        assert visit.page.locator(".yc-nav").inner_text().split() == ["批量", "知识库", "运营"]


def _draft_a_plan(advisor: Visit, customer_id: str) -> None:
    page = advisor.page
    advisor.log_in("chen")
    advisor.open("/", ".yc-welcome")
    advisor.open("/customers", "#yc-customer-table")
    page.fill("#yc-customer-search", customer_id)
    page.press("#yc-customer-search", "Enter")
    expect(page.locator(".yc-row")).to_have_count(1)
    page.locator(".yc-row").click()
    for words in ("产品适当性", "服务记录", "业务权限", "值得留意"):
        expect(page.locator("#yc-customers")).to_contain_text(words)
    page.click("#yc-make-plan")
    page.wait_for_selector("#yc-edit-form")


def _edit_and_submit(page: Page) -> None:
    statement = page.locator("#yc-edit-form .yc-statement", has=page.locator(".yc-kind", has_text="服务动作")).first
    statement.locator("textarea").fill(WORDS)
    page.click("#yc-save")
    expect(page.locator("#yc-said")).to_contain_text("已保存")
    expect(page.locator("#yc-drafts .yc-letter")).to_contain_text(WORDS)
    _remove_what_the_checks_forbid(page)
    _submit(page)


def _remove_what_the_checks_forbid(page: Page) -> None:
    """As an advisor would: a sentence that must be changed is taken out, and the draft saved again."""
    forbidden = page.locator(".yc-statement.yc-has-block")
    for index in range(forbidden.count()):
        forbidden.nth(index).hover()
        forbidden.nth(index).locator(".yc-remove").click()
    if forbidden.count():
        digest = str(page.locator("#yc-drafts .yc-letter").get_attribute("data-digest"))
        page.click("#yc-save")
        expect(page.locator("#yc-drafts .yc-letter")).not_to_have_attribute("data-digest", digest)
    expect(forbidden).to_have_count(0)


def _submit(page: Page) -> None:
    page.click("#yc-submit")
    page.click("#yc-submit-dialog [data-confirm]")
    expect(page.locator("#yc-case-state")).to_have_attribute("data-state", "waiting")


def _return_it(reviewer: Visit) -> None:
    page = reviewer.page
    reviewer.log_in("shen")
    expect(page.locator("#yc-case-state")).to_have_attribute("data-state", "waiting")
    expect(page.locator("#yc-case .yc-letter")).to_contain_text(WORDS)
    expect(page.locator("#yc-case .yc-diff ins").first).to_be_visible()
    page.keyboard.press("r")
    page.locator("#yc-return-dialog textarea").fill(REASON)
    page.click("#yc-return-dialog [data-confirm]")
    expect(page.locator("#yc-said")).to_contain_text("已退回经办人")


def _approve_it(page: Page) -> str:
    """Approve what is first in the queue by its key; the digest that was before the reviewer's eyes."""
    if page.locator("#yc-case-state").count() == 0:
        page.locator("[data-act=refresh]").first.click()
    expect(page.locator("#yc-case-state")).to_have_attribute("data-state", "waiting")
    digest = page.locator("#yc-case .yc-letter").get_attribute("data-digest")
    page.keyboard.press("a")
    page.click("#yc-approve-dialog [data-confirm]")
    expect(page.locator("#yc-said")).to_contain_text("已批准")
    return str(digest)


def _read_newest(page: Page) -> str:
    """Wait for an unread message, open it, and give its text to the byte."""
    for _ in range(60):
        page.wait_for_selector("#yc-messages, #yc-no-messages")
        if page.locator(".yc-unread").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    page.locator(".yc-unread").first.click()
    page.wait_for_selector("#yc-message-text")
    expect(page.locator("#yc-read-at")).not_to_have_text("—")
    return str(page.evaluate("document.querySelector('#yc-message-text').textContent"))


def _open_the_reply(advisor: Visit) -> None:
    for _ in range(60):
        advisor.open("/drafts", "#yc-no-drafts, #yc-draft-table")
        row = advisor.page.locator(".yc-row[data-kind=reply]", has_text=QUESTION)
        if row.count():
            row.first.click()
            advisor.page.wait_for_selector("#yc-edit-form")
            return
        advisor.page.wait_for_timeout(500)
    raise AssertionError("the reply was not drafted")
