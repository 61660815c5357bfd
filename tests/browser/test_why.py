"""Why a gradient changed: the trace of a change, its marks in the picture, and its link."""

import re
from collections.abc import Callable
from contextlib import suppress

import pytest
from playwright.sync_api import Locator, Page, TimeoutError, expect

from tests.browser.axe import violations
from tests.browser.test_workbench import grad_on, open_bench, type_program
from tests.browser.waits import still, stop_the_clock


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


def test_tangent_and_sentence_tell_the_true_slope_beside_that_of_a_broken_rule(
    page: Page, complaints: list[str]
) -> None:
    open_bench(page, "x = 3\ny = x * 2", "lang=en&mistakes=mul.not_swapped&selected=x&nudge=x:0.5")
    push = page.get_by_role("region", name="If this value changed")
    expect(push.locator(".push-sentence").first).to_contain_text(
        "By the broken rule it would be 3 × 0.5 = +1.5"
    )
    expect(push.locator(".plot").first).to_have_attribute(
        "aria-label", re.compile("has the slope 2.*rule: 3")
    )
    expect(push).to_contain_text("The dashed line is the gradient by the broken rule: 3.")
    expect(push.locator(".plot-line.tangent")).to_have_count(2)
    # A program of other shapes drops the push without a word.
    type_program(page, "x = [3, 4]\ny = sum(x)")
    expect(page.locator('#canvas [data-id="x"]')).to_have_attribute("aria-label", re.compile("3, 4"))
    expect(page).not_to_have_url(re.compile("nudge"))
    assert complaints == []


