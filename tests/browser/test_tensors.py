"""What a person does with tensors: type elements, look into matrices and heat maps, ask what makes an element."""

import io
import json
import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import violations, violations_in_every_theme
from tests.browser.waits import held, still

AFFINE = """X = [[1, 2], [3, 4]]  # two samples
W = [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]]
B = [1, 2, 3]
Y = affine(X, W, B)
L = sum(Y)"""

NET = """X = randn(20, 30, seed=0)
W = randn(30, 12, seed=1)
Y = relu(X @ W)
L = sum(Y * Y)"""


def open_bench(page: Page, program: str = AFFINE, **state: str) -> None:
    page.goto("/?" + urlencode({"program": program, "lang": "en", **state}))
    page.locator("#canvas .node").first.wait_for(state="attached")


def field(page: Page, name: str, index: str) -> Locator:
    return page.locator(f'#inputs [data-input="{name}"] [data-cell="{index}"]')


def cells(page: Page, edge: str, of: str) -> Locator:
    """Return the texts of the matrix on one edge of the picture."""
    return page.locator(f'#canvas .edge[data-id="{edge}"] .cells.{of} .cell')


def lit(page: Page, source: str, of: str) -> list[str]:
    """Tell which cells of a node's tensor are lit on the picture, by row and column."""
    marked = page.locator(f'#canvas .edge[data-source="{source}"] .cells.{of} .cell.made-by')
    return marked.evaluate_all("cells => cells.map(cell => cell.dataset.cell)")


