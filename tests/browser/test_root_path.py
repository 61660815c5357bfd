"""One pass over the whole site below a path: each page works, and nothing is asked for above it."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from chainrule.app.settings import Settings
from tests.conftest import served

ROOT = "/chainrule"


@pytest.fixture(scope="module")
def below(settings: Settings) -> Iterator[str]:
    """Serve the site below a path, through a proxy that strips it; give its address."""
    with served(settings.model_copy(update={"run_frames_per_second": 4.0}), ROOT) as address:
        yield address


def test_one_pass_over_the_whole_site_below_a_path(page: Page, below: str) -> None:
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(urlsplit(request.url).path))
    page.on("websocket", lambda socket: asked.add(urlsplit(socket.url).path))

    # The workbench: an example, an edit, a saved link.
    page.goto(f"{below}/?example=branches")
    node = page.locator(".graph .nodes .node").first
    expect(node).to_be_visible()
    assert urlsplit(page.url).path == f"{ROOT}/"
    editor = page.locator(".cm-content")
    editor.fill("x = 3\ny = x * x")
    expect(page.locator('[data-id="y->@output"] text.value')).to_have_text("9")
    page.locator("#copy-link").click()
    expect(page.locator("#notice")).to_have_text("Link copied.")
    link = page.evaluate("navigator.clipboard.readText()")
    page.goto(link)
    expect(page.locator('[data-id="y->@output"] text.value')).to_have_text("9")
    saved = page.request.post(f"{below}/api/v1/shares", data={"program": "x = 5\ny = x * x"}).json()
    page.goto(saved["url"])
    expect(page.locator('[data-id="y->@output"] text.value')).to_have_text("25")

    # The language stays from page to page, by a cookie of this path.
    page.locator("#language-button").click()
    page.locator("#lecture-link").click()
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    assert urlsplit(page.url).path == f"{ROOT}/learn"
    page.locator("#language-button").click()
    page.locator("#continue").click()
    expect(page.locator(".graph .nodes .node").first).to_be_visible()
    assert urlsplit(page.url).path == f"{ROOT}/learn/chain-rule"
    page.locator("a.after").first.click()
    page.wait_for_url(re.compile(f"{ROOT}/learn/(?!chain-rule)"))

    # A run, with its socket; the list of calls.
    page.locator('.places a[href$="/mnist"]').click()
    expect(page.locator("#run-graph .nodes .node").first).to_be_visible()
    page.locator('#run-bar [data-action="step"]').click()
    expect(page.locator(".run-where")).to_contain_text("Step 1 of")
    page.goto(f"{below}/api")
    page.get_by_role("link", name="OpenAPI").click()
    expect(page.locator("body")).to_contain_text('"openapi"')

    assert {path for path in asked if not path.startswith(f"{ROOT}/")} == set()
    for kind in (r"/static/dist/.+\.js", r"/static/dist/.+\.woff2", "/api/v1/runs/.+/frames", "/s/.+"):
        assert any(re.fullmatch(ROOT + kind, path) for path in asked), kind
