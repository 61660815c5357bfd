"""What a student and a teacher do with the lecture, in a real browser."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from chainrule.app.lecture.lessons import lessons
from tests.browser.axe import COLOURS, violations, violations_in_every_theme
from tests.browser.conftest import Complaints
from tests.browser.pdf_letters import letters_of
from tests.browser.waits import still
from tests.helpers.draws import in_the_long_run

SLUGS = [heading.slug for heading in lessons().contents("en")]
OVERLAPS = Path(__file__).with_name("overlaps.js").read_text()
LETTERS = Path(__file__).with_name("letters.js").read_text()
SMALL_LETTERS = Path(__file__).with_name("small-letters.js").read_text()
WIDTHS = [(1920, 1080), (1024, 768), (390, 844)]
SEEN = """(node) => {
  const [box, view] = [node.getBoundingClientRect(), node.ownerSVGElement.getBoundingClientRect()];
  return box.left >= view.left && box.right <= view.right && box.top >= view.top && box.bottom <= view.bottom;
}"""
SEE_ALL = """async () => {
  for (const figure of document.querySelectorAll(".figure")) {
    figure.scrollIntoView();
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  }
  window.scrollTo(0, 0);
}"""


def open_part(page: Page, slug: str, language: str = "en") -> None:
    page.goto(f"/learn/{slug}?lang={language}", wait_until="domcontentloaded")
    page.locator("figure[data-drawn]").first.wait_for()


@pytest.fixture
def apples(page: Page) -> Page:
    """Open the third part and wait for its figure."""
    open_part(page, "forward-apples")
    return page


def figure_text(page: Page, selector: str) -> str:
    return page.locator(f"#figure-apples svg {selector}").first.inner_text()


# ---- all parts ----


def new_kinds() -> dict[str, list[str]]:
    """Return, for each part that has some, the kinds of figure that no earlier part shows."""
    known: set[str] = set()
    found = {}
    for slug in SLUGS:
        kinds = {figure.kind for figure in lessons().lesson(slug, "en").figures.values()}
        if kinds - known:
            found[slug] = sorted(kinds - known)
        known |= kinds
    return found


NEW_KINDS = new_kinds()
"""The parts to check by axe; of colours, their new figures."""


def parts() -> list[Any]:
    """List the parts in turn in one language and in the other; the long run has each in both."""
    in_turn = [*NEW_KINDS, *(slug for slug in SLUGS if slug not in NEW_KINDS)]
    return [
        pytest.param(slug, language, marks=[] if language == ("ko", "en")[at % 2] else [pytest.mark.soak])
        for at, slug in enumerate(in_turn)
        for language in ("ko", "en")
    ]


@pytest.mark.parametrize(("slug", "language"), parts())
def test_a_part_is_drawn_and_nothing_overlaps_at_any_width(page: Page, slug: str, language: str) -> None:
    page.set_viewport_size({"width": WIDTHS[0][0], "height": WIDTHS[0][1]})
    open_part(page, slug, language)
    page.evaluate(SEE_ALL)
    expect(page.locator(".figure:not([data-drawn])")).to_have_count(0)
    expect(page.locator(".figure-problem:visible, .katex-error")).to_have_count(0)
    expect(page.locator(".math[data-tex]:not(.set)")).to_have_count(0)
    for width, height in WIDTHS:
        page.set_viewport_size({"width": width, "height": height})
        still(page)
        assert page.evaluate(OVERLAPS) == [], f"at {width} px"
        if width >= 1000:
            assert page.evaluate(SMALL_LETTERS, 12) == [], f"at {width} px"
    new = [f".kind-{kind}" for kind in NEW_KINDS.get(slug, ())]
    if new or in_the_long_run():
        assert violations(page, colours=in_the_long_run()) == []
    if new:
        assert violations(page, *new, rules=COLOURS) == []


def test_what_overlaps_or_sticks_out_is_found(apples: Page) -> None:
    """The script of the test above finds what is wrong."""
    assert apples.evaluate(OVERLAPS) == []
    apples.evaluate("document.querySelector('figcaption').style.marginTop = '-60px'")
    assert any(" over " in said for said in apples.evaluate(OVERLAPS))
    apples.evaluate("document.querySelector('.prose p').style.width = '3000px'")
    assert any("sticks out" in said for said in apples.evaluate(OVERLAPS))


@pytest.mark.parametrize("path", ["/learn", "/learn/sigmoid"])
def test_axe_finds_nothing_in_any_colours(page: Page, path: str) -> None:
    """The part with the sigmoid has every kind of block."""
    page.goto(f"{path}?lang=ko")
    if path != "/learn":
        expect(page.locator("figure[data-drawn]").first).to_be_visible()
    assert violations_in_every_theme(page) == {}


# ---- a figure ----


def test_a_slider_a_step_and_a_node_do_what_they_do_in_the_workbench(apples: Page) -> None:
    figure = apples.locator("#figure-apples")
    figure.locator("#inputs-apples-value-apple").fill("150")
    expect(figure.locator(".edges text.value:not(.unread)").filter(has_text="330")).to_be_visible()
    figure.locator(".node[data-id=price]").click()
    inspector = figure.get_by_role("group", name="Inspector")
    expect(inspector).to_contain_text("330")
    inspector.get_by_role("button", name="Clear the selection").click()
    expect(inspector).to_be_hidden()
    figure.get_by_role("button", name="Next step").click()
    expect(figure.locator(".step-words")).to_contain_text("150 × 2 = 300")
    figure.get_by_role("button", name="Reset the figure").click()
    expect(figure.locator(".edges text.value:not(.unread)").filter(has_text="220")).to_be_visible()
    expect(figure.locator(".step-count")).to_have_text("5 steps")


def test_arrow_keys_walk_the_figure_that_is_seen(apples: Page) -> None:
    expect(apples.locator(".step-count")).to_have_text("5 steps")
    apples.keyboard.press("ArrowRight")
    expect(apples.locator(".step-count")).to_have_text("1 / 5")
    apples.keyboard.press("ArrowRight")
    apples.keyboard.press("ArrowLeft")
    expect(apples.locator(".step-count")).to_have_text("1 / 5")


def test_the_workbench_opens_with_what_the_figure_shows(apples: Page) -> None:
    figure = apples.locator("#figure-apples")
    figure.locator("#inputs-apples-value-apple").fill("150")
    figure.get_by_role("radio", name="Symbols").click()
    figure.get_by_role("button", name="Next step").click()
    expect(figure.locator(".step-count")).to_have_text("1 / 5")
    figure.get_by_role("link", name="Open in the workbench").click()
    expect(apples.locator("#stepper .step-count")).to_have_text("1 / 5")
    expect(apples.locator("#value-apple")).to_have_value("150")
    expect(apples.locator("#labels [data-labels=symbols]")).to_have_attribute("aria-checked", "true")
    expect(apples.locator("#canvas .node[data-id=price]")).to_be_visible()


def test_the_servers_picture_stands_where_the_living_one_will(page: Page) -> None:
    """No jump is seen when the page's script takes over."""
    open_part(page, "forward-apples")
    script = re.compile(r"/learn[-\w]*\.js$")
    page.route(script, lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.reload()
    still = page.locator("#figure-apples svg .node[data-id=price] .shape").bounding_box()
    page.unroute(script)
    open_part(page, "forward-apples")
    alive = page.locator("#figure-apples svg .node[data-id=price] .shape").bounding_box()
    assert still and alive
    assert abs(still["x"] - alive["x"]) < 3 and abs(still["y"] - alive["y"]) < 3


def test_a_figure_that_cannot_be_drawn_says_so_and_the_rest_stands(
    page: Page, complaints: Complaints
) -> None:
    curve = re.compile(r"/graphs/curve$")
    page.route(curve, lambda route: route.abort())
    open_part(page, "chain-rule")
    expect(page.locator("#figure-slopes [role=alert]")).to_contain_text("This figure could not be drawn")
    expect(page.locator("#figure-graph[data-drawn]")).to_be_visible()
    expect(page.locator(".predict").first).to_be_visible()
    # The browser logs the answers that it did not get, and the page why the figure is missing.
    assert {
        "/graphs/curve" in complaint or complaint == "uncaught: Failed to fetch" for complaint in complaints
    } == {True}
    complaints.clear()


def test_a_wide_figure_runs_down_on_a_phone_and_a_walk_stays_in_sight(page: Page) -> None:
    # A phone's scroll bar takes no room of its 390 pixels; here it does.
    page.set_viewport_size({"width": 405, "height": 844})
    open_part(page, "forward-apples-and-oranges")
    stage = page.locator(".figure-stage").first
    expect(stage.locator("svg")).to_have_attribute("data-direction", "down")
    assert stage.evaluate("stage => stage.scrollWidth <= stage.clientWidth")
    for node in stage.locator(".node").all():
        expect(node).to_be_in_viewport(ratio=0.9)
    # Come near, the walk takes the picture along.
    for _ in range(4):
        page.locator(".figure-bar").first.get_by_role("button", name="Zoom in").click()
        still(page)
    stage.scroll_into_view_if_needed()
    expect(page.locator(".step-count").first).to_have_text("9 steps")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".step-count").first).to_have_text("4 / 9")
    expect(stage.locator(".node.lit").first).to_be_in_viewport(ratio=0.9)
    # Numbers stay large enough to be read.
    assert stage.locator("text.value").first.evaluate("text => text.getBoundingClientRect().height") > 9


