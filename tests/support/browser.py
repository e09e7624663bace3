"""Real Chromium that may talk to loopback only, and people in front of it."""

import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, ViewportSize, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
PASSWORD = "yice-demo"
DESK = ViewportSize(width=1440, height=900)
PHONE = ViewportSize(width=390, height=844)
_LOOPBACK = re.compile(r"(https?|wss?)://127\.0\.0\.1(:\d+)?/|(data|blob|about):")
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",
]


@contextmanager
def a_browser() -> Generator[Browser, None, None]:
    """Chromium while the block lasts; without it the test is skipped."""
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}: install it to run the browser tests")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=_ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Visit:
    """One person's browser: its own cookies, and every address it asked for."""

    context: BrowserContext
    page: Page
    address: str
    asked: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def elsewhere(self) -> list[str]:
        """Requests that left loopback."""
        return [address for address in self.asked if not _LOOPBACK.match(address)]

    def log_in(self, username: str) -> None:
        """Through the login page, as a person does."""
        self.page.goto(f"{self.address}/login")
        self.page.fill("#yc-username", username)
        self.page.fill("#yc-password", PASSWORD)
        self.page.click("#yc-login-button")
        self._settled(".yc-who")

    def open(self, path: str, until: str) -> None:
        """Go to a page and wait for what it is about."""
        self.page.goto(f"{self.address}{path}")
        self._settled(until)

    def _settled(self, until: str) -> None:
        """What is pressed while a panel is still being replaced would be lost."""
        self.page.wait_for_selector(until)
        self.page.wait_for_selector("html:not([aria-busy])")


@contextmanager
def a_visit(browser: Browser, address: str, *, size: ViewportSize = DESK) -> Generator[Visit, None, None]:
    """A fresh browser profile, closed with the block; nothing that it asked for may lie elsewhere."""
    context = browser.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai")
    context.set_default_timeout(60_000)
    visit = Visit(context, context.new_page(), address)

    def remember(request: Request) -> None:
        visit.asked.append(request.url)

    context.on("request", remember)
    visit.page.on("pageerror", lambda error: visit.errors.append(str(error)))
    try:
        yield visit
    except Exception as error:
        error.add_note(f"{visit.page.url} showed:\n{visit.page.locator('body').inner_text()[:2000]}")
        raise
    finally:
        context.close()
    assert visit.elsewhere == []
    assert visit.errors == []
