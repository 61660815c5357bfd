"""Why a gradient changed: the trace of a change, its marks in the picture, and its link."""

import re

from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.test_workbench import grad_on, open_bench, type_program
from tests.browser.waits import stop_the_clock


def test_a_drag_says_why_the_gradient_of_the_tax_changed(clocked_page: Page) -> None:
    page = clocked_page
    open_bench(page, query="lang=en")
    stop_the_clock(page)
    slider = page.locator('[data-input="apple"] input[type="range"]')
    slider.fill("121")
    trace = page.get_by_role("region", name="What changed")
    expect(grad_on(page, "tax->price.1")).to_have_text("692")
    page.clock.run_for(100)
    expect(trace).to_contain_text(
        "× swaps: tax receives what the other arm carries, and that rose by 2 × 21 = 42."
    )
    expect(trace).to_contain_text("650 → 692 +42")
    marks = page.locator("#canvas .changes .difference")
    expect(marks.filter(has_text="+46.2")).to_have_count(1)
    expect(page.locator("#canvas .made-of")).to_have_count(1)
    slider.fill("90")
    expect(grad_on(page, "tax->price.1")).to_have_text("630")
    page.clock.run_for(100)
    expect(trace).to_contain_text("100 → 90 −10")
    page.clock.run_for(450)  # the new texts for screen readers
    expect(page.locator('#canvas [data-id="price"]')).to_have_attribute("aria-label", re.compile("693"))
    page.clock.run_for(200)
    expect(page.locator("#announcer")).to_contain_text("693")
    page.clock.run_for(2000)
    expect(page.locator("#announcer")).to_contain_text("tax: × swaps")
    page.wait_for_url(re.compile("before=program"))
    page.clock.run_for(9000)
    expect(page.locator("#canvas .changes")).to_have_class(re.compile("fading"))
    # A new change begins where the last one ended.
    slider.fill("95")
    expect(grad_on(page, "tax->price.1")).to_have_text("640")
    page.clock.run_for(100)
    expect(trace).to_contain_text("90 → 95 +5")
    trace.get_by_role("button", name="Close").click()
    expect(trace).to_be_hidden()
    expect(marks).to_have_count(0)


def test_a_link_brings_the_trace_along_and_another_program_ends_it(page: Page) -> None:
    open_bench(page, query="lang=ko&inputs=apple:121&before=apple:100&selected=apple_num")
    trace = page.locator("#trace")
    expect(trace.locator("li").first).to_contain_text("그 값이 21만큼 늘었습니다")
    page.locator('#canvas [data-id="tax"]').click()
    expect(trace.locator("li").first).to_contain_text("2 × 21 = 42만큼 늘었습니다")
    assert violations(page) == []
    page.get_by_text("빈칸", exact=True).click()
    expect(trace).to_be_hidden()
    page.get_by_text("숫자", exact=True).click()
    expect(trace).to_be_visible()
    type_program(page, "x = 3\ny = x * 2")
    expect(trace).to_be_hidden()
    page.wait_for_url(lambda address: "before" not in address)


def test_a_pushed_value_shows_the_gap_to_gradient_times_delta(page: Page) -> None:
    open_bench(page, "x = 3\nv = x * 2\ny = v ** 2", query="lang=en&selected=v")
    panel = page.get_by_role("region", name="If this value changed")
    expect(panel.locator(".plot-line.forward")).to_have_attribute("d", re.compile("^M"))
    field = panel.get_by_label("Push v by Δ")
    field.fill("3")
    expect(panel).to_contain_text("y really changes by +45; gradient × Δ says 12 × 3 = +36. The gap, +9,")
    marks = page.locator("#canvas .push-numbers")
    expect(marks).to_have_text(["+3 +3", "+45 +36"])
    page.wait_for_url(re.compile("nudge=v:3"))
    page.reload()
    expect(marks).to_have_count(2)
    field.fill("0.01")
    expect(panel).to_contain_text("The gap, +1e-4,")
    panel.get_by_role("button", name="Back to Δ = 0").click()
    expect(marks).to_have_count(0)
    panel.get_by_role("button", name="Draw it large").click()
    expect(page.get_by_role("dialog").locator("svg.plot")).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel.locator("svg.plot").first).to_be_visible()


def test_a_guess_is_asked_once_before_the_first_drag(page: Page) -> None:
    open_bench(page, query="lang=en")
    slider = page.locator('[data-input="apple"] input[type="range"]')
    slider.hover()
    question = page.get_by_role("region", name="A guess first")
    question.get_by_role("button", name="stay").click()
    slider.fill("121")
    expect(question).to_contain_text("You said: stay. It does rise with the price; below is why.")
    question.get_by_role("button", name="Close").click()
    page.goto("/?lang=en")
    slider.hover()
    expect(page.locator("#canvas .node").first).to_be_visible()
    expect(question).to_be_hidden()


def test_steps_against_the_gradient_lead_downhill(page: Page) -> None:
    open_bench(page, "x = 3\ny = 2\nf = x ** 2 + 4 * y ** 2", query="lang=en&selected=x")
    descent = page.locator("#push .descent")
    descent.get_by_text("Two inputs").click()
    expect(descent.locator(".contour").first).to_be_visible()
    descent.get_by_label("Step size η").fill("0.1")
    descent.get_by_role("button", name="Step by −η · gradient").click()
    expect(descent).to_contain_text("f: 25 → 6.4")
    page.wait_for_url(re.compile("inputs=x:2.4,y:0.4"))
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#value-x")).to_have_value("3")


def test_two_states_stand_side_by_side(page: Page) -> None:
    open_bench(page, query="lang=en&inputs=apple:121&before=program")
    page.get_by_role("button", name="Side by side").click()
    second = page.get_by_role("region", name="A second look")
    expect(second.locator('[data-id="tax->price.1"] text.grad')).to_have_text("650")
    expect(page.locator('#canvas [data-id="tax->price.1"] text.grad')).to_have_text("692")
    page.wait_for_url(re.compile("second=before"))
    second.get_by_role("button", name="One picture again").click()
    expect(second).to_be_hidden()
    page.goto("/?lang=en&mistakes=mul.not_swapped&second=rules")
    expect(second.locator('[data-id="tax->price.1"] text.grad')).to_have_text("650")
    expect(page.locator('#canvas [data-id="tax->price.1"] text.grad')).to_have_text("1.1")