def state_of(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


# Inputs


def test_an_element_typed_moves_every_matrix_and_stands_in_the_address(page: Page) -> None:
    open_bench(page)
    result = cells(page, "Y->L.0", "value")
    expect(result).to_have_text(["1.9", "3.2", "4.5", "2.9", "4.6", "6.3"])
    svg = page.locator("#canvas svg").element_handle()
    field(page, "X", "0,0").fill("11")
    expect(result).to_have_text(["2.9", "5.2", "7.5", "2.9", "4.6", "6.3"])
    expect(cells(page, "W->affine_1", "grad").first).to_have_text("14")
    assert page.evaluate("svg => svg.isConnected", svg), "the picture stands, only its texts change"
    expect(page).to_have_url(re.compile("inputs="))
    assert state_of(page)["inputs"] == ["X:[[11,2],[3,4]]"]
    page.reload()
    expect(field(page, "X", "0,0")).to_have_value("11")
    expect(result).to_have_text(["2.9", "5.2", "7.5", "2.9", "4.6", "6.3"])
    page.get_by_role("button", name="Reset X to the program's value").click()
    expect(result.first).to_have_text("1.9")


def test_arrows_and_enter_walk_the_grid(page: Page) -> None:
    open_bench(page)
    field(page, "W", "0,0").focus()
    page.keyboard.press("ArrowRight")
    expect(field(page, "W", "0,1")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(field(page, "W", "1,1")).to_be_focused()
    page.keyboard.press("Enter")
    expect(field(page, "W", "0,2")).to_be_focused()
    page.keyboard.type("7")
    expect(cells(page, "Y->L.0", "value").nth(2)).to_have_text("11.2")
    expect(page).not_to_have_url(re.compile("step="))


def test_the_slider_moves_the_cell_that_was_entered(page: Page) -> None:
    open_bench(page)
    field(page, "B", "1").focus()
    slider = page.get_by_role("slider", name="B [1]")
    slider.fill("5")
    expect(field(page, "B", "1")).to_have_value("5")
    expect(cells(page, "Y->L.0", "value").nth(1)).to_have_text("6.2")


def test_what_is_no_number_is_told_beside_its_cell(page: Page) -> None:
    open_bench(page)
    wrong = field(page, "X", "1,0")
    wrong.fill("3x")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    error = page.locator('[data-input="X"] .cell-error')
    expect(error).to_contain_text("X [1, 0]")
    expect(error).to_contain_text("3x")
    expect(wrong).to_have_attribute("aria-describedby", re.compile("error-X"))
    expect(cells(page, "Y->L.0", "value").nth(3)).to_have_text("2.9")
    wrong.fill("4")
    expect(error).to_be_hidden()
    expect(cells(page, "Y->L.0", "value").nth(3)).to_have_text("3")


def test_a_large_input_says_how_it_was_made(page: Page) -> None:
    open_bench(page, program=NET)
    row = page.locator('[data-input="X"]')
    expect(row).to_contain_text("(20, 30)")
    expect(row).to_contain_text("randn(20, 30, seed=0)")
    expect(row.get_by_role("img", name="X as a heat map")).to_be_visible()
    expect(row.locator("input")).to_have_count(0)


# What the edges show


def test_shapes_are_a_choice_of_labels(page: Page) -> None:
    open_bench(page)
    page.get_by_role("radio", name="Shapes").click()
    expect(page.locator("#canvas svg")).to_have_attribute("data-labels", "shapes")
    expect(page.locator("#canvas .edges")).to_contain_text("(N, 2)")
    expect(page).to_have_url(re.compile("labels=shapes"))


def test_only_numbers_are_blanks(page: Page) -> None:
    open_bench(page, labels="blanks")
    boxes = page.locator("#canvas .blank-input")
    expect(boxes).to_have_count(1)
    boxes.fill("23.4")
    boxes.press("Enter")
    expect(page.locator("#quiz")).to_contain_text("1 of 1")


def test_far_away_tiles_stand_in_the_place_of_cells(page: Page) -> None:
    open_bench(page)
    svg = page.locator("#canvas svg")
    expect(svg).not_to_have_class(re.compile(r"\bfar\b"))
    page.locator("#canvas").hover(position={"x": 200, "y": 60})
    page.mouse.wheel(0, 1200)
    expect(svg).to_have_class(re.compile(r"\bfar\b"))
    expect(page.locator("#canvas .cell").first).to_be_hidden()
    expect(page.locator("#canvas .tile.positive").first).to_be_visible()


# Inspector


def test_value_and_gradient_stand_beside_each_other(page: Page) -> None:
    open_bench(page, selected="W")
    value, grad = (
        page.get_by_role("grid", name="W, Value, (2, 3)"),
        page.get_by_role("grid", name="W, Gradient, (2, 3)"),
    )
    expect(value.get_by_role("gridcell")).to_have_text(["0.1", "0.2", "0.3", "0.4", "0.5", "0.6"])
    expect(grad.get_by_role("gridcell")).to_have_text(["4", "4", "4", "6", "6", "6"])
    facts = page.locator(".tensor-facts")
    expect(facts.get_by_role("row", name="Largest")).to_contain_text("0.6")
    expect(facts.get_by_role("row", name="Mean")).to_contain_text("0.35")
    expect(facts.get_by_role("img")).to_have_count(2)


def test_a_drag_moves_the_inspector_too(page: Page) -> None:
    open_bench(page, selected="affine_1")
    shown = page.get_by_role("grid", name="Y, Value, (2, 3)").get_by_role("gridcell")
    expect(shown.first).to_have_text("1.9")
    field(page, "B", "0").fill("10")
    expect(shown.first).to_have_text("10.9")


def test_an_affine_layer_numbers_its_gradients_as_the_book_does(page: Page) -> None:
    open_bench(page, selected="affine_1")
    expect(
        page.locator("#inspector .why").filter(has_text="Closed and opened").locator(".boxed-digit")
    ).to_have_text(["1", "2", "3"])


def test_the_file_is_what_numpy_reads(page: Page) -> None:
    open_bench(page, selected="W")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the gradient as .npy").click()
    assert saved.value.suggested_filename == "W-grad.npy"
    array: Any = np.load(io.BytesIO(saved.value.path().read_bytes()))
    np.testing.assert_array_equal(array, [[4.0, 4.0, 4.0], [6.0, 6.0, 6.0]])


def test_a_large_tensor_is_walked_and_enlarged_by_keys(page: Page) -> None:
    open_bench(page, program=NET, selected="X")
    picture = page.get_by_role("application", name="X, Value, (20, 30)")
    picture.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    readout = page.locator(".readout")
    expect(readout).to_contain_text("[1, 1]")
    expected = np.random.default_rng(0).standard_normal((20, 30))[1, 1]
    shown = readout.locator(".forward").inner_text().replace("−", "-")
    assert float(shown) == pytest.approx(expected, rel=1e-5)
    expect(picture).not_to_have_class(re.compile("near"))
    page.keyboard.press("+")
    expect(picture).to_have_class(re.compile("near"))
    expect(page.get_by_role("application", name="X, Gradient, (20, 30)")).to_have_class(re.compile("near"))
    page.keyboard.press("0")
    expect(picture).not_to_have_class(re.compile("near"))
    expect(page).not_to_have_url(re.compile("step="))


def test_the_value_under_the_pointer_is_told(page: Page) -> None:
    open_bench(page, program=NET, selected="W")
    picture = page.get_by_role("application", name="W, Value, (30, 12)")
    expect(page.locator(".tensor-side.value .legend")).to_be_visible()
    box = picture.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(".readout code")).to_have_text("[15, 6]")
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] - 60)
    expect(page.locator(".readout")).to_contain_text("Click an element")