def every_part(short: set[str]) -> list[Any]:
    """List every part; those that are not in the short list only in the long run."""
    return [pytest.param(slug, marks=[] if slug in short else [pytest.mark.soak]) for slug in SLUGS]


@pytest.mark.parametrize("slug", every_part({"vanishing-gradient", "softmax-with-loss"}))
def test_on_a_phone_every_graph_has_letters_one_can_read_and_tells_where_it_goes_on(
    page: Page, slug: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_part(page, slug)
    page.evaluate(SEE_ALL)
    expect(page.locator(".figure:not([data-drawn])")).to_have_count(0)
    still(page)
    assert page.evaluate(LETTERS, 12) == []


@pytest.mark.parametrize("slug", every_part({"the-net"}))
def test_presented_every_graph_is_seen_whole_with_letters_one_can_read(page: Page, slug: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    open_part(page, slug)
    page.evaluate(SEE_ALL)
    expect(page.locator(".figure:not([data-drawn])")).to_have_count(0)
    page.keyboard.press("s")
    expect(page.locator("html.presenting")).to_be_visible()
    # Each figure is by itself on a slide; before that nothing of it is shown.
    for figure in page.locator(".block.figure").all():
        while not figure.is_visible():
            page.locator(".presenter-tools button").nth(1).click()
        still(page)
        assert page.evaluate(LETTERS, 14) == []
        assert page.evaluate(SMALL_LETTERS, 14) == []


def test_a_clicker_comes_near_to_the_parts_of_a_graph_and_goes_back(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    open_part(page, "the-net")
    page.keyboard.press("s")
    cells = page.locator("#figure-net .cells")
    afar = page.locator("#figure-net .cells.afar")
    loss = page.locator("#figure-net .node[data-kind=output]")
    page.keyboard.press("PageDown")
    expect(page.locator(".presenter-tools output")).to_have_text("1 / 5")
    expect(afar).to_have_count(cells.count())
    page.keyboard.press("PageDown")
    expect(afar).not_to_have_count(cells.count())
    expect(loss).not_to_be_in_viewport()
    # Part by part to the last one, and back to the whole.
    for key, end in (("PageDown", loss), ("PageUp", page.locator("#figure-net .node[data-id=x]"))):
        for _ in range(8):
            page.keyboard.press(key)
            still(page)
            if end.evaluate(SEEN):
                break
        expect(end).to_be_in_viewport()
    page.keyboard.press("PageUp")
    still(page)
    expect(afar).to_have_count(cells.count())
    assert page.evaluate(LETTERS, 14) == []


# ---- predictions ----


def test_a_prediction_is_judged_then_the_figure_shows_it(apples: Page) -> None:
    predict = apples.locator("#predict-three")
    after = predict.locator(".predict-after")
    expect(after).to_be_hidden()
    predict.get_by_label("Your prediction").fill("many")
    predict.get_by_role("button", name="Reveal").click()
    expect(predict.get_by_role("status")).to_contain_text("many is not a number")
    expect(after).to_be_hidden()
    expect(apples.locator("#figure-apples text.value:not(.unread)").filter(has_text="220")).to_be_visible()

    predict.get_by_label("Your prediction").fill("330")
    apples.keyboard.press("Enter")
    expect(predict.get_by_role("status")).to_have_text("You predicted 330. Right: it is 330.")
    expect(after).to_be_visible()
    expect(apples.locator("#figure-apples text.value:not(.unread)").filter(has_text="330")).to_be_visible()
    expect(apples.locator("#announcer")).to_contain_text("330")
    predict.get_by_role("button", name="See it in the figure").click()
    expect(apples.locator("#figure-apples .figure-stage")).to_be_in_viewport()

    apples.reload()
    expect(predict.get_by_role("status")).to_have_text("You predicted 330. Right: it is 330.")
    predict.get_by_role("button", name="Predict again").click()
    expect(predict.get_by_label("Your prediction")).to_be_focused()
    expect(after).to_be_hidden()
    predict.get_by_label("Your prediction").fill("220")
    apples.keyboard.press("Enter")
    expect(predict.get_by_role("status")).to_have_text("220: not yet. Try once more, or let it be shown.")
    apples.keyboard.press("Enter")
    expect(predict.get_by_role("status")).to_have_text("You predicted 220. It is 330.")


def test_a_number_asked_for_is_hidden_in_its_figure_until_it_is_revealed(page: Page) -> None:
    found = [
        (slug, item)
        for slug in SLUGS
        for item in lessons().lesson(slug, "en").predictions.values()
        if not item.change and lessons().lesson(slug, "en").figures[item.figure].kind == "graph"
    ]
    assert found, "the lecture has no prediction of a number that its figure shows"
    slug, item = found[0]
    open_part(page, slug)
    figure = page.locator(f"#figure-{item.figure}")
    figure.scroll_into_view_if_needed()
    expect(page.locator(f"#figure-{item.figure}[data-drawn]")).to_be_visible()
    what, name = item.answer.split(" ")
    veiled = figure.locator(f".edge[data-source='{name.split('[')[0]}'].veiled-{what}")
    expect(veiled.first).to_be_attached()
    page.locator(f"#predict-{item.id}").get_by_role("button", name="Show without a prediction").click()
    expect(page.locator(f"#predict-{item.id}").get_by_role("status")).to_have_text(f"It is {item.text}.")
    expect(veiled).to_have_count(0)


def test_the_first_loss_is_hidden_from_eyes_and_ears_until_it_is_predicted(page: Page) -> None:
    """Part 20: the number stands behind a closed layer, in a special figure."""
    open_part(page, "two-layer-net")
    edge = page.locator('#figure-table .edge[data-target="@output"]')
    expect(edge).to_have_class(re.compile("veiled-value"))
    expect(edge).to_have_attribute("aria-label", "loss: first predict the number")
    page.locator("#predict-first-loss input").fill("2.3")
    page.locator("#predict-first-loss input").press("Enter")
    expect(edge).not_to_have_class(re.compile("veiled"))
    expect(edge).to_have_attribute("aria-label", re.compile(r"2\.30837"))


def test_a_wrong_prediction_is_told_its_mistake_and_may_be_mended(page: Page) -> None:
    """13 is the other arm's gradient: the inputs were not swapped. The number stays hidden until the second try."""
    open_part(page, "multiplication-node")
    predict = page.locator("#predict-y-eight")
    status, field = predict.get_by_role("status"), predict.get_by_role("textbox")
    field.fill("13")
    field.press("Enter")
    expect(status).to_contain_text("13: not yet. Inputs not swapped.")
    expect(status).not_to_contain_text("10.4")
    expect(predict.locator(".predict-after")).to_be_hidden()
    field.fill("10.4")
    field.press("Enter")
    expect(status).to_have_text("You predicted 10.4. Right: it is 10.4.")


def test_a_clicker_crosses_the_parts(page: Page) -> None:
    page.goto("/learn/chain-rule?lang=en#present")
    foot = page.locator(".presenter-title")
    expect(foot).to_have_text(re.compile("^1\\."))
    page.keyboard.press("End")
    expect(page.locator(".presenter-end")).to_be_visible()
    page.keyboard.press("PageDown")
    expect(foot).to_have_text(re.compile("^2\\."))
    expect(page.locator("html.presenting .lesson-head.on")).to_be_visible()
    page.keyboard.press("PageUp")
    expect(foot).to_have_text(re.compile("^1\\."))
    expect(page.locator(".presenter-end")).to_be_visible()


def test_a_handout_has_every_question_of_the_set(page: Page) -> None:
    open_part(page, "questions")
    expect(page.locator(".kind-quiz[data-drawn]")).to_be_attached()
    page.evaluate("() => { window.print = () => document.documentElement.classList.add('printed'); }")
    page.keyboard.press("Control+p")
    expect(page.locator("html.printed")).to_be_attached()
    page.emulate_media(media="print")
    titles = page.locator(".question-title").all_inner_texts()
    assert [title.split(".")[0] for title in titles] == ["1", "2", "3", "4", "5"]
    for frame in page.locator(".question-frame").all():
        expect(frame.locator(".blank-box").first).to_be_visible()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".question-frame")).to_have_count(1)


# ---- the next part ----


def test_the_next_part_was_fetched_while_this_one_was_read(page: Page) -> None:
    """After a click nothing is asked for before the first graph lives: page and answers are there."""
    asked: list[str] = []
    open_part(page, "addition-node")
    expect(page.locator("link[rel=prefetch]")).to_have_attribute(
        "href", re.compile("/learn/backward-apples$")
    )
    page.wait_for_load_state("networkidle")
    page.on("request", lambda request: asked.append(request.url))
    page.locator(".lesson-foot a[rel=next]").click()
    expect(page).to_have_url(re.compile("/learn/backward-apples$"))
    page.locator("figure[data-drawn]").first.wait_for()
    assert page.evaluate("performance.getEntriesByType('navigation')[0].deliveryType") == "cache"
    assert [url for url in asked if "/api/v1/graphs" in url] == []


# ---- progress, keys, language ----


def test_progress_is_kept_and_forgotten(page: Page) -> None:
    page.goto("/learn")
    expect(page.locator("#continue")).to_have_text("Begin")
    page.locator("#continue").click()
    expect(page).to_have_url("/learn/chain-rule")
    mark = page.locator("li[data-slug=chain-rule] .done-mark")
    # Who scrolls to the end has answered nothing, nor who has a number shown.
    page.locator("#lesson-foot").scroll_into_view_if_needed()
    first, second = page.locator(".predict").all()
    second.get_by_role("button", name="Show without a prediction").click()
    expect(mark).to_have_count(0)
    for _ in range(2):
        first.get_by_role("textbox").fill("1000")
        first.get_by_role("button", name="Reveal").click()
    expect(mark).to_contain_text("1/2")
    second.get_by_role("button", name="Predict again").click()
    for _ in range(2):
        second.get_by_role("textbox").fill("1000")
        second.get_by_role("button", name="Reveal").click()
    expect(mark).to_contain_text("✓")
    page.goto("/learn")
    expect(page.locator("#progress")).to_have_text(f"1 of {len(SLUGS)} parts answered")
    expect(mark).to_contain_text("answered")
    expect(page.locator("#continue")).to_have_text("Continue with part 2")
    page.get_by_role("button", name="Clear my progress").click()
    expect(page.locator("#continue")).to_have_text("Begin")
    expect(page.locator(".done-mark")).to_have_count(0)


def test_keys_lead_to_the_neighbours_and_are_listed(apples: Page) -> None:
    apples.keyboard.press("?")
    expect(apples.get_by_role("dialog", name="Keyboard shortcuts")).to_contain_text("Next part")
    apples.keyboard.press("Escape")
    apples.keyboard.press("]")
    expect(apples).to_have_url("/learn/forward-apples-and-oranges")
    expect(apples.locator("figure[data-drawn]").first).to_be_visible()
    apples.keyboard.press("[")
    expect(apples).to_have_url("/learn/forward-apples")
    expect(apples.locator("figure[data-drawn]").first).to_be_visible()
    apples.keyboard.press("c")
    expect(apples.locator("#toc [aria-current=page]")).to_be_focused()


def test_contents_are_a_drawer_on_a_narrow_screen(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_part(page, "forward-apples")
    drawer = page.get_by_role("navigation", name="Contents")
    expect(drawer).to_be_hidden()
    page.get_by_role("button", name="Contents").click()
    expect(drawer).to_be_visible()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    page.keyboard.press("c")
    drawer.get_by_role("link", name="Forward: apples and oranges").click()
    expect(page).to_have_url("/learn/forward-apples-and-oranges")


def test_another_language_keeps_the_place_and_the_figures(page: Page) -> None:
    open_part(page, "backward-apples")
    field = page.locator("figure").first.locator("input[type=number]").first
    field.fill("160")
    block = page.locator(".block").nth(3)
    block.evaluate("block => window.scrollTo(0, block.getBoundingClientRect().top + window.scrollY - 100)")
    box = page.get_by_role("button", name="한국어").bounding_box()
    assert box
    page.mouse.click(box["x"] + 5, box["y"] + 5)
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    expect(page).to_have_url("/learn/backward-apples?lang=ko")
    expect(page.locator("figure").first.locator("input[type=number]").first).to_have_value("160")
    top = page.locator(".block").nth(3).evaluate("block => block.getBoundingClientRect().top")
    assert abs(top - 100) < 60
    expect(page.get_by_role("button", name="English")).to_be_visible()


# ---- the teacher ----


def test_presented_by_a_clicker(page: Page) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    open_part(page, "forward-apples")
    page.keyboard.press("F5")
    expect(page.locator("html.presenting")).to_be_visible()
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".learn-bar")).to_be_hidden()
    page.keyboard.press("PageDown")
    figure = page.locator("#figure-apples")
    expect(figure).to_be_visible()
    expect(page.locator("h1")).to_be_hidden()
    # From the last row: a number of the picture is at least 24 px high.
    expect(figure.locator(".figure-stage text.value").first).to_be_visible()
    still(page)
    assert figure.locator("text.value").first.evaluate("text => text.getBoundingClientRect().height") >= 24
    assert page.evaluate(OVERLAPS) == []

    page.keyboard.press(".")
    expect(page.locator("html.dark-screen")).to_be_attached()
    page.keyboard.press(".")
    expect(page.locator("html.dark-screen")).to_have_count(0)

    # A walk that has been begun is walked on by the clicker.
    expect(page.locator(".step-count")).to_have_text("5 steps")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".step-count")).to_have_text("1 / 5")
    page.keyboard.press("PageDown")
    expect(page.locator(".step-count")).to_have_text("2 / 5")
    page.keyboard.press("PageUp")
    page.keyboard.press("PageUp")
    expect(page.locator(".step-count")).to_have_text("0 / 5")
    figure.get_by_role("button", name="Show all").click()
    page.locator("body").click(position={"x": 5, "y": 5})

    predict = page.locator("#predict-three")
    for _ in range(6):
        if predict.is_visible():
            break
        page.keyboard.press("PageDown")
        still(page)
    expect(predict).to_be_visible()
    expect(figure).to_be_visible()
    expect(predict.locator(".predict-after")).to_be_hidden()
    page.keyboard.press("PageDown")
    expect(predict.locator(".predict-after")).to_be_visible()
    # What does not fit the screen is read on first.
    for _ in range(3):
        if predict.is_visible():
            page.keyboard.press("PageDown")
            still(page)
    expect(predict).to_be_hidden()

    page.keyboard.press("Escape")
    expect(page.locator("html.presenting")).to_have_count(0)
    expect(page.locator(".learn-bar")).to_be_visible()