def test_a_contour_is_drawn_large(page: Page) -> None:
    open_bench(page, query="lang=en&selected=apple")
    descent = page.locator(".descent")
    descent.locator("summary").click()
    expect(descent.locator(".plot-line.contour").first).to_be_attached()
    descent.get_by_role("button", name="Draw it large").click()
    expect(page.locator(".push-large[open] .plot-line.contour").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(descent.locator(".plot-line.contour").first).to_be_visible()


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


WALKS = {
    "phone": {"locale": "ko-KR", "viewport": {"width": 390, "height": 844}, "has_touch": True},
    "tablet": {"locale": "en-US", "viewport": {"width": 1024, "height": 768}, "color_scheme": "dark"},
    "desktop": {"locale": "ko-KR", "viewport": {"width": 1440, "height": 900}},
    "projector": {"locale": "en-US", "viewport": {"width": 1280, "height": 720}},
}
WORDS = {
    "en": {
        "stay": "stay",
        "why": "× swaps: tax receives what the other arm carries, and that rose by 2 × {d} = {dd}.",
        "side": "Side by side",
        "one": "One picture again",
        "push": "Push tax by Δ",
        "exact": "exactly as gradient × Δ says",
        "zero": "Back to Δ = 0",
        "contour": "Two inputs",
        "step": "Step by −η",
    },
    "ko": {
        "stay": "그대로다",
        "why": "그 값이 2 × {d} = {dd}만큼 늘었습니다.",
        "side": "나란히 보기",
        "one": "그림 하나로",
        "push": "Δ만큼 밀기: tax",
        "exact": "꼭 같습니다",
        "zero": "Δ = 0으로",
        "contour": "두 입력",
        "step": "−η",
    },
}
# What is wrong with the marks in the graph, and with what lies over it; empty when all is well.
SEEN = """() => {
  const found = [];
  const canvas = document.querySelector("#canvas");
  const room = canvas.getBoundingClientRect();
  const scale = canvas.querySelector(".viewport").getCTM().a;
  const inside = (box) =>
    box.right > room.left && box.left < room.right && box.bottom > room.top && box.top < room.bottom;
  // The box of a line is higher than its digits.
  const meet = (a, b) => {
    const slack = 0.35 * Math.min(a.height, b.height, 24);
    return a.left + 2 < b.right && b.left + 2 < a.right && a.top + slack < b.bottom && b.top + slack < a.bottom;
  };
  const texts = [...canvas.querySelectorAll(".edges text.value, .edges text.grad")];
  const numbers = texts.filter((text) => inside(text.getBoundingClientRect()));
  for (const mark of canvas.querySelectorAll(".difference, .push-numbers")) {
    const size = parseFloat(getComputedStyle(mark).fontSize) * scale;
    if (size < 11.9) found.push(`${mark.textContent} is ${size} px`);
    const box = mark.getBoundingClientRect();
    for (const other of numbers) {
      if (meet(box, other.getBoundingClientRect())) found.push(`${mark.textContent} over ${other.textContent}`);
    }
  }
  for (const over of document.querySelectorAll("#trace:not([hidden]), #predict:not([hidden])")) {
    const box = over.getBoundingClientRect();
    for (const id of ["tax->price.1", "price->@output"]) {
      const text = canvas.querySelector(`[data-id="${id}"] text.grad`);
      if (box.width && meet(box, text.getBoundingClientRect())) found.push(`${over.id} over ${id}`);
      if (!inside(text.getBoundingClientRect())) found.push(`${id} is out of sight`);
    }
  }
  return found;
}"""


def test_no_mark_of_a_push_hides_a_number_of_a_neighbour_on_a_phone(open_page: Callable[..., Page]) -> None:
    page = open_page(**WALKS["phone"])
    open_bench(page, query="lang=ko&selected=apple_num&nudge=apple_num:1")
    expect(page.locator("#canvas .push-numbers").filter(has_text="+100")).not_to_have_count(0)
    still(page)
    seen(page)


@pytest.mark.parametrize(
    "size", [pytest.param(size, marks=[pytest.mark.soak] if size == "tablet" else []) for size in WALKS]
)
def test_a_beginner_drags_the_price_of_apples_and_sees_why(open_page: Callable[..., Page], size: str) -> None:
    """Predict, drag, read why, look twice, push, and step downhill; on the desktop by keyboard alone."""
    page = open_page(**WALKS[size])
    lang = WALKS[size]["locale"][:2]
    words = WORDS[lang]
    open_bench(page, query=f"lang={lang}" + ("&theme=projector" if size == "projector" else ""))

    def press(target: Locator) -> None:
        if size == "phone":
            target.tap()
        elif size == "desktop":
            reach(page, target)
            page.keyboard.press("Enter")
        else:
            target.click()

    if size == "phone":
        page.locator("#tour-skip").tap()
        page.locator('[data-jump="part-inputs"]').tap()
    slider = page.locator('[data-input="apple"] input[type="range"]')
    if size == "desktop":
        reach(page, slider)
    else:
        slider.dispatch_event("pointerover", {"bubbles": True})
    predict = page.locator("#predict")
    press(predict.get_by_role("button", name=words["stay"]))
    seen(page)
    if size == "desktop":
        reach(page, slider)
        page.keyboard.press("PageUp")
    else:
        slider.fill("121")
    d = int(slider.input_value()) - 100
    assert d > 0
    trace = page.locator("#trace")
    expect(trace).to_contain_text(words["why"].format(d=d, dd=2 * d))
    expect(grad_on(page, "tax->price.1")).to_have_text(str(650 + 2 * d))
    expect(page.locator("#canvas .difference").filter(has_text=f"+{2 * d}")).not_to_have_count(0)
    expect(page.locator("#canvas .made-of")).to_have_count(1)
    expect(predict).to_contain_text(words["stay"])
    still(page)
    expect(page.locator("#canvas .changes")).to_have_count(1)
    seen(page)
    page.wait_for_url(re.compile("before=program"))

    press(trace.get_by_role("button", name=words["side"]))
    second = page.locator("#second")
    expect(second.locator('[data-id="tax->price.1"] text.grad')).to_have_text("650")
    expect(page.locator('#canvas [data-id="tax->price.1"] text.grad')).to_have_text(str(650 + 2 * d))
    still(page)
    moved = "(place) => document.querySelector(`${place} .viewport`).getAttribute('transform')"
    assert page.evaluate(moved, "#second") == page.evaluate(moved, "#canvas")
    if size == "tablet":
        assert violations(page) == []
    press(second.get_by_role("button", name=words["one"]))
    expect(second).to_be_hidden()

    press(trace.get_by_role("button", name="tax", exact=True))
    panel = page.locator("#push")
    field = panel.get_by_label(words["push"])
    field.fill("0.5")
    expect(panel).to_contain_text(words["exact"])
    expect(page.locator("#canvas .push-numbers")).to_have_count(2)
    seen(page)
    press(panel.get_by_role("button", name=words["zero"]))
    expect(page.locator("#canvas .push-numbers")).to_have_count(0)
    descent = panel.locator(".descent")
    press(descent.locator("summary"))
    expect(descent.locator(".contour").first).to_be_attached()
    press(descent.get_by_role("button", name=words["step"]))
    expect(descent.locator(".push-sentence")).to_contain_text("→")


def seen(page: Page) -> None:
    """Check the marks once the picture has come to rest: it stays for a moment under a pointer."""
    with suppress(TimeoutError):
        page.wait_for_function(f"() => ({SEEN})().length === 0", timeout=10_000)
    assert page.evaluate(SEEN) == []


def reach(page: Page, target: Locator) -> None:
    """Go to an element by the Tab key, from the one before it."""
    target.wait_for()
    target.evaluate(
        """(element) => {
          const stops = [...document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']")];
          const seen = stops.filter((stop) => stop.checkVisibility() && !stop.disabled && stop.tabIndex >= 0);
          seen[seen.indexOf(element) - 1].focus();
        }"""
    )
    page.keyboard.press("Tab")
    expect(target).to_be_focused()


def test_an_element_of_a_tensor_is_traced_pushed_and_drawn(page: Page) -> None:
    program = "W = [[1, 2], [3, -4]]\nH = relu(W)\nL = sum(H ** 2)"
    open_bench(page, program, query="lang=en&selected=W&inputs=W:[[1,2],[3,1]]&before=program")
    trace = page.locator("#trace")
    expect(trace).to_contain_text("Only [1, 1] changed. ReLU is a switch")
    expect(trace.locator("img.trace-heat")).to_be_visible()
    expect(trace).to_contain_text("Norm 7.48331 → 7.74597 +0.262652")
    expect(page.locator("#canvas .difference").filter(has_text="[1, 1] +5")).to_have_count(1)
    expect(page.locator("#canvas .difference-cell")).not_to_have_count(0)

    panel = page.get_by_role("region", name="If this value changed")
    panel.get_by_label("Element", exact=True).select_option("[0, 1]")
    field = panel.get_by_label("Push W[0, 1] by Δ")
    field.fill("1")
    expect(panel).to_contain_text("L really changes by +5; gradient × Δ says 4 × 1 = +4. The gap, +1,")
    expect(page.locator("#canvas .push-numbers")).to_have_text(
        ["[0, 1] +1 +1", "[0, 1] +1 +1", "[0, 1] +5 +4", "+5 +4"]
    )
    expect(panel.locator(".plot-line.forward")).to_have_attribute("d", re.compile("^M"))
    page.wait_for_url(re.compile(re.escape("nudge=W%5B0,1%5D:1")))
    page.locator("#inspector").get_by_role("gridcell").first.click()
    expect(panel.get_by_label("Push W[0, 0] by Δ")).to_have_value("0")
    descent = panel.locator(".descent")
    descent.get_by_text("Two inputs").click()
    descent.get_by_label("W[0, 0] together with").select_option("W[1, 0]")
    expect(descent.locator(".contour").first).to_be_attached()
    descent.get_by_label("Step size η").fill("0.25")
    descent.get_by_role("button", name="Step by −η · gradient").click()
    expect(descent).to_contain_text("L: 15 → 7.5")
    # What waits for the new numbers is pale until they come.
    expect(page.locator(".late")).to_have_count(0)
    still(page)
    assert violations(page) == []
    page.wait_for_url(re.compile(re.escape("W:%5B%5B0.5,2%5D,%5B1.5,1%5D%5D")))


def test_a_push_appears_in_the_walk_as_far_as_it_has_come(page: Page) -> None:
    open_bench(page, "x = 3\nv = x * 2\ny = v ** 2", query="lang=en&nudge=x:1&step=0")
    marks = page.locator("#canvas .push-numbers")
    expect(marks).to_have_text(["+1 +1"])
    page.keyboard.press("ArrowRight")
    expect(marks).to_have_text(["+1 +1", "+2 +2"])
    page.keyboard.press("ArrowRight")
    expect(marks).to_have_text(["+1 +1", "+2 +2", "+28 +24"])
