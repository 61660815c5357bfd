"""What a person does with the curves of runs: reads them by pointer and keys, compares, zooms, saves them."""

import csv
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PATIENCE
from tests.browser.waits import drawn

QUANTITIES = ("loss", "accuracy", "gradients", "dead")
UPRIGHT = """
(quantity) => {
  const canvas = document.querySelector(`#curve-${quantity} canvas`);
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  // The plot proper: without the strip of texts above and the axis below.
  const [top, bottom] = [Math.round(height * 0.2), Math.round(height * 0.8)];
  const inked = (x) => {
    let rows = 0;
    for (let y = top; y < bottom; y += 1) rows += data[(y * width + x) * 4 + 3] > 100;
    return rows > 0.95 * (bottom - top);
  };
  let lines = 0;
  for (let x = 1; x < width; x += 1) lines += inked(x) && !inked(x - 1);
  return lines;
}
"""
PIXELS_OF = """
([quantity, [red, green, blue]]) => {
  const canvas = document.querySelector(`#curve-${quantity} canvas`);
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let found = 0;
  for (let at = 0; at < data.length; at += 4) {
    found += data[at] === red && data[at + 1] === green && data[at + 2] === blue && data[at + 3] === 255;
  }
  return found;
}
"""


@pytest.fixture(scope="module")
def trained(site: str) -> Iterator[str]:
    """Give a finished run of 300 steps, for tests that only look at it."""
    with httpx.Client(base_url=f"{site}/api/v1", timeout=60) as client:
        run: str = client.post("/runs", json={"hidden": [12], "steps": 300}).json()["id"]
        client.post(f"/runs/{run}/actions", json={"action": "start"})
        while client.get(f"/runs/{run}").json()["state"] == "running":
            time.sleep(0.05)
        yield run
        client.delete(f"/runs/{run}")


@pytest.fixture
def make_run(page: Page) -> Iterator[Callable[..., str]]:
    """Give a function that makes a run and trains it to its end; the run is removed after the test."""
    made: list[str] = []

    def make(steps: int = 300, **options: Any) -> str:
        run: str = page.request.post("/api/v1/runs", data={"hidden": [12], "steps": steps, **options}).json()[
            "id"
        ]
        made.append(run)
        train(page, run)
        return run

    yield make
    page.goto("about:blank")  # an open page would ask for what is gone
    for run in made:
        page.request.delete(f"/api/v1/runs/{run}")


