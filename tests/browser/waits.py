"""Waits for a state of a page, never for a time.

For what is not there yet, ``locator.wait_for()`` asks less of the machine than ``expect``: at every look, ``expect``
writes down the whole page for its report.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, Route

_FRAMES = """async () => {
  for (let k = 0; k < 3; k += 1) await new Promise(requestAnimationFrame);
}"""
# d3 marks an element while it moves something in it.
_STILL = """() =>
  [...document.querySelectorAll(".canvas")].every((canvas) => !canvas.__transition)
  && document.getAnimations().every((animation) => animation.playState !== "running")"""


@contextmanager
def held(page: Page, calls_to: str, calls: int = 1) -> Iterator[None]:
    """Keep the answers to these calls back until the block has ended and as many calls have been made."""
    waiting: list[Route] = []
    page.route(calls_to, lambda route: waiting.append(route))
    yield
    while len(waiting) < calls:
        drawn(page)
    for route in waiting:
        route.continue_()
    page.unroute(calls_to)


def drawn(page: Page) -> None:
    """Wait until the screen shows what has happened: up to two frames to react to it, and one to draw."""
    page.evaluate(_FRAMES)


def stop_the_clock(page: Page) -> None:
    """Stop the installed clock of a page: from now on, only ``page.clock.run_for`` moves its time."""
    page.clock.pause_at(3600)


def still(page: Page) -> None:
    """Wait until nothing moves: neither the picture, as it zooms or pans, nor any animation of the page."""
    page.wait_for_function(_STILL)
    drawn(page)