def test_slides_show_every_block_once_and_end_with_the_next_part(page: Page) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    open_part(page, "softmax-with-loss")
    page.keyboard.press("s")
    blocks = page.locator(".lesson-body > .block")
    unseen = set(range(blocks.count()))
    for _ in range(60):
        page.keyboard.press("PageDown")
        page.evaluate("() => new Promise(requestAnimationFrame)")
        shown = blocks.evaluate_all("blocks => blocks.flatMap((b, k) => (b.checkVisibility() ? [k] : []))")
        unseen -= set(shown)
        if page.locator(".presenter-end").is_visible():
            break
    assert unseen == set()
    expect(page.locator(".presenter-end a")).to_have_attribute("href", "/learn/the-net#present")


def test_a_handout_has_pictures_lines_to_write_on_and_nothing_to_press(apples: Page) -> None:
    apples.locator("[data-theme-choice=dark]").evaluate("button => button.click()")
    apples.locator("#predict-three").get_by_role("button", name="Show without a prediction").click()
    apples.evaluate("() => { window.printed = 0; window.print = () => { window.printed += 1; }; }")
    apples.keyboard.press("Control+p")
    expect(apples.locator("figure[data-drawn]")).to_have_count(1)
    assert apples.evaluate("window.printed") == 1
    apples.emulate_media(media="print")
    apples.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    svg = apples.locator("#figure-apples .canvas > svg")
    assert svg.get_attribute("viewBox")
    expect(svg).to_be_visible()
    expect(apples.locator("button:visible, .learn-bar:visible, .figure-controls:visible")).to_have_count(0)
    expect(apples.locator(".predict input:visible")).to_have_count(2)
    expect(apples.locator(".predict-after:visible, .predict-verdict:visible")).to_have_count(0)
    assert apples.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    pages = apples.pdf(format="A4", prefer_css_page_size=True)
    assert pages.startswith(b"%PDF") and pages.count(b"/Type /Page\n") <= 3
    apples.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert svg.get_attribute("viewBox") is None