def train(page: Page, run: str) -> None:
    page.request.post(f"/api/v1/runs/{run}/actions", data={"action": "start"})
    for _ in range(PATIENCE // 50):
        if page.request.get(f"/api/v1/runs/{run}").json()["state"] != "running":
            return
        time.sleep(0.05)
    raise AssertionError("the run did not come to its end")


def history(page: Page, run: str) -> dict[str, Any]:
    answer: dict[str, Any] = page.request.get(f"/api/v1/runs/{run}/history").json()
    return answer


def open_curves(page: Page, *runs: str, query: str = "") -> None:
    page.goto(f"/mnist?run={runs[0]}&runs={','.join(runs)}{query}")
    last = max(history(page, run)["steps"][-1] for run in runs)
    expect(slider(page, "loss")).to_have_attribute("aria-valuemax", str(last))
    page.locator("#part-curves").scroll_into_view_if_needed()
    for nth in range(len(runs)):
        expect(page.locator("#curve-loss .curve-number").nth(nth)).to_have_text(re.compile(r"\d"))


def slider(page: Page, quantity: str) -> Locator:
    return page.locator(f"#curve-{quantity} [role=slider]")


def upright_lines(page: Page, quantity: str) -> int:
    """Count the upright lines over the whole plot: the marks of changes."""
    found: int = page.evaluate(UPRIGHT, quantity)
    return found


def told(value: float) -> str:
    """Write a number with three digits, as labels do."""
    return f"{value:.3g}"


def test_the_cursor_is_moved_by_keys_and_says_the_numbers_of_its_step(page: Page, trained: str) -> None:
    open_curves(page, trained)
    curves = history(page, trained)
    loss = slider(page, "loss")
    expect(page.locator(".curve-where")).to_have_text("Latest numbers")
    loss.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    step = curves["steps"][-2]
    expect(page.locator(".curve-where")).to_have_text(f"Step {step}")
    for quantity in QUANTITIES:
        expect(slider(page, quantity)).to_have_attribute("aria-valuenow", str(step))
        expect(page.locator(f"#curve-{quantity} .curve-tag")).to_have_text(str(step))
    expect(loss).to_have_attribute(
        "aria-valuetext", f"Step {step}, train {float(told(curves['loss'][-2]))}".rstrip("0")
    )
    first, second = (float(told(norm)) for norm in curves["gradient_norms"][-2])
    expect(slider(page, "gradients")).to_have_attribute(
        "aria-valuetext", re.compile(rf"^Step {step}, Affine1 {first}\d?, Affine2 {second}\d?$")
    )
    page.keyboard.press("Home")
    expect(loss).to_have_attribute("aria-valuenow", str(curves["steps"][0]))
    page.keyboard.press("Shift+ArrowRight")
    expect(loss).to_have_attribute("aria-valuenow", str(curves["steps"][10]))
    page.keyboard.press("Escape")
    expect(page.locator(".curve-where")).to_have_text("Latest numbers")
    expect(page.locator("#curve-loss .curve-tag")).to_be_hidden()


def test_one_cursor_follows_the_pointer_over_all_charts(page: Page, trained: str) -> None:
    open_curves(page, trained)
    box = slider(page, "accuracy").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.5)
    tags = page.locator(".curve-tag")
    expect(tags.first).to_be_visible()
    assert len(set(tags.all_inner_texts())) == 1
    assert int(tags.first.inner_text()) % 10 == 0
    assert page.locator("#curve-gradients .curve-over circle").count() == 2
    page.mouse.move(box["x"] + 2, box["y"] - 40)
    expect(tags.first).to_be_hidden()


def test_a_part_is_zoomed_to_by_drag_and_by_keys_and_back(page: Page, make_run: Callable[..., str]) -> None:
    open_curves(page, make_run(steps=600))
    loss = slider(page, "loss")
    whole = page.get_by_role("button", name="The whole run")
    expect(whole).to_be_disabled()
    box = loss.bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.3, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, middle, steps=4)
    expect(page.locator("#curve-loss .curve-select")).to_be_visible()
    page.mouse.up()
    expect(whole).to_be_enabled()

    def ends() -> tuple[int, int]:
        found = []
        for key in ("Home", "End"):
            slider(page, "dead").press(key)
            found.append(int(slider(page, "dead").get_attribute("aria-valuenow") or -1))
        return found[0], found[1]

    first, last = ends()
    assert 0 < first < last < 600
    slider(page, "dead").press("+")
    drawn(page)
    nearer = ends()
    assert nearer[1] - nearer[0] < last - first
    whole.click()
    expect(whole).to_be_disabled()
    drawn(page)
    assert ends() == (10, 600)


def test_a_change_on_the_way_is_marked(page: Page, make_run: Callable[..., str]) -> None:
    run = make_run(steps=200)
    open_curves(page, run)
    before = upright_lines(page, "loss")
    # Told while the page is open, at a step that has been asked for already.
    page.request.patch(f"/api/v1/runs/{run}", data={"learning_rate": 0.01, "steps": 400})
    train(page, run)
    expect(slider(page, "loss")).to_have_attribute("aria-valuemax", "400")
    for quantity in QUANTITIES:
        page.wait_for_function(
            f"([quantity, wanted]) => ({UPRIGHT})(quantity) === wanted", arg=[quantity, before + 1]
        )
    loss = slider(page, "loss")
    loss.focus()
    page.keyboard.press("Home")
    for _ in range(19):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".curve-where")).to_have_text("Step 200 · learning rate 0.01")
    page.get_by_text("The numbers as a table").click()
    expect(page.locator(".curve-tables li")).to_have_text(["Step 200: learning rate 0.01"])


