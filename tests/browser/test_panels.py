"""What a person does with the panels: walk, inspect, fill in blanks, break a rule, read the table, export."""

import json
import re
import subprocess
import sys
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.axe import violations_in_every_theme
from tests.browser.waits import stop_the_clock

SHOPPING = """apple = 100
apple_num = 2
orange = 150
orange_num = 3
tax = 1.1
price = (apple * apple_num + orange * orange_num) * tax"""


def open_bench(page: Page, program: str = SHOPPING, **state: str) -> None:
    page.goto("/?" + urlencode({"program": program, "lang": "en", **state}))
    page.locator("#canvas .node").first.wait_for(state="attached")
    expect(page.locator("#stepper output")).not_to_have_text("0 steps")


def edge(page: Page, edge_id: str) -> Locator:
    return page.locator(f'#canvas .edge[data-id="{edge_id}"]')


def node(page: Page, node_id: str) -> Locator:
    return page.locator(f'#canvas .node[data-id="{node_id}"]')


def seen(part: Locator) -> float:
    """Return an element's opacity times that of all around it; 0 if it is hidden."""
    opacity: float = part.evaluate(
        """element => {
          let opacity = getComputedStyle(element).visibility === "hidden" ? 0 : 1;
          for (; element instanceof Element; element = element.parentElement) {
            opacity *= getComputedStyle(element).opacity;
          }
          return opacity;
        }"""
    )
    return opacity


# The walk


def test_walks_forward_then_backward_by_keys(page: Page) -> None:
    open_bench(page)
    page.keyboard.press("ArrowRight")
    expect(page.locator(".step-words")).to_have_attribute("data-phase", "forward")
    expect(page.locator(".step-words")).to_contain_text("100")
    expect(node(page, "op_1")).to_have_class(re.compile(r"\blit\b"))
    expect(edge(page, "apple->op_1.0")).to_have_class(re.compile(r"\blit\b"))
    expect(node(page, "price")).to_have_class(re.compile(r"\bdim\b"))
    assert seen(edge(page, "apple->op_1.0").locator(".value")) == 1
    assert seen(edge(page, "apple->op_1.0").locator(".grad")) == 0
    assert seen(edge(page, "price->@output").locator(".value")) == 0

    page.keyboard.press("End")
    expect(page.locator(".step-words")).to_have_attribute("data-phase", "backward")
    expect(page.locator("#canvas .waiting")).to_have_count(0)
    assert seen(edge(page, "apple->op_1.0").locator(".grad")) == 1
    count = page.locator("#stepper output").inner_text().split("/")
    assert int(count[0]) == int(count[1]) == 9, "four nodes forward, the seed, four nodes backward"

    page.keyboard.press("ArrowLeft")
    expect(page.locator("#stepper output")).to_have_text("8 / 9")
    page.keyboard.press("Home")
    expect(page.locator("#stepper output")).to_have_text("0 / 9")
    expect(page).to_have_url(re.compile(r"[?&]step=0\b"))
    page.get_by_role("button", name="Show all").click()
    expect(page.locator("#canvas .dim, #canvas .waiting, #canvas .lit")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("step="))


def test_arrow_keys_stay_with_the_editor(page: Page) -> None:
    open_bench(page)
    page.locator(".cm-content").click()
    page.keyboard.press("ArrowRight")
    expect(page).not_to_have_url(re.compile("step="))
    expect(page.locator("#stepper output")).to_have_text("9 steps")


def test_scrubs_to_any_step(page: Page) -> None:
    open_bench(page)
    scrubber = page.get_by_role("slider", name="Step")
    scrubber.focus()
    for _ in range(6):
        scrubber.press("ArrowRight")
    expect(page.locator("#stepper output")).to_have_text("6 / 9")
    expect(scrubber).to_have_attribute("aria-valuetext", "Step 6 of 9")
    # The seed has come in and the last multiplication has handed back 1.1 and 650; nothing further yet.
    expect(edge(page, "tax->price.1")).not_to_have_class(re.compile(r"\bwaiting\b"))
    expect(edge(page, "op_1->op_3.0")).to_have_class(re.compile(r"\bwaiting\b"))
    expect(page.locator(".step-words")).to_contain_text("650")


def test_a_link_opens_at_its_step(page: Page) -> None:
    open_bench(page, step="2")
    expect(page.locator("#stepper output")).to_have_text("2 / 9")
    expect(node(page, "op_2")).to_have_class(re.compile(r"\blit\b"))