# What makes an element


def test_an_element_of_a_product_lights_its_row_and_its_column(page: Page) -> None:
    open_bench(page)
    cells(page, "Y->L.0", "value").nth(2).click()
    expect(page.locator("#canvas .cell-mark.traced")).to_have_count(1)
    assert lit(page, "X", "value") == ["0,0", "0,1"]
    assert lit(page, "W", "value") == ["0,2", "1,2"]
    assert lit(page, "B", "value") == ["0,2"]
    assert lit(page, "affine_1", "value") == ["0,2"]
    terms = page.locator(".element-products .terms li")
    expect(terms).to_have_count(3)
    expect(terms.first).to_contain_text("0.3")
    expect(page.locator("#inspector .matrix td.traced")).to_have_text("4.5")
    page.keyboard.press("Escape")
    expect(page.locator("#canvas .made-by, #canvas .cell-mark, .element-products")).to_have_count(0)
    expect(page.locator("#inspector h3").first).to_contain_text("affine(X, W, B)")
    page.keyboard.press("Escape")
    expect(page.locator("#inspector")).to_contain_text("Select a node")


def test_an_element_of_a_gradient_is_traced_backward_from_the_inspector(page: Page) -> None:
    open_bench(page, selected="W")
    grid = page.get_by_role("grid", name="W, Gradient, (2, 3)")
    grid.get_by_role("gridcell").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator(".element-products")).to_contain_text("[1, 2]")
    assert lit(page, "X", "value") == ["0,1", "1,1"]
    assert lit(page, "affine_1", "grad") == ["0,2", "1,2"]
    assert lit(page, "W", "grad") == ["1,2"]


def test_the_makers_follow_new_numbers_and_an_opened_layer(page: Page) -> None:
    open_bench(page, selected="affine_1")
    page.get_by_role("grid", name="Y, Value, (2, 3)").get_by_role("gridcell").nth(2).click()
    products = page.locator(".element-products")
    expect(products).to_contain_text("4.5")
    field(page, "X", "0,0").fill("2")
    expect(products).to_contain_text("4.8")
    page.get_by_role("button", name="Open this layer").click()
    expect(page.locator("#canvas .group.open")).to_be_attached()
    expect(page.locator("#canvas .cell.made-by").first).to_be_attached()


def test_no_later_call_takes_the_picture_of_an_opened_layer_away(page: Page) -> None:
    open_bench(page, selected="affine_1")
    opening = page.get_by_role("button", name="Open this layer")
    opening.wait_for()
    # One is drawn; of the other a screen reader is told the new numbers.
    with held(page, "**/graphs/picture", calls=2):
        field(page, "X", "0,0").fill("2")
        expect(cells(page, "Y->L.0", "value").first).to_have_text("2")
        opening.click()
    expect(page.locator("#canvas .group.open")).to_be_attached()


def test_cells_of_the_picture_are_walked_by_keys(page: Page) -> None:
    open_bench(page)
    edge = page.locator('#canvas .edge[data-id="Y->L.0"]')
    edge.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#canvas .cell.cursor")).to_have_text("1.9")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#canvas .cell.cursor")).to_have_text("4.6")
    page.keyboard.press("Enter")
    expect(page.locator(".element-products")).to_contain_text("[1, 1]")
    assert lit(page, "X", "value") == ["1,0", "1,1"]
    page.keyboard.press("ArrowDown")
    expect(page.locator("#canvas .cell.cursor")).to_have_text("1")
    page.keyboard.press("Escape")
    expect(page.locator("#canvas .made-by")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("#canvas .cell.cursor")).to_have_count(0)
    expect(edge).to_be_focused()


