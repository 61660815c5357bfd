"""What moving a large graph costs: frames while it is zoomed, panned and dragged, and the time until it is drawn.

Run by hand, with Chromium on the path: ``python -m benchmarks.zoom [nodes …]``, 300, 1,000 and 5,000 if nothing is
said. ``--at ADDRESS`` measures a service that runs elsewhere, for instance the build before, in the same way.
"""

import argparse
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright

from benchmarks.left_open import site

# Notes the time between two frames, from the first gesture on.
FRAMES = """
  () => {
    const frames = window.frameTimes = [];
    let last = performance.now();
    const note = (now) => { frames.push(now - last); last = now; window.frameLoop = requestAnimationFrame(note); };
    window.frameLoop = requestAnimationFrame((now) => { last = now; window.frameLoop = requestAnimationFrame(note); });
  }
"""
STOP = "() => { cancelAnimationFrame(window.frameLoop); return window.frameTimes; }"

# Moves a slider twenty times; each time until the frame after the one in which the new numbers stand.
DRAG = """
  async () => {
    const slider = document.querySelector('#inputs input[type="range"]');
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    const times = [];
    for (let at = 0; at < 20; at += 1) {
      const changed = new Promise((done) => {
        const watch = new MutationObserver(() => { watch.disconnect(); done(); });
        watch.observe(document.querySelector('.graph .edges'), {subtree: true, childList: true, characterData: true});
      });
      const since = performance.now();
      slider.value = String(Number(slider.min) + (at + 1) / 23 * (Number(slider.max) - Number(slider.min)));
      slider.dispatchEvent(new Event('input', {bubbles: true}));
      await changed;
      await frame();
      times.push(performance.now() - since);
      await frame();
    }
    return times;
  }
"""


def program(nodes: int, width: int = 20) -> str:
    """A program of so many nodes, each of two of the newest, with one output."""
    chance = random.Random(1)
    lines = [f"x{at} = {at + 1}" for at in range(width)]
    names = [f"x{at}" for at in range(width)]
    unread = list(names)
    made = 0

    def add(one: str, other: str, sign: str) -> None:
        nonlocal made
        name = f"t{made}"
        lines.append(f"{name} = {one} {sign} {other}")
        for read in (one, other):
            if read in unread:
                unread.remove(read)
        names.append(name)
        unread.append(name)
        made += 1

    while len(lines) + len(unread) <= nodes:
        one, other = chance.sample(names[-width:], 2)
        add(one, other, chance.choice("+-*") if made % 4 else "+")
    while len(unread) > 1:
        add(unread[0], unread[1], "+")
    return "\n".join(lines)


def frames(page: Page, gesture: str) -> list[float]:
    """The milliseconds between frames during a gesture and a second after."""
    box = page.locator(".canvas").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.evaluate(FRAMES)
    if gesture == "pan":
        page.mouse.down()
        for at in range(40):
            page.mouse.move(x + 8 * at, y + 3 * at)
            page.wait_for_timeout(12)
        page.mouse.up()
    else:
        for at in range(30):
            page.mouse.wheel(0, -60 if (at < 15) == (gesture == "in") else 60)
            page.wait_for_timeout(25)
    page.wait_for_timeout(1000)
    found: list[float] = page.evaluate(STOP)
    return found


def told(name: str, times: list[float]) -> None:
    """Print the middle, the slow end and the slowest."""
    ordered = sorted(times)
    middle, slow = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
    over = sum(time > 34 for time in times)
    print(
        f"  {name:9} median {middle:6.1f} ms  95% {slow:6.1f} ms  most {ordered[-1]:6.1f} ms  over 33 ms: {over}"
    )


def measure(address: str, sizes: list[int]) -> None:
    """Open a graph of each size, and print what its first view, its gestures and a drag cost."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for nodes in sizes:
            text = program(nodes)
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(address)
            page.locator(".graph .node").first.wait_for()
            page.wait_for_timeout(1500)
            print(f"{nodes:,} nodes")
            drawn = page.evaluate(
                """async (program) => {
                  const since = performance.now();
                  const answer = await fetch('/api/v1/graphs/picture', {method: 'POST',
                    headers: {'content-type': 'application/json'}, body: JSON.stringify({program, lang: 'en'})});
                  const text = await answer.text();
                  return [performance.now() - since, text.length];
                }""",
                text,
            )
            print(f"  layout and picture {drawn[0]:6.0f} ms, {drawn[1] / 1e6:.2f} MB")
            page.evaluate(
                """(program) => {
                  const url = new URL(location.href);
                  url.search = '';
                  url.searchParams.set('program', program);
                  history.replaceState(null, '', url);
                }""",
                text,
            )
            page.reload()
            page.locator(".graph .node").nth(nodes // 2).wait_for(state="attached", timeout=120_000)
            page.wait_for_timeout(3000)
            page.keyboard.press("0")
            page.wait_for_timeout(1500)
            told("zoom in", frames(page, "in"))
            told("zoom out", frames(page, "out"))
            told("pan", frames(page, "pan"))
            told("drag", page.evaluate(DRAG))
            page.close()
        browser.close()


@contextmanager
def place(address: str | None) -> Iterator[str]:
    """The address to measure: the one given, or this build's own service."""
    if address is not None:
        yield address
    else:
        with site() as own:
            yield own


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("nodes", type=int, nargs="*", default=[300, 1000, 5000])
    parser.add_argument("--at", help="address of a running service")
    given = parser.parse_args()
    with place(given.at) as address:
        measure(address, given.nodes)


if __name__ == "__main__":
    main()