def test_plays_to_the_end_and_pauses(clocked_page: Page) -> None:
    page = clocked_page
    open_bench(page)
    stop_the_clock(page)
    page.get_by_role("button", name="Play").click()
    expect(page.locator("#stepper output")).to_have_text("1 / 9")
    page.clock.run_for(2000)
    expect(page.locator("#stepper output")).to_have_text("2 / 9")
    page.get_by_role("button", name="Pause").click()
    page.clock.run_for(10_000)
    expect(page.locator("#stepper output")).to_have_text("2 / 9")
    page.get_by_label("Speed").select_option("4")
    page.get_by_role("button", name="Play").click()
    page.clock.run_for(500 * 7)
    expect(page.locator("#stepper output")).to_have_text("9 / 9")
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_space_plays_and_pauses(clocked_page: Page) -> None:
    page = clocked_page
    open_bench(page)
    stop_the_clock(page)
    page.keyboard.press(" ")
    expect(page.locator("#stepper output")).to_have_text("1 / 9")
    page.keyboard.press(" ")
    page.clock.run_for(10_000)
    expect(page.locator("#stepper output")).to_have_text("1 / 9")


def test_a_layer_opened_in_a_walk_keeps_the_place(page: Page) -> None:
    open_bench(page, program="x = 1.5\ny = sigmoid(x) * 2", step="2")
    expect(node(page, "y")).to_have_class(re.compile(r"\blit\b"))
    page.locator('#canvas [data-id="sigmoid_1"]').press("Enter")
    expect(page.locator("#stepper output")).to_have_text("5 / 11")
    expect(node(page, "y")).to_have_class(re.compile(r"\blit\b"))
    page.locator('#canvas [data-id="sigmoid_1"]').press("Enter")
    expect(page.locator("#stepper output")).to_have_text("2 / 5")


def test_sentences_follow_changed_values(page: Page) -> None:
    open_bench(page, step="1")
    expect(page.locator(".step-words")).to_contain_text("200")
    field = page.locator("#inputs input[type=text], #inputs input[type=number]").first
    field.fill("130")
    field.press("Enter")
    expect(page.locator(".step-words")).to_contain_text("260")
    expect(page.locator("#stepper output")).to_have_text("1 / 9")


# The inspector


def test_inspects_a_node(page: Page) -> None:
    open_bench(page)
    node(page, "apple").click()
    inspector = page.locator("#inspector")
    expect(inspector.locator(".numbers .forward dd")).to_have_text("100")
    expect(inspector.locator(".numbers .backward dd")).to_have_text("2.2")
    expect(inspector.locator("math").first).to_be_visible()
    expect(inspector).to_contain_text("They agree.")
    path = inspector.locator(".paths > li").first
    path.hover()
    expect(edge(page, "apple->op_1.0")).to_have_class(re.compile(r"\blit\b"))
    expect(edge(page, "op_3->price.0")).to_have_class(re.compile(r"\blit\b"))
    expect(edge(page, "orange->op_2.0")).to_have_class(re.compile(r"\bdim\b"))
    page.mouse.move(5, 5)
    expect(page.locator("#canvas .lit, #canvas .dim")).to_have_count(0)


def test_a_lit_edge_leaves_the_number_that_its_gradient_is(page: Page) -> None:
    open_bench(page, selected="price")
    row = page.locator('#inspector [data-light="tax->price.1"]')
    row.hover()
    expect(edge(page, "tax->price.1")).to_have_class(re.compile(r"\blit\b"))
    expect(edge(page, "op_3->price.0")).not_to_have_class(re.compile(r"\bdim\b"))
    expect(edge(page, "apple->op_1.0")).to_have_class(re.compile(r"\bdim\b"))


def test_inspects_an_edge_and_follows_a_drag(page: Page) -> None:
    open_bench(page, selected="apple->op_1.0")
    inspector = page.locator("#inspector")
    expect(inspector.locator(".numbers .backward dd")).to_have_text("2.2")
    expect(inspector).to_contain_text("times the other input")
    field = page.locator("#inputs input[type=text], #inputs input[type=number]").nth(1)
    field.fill("5")
    field.press("Enter")
    expect(inspector.locator(".numbers .backward dd")).to_have_text("5.5")


