"""A first hour on the workbench by keyboard alone, on a phone, a small screen, a large one and a projector."""

import re
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from chainrule.app.lecture.examples import examples
from tests.browser.axe import violations
from tests.browser.test_workbench import LETTERS, grad_on, open_bench, query_of, seen_part, value_on
from tests.browser.waits import still

SIZES = {"phone": (390, 844), "small": (1024, 768), "large": (1440, 900), "projector": (1280, 720)}


def cases(*often: tuple[str, str]) -> list[Any]:
    """List every size in both languages; those that are not named only in the long run."""
    return [
        pytest.param(*case, marks=[] if case in often else [pytest.mark.soak])
        for case in product(SIZES, ("ko", "en"))
    ]


SAID = {
    "ko": {"sigmoid": "sigmoid 넣기", "multiplication": "곱셈", "link": "링크를 복사했습니다."},
    "en": {"sigmoid": "Insert sigmoid", "multiplication": "multiply", "link": "Link copied."},
}


class Hands:
    """A person at the keyboard of the workbench."""

    def __init__(self, page: Page, size: str) -> None:
        self.page = page
        self.size = size

    def press(self, part: str | Locator, key: str = "Enter") -> None:
        """Press a key where the focus can be: what is hidden cannot have it."""
        place = self.page.locator(part) if isinstance(part, str) else part
        place.focus()
        expect(place).to_be_focused()
        self.page.keyboard.press(key)

    def show(self, part: str) -> None:
        """Bring a part of the page up, which on a phone is a sheet."""
        tab = self.page.locator(f"[data-jump={part}]")
        if self.size == "phone" and tab.get_attribute("aria-current") is None:
            self.press(tab)

    def type_program(self, text: str) -> None:
        self.show("part-editor")
        self.page.locator("#editor .cm-content").focus()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def turn(self, key: str, labels: str) -> None:
        """Choose what the edges say, with an arrow key of the group."""
        self.press("#labels [aria-checked=true]", key)
        expect(self.page.locator("#canvas svg")).to_have_attribute("data-labels", labels)


@pytest.fixture
def hands(open_page: Callable[..., Page], size: str, language: str) -> Hands:
    width, height = SIZES[size]
    like: dict[str, Any] = {"has_touch": True} if size == "phone" else {}
    page = open_page(viewport={"width": width, "height": height}, **like)
    open_bench(page, query=f"lang={language}" + ("&theme=projector" if size == "projector" else ""))
    return Hands(page, size)


WRONG = f"""([least, width]) => {{
  const {{ sizes, upon }} = ({LETTERS})();
  const [view, output] = ["#canvas", '#canvas [data-id="@output"]'].map(
    (part) => document.querySelector(part)?.getBoundingClientRect());
  const inside = view && output && output.left > view.left - 1 && output.right < view.right + 1
    && output.top > view.top - 1 && output.bottom < view.bottom + 1;
  return [
    sizes.some((size) => size < least) && `letters of ${{Math.min(...sizes)}} px`,
    upon.length > 0 && `one upon another: ${{upon}}`,
    !inside && "the result is outside",
    document.documentElement.scrollWidth > width && "wider than the screen",
  ].filter(Boolean);
}}"""


def check_the_view(page: Page, size: str) -> None:
    """Wait until what is seen is right: letters that can be read, none upon another, the result in view."""
    given = [13.9 if size == "projector" else 11.9, SIZES[size][0]]
    try:
        page.wait_for_function(f"(given) => ({WRONG})(given).length === 0", arg=given, polling=100)
    except PlaywrightTimeoutError:
        pytest.fail(f"{size}: {page.evaluate(WRONG, given)}")


