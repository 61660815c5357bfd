"""A real Chromium for the tests of what a person does; a page that complains fails its test."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# Not for the whole session: while it runs, no other test of this thread can have an event loop.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert chromium, "the browser tests need Chromium on the path"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


class Complaints(list[str]):
    """What a page's console said in anger: errors, uncaught exceptions, breaches of the security policy."""

    def watch(self, page: Page) -> None:
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.append(f"uncaught: {error}"))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        address = message.location.get("url", "")
        # A program with an error is answered 422 as promised; the browser logs that as if it were a fault.
        if "/api/v1/" in address and "status of 422" in message.text:
            return
        self.append(f"{message.text} ({address})")


@pytest.fixture
def complaints() -> Complaints:
    return Complaints()


@pytest.fixture
def page(browser: Browser, site: str, complaints: Complaints) -> Iterator[Page]:
    """A page of its own, English, 1280 × 800, light; relative addresses are the site's."""
    context = browser.new_context(
        base_url=site,
        locale="en-US",
        viewport={"width": 1280, "height": 800},
        color_scheme="light",
        permissions=["clipboard-read", "clipboard-write"],
    )
    page = context.new_page()
    complaints.watch(page)
    yield page
    context.close()
    assert complaints == []