# The hand moves twice, a frame apart, whenever the picture has followed it.
SLIDE_AND_WATCH = """async (last) => {
  const text = (selector) => document.querySelector(selector)?.textContent;
  const slider = document.querySelector('[data-input="apple"] input[type=range]');
  const drawn = () => text('#canvas [data-id="tax->price.1"] .grad');
  const frames = [];
  let [moves, seen] = [0, ""];
  while (drawn() !== last && frames.length < 3000) {
    if (moves < 12 && (moves % 2 === 1 || drawn() !== seen)) {
      seen = drawn();
      slider.value = 105 + 5 * moves;
      slider.dispatchEvent(new Event("input", { bubbles: true }));
      moves += 1;
    }
    await new Promise(requestAnimationFrame);
    await new Promise((resolve) => setTimeout(resolve));
    const inspector = document.querySelector("#inspector");
    frames.push({
      drawn: drawn(),
      headline: text("#inspector .numbers .backward dd"),
      checked: text("#inspector .sums .backward"),
      late: inspector.classList.contains("late"),
      claims: inspector.querySelector(".verdict").checkVisibility({ visibilityProperty: true }),
    });
  }
  return frames;
}"""


def test_what_the_inspector_says_belongs_together_in_every_frame_of_a_drag(page: Page) -> None:
    open_bench(page, selected="tax")
    expect(page.locator("#inspector")).to_contain_text("They agree.")
    frames = page.evaluate(SLIDE_AND_WATCH, "770")
    assert all(frame["drawn"] == frame["headline"] for frame in frames)
    apart = [frame for frame in frames if frame["checked"] != frame["drawn"]]
    assert all(frame["late"] and not frame["claims"] for frame in apart)
    assert len({frame["drawn"] for frame in frames}) >= 6
    expect(page.locator("#inspector .sums .backward").last).to_have_text("770")
    expect(page.locator("#inspector .verdict")).to_be_visible()


def test_a_slow_explanation_is_dim_and_claims_nothing(page: Page) -> None:
    open_bench(page, selected="tax")
    expect(page.locator("#inspector .verdict")).to_be_visible()
    held: list[Route] = []
    page.route("**/graphs/explain", lambda route: held.append(route))
    page.locator('[data-input="apple"] input[type=number]').fill("170")
    expect(page.locator("#inspector .numbers .backward dd")).to_have_text("790")
    expect(page.locator("#inspector")).to_have_class(re.compile(r"\blate\b"))
    expect(page.locator("#inspector .sums .backward").last).to_have_text("650")
    expect(page.locator("#inspector .verdict")).to_be_hidden()
    page.unroute("**/graphs/explain")
    page.locator('[data-input="apple"] input[type=number]').fill("180")
    expect(page.locator("#inspector .verdict")).to_be_visible()
    expect(page.locator("#inspector .sums .backward").last).to_have_text("810")


def test_sums_over_two_paths(page: Page) -> None:
    open_bench(page, program="x = 3\ny = x * x + exp(x)", selected="x")
    inspector = page.locator("#inspector")
    expect(inspector.locator(".total").first).to_contain_text("26.0855")
    expect(inspector.locator(".paths > li")).to_have_count(3)
    expect(inspector.locator(".total").nth(1)).to_contain_text("26.0855")


def test_inspects_a_layer_and_opens_it(page: Page) -> None:
    open_bench(page, program="x = 0.5\ny = sigmoid(x)", selected="sigmoid_1")
    inspector = page.locator("#inspector")
    expect(inspector.locator(".numbers .forward dd")).to_have_text("0.622459")
    inspector.get_by_role("button", name="Open this layer").click()
    expect(page.locator('#canvas .group.open[data-id="sigmoid_1"]')).to_be_attached()
    expect(inspector.get_by_role("button", name="Close this layer")).to_be_visible()


def test_tells_why_a_value_is_no_number(page: Page) -> None:
    open_bench(page, program="x = 0\ny = log(x)", selected="y")
    expect(page.locator("#inspector .note")).to_be_visible()
    expect(page.locator("#inspector .numbers .forward dd")).to_have_text("−∞")


# Blanks


def blank(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=name, exact=True)