@pytest.mark.parametrize("slug", every_part({"softmax-with-loss"}))
def test_on_paper_every_graph_is_seen_whole_with_letters_of_seven_points(page: Page, slug: str) -> None:
    # As wide as a page of A4 between its margins.
    page.set_viewport_size({"width": 643, "height": 600})
    open_part(page, slug)
    page.evaluate("() => { window.print = () => document.documentElement.classList.add('printed'); }")
    page.keyboard.press("Control+p")
    expect(page.locator("html.printed")).to_be_attached()
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(LETTERS, 7 * 96 / 72) == []
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    # What Chromium really prints, from a screen of any width.
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.evaluate("document.documentElement.classList.remove('printed')")
    page.keyboard.press("Control+p")
    expect(page.locator("html.printed")).to_be_attached()
    expect(page.locator("figure[data-drawn]")).to_have_count(len(lessons().lesson(slug, "en").figures))
    letters = letters_of(page.pdf(format="A4", prefer_css_page_size=True))
    assert len(letters) > 100
    assert [each for each in letters if each.points < 6.99] == []


# ---- the tour of the workbench ----


def test_the_tour_is_offered_once_and_can_be_skipped(page: Page) -> None:
    page.goto("/")
    offer = page.get_by_role("complementary", name="A tour")
    expect(offer).to_be_visible()
    page.get_by_role("button", name="No, thanks").click()
    expect(offer).to_have_count(0)
    page.reload()
    expect(page.locator("#canvas .node").first).to_be_visible()
    expect(offer).to_have_count(0)
    # Not by a new cookie jar alone: the browser's own memory holds too.
    page.context.clear_cookies()
    page.reload()
    expect(page.locator("#canvas .node").first).to_be_visible()
    expect(offer).to_have_count(0)


