"""What a large graph costs the browser: until it is drawn, and while it is zoomed, panned and dragged.

Run by hand, with Chromium on the path: ``python -m benchmarks.zoom [--before PATH] [nodes …]``, 300, 1,000 and 5,000
nodes if nothing is said. PATH is another checkout with its libraries and bundles in `static`; both take turns.
Two kinds of numbers: what a person sees (the time between frames), and the processor time of the page's main
thread, which other programs on the machine do not disturb.
"""

import argparse
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page

from benchmarks.browser import browsing

MOVES = 20
"""Moves of a slider in one drag."""
REST = 1.0
"""Seconds after a gesture that belong to it."""
LATE = 34
"""Milliseconds between two frames from which one was left out."""

# Notes when the picture arrives, the frame after the one in which it is on the page, and when numbers come.
WATCH = """
  const fetched = window.fetch;
  window.numbers = () => {};
  window.fetch = async (...given) => {
    const answer = await fetched(...given);
    if (String(given[0]?.url ?? given[0]).endsWith("/graphs/values")) {
      const json = answer.json.bind(answer);
      answer.json = async () => { const all = await json(); setTimeout(() => window.numbers()); return all; };
    }
    if (String(given[0]?.url ?? given[0]).endsWith("/graphs/picture")) {
      const text = answer.text.bind(answer);
      answer.text = async () => { const all = await text(); window.arrived ??= performance.now(); return all; };
    }
    return answer;
  };
  const look = () => {
    if (document.querySelector("#canvas > svg .nodes")) {
      return requestAnimationFrame(() => { window.drawn = performance.now(); });
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
"""

# Notes the time between two frames, from now on.
FRAMES = """
  () => {
    const frames = window.frameTimes = [];
    let last = null;
    const note = (now) => {
      if (last !== null) frames.push(now - last);
      last = now;
      window.frameLoop = requestAnimationFrame(note);
    };
    window.frameLoop = requestAnimationFrame(note);
  }
"""
STOP = "() => { cancelAnimationFrame(window.frameLoop); return window.frameTimes; }"

# Moves a slider; each time until the frame after the one in which the output's new number stands. From so far that it
# is not rendered, until the one after the numbers have come.
DRAG = """
  async (moves) => {
    const slider = document.querySelector('#inputs input[type="range"]');
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    const result = document.querySelector('.graph .edge[data-target="@output"] .value');
    const times = [];
    for (let at = 0; at < moves; at += 1) {
      const changed = new Promise((done) => {
        if (!result || result.closest('.away')) return void (window.numbers = done);
        const watch = new MutationObserver(() => { watch.disconnect(); done(); });
        watch.observe(result, {subtree: true, childList: true, characterData: true});
      });
      const since = performance.now();
      slider.value = String(Number(slider.min) + (at + 1) / (moves + 3) * (Number(slider.max) - Number(slider.min)));
      slider.dispatchEvent(new Event('input', {bubbles: true}));
      await changed;
      await frame();
      times.push(performance.now() - since);
      await frame();
    }
    return times;
  }
"""


class Cost(NamedTuple):
    """What one load or gesture costs; all in milliseconds."""

    seen: list[float]
    """Times that a person sees."""
    work: float
    """Processor time of the main thread."""
    longest: float
    """Processor time of the longest task."""


def program(nodes: int, width: int = 20) -> str:
    """A program of so many nodes: sines of the newest less others, and their sum as output.

    A loop, for a program has 20,000 characters at most.
    """
    rounds = (nodes - 2 * width - 1) // 2
    inputs = [f"x{at}" for at in range(width)]
    return "\n".join(
        [
            *(f"{name} = {at + 1}" for at, name in enumerate(inputs)),
            f"row = [{', '.join(inputs)}]",
            f"for k in range({rounds}):",
            f"    row[(k * 3 + 1) % {width}] = sin(row[k % {width}]) - row[(k * 7 + 3) % {width}]",
            "loss = x0",
            "for value in row:",
            "    loss = loss + value",
        ]
    )


class Tracing:
    """The tasks of a page's main thread, as Chromium traces them."""

    def __init__(self, browser: Browser) -> None:
        self._session = browser.new_browser_cdp_session()
        self._events: list[dict[str, Any]] = []
        self._ended = False
        self._session.on("Tracing.dataCollected", lambda told: self._events.extend(told["value"]))
        self._session.on("Tracing.tracingComplete", self._end)

    def _end(self, _: object) -> None:
        self._ended = True

    @contextmanager
    def running(self, page: Page) -> Iterator[list[float]]:
        """Trace what is done inside; the list then holds the processor time of each task, in milliseconds."""
        self._events.clear()
        self._ended = False
        config = {"includedCategories": ["toplevel", "devtools.timeline"], "excludedCategories": ["*"]}
        self._session.send("Tracing.start", {"traceConfig": config, "transferMode": "ReportEvents"})
        tasks: list[float] = []
        yield tasks
        self._session.send("Tracing.end")
        while not self._ended:
            page.wait_for_timeout(50)
        tasks += _tasks(self._events)


