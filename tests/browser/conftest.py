"""A real Chromium for the tests of what a person does; a page that complains fails its test."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

CHROMIUMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first one found is used. The shell draws no window of its own, and takes half the time."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--renderer-process-limit=1",
    # A page lives for a second: too short for optimized code to pay for its compilation.
    "--js-flags=--no-opt",
]
PATIENCE = 60_000
"""Milliseconds to wait for anything before it counts as missing: far more than a busy machine takes."""
ENGLISH = {"locale": "en-US", "viewport": {"width": 1280, "height": 800}, "color_scheme": "light"}


# Not for the whole session: while it runs, no other test of this thread can have an event loop.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Start one browser for all tests of this folder."""
    chromium = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    assert chromium, "the browser tests need Chromium on the path"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


expect.set_options(timeout=PATIENCE)


class Complaints(list[str]):
    """What a page complained of on its console: errors, uncaught exceptions, breaches of the security policy."""

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


@pytest.fixture(scope="package")
def contexts(browser: Browser, site: str) -> Callable[..., BrowserContext]:
    """Give the context with these options: one of each is kept for later tests, with its cache of scripts.

    An empty page of the site stays open in each, so that the process which draws its pages stays too.
    """
    kept: dict[str, BrowserContext] = {}

    def context(**like: Any) -> BrowserContext:
        key = repr(sorted(like.items()))
        if key not in kept:
            allowed = ["clipboard-read", "clipboard-write"]
            kept[key] = browser.new_context(base_url=site, permissions=allowed, **like)
            kept[key].set_default_timeout(PATIENCE)
            kept[key].new_page().goto("/health/live")
        return kept[key]

    return context


def fresh(context: BrowserContext, site: str) -> Page:
    """Open a page that knows nothing of earlier tests: no cookies, nothing stored."""
    context.clear_cookies()
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Storage.clearDataForOrigin", {"origin": site, "storageTypes": "all"})
    session.detach()
    return page


@pytest.fixture
def open_page(
    contexts: Callable[..., BrowserContext], site: str, complaints: Complaints
) -> Iterator[Callable[..., Page]]:
    """Give a function that opens a page with options such as locale, viewport or touch, on the site."""
    used: list[BrowserContext] = []

    def open_page(**like: Any) -> Page:
        context = contexts(**ENGLISH | like)
        used.append(context)
        page = fresh(context, site)
        complaints.watch(page)
        return page

    yield open_page
    for context in used:
        for page in context.pages[1:]:
            page.close()
    assert complaints == []


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """Open a page in English, 1280 × 800, light."""
    return open_page()


@pytest.fixture
def clocked_page(browser: Browser, site: str, complaints: Complaints) -> Iterator[Page]:
    """Open such a page with a clock that a test may stop, in a context of its own: its clock stays installed."""
    context = browser.new_context(base_url=site, **ENGLISH)
    page = context.new_page()
    page.clock.install(time=0)
    complaints.watch(page)
    yield page
    context.close()
    assert complaints == []