def test_fills_a_blank_right_and_wrong(page: Page) -> None:
    open_bench(page, labels="blanks")
    quiz = page.locator("#quiz")
    expect(quiz).to_contain_text("0 of 12")
    first = page.locator(".blank-input").first
    first.fill("200")
    first.press("Enter")
    expect(first).to_have_value("200")
    expect(first).to_have_attribute("readonly", "")
    expect(quiz).to_contain_text("1 of 12")
    expect(page.locator(".blank-input").nth(1)).to_be_focused()

    apple = blank(page, "Gradient on apple ← apple × apple_num")
    apple.fill("110")
    apple.press("Enter")
    expect(apple).to_have_attribute("aria-invalid", "true")
    expect(quiz).to_contain_text("A multiplication takes the other one.")
    apple.fill("2")
    apple.press("Enter")
    expect(quiz).to_contain_text("That is the local derivative alone.")
    for stage in (1, 2, 3):
        quiz.get_by_role("button", name=f"Hint {stage} of 3").click()
        expect(quiz.locator(".hints > li")).to_have_count(stage)
    expect(quiz.locator(".hints > li").first).to_contain_text("multiplication")
    expect(quiz.locator(".hints > li").nth(2)).not_to_contain_text("2.2")
    apple.fill("2.2")
    apple.press("Enter")
    expect(apple).not_to_have_attribute("aria-invalid", "true")
    expect(quiz).to_contain_text("2 of 12")
    expect(quiz).to_contain_text("1 on the first try")
    quiz.get_by_role("button", name="Start again").click()
    expect(quiz).to_contain_text("0 of 12")
    expect(apple).to_have_value("")


def test_the_walk_keeps_the_answers_and_a_hint_stands_under_its_own_question(page: Page) -> None:
    open_bench(page, labels="blanks", step="1")
    expect(page.locator(".step-title")).to_be_visible()
    expect(page.locator(".step-words")).not_to_contain_text("200")
    expect(page.locator(".step-words math")).to_have_count(0)
    names = page.locator("#canvas .blank-input").evaluate_all(
        "(all) => all.map((box) => box.getAttribute('aria-label'))"
    )
    assert len(set(names)) == len(names) == 12
    first = page.locator("#canvas .blank-input").first
    first.fill("200")
    first.press("Enter")
    expect(page.locator("#quiz .verdict-line")).to_contain_text("Right: 200.")
    page.locator("#quiz [data-action=hint]").click()
    expect(page.locator("#quiz .hints > li")).to_have_count(1)
    expect(page.locator("#quiz .verdict-line")).not_to_contain_text("200")
    page.get_by_role("radio", name="Numbers").click()
    expect(page.locator(".step-words")).to_contain_text("200")


def test_all_blanks_can_be_filled_by_keyboard(page: Page) -> None:
    open_bench(page, labels="blanks")
    page.locator(".blank-input").first.focus()
    for number in ("200", "450", "650", "715", "1.1", "650", "1.1", "1.1", "3.3", "165", "2.2", "110"):
        page.keyboard.type(number)
        page.keyboard.press("Enter")
    expect(page.locator("#quiz")).to_contain_text("12 of 12")
    expect(page.locator("#quiz")).to_contain_text("12 on the first try")


def test_other_inputs_ask_other_questions(page: Page) -> None:
    open_bench(page, labels="blanks")
    first = page.locator(".blank-input").first
    first.fill("260")
    first.press("Enter")
    expect(first).to_have_attribute("aria-invalid", "true")
    field = page.locator("#inputs input[type=text], #inputs input[type=number]").first
    field.fill("130")
    field.press("Enter")
    expect(edge(page, "apple->op_1.0").locator(".value")).to_have_text("130")
    expect(edge(page, "op_1->op_3.0").locator(".value")).to_have_text("")
    expect(first).not_to_have_attribute("aria-invalid", "true")
    first.press("Enter")
    expect(first).to_have_attribute("readonly", "")


def test_a_broken_rule_does_not_change_what_is_right(page: Page) -> None:
    open_bench(page, labels="blanks", mistakes="mul.not_swapped")
    apple = blank(page, "Gradient on apple ← apple × apple_num")
    apple.fill("2.2")
    apple.press("Enter")
    expect(apple).to_have_attribute("readonly", "")


def test_the_inspector_and_the_table_keep_the_answers(page: Page) -> None:
    open_bench(page, labels="blanks", selected="apple")
    expect(page.locator("#inspector")).not_to_contain_text("2.2")
    page.locator("#table-button").click()
    expect(page.locator("#table-view")).to_be_visible()
    expect(page.locator("#table-view")).not_to_contain_text("2.2")


# Broken rules


