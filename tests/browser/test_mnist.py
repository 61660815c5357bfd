"""What a person does with a run: plays, pauses, walks a step, changes settings, compares, comes back to it."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Browser, Locator, Page, WebSocketRoute, expect

from chainrule.app.settings import Settings
from tests.browser.axe import violations, violations_in_every_theme
from tests.browser.conftest import ENGLISH, Complaints
from tests.browser.waits import still
from tests.conftest import served

LETTERS = Path(__file__).with_name("letters.js").read_text()
NINETY = re.compile(r"^(9\d\.\d|100\.0)%$")


def open_run(page: Page, query: str = "") -> None:
    page.goto(f"/mnist{query}")
    page.locator("#run-graph .nodes .node").first.wait_for()
    expect(page.locator("#run-graph.waiting")).to_have_count(0)


def bar(page: Page, action: str) -> Locator:
    return page.locator(f'#run-bar [data-action="{action}"]')


def fact(page: Page, name: str) -> Locator:
    return page.locator(f'#run-bar [data-fact="{name}"]')


def run_of(page: Page) -> str:
    return parse_qs(urlparse(page.url).query)["run"][0]


def steps_of(page: Page) -> int:
    found = re.search(r"Step ([\d,]+) of", page.locator(".run-where").inner_text())
    assert found
    return int(found[1].replace(",", ""))


def edge_of(page: Page, source: str) -> Locator:
    """Return the arrow that goes out of a node, as drawn."""
    return page.locator(f'#run-graph .edges > [data-source="{source}"]')


def painted(page: Page, source: str, way: str) -> list[int]:
    """Return the pixels of the live heat map on the arrow out of a node."""
    return page.evaluate(
        """([source, way]) => {
             const canvas = document.querySelector(`[data-source="${source}"] .heated.${way} .live-heat.on canvas`);
             return [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data];
           }""",
        [source, way],
    )


def test_a_net_learns_while_one_watches(page: Page) -> None:
    open_run(page)
    expect(page.locator('[data-id="loss->@output"] text.value')).to_have_text(re.compile(r"^2\.\d+"))
    before = painted(page, "W1", "value")
    assert len(set(before)) > 10
    bar(page, "play").click()
    expect(fact(page, "test")).to_have_text(NINETY)
    expect(fact(page, "speed")).not_to_have_text("—")
    page.locator("body").press("Space")
    expect(page.locator(".run-left")).to_have_text("Paused")
    stopped = steps_of(page)
    assert stopped >= 100
    assert painted(page, "W1", "value") != before
    # The numbers shown are exactly the server's at this step.
    graph = page.request.post(f"/api/v1/runs/{run_of(page)}/graph", data={}).json()
    loss = next(node for node in graph["nodes"] if node["id"] == "loss")
    expect(page.locator('[data-id="loss->@output"] text.value')).to_have_text(loss["value_text"])

    bar(page, "step").click()
    expect(page.locator(".run-where")).to_contain_text(f"Step {stopped + 1:,} of")


def test_a_step_is_walked_node_by_node_and_ends_in_the_update(page: Page) -> None:
    open_run(page)
    count = page.locator("#stepper .step-count")
    expect(count).to_have_text("9 steps")
    page.locator("body").press("ArrowRight")
    expect(count).to_have_text("1 / 9")
    expect(page.locator(".step-phase")).to_contain_text("Forward")
    # The batch seen before the first step is the batch of that step.
    expect(page.locator(".run-where")).to_contain_text("Step 1 of")
    for _ in range(8):
        page.locator("body").press("ArrowRight")
    expect(count).to_have_text("9 / 9")
    expect(page.locator(".step-phase")).to_contain_text("Backward")
    expect(page.locator("#walk-end")).to_contain_text("W ← W − 0.1 · ∂L/∂W")
    loss = page.locator('[data-id="loss->@output"] text.value')
    before = loss.text_content()
    page.locator("body").press("ArrowRight")
    expect(count).to_have_text("0 / 9")
    expect(page.locator(".run-where")).to_contain_text("Step 2 of")
    expect(loss).not_to_have_text(before or "")
    page.locator("body").press("ArrowLeft")
    page.locator("body").press("Escape")
    expect(count).to_have_text("9 steps")


def test_a_page_that_opens_asks_for_its_graph_once(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    open_run(page)
    # The words for screen readers would be asked for after a pause.
    page.wait_for_load_state("networkidle")
    assert (asked.count("graph"), asked.count("values")) == (1, 0)


def test_a_visit_makes_one_run_and_a_reload_comes_back_to_it(page: Page) -> None:
    made: list[str] = []
    page.on(
        "request",
        lambda request: (
            made.append(request.url)
            if request.method == "POST" and request.url.endswith("/api/v1/runs")
            else None
        ),
    )
    open_run(page)
    bar(page, "step").click()
    expect(page.locator(".run-where")).to_contain_text("Step 1 of")
    run = run_of(page)
    page.reload()
    expect(page.locator(".run-where")).to_contain_text("Step 1 of")
    assert run_of(page) == run
    page.goto("/")
    page.goto("/mnist")
    expect(page.locator(".run-where")).to_contain_text("Step 1 of")
    assert run_of(page) == run
    assert len(made) == 1


def test_a_link_opens_the_same_run_or_says_that_it_is_gone(page: Page, complaints: Complaints) -> None:
    open_run(page, "?hidden=20&rate=0.5&seed=3")
    bar(page, "step").click()
    expect(page.locator(".run-where")).to_contain_text("Step 1 of")
    expect(page.locator("#setting-hidden")).to_have_value("20")
    page.locator("#copy-link").click()
    expect(page.locator("#notice")).to_have_text("Link copied.")
    link = page.evaluate("navigator.clipboard.readText()")
    assert "hidden=20" in link
    assert "seed=3" in link
    other = page.context.new_page()
    other.goto(link)
    expect(other.locator(".run-where")).to_contain_text("Step 1 of")
    other.close()

    gone = run_of(page)
    page.request.delete(f"/api/v1/runs/{gone}")
    expect(page.locator("#run-notice")).to_contain_text("This run is no longer on the server.")
    fresh = page.context.new_page()
    fresh.goto(link)
    expect(fresh.locator("#run-notice")).to_contain_text("a new one with the link's settings")
    expect(fresh.locator("#setting-hidden")).to_have_value("20")
    expect(fresh.locator("#setting-rate")).to_have_value("0.5")
    assert run_of(fresh) != gone
    fresh.close()
    page.get_by_role("button", name="New run like it").click()
    expect(page.locator("#run-notice")).to_be_hidden()
    expect(page.locator("#setting-seed")).to_have_value("3")
    # The browser logs what was asked of the run just when it went.
    assert all(f"/runs/{gone}/" in complaint for complaint in complaints)
    complaints.clear()


def test_another_person_s_run_is_watched_with_nothing_to_press_and_copied(
    page: Page, browser: Browser, site: str, complaints: Complaints
) -> None:
    open_run(page)
    bar(page, "step").click()
    expect(page.locator(".run-where")).to_contain_text("Step 1 of")
    link, run = page.url, run_of(page)
    context = browser.new_context(**ENGLISH)
    other = context.new_page()
    complaints.watch(other)
    other.goto(link)
    expect(other.locator(".run-where")).to_contain_text("Step 1 of")
    expect(other.locator("#run-bar .watching")).to_have_text("Watching")
    for action in ("play", "step", "reset"):
        expect(bar(other, action)).to_be_hidden()
    expect(other.locator("#setting-rate")).to_be_disabled()
    for key in ("n", "r", "Space", "ArrowRight"):
        other.locator("body").press(key)
    # What its owner does is seen.
    bar(page, "step").click()
    expect(other.locator(".run-where")).to_contain_text("Step 2 of")
    other.locator("#language-button").click()
    expect(other.locator("#run-bar .watching")).to_have_text("보는 중")
    other.locator("#language-button").click()
    bar(other, "copy").click()
    expect(bar(other, "play")).to_be_visible()
    expect(other.locator("#setting-rate")).to_be_enabled()
    bar(other, "step").click()
    expect(other.locator(".run-where")).to_contain_text("Step 3 of")
    other.wait_for_function("run => !location.search.includes(run)", arg=run)
    expect(page.locator(".run-where")).to_contain_text("Step 2 of")
    # Compared with a run of one's own and closed, another person's run stays with its owner.
    other.goto(f"{site}/mnist?run={run_of(other)}&runs={run_of(other)},{run}")
    expect(other.locator(".chip-choose")).to_have_count(2)
    other.get_by_role("button", name="Close run B").click()
    expect(other.locator(".chip-choose")).to_have_count(1)
    assert page.request.get(f"/api/v1/runs/{run}").json()["step"] == 2
    context.close()


def test_settings_change_on_the_way_and_say_what_is_wrong_beside_the_field(page: Page) -> None:
    open_run(page)
    rate, wrong = page.locator("#setting-rate"), page.locator("#setting-rate-error")
    rate.fill("fast")
    rate.press("Enter")
    expect(wrong).to_have_text("Enter a number, such as 0.1.")
    expect(rate).to_have_attribute("aria-invalid", "true")
    rate.fill("0.05")
    rate.press("Enter")
    expect(wrong).to_be_hidden()
    bar(page, "play").click()
    page.locator("#setting-batch").fill("64")
    page.locator("#setting-batch").press("Enter")
    expect(edge_of(page, "x").locator(".heated.value .heat-shape")).to_have_text("(64, 784)")
    page.locator("#setting-optimizer").select_option("adam")
    expect(rate).to_have_value("0.001")
    page.locator("body").press("Space")
    page.locator("#setting-speed").select_option("10")
    expect(page.locator("#setting-speed")).to_have_value("10")
    history = page.request.get(f"/api/v1/runs/{run_of(page)}/history").json()
    assert [mark["name"] for mark in history["marks"]] == [
        "learning_rate",
        "batch_size",
        "learning_rate",
        "optimizer",
    ]


def test_another_net_is_asked_for_and_begins_at_step_0(page: Page) -> None:
    open_run(page)
    bar(page, "step").click()
    expect(page.locator(".run-where")).to_contain_text("Step 1 of")
    hidden, begin = (
        page.locator("#setting-hidden"),
        page.get_by_role("button", name="Restart with these settings"),
    )
    expect(page.locator("#run-controls")).to_contain_text("what the net has learned is lost")
    expect(begin).to_be_disabled()
    hidden.fill("30, many")
    expect(page.locator("#setting-hidden-error")).to_contain_text("whole numbers")
    hidden.fill("30, 20")
    page.locator("#setting-activation").select_option("sigmoid")
    expect(page.locator(".run-where")).to_contain_text("Step 1 of")
    begin.click()
    expect(page.locator(".run-where")).to_contain_text("Step 0 of")
    expect(page.locator('#run-graph [data-id="sigmoid_2"]')).to_be_visible()
    expect(page.locator(".chip-options")).to_have_text("30-20 · Sigmoid · He · SGD 0.1")
    # A net without a hidden layer has a first layer too.
    hidden.fill("")
    hidden.press("Enter")
    expect(page.locator('#run-graph [data-id="sigmoid_1"]')).to_have_count(0)
    page.locator("#part-weights").scroll_into_view_if_needed()
    expect(page.locator(".weights-legend")).to_contain_text("10 units")


def test_one_image_of_the_batch_goes_through_the_graph(page: Page) -> None:
    open_run(page)
    page.locator("#image-button").click()
    thumb = page.locator(".thumbs button").nth(2)
    label = thumb.inner_text()
    thumb.click()
    shape = edge_of(page, "x").locator(".heated.value .heat-shape")
    expect(shape).to_have_text("(1, 784)")
    expect(page.locator("#image-button")).to_have_text(f"Image 3: {label}")
    assert parse_qs(urlparse(page.url).query).get("sample") in (["2"], None)
    # Labels of one image are its own: the target is a number in brackets.
    expect(
        page.locator('[data-id="t->softmax_with_loss_1.t.0"] .cell, [data-id^="t->"] .cell').first
    ).to_have_text(label)
    # While the net learns, the numbers of this image follow.
    loss = page.locator('[data-id="loss->@output"] text.value')
    before = loss.text_content() or ""
    bar(page, "play").click()
    expect(loss).not_to_have_text(before)
    page.locator("body").press("Space")
    page.locator("#image-end").click()
    expect(shape).to_have_text("(100, 784)")


def test_arrows_can_be_as_thick_as_their_gradients(page: Page) -> None:
    open_run(page)
    button = page.get_by_role("button", name="Arrows by gradient")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    widths = page.evaluate(
        """() => Object.fromEntries(["W1", "b1"].map((id) => {
             const arrow = document.querySelector(`[data-source="${id}"] .backward`);
             return [id, parseFloat(getComputedStyle(arrow).strokeWidth)];
           }))"""
    )
    assert widths["W1"] > widths["b1"] > 0
    expect(edge_of(page, "W1").locator(".heated.grad .heat-scale")).to_contain_text("norm")
    button.click()
    expect(edge_of(page, "W1").locator(".heated.grad .heat-scale")).to_contain_text("±")


def test_a_node_is_inspected_and_a_layer_opens(page: Page) -> None:
    open_run(page)
    page.locator('#run-graph [data-id="z1"] .shape').first.click()
    expect(page.get_by_role("tab", name="Inspector")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#inspector h3").first).to_contain_text("z1")
    page.locator("body").press("Escape")
    expect(page.get_by_role("tab", name="Settings")).to_have_attribute("aria-selected", "true")
    page.locator('#run-graph [data-id="affine_1"]').first.press("Enter")
    expect(page.locator('#run-graph [data-id="affine_1.op_1"]')).to_be_visible()
    # What is inside a layer is not in the frames: it follows all the same.
    image = edge_of(page, "affine_1.op_1").locator("image.heat.value")
    before = image.get_attribute("href")
    bar(page, "step").click()
    bar(page, "step").click()
    expect(image).not_to_have_attribute("href", before or "")
    page.locator("body").press("t")
    expect(page.locator("#table-view tbody tr").first).to_be_visible()
    page.locator("body").press("t")


def test_runs_are_compared(page: Page, complaints: Complaints) -> None:
    open_run(page)
    page.locator("#compare-button").click()
    page.locator("#compare-menu").get_by_role("button", name="Sigmoid", exact=True).click()
    chips = page.locator(".chip-choose")
    expect(chips).to_have_count(2)
    expect(chips.nth(1)).to_have_attribute("aria-pressed", "true")
    expect(chips.nth(1)).to_contain_text("Sigmoid")
    bar(page, "play").click()
    for k in range(2):
        expect(page.locator(".chip-state").nth(k)).to_have_text(re.compile(r"%$"))
    page.locator("body").press("Space")
    expect(page.locator(".run-left")).to_have_text("Paused")
    runs = parse_qs(urlparse(page.url).query)["runs"][0].split(",")
    paused = "run => fetch(`/api/v1/runs/${run}`).then(a => a.json()).then(run => run.state === 'paused')"
    for run in runs:
        page.wait_for_function(paused, arg=run)
    page.reload()
    expect(chips).to_have_count(2)

    page.locator("#compare-button").click()
    page.get_by_role("button", name="Initial weights 0.01, Xavier, He").click()
    expect(chips).to_have_count(3)
    expect(chips.nth(0)).to_contain_text("50-50-50-50 · ReLU · 0.01")
    expect(page.locator('#run-graph [data-id="z4"]')).to_be_visible()
    for run in runs:
        assert page.request.get(f"/api/v1/runs/{run}").status == 404
    # The browser logs what was asked of a run just when it went.
    assert all(any(f"/runs/{run}/" in complaint for run in runs) for complaint in complaints)
    complaints.clear()
    closed = chips.nth(1).get_attribute("data-run")
    page.get_by_role("button", name="Close run B").click()
    expect(chips).to_have_count(2)
    assert page.request.get(f"/api/v1/runs/{closed}").status == 200, "closing is not removing"


def test_a_number_out_of_hand_is_told_with_advice(page: Page) -> None:
    open_run(page)
    bar(page, "step").click()
    page.locator("#setting-rate").fill("1000")
    page.locator("#setting-rate").press("Enter")
    bar(page, "play").click()
    told = page.locator("#run-notice")
    expect(told).to_contain_text("Training stopped at step")
    expect(bar(page, "play")).to_be_disabled()
    told.get_by_role("button", name="A tenth of the learning rate").click()
    expect(told).to_be_hidden()
    expect(page.locator(".run-left")).to_have_text("Ready")
    expect(page.locator("#setting-rate")).to_have_value("100")


@pytest.fixture
def full(page: Page, settings: Settings) -> Iterator[tuple[str, str]]:
    """Take the one place of a server of its own with a run that trains slowly; give both addresses."""
    with served(settings.model_copy(update={"max_runs": 1})) as site:
        run = f"{site}/api/v1/runs/{page.request.post(f'{site}/api/v1/runs', data={}).json()['id']}"
        page.request.patch(run, data={"most_speed": 1.0})
        page.request.post(f"{run}/actions", data={"action": "start"})
        yield site, run
        page.goto("about:blank")


def test_a_full_server_says_so_and_the_run_begins_when_there_is_room(
    page: Page, full: tuple[str, str]
) -> None:
    site, taking = full
    page.goto(f"{site}/mnist")
    expect(page.locator("#run-notice")).to_contain_text("This run is number 1 in the queue")
    expect(page.locator(".run-left")).to_have_text("In the queue")
    page.request.delete(taking)
    expect(page.locator("#run-graph .nodes .node").first).to_be_visible()
    expect(page.locator("#run-notice")).to_be_hidden()


def test_a_cut_connection_is_told_and_taken_up_again(page: Page) -> None:
    sockets: list[WebSocketRoute] = []

    def through(route: WebSocketRoute) -> None:
        route.connect_to_server()
        sockets.append(route)

    page.route_web_socket(re.compile("/frames$"), through)
    open_run(page)
    bar(page, "play").click()
    expect(fact(page, "test")).to_have_text(re.compile("%$"))
    page.locator("body").press("Space")
    expect(page.locator(".run-left")).to_have_text("Paused")
    run = f"/api/v1/runs/{run_of(page)}"
    before = page.request.get(run).json()["step"]
    expect(page.locator(".run-where")).to_contain_text(f"Step {before:,} of")
    sockets[0].close()
    # It comes back by itself, with what happened in the meantime.
    page.request.post(f"{run}/actions", data={"action": "step", "steps": 5})
    expect(page.locator(".run-where")).to_contain_text(f"Step {before + 5:,} of")
    assert len(sockets) == 2


def test_the_sheet_lists_the_keys_and_typing_is_no_key(page: Page) -> None:
    open_run(page)
    page.locator("body").press("?")
    expect(page.locator("#shortcut-list")).to_contain_text("Play or pause the training")
    page.locator("#shortcuts").press("Escape")
    page.locator("#setting-hidden").press("n")
    expect(page.locator(".run-where")).to_contain_text("Step 0 of")


def test_axe_finds_nothing(page: Page) -> None:
    open_run(page)
    bar(page, "step").click()
    page.locator("#compare-button").click()
    assert violations(page, colours=False) == []
    page.keyboard.press("Escape")
    page.locator("#language-button").click()
    page.locator("#compare-button").click()
    assert violations_in_every_theme(page) == {}


BEYOND = """() => [...document.querySelectorAll("main *, header *")].filter((element) => {
  const apart = "svg, [popover]:not(:popover-open), .visually-hidden, .canvas, #table-view";
  if (element.closest(apart)) return false;
  const box = element.getBoundingClientRect();
  return box.width > 0 && (box.right > innerWidth + 1 || box.left < -1);
}).map((element) => element.outerHTML.slice(0, 100))"""


def test_nothing_stands_beyond_the_edge(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_run(page, "?lang=ko")
    for width, height in ((390, 844), (768, 1024), (1024, 768), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        still(page)
        assert page.evaluate(BEYOND) == [], f"at {width} px"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"at {width} px"


@pytest.mark.parametrize("hidden", ["50,50", "20,20,20,20,20,20"])
def test_a_deep_net_is_seen_up_to_its_loss(page: Page, hidden: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_run(page, f"?hidden={hidden}")
    net = page.locator("#run-graph svg")
    for width, height, runs in ((390, 844, "[data-direction=down]"), (1440, 900, ":not([data-direction])")):
        page.set_viewport_size({"width": width, "height": height})
        expect(page.locator(f"#run-graph svg{runs}")).to_have_count(1)
        page.locator("#zoom-fit").click()
        still(page)
        assert page.evaluate(LETTERS, 12) == [], f"at {width} px"
        for name in ("x", "loss"):
            expect(net.get_by_text(name, exact=True)).to_be_visible()
        layers = net.locator("text.symbol").filter(has_text="Affine")
        # From afar the last one may give way to the loss.
        assert sum(layer.is_visible() for layer in layers.all()) >= len(hidden.split(","))