def _tasks(events: list[dict[str, Any]]) -> list[float]:
    """Return the processor time of each task of the busiest renderer's main thread, in milliseconds."""
    mains = {
        (event["pid"], event["tid"])
        for event in events
        if event.get("name") == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    threads: dict[tuple[int, int], list[float]] = {main: [] for main in mains}
    until = dict.fromkeys(mains, 0)
    # What stands within another event has been counted with it.
    for event in sorted(events, key=lambda event: (event.get("ts", 0), -event.get("dur", 0))):
        thread = (event["pid"], event["tid"])
        if thread in mains and event.get("ph") == "X" and event["ts"] >= until[thread]:
            until[thread] = event["ts"] + event["dur"]
            threads[thread].append(event.get("tdur", 0) / 1000)
    return max(threads.values(), key=sum, default=[])


def gesture(page: Page, kind: str) -> list[float]:
    """Zoom in, out, or pan; return the milliseconds between frames, a second after the gesture included."""
    box = page.locator(".canvas").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.evaluate(FRAMES)
    if kind == "pan":
        page.mouse.down()
        for at in range(40):
            page.mouse.move(x + 8 * at, y + 3 * at)
            page.wait_for_timeout(12)
        page.mouse.up()
    else:
        for at in range(30):
            page.mouse.wheel(0, -60 if (at < 15) == (kind == "zoom in") else 60)
            page.wait_for_timeout(25)
    page.wait_for_timeout(1000 * REST)
    found: list[float] = page.evaluate(STOP)
    return found


def visit(browser: Browser, address: str, text: str) -> Iterator[tuple[str, Cost]]:
    """Open a program, move about in it and drag an input; yield what each costs."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.add_init_script(WATCH)
    tracing = Tracing(browser)

    def cost(act: Callable[[], list[float]]) -> Cost:
        page.bring_to_front()
        with tracing.running(page) as tasks:
            seen = act()
        return Cost(seen, sum(tasks), max(tasks, default=0))

    def load() -> list[float]:
        page.goto(f"{address}/?{urlencode({'program': text, 'lang': 'en'})}", wait_until="commit")
        page.wait_for_function("() => window.drawn && window.arrived", timeout=180_000)
        page.locator("#editor .cm-content").wait_for()
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(1000 * REST)
        drawn: float = page.evaluate("window.drawn - window.arrived")
        return [drawn]

    yield "drawn", cost(load)
    yield "drag", cost(lambda: page.evaluate(DRAG, MOVES))
    page.bring_to_front()
    page.keyboard.press("0")
    page.wait_for_timeout(3000 * REST)
    for kind in ("zoom in", "zoom out", "pan"):
        yield kind, cost(lambda kind=kind: gesture(page, kind))  # type: ignore[misc]
    yield "drag far", cost(lambda: page.evaluate(DRAG, MOVES))
    page.close()


def told(name: str, kind: str, cost: Cost) -> str:
    """Write one line: the middle, the slowest and how many are late, then the processor time."""
    moves = MOVES if kind.startswith("drag") else 1
    late = (
        f"{sum(time > LATE for time in cost.seen):3} late"
        if kind not in ("drawn", "drag", "drag far")
        else ""
    )
    return (
        f"  {kind:9} {name:7} {statistics.median(cost.seen):7.1f} ms, most {max(cost.seen):7.1f} {late:8}"
        f" | main thread {cost.work / moves:7.1f} ms, longest task {cost.longest:6.1f}"
    )


def main() -> None:
    """Read the command line, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("nodes", type=int, nargs="*", default=[300, 1000, 5000])
    parser.add_argument("--before", type=Path, help="another checkout")
    given = parser.parse_args()
    with browsing(given.before and given.before.resolve()) as (browser, sites):
        for nodes in given.nodes:
            print(f"{nodes:,} nodes")
            visits = [visit(browser, address, program(nodes)) for address in sites.values()]
            for costs in zip(*visits, strict=True):
                for name, (kind, cost) in zip(sites, costs, strict=True):
                    print(told(name, kind, cost), flush=True)
                if len(costs) == 2:
                    (kind, before), (_, now) = costs
                    ratio = now.work / before.work
                    longest = now.longest / before.longest
                    print(
                        f"  {kind:9} ratio   {statistics.median(now.seen) / statistics.median(before.seen):7.2f} ×"
                        f"{'':21} | main thread {ratio:7.2f} × , longest task {longest:6.2f} ×",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