def test_two_runs_are_compared_on_the_same_curves(page: Page, make_run: Callable[..., str]) -> None:
    deep: dict[str, Any] = {"hidden": [20, 20, 20]}
    one = make_run(**deep, activation="sigmoid", init=0.01)
    two = make_run(**deep, activation="relu", init="he", steps=200)
    open_curves(page, one, two)
    names = page.locator("#curve-loss .curve-name")
    expect(names).to_have_text(["A", "B"])
    dashes = page.locator("#curve-loss .line-sample path")
    assert [dashes.nth(k).get_attribute("stroke-dasharray") for k in range(2)] == [None, "7 4"]

    # The curves go from layer to layer by default; the pointer is on the first layers.
    expect(page.get_by_role("radio", name="by layer")).to_have_attribute("aria-checked", "true")
    box = slider(page, "gradients").bounding_box()
    assert box
    page.mouse.move(box["x"] + 80, box["y"] + box["height"] / 2)
    expect(page.locator("#curve-gradients .curve-tag")).to_have_text("Affine1")
    shown = [float(text) for text in page.locator("#curve-gradients .curve-number").all_inner_texts()]
    norms = [history(page, run)["gradient_norms"][-1] for run in (one, two)]
    assert shown == pytest.approx([each[0] for each in norms], rel=0.01)

    # Beyond its end the shorter run says nothing.
    slider(page, "loss").focus()
    page.keyboard.press("End")
    expect(page.locator("#curve-loss .curve-number").nth(1)).to_have_text("–")
    page.keyboard.press("Escape")

    rows = page.locator("#run-compare tbody tr")
    expect(rows).to_have_count(2)
    expect(page.locator("#run-compare thead th")).to_have_text(
        [
            "Run",
            "Activation",
            "Initial weights",
            "Steps",
            "Loss",
            "Test set",
            "Gradient, first ÷ last layer",
        ]
    )
    reach = float(rows.nth(0).locator("td").last.inner_text())
    assert reach == pytest.approx(norms[0][0] / norms[0][-1], rel=0.05)
    assert reach < 1e-2
    expect(page.locator("#run-compare p")).to_have_text(re.compile("^Run A: the gradient vanishes"))

    page.get_by_role("radio", name="by step").click()
    expect(page.locator("#curve-gradients .curve-name")).to_have_text(
        [
            "A Affine1",
            "A Affine2",
            "A Affine3",
            "A Affine4",
            "B Affine1",
            "B Affine2",
            "B Affine3",
            "B Affine4",
        ]
    )


def test_the_curves_are_saved_as_csv(page: Page, make_run: Callable[..., str], tmp_path: Path) -> None:
    runs = {"A": make_run(), "B": make_run(activation="tanh", hidden=[8, 8], steps=100)}
    open_curves(page, *runs.values())
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save as CSV").click()
    file = tmp_path / "curves.csv"
    waiting.value.save_as(file)
    assert waiting.value.suggested_filename.endswith(".csv")
    with file.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    for name, run in runs.items():
        curves = history(page, run)
        mine = {int(row["step"]): row for row in rows if row["run"] == name}
        assert [step for step, row in mine.items() if row["loss"]] == curves["steps"]
        for at, step in enumerate(curves["steps"]):
            assert float(mine[step]["loss"]) == curves["loss"][at]
            assert float(mine[step]["accuracy"]) == curves["accuracy"][at]
            norms = [
                float(mine[step][f"gradient_norm_{k + 1}"]) for k in range(len(curves["gradient_norms"][at]))
            ]
            assert norms == curves["gradient_norms"][at]
        for step, accuracy in zip(curves["test_steps"], curves["test_accuracy"], strict=True):
            assert float(mine[step]["test_accuracy"]) == accuracy


