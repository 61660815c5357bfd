"""A saved page opened from disk: no server, no network, no complaint of the console; groups open, parts are told."""

from playwright.sync_api import expect

import chainrule
from chainrule.app.view.captured import CaptureView
from tests.helpers.captured_sample import sample


def opened(page, path):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    expect(page.locator("body[data-ready]")).to_be_attached()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


def test_a_saved_model_is_walked_and_opened(page, tmp_path):
    opened(page, CaptureView(sample()).save(tmp_path / "net.html"))
    node = page.locator('#canvas [data-id="inner.matmul"]')
    node.click()
    expect(page.locator("#inspector h2")).to_have_text("inner.matmul")
    expect(page.locator("#inspector")).to_contain_text("return (x @ self.inner.w) ** 2")
    page.get_by_role("button", name="Way to the loss").click()
    expect(page.locator("#canvas .node.lit")).to_have_count(3)
    page.locator('#canvas .group[data-id="inner"]').press("Enter")
    expect(page.locator('#canvas .node.closed[data-id="inner"]')).to_be_visible()
    expect(node).to_have_count(0)
    page.locator("#search").fill("inner.w")
    page.locator("#search").press("Enter")
    expect(page.locator('#canvas [data-id="inner.w"].selected')).to_be_visible()
    page.get_by_role("button", name="To the result").click()
    expect(page.locator('#canvas .node.selected[data-id="@output"]')).to_be_in_viewport()
    expect(page.locator("#canvas svg[data-direction]")).to_have_count(0)
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator('#canvas svg[data-direction="down"] .node[data-id="inner.w"]')).to_have_count(1)
    page.get_by_role("button", name="A step on").click()
    expect(page.locator(".walk-said")).to_contain_text("1 / ")


def test_a_saved_program(page, tmp_path):
    opened(page, chainrule.graph("x = 3\ny = sigmoid(x)", lang="ko").save(tmp_path / "program.html"))
    page.locator('#canvas [data-id="sigmoid_1"]').press("Enter")
    expect(page.locator('#canvas .group.open[data-id="sigmoid_1"]')).to_be_visible()
    page.locator('#canvas .node[data-id="x"]').press(" ")
    expect(page.locator("#inspector math").first).to_be_visible()


def test_a_served_model_opens_any_group(page):
    page.goto(CaptureView(sample()).serve(browser=False, wait=False))
    page.locator('#canvas .group[data-id="inner"]').press("Enter")
    expect(page.locator('#canvas .node.closed[data-id="inner"]')).to_be_visible()
    page.locator('#canvas .node[data-id="inner"]').press("Enter")
    expect(page.locator('#canvas .group.open[data-id="inner"]')).to_be_visible()