def test_breaks_a_rule_and_restores_it(page: Page) -> None:
    open_bench(page)
    page.locator("#part-mistakes > summary").click()
    switch = page.get_by_role("switch", name="inputs not swapped")
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "true")
    banner = page.locator("#banner")
    expect(banner).to_be_visible()
    expect(banner).to_contain_text("inputs not swapped")
    expect(edge(page, "tax->price.1")).to_have_class(re.compile(r"\bwrong\b"))
    expect(edge(page, "tax->price.1").locator(".grad")).to_have_text("1.1")
    row = page.locator("#mistakes tbody tr").filter(has_text="tax")
    expect(row).to_have_class(re.compile("failing"))
    expect(row).to_contain_text("650")
    banner.get_by_role("button", name="Restore").click()
    expect(banner).to_be_hidden()
    expect(page.locator("#canvas .wrong")).to_have_count(0)
    expect(edge(page, "tax->price.1").locator(".grad")).to_have_text("650")
    expect(page.locator("#mistakes tbody")).to_have_count(0)


def test_offers_only_the_rules_of_this_graph(page: Page) -> None:
    open_bench(page, program="x = 2\ny = relu(x) * x")
    page.locator("#part-mistakes > summary").click()
    expect(page.locator("#mistakes legend")).to_have_count(3)
    expect(page.get_by_role("switch")).not_to_have_count(0)


def test_a_link_with_a_broken_rule_says_so(page: Page) -> None:
    open_bench(page, mistakes="mul.not_swapped")
    expect(page.locator("#banner")).to_be_visible()
    expect(page.locator("#canvas .wrong").first).to_be_attached()


def test_pointing_at_a_formula_marks_the_graph_and_the_other_way_round(page: Page) -> None:
    open_bench(page, selected="tax")
    formula = page.locator("#inspector .formula").filter(has=page.locator("mn")).first
    formula.locator("mn", has_text=re.compile("^650$")).first.hover()
    expect(node(page, "tax")).to_have_class(re.compile(r"\bpointed\b"))
    expect(node(page, "orange")).not_to_have_class(re.compile(r"\bpointed\b"))
    node(page, "tax").hover()
    expect(page.locator("#inspector mi.pointed").first).to_be_visible()
    page.locator("#inspector h3").first.hover()
    expect(page.locator("#inspector .pointed")).to_have_count(0)
    expect(node(page, "tax")).not_to_have_class(re.compile(r"\bpointed\b"))


# The table


def test_reads_the_graph_as_a_table(page: Page) -> None:
    open_bench(page)
    page.locator("#table-button").click()
    nodes = page.get_by_role("table", name="Nodes")
    expect(nodes.locator("tbody tr")).to_have_count(9)
    expect(nodes.get_by_role("row", name=re.compile("^apple (?!×)"))).to_contain_text("2.2")
    expect(page.get_by_role("table", name="Edges").locator("tbody tr")).to_have_count(8)
    nodes.get_by_role("button", name="apple × apple_num + orange × orange_num", exact=True).click()
    expect(page).to_have_url(re.compile("selected=op_3"))
    field = page.locator("#inputs input[type=text], #inputs input[type=number]").first
    field.fill("130")
    field.press("Enter")
    expect(nodes.get_by_role("row", name=re.compile("^price "))).to_contain_text("781")


# Export


@pytest.fixture
def exporting(page: Page) -> Page:
    open_bench(page)
    page.locator("#export-button").click()
    return page


def copied(page: Page, name: str) -> str:
    page.get_by_role("tab", name=name).click()
    page.locator("#export").get_by_role("button", name="Copy").click()
    expect(page.locator("#export .done")).to_have_text("Copied")
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def test_copies_every_text(exporting: Page, site: str) -> None:
    assert copied(exporting, "Program") == SHOPPING
    assert copied(exporting, "DOT").startswith("digraph")
    assert "flowchart" in copied(exporting, "Mermaid")
    assert json.loads(copied(exporting, "JSON"))["output"] == "price"
    assert "torch" in copied(exporting, "PyTorch")
    assert "</svg>" in copied(exporting, "SVG picture")
    # The script of layers runs.
    layers = copied(exporting, "Python (the book's layers)")
    assert "MulLayer" in layers
    done = subprocess.run(
        [sys.executable, "-c", layers], capture_output=True, text=True, check=True, timeout=60
    )
    assert "715" in done.stdout
    # What curl would send is answered.
    command = copied(exporting, "curl command")
    words = subprocess.run(
        ["sh", "-c", command.replace("curl", "printf '%s\\n'", 1)], capture_output=True, text=True, check=True
    ).stdout
    assert f"{site}/api/v1/graphs" in words
    answer = exporting.request.post(
        f"{site}/api/v1/graphs", data=words.splitlines()[-1], headers={"content-type": "application/json"}
    )
    assert answer.json()["output"] == "price"


