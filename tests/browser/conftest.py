"""A real Chromium for the tests of what a person does; a page that complains fails its test."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    expect,
    sync_playwright,
)

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
        page.on("pageerror", self._failed)

    def leave(self, page: Page) -> None:
        page.remove_listener("console", self._heard)
        page.remove_listener("pageerror", self._failed)

    def _failed(self, error: Error) -> None:
        self.append(f"uncaught: {error}")

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


LASTING = (
    "add_init_script",
    "emulate_media",
    "expose_binding",
    "expose_function",
    "on",
    "once",
    "route",
    "set_extra_http_headers",
    "set_viewport_size",
)
"""What a page keeps when it goes to another address."""


class Pages:
    """The pages of one kind of context, with its cache of scripts: a test is given the page of the one before.

    A new page takes longer than all that a first answer asks of it. One that was changed for good is not given again.
    """

    def __init__(self, context: BrowserContext, site: str) -> None:
        self.context, self.site = context, site
        self.given: list[Page] = []
        self.changed: set[Page] = set()
        self.idle: Page | None = self._empty()

    def take(self, complaints: Complaints) -> Page:
        """Give a page that knows nothing of earlier tests: no cookies, nothing stored."""
        self.context.clear_cookies()
        page, self.idle = self.idle or self._empty(), None
        self.given.append(page)
        complaints.watch(page)
        session = self.context.new_cdp_session(page)
        session.send("Storage.clearDataForOrigin", {"origin": self.site, "storageTypes": "all"})
        session.detach()
        for name in LASTING:
            setattr(page, name, self._noted(page, getattr(page, name)))
        return page

    def take_back(self, complaints: Complaints) -> None:
        """Close all pages but one, which is empty again: the process that draws pages stays with it."""
        for page in self.given:
            complaints.leave(page)
        self.idle = next((page for page in self.given if page not in self.changed), None)
        if self.idle:
            for name in LASTING:
                vars(self.idle).pop(name)
            self.idle.goto(f"{self.site}/health/live")
            self.idle.evaluate("sessionStorage.clear()")
            self.idle.mouse.move(-10, -10)
        else:
            self.idle = self._empty()
        for page in self.context.pages:
            if page is not self.idle:
                page.close()
        self.given.clear()
        self.changed.clear()

    def _empty(self) -> Page:
        page = self.context.new_page()
        page.goto(f"{self.site}/health/live")
        return page

    def _noted(self, page: Page, change: Callable[..., Any]) -> Callable[..., Any]:
        """Give this way to change a page, with a note that it was taken."""

        def noted(*args: Any, **options: Any) -> Any:
            self.changed.add(page)
            return change(*args, **options)

        return noted


@pytest.fixture(scope="package")
def pages(browser: Browser, site: str) -> Callable[..., Pages]:
    """Give the pages of a context with these options; one of each is kept for later tests."""
    kept: dict[str, Pages] = {}

    def pages(**like: Any) -> Pages:
        key = repr(sorted(like.items()))
        if key not in kept:
            allowed = ["clipboard-read", "clipboard-write"]
            context = browser.new_context(base_url=site, permissions=allowed, **like)
            context.set_default_timeout(PATIENCE)
            kept[key] = Pages(context, site)
        return kept[key]

    return pages


@pytest.fixture
def open_page(pages: Callable[..., Pages], complaints: Complaints) -> Iterator[Callable[..., Page]]:
    """Give a function that opens a page with options such as locale, viewport or touch, on the site."""
    used: list[Pages] = []

    def open_page(**like: Any) -> Page:
        used.append(pages(**ENGLISH | like))
        return used[-1].take(complaints)

    yield open_page
    for kind in dict.fromkeys(used):
        kind.take_back(complaints)
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
