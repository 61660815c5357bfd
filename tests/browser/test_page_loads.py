"""How much a page asks of the network: when it is opened for the first time, and when it is loaded again."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from chainrule.app.settings import Settings
from tests.browser.conftest import ENGLISH, Complaints
from tests.conftest import served

MOST_REQUESTS, MOST_BYTES = 15, 350_000
ALIVE = {
    "/": "#editor .cm-content",
    "/learn/1": "[data-drawn]",
    "/mnist": "#run-graph .nodes .node",
}
"""By page: what is there when all of it is."""


class Traffic:
    """What a page gets from the network, not from what the browser keeps."""

    def __init__(self, page: Page) -> None:
        self.bytes = 0
        self._addresses: dict[str, str] = {}
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", self._sent)
        session.on("Network.requestServedFromCache", self._kept)
        session.on("Network.responseReceived", self._answered)
        session.on("Network.loadingFinished", self._ended)

    def _sent(self, event: dict[str, Any]) -> None:
        self._addresses[event["requestId"]] = urlsplit(event["request"]["url"]).path

    def _kept(self, event: dict[str, Any]) -> None:
        self._addresses.pop(event["requestId"], None)

    def _answered(self, event: dict[str, Any]) -> None:
        if event["response"].get("fromDiskCache"):
            self._addresses.pop(event["requestId"], None)

    def _ended(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self._addresses:
            self.bytes += event["encodedDataLength"]

    @property
    def paths(self) -> list[str]:
        """Return the path of each request so far."""
        return [*self._addresses.values()]


@pytest.fixture
def first_visit(browser: Browser, site: str, complaints: Complaints) -> Any:
    """Open pages of the site in a browser that has never been there."""
    contexts = []

    def visit(path: str) -> tuple[Page, Traffic]:
        context = browser.new_context(base_url=site, **ENGLISH)
        contexts.append(context)
        page = context.new_page()
        complaints.watch(page)
        traffic = Traffic(page)
        page.goto(path)
        page.locator(ALIVE[path]).first.wait_for()
        page.wait_for_load_state("networkidle")
        return page, traffic

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []


def test_the_workbench_comes_in_a_few_requests_and_again_in_one(
    first_visit: Callable[[str], tuple[Page, Traffic]],
) -> None:
    page, cold = first_visit("/")
    assert len(cold.paths) <= MOST_REQUESTS
    assert cold.bytes <= MOST_BYTES
    assert all(path.startswith(("/static/dist/", "/api/v1/")) for path in cold.paths[1:]), cold.paths
    again = Traffic(page)
    page.reload()
    page.locator(ALIVE["/"]).wait_for()
    page.wait_for_load_state("networkidle")
    assert again.paths[0] == "/"
    assert [path for path in again.paths[1:] if not path.startswith("/api/v1/graphs")] == []
    assert again.bytes <= 40_000


@pytest.mark.parametrize("path", ["/learn/1", "/mnist"])
def test_other_pages_name_few_bundles(first_visit: Callable[[str], tuple[Page, Traffic]], path: str) -> None:
    page, first = first_visit(path)
    assert len([path for path in first.paths if path.endswith(".js")]) <= 3
    again = Traffic(page)
    page.reload()
    page.locator(ALIVE[path]).first.wait_for()
    assert [path for path in again.paths if path.startswith("/static/")] == []


def test_the_modules_are_a_page_too(browser: Browser, settings: Settings, complaints: Complaints) -> None:
    """Where a script has changed, and for whom `CHAINRULE_BUNDLES` is off."""
    with served(settings.model_copy(update={"bundles": False})) as address:
        context = browser.new_context(base_url=address, **ENGLISH)
        page = context.new_page()
        complaints.watch(page)
        traffic = Traffic(page)
        page.goto("/")
        page.locator(ALIVE["/"]).wait_for()
        page.locator('[data-input="apple"] input[type="number"]').fill("130")
        expect(page.locator('#canvas [data-id="apple->op_1.0"] text.value')).to_have_text("130")
        assert {"/static/js/main.js", "/static/js/workbench/editor.js", "/static/css/tokens.css"} <= {
            *traffic.paths
        }
        assert not any(path.startswith("/static/dist/") for path in traffic.paths)
        context.close()
    assert complaints == []


def test_the_first_picture_stands_where_the_living_one_will(page: Page) -> None:
    """No jump is seen when the page's script takes over."""
    script = re.compile(r"/main[-\w]*\.js$")
    held: list[Route] = []
    page.route(script, lambda route: held.append(route))
    place = '.node[data-id="price"] .shape'
    for _ in range(100):  # until the layout is known
        page.goto("/", wait_until="commit")
        page.locator("#canvas").wait_for()
        if page.locator("#first-picture").count():
            break
    first = page.locator(f"#first-picture {place}").bounding_box()
    held[-1].continue_()
    page.locator(ALIVE["/"]).wait_for()
    page.locator("#guide .guide-question").wait_for()
    alive = page.locator(f"#canvas {place}").bounding_box()
    assert first
    assert alive
    assert abs(first["x"] - alive["x"]) < 1
    assert abs(first["y"] - alive["y"]) < 1
    assert page.locator("#first-picture").count() == 0
