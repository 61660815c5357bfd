"""A click to the next part of the lecture: time until its first graph lives, beside another checkout.

Run with Chromium on the path: ``python -m benchmarks.next_part [PATH]``, where PATH is a checkout with its libraries
in `static/vendor` and its bundles in `static/dist`. Both take turns in one run: a part is opened, read until the
network rests, and left by its link to the next one. The figures are medians. Ends with 1 if a promise is broken.
"""

import statistics
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from benchmarks.browser import browsing

ROUNDS = 5
PARTS = ("addition-node", "backward-apples", "relu", "affine-one-sample", "softmax-with-loss")
"""The parts that are left: behind them stand small graphs, a curve, formulas with matrices, and a net."""
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 200_000}
"""A network of 1.6 Mbit/s; latency in milliseconds, throughput in bytes a second."""
NETWORKS: dict[str, Any] = {"1.6 Mbit/s, 150 ms": SLOW, "this machine": None}
MOST_OF_BEFORE = {"1.6 Mbit/s, 150 ms": 0.6, "this machine": 0.75}

# The time of the click is told to the next page, which looks for its first graph frame by frame.
WATCH = """
  addEventListener("click", () => sessionStorage.setItem("left", String(Date.now())), true);
  const seen = () => document.querySelector("figure[data-drawn] svg.graph .node, figure[data-drawn] svg.plot");
  const look = () => {
    if (!seen()) return requestAnimationFrame(look);
    window.alive = Date.now() - Number(sessionStorage.getItem("left"));
  };
  look();
"""


def click(browser: Browser, address: str, slug: str, network: dict[str, Any] | None) -> float:
    """Read a part, go on to the next, and return the seconds until its first graph lives."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US", bypass_csp=True)
    page = context.new_page()
    page.add_init_script(WATCH)
    if network:
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", network)
    page.goto(f"{address}/learn/{slug}", wait_until="commit")
    page.wait_for_function("() => window.alive !== undefined")
    page.wait_for_load_state("networkidle")
    page.evaluate("window.reading = true")
    page.locator(".lesson-foot a.after").click(no_wait_after=True)
    page.wait_for_function("() => window.reading === undefined && window.alive !== undefined")
    found = float(page.evaluate("window.alive")) / 1000
    context.close()
    return found


def main(before: Path | None) -> int:
    """Measure in turns and print; 1 if a promise is broken."""
    found: dict[tuple[str, str, str], list[float]] = {}
    with browsing(before) as (browser, sites):
        for address in sites.values():
            for slug in PARTS:
                click(browser, address, slug, None)  # the servers' first layouts are none of a page's
        for _ in range(ROUNDS):
            for network, conditions in NETWORKS.items():
                for slug in PARTS:
                    for name, address in sites.items():
                        found.setdefault((network, slug, name), []).append(
                            click(browser, address, slug, conditions)
                        )
    broken = False
    for network in NETWORKS:
        ratios = []
        for slug in PARTS:
            times = {name: statistics.median(found[network, slug, name]) for name in sites}
            said = ", ".join(f"{name} {time * 1000:,.0f} ms" for name, time in times.items())
            if "before" in times:
                ratios.append(times["now"] / times["before"])
                said += f", {ratios[-1]:.2f} of before"
            print(f"{network:20} after {slug:20} {said}")
        if ratios:
            whole = statistics.median(ratios)
            broken |= whole > MOST_OF_BEFORE[network]
            print(f"{network:20} {whole:.2f} of before, promised {MOST_OF_BEFORE[network]}")
    return int(broken)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
