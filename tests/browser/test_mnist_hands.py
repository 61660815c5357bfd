"""What a person does with a net: draw a digit, look through test images, check gradients, carry parameters."""

import io
import json
import math
import re
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import FilePayload, Locator, Page, Request, Response, Route, expect

from chainrule.app.web.owners import HEADER
from tests.browser.axe import violations
from tests.browser.waits import drawn, still

STEPS = 1500
OWNER = "the-tests-of-hands".ljust(43, "-")
"""Whose the runs are that the tests make and the pages change."""


def call(site: str, path: str, body: Any = None, method: str | None = None) -> Any:
    request = urllib.request.Request(
        f"{site}/api/v1{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"content-type": "application/json", HEADER: OWNER},
        method=method,
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        content = answer.read()
        return json.loads(content) if content else None


def train(site: str, run: str, steps: int) -> None:
    """Train the run until it has taken exactly ``steps`` steps."""
    deadline = time.monotonic() + 120
    while (now := call(site, f"/runs/{run}"))["step"] < steps:
        assert time.monotonic() < deadline, f"step {now['step']} after two minutes"
        if now["state"] == "running":
            time.sleep(0.05)
        else:
            call(site, f"/runs/{run}/actions", {"action": "step", "steps": steps - now["step"]})


@pytest.fixture(scope="module")
def run(site: str) -> Iterator[str]:
    """Give a paused run whose net has learned for a while."""
    made = call(site, "/runs", {"seed": 3})["id"]
    train(site, made, STEPS)
    yield made
    call(site, f"/runs/{made}", method="DELETE")


def open_net(page: Page, run: str, lang: str = "en") -> None:
    page.set_extra_http_headers({HEADER: OWNER})
    page.goto(f"/mnist?run={run}&lang={lang}")
    page.locator("#run-digit .pad").wait_for()
    page.locator("canvas.pad").evaluate("pad => pad.scrollIntoView({ block: 'center' })")


def arc(cx: float, cy: float, rx: float, ry: float, start: float, end: float) -> list[tuple[float, float]]:
    angles = [math.radians(start + (end - start) * k / 14) for k in range(15)]
    return [(cx + rx * math.cos(angle), cy + ry * math.sin(angle)) for angle in angles]


THREE = [arc(0.48, 0.32, 0.2, 0.17, -160, 90) + arc(0.48, 0.67, 0.24, 0.19, -90, 150)]
SEVEN = [[(0.28, 0.18), (0.74, 0.18), (0.48, 0.86)]]
FOUR = [[(0.38, 0.15), (0.3, 0.52), (0.74, 0.52)], [(0.66, 0.2), (0.62, 0.88)]]


def sheet(page: Page) -> dict[str, float]:
    """Return where the drawing sheet is in the window, once nothing above it moves it any more."""
    page.locator("#run-graph .nodes .node").first.wait_for(state="attached")
    pad = page.locator("canvas.pad")
    before = None
    while (now := pad.bounding_box()) != before:
        before = now
        still(page)
    pad.scroll_into_view_if_needed()
    now = pad.bounding_box()
    assert now
    return {"x": now["x"], "y": now["y"], "width": now["width"], "height": now["height"]}


def draw(page: Page, strokes: list[list[tuple[float, float]]]) -> None:
    """Draw by mouse."""
    box = sheet(page)
    for stroke in strokes:
        x, y = stroke[0]
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        page.mouse.down()
        for x, y in stroke[1:]:
            page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        page.mouse.up()


def touch(page: Page, strokes: list[list[tuple[float, float]]]) -> None:
    """Draw by finger."""
    session = page.context.new_cdp_session(page)
    box = sheet(page)
    for stroke in strokes:
        points = [{"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]} for x, y in stroke]
        session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": points[:1]})
        for point in points[1:]:
            session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def says(page: Page) -> Locator:
    return page.locator("#run-digit .answers h3")


def ink(page: Page, selector: str) -> int:
    """Count how many pixels of a canvas differ from its corner."""
    return page.locator(selector).evaluate(
        """canvas => {
          const image = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          const data = new Uint32Array(image.data.buffer);
          return data.filter((pixel) => pixel !== data[0]).length;
        }"""
    )


class Predictions:
    """The page's calls of /predict: what they asked, and how many were on their way at once."""

    def __init__(self, page: Page) -> None:
        self.asked: list[dict[str, Any]] = []
        self.answers: list[dict[str, Any]] = []
        self.outstanding = self.most = 0
        page.on("request", self._begun)
        page.on("requestfinished", self._ended)
        page.on("requestfailed", self._failed)

    def _begun(self, request: Request) -> None:
        if request.url.endswith("/predict"):
            self.asked.append(request.post_data_json)
            self.outstanding += 1
            self.most = max(self.most, self.outstanding)

    def _ended(self, request: Request) -> None:
        if request.url.endswith("/predict"):
            self.outstanding -= 1

    def _failed(self, request: Request) -> None:
        assert not request.url.endswith("/predict"), request.failure


def asked_for(**what: int) -> Callable[[Response], bool]:
    """Return a test of a response: whether it answers a call of /predict with these fields."""
    return lambda response: (
        response.url.endswith("/predict") and what.items() <= response.request.post_data_json.items()
    )


# Draw a digit


def test_a_digit_drawn_by_mouse_is_read_while_it_is_drawn(page: Page, run: str, site: str) -> None:
    open_net(page, run)
    calls = Predictions(page)
    expect(says(page)).to_have_text("What it says")
    draw(page, THREE)
    expect(says(page)).to_have_text("It says 3")
    # Only the answer to the finished drawing is read out: the last question has been answered.
    expect(page.locator("#announcer")).to_have_text(re.compile("The net says 3"))
    # It asked while the drawing went on, and never two questions at once.
    assert len(calls.asked) >= 2
    assert calls.most == 1
    pixels = calls.asked[-1]["pixels"]
    image = np.array(pixels).reshape(28, 28)
    inked = np.argwhere(image > 0)
    height, width = inked.max(axis=0) - inked.min(axis=0) + 1
    assert max(height, width) == 20
    assert np.round((image.sum(axis=1) @ np.arange(28)) / image.sum()) == 14
    assert np.round((image.sum(axis=0) @ np.arange(28)) / image.sum()) == 14
    answer = call(site, f"/runs/{run}/predict", {"pixels": pixels})
    numbers = page.locator("#run-digit .bar-row .number")
    expect(numbers).to_have_text([f"{p:.3f}" for p in answer["probabilities"]])
    expect(page.get_by_role("radio", name=re.compile("^3: probability"))).to_have_attribute(
        "aria-checked", "true"
    )
    assert ink(page, "#run-digit .sees canvas") > 0
    rows = page.locator("#run-digit .layer-row")
    expect(rows.locator("code")).to_have_text(["a1", "z1", "a2"])
    expect(rows.last.locator(".strip.forward canvas")).to_have_attribute(
        "aria-label", re.compile("a2: values of 10 units")
    )


def test_strokes_are_taken_back_and_cleared(page: Page, run: str) -> None:
    open_net(page, run)
    undo, clear = (
        page.get_by_role("button", name="Undo", exact=True).last,
        page.get_by_role("button", name="Clear"),
    )
    expect(clear).to_be_disabled()
    draw(page, FOUR[:1])
    expect(says(page)).to_have_text(re.compile("It says"))
    one = ink(page, "canvas.pad")
    draw(page, FOUR[1:])
    expect(says(page)).to_have_text("It says 4")
    assert ink(page, "canvas.pad") > one
    undo.click()
    drawn(page)
    assert ink(page, "canvas.pad") == one
    clear.click()
    expect(says(page)).to_have_text("What it says")
    drawn(page)
    assert ink(page, "canvas.pad") == 0
    undo.click()
    expect(says(page)).to_have_text(re.compile("It says"))


def test_a_digit_drawn_by_finger(open_page: Callable[..., Page], run: str) -> None:
    page = open_page(viewport={"width": 390, "height": 780}, has_touch=True, is_mobile=True)
    open_net(page, run)
    sheet(page)
    before = page.evaluate("scrollY")
    touch(page, SEVEN)
    expect(says(page)).to_have_text("It says 7")
    assert page.evaluate("scrollY") == before, "a finger on the sheet draws, it does not scroll"
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_digit_drawn_by_pen(page: Page, run: str) -> None:
    open_net(page, run)
    box = sheet(page)
    session = page.context.new_cdp_session(page)
    ways: list[str] = []
    page.expose_function("way", lambda way: ways.append(way))
    page.locator("canvas.pad").evaluate(
        "pad => pad.addEventListener('pointerdown', (event) => way(event.pointerType))"
    )
    for stroke in FOUR:
        for k, (x, y) in enumerate([*stroke, stroke[-1]]):
            kind = "mousePressed" if k == 0 else "mouseReleased" if k == len(stroke) else "mouseMoved"
            place = {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]}
            held = {"button": "left", "buttons": 0 if kind == "mouseReleased" else 1, "clickCount": 1}
            session.send("Input.dispatchMouseEvent", {"type": kind, "pointerType": "pen", **place, **held})
    expect(says(page)).to_have_text("It says 4")
    assert ways == ["pen", "pen"]


def test_a_digit_drawn_by_keys(page: Page, run: str) -> None:
    open_net(page, run)
    calls = Predictions(page)
    pad = page.locator("canvas.pad")
    pad.focus()
    for key, times in (("ArrowUp", 9), ("ArrowLeft", 4)):
        for _ in range(times):
            page.keyboard.press(key)
    assert calls.asked == [], "moving alone paints nothing"
    page.keyboard.down("Shift")
    for key, times in (("ArrowRight", 10), ("ArrowDown", 18)):
        for _ in range(times):
            page.keyboard.press(key)
    page.keyboard.up("Shift")
    expect(says(page)).to_have_text("It says 7")
    expect(page.locator("#announcer")).to_have_text(re.compile("The net says 7, with probability 0"))
    line = ink(page, "canvas.pad")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    expect(page.locator("#announcer")).to_have_text(re.compile("row 23, column 17, ink|The net says"))
    drawn(page)
    assert ink(page, "canvas.pad") > line
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(says(page)).to_have_text("What it says")
    page.keyboard.press("Control+z")
    expect(says(page)).to_have_text("What it says")
    page.keyboard.press("Space")
    expect(says(page)).to_have_text(re.compile("It says"))
    page.keyboard.press("Delete")
    expect(says(page)).to_have_text("What it says")


def test_the_gradient_comes_back_to_the_pixels(page: Page, run: str, site: str) -> None:
    open_net(page, run)
    calls = Predictions(page)
    draw(page, THREE)
    expect(says(page)).to_have_text("It says 3")
    meaning = page.locator("#run-digit .back .meaning")
    expect(meaning).to_contain_text("If 3 is right")
    with page.expect_response(asked_for(label=8)) as caught:
        page.get_by_role("radio", name=re.compile("^8: probability")).click()
    gradient = np.array(caught.value.json()["gradient"]["pixels"])
    expect(meaning).to_contain_text("If 8 is right")
    scale = np.abs(gradient).max()
    high = page.locator("#run-digit .back .legend span").last
    assert float(high.inner_text()) == pytest.approx(scale, rel=0.01)
    expect(page.locator("#run-digit .back .legend span").first).to_have_text(f"−{high.inner_text()}")

    # The keys lead to the pixel with the largest gradient.
    row, column = divmod(int(np.abs(gradient).argmax()), 28)
    picture = page.locator("#run-digit .back canvas.cells")
    picture.focus()
    page.keyboard.press("ArrowRight")
    for key, times in (("ArrowRight", column), ("ArrowDown", row)):
        for _ in range(times):
            page.keyboard.press(key)
    told = page.locator("#run-digit .back .pixel-readout").inner_text()
    place, number = told.split(" = ")
    assert place == f"∂x[{row}, {column}]"
    assert float(number.replace("−", "-")) == pytest.approx(gradient[row * 28 + column], rel=1e-4)
    seen = page.locator("#run-digit .sees .pixel-readout").inner_text()
    assert float(seen.split(" = ")[1]) == pytest.approx(
        calls.asked[-1]["pixels"][row * 28 + column], abs=1e-5
    )

    # Blue is positive, orange negative.
    red, _, blue = picture.evaluate(
        "(canvas, [row, column]) => [...canvas.getContext('2d').getImageData("
        "(column + 0.5) * canvas.width / 28, (row + 0.5) * canvas.height / 28, 1, 1).data].slice(0, 3)",
        [row, column],
    )
    assert (blue > red) == (gradient[row * 28 + column] > 0)

    with page.expect_response(asked_for(score=8)) as caught:
        page.get_by_role("radio", name="of the score").click()
    assert calls.asked[-1].keys() == {"pixels", "score"}
    assert caught.value.json()["gradient"]["of"] == "score"
    expect(meaning).to_contain_text("raises the score of 8")
    page.get_by_role("button", name="Use the predicted digit").click()
    expect(meaning).to_contain_text("raises the score of 3")


def test_the_image_is_shown_in_the_graph_and_goes_again(page: Page, run: str) -> None:
    page.emulate_media(reduced_motion="reduce")  # the page is at the graph at once, and does not scroll on
    open_net(page, run)
    draw(page, SEVEN)
    expect(says(page)).to_have_text("It says 7")
    button = page.get_by_role("button", name="Show in the graph")
    with page.expect_request(
        lambda request: '"pixels"' in (request.post_data or "") and "predict" not in request.url
    ):
        button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#stage")).to_be_in_viewport()
    # It follows what is drawn next.
    with page.expect_request(
        lambda request: '"pixels"' in (request.post_data or "") and "predict" not in request.url
    ):
        draw(page, [[(0.2, 0.8), (0.8, 0.85)]])
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")


def test_what_the_net_makes_of_it_follows_its_learning(page: Page, site: str) -> None:
    fresh = call(site, "/runs", {"seed": 4})["id"]
    open_net(page, fresh)
    draw(page, THREE)
    line = page.locator("#run-digit .says")
    expect(line).to_contain_text("At step 0")
    train(site, fresh, 400)
    expect(line).to_contain_text("At step 400")
    expect(says(page)).to_have_text("It says 3")
    page.goto("about:blank")
    call(site, f"/runs/{fresh}", method="DELETE")


# Test images


def test_a_test_image_is_taken_instead(page: Page, run: str, site: str) -> None:
    open_net(page, run)
    page.get_by_role("button", name="A test image").click()
    heading = page.locator("#run-digit .draws h3")
    expect(heading).to_have_text(re.compile(r"Test image \d+, label \d"))
    found = re.fullmatch(r"Test image (\d+), label (\d)", heading.inner_text())
    assert found
    index, label = map(int, found.groups())
    told = call(site, f"/runs/{run}/tests/{index}")
    assert told["label"] == label
    expect(says(page)).to_have_text(f"It says {told['predicted']}")
    expect(page.get_by_role("radio", name=re.compile(f"^{label}: probability"))).to_have_attribute(
        "aria-checked", "true"
    )
    assert ink(page, "canvas.pad") > 0
    # A stroke on it begins a drawing.
    draw(page, SEVEN)
    expect(heading).to_have_text("Your drawing")
    expect(says(page)).to_have_text("It says 7")


def test_mistakes_are_walked_by_keys(page: Page, run: str, site: str) -> None:
    open_net(page, run)
    page.locator("#part-tests").scroll_into_view_if_needed()
    options = page.locator("#run-tests [role=option]")
    expect(options.first).to_be_visible()
    all_of_them = call(site, f"/runs/{run}/tests?only=mistakes&order=probability&limit=200")
    expect(page.locator("#run-tests .tests-summary")).to_contain_text(f"{all_of_them['mistakes']} mistakes")
    first, second = all_of_them["images"][:2]
    expect(options.nth(0)).to_have_attribute(
        "aria-label",
        f"Test image {first['index']}: label {first['label']}, predicted {first['predicted']}",
    )
    options.first.focus()
    page.keyboard.press("Enter")
    heading = page.locator("#run-digit .draws h3")
    expect(heading).to_have_text(f"Test image {first['index']}, label {first['label']}")
    page.keyboard.press("ArrowRight")
    expect(heading).to_have_text(f"Test image {second['index']}, label {second['label']}")
    expect(options.nth(1)).to_be_focused()
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    detail = page.locator("#run-tests .detail")
    expect(detail).to_contain_text(
        f"the net says {second['predicted']} with probability {second['probability']:.3f}"
    )
    page.keyboard.press("ArrowLeft")
    expect(heading).to_have_text(f"Test image {first['index']}, label {first['label']}")
    # And from the drawing's own place.
    page.get_by_role("button", name="Next in the list").click()
    expect(heading).to_have_text(f"Test image {second['index']}, label {second['label']}")
    expect(page.get_by_role("button", name="Previous in the list")).to_be_enabled()
    # The list goes on.
    page.get_by_role("button", name="More", exact=True).click()
    expect(options).to_have_count(min(120, all_of_them["total"]))


def test_filters_narrow_the_list(page: Page, run: str, site: str) -> None:
    open_net(page, run)
    page.locator("#part-tests").scroll_into_view_if_needed()
    expect(page.locator("#run-tests [role=option]").first).to_be_visible()
    page.get_by_label("label", exact=True).select_option("4")
    found = page.locator("#run-tests .found")
    wanted = call(site, f"/runs/{run}/tests?only=mistakes&label=4")["total"]
    expect(found).to_contain_text(f"{wanted} mistakes")
    for name in page.locator("#run-tests [role=option]").evaluate_all("all => all.map(one => one.ariaLabel)"):
        assert "label 4," in name
    page.get_by_role("radio", name="All images").click()
    expect(found).to_contain_text("982 images")
    page.get_by_role("radio", name="Mistakes").click()
    page.get_by_label("predicted", exact=True).select_option("4")
    expect(found).to_have_text("No image matches.")


def test_a_cell_of_the_confusion_matrix_opens_its_images(page: Page, run: str, site: str) -> None:
    open_net(page, run)
    page.locator("#part-tests").scroll_into_view_if_needed()
    counts = np.array(call(site, f"/runs/{run}/tests?limit=0")["confusion"])
    cells = page.locator("#run-tests .confusion .cell")
    expect(cells).to_have_count(100)
    texts = [int(text or 0) for text in cells.all_inner_texts()]
    assert np.array_equal(np.array(texts).reshape(10, 10), counts)
    assert counts.sum() == 10_000
    wrong = counts - np.diag(np.diag(counts))
    label, predicted = map(int, np.unravel_index(wrong.argmax(), wrong.shape))
    cell = cells.nth(label * 10 + predicted)
    expect(cell).to_have_attribute(
        "aria-label", f"label {label}, predicted {predicted}: {wrong.max()} images"
    )
    cell.click()
    options = page.locator("#run-tests [role=option]")
    expect(options).to_have_count(min(60, int(wrong.max())))
    for name in options.evaluate_all("all => all.map(one => one.ariaLabel)"):
        assert name.endswith(f"label {label}, predicted {predicted}")
    expect(cell).to_have_attribute("aria-selected", "true")
    # By keys: from the first cell, which is right, to its neighbours and back.
    cell.focus()
    page.keyboard.press("Home")
    expect(cells.nth(label * 10)).to_be_focused()
    for _ in range(label):
        page.keyboard.press("ArrowDown" if label == 0 else "ArrowUp")
    expect(cells.nth(0)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio", name="All images")).to_have_attribute("aria-checked", "true")
    expect(page.locator("#run-tests .found")).to_contain_text(f"{counts[0, 0]} images")


# Check the gradients


def test_all_gradients_are_checked(page: Page, run: str) -> None:
    open_net(page, run)
    page.locator("#part-check").scroll_into_view_if_needed()
    with page.expect_response("**/gradcheck") as caught:
        page.get_by_role("button", name="Check the gradients now").click()
    answer = caught.value.json()
    check = page.locator("#run-check")
    expect(check.locator(".check-verdict")).to_have_text("All 39,760 parameters agree.")
    expect(check.locator(".check-head")).to_contain_text(f"{answer['seconds']:.2f} s of computing")
    rows = check.locator(".layers-checked tbody tr")
    expect(rows.locator("th")).to_have_text(["all", "W1", "b1", "W2", "b2"])
    expect(rows.nth(1)).to_contain_text("39,200")

    def points() -> int:
        return (check.locator(".plot-dots.backward").get_attribute("d") or "").count("M")

    assert points() == sum(len(one["scatter"]["backprop"]) for one in answer["parameters"])
    expect(check.locator(".plot-line.guide")).to_have_count(1)
    worst = check.locator(".worst tbody tr")
    expect(worst).to_have_count(20)
    every = [(one["id"], element) for one in answer["parameters"] for element in one["worst"]]
    name, element = max(every, key=lambda pair: pair[1]["excess"])
    expect(worst.first.locator("code")).to_have_text(f"{name}[{', '.join(map(str, element['index']))}]")
    expect(worst.first.locator("td").first).to_have_text(re.compile(r"^−?\d"))

    page.get_by_role("button", name="b2", exact=True).click()
    expect(page.get_by_role("button", name="b2", exact=True)).to_be_focused()
    expect(worst).to_have_count(10)
    assert points() == 10
    expect(worst.locator("code").first).to_have_text(re.compile(r"^b2\[\d\]$"))
    page.get_by_role("radio", name="absolute, log scale").click()
    expect(check.locator(".plot-tick").first).to_have_text(re.compile("10"))


def test_gradients_that_do_not_agree_are_told(page: Page, run: str) -> None:
    """The server's answer is changed as if one backward rule were wrong."""

    def spoil(route: Route) -> None:
        answer = route.fetch().json()
        weights = answer["parameters"][2]
        weights["worst"][0] |= {
            "backprop": -0.5,
            "numerical": 0.5,
            "absolute": 1.0,
            "relative": 2.0,
            "excess": 4e5,
        }
        weights |= {"ok": False, "failing": 1, "absolute": 1.0, "relative": 2.0}
        route.fulfill(json=answer | {"ok": False})

    page.route("**/gradcheck", spoil)
    open_net(page, run)
    check = page.locator("#run-check")
    check.locator(".strong").click()
    verdict = check.locator(".check-verdict")
    expect(verdict).to_have_text("1 of 39,760 parameters do not agree.")
    expect(verdict).to_have_class(re.compile("failing"))
    expect(check.locator(".layers-checked .failing").filter(has_text="1 do not")).to_have_count(2)
    first = check.locator(".worst tbody tr").first
    expect(first.locator("code")).to_have_text(re.compile(r"^W2\["))
    expect(first.locator("td.failing")).to_have_text("400,000×")
    assert (check.locator(".plot-dots.failing").get_attribute("d") or "").count("M") == 1
    page.get_by_role("button", name="W1", exact=True).click()
    assert (check.locator(".plot-dots.failing").get_attribute("d") or "").count("M") == 0


# Parameters


def test_parameters_are_saved_and_put_back(page: Page, site: str, run: str) -> None:
    open_net(page, run)
    before = call(site, f"/runs/{run}/tests?limit=0")["accuracy"]
    assert before > 0.9
    page.locator("#part-params").scroll_into_view_if_needed()
    with page.expect_download() as caught:
        page.get_by_role("link", name="Download .npz").click()
    assert caught.value.suggested_filename == f"{run}-{STEPS}.npz"
    archive = caught.value.path().read_bytes()
    with np.load(io.BytesIO(archive)) as arrays:
        assert {name: arrays[name].shape for name in arrays.files} == {
            "W1": (784, 50),
            "b1": (50,),
            "W2": (50, 10),
            "b2": (10,),
        }
    call(site, f"/runs/{run}/actions", {"action": "reset"})
    assert call(site, f"/runs/{run}/tests?limit=0")["accuracy"] < 0.5
    upload(page, "good.npz", archive)
    told = page.locator("#run-params [role=status]")
    expect(told).to_contain_text("good.npz")
    assert call(site, f"/runs/{run}/tests?limit=0")["accuracy"] == before
    # The page's own numbers follow.
    page.locator("#part-tests").scroll_into_view_if_needed()
    expect(page.locator("#run-tests .tests-summary")).to_contain_text(f"{round(before * 10_000):,} of")


def upload(page: Page, name: str, content: bytes) -> None:
    payload: FilePayload = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload a file…").click()
    chooser.value.set_files(payload)


def test_a_file_that_does_not_fit_is_told_beside_the_button(page: Page, run: str, site: str) -> None:
    open_net(page, run)
    page.locator("#part-params").scroll_into_view_if_needed()
    error = page.locator("#params-error")
    expect(error).to_be_hidden()
    upload(page, "notes.txt", b"hello")
    expect(error).to_contain_text("notes.txt")
    expect(error).to_contain_text("This is not an .npz file")
    upload(page, "empty.npz", b"")
    expect(error).to_contain_text("The file is empty.")
    before = call(site, f"/runs/{run}/tests?limit=0")["accuracy"]
    other = io.BytesIO()
    np.savez(other, W1=np.zeros((784, 30), np.float32), b1=np.zeros(30, np.float32))
    upload(page, "other.npz", other.getvalue())
    expect(error).to_contain_text("other.npz")
    expect(error).to_contain_text("The net is unchanged.")
    expect(error).to_contain_text("found W1 (784, 30), b1 (30,)")
    expect(page.get_by_role("button", name="Upload a file…")).to_have_attribute(
        "aria-describedby", "params-error"
    )
    assert call(site, f"/runs/{run}/tests?limit=0")["accuracy"] == before


DROP = """(place, types) => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File(["hello"], "dropped.txt"));
  const how = { dataTransfer, bubbles: true, cancelable: true };
  for (const type of types) place.dispatchEvent(new DragEvent(type, how));
}"""


def test_a_file_can_be_dropped(page: Page, run: str) -> None:
    open_net(page, run)
    place = page.locator("#run-params .drop")
    place.evaluate(DROP, ["dragenter", "dragover"])
    expect(place).to_have_class(re.compile("over"))
    place.evaluate(DROP, ["drop"])
    expect(place).not_to_have_class(re.compile("over"))
    expect(page.locator("#params-error")).to_contain_text("dropped.txt")


# Everywhere

OUTSIDE = """all => all
  .filter((one) => !one.closest(".wide, .image-list, .visually-hidden"))
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
  .map((one) => one.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("lang", ["ko", pytest.param("en", marks=pytest.mark.soak)])
def test_the_parts_stand_in_both_languages_at_every_width(page: Page, run: str, lang: str) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    open_net(page, run, lang)
    draw(page, THREE)
    expect(says(page)).to_have_text("신경망의 답: 3" if lang == "ko" else "It says 3")
    page.locator("#run-check .strong").click()
    expect(page.locator("#run-check .check-verdict")).to_contain_text("39,760")
    page.locator("#part-tests").scroll_into_view_if_needed()
    option = page.locator("#run-tests [role=option]").first
    expect(option).to_be_visible()
    option.click()
    expect(page.locator("#run-tests .detail")).to_be_visible()
    parts = [f"#part-{part}" for part in ("digit", "tests", "check", "params")]
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        still(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        # Colours are the same in both languages at every width.
        assert violations(page, *parts, colours=(lang, width) == ("ko", 1280)) == []
        for part in parts:
            assert page.locator(f"{part} *:visible").evaluate_all(OUTSIDE) == []
    if lang == "ko":
        hangul = re.compile("[가-힣]")
        for title in page.locator(".run-part h3:visible").all_inner_texts():
            assert hangul.search(title) or re.fullmatch(r"[Wb]\d+", title), title