@pytest.mark.parametrize(("size", "language"), cases(("phone", "ko"), ("projector", "en")))
def test_own_programs_by_keyboard(hands: Hands, size: str, language: str) -> None:
    page, said = hands.page, SAID[language]
    hands.press("#tour-skip")
    check_the_view(page, size)
    # A drag, and another program: nothing of the one before stays.
    hands.show("part-inputs")
    hands.press('[data-input="apple"] input[type="range"]', "ArrowRight")
    expect(value_on(page, "apple->op_1.0")).not_to_have_text("100")
    dragged = value_on(page, "apple->op_1.0").text_content()
    hands.type_program("x = 3\ny = z * 2")
    expect(page.locator("#problem .hint")).to_have_text(re.compile(r"^(?![a-z]).*[.?]$"))
    page.wait_for_function("() => !location.search.includes('inputs')")
    hands.type_program("x = 3\ny = x * 2")
    expect(value_on(page, "y->@output")).to_have_text("6")
    expect(page.locator("#problem")).to_be_hidden()
    expect(page.locator("#inputs [data-input]")).to_have_count(1)
    check_the_view(page, size)
    # Typed at once, both texts are one deed; with a pause between, they are two.
    for _ in range(2):
        if "apple" not in page.locator("#editor .cm-content").inner_text():
            hands.press("#editor .cm-content", "Control+z")
    expect(value_on(page, "apple->op_1.0")).to_have_text(dragged)
    # A proposed fix is one key, and a whole edit.
    hands.type_program("x = 1\nk = 2\ny = sigmid(x)\nz = y * sigmid(k)\nw = y + 1")
    hands.press(page.get_by_role("button", name=said["sigmoid"]))
    expect(page.locator("#problem")).to_be_hidden()
    assert "sigmid" not in page.locator("#editor .cm-content").inner_text()
    # What nothing reads says its number, and is said not to reach the output, which can be chosen.
    expect(page.locator('#canvas [data-id="z"] .unread')).to_have_text("= 0.643914")
    hands.show("part-inputs")
    choice = page.locator(".output-row select")
    choice.focus()
    choice.select_option("z")
    expect(grad_on(page, "z->@output")).to_have_text("1")
    # A layer opens where it stands, wholly in view; Back closes it.
    box = page.locator('#canvas .nodes [data-id="sigmoid_1"]')
    hands.press(box)
    opened = '#canvas [data-id="sigmoid_1"].open'
    expect(page.locator(opened)).to_be_visible()
    still(page)
    assert seen_part(page, f"{opened} .group-box") == pytest.approx(1)
    assert query_of(page)["open"] == "sigmoid_1"
    page.go_back()
    expect(page.locator(opened)).to_have_count(0)
    assert not violations(page, colours=False)