def test_the_tour_leads_through_the_workbench_by_keys(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="Take the tour").first.press("Enter")
    card = page.locator(".tour-card")
    for title in ("The graph", "Drag an input", "Walk step by step"):
        expect(card.get_by_role("heading")).to_have_text(title)
        expect(card.get_by_role("button", name="Next")).to_be_focused()
        expect(page.locator(".tour-target")).to_have_count(1)
        assert violations(page, ".tour-card") == []
        page.keyboard.press("Enter")
    # The page works on beneath the card.
    page.locator("#canvas .node[data-id=price]").click()
    expect(page.locator("#inspector")).to_contain_text("715")
    card.get_by_role("button", name="Back").click()
    expect(card.get_by_role("heading")).to_have_text("Walk step by step")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".step-count")).to_have_text("1 / 9")
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    expect(page.locator(".tour-target")).to_have_count(0)
    # It comes back when it is asked for, and ends with its last stop.
    page.locator("#help-button").click()
    page.get_by_role("dialog").get_by_role("button", name="Take the tour").click()
    for _ in range(5):
        card.get_by_role("button", name="Next").click()
    expect(page.locator("#lecture-link.tour-target")).to_be_visible()
    card.get_by_role("button", name="Done").click()
    expect(card).to_have_count(0)


def test_the_lecture_is_reached_from_the_front_page(page: Page) -> None:
    page.goto("/")
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Lecture").click()
    expect(page).to_have_url("/learn")
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Workbench").click()
    expect(page.locator("#canvas .node").first).to_be_visible()
