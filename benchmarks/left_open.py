"""What a page that is left open costs: frames drawn a second, and the JavaScript heap over minutes of training.

Run by hand, with Chromium on the path: ``python -m benchmarks.left_open [minutes]``, five if nothing is said.
"""

import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from playwright.sync_api import CDPSession, sync_playwright

from chainrule.app.main import create_app
from chainrule.app.settings import Settings

EVERY = 10.0
"""Seconds between two looks at the heap."""

# Counts the drawings of the screen in which a heat map was painted.
COUNT = """
  (() => {
    window.drawings = 0;
    let due = false;
    const put = CanvasRenderingContext2D.prototype.putImageData;
    CanvasRenderingContext2D.prototype.putImageData = function (...given) {
      if (!due) {
        due = true;
        window.drawings += 1;
        queueMicrotask(() => { due = false; });
      }
      return put.apply(this, given);
    };
  })();
"""


@contextmanager
def site() -> Iterator[str]:
    """The service in a thread, as ``chainrule serve`` has it."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(database_url=f"sqlite:///{Path(folder) / 'links.sqlite3'}")
        config = uvicorn.Config(
            create_app(settings), host="127.0.0.1", port=0, log_level="warning", ws_per_message_deflate=False
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        server.should_exit = True
        thread.join()


def heap(session: CDPSession) -> float:
    """Megabytes that live on the page's heap once its garbage is gone."""
    session.send("HeapProfiler.collectGarbage")
    return float(session.send("Runtime.getHeapUsage")["usedSize"]) / 1e6


def measure(minutes: float) -> None:
    """Play a run that does not end, look at it, print the figures."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    flags = ["--no-sandbox", "--disable-gpu"]
    with site() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.add_init_script(COUNT)
        page.goto(f"{address}/mnist")
        page.locator("#run-graph .nodes .node").first.wait_for(timeout=180_000)
        page.locator("#setting-steps").fill("1000000")
        page.locator("#setting-steps").press("Enter")
        page.locator('#run-bar [data-action="play"]').click()
        session = page.context.new_cdp_session(page)
        time.sleep(EVERY)
        heaps, rates = [heap(session)], []
        drawn, since = page.evaluate("drawings"), time.monotonic()
        while len(heaps) * EVERY < minutes * 60:
            page.wait_for_timeout(EVERY * 1000)
            now, at = page.evaluate("drawings"), time.monotonic()
            rates.append((now - drawn) / (at - since))
            heaps.append(heap(session))
            drawn, since = page.evaluate("drawings"), time.monotonic()
            where = page.locator(".run-where").inner_text()
            print(
                f"{len(rates) * EVERY:5.0f} s   {rates[-1]:5.1f} frames a second   heap {heaps[-1]:6.2f} MB   {where}"
            )
        browser.close()
    print(f"frames drawn a second: median {statistics.median(rates):.1f}, least {min(rates):.1f}")
    print(f"heap: {heaps[0]:.2f} MB at first, {heaps[-1]:.2f} MB at last, at most {max(heaps):.2f} MB")


if __name__ == "__main__":
    measure(float(sys.argv[1]) if len(sys.argv) > 1 else 5.0)