def test_a_click_on_a_heat_map_traces_its_element(page: Page) -> None:
    open_bench(page, program=NET)
    image = page.locator('#canvas .edge[data-source="Y"] image.heat.value').first
    box = image.bounding_box()
    assert box is not None
    with page.expect_request("**/graphs/provenance") as asked:
        page.mouse.click(box["x"] + box["width"] - 1, box["y"] + box["height"] - 1)
    body = json.loads(asked.value.post_data or "{}")
    assert (body["id"], body["of"], body["index"]) == ("Y", "value", [19, 11])
    expect(page.locator("#canvas .cell-mark.on-heat.maker").first).to_be_attached()


# Table


def test_the_table_writes_shapes_and_small_matrices(page: Page) -> None:
    open_bench(page)
    page.locator("#table-button").click()
    row = page.locator('#table-view tr[data-id="W"]')
    expect(row).to_contain_text("(2, 3)")
    assert re.findall(r"[\d.]+", row.locator("td.forward").inner_text()) == [
        "0.1",
        "0.2",
        "0.3",
        "0.4",
        "0.5",
        "0.6",
    ]
    assert row.locator("td.forward").inner_text().count("\n") == 1
    field(page, "W", "0,0").fill("0.9")
    expect(row.locator("td.forward")).to_contain_text("0.9")


# Large graphs


def test_a_large_graph_is_moved_as_one_surface_and_stays_under_the_pointer(page: Page) -> None:
    lines = ["x0 = 1.5"] + [f"x{k + 1} = sin(x{k}) * 0.9 + x{k}" for k in range(60)]
    open_bench(page, program="\n".join(lines))
    svg, viewport = page.locator("#canvas svg"), page.locator("#canvas .viewport")
    expect(svg).to_have_class(re.compile(r"\blarge\b"))
    # A part in view: one out of it is rendered only while it has the focus.
    node = page.locator('#canvas [data-id="@output"]')
    before, drawn = node.bounding_box(), viewport.get_attribute("transform")
    view = page.locator("#canvas").bounding_box()
    assert before is not None and view is not None
    x, y = view["x"] + view["width"] / 2, view["y"] + view["height"] - 90
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y - 20)
    page.mouse.move(x + 120, y - 40)
    during = node.bounding_box()
    assert viewport.get_attribute("transform") == drawn, "nothing is drawn anew while the hand moves"
    page.mouse.up()
    expect(viewport).not_to_have_attribute("transform", drawn or "")
    after = node.bounding_box()
    assert during is not None and after is not None
    for shown in (during, after):
        assert shown["x"] - before["x"] == pytest.approx(120, abs=2)
        assert shown["y"] - before["y"] == pytest.approx(-40, abs=2)


# For everyone


PARTS = ["#inputs", "#canvas", "#inspector"]
"""Where tensors are shown; the colours of the rest of the page have their own test."""


@pytest.mark.parametrize(("program", "selected"), [(AFFINE, "affine_1"), (NET, "Y")])
def test_axe_finds_nothing(page: Page, program: str, selected: str) -> None:
    open_bench(page, program=program, selected=selected)
    expect(page.locator(".tensor-facts")).to_be_visible()
    if program == AFFINE:
        page.locator("#inspector .matrix td[data-row]").first.click()
        expect(page.locator(".element-products")).to_be_visible()
    assert violations(page, colours=False) == []
    assert violations_in_every_theme(page, *PARTS) == {}