@pytest.mark.parametrize(("size", "language"), cases(("small", "en"), ("large", "ko")))
def test_what_an_example_asks_by_keyboard(hands: Hands, size: str, language: str) -> None:
    page, said = hands.page, SAID[language]
    hands.press("#tour-skip")
    # The search knows the words of an op; the inspector says whose number is where.
    page.keyboard.press("/")
    page.keyboard.type(said["multiplication"])
    expect(page.locator("#search-results code")).to_have_count(3)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    formula = page.locator("#inspector .formula").first
    hands.press(formula, "ArrowRight")
    expect(page.locator("#canvas .pointed").first).to_be_attached()
    expect(page.locator("#inspector .formula .pointed")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#canvas .selected")).to_have_count(0)
    # The walk, whose sentences mark their numbers' places.
    hands.show("stepper")
    page.keyboard.press("ArrowRight")
    sentence = page.locator(".step-sentence")
    expect(sentence).to_contain_text("200")
    hands.press(sentence, "ArrowLeft")
    expect(sentence.locator(".pointed")).to_have_text("200")
    expect(page.locator('#canvas [data-id="op_1"].pointed')).to_be_attached()
    page.evaluate("document.activeElement.blur()")
    # Blanks: the walk keeps the answers, each box has a name of its own, Enter leads on.
    hands.turn("ArrowLeft", "blanks")
    expect(sentence).not_to_contain_text("200")
    boxes = page.locator("#canvas .blank-input")
    names = boxes.evaluate_all("(all) => all.map((box) => box.getAttribute('aria-label'))")
    assert len(set(names)) == len(names) == 12
    boxes.first.focus()
    page.keyboard.type("200")
    page.keyboard.press("Enter")
    expect(boxes.first).to_have_attribute("readonly", "")
    expect(boxes.nth(1)).to_be_focused()
    hands.turn("ArrowRight", "numbers")
    # A broken rule, and what it breaks.
    hands.show("part-mistakes")
    if not page.locator("[data-mistake]").first.is_visible():
        hands.press("#part-mistakes > summary")
    hands.press('[data-mistake="mul.not_swapped"]', " ")
    expect(grad_on(page, "tax->price.1")).to_have_text("1.1")
    expect(page.locator("#canvas .edge.wrong").first).to_be_attached()
    page.keyboard.press("Control+z")
    expect(grad_on(page, "tax->price.1")).to_have_text("650")
    # The next example, and a link to a friend who reads another language.
    title = page.locator("#example-title").inner_text()
    hands.press("#guide .guide-steps button:last-child")
    expect(page.locator("#example-title")).not_to_have_text(title)
    hands.press("#copy-link")
    expect(page.locator("#notice")).to_have_text(said["link"])
    check_the_view(page, size)
    assert not violations(page, colours=False)


@pytest.mark.parametrize(
    ("size", "language"), [("phone", "ko"), pytest.param("large", "en", marks=pytest.mark.soak)]
)
def test_the_tour_to_its_last_step(hands: Hands, size: str, language: str) -> None:
    page = hands.page
    if size == "phone":
        # All inputs of the first graph are in view, tour or not.
        still(page)
        assert seen_part(page, '#canvas [data-id="apple"]') == pytest.approx(1)
    hands.press("#tour-begin")
    card = page.get_by_role("dialog")
    for stop in range(1, 7):
        expect(card.locator(".tour-count")).to_contain_text(str(stop))
        expect(card.locator(".boxed")).to_be_focused()
        if stop == 2:
            expect(page.locator("#inputs input[type=range]").first).to_be_in_viewport()
        if stop == 4:
            expect(page.locator("#inspector h3").first).to_be_in_viewport()
        assert page.locator(".tour-target").bounding_box()
        page.keyboard.press("Enter")
    expect(card).to_be_hidden()
    expect(page.locator("#tour-offer")).to_have_count(0)
    page.reload()
    page.locator("#canvas .nodes .node").first.wait_for()
    expect(page.locator("#tour-offer")).to_have_count(0)


FIRST, ALL = ["numerical-differentiation", "softmax-with-loss"], [*examples()]


@pytest.mark.parametrize(
    ("size", "language", "slugs"),
    [
        *((size, "en" if size == "phone" else "ko", FIRST) for size in SIZES),
        *(pytest.param(*case, ALL, marks=pytest.mark.soak) for case in product(SIZES, ("ko", "en"))),
    ],
    ids=lambda part: "" if isinstance(part, list) else part,
)
def test_first_views_show_the_result_in_letters_that_can_be_read(
    hands: Hands, size: str, slugs: list[str]
) -> None:
    page = hands.page
    hands.press("#tour-skip")
    for slug in slugs:
        page.locator("#canvas svg").evaluate("(svg) => svg.setAttribute('data-before', '')")
        hands.press("#example-button")
        expect(page.locator("#examples input")).to_be_focused()
        hands.press(f'#examples [data-slug="{slug}"]')
        expect(page.locator("#guide .guide-answer")).to_have_attribute("data-key", slug)
        expect(page.locator("#canvas svg:not([data-before]) .nodes .node").first).to_be_attached()
        check_the_view(page, size)


def test_a_phone_on_its_side_has_the_sheet_beside_the_graph(open_page: Callable[..., Page]) -> None:
    page = open_page(viewport={"width": 720, "height": 380}, has_touch=True)
    open_bench(page, query="lang=en&step=6")
    page.locator("#tour-skip").tap()
    for part in ("#stepper", "#inputs input"):
        if part != "#stepper":
            page.locator("[data-jump=part-inputs]").tap()
        view, sheet = page.locator("#view").bounding_box(), page.locator(part).first.bounding_box()
        assert view
        assert sheet
        assert view["height"] > 200
        assert view["x"] + view["width"] <= sheet["x"]
    assert page.evaluate("document.documentElement.scrollHeight") <= 380
    assert not violations(page, colours=False)
