"""What a person does on the workbench: drag, type, err and come back, open a layer, search, undo, share."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, quote, urlparse

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations, violations_in_every_theme
from tests.browser.waits import still, stop_the_clock

SIGMOID = "x = 1\ny = sigmoid(x)"


def open_bench(page: Page, program: str | None = None, query: str = "") -> None:
    parts = [f"program={quote(program)}"] if program is not None else []
    page.goto("/?" + "&".join([*parts, *([query] if query else [])]))
    page.locator("#canvas .nodes .node").first.wait_for()


def query_of(page: Page) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlparse(page.url).query).items()}


def value_on(page: Page, edge: str) -> Any:
    return page.locator(f'[data-id="{edge}"] text.value')


def grad_on(page: Page, edge: str) -> Any:
    return page.locator(f'[data-id="{edge}"] text.grad')


def places(page: Page) -> dict[str, list[float]]:
    return page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll("#canvas [data-id]")].map((element) => {
             const { x, y } = element.querySelector(".shape, .group-box, .forward").getBoundingClientRect();
             return [element.getAttribute("data-id"), [Math.round(x), Math.round(y)]];
           }))"""
    )


def type_program(page: Page, text: str) -> None:
    page.locator("#editor .cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def test_the_page_opens_on_the_apples_and_oranges(page: Page) -> None:
    open_bench(page)
    expect(value_on(page, "price->@output")).to_have_text("715")
    for edge, gradient in {
        "apple->op_1.0": "2.2",
        "apple_num->op_1.1": "110",
        "orange->op_2.0": "3.3",
        "orange_num->op_2.1": "165",
        "tax->price.1": "650",
    }.items():
        expect(grad_on(page, edge)).to_have_text(gradient)
    apple = page.locator('#canvas [data-id="apple"]')
    expect(apple).to_have_attribute("aria-label", re.compile(r"input, value 100, gradient 2\.2"))


def test_numbers_follow_a_drag_and_nothing_moves(page: Page) -> None:
    open_bench(page)
    before = places(page)
    slider = page.locator('[data-input="apple"] input[type="range"]')
    box = slider.bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    page.mouse.down()
    seen = set()
    for i in range(1, 9):
        page.mouse.move(box["x"] + box["width"] * (0.5 + i / 20), middle)
        expect(value_on(page, "apple->op_1.0")).to_have_text(slider.input_value())
        seen.add(value_on(page, "price->@output").text_content())
    page.mouse.up()
    assert len(seen) == 8
    apple = float(slider.input_value())
    assert apple > 150
    expect(value_on(page, "apple->op_1.0")).to_have_text(f"{apple:g}")
    expect(grad_on(page, "apple_num->op_1.1")).to_have_text(f"{apple * 1.1:g}")
    assert places(page) == before
    # The sentence for screen readers follows when the drag is over.
    expect(page.locator('#canvas [data-id="apple"]')).to_have_attribute(
        "aria-label", re.compile(f"value {apple:g},")
    )
    page.wait_for_url(re.compile(f"inputs=apple:{apple:g}"))


def test_a_number_is_answered_within_a_few_frames(clocked_page: Page) -> None:
    page = clocked_page
    open_bench(page)
    stop_the_clock(page)
    slider = page.locator('[data-input="apple"] input[type="range"]')
    for apple in (20, 21, 22):
        with page.expect_response("**/api/v1/graphs/values"):
            slider.fill(str(apple))
            page.clock.run_for(16)
        page.clock.run_for(32)
        expect(value_on(page, "apple->op_1.0")).to_have_text(str(apple))


def test_a_typed_number_may_lie_beyond_the_slider(page: Page) -> None:
    open_bench(page)
    field = (
        page.get_by_label(re.compile("^apple"), exact=False).and_(page.locator('input[type="number"]')).first
    )
    field.fill("100000")
    expect(value_on(page, "price->@output")).to_have_text("220,495")
    slider = page.locator('[data-input="apple"] input[type="range"]')
    assert slider.input_value() == "100000"
    expect(slider).to_have_attribute("max", "200000")
    field.fill("")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#error-apple")).to_have_text("The field is empty. apple stays 100000.")
    expect(value_on(page, "price->@output")).to_have_text("220,495")
    field.press_sequentially("1e999")
    expect(page.locator("#error-apple")).to_contain_text("This is no number that can be computed with.")
    page.get_by_role("button", name="Reset apple to the program's value").click()
    expect(value_on(page, "price->@output")).to_have_text("715")
    expect(field).to_have_value("100")
    expect(slider).to_have_attribute("max", "200")
    expect(page.locator("#error-apple")).to_be_hidden()
    field.fill("")
    field.press_sequentially("0,5")  # a decimal comma: Chromium alone would make 5 of it
    expect(field).to_have_value("0.5")
    expect(value_on(page, "price->@output")).to_have_text("496.1")


def test_the_books_upstream_gradient_is_one_click(page: Page) -> None:
    open_bench(page, "x = 10\ny = 5\nz = x * y")
    page.get_by_role("button", name="Set it to the book's 1.3").click()
    expect(grad_on(page, "x->z.0")).to_have_text("6.5")
    expect(grad_on(page, "y->z.1")).to_have_text("13")
    expect(grad_on(page, "z->@output")).to_have_text("1.3")
    page.get_by_role("button", name="Set it back to 1").click()
    expect(grad_on(page, "y->z.1")).to_have_text("10")


def test_a_tensor_flows_in_at_the_output(page: Page) -> None:
    program = "X = [[1, 2], [3, 4]]\nW = [[1, 0, 2], [0, 1, 3]]\nB = [1, 2, 3]\nY = affine(X, W, B)"
    open_bench(page, program, query="lang=en")
    field, error = page.locator("#upstream"), page.locator("#upstream-error")
    field.fill("[[1, 2], [3, 4]]")
    expect(error).to_contain_text("The output has the shape (2, 3)")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("2 * ones(2, 3)")
    expect(error).to_be_hidden()
    expect(page.get_by_label("dY [1, 2]", exact=True).first).to_have_value("2")
    field.fill("[[1, -2, 3], [0.5, 0, 6]]")
    expect(page.locator('[data-id="B->affine_1"]')).to_contain_text("1.5")
    page.wait_for_url(re.compile("seed=.*0\\.5"))
    page.reload()
    expect(field).to_have_value("[[1, -2, 3], [0.5, 0, 6]]")
    expect(page.locator('[data-id="B->affine_1"]')).to_contain_text("1.5")
    # Another program gives another shape: what was typed stays, and is told not to fit.
    type_program(page, program.replace("Y = affine(X, W, B)", "Y = sum(affine(X, W, B))"))
    expect(error).to_contain_text("The output is a number")
    expect(field).to_have_value("[[1, -2, 3], [0.5, 0, 6]]")
    page.get_by_role("button", name="Set the upstream gradient back to 1").click()
    expect(error).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    expect(field).to_have_value("[[1, -2, 3], [0.5, 0, 6]]")


def test_an_own_program_gets_its_graph_and_an_error_its_place(page: Page) -> None:
    open_bench(page)
    type_program(page, "a = 3\nb = a * a + 1")
    expect(value_on(page, "b->@output")).to_have_text("10")
    page.keyboard.press("Control+End")
    page.keyboard.type("\nc = bb / 2")
    problem = page.locator("#problem")
    expect(problem).to_contain_text("bb is not defined")
    expect(problem).to_contain_text("Line 3, column 5")
    expect(page.locator("#editor .cm-lintRange-error")).to_have_text("bb")
    # The graph before the error stands, with a mark where it ends.
    expect(value_on(page, "b->@output")).to_have_text("10")
    failing = page.locator("#canvas .failing.ends-here")
    expect(failing).to_have_attribute("aria-label", re.compile("bb"))
    failing.click()
    page.keyboard.press("Delete")
    expect(problem).to_be_hidden()
    expect(failing).to_have_count(0)
    expect(value_on(page, "c->@output")).to_have_text("5")


def test_a_proposed_change_is_put_in_by_one_click(page: Page) -> None:
    open_bench(page, "사과가격 = 3\ny = 사과가겨 * 2\nz = y + k", "lang=ko")
    page.get_by_role("button", name="사과가격 넣기").click()
    expect(page.locator("#problem")).to_contain_text("k")
    page.get_by_role("button", name="k = 1 넣기").click()
    expect(page.locator("#problem")).to_be_hidden()
    expect(value_on(page, "z->@output")).to_have_text("7")


def test_a_name_in_another_case_is_proposed_before_a_new_value(page: Page) -> None:
    open_bench(page, query="lang=en")
    type_program(page, "x = 3\ny = X * 2")
    expect(page.locator("#problem button:not(.where)")).to_have_text(["Insert x", "Insert X = 1"])
    page.get_by_role("button", name="Insert x", exact=True).click()
    expect(page.locator('#canvas [data-id="y"]')).to_have_attribute("aria-label", re.compile("6"))


def test_a_value_that_hides_a_function_is_renamed_by_one_key(page: Page) -> None:
    open_bench(page, "exp = 2\nz = exp * 3\ny = exp(z) * exp")
    button = page.get_by_role("button", name="Rename it exp_1")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#problem")).to_be_hidden()
    expect(page.locator("#editor .cm-content")).to_contain_text("exp_1 = 2z = exp_1 * 3y = exp(z) * exp_1")
    expect(value_on(page, "z->op_1.0")).to_have_text("6")


def test_a_program_without_a_graph_leaves_the_last_one_faint(page: Page) -> None:
    open_bench(page, "a = 3\nb = a * 2")
    type_program(page, "b = c")
    expect(page.locator("#problem")).to_contain_text("c is not defined")
    expect(page.locator("#canvas")).to_have_class(re.compile("stale"))
    expect(value_on(page, "b->@output")).to_have_text("6")
    type_program(page, "b = 4\nc = b * b")
    expect(value_on(page, "c->@output")).to_have_text("16")
    expect(page.locator("#canvas")).not_to_have_class(re.compile("stale"))


def test_another_program_leaves_nothing_of_the_one_before(page: Page) -> None:
    open_bench(page, query="selected=apple&inputs=apple:143&mistakes=div.sign_forgotten,none.such&step=30")
    expect(page.locator("#inspector")).to_contain_text("143")
    type_program(page, "x = 3\ny = x * 2")
    expect(value_on(page, "y->@output")).to_have_text("6")
    expect(page.locator("#problem")).to_be_hidden()
    expect(page.locator("#inputs [data-input]")).to_have_count(1)
    expect(page.locator("#inspector")).not_to_contain_text("143")
    expect(page.locator("#stepper .step-words")).not_to_be_empty()
    page.wait_for_function("() => !/inputs|selected|mistakes/.test(location.search)")


def test_a_link_with_what_its_program_lacks_opens_without_harm(page: Page) -> None:
    stray = "inputs=apple:143,x:5&open=zz_1&selected=apple&step=99&mistakes=none&conventions=a.b.c&seed=[1,2]"
    open_bench(page, "x = 3\ny = x * 2", stray)
    expect(value_on(page, "y->@output")).to_have_text("10")
    expect(page.locator("#problem")).to_be_hidden()
    page.wait_for_function("() => !/apple|zz_1|none|a\\.b|seed/.test(location.search)")
    assert query_of(page)["inputs"] == "x:5"


def test_panels_show_what_the_picture_shows_while_the_program_has_an_error(page: Page) -> None:
    open_bench(page, "a = 2\nb = a * 3\nc = b + 1", "selected=b")
    expect(page.locator("#inspector")).to_contain_text("6")
    type_program(page, "a = 2\nb = a * 5\nc = b + nothing_here")
    expect(page.locator("#problem")).to_be_visible()
    expect(value_on(page, "b->@output")).to_have_text("10")
    expect(page.locator("#inspector .numbers .forward dd")).to_have_text("10")
    type_program(page, "a = = 2")
    inspector = page.locator("#inspector")
    expect(inspector).to_have_class(re.compile("stale"))
    expect(inspector).to_have_attribute("inert", "")
    type_program(page, "a = 2\nb = a * 7")
    expect(page.locator("#inspector .numbers .forward dd")).to_have_text("14")
    expect(inspector).not_to_have_class(re.compile("stale"))


def test_half_a_word_is_no_error_yet(clocked_page: Page) -> None:
    page = clocked_page
    open_bench(page, "a = 3\nb = a * 2")
    page.locator("#editor .cm-content").click()
    page.keyboard.press("Control+End")
    stop_the_clock(page)
    with page.expect_response("**/api/v1/graphs"):
        page.keyboard.type("\nc = b *")
        page.clock.run_for(250)
    page.clock.run_for(250)
    expect(page.locator("#problem")).to_be_hidden()
    page.clock.run_for(250)
    expect(page.locator("#problem")).to_be_visible()


def test_nodes_that_stay_move_from_their_old_places(page: Page) -> None:
    open_bench(page, "a = 3\nb = a * 2")
    page.evaluate(
        """() => {
             window.moved = [];
             const animate = Element.prototype.animate;
             Element.prototype.animate = function (frames, options) {
               const id = this.getAttribute("data-id");
               if (frames[0].transform) window.moved.push([id, options.duration]);
               return animate.call(this, frames, options);
             };
           }"""
    )
    type_program(page, "a = 3\nnew = 4\nb = (a + new) * 2")
    expect(page.locator('#canvas [data-id="new"]')).to_be_visible()
    moved = dict(page.evaluate("window.moved"))
    assert {"a", "b"} <= moved.keys()
    assert "new" not in moved
    assert all(duration < 250 for duration in moved.values())


def test_nothing_moves_for_those_who_ask_for_less_motion(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    open_bench(page, "a = 3\nb = a * 2")
    page.evaluate("() => { Element.prototype.animate = () => { throw new Error('moved'); }; }")
    type_program(page, "a = 3\nnew = 4\nb = (a + new) * 2")
    expect(page.locator('#canvas [data-id="new"]')).to_be_visible()


def mark_of(page: Page, group: str) -> tuple[float, float]:
    box = page.locator(f'#canvas [data-id="{group}"] > .toggle').bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_layer_opens_and_closes_in_place(page: Page) -> None:
    # Wide enough for the opened layer on the right of its mark.
    page.set_viewport_size({"width": 2400, "height": 900})
    open_bench(page, SIGMOID)
    x, y = mark_of(page, "sigmoid_1")
    page.mouse.click(x, y)
    expect(page.locator('#canvas [data-id="sigmoid_1.op_2"]')).to_be_visible()
    assert mark_of(page, "sigmoid_1") == pytest.approx((x, y), abs=1)
    assert query_of(page)["open"] == "sigmoid_1"
    expect(grad_on(page, "x->sigmoid_1.op_1.0")).to_have_text("0.196612")
    still(page)  # what moves out of the layer passes over its mark
    page.mouse.click(x, y)
    expect(page.locator('#canvas [data-id="sigmoid_1.op_2"]')).to_have_count(0)
    assert mark_of(page, "sigmoid_1") == pytest.approx((x, y), abs=1)
    expect(grad_on(page, "x->sigmoid_1")).to_have_text("0.196612")


def test_a_layer_opens_by_keyboard_and_by_double_click(page: Page) -> None:
    open_bench(page, SIGMOID)
    box = page.locator('#canvas [data-id="sigmoid_1"]')
    box.focus()
    page.keyboard.press("Enter")
    expect(page.locator('#canvas [data-id="sigmoid_1.op_2"]')).to_be_visible()
    expect(box).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator('#canvas [data-id="sigmoid_1.op_2"]')).to_have_count(0)
    box.locator(".shape").dblclick(position={"x": 10, "y": 20})
    expect(page.locator('#canvas [data-id="sigmoid_1.op_2"]')).to_be_visible()


def test_back_and_forward_go_through_what_was_shown(page: Page) -> None:
    open_bench(page, SIGMOID)
    page.get_by_role("radio", name="Symbols").click()
    expect(page.locator("#canvas svg")).to_have_attribute("data-labels", "symbols")
    page.locator('#canvas [data-id="sigmoid_1"]').press("Enter")
    expect(page.locator('#canvas [data-id="sigmoid_1.op_2"]')).to_be_visible()
    page.go_back()
    expect(page.locator('#canvas [data-id="sigmoid_1.op_2"]')).to_have_count(0)
    expect(page.locator("#canvas svg")).to_have_attribute("data-labels", "symbols")
    page.go_back()
    expect(page.locator("#canvas svg")).to_have_attribute("data-labels", "numbers")
    expect(page.get_by_role("radio", name="Numbers")).to_have_attribute("aria-checked", "true")
    page.go_forward()
    page.go_forward()
    expect(page.locator('#canvas [data-id="sigmoid_1.op_2"]')).to_be_visible()


NET = "x = [1, -2, 3]\na = sigmoid(x)\nb = softmax(a * 2)\nc = sigmoid(b + 1)\nloss = cross_entropy(c, [1, 0, 0])"


def seen_part(page: Page, selector: str) -> float:
    """Return the share of an element's area that lies in the graph's view."""
    box, view = page.locator(selector).bounding_box(), page.locator("#canvas").bounding_box()
    assert box
    assert view
    across = min(box["x"] + box["width"], view["x"] + view["width"]) - max(box["x"], view["x"])
    down = min(box["y"] + box["height"], view["y"] + view["height"]) - max(box["y"], view["y"])
    return max(0, across) * max(0, down) / (box["width"] * box["height"])


def test_what_is_opened_is_wholly_in_view_and_undo_closes_it(page: Page) -> None:
    open_bench(page, NET)
    for _ in range(3):
        page.get_by_role("button", name="Zoom in").click()
        still(page)
    page.locator('#canvas [data-id="softmax_1"]').press("Enter")
    opened = '#canvas [data-id="softmax_1"].open'
    expect(page.locator(opened)).to_be_visible()
    still(page)
    assert seen_part(page, f"{opened} .group-box") == pytest.approx(1)
    page.go_back()
    expect(page.locator(opened)).to_have_count(0)
    still(page)
    assert seen_part(page, "#canvas .viewport") > 0.2
    page.go_forward()
    expect(page.locator(opened)).to_be_visible()
    page.locator("#undo").click()
    expect(page.locator(opened)).to_have_count(0)
    page.get_by_role("radio", name="Shapes").click()
    expect(page.locator("#canvas svg")).to_have_attribute("data-labels", "shapes")
    page.locator("#undo").click()
    expect(page.locator("#canvas svg")).to_have_attribute("data-labels", "numbers")
    assert "cross_entropy" in page.locator("#editor .cm-content").inner_text()


@pytest.mark.parametrize(("width", "language"), [(1440, "en"), (390, "ko")])
def test_a_first_view_shows_the_result_in_letters_that_can_be_read(
    page: Page, width: int, language: str
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    open_bench(page, "h = 1\nfor i in range(10):\n    h = sigmoid(h)\nloss = h", f"lang={language}")
    still(page)
    assert seen_part(page, '#canvas [data-id="@output"]') == pytest.approx(1)
    least = page.evaluate(
        """() => {
             const view = document.querySelector("#canvas").getBoundingClientRect();
             return Math.min(...[...document.querySelectorAll("#canvas .value")]
             .filter((text) => text.checkVisibility() && text.getBoundingClientRect().left > view.left)
             .map((text) => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a));
           }"""
    )
    assert least > 11.9


def test_all_sliders_are_in_view_beside_the_inspector_at_1024(page: Page) -> None:
    page.set_viewport_size({"width": 1024, "height": 768})
    open_bench(page, query="selected=tax")
    expect(page.locator("#inspector .numbers")).to_be_visible()
    panel = page.locator("#panel-left").bounding_box()
    sliders = [slider.bounding_box() for slider in page.locator('.input-row input[type="range"]').all()]
    assert panel
    assert len(sliders) == 5
    assert all(
        slider and slider["y"] + slider["height"] <= panel["y"] + panel["height"] for slider in sliders
    )


def test_undo_takes_back_each_kind_of_deed_one_by_one(page: Page) -> None:
    open_bench(page, SIGMOID)
    seen = [query_of(page)]

    def done(key: str) -> None:
        page.wait_for_function(f"() => new URLSearchParams(location.search).has({key!r})")
        seen.append(query_of(page))

    page.locator('[data-input="x"] input[type="range"]').fill("2")
    done("inputs")
    page.locator('#canvas [data-id="sigmoid_1"]').press("Enter")
    done("open")
    page.get_by_role("radio", name="Symbols").click()
    done("labels")
    page.locator("#upstream").fill("1.3")
    done("seed")
    page.locator("#part-mistakes summary").click()
    page.locator("[data-mistake]").first.click()
    done("mistakes")
    keys = ("inputs", "open", "labels", "seed", "mistakes")
    for key, before in zip(reversed(keys), reversed(seen[:-1]), strict=True):
        page.locator("#undo").click()
        page.wait_for_function(f"() => !new URLSearchParams(location.search).has({key!r})")
        now = query_of(page)
        assert [now.get(other) for other in keys] == [before.get(other) for other in keys]
    expect(page.locator("#undo")).to_be_disabled()


def test_another_program_is_fitted_anew(page: Page) -> None:
    open_bench(page, "x = 2\ny = " + " + ".join(["x * x"] * 40))
    page.locator("#zoom-fit").click()
    still(page)
    small = page.locator("#canvas .node[data-op] .shape").first.bounding_box()
    type_program(page, "a = 3\nb = a * 2")
    expect(value_on(page, "b->@output")).to_have_text("6")
    page.evaluate("document.activeElement.blur()")  # a cursor that blinks moves
    still(page)
    large = page.locator("#canvas .node[data-op] .shape").first.bounding_box()
    assert small
    assert large
    assert large["height"] > 2 * small["height"]


def test_a_picture_whose_view_is_hidden_while_it_moves_arrives(page: Page) -> None:
    open_bench(page)
    page.evaluate(
        """() => {
             document.querySelector("#zoom-in").click();
             document.querySelector("#view").style.display = "none";
           }"""
    )
    still(page)
    page.evaluate("() => document.querySelector('#view').style.removeProperty('display')")
    expect(page.locator("#canvas .node").first).to_be_visible()
    # The page complains of every place that is no number.
    assert "NaN" not in (page.locator("#canvas .viewport").get_attribute("transform") or "")


# The height of the letters that are seen, and the pairs of texts that lie upon each other, in pixels of the screen.
LETTERS = """() => {
  const texts = [...document.querySelectorAll('#canvas text')];
  const view = document.querySelector('#canvas').getBoundingClientRect();
  const within = ({left, right, top, bottom}) =>
    left < view.right && right > view.left && top < view.bottom && bottom > view.top;
  const drawn = texts.filter((text) => text.checkVisibility() && text.getClientRects().length && text.textContent);
  const seen = drawn.filter((text) => within(text.getBoundingClientRect()));
  const boxes = seen.map((text) => {
    const box = text.getBoundingClientRect();
    const size = parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a;
    return {size, words: text.textContent, left: box.left, right: box.right, top: box.bottom - 0.8 * box.height,
      bottom: box.bottom - 0.25 * box.height};
  });
  const upon = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  return {
    sizes: boxes.map(({size}) => size),
    upon: boxes.flatMap((a, at) => boxes.slice(at + 1).filter((b) => upon(a, b)).map((b) => `${a.words} ${b.words}`)),
  };
}"""


def test_no_letter_is_too_small_to_read_however_far_one_is(page: Page) -> None:
    lines = [
        "a = 1.5",
        *(f"h{at} = a * {at + 2}" for at in range(9)),
        "s = " + " + ".join(f"h{at}" for at in range(9)),
    ]
    open_bench(page, "\n".join(lines))
    page.locator("#zoom-fit").click()
    seen = []
    for _ in range(3):
        still(page)
        now = page.evaluate(LETTERS)
        assert min(now["sizes"]) > 11.9
        assert not now["upon"]
        seen.append(len(now["sizes"]))
        page.keyboard.press("-")
        page.keyboard.press("-")
    assert seen[0] > seen[2] > 2, "less and less is told, but never nothing"
    page.evaluate("document.documentElement.dataset.theme = 'projector'")
    still(page)
    assert min(page.evaluate(LETTERS)["sizes"]) > 13.9


def test_undo_and_redo_take_edits_back(page: Page) -> None:
    open_bench(page)
    undo, redo = page.get_by_role("button", name="Undo"), page.get_by_role("button", name="Redo")
    expect(undo).to_be_disabled()
    page.locator('[data-input="tax"] input[type="number"]').fill("2")
    expect(value_on(page, "price->@output")).to_have_text("1,300")
    type_program(page, "a = 3\nb = a * 2")
    expect(value_on(page, "b->@output")).to_have_text("6")
    undo.click()
    expect(value_on(page, "price->@output")).to_have_text("1,300")
    undo.click()
    expect(value_on(page, "price->@output")).to_have_text("715")
    expect(undo).to_be_disabled()
    redo.click()
    expect(value_on(page, "price->@output")).to_have_text("1,300")
    page.locator("#editor .cm-content").click()
    page.keyboard.press("Control+y")
    expect(value_on(page, "b->@output")).to_have_text("6")
    page.keyboard.press("Control+z")
    expect(value_on(page, "price->@output")).to_have_text("1,300")
    expect(page.locator("#editor .cm-content")).to_contain_text("orange_num")


def test_quick_presses_of_zoom_add_up_while_the_picture_moves(page: Page) -> None:
    open_bench(page)
    scale = """() => Number(/scale\\(([\\d.]+)/.exec(
        document.querySelector('#canvas .viewport').getAttribute('transform'))[1])"""
    before = page.evaluate(scale)
    # Fitting is a move too: presses during it begin from where it leads.
    page.evaluate(
        "() => ['zoom-fit', 'zoom-in', 'zoom-in', 'zoom-in'].forEach((id) => document.getElementById(id).click())"
    )
    page.wait_for_function(f"(goal) => Math.abs(({scale})() - goal) < 1e-6", arg=before * 1.3**3)


def test_search_brings_a_node_into_view(page: Page) -> None:
    open_bench(page)
    for _ in range(8):
        page.get_by_role("button", name="Zoom in").click()
        still(page)
    page.keyboard.press("/")
    page.keyboard.type("tax")
    expect(page.get_by_role("option").first).to_contain_text("tax")
    expect(page.locator('#canvas [data-id="tax"]')).to_have_class(re.compile("found"))
    page.keyboard.press("Enter")
    expect(page.locator('#canvas [data-id="tax"]')).to_be_focused()
    expect(page.locator("#inspector")).to_contain_text("tax")
    still(page)
    view, node = (
        page.locator("#canvas").bounding_box(),
        page.locator('#canvas [data-id="tax"]').bounding_box(),
    )
    assert view and node
    assert view["x"] <= node["x"] + node["width"] / 2 <= view["x"] + view["width"]
    assert view["y"] <= node["y"] + node["height"] / 2 <= view["y"] + view["height"]
    expect(page.locator("#minimap")).to_be_visible()
    page.keyboard.press("0")
    expect(page.locator("#minimap")).to_be_hidden()


def test_search_finds_numbers_and_the_words_of_an_op(page: Page) -> None:
    open_bench(page, query="lang=ko")
    names = page.locator("#search-results code")
    for words, found in (
        ("650", {"tax", "apple × apple_num + orange × orange_num"}),
        ("곱셈", None),
        ("multiply", None),
        ("*", None),
    ):
        page.keyboard.press("/")
        page.locator("#search-text").fill(words)
        if found is None:
            expect(names).to_have_text(["apple × apple_num", "orange × orange_num", "price"])
        else:
            expect(names).to_have_count(len(found))
            assert set(names.all_text_contents()) == found
        page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.locator("#search-text").fill("650")
    page.keyboard.press("Enter")
    expect(page.locator("#inspector h3").first).to_be_visible()


def test_search_finds_what_stands_in_a_closed_layer(page: Page) -> None:
    open_bench(page, SIGMOID)
    page.get_by_role("button", name="Search the graph").click()
    page.keyboard.type("exp")
    page.keyboard.press("Enter")
    expect(page.locator('#canvas [data-id="sigmoid_1"]')).to_be_focused()


def test_arrows_walk_the_graph_with_one_stop_for_tab(page: Page) -> None:
    open_bench(page)
    assert page.locator('#canvas [tabindex="0"]').count() == 1
    page.locator('#canvas [tabindex="0"]').focus()
    expect(page.locator('#canvas [data-id="apple"]')).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator('#canvas [data-id="apple_num"]')).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator('#canvas [data-id="apple_num->op_1.1"]')).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator('#canvas [data-id="op_1"]')).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator('#canvas [data-id="op_1"]')).to_have_class(re.compile("selected"))
    expect(page.locator("#editor .cm-selected-node")).to_contain_text("price =")
    page.keyboard.press("Escape")
    expect(page.locator("#canvas .selected")).to_have_count(0)
    assert page.locator('#canvas [tabindex="0"]').count() == 1