def test_nothing_is_wider_than_the_page(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_bench(page, selected="affine_1", lang="ko")
    expect(page.locator(".tensor-facts")).to_be_visible()
    for width in (390, 768, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 844})
        still(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for part in (".tensor", "#inputs"):
            beyond = page.locator(part).evaluate("element => element.scrollWidth - element.clientWidth")
            assert beyond <= 0, f"{part} at {width} px"


# Whether as many halves of nodes have each colour as in the server's picture of the same numbers.
CROWD_IS_COLOURED_AS_DRAWN = """
  async (asked) => {
    const counts = (all) => JSON.stringify(Object.entries(all).filter(([, count]) => count > 0).sort());
    window.drawnColours ??= fetch('/api/v1/graphs/picture', {
      method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(asked),
    }).then((answer) => answer.text()).then((svg) => {
      const drawn = {};
      for (const [, way, opacity] of svg.matchAll(/class="size (\\w+)"[^>]* fill-opacity="([^"]+)"/g)) {
        drawn[`${way} ${Number(opacity)}`] = (drawn[`${way} ${Number(opacity)}`] ?? 0) + 1;
      }
      return counts(drawn);
    });
    const shown = {};
    for (const path of document.querySelectorAll('#canvas .crowd-size')) {
      const way = path.classList.contains('grad') ? 'grad' : 'value';
      const key = `${way} ${Number(path.getAttribute('fill-opacity'))}`;
      shown[key] = path.getAttribute('d').split('M').length - 1;
    }
    return Object.keys(shown).length > 2 && counts(shown) === await window.drawnColours;
  }
"""


def test_a_large_graph_renders_what_is_seen_and_from_far_a_node_is_hit_all_the_same(page: Page) -> None:
    lines = ["x0 = 1.5"] + [f"x{k + 1} = sin(x{k}) * 0.1 + x{k}" for k in range(60)]
    open_bench(page, program="\n".join(lines))
    rendered = "() => document.querySelectorAll('#canvas .edges > g').length"
    everything = page.locator("#canvas .edges .edge").count()
    page.wait_for_function(
        f"(all) => {{ const some = ({rendered})(); return 0 < some && some < all / 2; }}", arg=everything
    )
    # What stands beside the view has its new number when the drag rests.
    beside = page.locator("#canvas .edges > .edge .value").last
    before = beside.text_content() or ""
    page.locator('[data-input="x0"] input[type="number"]').fill("1.75")
    expect(beside).not_to_have_text(before)
    page.locator("#zoom-fit").click()
    expect(page.locator("#canvas .crowd")).to_be_visible()
    page.wait_for_function(f"() => ({rendered})() === 0")
    # A node without a name, in the middle of the crowd, over which no other's name stands.
    place = page.evaluate(
        """() => {
          const screen = document.querySelector('#canvas .viewport').getScreenCTM();
          const nodes = [...document.querySelectorAll('#canvas .away .node')].slice(100).map((node) => {
            const [, across, down] = /translate\\((.+),(.+)\\)/.exec(node.getAttribute('transform'));
            const {x, y} = new DOMPoint(Number(across), Number(down)).matrixTransform(screen);
            return {id: node.dataset.id, x, y};
          });
          return nodes.find(({x, y}) => !document.elementFromPoint(x, y)?.closest('[data-id]'));
        }"""
    )
    page.mouse.click(place["x"], place["y"])
    chosen = page.locator("#canvas .node.selected")
    expect(chosen).to_be_visible()
    expect(chosen).to_have_attribute("data-id", place["id"])
    page.keyboard.press("ArrowDown")
    expect(page.locator("#canvas .edge:focus")).to_have_count(1)
    # What was not rendered while a number changed has its new text when it comes.
    page.locator('[data-input="x0"] input[type="number"]').fill("2")
    page.wait_for_function(CROWD_IS_COLOURED_AS_DRAWN, arg={"program": "\n".join(lines), "inputs": {"x0": 2}})
    page.locator("#canvas .node.selected").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#canvas .edge:focus .value")).to_have_text("2")


def test_who_comes_near_sees_row_times_column_in_each_cell(page: Page) -> None:
    open_bench(page, program="X = [[1, 2], [3, 4]]\nW = [[0.1, 0.3], [0.2, 0.4]]\nY = X @ W\nL = sum(Y)")
    first = page.locator("#canvas .terms").first
    expect(first).to_have_text("1 × 0.1 + 2 × 0.2")
    expect(first).to_be_hidden()
    field = page.locator("#inputs input.cell-field").first
    field.fill("5")
    field.press("Enter")
    expect(first).to_have_text("5 × 0.1 + 2 × 0.2")
    page.locator("#canvas [data-factors] .cell").first.hover()
    page.mouse.wheel(0, -1500)
    expect(first).to_be_visible()
