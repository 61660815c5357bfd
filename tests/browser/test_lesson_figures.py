"""The special figures of the lecture, acted on as a student does."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect


def figure(page: Page, slug: str, kind: str, nth: int = 0) -> Locator:
    page.goto(f"/learn/{slug}?lang=en")
    found = page.locator(f".figure.kind-{kind}").nth(nth)
    found.scroll_into_view_if_needed()
    return found


def test_slopes_multiply_and_follow_the_graph(page: Page):
    slopes = figure(page, "chain-rule", "slopes")
    product = slopes.locator(".slope-product")
    expect(product).to_have_text("∂w/∂x = 2 × 4 × (−0.653644) = −5.22915")
    expect(slopes.locator(".slope-panel")).to_have_count(3)
    graph = page.locator(".figure.kind-graph").first
    graph.get_by_role("spinbutton", name="x", exact=True).fill("0")
    expect(product).to_have_text("∂w/∂x = 2 × 2 × 0.540302 = 2.16121")


def test_the_error_falls_and_rises_with_the_step(page: Page):
    error = figure(page, "numerical-differentiation", "epsilon")
    rows = error.locator("tbody tr")
    expect(rows.nth(0)).to_contain_text("−5.22915")
    slider = error.get_by_role("slider", name="Step ε")
    slider.fill("60")
    expect(error.locator("output")).to_have_text("ε = 1e-16")
    # At 1e-16 x does not move at all.
    expect(rows.nth(1).locator("td").first).to_have_text("0")
    slider.fill("20")
    expect(rows.nth(2).locator("td").first).to_have_text("−5.22915")


def test_the_script_brings_the_book_s_numbers(page: Page):
    code = figure(page, "layers-in-code", "code")
    code.get_by_role("button", name="Run all").click()
    outputs = [text.removeprefix("→ ") for text in code.locator(".script output").all_inner_texts() if text]
    assert "715" in outputs
    assert {"110, 2.2", "2.2, 110"} & set(outputs)
    assert {"3.3, 165", "165, 3.3"} & set(outputs)
    assert any("650" in text for text in outputs)
    code.get_by_role("button", name="From the start").click()
    assert not any(code.locator(".script output").all_inner_texts())
    for _ in range(6):
        code.get_by_role("button", name="Run the next line").click()
    expect(code.locator(".script [aria-current] code")).to_contain_text(
        "mul_apple_layer.forward(apple, apple_num)"
    )
    expect(code.locator(".node.lit")).to_have_count(3)
    # No gradient is there yet.
    expect(code.locator(".edge:not(.waiting)")).to_have_count(0)


@pytest.mark.parametrize("nth", [0, 1, 2])
def test_the_curve_is_dragged_and_the_graph_follows(page: Page, nth: int):
    curve = figure(page, "inverse-exp-log", "curve", nth)
    plot = curve.locator("svg.plot")
    expect(plot).to_be_visible()
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] * 0.5, steps=5)
    page.mouse.up()
    graph = page.locator(".figure.kind-graph").nth(nth)
    x = float(graph.get_by_role("spinbutton", name="x", exact=True).input_value())
    assert 2.5 < x < 4.5
    y, slope = [(1 / x, -1 / x**2), (2.718281828459045**x, 2.718281828459045**x), (None, 1 / x)][nth]
    told = curve.locator(".plot-readings")
    expect(told).to_contain_text(f"At x = {x:g} ")
    numbers = [
        float(n.replace("−", "-").replace(",", "")) for n in re.findall(r"−?[\d,]+\.?\d*", told.inner_text())
    ]
    assert numbers[-1] == pytest.approx(slope, rel=1e-4)
    assert y is None or numbers[-2] == pytest.approx(y, rel=1e-4)


def test_the_sigmoid_is_simplified_line_by_line(page: Page):
    lines = figure(page, "sigmoid", "simplify")
    expect(lines.locator("li")).to_have_count(1)
    for count in range(2, 7):
        lines.get_by_role("button", name="Next line").click()
        expect(lines.locator("li")).to_have_count(count)
    expect(lines.locator(".derivation-said")).to_contain_text("0.196612 both ways")


def test_the_gradient_vanishes_with_depth(page: Page):
    depth = figure(page, "vanishing-gradient", "depth")
    told = depth.locator(".plot-readings")
    expect(told).to_contain_text("After 10 layers the gradient at x is 2.785e-7 with sigmoid and 1 with ReLU")
    depth.get_by_role("slider").first.fill("2")
    expect(told).to_contain_text("After 2 layers the gradient at x is 0.0431")
    expect(told).to_contain_text("at most 0.25")


def test_a_deep_net_is_measured_on_real_digits(page: Page):
    deep = figure(page, "vanishing-gradient", "deep-run")
    deep.get_by_role("button", name="Measure the initial gradients").click()
    rows = deep.locator("tbody tr")
    expect(rows).to_have_count(8)
    first = [float(row.locator("td").nth(1).inner_text().replace(",", "")) for row in rows.all()]
    last = [float(row.locator("td").nth(2).inner_text().replace(",", "")) for row in rows.all()]
    # From 0.01 nothing arrives through sigmoids; with ReLU and He all layers get about the same.
    assert first[0] < 1e-5 * last[0]
    assert 0.1 < first[7] / last[7] < 10


def test_a_formula_lights_its_arrow_and_the_batch_grows(page: Page):
    linked = figure(page, "affine-batch", "linked")
    formulas = linked.locator(".linked-formulas button")
    expect(formulas).to_have_count(3)
    formulas.nth(1).click()
    expect(linked.locator(".edge.lit")).to_have_count(1)
    expect(linked.locator(".edge.lit")).to_have_attribute("data-source", "W")
    linked.get_by_role("slider", name="Samples N").fill("6")
    # As every upstream gradient is 1, the bias gets N.
    expect(linked.locator('.edge[data-source="B"] .cells.grad').get_by_text("6", exact=True)).to_have_count(3)


def test_closed_and_open_give_the_same_gradient(page: Page):
    opened = figure(page, "softmax-with-loss", "opened")
    expect(opened.locator("svg.graph")).to_have_count(2)
    expect(opened.locator(".group.open").first).to_be_visible()

    def gradients(view: int) -> list[float]:
        """Of the scores, summed over the arrows that come back to them."""
        edges = opened.locator(".view").nth(view).locator('.edge[data-source="a"]')
        found = [0.0, 0.0, 0.0]
        for edge in edges.all():
            cells = edge.locator(".cells.grad .cell").all_text_contents()
            found = [a + float(b.replace("−", "-")) for a, b in zip(found, cells, strict=True)]
        return found

    expect(opened.locator(".view").nth(1).locator('.edge[data-source="a"]')).to_have_count(2)
    assert gradients(0) == pytest.approx([0.0182, 0.245, -0.263], abs=1e-3)
    assert gradients(1) == pytest.approx(gradients(0), abs=2e-3)
    opened.locator(".inputs input").first.fill("4")
    expect(
        opened.locator(".view").nth(1).locator('.edge[data-source="a"] .cells.value').first
    ).to_contain_text("4")


def test_every_variable_of_the_net_is_a_node_and_the_gradients_agree(page: Page):
    net = figure(page, "two-layer-net", "net-table")
    net.get_by_role("button", name='params["W2"]').click()
    expect(net.locator(".node.lit")).to_have_attribute("data-id", "W2")
    net.get_by_role("button", name="Compare both gradients now").click()
    rows = net.locator("table").nth(2).locator("tbody tr")
    expect(rows).to_have_count(4)
    expect(net.get_by_role("status")).to_contain_text("39,760 parameters compared")
    for row in rows.all():
        assert float(row.locator("td").last.inner_text()) < 1e-8


def test_a_net_is_trained_on_the_page_and_found_again(page: Page):
    run = figure(page, "training-on-mnist", "run")
    run.get_by_role("button", name="Start the training").click()
    expect(run.get_by_role("status")).to_contain_text(re.compile(r"Step [\d,]+ of 10,000: loss 0"))
    run.get_by_role("button", name="Pause").click()
    expect(run.get_by_role("button", name=re.compile("Continue|Train again"))).to_be_visible()
    address = run.get_by_role("link", name="See every node").get_attribute("href")
    page.reload()
    again = page.locator(".figure.kind-run")
    again.scroll_into_view_if_needed()
    expect(again.get_by_role("link", name="See every node")).to_have_attribute("href", address or "")


def test_boxes_wider_than_a_phone_are_scrolled_and_lead_to_their_end(page: Page):
    page.set_viewport_size({"width": 390, "height": 844})
    wide = figure(page, "backward-apples-and-oranges", "graph")
    expect(wide.locator(".nodes .node").first).to_be_visible()
    assert wide.locator(".canvas").evaluate("it => getComputedStyle(it).touchAction") == "pan-x pan-y"
    back, on = (
        wide.get_by_role("button", name="Further left"),
        wide.get_by_role("button", name="Further right"),
    )
    expect(back).to_have_attribute("aria-disabled", "true")
    expect(on).to_have_attribute("aria-disabled", "false")
    on.click()
    expect(back).to_have_attribute("aria-disabled", "false")
    stage = wide.locator(".figure-stage")
    stage.evaluate("(it) => it.scrollTo({ left: it.scrollWidth, behavior: 'instant' })")
    expect(on).to_have_attribute("aria-disabled", "true")
    right = max(wide.locator(".nodes .node").all(), key=lambda node: (node.bounding_box() or {"x": 0})["x"])
    expect(right).to_be_in_viewport(ratio=0.9)
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(on).to_be_hidden()


@pytest.mark.parametrize("slug", ["forward-apples-and-oranges", "affine-batch"])
def test_a_phone_shows_the_numbers_of_a_figure_at_once(page: Page, slug: str):
    page.set_viewport_size({"width": 390, "height": 844})
    graph = figure(page, slug, "graph" if slug.startswith("forward") else "linked")
    # Labels in two lines let the apples fit; matrices need more room, which a shade tells.
    wider = re.compile("more-right" if slug == "affine-batch" else "^figure-stage$")
    expect(graph.locator(".figure-stage")).to_have_class(wider)
    hidden = graph.locator(":is(.edge > :is(.value, .grad)[display=none], .edge .afar)")
    expect(graph.locator(".edge :is(.value, .grad)").first).to_be_visible()
    expect(hidden).to_have_count(0)


@pytest.mark.parametrize(("slug", "kind"), [("the-net", "graph"), ("softmax-with-loss", "opened")])
def test_a_phone_shows_the_elements_of_small_matrices_at_once(page: Page, slug: str, kind: str):
    page.set_viewport_size({"width": 390, "height": 844})
    graph = figure(page, slug, kind)
    expect(graph.locator(".graph").last.locator(".edge [data-cells]").nth(8)).to_be_attached()
    if kind == "opened":
        expect(graph.locator(".graph").last.locator(".group")).to_have_count(2)
    expect(graph.locator(".edge .afar")).to_have_count(0)


def test_a_graph_that_stands_at_a_late_step_shows_that_step(page: Page):
    page.set_viewport_size({"width": 390, "height": 844})
    chain = figure(page, "vanishing-gradient", "graph")
    expect(chain.locator(".nodes .lit")).to_be_in_viewport()


def test_a_formula_wider_than_a_phone_is_made_smaller(page: Page):
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("/learn/chain-rule?lang=en&theme=projector")
    formula = page.locator(".rule .math.display")
    expect(formula).to_have_attribute("style", re.compile("font-size: 0"))
    assert formula.evaluate("(it) => it.scrollWidth - it.clientWidth") <= 40


def test_a_path_through_boxes_names_them_as_the_graph_does(page: Page):
    path = page.goto("/learn/backward-apples-and-oranges?lang=en") and page.locator(".figure").nth(2)
    path.scroll_into_view_if_needed()
    path.locator(".nodes .node").first.click()
    expect(path.locator(".paths .path").first).to_contain_text("x → f1 → f2 → f3")


def test_what_a_table_speaks_of_is_brought_into_a_narrow_frame(page: Page):
    page.set_viewport_size({"width": 390, "height": 844})
    table = figure(page, "two-layer-net", "net-table")
    name = table.get_by_role("button", name='params["b2"]')
    name.focus()
    lit = table.locator(".nodes .lit")
    expect(lit).to_have_count(1)
    page.wait_for_function(
        """([lit, stage]) => {
             const [box, room] = [lit.getBoundingClientRect(), stage.getBoundingClientRect()];
             return room.left <= box.left && box.right <= room.right + 1;
           }""",
        arg=[lit.element_handle(), table.locator(".figure-stage").element_handle()],
    )


def test_the_words_of_a_step_do_not_tell_what_is_to_be_predicted(page: Page):
    warm_up = figure(page, "questions", "graph")
    words = warm_up.locator(".step-words .step-sentence").first
    sharp, hidden = re.compile("none"), re.compile("blur")
    expect(words).to_have_css("filter", sharp)
    scrubber = warm_up.locator(".stepper input[type=range]")
    scrubber.fill("8")
    expect(words).to_contain_text("64")
    expect(words).to_have_css("filter", hidden)
    prediction = page.locator(".predict").first
    prediction.locator("input").fill("64")
    prediction.get_by_role("button", name="Reveal").click()
    scrubber.fill("8")
    expect(words).to_have_css("filter", sharp)


def test_three_ways_race_and_are_counted(page: Page):
    race = figure(page, "three-races", "race")
    race.get_by_role("radio", name="Numerical").click()
    counts = race.locator(".race-counts")
    expect(counts.nth(2)).to_have_text("Passes0 / 2Multiplications0Slopes found0 / 5")
    race.get_by_role("button", name="Step", exact=True).click()
    race.get_by_role("button", name="Step", exact=True).click()
    expect(counts.nth(0)).to_have_text("Passes2 / 10Multiplications7Slopes found1 / 5")
    expect(counts.nth(2)).to_have_text("Passes2 / 2Multiplications9Slopes found5 / 5")
    race.locator(".race-lanes").press("ArrowLeft")
    expect(counts.nth(2)).to_have_text("Passes1 / 2Multiplications3Slopes found0 / 5")
    race.get_by_role("button", name="To the end").click()
    expect(counts.nth(0)).to_have_text("Passes10 / 10Multiplications35Slopes found5 / 5")
    expect(counts.nth(1)).to_have_text("Passes6 / 6Multiplications12Slopes found5 / 5")
    expect(race.get_by_role("status")).to_have_text(
        "Your guess was another. Reverse mode: backpropagation multiplies least."
    )
    expect(race.locator(".race-lane").first).to_contain_text("∂price/∂tax = 650")
    page.locator(".kind-race").nth(2).scroll_into_view_if_needed()
    other = page.locator(".kind-race").nth(2)
    other.get_by_role("button", name="To the end").click()
    expect(other.get_by_role("status")).to_have_text("Forward mode multiplies least.")


def test_an_order_of_one_s_own_loses_what_comes_late(page: Page):
    order = figure(page, "order", "order")
    said = order.get_by_role("status")
    for name in "Lba":
        order.locator(f"[data-turn={name}]").click()
        expect(order.locator(f"[data-turn={name}]")).to_have_count(0)
    expect(said).to_have_text("a passed back 5 while 2 contributions were still to come.")
    order.locator('.graph [data-id="c"]').click()
    expect(said).to_contain_text(
        "c brings 9 + 9 to a, but a has had its turn: behind a it is lost. Wrong in your order: x: 30 ≠ 138."
    )
    expect(order.locator("tr.wrong")).to_have_text("x0–30138 ✗")
    for _ in range(2):
        order.get_by_role("button", name="Take a turn back").click()
    expect(order.locator("[data-turn=a]")).to_contain_text("waits for 2")
    order.locator("[data-turn=c]").click()
    order.locator("[data-turn=a]").click()
    expect(said).to_have_text("Every node waited for all its readers: all gradients are right.")
