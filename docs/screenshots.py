"""Take the README's screenshots. Run as `python -m docs.screenshots`; needs Chromium."""

import shutil
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

import httpx
import uvicorn
from playwright.sync_api import Browser, sync_playwright

from chainrule.app.main import create_app
from chainrule.app.settings import Settings

FOLDER = Path(__file__).parent / "screenshots"
SHOTS = {
    "workbench": {"lang": "en", "theme": "light", "selected": "apple_num"},
    "workbench-ko-dark": {"lang": "ko", "theme": "dark", "selected": "apple_num"},
}
TIE = {
    "program": "x = 0\na = 2\nb = 2\nm = maximum(a, b)\nL = relu(x) + m * 3",
    "selected": "m",
    "theme": "light",
}
KINKS = {
    "kink": TIE | {"lang": "en"},
    "kink-engines": TIE | {"lang": "en", "theme": "projector"},
    "kink-convention": TIE | {"lang": "ko", "theme": "dark", "conventions": "maximum.tie.first"},
}
"""Two kinks at once: what the inspector says, what other engines give there, another convention chosen."""
FIGURES = {
    "affine": ("affine-one-sample", {"labels": "numbers"}),
    "affine-batch": ("affine-batch", {"labels": "shapes"}),
    "softmax-with-loss": ("softmax-with-loss-elements", {"labels": "numbers"}),
    "two-layer-net": ("two-layer-net", {"labels": "numbers"}),
}
"""The lecture's figures as files: name → example, and how it is drawn."""


def shoot(browser: Browser, address: str, name: str, query: dict[str, str]) -> None:
    """Open the workbench with a query and save the screen, 1440 × 900.

    A name that ends in `engines` has the answers of other engines open.
    """
    page = browser.new_page(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    # A returning visitor is offered no tour.
    page.context.add_cookies([{"name": "tour", "value": "offered", "url": address}])
    page.goto(f"{address}/?{urlencode(query)}")
    page.locator("svg.graph .edge").first.wait_for()
    page.wait_for_load_state("networkidle")
    if name in KINKS:
        page.locator(".kink-section").wait_for()
    if name.endswith("engines"):
        page.locator(".elsewhere-slot summary").click()
        page.locator(".split").wait_for()
        page.locator(".split").scroll_into_view_if_needed()
        page.mouse.move(5, 5)
    page.evaluate("document.fonts.ready")
    page.screenshot(path=FOLDER / f"{name}.png")
    page.close()


def shoot_lesson(browser: Browser, address: str) -> None:
    """Save a part of the lecture, its figure two steps into the backward pass."""
    page = browser.new_page(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    page.goto(f"{address}/learn/backward-apples?lang=en&theme=light")
    page.locator("figure[data-drawn]").first.wait_for()
    for _ in range(4):
        page.get_by_role("button", name="Next step").first.click()
    page.locator(".step-count", has_text="4 /").wait_for()
    page.mouse.move(5, 5)
    page.evaluate("document.activeElement.blur()")
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    page.screenshot(path=FOLDER / "lecture.png")
    page.close()


def shoot_run(browser: Browser, address: str) -> None:
    """Save the page of runs, paused after some hundred steps."""
    page = browser.new_page(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    page.goto(f"{address}/mnist?lang=en&theme=light")
    page.locator("svg.graph .edge").first.wait_for(timeout=120_000)
    page.request.post(
        f"{address}/api/v1/runs/{page.url.split('run=')[1].split('&')[0]}/actions",
        data={"action": "step", "steps": 600},
    )
    page.locator('[data-fact="test"]', has_text="%").wait_for(timeout=120_000)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1000)
    page.screenshot(path=FOLDER / "mnist.png")
    page.close()


def draw(address: str, name: str, slug: str, query: dict[str, str]) -> None:
    """Save the picture of an example as the server draws it for a slide."""
    example = httpx.get(f"{address}/api/v1/examples/{slug}", params={"lang": "en"}).raise_for_status().json()
    asked = {"program": example["program"], "open": ",".join(example["open"]), **query}
    picture = httpx.get(f"{address}/api/v1/graphs/picture.png", params=asked, timeout=60).raise_for_status()
    (FOLDER / f"{name}.png").write_bytes(picture.content)


def main() -> None:
    """Serve the site on a free port and take all screenshots."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        app = create_app(Settings(database_url=f"sqlite:///{folder}/shares.sqlite3"))
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        port = server.servers[0].sockets[0].getsockname()[1]
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, query in (SHOTS | KINKS).items():
            shoot(browser, f"http://127.0.0.1:{port}", name, query)
        shoot_lesson(browser, f"http://127.0.0.1:{port}")
        shoot_run(browser, f"http://127.0.0.1:{port}")
        for name, (slug, query) in FIGURES.items():
            draw(f"http://127.0.0.1:{port}", name, slug, query)
        browser.close()
        server.should_exit = True
        thread.join()


if __name__ == "__main__":
    main()