def test_escape_closes_a_menu_first(page: Page) -> None:
    open_bench(page, query="selected=price")
    page.get_by_role("button", name="Theme").click()
    expect(page.locator("#themes")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#themes")).to_be_hidden()
    expect(page.locator("#canvas .selected").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#canvas .selected")).to_have_count(0)


def test_an_example_is_opened_and_named(page: Page) -> None:
    open_bench(page)
    page.get_by_role("button", name="Forward: apples and oranges").click()
    page.locator('[data-slug="multiplication-node"]').click()
    expect(page.locator("#example-title")).to_have_text("Backward through a multiplication")
    expect(page.locator("#upstream")).to_have_value("1.3")
    page.go_back()
    expect(value_on(page, "price->@output")).to_have_text("715")
    expect(page.locator("#upstream")).to_have_value("1")


def test_an_example_asks_a_question_and_its_try_answers(page: Page) -> None:
    open_bench(page)
    guide = page.locator("#guide")
    expect(guide).to_contain_text("Does the gradient of the tax change")
    guide.get_by_role("button", name="Try it").click()
    expect(grad_on(page, "tax->price.1")).to_have_text("710")
    expect(page.locator("#inspector")).to_contain_text("710")
    page.locator("#undo").click()
    expect(grad_on(page, "tax->price.1")).to_have_text("650")
    page.get_by_role("button", name="Forward: apples and oranges").click()
    page.get_by_role("searchbox", name="Find an example").fill("x = 0")
    expect(page.locator("#examples .example").first).to_be_visible()
    page.locator('#examples [data-slug="logarithm"]').click()
    expect(guide).to_contain_text("What happens at x = 0?")
    expect(guide.get_by_role("link")).to_have_attribute("href", "/learn/11")
    guide.get_by_role("button", name=re.compile("Next example")).click()
    expect(page.locator("#example-title")).to_have_text("A value branches, its gradients add up")
    type_program(page, "a = 3\nb = a * 2")
    expect(guide).to_be_hidden()


def test_the_language_changes_and_all_else_stays(page: Page) -> None:
    open_bench(page, query="inputs=apple:130&open=&labels=numbers")
    page.get_by_role("button", name="Zoom in").click()
    still(page)
    before = page.locator("#canvas .viewport").get_attribute("transform")
    page.get_by_role("button", name="한국어").click()
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    expect(page.get_by_role("radio", name="숫자")).to_be_visible()
    expect(page.locator("#editor .cm-content")).to_contain_text("사과 가격")
    expect(page.locator('#canvas [data-id="apple"]')).to_have_attribute("aria-label", re.compile("값 130"))
    expect(page.locator('[data-input="apple"] input[type="number"]')).to_have_value("130")
    assert page.locator("#canvas .viewport").get_attribute("transform") == before
    page.wait_for_url(re.compile("lang=ko"))
    assert "program" not in query_of(page)
    page.reload()
    expect(page.locator("#editor .cm-content")).to_contain_text("사과 가격")
    page.get_by_role("button", name="English").click()
    expect(page.locator("#editor .cm-content")).to_contain_text("apple price")


def test_no_english_is_left_on_the_korean_page(page: Page) -> None:
    open_bench(page, query="lang=ko")
    texts = page.evaluate(
        """() => [...document.querySelectorAll("[data-t], [data-t-aria-label]")].map(
             (element) => element.hasAttribute("data-t") ? element.textContent : element.getAttribute("aria-label"))"""
    )
    assert len(texts) > 25
    assert [text for text in texts if not re.search("[가-힣]", text)] == []


def test_the_theme_is_kept_in_the_address(page: Page) -> None:
    open_bench(page)
    paper = "() => getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    page.get_by_role("button", name="Theme").click()
    page.get_by_role("radio", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    dark = page.evaluate(paper)
    assert dark != light
    page.wait_for_url(re.compile("theme=dark"))
    page.reload()
    assert page.evaluate(paper) == dark
    page.locator('[data-input="apple"] input[type="number"]').fill("7")
    page.wait_for_url(re.compile("inputs=apple:7"))
    assert query_of(page)["theme"] == "dark"


def test_a_copied_link_opens_the_same_view(page: Page) -> None:
    open_bench(page, SIGMOID, "inputs=x:0.5&open=sigmoid_1&selected=y&seed=1.3")
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator("#notice")).to_have_text("Link copied.")
    link = page.evaluate("navigator.clipboard.readText()")
    page.goto("about:blank")
    page.goto(link)
    expect(value_on(page, "x->sigmoid_1.op_1.0")).to_have_text("0.5")
    expect(grad_on(page, "y->@output")).to_have_text("1.3")
    expect(page.locator('#canvas [data-id="y"]').first).to_have_class(re.compile("selected"))
    assert "lang" not in query_of(page), "the language is the reader's"


def test_a_link_of_a_chosen_language_keeps_it(page: Page) -> None:
    open_bench(page, SIGMOID, "lang=ko")
    page.get_by_role("button", name="링크 복사").click()
    assert "lang=ko" in page.evaluate("navigator.clipboard.readText()")


def test_back_after_a_drag_leads_to_the_numbers_and_the_program_before(page: Page) -> None:
    open_bench(page, "a = 2\nb = a * 3")
    slider = page.locator('[data-input="a"] input[type="range"]')
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(value_on(page, "b->@output")).to_have_text("6.9")
    type_program(page, "c = 5\nd = c * 2")
    expect(value_on(page, "d->@output")).to_have_text("10")
    page.go_back()
    expect(value_on(page, "b->@output")).to_have_text("6.9")
    page.go_back()
    expect(value_on(page, "b->@output")).to_have_text("6")
    page.go_forward()
    expect(value_on(page, "b->@output")).to_have_text("6.9")


def test_an_example_is_opened_by_its_address_and_an_unknown_one_is_told(page: Page) -> None:
    page.goto("/?example=branches&lang=en")
    expect(page.locator("#example-title")).not_to_have_text("Your own program")
    assert "example" not in query_of(page)
    page.goto("/?example=no-such&lang=ko")
    expect(page.locator("#notice")).to_contain_text("no-such")
    expect(page.locator("#notice")).to_contain_text("예제는 없습니다")
    expect(value_on(page, "price->@output")).to_have_text("715")


def test_the_output_is_said_and_chosen(page: Page) -> None:
    open_bench(page, "a = 2\nb = a * 3\nc = a + 1", "lang=ko")
    row = page.locator(".output-row")
    expect(row.locator("option").first).to_have_text("c (마지막 줄)")
    expect(row).to_contain_text("출력으로 가는 길이 없어 기울기가 0입니다: b = 6")
    choice = row.get_by_role("combobox")
    choice.focus()
    choice.select_option("b")
    expect(grad_on(page, "b->@output")).to_have_text("1")
    expect(grad_on(page, "a->b.0")).to_have_text("3")
    expect(row).to_contain_text("c = 3")
    page.wait_for_function("() => location.search.includes('output=b')")
    page.reload()
    expect(grad_on(page, "a->b.0")).to_have_text("3")
    type_program(page, "x = 3\ny = x * 2")
    expect(value_on(page, "y->@output")).to_have_text("6")
    page.wait_for_function("() => !location.search.includes('output')")


def test_edges_say_the_new_numbers_after_a_change(page: Page) -> None:
    open_bench(page)
    page.locator('[data-input="apple"] input[type="number"]').fill("110")
    edge = page.locator('#canvas [data-id="tax->price.1"]')
    expect(edge).to_have_attribute("aria-label", re.compile("gradient 670"))
    expect(page.locator('#canvas [data-id="op_3->price.0"]')).to_have_attribute(
        "aria-label", re.compile("value 670")
    )


def test_a_long_program_is_shared_by_a_short_link(page: Page) -> None:
    program = "x = 2\n" + "\n".join(
        f"y{i} = {'x' if i == 0 else f'y{i - 1}'} + {i}  # 줄 {i}" for i in range(60)
    )
    open_bench(page, program, "inputs=x:5&lang=en")
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator("#notice")).to_have_text("Link copied.")
    link = page.evaluate("navigator.clipboard.readText()")
    assert len(link) < 120
    page.goto(link)
    expect(page.locator("#editor .cm-content")).to_contain_text("줄 3")
    expect(page.locator('[data-input="x"] input[type="number"]')).to_have_value("5")


def test_panels_fold_away_and_stay_folded(page: Page) -> None:
    open_bench(page, query="selected=tax")
    expect(page.locator("#inspector")).to_be_visible()
    room = page.locator("#canvas").bounding_box()
    page.get_by_role("button", name="Right panel").click()
    expect(page.locator("#inspector")).to_be_hidden()
    page.keyboard.press("[")
    expect(page.locator("#editor")).to_be_hidden()
    wide = page.locator("#canvas").bounding_box()
    assert room and wide
    assert wide["width"] > room["width"] + 250
    page.reload()
    expect(page.locator("#canvas .nodes .node").first).to_be_visible()
    expect(page.locator("#editor")).to_be_hidden()
    expect(page.locator("#inspector")).to_be_hidden()
    page.keyboard.press("[")
    expect(page.locator("#editor")).to_be_visible()


def test_the_inspector_comes_with_a_selection_and_leaves_the_graph_whole(page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    open_bench(page)
    expect(page.locator("#inspector")).to_be_hidden()
    assert page.locator("#canvas .viewport").evaluate("(viewport) => viewport.getScreenCTM().a") > 0.99
    box = page.locator('#canvas [data-id="tax"]').bounding_box()
    page.locator('#canvas [data-id="tax"]').click()
    expect(page.locator("#inspector")).to_contain_text("650")
    page.wait_for_function(
        "(x) => document.querySelector('#canvas [data-id=\"tax\"]').getBoundingClientRect().x !== x",
        arg=box["x"] if box else 0,
    )
    still(page)
    assert seen_part(page, "#canvas .viewport") == pytest.approx(1)
    page.keyboard.press("Escape")
    expect(page.locator("#inspector")).to_be_hidden()
    page.get_by_role("button", name="Right panel").click()
    expect(page.locator("#inspector")).to_contain_text("Select a node")


def test_the_sheet_lists_the_keys(page: Page) -> None:
    open_bench(page)
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(sheet).to_contain_text("Search the graph")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_user_text_never_becomes_markup(page: Page) -> None:
    label = "<img src=x onerror=alert(1)><script>alert(2)</script>&amp;"
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    open_bench(page, f"a = 1  # {label}\nb = a * 2  # {label}")
    expect(page.locator('[data-input="a"] .input-label')).to_have_text(label)
    page.keyboard.press("/")
    page.keyboard.type("img")
    expect(page.get_by_role("option").first).to_contain_text("<img")
    assert page.locator("img").count() == 0
    assert page.evaluate("document.querySelectorAll('#bench script').length") == 0
    assert page.evaluate("document.querySelectorAll('#canvas [style]').length") == 0


def test_a_silent_server_is_told_and_survived(page: Page, complaints: Any) -> None:
    open_bench(page)
    page.route("**/api/v1/graphs/values", lambda route: route.abort())
    page.locator('[data-input="apple"] input[type="number"]').fill("130")
    expect(page.locator("#problem")).to_have_text("The server does not answer.")
    page.unroute("**/api/v1/graphs/values")
    page.locator('[data-input="apple"] input[type="number"]').fill("140")
    expect(value_on(page, "apple->op_1.0")).to_have_text("140")
    expect(page.locator("#problem")).to_be_hidden()
    # The browser logs the refused call, as it must.
    assert all("ERR_FAILED" in complaint for complaint in complaints)
    complaints.clear()


def test_a_slow_layout_can_be_stopped(page: Page) -> None:
    open_bench(page)
    waiting: list[Callable[[], None]] = []
    page.route("**/api/v1/graphs/picture", lambda route: waiting.append(route.continue_))
    page.get_by_role("radio", name="Symbols").click()
    notice = page.locator("#notice")
    expect(notice).to_contain_text("its layout takes a while")
    notice.get_by_role("button", name="Stop").click()
    expect(notice).to_be_hidden()
    expect(page.locator("#canvas svg")).to_have_attribute("data-labels", "numbers")


OUTSIDE = """() => [...document.querySelectorAll("button, input, select, summary")]
  .filter((element) => element.checkVisibility() && !element.closest("#canvas"))
  .filter((element) => {
    const { left, right } = element.getBoundingClientRect();
    return left < -1 || right > innerWidth + 1;
  }).map((element) => element.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("language", ["ko", "en"])
def test_nothing_is_wider_than_the_screen(page: Page, language: str) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    open_bench(page, query=f"lang={language}&selected=price&step=6")
    expect(page.locator(".step-words")).to_be_attached()
    expect(page.locator("#inspector")).to_contain_text("715")
    for width, height in ((360, 640), (390, 844), (1024, 768), (1440, 900)):
        page.set_viewport_size({"width": width, "height": height})
        still(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(OUTSIDE) == [], f"at {width} px"


STATES = {
    "": ("#canvas .nodes .node", ["html"]),
    "selected=price": ("#inspector .numbers", ["#inspector", "#canvas"]),
    "labels=symbols": ("#canvas svg[data-labels=symbols]", ["#labels", "#canvas"]),
    "program=x%3D1%0Ay%3Dsigmid(x)": ("#problem:not([hidden])", ["#part-editor", "#canvas"]),
}
"""For each address: a sign that it is shown, and the parts whose colours differ from the first address."""


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(open_page: Callable[..., Page], state: str) -> None:
    page = open_page(viewport={"width": 1440, "height": 900}, locale="ko-KR")
    page.goto(f"/?{state}")
    expect(page.locator("#canvas .nodes .node").first).to_be_visible()
    sign, parts = STATES[state]
    expect(page.locator(sign).first).to_be_visible()
    assert violations(page, colours=False) == []
    assert violations_in_every_theme(page, *parts) == {}


def test_what_axe_would_find_is_found_in_its_theme(page: Page) -> None:
    """A button without a name is found, and so is a colour that fails in one theme alone."""
    open_bench(page)
    assert violations_in_every_theme(page, ".bar") == {}
    page.evaluate(
        """() => {
             const button = document.querySelector("#help-button");
             button.textContent = "";
             for (const name of ["aria-label", "title"]) button.removeAttribute(name);
             document.documentElement.style.setProperty("--paper", "#444444");
           }"""
    )
    found = violations_in_every_theme(page, ".bar")
    assert any(said.startswith("button-name: ") for said in found["light"])
    assert any(said.startswith("color-contrast: ") for said in found["projector"])
    assert "dark" not in found


OPENED = {
    "#example-button": ("#examples", "[data-slug]"),
    "#theme-button": ("#themes", "[data-theme-choice]"),
    "#export-button": ("#export", "img"),
    "#help-button": ("#shortcuts", "kbd"),
    "#table-button": ("#table-view", "table"),
}
"""What each button opens, and what is in it when it is open."""


def test_axe_finds_nothing_in_what_opens(page: Page) -> None:
    open_bench(page)
    for button, (part, inside) in OPENED.items():
        page.locator(button).click()
        expect(page.locator(part).locator(inside).first).to_be_visible()
        still(page)
        assert violations(page, colours=False) == []
        assert violations(page, part) == []
        page.keyboard.press("Escape")


def test_a_number_that_makes_a_node_fail_marks_it_and_the_next_one_clears_it(page: Page) -> None:
    open_bench(page, "x = 2\ny = log(x)\nz = y * 3")
    node = page.locator('#canvas .nodes > [data-id="y"]')
    field = page.locator('[data-input="x"] input[type="number"]')
    for number, failing in (("0", True), ("3", False)):
        field.fill(number)
        field.press("Enter")
        mark = re.compile(r"\bfailing\b")
        expect(node).to_have_class(mark) if failing else expect(node).not_to_have_class(mark)


def test_after_a_click_the_arrows_take_steps(page: Page) -> None:
    open_bench(page, "x = 2\ny = x * 3")
    page.locator('#canvas .nodes > [data-id="y"]').click()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile("step=1"))


def test_a_pasted_script_of_pytorch_is_offered_as_a_program(page: Page) -> None:
    open_bench(page, "x = 1\ny = x + 1", "lang=en")
    script = "import torch\nx = torch.tensor(3.0, requires_grad=True)\ny = torch.pow(x, 2)\ny.backward()"
    type_program(page, f"{script}\nprint(x.grad)")
    offer = page.locator("#translation")
    expect(offer).to_contain_text("This looks like a PyTorch script.")
    expect(page.locator("#problem .what")).to_be_visible()
    expect(page.locator("#problem .hint")).to_be_hidden()
    offer.locator("summary").click()
    expect(offer.locator("li").nth(1)).to_contain_text("x = 3.0")
    expect(offer.locator("li").last).to_contain_text(
        "dropped: the page works the gradients out and shows them"
    )
    assert not violations(page)
    offer.get_by_role("button", name="Read as a program").press("Enter")
    expect(offer).to_be_hidden()
    expect(value_on(page, "y->@output")).to_have_text("9")
    expect(page.locator("#problem")).to_be_hidden()
    page.locator("#undo").click()
    expect(page.locator("#editor .cm-content")).to_contain_text("import torch")


def test_on_a_phone_inputs_and_output_are_in_view_at_once(open_page: Any) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True)
    open_bench(page, query="lang=ko")
    expect(page.locator("#canvas svg")).to_have_attribute("data-direction", "down")
    page.get_by_role("button", name="괜찮습니다").tap()
    expect(page.locator("#canvas .nodes [data-id=apple]")).to_be_in_viewport(ratio=1)
    view = page.locator("#canvas").bounding_box()
    assert view is not None
    for part in ("apple", "apple_num", "orange", "orange_num", "tax", "@output"):
        box = page.locator(f'#canvas .nodes [data-id="{part}"]').bounding_box()
        assert box is not None
        assert view["x"] <= box["x"]
        assert box["x"] + box["width"] <= view["x"] + view["width"]
        assert view["y"] <= box["y"]
        assert box["y"] + box["height"] <= view["y"] + view["height"]
    # Wide enough for the whole graph, the page draws it to the right again.
    page.set_viewport_size({"width": 1024, "height": 768})
    expect(page.locator("#canvas svg")).not_to_have_attribute("data-direction", "down")


@pytest.mark.parametrize(("width", "height", "least"), [(390, 844, 15), (1440, 900, 4)])
def test_a_long_chain_stands_in_lines_that_fill_the_view(
    open_page: Any, width: int, height: int, least: int
) -> None:
    page = open_page(viewport={"width": width, "height": height})
    open_bench(page, "x = 2\n" + "x = sin(x) * 3\n" * 16)
    svg = page.locator("#canvas svg.graph")
    expect(svg).to_have_attribute("data-lines", re.compile(r"[2-9]|\d\d"))
    lines = int(svg.get_attribute("data-lines") or 0)
    assert least <= lines <= 3 * least
    # Its numbers can be read: letters of 20 units are 12 pixels, and a line is as wide as the view.
    seen, view = svg.locator(".nodes").bounding_box(), page.locator("#canvas").bounding_box()
    assert seen is not None
    assert view is not None
    assert view["x"] <= seen["x"]
    assert 0.6 * view["width"] < seen["width"] <= view["width"]
    expect(svg.locator('[data-id="@output"]')).to_be_in_viewport(ratio=1)


def test_on_a_phone_layers_run_down_and_name_all_inputs(open_page: Any) -> None:
    page = open_page(viewport={"width": 390, "height": 844})
    open_bench(page, query="lang=ko&example=softmax-with-loss")
    expect(page.locator("#canvas svg")).to_have_attribute("data-direction", "down")
    open_bench(page, query="lang=ko&example=forward-apples-and-oranges")
    # The mark of a selected word is as wide as its letters, which have grown.
    page.locator('#canvas [data-id="tax"]').dispatch_event("click")
    page.wait_for_function(
        """() => {
             const [mark, text] = ["> .word", "> .label"].map(
               (part) => document.querySelector(`#canvas .selected ${part}`)?.getBoundingClientRect());
             return mark && text && mark.left <= text.left && text.right <= mark.right;
           }"""
    )
    labels = page.locator("#canvas .input .label:not([display=none])")
    expect(labels).to_have_text(
        ["🍎 사과", "가격", "사과의", "개수", "🍊 귤", "가격", "귤의", "개수", "소비세"]
    )


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_on_a_phone_one_part_at_a_time_stands_below_the_graph(open_page: Any, lang: str) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True)
    open_bench(page, query=f"lang={lang}")
    view = page.locator("#view")

    def has_room(least: int = 200) -> bool:
        box = view.bounding_box()
        return box is not None and box["y"] + box["height"] <= 844 and box["height"] > least

    page.locator("[data-jump=part-inputs]").tap()
    page.locator("#inputs input[type=range]").first.press("ArrowRight")
    assert has_room()
    expect(page.locator("#stepper")).to_be_hidden()
    # A touched node has its inspector in sight at once.
    page.locator('#canvas [data-id="price"]').tap()
    expect(page.locator("#inspector h3").first).to_be_in_viewport()
    expect(page.locator("[data-jump=part-inspector]")).to_have_attribute("aria-current", "true")
    assert has_room()
    page.locator("#sheet-handle").press("Enter")
    assert has_room(least=100)
    page.locator("[data-jump=part-inspector]").tap()
    expect(page.locator("#sheet-handle")).to_have_attribute("aria-expanded", "false")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.evaluate("document.documentElement.scrollHeight") <= 844
    assert not violations(page)
