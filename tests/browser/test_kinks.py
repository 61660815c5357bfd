"""Kinks on the workbench: marks that come and go, conventions to choose, the same kink in other engines."""

import re

from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.test_workbench import grad_on, open_bench

TIE = "a = 2\nb = 2\nm = maximum(a, b)"


def test_a_mark_comes_and_goes_and_a_convention_is_chosen_by_keys(page: Page) -> None:
    open_bench(page, TIE, query="lang=en&selected=m")
    marked = page.locator("#canvas .edge.at-kink")
    expect(marked).to_have_count(2)
    expect(marked.first.locator(".kink")).to_be_visible()
    expect(marked.first).to_have_attribute(
        "aria-description", re.compile("0 from the left, 1 from the right")
    )
    section = page.locator("#inspector .kink-section")
    expect(section.locator("svg.corner")).to_have_count(2)
    field = page.locator("#value-a")
    field.fill("3")
    expect(marked).to_have_count(0)
    expect(section).to_have_count(0)
    expect(grad_on(page, "a->m.0")).to_have_text("1")
    field.fill("2")
    expect(marked).to_have_count(2)
    expect(grad_on(page, "a->m.0")).to_have_text("0.5")

    usual = section.get_by_role("radio", checked=True)
    usual.focus()
    page.keyboard.press("ArrowRight")
    expect(grad_on(page, "a->m.0")).to_have_text("1")
    expect(grad_on(page, "b->m.1")).to_have_text("0")
    page.wait_for_url(re.compile("conventions=maximum.tie.first"))
    page.reload()
    expect(grad_on(page, "a->m.0")).to_have_text("1")
    expect(section.get_by_role("radio", checked=True)).to_have_attribute(
        "data-convention", "maximum.tie.first"
    )
    page.get_by_role("button", name="Back to the usual one: ").click()
    expect(grad_on(page, "b->m.1")).to_have_text("0.5")
    page.wait_for_url(lambda address: "conventions" not in address)
    page.get_by_role("button", name="Undo").click()
    expect(grad_on(page, "b->m.1")).to_have_text("0")


def test_the_same_kink_in_other_engines_is_fetched_when_opened(page: Page) -> None:
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/api/v1/kinks/" in request.url else None)
    open_bench(page, TIE, query="lang=en&selected=m")
    opener = page.get_by_text("The same kink in other engines").first
    expect(opener).to_be_visible()
    assert asked == []
    opener.click()
    groups = page.locator(".split > li")
    expect(groups).to_have_count(3)
    expect(groups.first).to_contain_text("Chainrule")
    expect(groups.first).to_contain_text("PyTorch")
    here = page.locator(".split > li", has_text="as here")
    expect(here).to_contain_text("PyTorch")
    page.get_by_role("radio", name="all to the first").click()
    expect(here).to_contain_text("TensorFlow")
    name = page.get_by_role("button", name=re.compile("^TensorFlow "))
    name.hover()
    expect(page.locator(".engine-caption")).to_contain_text("TensorFlow 2.")
    rows = page.locator(".elsewhere tbody tr")
    expect(rows).to_have_count(page.locator(".engine").count())
    assert violations(page, "#inspector") == []
