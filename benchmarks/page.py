"""What opening the workbench costs, beside another checkout: time to the living graph, requests, bytes, and a reload.

Run with Chromium on the path: ``python -m benchmarks.page [PATH]``, where PATH is a checkout with its libraries in
`static/vendor`. Both take turns in one run, in browsers that have never seen the page; the figures are medians.
Ends with 1 if a promise is broken.
"""

import statistics
import sys
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Page

from benchmarks.browser import browsing

ROUNDS = 5
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 200_000}
"""A network of 1.6 Mbit/s; latency in milliseconds, throughput in bytes a second."""
NETWORKS = {"1.6 Mbit/s, 150 ms": SLOW, "this machine": None}
MOST_OF_BEFORE = {"1.6 Mbit/s, 150 ms": 0.4, "this machine": 0.5}
MOST_REQUESTS, MOST_BYTES = 15, 350_000

# The time, from the start of the load, at which the script's own picture stands.
WATCH = """
  const seen = () => document.querySelector("#canvas .nodes .node");
  const look = () => {
    if (!seen()) return requestAnimationFrame(look);
    window.alive = performance.now();
  };
  look();
"""


class Load(NamedTuple):
    """One load of a page."""

    alive: float
    """Seconds until the graph lives."""
    requests: int
    bytes: int


def measured(page: Page, load: Any) -> Load:
    """Load a page, and count what comes by the network until it rests."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    pending: set[str] = set()
    total = 0

    def ended(event: dict[str, Any]) -> None:
        nonlocal total
        if event["requestId"] in pending:
            total += event["encodedDataLength"]

    def answered(event: dict[str, Any]) -> None:
        if event["response"].get("fromDiskCache"):
            pending.discard(event["requestId"])

    session.on("Network.requestWillBeSent", lambda event: pending.add(event["requestId"]))
    session.on("Network.requestServedFromCache", lambda event: pending.discard(event["requestId"]))
    session.on("Network.responseReceived", answered)
    session.on("Network.loadingFinished", ended)
    load()
    page.wait_for_function("() => window.alive")
    alive = page.evaluate("window.alive") / 1000
    page.locator("#editor .cm-content").wait_for()
    page.wait_for_load_state("networkidle")
    return Load(alive, len(pending), total)


def visit(browser: Browser, address: str, network: dict[str, Any] | None) -> tuple[Load, Load]:
    """Open the page in a browser that has never seen it, then load it again."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
    page = context.new_page()
    page.add_init_script(WATCH)
    if network:
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", network)
    cold = measured(page, lambda: page.goto(f"{address}/", wait_until="commit"))
    again = measured(page, lambda: page.reload(wait_until="commit"))
    context.close()
    return cold, again


def middle(loads: list[Load]) -> Load:
    """Return the median of each figure."""
    times, requests, sizes = zip(*loads, strict=True)
    return Load(statistics.median(times), int(statistics.median(requests)), int(statistics.median(sizes)))


def main(before: Path | None) -> int:
    """Measure in turns and print; 1 if a promise is broken."""
    found: dict[tuple[str, str, str], list[Load]] = {}
    with browsing(before) as (browser, sites):
        for address in sites.values():
            visit(browser, address, None)  # the servers' first requests are none of a page's
        for _ in range(ROUNDS):
            for network, conditions in NETWORKS.items():
                for name, address in sites.items():
                    for kind, load in zip(
                        ("cold", "reload"), visit(browser, address, conditions), strict=True
                    ):
                        found.setdefault((network, kind, name), []).append(load)
    broken = False
    for network in NETWORKS:
        for kind in ("cold", "reload"):
            loads = {name: middle(found[network, kind, name]) for name in sites}
            for name, load in loads.items():
                print(
                    f"{network:20} {kind:7} {name:7} {load.alive:6.2f} s {load.requests:4} requests"
                    f" {load.bytes / 1000:7.1f} kB"
                )
            now = loads["now"]
            if "before" in loads:
                ratio = now.alive / loads["before"].alive
                fails = kind == "cold" and ratio > MOST_OF_BEFORE[network]
                broken |= fails
                print(f"{network:20} {kind:7} ratio   {ratio:6.2f} ×{'  FAILS' if fails else ''}")
            broken |= kind == "cold" and (now.requests > MOST_REQUESTS or now.bytes > MOST_BYTES)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else None))
