"""A real Chromium for the tests of what a person does; a page that complains fails its test."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

CHROMIUMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first one found is taken. The shell has no windows of its own to draw, and so takes half the time."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--renderer-process-limit=1",
    # A page lives for a second: too short for its scripts to be compiled a second time, to be faster.
    "--js-flags=--no-opt",
]
PATIENCE = 60_000
"""Milliseconds after which what does not come is held to be lost: much more than a busy machine takes."""
ENGLISH = {"locale": "en-US", "viewport": {"width": 1280, "height": 800}, "color_scheme": "light"}


# Not for the whole session: while it runs, no other test of this thread can have an event loop.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One for all tests of this folder."""
    chromium = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    assert chromium, "the browser tests need Chromium on the path"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


expect.set_options(timeout=PATIENCE)


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


@pytest.fixture(scope="package")
def contexts(browser: Browser, site: str) -> Callable[..., BrowserContext]:
    """Contexts by what they are like. One is kept for the tests to come, with its cache of scripts.

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
    """A page that knows nothing of the test before: no cookies, nothing stored."""
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
    """Opens a page in a context like this: a locale, a viewport, touch. Relative addresses are the site's."""
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
    """A page of its own, English, 1280 × 800, light."""
    return open_page()


@pytest.fixture
def clocked_page(browser: Browser, site: str, complaints: Complaints) -> Iterator[Page]:
    """Such a page whose clock a test may stop: a context's clock cannot be given back for the next test."""
    context = browser.new_context(base_url=site, **ENGLISH)
    page = context.new_page()
    page.clock.install(time=0)
    complaints.watch(page)
    yield page
    context.close()
    assert complaints == []