def test_downloads_pictures(exporting: Page) -> None:
    for name, ending, start in (("SVG picture", "svg", b"<svg"), ("PNG picture", "png", b"\x89PNG")):
        exporting.get_by_role("tab", name=name).click()
        with exporting.expect_download() as waiting:
            exporting.locator("#export").get_by_role("button", name="Download").click()
        assert waiting.value.suggested_filename == f"price.{ending}"
        content = waiting.value.path().read_bytes()
        assert content.startswith(start)
    # The PNG is twice as large as the picture.
    image = exporting.get_by_role("img", name="Preview of the picture")
    width = image.evaluate("i => i.decode().then(() => i.naturalWidth)")
    assert abs(int.from_bytes(content[16:20], "big") - 2 * width) <= 2


def test_a_link_opens_the_same_view(page: Page) -> None:
    open_bench(page, step="3", selected="apple")
    page.locator("#export-button").click()
    link = copied(page, "Link")
    page.goto(link)
    expect(page.locator("#stepper output")).to_have_text("3 / 9")
    expect(page.locator("#inspector .numbers .forward dd")).to_have_text("100")


def test_formats_are_chosen_by_arrow_keys(exporting: Page) -> None:
    exporting.get_by_role("tab", name="SVG picture").focus()
    exporting.keyboard.press("ArrowDown")
    exporting.keyboard.press("ArrowDown")
    expect(exporting.get_by_role("tab", name="Program")).to_be_focused()
    expect(exporting.locator("#export pre")).to_contain_text("apple = 100")


# Languages and access


def test_the_panels_speak_korean(page: Page) -> None:
    open_bench(page, lang="ko", step="1", selected="apple", mistakes="mul.not_swapped")
    expect(page.locator(".step-words")).to_contain_text("순전파")
    expect(page.locator("#inspector")).to_contain_text("기울기")
    expect(page.locator("#banner")).to_contain_text("두 입력을 맞바꾸지 않음")
    expect(page.get_by_role("button", name="다음 단계")).to_be_visible()


PANELS = ["#stepper", "#inspector", "#mistakes", "#banner", "#canvas"]
"""What is open at first; the rest of the page has its own test."""


def test_axe_finds_nothing(page: Page) -> None:
    open_bench(page, step="6", selected="apple_num", mistakes="mul.not_swapped")
    expect(page.locator("#inspector .paths")).to_be_visible()
    expect(page.locator("#mistakes tbody")).to_be_visible()
    assert violations_in_every_theme(page, *PANELS) == {}
    page.locator("#export-button").click()
    expect(page.locator("#export img")).to_be_visible()
    assert violations_in_every_theme(page, "#export") == {}
    expect(page.locator("#export img")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("#table-button").click()
    expect(page.locator("#table-view table").first).to_be_visible()
    assert violations_in_every_theme(page, "#table-view") == {}
    open_bench(page, labels="blanks")
    expect(page.locator(".blank-input").first).to_be_attached()
    page.locator(".blank-input").first.fill("7")
    page.locator(".blank-input").first.press("Enter")
    page.locator("#quiz").get_by_role("button", name="Hint 1 of 3").click()
    assert violations_in_every_theme(page, "#quiz", "#canvas", "#inspector") == {}


def test_nothing_moves_when_less_motion_is_asked_for(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    open_bench(page)
    page.keyboard.press("ArrowRight")
    expect(page.locator("#stepper output")).to_have_text("1 / 9")
    assert page.evaluate("document.getAnimations().filter(a => a.playState === 'running').length") == 0


def test_a_note_names_the_stable_form_as_code(page: Page) -> None:
    open_bench(page, program="a = [1000, 0]\nL = log(sum(exp(a)))", selected="L")
    note = page.locator(".note")
    expect(note.locator("code")).to_have_text("logsumexp")
    expect(note).to_contain_text("stays exact")
    expect(note).not_to_contain_text("`")