def test_the_numbers_stand_in_a_table_too(page: Page, trained: str) -> None:
    open_curves(page, trained)
    curves = history(page, trained)
    page.get_by_text("The numbers as a table").click()
    rows = page.locator(".curve-tables tbody tr")
    expect(rows).to_have_count(16)
    expect(rows.first.locator("th")).to_have_text(str(curves["steps"][0]))
    expect(rows.last.locator("th")).to_have_text(str(curves["steps"][-1]))
    last = rows.last.locator("td").all_inner_texts()
    assert float(last[0]) == pytest.approx(curves["loss"][-1], rel=1e-4)
    assert float(last[2].rstrip("%")) == pytest.approx(100 * curves["test_accuracy"][-1], abs=0.06)


def test_curves_grow_while_a_run_trains(page: Page, make_run: Callable[..., str]) -> None:
    run = make_run(steps=50)
    open_curves(page, run)
    page.request.patch(f"/api/v1/runs/{run}", data={"steps": 100_000})
    page.request.post(f"/api/v1/runs/{run}/actions", data={"action": "start"})
    for least in (100, 400):
        expect(slider(page, "loss")).to_have_attribute(
            "aria-valuemax",
            re.compile(rf"^(?!\d{{1,2}}$)(?:[1-9]\d{{3,}}|[{least // 100}-9]\d\d)$"),
        )
    page.request.post(f"/api/v1/runs/{run}/actions", data={"action": "pause"})
    # A run that begins again has no curves.
    page.request.post(f"/api/v1/runs/{run}/actions", data={"action": "reset"})
    expect(page.locator(".curve-where")).to_have_text("The curves begin after ten steps.")
    expect(slider(page, "loss")).to_have_attribute("aria-valuemax", "0")


def test_the_charts_take_the_colours_of_the_theme(page: Page, trained: str) -> None:
    open_curves(page, trained)

    def pixels(colour: list[int], wanted: str) -> None:
        page.wait_for_function(f"(asked) => ({PIXELS_OF})(asked) {wanted}", arg=["gradients", colour])

    light, dark = [169, 70, 6], [243, 161, 96]
    pixels(light, "> 50")
    page.emulate_media(color_scheme="dark")
    pixels(dark, "> 50")
    pixels(light, "=== 0")


def test_a_phone_shows_one_chart_at_a_time(
    open_page: Callable[..., Page], make_run: Callable[..., str]
) -> None:
    runs = [make_run(hidden=[10, 10, 10], activation=each, steps=100) for each in ("relu", "sigmoid", "tanh")]
    phone = open_page(locale="ko-KR", viewport={"width": 390, "height": 844})
    open_curves(phone, *runs)
    tabs = phone.locator(".curve-tabs [role=tab]")
    expect(tabs).to_have_text(["손실", "정확도", "기울기", "죽은 노드"])
    for k, quantity in enumerate(QUANTITIES):
        tabs.nth(k).click()
        expect(phone.locator(".curve-card:visible")).to_have_count(1)
        expect(phone.locator(f"#curve-{quantity}")).to_be_visible()
        drawn(phone)
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
        plot = phone.locator(f"#curve-{quantity} .curve-plot").bounding_box()
        assert plot
        for label in phone.locator(f"#curve-{quantity} .curve-end").all():
            box = label.bounding_box()
            assert box
            assert box["x"] + box["width"] <= plot["x"] + plot["width"] + 1, label.inner_text()
    tabs.nth(3).press("ArrowRight")
    expect(tabs.nth(0)).to_have_attribute("aria-selected", "true")
    expect(tabs.nth(0)).to_be_focused()
    phone.goto("about:blank")  # an open page would ask for what is gone


def test_language_changes_every_text_of_the_curves(page: Page, trained: str) -> None:
    open_curves(page, trained)
    expect(page.locator("#curve-dead h3")).to_have_text("Dead units of each hidden layer")
    page.locator("#language-button").click()
    expect(page.locator("#curve-dead h3")).to_have_text("은닉층별 죽은 노드의 비율")
    expect(page.locator("#curve-loss .curve-name")).to_have_text(["훈련"])
    expect(page.locator(".curve-where")).to_have_text("최신 값")
    page.locator("#language-button").click()
    expect(page.locator("#curve-loss .curve-name")).to_have_text(["train"])
